"""Hours: what a branch is at an instant, when that changes, when it opens next and closes.

A span means the clock on the wall. In the spring night the hour from 02:00 to 03:00 does not exist and a span in it
lasts no time; in the autumn night it comes twice, and so does what stands in it. Every instant is therefore taken
in UTC and looked at through the zone (IANA time zone database), never the other way round except to find candidates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from helhet_door.rules.model import Day, Rules, Span

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
MIDNIGHT = 24 * 60
"""Minutes of a day: the end of a span that lasts until midnight."""

AHEAD = 60
"""Days that are searched for an opening; a branch that is closed for longer says no time."""


class Plan(StrEnum):
    """What the schedule says of an instant."""

    STAFFED = "staffed"
    OPEN_PLUS = "open_plus"
    CLOSED = "closed"


class DayKind(StrEnum):
    """Whether a member may come by the schedule, and if not, whether a public holiday is the cause."""

    OPEN = "open"
    HOLIDAY = "holiday"
    OUTSIDE = "outside"


class Look(msgspec.Struct, frozen=True):
    """Everything that a decision needs to know of the hours at one instant."""

    now_local: dt.datetime  # aware
    day_kind: DayKind
    last_entry_passed: bool


def local(rules: Rules, now: dt.datetime) -> dt.datetime:
    """``now`` (any aware time) on the branch's wall, aware."""
    return now.astimezone(ZoneInfo(rules.settings.zone))


def day_of(rules: Rules, date: dt.date) -> Day:
    """The hours of a date: an exception goes before a holiday, a holiday before the week."""
    exception = rules.lists.exceptions.get(date)
    if exception is not None:
        return exception
    if date in rules.lists.holidays:
        return rules.settings.on_holidays
    return rules.settings.week.days[date.weekday()]


def within(spans: tuple[Span, ...], minute: int) -> bool:
    """Whether a minute after midnight lies in one of the spans."""
    return any(span.start <= minute < span.end for span in spans)


def plan_at(rules: Rules, now: dt.datetime) -> Plan:
    """What the schedule says of the instant ``now`` (aware)."""
    wall = local(rules, now)
    day, minute = day_of(rules, wall.date()), wall.hour * 60 + wall.minute
    if within(day.staffed, minute):
        return Plan.STAFFED
    return Plan.OPEN_PLUS if within(day.open_plus, minute) else Plan.CLOSED


def next_change(rules: Rules, now: dt.datetime, days: int = AHEAD) -> tuple[dt.datetime, Plan] | None:
    """When (UTC) the plan next differs from what it is at ``now``, and what it is then; None within ``days`` days."""
    before = plan_at(rules, now)
    found = _first(rules, now, days, lambda plan: plan is not before)
    return None if found is None else (found, plan_at(rules, found))


def next_start(rules: Rules, now: dt.datetime, plan: Plan, days: int = AHEAD) -> dt.datetime | None:
    """When (UTC), after ``now``, the branch next comes into ``plan`` from another; None within ``days`` days."""
    before = plan_at(rules, now)
    for instant in _candidates(rules, now, days):
        after = plan_at(rules, instant)
        if after is plan and before is not plan:
            return instant
        before = after
    return None


def next_opening(rules: Rules, now: dt.datetime, days: int = AHEAD) -> dt.datetime | None:
    """When (UTC) a branch that is closed at ``now`` opens; ``now`` itself where it is open; None if it does not."""
    if plan_at(rules, now) is not Plan.CLOSED:
        return now.astimezone(dt.UTC)
    return _first(rules, now, days, lambda plan: plan is not Plan.CLOSED)


def closing(rules: Rules, now: dt.datetime, days: int = 2) -> dt.datetime | None:
    """When (UTC) a branch that is open at ``now`` closes; None where it is closed, or open for ``days`` days on."""
    if plan_at(rules, now) is Plan.CLOSED:
        return None
    return _first(rules, now, days, lambda plan: plan is Plan.CLOSED)


def look(rules: Rules, now: dt.datetime) -> Look:
    """What a decision needs to know of the hours at ``now`` (aware)."""
    wall = local(rules, now)
    plan = plan_at(rules, now)
    if plan is Plan.CLOSED:
        date = wall.date()
        holiday = date in rules.lists.holidays and date not in rules.lists.exceptions
        return Look(wall, DayKind.HOLIDAY if holiday else DayKind.OUTSIDE, True)
    minutes = rules.settings.last_entry_minutes
    ends = closing(rules, now) if minutes else None
    return Look(wall, DayKind.OPEN, ends is not None and now >= ends - minutes * MINUTE)


def _first(rules: Rules, now: dt.datetime, days: int, wanted: Callable[[Plan], bool]) -> dt.datetime | None:
    return next((each for each in _candidates(rules, now, days) if wanted(plan_at(rules, each))), None)


def _candidates(rules: Rules, now: dt.datetime, days: int) -> Iterator[dt.datetime]:
    """Every instant after ``now`` at which the plan can change, in order, in UTC."""
    zone, since = rules.settings.zone, now.astimezone(dt.UTC)
    date = local(rules, now).date()
    for _ in range(days + 1):
        yield from (each for each in _instants(zone, date, _minutes(day_of(rules, date))) if each > since)
        date += DAY


def _minutes(day: Day) -> tuple[int, ...]:
    edges = {edge for span in (*day.staffed, *day.open_plus) for edge in (span.start, span.end)}
    return tuple(sorted({0, *(edge for edge in edges if edge < MIDNIGHT)}))


@lru_cache(maxsize=1024)
def _instants(zone: str, date: dt.date, minutes: tuple[int, ...]) -> tuple[dt.datetime, ...]:
    """``minutes`` after midnight of ``date`` in UTC, both where they come twice, and the shift of the clock itself."""
    wall = ZoneInfo(zone)
    start = dt.datetime.combine(date, dt.time(), wall)
    found = {
        start.replace(hour=minute // 60, minute=minute % 60, fold=fold).astimezone(dt.UTC)
        for minute in minutes
        for fold in (0, 1)
    }
    shift = _shift(start.astimezone(dt.UTC), (start + DAY).astimezone(dt.UTC), wall)
    return tuple(sorted(found if shift is None else found | {shift}))


def _shift(start: dt.datetime, end: dt.datetime, wall: ZoneInfo) -> dt.datetime | None:
    """The first minute of ``start`` to ``end`` (UTC) with another offset from UTC than ``start``."""
    offset = start.astimezone(wall).utcoffset()
    if end.astimezone(wall).utcoffset() == offset:
        return None
    low, high = 0, int((end - start) / MINUTE)
    while high - low > 1:
        middle = (low + high) // 2
        same = (start + middle * MINUTE).astimezone(wall).utcoffset() == offset
        low, high = (middle, high) if same else (low, middle)
    return start + high * MINUTE
