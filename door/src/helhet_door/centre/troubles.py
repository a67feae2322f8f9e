"""Faults in plain words: what is wrong, what it means for the door, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from helhet_door.centre.texts import mark
from helhet_door.words.rows import Kind


@dataclass(frozen=True)
class Trouble:
    """``what`` is wrong, ``do`` is what to do about it: source strings."""

    what: str
    do: str


TROUBLES: dict[str, Trouble] = {
    Kind.CLOCK: Trouble(
        mark("The clock of the box cannot be trusted. Members are not let in."),
        mark("Check that the box has network to its time server. Call the person who looks after the box."),
    ),
    Kind.LINE_LOST: Trouble(
        mark("A card reader does not answer. Nobody comes in at that door; leaving always works."),
        mark("Check that the reader has light and its cable is whole. Call the person who looks after the box."),
    ),
    Kind.LIBRARY_LOST: Trouble(
        mark("The library system does not answer. Members are not let in; staff cards work."),
        mark("Check whether the library system works at the desk, and report it to its supplier if it does not."),
    ),
    Kind.DOOR_HELD: Trouble(
        mark("A door stands open longer than it should."),
        mark("Look at the door, or ask a guard to. Close it and see that nothing is in its way."),
    ),
    Kind.DOOR_FORCED: Trouble(
        mark("A door was opened without the reader having unlocked it."),
        mark("Somebody may have forced the door, or a key was used. Send a guard or look for yourself."),
    ),
    Kind.CONTACT_DISAGREES: Trouble(
        mark("The door contact says something else than the lock. It is not certain whether the door is shut."),
        mark("Try the door by hand. If it is shut, have the contact and the lock looked at."),
    ),
    Kind.TAMPER: Trouble(
        mark("A card reader has been opened or moved."),
        mark("Look at the reader. If nobody of yours did it, lock the branch and report it."),
    ),
    Kind.EVACUATION: Trouble(
        mark("The fire or evacuation signal is on. Nobody is let in; all can leave."),
        mark("Follow your routine for fire. The door takes up its work when the building's signal ends."),
    ),
    Kind.ALARM: Trouble(
        mark("The burglar alarm does not answer as it should. It counts as armed, and members are not let in."),
        mark("Check the alarm's own panel. Call the alarm company if it shows a fault."),
    ),
    Kind.STORE: Trouble(
        mark("The box cannot store its events. Members are not let in."),
        mark("The disk of the box may be full or broken. Call the person who looks after the box."),
    ),
    Kind.CROWD: Trouble(
        mark("More people came in on one opening than are allowed."),
        mark("Nothing is broken. Look in if it happens often, and talk to the members about it."),
    ),
    Kind.GUESSING: Trouble(
        mark("A card or a reader was locked for a while after many wrong PINs."),
        mark("It unlocks by itself. If it happens often, somebody may be trying cards: look in."),
    ),
    Kind.CENTRE_LOST: Trouble(
        mark("The box had no contact with this page."),
        mark("The door worked on its last rules meanwhile. If it comes back often, have the network looked at."),
    ),
}

UNKNOWN = Trouble(
    mark("The box reports a fault that this page has no words for."),
    mark("Call the person who looks after the box. This page may be older than the box."),
)
SILENT = Trouble(
    mark("The box does not report. The door goes on with the rules that it has; changes made here do not reach it."),
    mark("Check that the box has power and network. Call the person who looks after it."),
)
NEVER = Trouble(
    mark("No box has reported from this branch yet."),
    mark("Finish the installation at the branch, and check the token of the box."),
)
NOT_SECURE = TROUBLES[Kind.LINE_LOST]
REFUSED = Trouble(
    mark("The last report of the box could not be read. Its events stay with the box, and none are lost."),
    mark("The box and this page may be of different versions. Call the person who looks after them."),
)
FILES = Trouble(
    mark("A file of settings for the branches has faults. The branches go on with what was last read whole."),
    mark("Call the person who looks after this page. The faults stand in the log of its process."),
)


def of(kind: str) -> Trouble:
    """The words for a kind of happening."""
    return TROUBLES.get(kind, UNKNOWN)
