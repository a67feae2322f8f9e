"""The machine of one door: pure, so that every state of it can be visited (tests/core).

Reader events and results go in, commands come out. Time is an argument and comes first: what is due at ``at`` is done
before the event is looked at, so a result that comes too late finds its visit gone.

Promises, each checked in every reachable state: no pulse without the stored row of the same visit; none after a gap of
the line; none later than ``LATEST`` after the last key; no PIN outlives its visit; every state comes back to idle.
"""

from __future__ import annotations

from math import inf

import msgspec
from msgspec.structs import replace

from helhet_door.decide import leaf as leaves
from helhet_door.decide import visit as visits
from helhet_door.decide.commands import Command, Pulse, Record, Show, Wipe
from helhet_door.decide.decide import LINE_QUIET
from helhet_door.decide.leaf import Leaf
from helhet_door.decide.replies import Answered, Assist, Decided, Stored, Tick
from helhet_door.decide.visit import Stage, Visit
from helhet_door.rules.model import Times
from helhet_door.words.characters import legal_card
from helhet_door.words.events import Card, Event, Input, Key, Line, Meaning, Relay, Signal
from helhet_door.words.rows import Kind
from helhet_door.words.states import DoorState

SIGN = 3.0
"""Seconds for which a welcome or a refusal stays on the reader."""

RESTING = frozenset({Signal.IDLE, Signal.DOOR_HELD})
"""What a reader shows when nobody uses it."""

LASTING = frozenset({Signal.IDLE, Signal.DOOR_HELD, Signal.ENTER_PIN, Signal.WAIT, Signal.KEY})
"""Signals that are not taken down after ``SIGN`` seconds."""

STATES = {
    Stage.PIN: DoorState.PIN,
    Stage.DECISION: DoorState.ASK,
    Stage.ANSWER: DoorState.ASK,
    Stage.VERDICT: DoorState.ASK,
    Stage.MOMENT: DoorState.ASK,
    Stage.STORE: DoorState.COMMIT,
}

Result = tuple["Door", tuple[Command, ...]]

__all__ = ["Answered", "Assist", "Decided", "Door", "Stored", "Tick", "due", "step"]


class Door(msgspec.Struct, frozen=True):
    """One door: its line, the visit at its reader, its leaf, and what its reader shows."""

    name: str
    secure: bool = False
    line_at: float = -inf  # when the line last came back
    visit: Visit = Visit()
    leaf: Leaf = Leaf()
    sign_until: float = inf  # when the reader is put back to rest

    @property
    def state(self) -> DoorState:
        """The door in one word: the visit, else the leaf."""
        if self.visit.stage in STATES:
            return STATES[self.visit.stage]
        if self.leaf.waiting:
            return DoorState.PULSE
        if self.leaf.contact:
            return DoorState.HELD if self.leaf.held else DoorState.OPEN
        return DoorState.IDLE


def step(door: Door, event: Event, at: float, times: Times) -> Result:
    """The door after ``event``, looked at at ``at`` (monotonic seconds), and what is to be done, in this order."""
    door, late = _expire(door, at, times)
    door, commands = _take(door, event, at, times)
    commands = _shown(door, (*late, *commands))
    return _sign(door, commands, at), commands


def due(door: Door, times: Times) -> float:
    """When (monotonic seconds) the next ``Tick`` has something to do; infinite if never."""
    visit = inf if door.visit.stage is Stage.NONE else door.visit.until
    return min(visit, leaves.due(door.leaf, times), door.sign_until)


def _expire(door: Door, at: float, times: Times) -> Result:
    visit, first = visits.expire(door.name, door.visit, at, times)
    leaf, second = leaves.expire(door.name, door.leaf, at, times)
    commands: tuple[Command, ...] = (*first, *second)
    door = replace(door, visit=visit, leaf=leaf)
    if at >= door.sign_until:
        door = replace(door, sign_until=inf)
        if visit.stage is Stage.NONE and not any(isinstance(command, Show) for command in commands):
            commands = (*commands, Show(door.name, Signal.IDLE))
    return door, commands


def _take(door: Door, event: Event, at: float, times: Times) -> Result:
    match event:
        case Card() | Key():
            return _at_reader(door, event, min(event.at, at), times)
        case Line():
            return _line(door, event, at)
        case Input():
            return _input(door, event, at)
        case Decided():
            return _visited(door, *visits.decided(door.name, door.visit, event, at, times))
        case Answered():
            return _visited(door, *visits.answered(door.name, door.visit, event))
        case Stored():
            return _stored(door, event, at)
        case Assist():
            return replace(door, visit=visits.assist(door.visit, event.visit, times)), ()
        case Relay():
            return _leafed(door, *leaves.relay(door.name, door.leaf, event.token, event.taken, at))
        case _:
            return door, ()


def _visited(door: Door, visit: Visit, commands: tuple[Command, ...]) -> Result:
    return replace(door, visit=visit), commands


def _leafed(door: Door, leaf: Leaf, commands: tuple[Command, ...]) -> Result:
    return replace(door, leaf=leaf), commands


def _at_reader(door: Door, event: Card | Key, when: float, times: Times) -> Result:
    """What came with the line, or from a reader that is not secure, is not believed: no PIN is even begun."""
    believed = door.secure and when - door.line_at >= LINE_QUIET
    if isinstance(event, Key):
        if not believed:
            return door, ()
        return _visited(door, *visits.key(door.name, door.visit, event.key, when, times))
    usable = believed and legal_card(event.text)
    return _visited(door, *visits.card(door.name, door.visit, event.text, when, times, usable))


def _stored(door: Door, event: Stored, at: float) -> Result:
    verdict = door.visit.verdict
    visit, commands = visits.stored(door.name, door.visit, event)
    door = replace(door, visit=visit)
    pulses = [command for command in commands if isinstance(command, Pulse)]
    if not pulses or verdict is None:
        return door, commands
    leaf, told = leaves.pulsed(door.name, door.leaf, event.visit, pulses[0].seconds, verdict.party, at)
    return replace(door, leaf=leaf), (*commands, *told)


def _line(door: Door, event: Line, at: float) -> Result:
    """Any gap wipes the visit; so does the line's return, for what was under way cannot be known."""
    wiped = replace(
        door, visit=visits.over(door.visit), leaf=leaves.gap(door.leaf), secure=event.secure, sign_until=inf
    )
    commands: tuple[Command, ...] = (Wipe(door.name),)
    if event.secure:
        wiped = replace(wiped, line_at=at)
        commands = (*commands, Show(door.name, Signal.IDLE))
    if event.secure != door.secure:
        kind = Kind.LINE_BACK if event.secure else Kind.LINE_LOST
        commands = (*commands, Record(door.name, kind, event.why))
    return wiped, commands


def _input(door: Door, event: Input, at: float) -> Result:
    match event.meaning:
        case Meaning.CONTACT:
            return _leafed(door, *leaves.contact(door.name, door.leaf, event.on, at))
        case Meaning.EXIT_BUTTON if event.on:
            return replace(door, leaf=leaves.exit_button(door.leaf, at)), ()
        case Meaning.ENTRY_COUNTED if event.on:
            return _leafed(door, *leaves.entry(door.name, door.leaf))
        case Meaning.TAMPER if event.on:
            wiped = replace(door, visit=visits.over(door.visit))
            return wiped, (
                Wipe(door.name),
                Record(door.name, Kind.TAMPER, "reader opened"),
                Show(door.name, Signal.IDLE),
            )
        case _:
            return door, ()


def _shown(door: Door, commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """A reader that asks for a PIN is not put to rest by the leaf; at rest it tells of a door that is held."""
    if door.visit.stage is not Stage.NONE:
        return tuple(each for each in commands if not (isinstance(each, Show) and each.signal in RESTING))
    rest = Show(door.name, Signal.DOOR_HELD if door.leaf.held else Signal.IDLE)
    return tuple(rest if isinstance(each, Show) and each.signal is Signal.IDLE else each for each in commands)


def _sign(door: Door, commands: tuple[Command, ...], at: float) -> Door:
    """Remember when what is shown last must be taken down."""
    shown = [command.signal for command in commands if isinstance(command, Show)]
    if not shown:
        return door
    return replace(door, sign_until=inf if shown[-1] in LASTING else at + SIGN)
