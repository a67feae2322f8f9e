"""The branch machine, told as stories: an evening, a morning, and what goes wrong in them."""

from __future__ import annotations

import datetime as dt

import pytest
from core_branch import at, day, rules, week
from msgspec.structs import replace

from helhet_door.decide.branch import Branch, rest, step
from helhet_door.decide.commands import Announce, Arm, Command, Disarm, Record, Scene, Show
from helhet_door.decide.replies import DisarmAsked, Tick
from helhet_door.rules.model import Alarm, Lists, Rules
from helhet_door.rules.model import Scene as Written
from helhet_door.words.events import Event, Input, Line, Meaning, Signal
from helhet_door.words.rows import Kind
from helhet_door.words.states import BranchState, Panel

FITTED = Alarm(fitted=True, quiet_minutes=10, answer_seconds=90)


class Story:
    """A branch, second by second or in leaps, with a panel that is not armed and a detector that sees nobody."""

    def __init__(self, now: str, written: Rules | None = None, known: bool = True) -> None:
        self.rules = written or rules(alarm=FITTED)
        self.now: dt.datetime = at(now)
        self.at = 0.0
        self.branch = Branch()
        self.all: list[tuple[str, Command]] = []
        self.trusted = True
        if known:
            self.input(Meaning.MOTION, False)
            self.input(Meaning.ALARM_ARMED, False)
            self.input(Meaning.ALARM_READY, True)

    @property
    def state(self) -> BranchState:
        return self.branch.state

    def does(self, event: Event) -> list[Command]:
        self.branch, commands = step(self.branch, event, self.at, self.now if self.trusted else None, self.rules)
        self.all += [(self.now.strftime("%H:%M:%S"), command) for command in commands]
        return list(commands)

    def input(self, meaning: Meaning, on: bool, door: str = "d") -> list[Command]:
        return self.does(Input(door, self.at, meaning, on))

    def wait(self, seconds: float, every: float = 1.0) -> list[Command]:
        found: list[Command] = []
        end = self.at + seconds
        while self.at < end:
            by = min(every, end - self.at)
            self.at, self.now = self.at + by, self.now + dt.timedelta(seconds=by)
            found += self.does(Tick("", self.at))
        return found

    def times(self, kind: type[Command]) -> list[str]:
        return [when for when, command in self.all if isinstance(command, kind)]


def test_an_evening_and_a_morning() -> None:
    """21:40 to 06:00 on the wall, which is 20:40 to 05:00 in UTC."""
    story = Story("2026-03-02 20:40")
    assert story.state is BranchState.OPEN_PLUS
    story.wait(300)
    assert story.state is BranchState.WARNING
    story.wait(900)
    assert story.state is BranchState.CLEARING
    announced = [(when, each.minutes) for when, each in story.all if isinstance(each, Announce)]
    assert announced == [("20:45:00", 15), ("20:50:00", 10), ("20:55:00", 5), ("21:00:00", 0)]
    shown = [(when, each.signal) for when, each in story.all if isinstance(each, Show)]
    assert shown[-2:] == [("20:45:00", Signal.CLOSING), ("21:00:00", Signal.CLOSED)]
    story.wait(120)
    story.input(Meaning.MOTION, True)
    story.wait(200)
    story.input(Meaning.MOTION, False)
    story.wait(599)
    assert story.state is BranchState.CLEARING
    assert story.wait(1)[-1] == Arm("")
    assert story.state is BranchState.ARM_REQUESTED
    story.wait(30)
    story.input(Meaning.ALARM_READY, False)
    story.input(Meaning.ALARM_ARMED, True)
    assert story.state is BranchState.ARMED
    while story.state is BranchState.ARMED:
        story.wait(1)
    assert story.times(Disarm)[-1] == "05:00:00"
    assert story.state is BranchState.DISARM_REQUESTED  # not open before the panel says so
    story.input(Meaning.ALARM_ARMED, False)
    assert story.state is BranchState.OPEN_PLUS
    assert len(story.times(Arm)) == 1


def test_somebody_who_moves_before_the_panel_has_armed_stops_it() -> None:
    story = Story("2026-03-02 20:59")
    story.wait(700)
    assert story.state is BranchState.ARM_REQUESTED
    assert Disarm("") in story.input(Meaning.MOTION, True)
    assert story.state is BranchState.CLEARING
    story.wait(3600, every=10)
    assert len(story.times(Arm)) == 1
    story.input(Meaning.MOTION, False)
    story.wait(601)
    assert story.state is BranchState.ARM_REQUESTED


def test_a_panel_that_is_not_ready_is_never_asked_and_somebody_is_told() -> None:
    story = Story("2026-03-02 20:59")
    story.input(Meaning.ALARM_READY, False)
    told = story.wait(3700, every=5)
    assert story.state is BranchState.CLEARING
    assert not story.times(Arm)
    assert told.count(Record("", Kind.ALARM, "does not come to rest")) == 1


def test_no_detector_no_arming() -> None:
    story = Story("2026-03-02 20:59", known=False)
    story.input(Meaning.ALARM_ARMED, False)
    story.input(Meaning.ALARM_READY, True)
    story.wait(7200, every=5)
    assert not story.times(Arm)


def test_a_panel_that_does_not_arm_in_time_is_a_fault_and_is_believed_when_it_does() -> None:
    story = Story("2026-03-02 20:59")
    told = story.wait(60 + 600 + 91)
    assert Record("", Kind.ALARM, "not armed in time") in told
    assert story.state is BranchState.FAULT
    story.input(Meaning.ALARM_ARMED, True)
    assert story.state is BranchState.ARMED


def test_an_unknown_panel_counts_as_armed() -> None:
    story = Story("2026-03-02 12:00", known=False)
    assert story.does(Tick("", 0.0))[0] == Record("", Kind.BRANCH, "disarm_requested")
    story.input(Meaning.ALARM_ARMED, False)
    assert story.state is BranchState.STAFFED
    story.does(Line("d", story.at, False, "silent"))
    assert story.state is BranchState.DISARM_REQUESTED
    assert Record("", Kind.ALARM, "not disarmed in time") in story.wait(91)
    assert story.state is BranchState.FAULT
    story.input(Meaning.ALARM_ARMED, False)
    assert story.state is BranchState.STAFFED


def test_a_panel_that_falls_silent_in_the_night() -> None:
    story = Story("2026-03-02 23:00")
    story.input(Meaning.ALARM_ARMED, True)
    assert story.state is BranchState.ARMED
    story.does(Line("d", story.at, False, "silent"))
    story.wait(89)
    assert story.state is BranchState.ARMED  # a short gap is no fault
    assert Record("", Kind.ALARM, "the panel is silent") in story.wait(2)
    assert story.state is BranchState.FAULT
    story.does(Line("d", story.at, True, "secure"))
    story.input(Meaning.ALARM_ARMED, True)
    assert story.state is BranchState.ARMED


def test_a_staff_card_disarms_in_the_night_and_it_is_armed_again_when_they_have_left() -> None:
    story = Story("2026-03-02 23:00")
    story.input(Meaning.ALARM_ARMED, True)
    assert Disarm("") in story.does(DisarmAsked("d", story.at))
    assert story.state is BranchState.DISARM_REQUESTED
    story.wait(5)
    story.input(Meaning.ALARM_ARMED, False)
    assert story.state is BranchState.CLEARING
    story.input(Meaning.MOTION, True)
    story.wait(1800, every=10)
    story.input(Meaning.MOTION, False)
    assert not story.times(Arm)
    story.wait(600)
    assert story.state is BranchState.ARM_REQUESTED
    assert Arm("") not in story.does(DisarmAsked("d", story.at))
    assert story.state is BranchState.CLEARING


def test_an_alarm_that_cannot_be_disarmed_is_a_fault() -> None:
    story = Story("2026-03-02 23:00")
    story.input(Meaning.ALARM_ARMED, True)
    story.does(DisarmAsked("d", story.at))
    assert Record("", Kind.ALARM, "not disarmed in time") in story.wait(91)
    assert story.state is BranchState.FAULT


def test_an_evacuation_is_observed_and_nothing_else() -> None:
    story = Story("2026-03-02 12:00")
    assert story.input(Meaning.FIRE, True) == [
        Record("", Kind.BRANCH, "evacuation"),
        Record("", Kind.EVACUATION, "begun"),
        Show("", Signal.EVACUATE),
    ]
    story.does(Line("d", story.at, False, "silent"))  # the cable burns: still on
    story.wait(60)
    assert story.state is BranchState.EVACUATION
    story.does(Line("d", story.at, True, "secure"))
    story.input(Meaning.ALARM_ARMED, False)
    assert Record("", Kind.EVACUATION, "ended") in story.input(Meaning.FIRE, False)
    assert story.state is BranchState.STAFFED


def test_locked_by_staff_until_they_unlock_and_still_armed_at_night() -> None:
    story = Story("2026-03-02 20:30", rules(alarm=FITTED, lists=Lists(locked=True)))
    assert story.state is BranchState.LOCKED_BY_STAFF
    story.wait(1800 + 599, every=1)
    assert story.state is BranchState.CLEARING
    story.wait(2)
    assert story.state is BranchState.ARM_REQUESTED
    open_again = replace(story.rules, lists=Lists())
    morning = Story("2026-03-02 12:00", story.rules)
    morning.rules = open_again
    morning.wait(1)
    assert morning.state is BranchState.STAFFED


def test_a_branch_without_an_alarm_comes_to_rest() -> None:
    story = Story("2026-03-02 20:59", rules(), known=False)
    story.wait(60 + 599)
    assert story.state is BranchState.CLEARING
    story.wait(2)
    assert story.state is BranchState.CLOSED
    assert not story.times(Arm)
    assert not story.times(Disarm)
    story.wait(8 * 3600, every=60)
    assert story.state is BranchState.OPEN_PLUS


def test_without_a_clock_nothing_is_armed_opened_or_announced() -> None:
    story = Story("2026-03-02 20:50")
    story.trusted = False
    story.all.clear()
    story.wait(3600, every=5)
    assert story.state is BranchState.WARNING
    assert not story.times(Arm)
    assert not story.times(Announce)
    story.trusted = True
    story.wait(1)
    assert story.state is BranchState.CLEARING


def test_without_a_clock_a_quiet_night_is_not_armed() -> None:
    story = Story("2026-03-02 21:30")
    story.trusted = False
    story.wait(3600, every=5)
    assert story.state is BranchState.CLEARING
    assert not story.times(Arm)
    story.trusted = True
    story.wait(1)
    assert story.state is BranchState.ARM_REQUESTED


def test_an_announcement_that_is_late_is_not_made() -> None:
    story = Story("2026-03-02 20:53")
    story.wait(600)
    announced = [each.minutes for _, each in story.all if isinstance(each, Announce)]
    assert announced == [5, 0]


def test_what_a_reader_shows_at_rest() -> None:
    assert rest(BranchState.STAFFED) is rest(BranchState.OPEN_PLUS) is Signal.IDLE
    assert rest(BranchState.WARNING) is Signal.CLOSING
    assert rest(BranchState.EVACUATION) is Signal.EVACUATE
    assert rest(BranchState.ARMED) is rest(BranchState.FAULT) is Signal.CLOSED


SCENES = (
    Written("open_plus", "lights", "on", -5),
    Written("warning", "voice", "soon", -1),
    Written("clearing", "lights", "bright"),
    Written("clearing", "lights", "dim", 3),
    Written("closed", "lights", "off", 2),
)


def test_scenes_before_at_and_after_their_state() -> None:
    story = Story("2026-03-02 04:50", rules(scenes=SCENES), known=False)
    story.wait(17 * 3600, every=10)
    played = [(when, each.payload) for when, each in story.all if isinstance(each, Scene)]
    assert played == [
        ("04:55:00", "on"),
        ("16:55:00", "on"),  # after the staffed hours it is open_plus again
        ("20:44:00", "soon"),
        ("21:00:00", "bright"),
        ("21:03:00", "dim"),
        ("21:12:00", "off"),
    ]


def test_a_scene_of_a_state_that_was_left_is_not_played() -> None:
    story = Story("2026-03-02 20:59", rules(scenes=(Written("clearing", "lights", "late", 30),)), known=False)
    story.wait(3600, every=10)
    assert story.state is BranchState.CLOSED
    assert not story.times(Scene)


@pytest.mark.parametrize("night", ["2026-03-28", "2026-10-24"])
def test_the_odd_nights_close_and_open_by_the_wall(night: str) -> None:
    story = Story(f"{night} 12:00", rules(week(day("", "6-22"))), known=False)
    story.wait(36 * 3600, every=60)
    changed = [(when, each.detail) for when, each in story.all if isinstance(each, Record)]
    summer = night == "2026-03-28"
    assert next(when for when, detail in changed if detail == "clearing") == ("21:00:00" if summer else "20:00:00")
    assert [when for when, detail in changed if detail == "open_plus"][1] == ("04:00:00" if summer else "05:00:00")


def test_panels() -> None:
    story = Story("2026-03-02 12:00")
    assert story.branch.inputs.panel(FITTED) is Panel.READY
    assert story.branch.inputs.panel(Alarm()) is Panel.NONE
    story.input(Meaning.ALARM_READY, False)
    assert story.branch.inputs.panel(FITTED) is Panel.NOT_READY
