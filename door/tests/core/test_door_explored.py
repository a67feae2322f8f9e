"""The door machine in every state that it can reach, by every event, at every quarter of a second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from core_door import ASKS, NAME, NOW, OPENS, REFUSES, Seen, Witness, abstract, concrete, go
from core_explore import explore
from msgspec.structs import replace

from helhet_door.decide.door import Door, due, step
from helhet_door.decide.leaf import Leaf
from helhet_door.decide.replies import Answered, Assist, Decided, Stored, Tick
from helhet_door.rules.model import Times
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.events import Card, Event, Input, Key, Line, Meaning
from helhet_door.words.states import DoorState

TIMES = Times(pin=2.0, pin_assistive=3.0, ask=1.0, pulse=1.0, pulse_assistive=1.0, held=2.0)
STEPS = (0.25, 1.0, 3.0)
START = Seen(Door(NAME), Witness())
RIGHT = Answer(Kind.ANSWERED, True, True)


def visit_events(seen: Seen) -> Iterator[Event]:
    """All that can come at ``NOW`` in a visit, from this visit and from an earlier one, in time and late."""
    door, witness = concrete(seen)
    for late in (0.0, 0.75, 3.0):
        yield Card(NAME, NOW - late, "aaaa")
        yield Card(NAME, NOW - late, "bbbb")
        yield Key(NAME, NOW - late, "#")
    yield Card(NAME, NOW, "no|card")
    if len(door.visit.pin) < 2:
        yield Key(NAME, NOW, {"aaaa": "1", "bbbb": "2"}.get(witness.newest_card, "3"))
    yield Key(NAME, NOW, "*")
    yield Line(NAME, NOW, True, "secure")
    yield Line(NAME, NOW, False, "silent")
    for number in (door.visit.number, door.visit.number - 1):
        yield Assist(NAME, NOW, number)
        yield from (Decided(NAME, NOW, number, verdict) for verdict in (ASKS, OPENS, REFUSES))
        yield Answered(NAME, NOW, number, RIGHT)
        yield from (Stored(NAME, NOW, number, ok) for ok in (True, False))
    yield Input(NAME, NOW, Meaning.TAMPER, True)


def comes_to_rest(door: Door, times: Times) -> bool:
    """Whether time alone, and a leaf that is closed, bring the door back to idle."""
    at = NOW
    for _ in range(12):
        door, _ = step(door, Input(NAME, at, Meaning.CONTACT, False), at, times)
        if door.state is DoorState.IDLE and due(door, times) > at + 1000:
            return True
        at = max(at, min(due(door, times), at + 1000))
        door, _ = step(door, Tick(NAME, at), at, times)
    return False


def test_every_visit_keeps_the_promises() -> None:
    """2,548 states, leaf apart, and some thirty things that can happen in each."""
    steps = Counter[str]()

    def following(seen: Seen) -> Iterator[Seen]:
        door, witness = concrete(seen)
        assert comes_to_rest(door, TIMES), f"never idle again: {seen}"
        for event in visit_events(seen):
            after, watched, commands = go(door, witness, event, NOW, TIMES)
            steps.update(type(command).__name__ for command in commands)
            yield abstract(replace(after, leaf=Leaf()), watched, NOW)
        for seconds in STEPS:
            at = NOW + seconds
            after, watched, _ = go(door, witness, Tick(NAME, at), at, TIMES)
            yield abstract(replace(after, leaf=Leaf()), watched, at)

    states = explore(START, following, 100_000)
    reached = Counter(seen.door.state for seen in states)
    print(f"{len(states)} states, {reached}, {steps}")
    assert steps["Pulse"] > 0
    assert steps["Ask"] > 0
    assert set(reached) >= {DoorState.IDLE, DoorState.PIN, DoorState.ASK, DoorState.COMMIT}
