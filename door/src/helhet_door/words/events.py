"""What comes from the readers, and what is asked of them.

Times are seconds of the monotonic clock of the process. A card or a key that waited on a cut line carries no time
of its own, so the line says when it came back and what came with it is thrown away.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Event(msgspec.Struct, frozen=True, tag=True):
    """Something that happened at a door."""

    door: str
    at: float


class Card(Event, frozen=True, tag="card"):
    """A card was shown; ``text`` is its number as the library system knows it, or "" where it could not be read."""

    text: str


class Key(Event, frozen=True, tag="key"):
    """One key: a digit, ``*`` (wipe) or ``#`` (done)."""

    key: str


class Line(Event, frozen=True, tag="line"):
    """The line to the reader: in secure channel or not, and why in one word."""

    secure: bool
    why: str


class Meaning(StrEnum):
    """What an input of a reader is wired to."""

    CONTACT = "contact"  # on: the door leaf is open
    EXIT_BUTTON = "exit_button"
    MOTION = "motion"
    FIRE = "fire"  # on: the building's own fire or evacuation signal
    ALARM_READY = "alarm_ready"
    ALARM_ARMED = "alarm_armed"
    ENTRY_COUNTED = "entry_counted"  # one pulse a person
    EXIT_COUNTED = "exit_counted"
    TAMPER = "tamper"


class Input(Event, frozen=True, tag="input"):
    """An input of a reader changed."""

    meaning: Meaning
    on: bool


class Relay(Event, frozen=True, tag="relay"):
    """What became of an asked pulse: the reader took it, or it is certain that it never will."""

    token: int
    taken: bool


class Signal(StrEnum):
    """What a reader tells the person: a light, a sound and a line of text (texts.py), never a name."""

    IDLE = "idle"
    ENTER_PIN = "enter_pin"
    WAIT = "wait"
    WELCOME = "welcome"
    REFUSED = "refused"  # the same for an unknown card, a wrong PIN and a blocked card
    CLOSED = "closed"
    TALK_TO_STAFF = "talk_to_staff"  # after a right PIN: agreement, age, suspension
    TOO_MANY = "too_many"
    FULL = "full"
    OUT_OF_ORDER = "out_of_order"
    EVACUATE = "evacuate"
    CLOSING = "closing"
    DOOR_HELD = "door_held"
    KEY = "key"  # a key was felt


class Output(StrEnum):
    """What an output of a reader is wired to. The lock is never set, only pulsed for a time that the reader ends."""

    LOCK = "lock"
    ALARM_ARM = "alarm_arm"  # on: please arm; off: please disarm
