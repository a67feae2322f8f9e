"""The branch machine in every state that it can reach: when the alarm is asked to arm, and who is let in when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import inf
from typing import NamedTuple

import pytest
from core_branch import at, rules
from core_explore import explore
from msgspec.structs import replace

from helhet_door.decide.branch import Branch, step
from helhet_door.decide.commands import Arm, Command, Disarm
from helhet_door.decide.replies import DisarmAsked, Tick
from helhet_door.decide.scenes import Waiting
from helhet_door.rules import hours
from helhet_door.rules.hours import Plan
from helhet_door.rules.model import Agreement, Alarm, Lists
from helhet_door.words.events import Event, Input, Line, Meaning
from helhet_door.words.states import MEMBERS_MAY_ENTER, BranchState

QUIET, ANSWER = 60.0, 60.0
NOW = 1000.0
ALARM = Alarm(fitted=True, quiet_minutes=1, answer_seconds=60)
MOMENTS = {"open": at("2026-03-02 11:00"), "warning": at("2026-03-02 20:50"), "closed": at("2026-03-02 23:00")}
"""A schedule is a moment of the wall; the explorer jumps between them, also backwards and into no trust at all."""

AGREED = Lists(agreements={"t": Agreement(1)})
UNLOCKED = rules(alarm=ALARM, lists=AGREED)
LOCKED = rules(alarm=ALARM, lists=replace(AGREED, locked=True))


class Situation(NamedTuple):
    """The machine and what is true around it; moments are relative to now."""

    branch: Branch
    moment: str | None  # None: the clock is not trusted
    locked: bool
    motion: bool | None = None  # of the detector, as last reported
    moved: float = -inf
    armed: bool | None = None
    ready: bool | None = None
    fire: bool = False
    closed_since: float = inf  # of the wish; inf while open


def relative(branch: Branch, now: float) -> Branch:
    return replace(
        branch,
        since=max(branch.since - now, -max(QUIET, ANSWER)),
        moved_at=max(branch.moved_at - now, -QUIET),
        unknown_at=None if branch.unknown_at is None else max(branch.unknown_at - now, -ANSWER),
        announced=None,
        restless=True,
        waiting=Waiting(),
    )


def placed(branch: Branch) -> Branch:
    unknown = None if branch.unknown_at is None else branch.unknown_at + NOW
    return replace(branch, since=branch.since + NOW, moved_at=branch.moved_at + NOW, unknown_at=unknown)


class Freedom(NamedTuple):
    """What may happen in an exploration, and how far time goes in one step."""

    moments: tuple[str | None, ...]
    locks: bool
    fires: bool
    steps: tuple[float, ...]


BRIEF = Freedom(("open", "closed"), False, False, (60.0,))
WHOLE = Freedom((*MOMENTS, None), True, True, (30.0, 60.0))


def happenings(situation: Situation, freedom: Freedom) -> Iterator[tuple[Event, Situation]]:
    """All that can happen at one moment."""
    for on in (True, False):
        yield Input("d", NOW, Meaning.MOTION, on), situation._replace(motion=on, moved=0.0)
        yield Input("d", NOW, Meaning.ALARM_ARMED, on), situation._replace(armed=on)
        yield Input("d", NOW, Meaning.ALARM_READY, on), situation._replace(ready=on)
        if freedom.fires:
            yield Input("d", NOW, Meaning.FIRE, on), situation._replace(fire=on)
    gone = situation._replace(motion=None, armed=None, ready=None)
    yield Line("d", NOW, False, "silent"), gone
    yield DisarmAsked("d", NOW), situation
    for moment in freedom.moments:
        yield Tick("d", NOW), situation._replace(moment=moment)
    if freedom.locks:
        yield Tick("d", NOW), situation._replace(locked=not situation.locked)


def check(after: Situation, event: Event, commands: tuple[Command, ...]) -> None:
    state = after.branch.state
    is_open = after.moment in ("open", "warning")
    if any(isinstance(each, Arm) for each in commands):
        assert after.moment == "closed", "asked to arm in opening hours, or without a clock"
        assert after.motion is False, "asked to arm while somebody moves, or may move"
        assert after.moved <= -QUIET, "asked to arm too soon after somebody moved"
        assert after.closed_since <= -QUIET, "asked to arm before the branch was closed for long enough"
        assert after.armed is False
        assert after.ready is True, "asked to arm, and the panel is not ready"
        assert not after.fire
    if (
        any(isinstance(each, Disarm) for each in commands)
        and after.moment == "closed"
        and not isinstance(event, DisarmAsked)
    ):
        assert after.armed is not True, "disarmed in the night, and no staff card asked"
    if after.fire:
        assert state is BranchState.EVACUATION
    if state in MEMBERS_MAY_ENTER:
        assert after.armed is False, "open to members, and armed or unknown"
        assert not after.locked
        assert is_open or after.moment is None
    if state is BranchState.ARMED:
        assert after.armed is not False
    assert state is not BranchState.CLOSED, "there is an alarm to arm"


@pytest.mark.parametrize("freedom", [BRIEF, pytest.param(WHOLE, marks=pytest.mark.slow)], ids=["brief", "whole"])
def test_the_alarm_is_armed_only_when_everything_is_quiet(freedom: Freedom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Brief: 1,450 states. Whole: 82,739, with locks, fires, warnings and a clock that is not trusted."""
    plans = {moment: hours.plan_at(UNLOCKED, moment) for moment in MOMENTS.values()}
    closings = {moment: hours.closing(UNLOCKED, moment) for moment in MOMENTS.values()}
    monkeypatch.setattr(hours, "plan_at", lambda _rules, moment: plans[moment])  # else the same is reckoned 10^5 times
    monkeypatch.setattr(hours, "closing", lambda _rules, moment: closings[moment])
    asked = Counter[str]()

    def after(before: Situation, event: Event, situation: Situation, now: float) -> Situation:
        moment = None if situation.moment is None else MOMENTS[situation.moment]
        branch, commands = step(placed(before.branch), event, now, moment, LOCKED if situation.locked else UNLOCKED)
        passed = now - NOW
        closed = before.closed_since - passed
        if situation.moment in ("open", "warning"):
            closed = inf
        elif before.branch.plan is not Plan.CLOSED or before.closed_since == inf:
            closed = inf if situation.moment is None else 0.0
        moved = max(situation.moved - passed, -QUIET)
        now_moving = situation.motion is True or (situation.motion is None and situation.moved > -inf)
        done = situation._replace(branch=branch, moved=0.0 if now_moving else moved, closed_since=max(closed, -QUIET))
        check(done, event, commands)
        asked.update(type(each).__name__ for each in commands)
        return done._replace(branch=relative(branch, now))

    def following(situation: Situation) -> Iterator[Situation]:
        for event, then in happenings(situation, freedom):
            yield after(situation, event, then, NOW)
        for seconds in freedom.steps:
            yield after(situation, Tick("d", NOW + seconds), situation, NOW + seconds)

    start = Situation(relative(replace(Branch(), since=NOW), NOW), "closed", False, closed_since=0.0)
    states = explore(start, following, 200_000)
    reached = Counter(each.branch.state for each in states)
    print(f"{len(states)} states, {reached}, {asked}")
    assert asked["Arm"] > 0
    assert asked["Disarm"] > 0
    never = {BranchState.CLOSED} if freedom.fires else {BranchState.CLOSED, BranchState.EVACUATION}
    lasting = set() if freedom.locks else {BranchState.LOCKED_BY_STAFF, BranchState.WARNING, BranchState.OPEN_PLUS}
    assert set(reached) == set(BranchState) - never - lasting
