"""The branch as one, on a real store: closing, arming and opening again, with a clock that is set by hand."""

from __future__ import annotations

import asyncio
import datetime as dt

import msgspec
import pytest
from staging.stage import BRANCH, open_always, rules_for

from helhet_door.keep.store import Store
from helhet_door.reader.settings import Reader
from helhet_door.rules.model import Alarm, Day, Scene, Span, Week
from helhet_door.service.headcount import Headcount
from helhet_door.service.house import House
from helhet_door.service.obeyed import Obeyed
from helhet_door.service.records import Records
from helhet_door.service.timekeeping import Source, Timekeeper
from helhet_door.words.events import Input, Line, Meaning, Output, Signal
from helhet_door.words.states import BranchState, Panel

READER = Reader(
    door="main",
    device="/dev/null",
    key_file="key",
    inputs={
        0: Meaning.CONTACT,
        1: Meaning.MOTION,
        2: Meaning.ALARM_READY,
        3: Meaning.ALARM_ARMED,
        4: Meaning.ENTRY_COUNTED,
        5: Meaning.EXIT_COUNTED,
        6: Meaning.FIRE,
    },
    outputs={Output.LOCK: 0, Output.ALARM_ARM: 1},
)
HOURS = Day(open_plus=(Span(6 * 60, 22 * 60),))


class Wires:
    """What the readers were asked to set, and what was published."""

    def __init__(self) -> None:
        self.outputs: list[tuple[str, Output, bool]] = []
        self.published: list[tuple[str, str]] = []

    def output(self, door: str, output: Output, on: bool) -> bool:
        self.outputs.append((door, output, on))
        return True

    def publish(self, topic: str, payload: str) -> None:
        self.published.append((topic, payload))


class Evening:
    """A branch at nine in the evening, an hour before it closes."""

    def __init__(self, tmp_path, clock) -> None:
        self.clock = clock
        self.store = Store.open(tmp_path / "store" / "door.sqlite", clock, BRANCH)
        self.records = Records(self.store, tmp_path / "store" / "door.sqlite", clock, lambda: None)
        self.wires = Wires()
        self.obeyed = Obeyed(BRANCH, None)
        settings = open_always(
            week=Week((HOURS,) * 7),
            warn_minutes=(15, 10, 5),
            alarm=Alarm(fitted=True, quiet_minutes=10),
            scenes=(Scene("clearing", "light", "bright"), Scene("armed", "light", "off", 1)),
        )
        self.obeyed.take(rules_for(settings))
        times = Timekeeper(clock, Source.KERNEL, None, lambda: True)
        self.headcount = Headcount((READER,), tmp_path / "inside")
        self.house = House((READER,), clock, times, self.obeyed, self.records, self.wires, self.wires, self.headcount)

    def input(self, meaning: Meaning, on: bool) -> None:
        self.house.take(Input("main", self.clock.monotonic(), meaning, on))

    def connect(self) -> None:
        self.house.take(Line("main", self.clock.monotonic(), True, ""))
        for meaning in (Meaning.MOTION, Meaning.ALARM_ARMED, Meaning.FIRE):
            self.input(meaning, False)
        self.input(Meaning.ALARM_READY, True)

    async def go(self, minutes: float) -> None:
        for _ in range(int(minutes * 60)):
            self.clock.go(1)
            self.house.tick()
        await asyncio.sleep(0)


@pytest.fixture
async def evening(tmp_path, hand_clock):
    made = Evening(tmp_path, hand_clock)
    made.house.tick()
    made.connect()
    yield made
    await made.records.close()


async def test_an_evening_from_open_to_armed_and_a_morning(evening) -> None:
    house, wires = evening.house, evening.wires
    house.tick()
    assert house.state is BranchState.OPEN_PLUS
    await evening.go(46)
    assert (house.state, house.resting()) == (BranchState.WARNING, Signal.CLOSING)
    await evening.go(15)
    assert house.state is BranchState.CLEARING
    said = [payload for topic, payload in wires.published if topic.endswith("/closing")]
    assert said == ["15", "10", "5", "0"]
    assert ("light", "bright") in wires.published
    assert house.opens() == "06:00"
    await evening.go(5)
    evening.input(Meaning.MOTION, True)
    evening.input(Meaning.MOTION, False)
    await evening.go(9)
    assert house.state is BranchState.CLEARING
    assert wires.outputs[-1:] != [("main", Output.ALARM_ARM, True)]
    await evening.go(2)
    assert house.state is BranchState.ARM_REQUESTED
    assert wires.outputs[-1] == ("main", Output.ALARM_ARM, True)
    evening.input(Meaning.ALARM_ARMED, True)
    assert (house.state, house.panel) == (BranchState.ARMED, Panel.ARMED)
    await evening.go(2)
    assert ("light", "off") in wires.published
    await evening.go(461.5)  # half a minute past six
    assert house.state is BranchState.DISARM_REQUESTED
    assert wires.outputs[-1] == ("main", Output.ALARM_ARM, False)
    evening.input(Meaning.ALARM_ARMED, False)
    assert house.state is BranchState.OPEN_PLUS


async def test_staff_may_ask_to_disarm_and_an_unknown_panel_counts_as_armed(evening) -> None:
    house, wires = evening.house, evening.wires
    await evening.go(75)
    evening.input(Meaning.ALARM_ARMED, True)
    assert house.state is BranchState.ARMED
    house.disarm()
    assert wires.outputs[-1] == ("main", Output.ALARM_ARM, False)
    house.take(Line("main", evening.clock.monotonic(), False, "silent"))
    assert house.panel is Panel.UNKNOWN


async def test_an_evacuation_is_observed(evening) -> None:
    evening.input(Meaning.FIRE, True)
    assert evening.house.evacuation
    assert evening.house.resting() is Signal.EVACUATE
    evening.input(Meaning.FIRE, False)
    assert evening.house.state is BranchState.OPEN_PLUS
    await asyncio.sleep(0.3)
    kinds = [row.kind.value for row in evening.store.unsent().happenings]
    assert kinds.count("evacuation") == 2


async def test_people_are_counted_over_a_restart_and_anew_each_day(evening, tmp_path) -> None:
    for _ in range(3):
        evening.input(Meaning.ENTRY_COUNTED, True)
        evening.input(Meaning.ENTRY_COUNTED, False)
    evening.input(Meaning.EXIT_COUNTED, True)
    assert evening.house.occupancy == 2
    assert Headcount((READER,), tmp_path / "inside").inside == 2
    await evening.go(75)
    evening.input(Meaning.ALARM_ARMED, True)
    assert evening.house.occupancy == 0


async def test_a_count_that_cannot_be_read_is_not_a_number(tmp_path) -> None:
    (tmp_path / "inside").write_text("many")
    assert Headcount((READER,), tmp_path / "inside").inside is None
    alone = msgspec.structs.replace(READER, inputs={0: Meaning.ENTRY_COUNTED})
    assert Headcount((alone,), tmp_path / "nothing").inside is None


async def test_locked_by_staff_and_a_day_that_is_an_exception(evening) -> None:
    rules = evening.obeyed.rules
    lists = msgspec.structs.replace(rules.lists, locked=True)
    evening.obeyed.take(msgspec.structs.replace(rules, lists=lists))
    evening.house.tick()
    assert evening.house.state is BranchState.LOCKED_BY_STAFF
    closed = msgspec.structs.replace(rules.lists, exceptions={dt.date(2019, 5, 14): Day()})
    evening.obeyed.take(msgspec.structs.replace(rules, lists=closed))
    evening.house.tick()
    assert evening.house.state is BranchState.CLEARING
