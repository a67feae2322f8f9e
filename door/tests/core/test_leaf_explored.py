"""The leaf of a door in every state that it can reach with its line whole: what is stored agrees with the contact."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

import pytest
from core_door import NAME, NOW, OPENS, Seen, Witness, abstract, concrete
from core_explore import explore
from msgspec.structs import replace
from test_door_explored import comes_to_rest

from helhet_door.decide import leaf as leaves
from helhet_door.decide.commands import Command, Opened, Pulse, Record
from helhet_door.decide.door import Door, step
from helhet_door.decide.facts import Verdict
from helhet_door.decide.replies import Decided, Stored, Tick
from helhet_door.rules.model import Times
from helhet_door.words.events import Card, Event, Input, Key, Meaning, Relay
from helhet_door.words.reasons import Reason
from helhet_door.words.rows import Kind
from helhet_door.words.states import DoorState

TIMES = Times(pin=2.0, ask=0.5, pulse=1.0, held=3.0)
STAFF = Verdict(Reason.STAFF, open=True, seconds=1.0, party=None)
STEPS = (0.5, 1.0, 3.0)
EXIT = 2.0


class Outside(NamedTuple):
    """What somebody who looks at the door knows. Moments are relative to now."""

    released_until: float = -inf  # a pulse, and its grace
    exit_until: float = -inf
    is_open: bool = False
    open_since: float = -inf
    told_held: bool = False
    pending: tuple[int, ...] = ()  # let in, and not told yet whether they opened


class Both(NamedTuple):
    seen: Seen
    outside: Outside


def moved(outside: Outside, by: float) -> Outside:
    return outside._replace(
        released_until=max(outside.released_until + by, -0.5),
        exit_until=max(outside.exit_until + by, -0.5),
        open_since=max(outside.open_since + by, -6.0) if outside.is_open else -inf,
    )


def grant(door: Door, verdict: Verdict) -> list[Event]:
    """A whole visit at once."""
    number = door.visit.number + 1
    return [
        Card(NAME, NOW, "aaaa"),
        Key(NAME, NOW, "1"),
        Key(NAME, NOW, "#"),
        Decided(NAME, NOW, number, verdict),
        Stored(NAME, NOW, number, True),
    ]


def things(door: Door) -> Iterator[list[Event]]:
    """All that can happen to a leaf at one moment."""
    if len(door.leaf.waiting) < 2:
        yield grant(door, OPENS)
        yield grant(door, STAFF)
    for on in (True, False):
        yield [Input(NAME, NOW, Meaning.CONTACT, on)]
        yield [Relay(NAME, NOW, door.visit.number, on)]
        yield [Relay(NAME, NOW, door.visit.number - 1, on)]
    yield [Input(NAME, NOW, Meaning.EXIT_BUTTON, True)]


def watch(outside: Outside, events: list[Event], commands: tuple[Command, ...]) -> Outside:
    """What is stored agrees with what is seen."""
    first, now_open = events[0], outside.is_open
    excused = outside.released_until > 0 or outside.exit_until > 0
    if isinstance(first, Input) and first.meaning is Meaning.CONTACT:
        now_open = first.on
    opening = now_open and not outside.is_open
    forced = [each for each in commands if isinstance(each, Record) and each.kind is Kind.DOOR_FORCED]
    assert len(forced) == (1 if opening and not excused else 0)
    pending = [*outside.pending, *(each.visit for each in commands if isinstance(each, Pulse))]
    for each in commands:
        if isinstance(each, Opened):
            assert each.visit in pending, "told of somebody who was not let in, or told twice"
            pending.remove(each.visit)
            assert not each.opened or now_open, "opened, and the contact says closed"
    outside = outside._replace(
        is_open=now_open, open_since=0.0 if opening else outside.open_since, pending=tuple(pending)
    )
    if not now_open or opening:
        outside = outside._replace(told_held=False)
    for each in commands:
        if isinstance(each, Pulse):
            outside = outside._replace(released_until=max(outside.released_until, each.seconds + leaves.GRACE))
        if isinstance(each, Record) and each.kind is Kind.DOOR_HELD:
            assert outside.is_open
            assert not outside.told_held, "told twice"
            assert outside.open_since <= -TIMES.held, "told too early"
            outside = outside._replace(told_held=True)
    return outside


def test_what_is_stored_agrees_with_the_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    """8,269 states."""
    monkeypatch.setattr(leaves, "EXIT", EXIT)
    kinds: set[str] = set()

    def after(door: Door, outside: Outside, events: list[Event]) -> Both:
        commands: tuple[Command, ...] = ()
        for event in events:
            door, more = step(door, event, NOW, TIMES)
            commands = (*commands, *more)
        kinds.update(each.kind for each in commands if isinstance(each, Record))
        outside = watch(outside, events, commands)
        if isinstance(events[0], Input) and events[0].meaning is Meaning.EXIT_BUTTON:
            outside = outside._replace(exit_until=EXIT)
        if isinstance(events[0], Relay) and not events[0].taken and not outside.pending and not door.leaf.contact:
            outside = outside._replace(released_until=door.leaf.pulse_until - NOW)
        assert door.leaf.contact == outside.is_open
        plain = replace(door, leaf=replace(door.leaf, allowed=0, entered=0, crowd=False))
        return Both(abstract(plain, Witness(), NOW), outside)

    def following(both: Both) -> Iterator[Both]:
        door, _ = concrete(both.seen)
        outside = both.outside._replace(pending=tuple(each + 10 for each in both.outside.pending))
        assert comes_to_rest(door, TIMES), f"never idle again: {both}"
        for events in things(door):
            yield number(after(door, outside, events))
        for seconds in STEPS:
            later, commands = step(door, Tick(NAME, NOW + seconds), NOW + seconds, TIMES)
            kinds.update(each.kind for each in commands if isinstance(each, Record))
            seen = watch(moved(outside, -seconds), [Tick(NAME, NOW)], commands)
            yield number(Both(abstract(later, Witness(), NOW + seconds), seen))

    def number(both: Both) -> Both:
        waiting = both.seen.door.leaf.waiting
        assert len(waiting) == len(both.outside.pending)
        return Both(both.seen, both.outside._replace(pending=waiting))

    start = Door(NAME, secure=True)
    states = explore(Both(abstract(start, Witness(), NOW), Outside()), following, 60_000)
    reached = {both.seen.door.state for both in states}
    print(f"{len(states)} states, {sorted(reached)}, {sorted(kinds)}")
    assert reached == {DoorState.IDLE, DoorState.PULSE, DoorState.OPEN, DoorState.HELD}
    assert kinds == {Kind.DOOR_FORCED, Kind.DOOR_HELD, Kind.CONTACT_DISAGREES}
