"""Hours against a slow reckoning that walks the wall clock minute by minute, through years and both odd nights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from core_branch import at, day, rules, week
from hypothesis import given, settings
from hypothesis import strategies as st

from helhet_door.rules import hours
from helhet_door.rules.hours import DayKind, Plan
from helhet_door.rules.model import Day, Lists, Rules, Span

ZONE = ZoneInfo("Europe/Stockholm")
MINUTE = dt.timedelta(minutes=1)
ODD_NIGHTS = [
    dt.date(2024, 3, 31),
    dt.date(2024, 10, 27),
    dt.date(2025, 3, 30),
    dt.date(2025, 10, 26),
    dt.date(2026, 3, 29),
    dt.date(2026, 10, 25),
    dt.date(2027, 3, 28),
    dt.date(2027, 10, 31),
]


def slow_plan(written: Rules, moment: dt.datetime) -> Plan:
    """By the wall alone, minute by minute: which minutes of this date are open?"""
    wall = moment.astimezone(ZONE)
    date = wall.date()
    if date in written.lists.exceptions:
        hours_of_day = written.lists.exceptions[date]
    elif date in written.lists.holidays:
        hours_of_day = written.settings.on_holidays
    else:
        hours_of_day = written.settings.week.days[date.isoweekday() - 1]
    table = ["closed"] * 1440
    for kind, spans in (("open_plus", hours_of_day.open_plus), ("staffed", hours_of_day.staffed)):
        for span in spans:
            for minute in range(span.start, span.end):
                table[minute] = kind
    return Plan(table[int(wall.strftime("%H")) * 60 + int(wall.strftime("%M"))])


def walk(written: Rules, start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, Plan]]:
    moment = start
    while moment < end:
        yield moment, slow_plan(written, moment)
        moment += MINUTE


def changes_slowly(written: Rules, start: dt.datetime, end: dt.datetime) -> list[tuple[dt.datetime, Plan]]:
    found, before = [], slow_plan(written, start)
    for moment, plan in walk(written, start, end):
        if plan is not before:
            found.append((moment, plan))
        before = plan
    return found


def changes(written: Rules, start: dt.datetime, end: dt.datetime) -> list[tuple[dt.datetime, Plan]]:
    found, moment = [], start
    while (change := hours.next_change(written, moment)) is not None and change[0] < end:
        found.append(change)
        moment = change[0]
    return found


NIGHTLY = week(day("1.30-2.30", "0-2 2.45-24"), sunday=day("2.15-2.45 3-4", "0-24"))


@pytest.mark.parametrize("night", ODD_NIGHTS)
def test_the_odd_nights_minute_by_minute(night: dt.date) -> None:
    start = dt.datetime.combine(night, dt.time(), dt.UTC) - dt.timedelta(hours=12)
    end = start + dt.timedelta(hours=48)
    for hours_of_week in (
        NIGHTLY,
        week(day("", "2-3")),
        week(day("2-2.30", "")),
        week(day("", "0-2.30")),
        week(day("", "2.45-3.30")),
    ):
        written = rules(hours_of_week)
        assert changes(written, start, end) == changes_slowly(written, start, end)


@pytest.mark.parametrize("night", ODD_NIGHTS)
def test_ordinary_hours_stay_those_of_the_wall_on_odd_days(night: dt.date) -> None:
    written = rules()
    wall = dt.datetime.combine(night, dt.time(3, 30), ZONE)
    opening = hours.next_opening(written, wall)
    assert opening is not None
    assert opening.astimezone(ZONE).strftime("%F %H:%M") == f"{night} 06:00"
    closing = hours.closing(written, opening)
    assert closing is not None
    assert closing.astimezone(ZONE).strftime("%F %H:%M") == f"{night} 22:00"


def test_four_years_of_changes_against_the_slow_reckoning_of_their_days() -> None:
    """Every day's changes are those of the wall; days with an odd night are walked minute by minute above."""
    christmas = {dt.date(year, 12, 25) for year in range(2024, 2028)}
    closed = {dt.date(year, 6, 19): Day() for year in range(2024, 2028)}
    lists = Lists(holidays=tuple(christmas), exceptions=closed | {dt.date(2026, 12, 25): day("8-9", "")})
    written = rules(lists=lists, on_holidays=day("", "12-16"))
    expected: list[tuple[str, Plan]] = []
    for number in range(4 * 365 + 1):
        date = dt.date(2024, 1, 1) + dt.timedelta(days=number)
        if date in lists.exceptions:
            hours_of_day = [("08:00", Plan.STAFFED), ("09:00", Plan.CLOSED)] if date.month == 12 else []
        elif date in christmas:
            hours_of_day = [("12:00", Plan.OPEN_PLUS), ("16:00", Plan.CLOSED)]
        else:
            hours_of_day = [
                ("06:00", Plan.OPEN_PLUS),
                ("10:00", Plan.STAFFED),
                ("18:00", Plan.OPEN_PLUS),
                ("22:00", Plan.CLOSED),
            ]
        expected += [(f"{date} {clock}", plan) for clock, plan in hours_of_day]
    found = changes(written, at("2023-12-31 23:00"), at("2027-12-31 23:00"))
    assert [(moment.astimezone(ZONE).strftime("%F %H:%M"), plan) for moment, plan in found] == expected


SPANS = st.tuples(st.integers(0, 95), st.integers(1, 96)).map(lambda ends: (min(ends[0], ends[1] - 1), ends[1]))
DAYS = st.builds(
    lambda staffed, open_plus: Day(
        tuple(Span(15 * start, 15 * end) for start, end in staffed),
        tuple(Span(15 * start, 15 * end) for start, end in open_plus),
    ),
    st.lists(SPANS, max_size=2),
    st.lists(SPANS, max_size=2),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(DAYS, min_size=7, max_size=7), st.sampled_from(ODD_NIGHTS), st.booleans())
def test_any_week_around_an_odd_night(days: list[Day], night: dt.date, holiday: bool) -> None:
    written = rules(
        week(
            Day(),
            **dict(
                zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), days, strict=True)
            ),
        ),
        Lists(holidays=(night,) if holiday else ()),
        on_holidays=days[0],
    )
    start = dt.datetime.combine(night, dt.time(), ZONE) - dt.timedelta(hours=6)
    end = start + dt.timedelta(hours=36)
    assert changes(written, start.astimezone(dt.UTC), end.astimezone(dt.UTC)) == changes_slowly(
        written, start.astimezone(dt.UTC), end.astimezone(dt.UTC)
    )


def test_a_span_until_midnight_goes_on_into_the_next_day() -> None:
    written = rules(week(day("", "0-24"), monday=day("", "20-24"), wednesday=day("", "0-2")))
    monday_evening = at("2026-03-02 20:00")  # 21:00 on the wall
    assert hours.plan_at(written, at("2026-03-02 22:59")) is Plan.OPEN_PLUS
    assert hours.plan_at(written, at("2026-03-02 23:00")) is Plan.OPEN_PLUS  # Tuesday 00:00
    assert hours.closing(written, monday_evening) == at("2026-03-04 01:00")
    assert hours.closing(rules(week(day("", "0-24"))), monday_evening) is None


def test_last_entry() -> None:
    written = rules(last_entry_minutes=15)
    assert not hours.look(written, at("2026-03-02 20:44")).last_entry_passed
    assert hours.look(written, at("2026-03-02 20:45")).last_entry_passed
    assert hours.look(written, at("2026-03-02 20:45")).day_kind is DayKind.OPEN
    assert not hours.look(rules(), at("2026-03-02 20:59")).last_entry_passed


def test_why_it_is_closed() -> None:
    easter = dt.date(2026, 4, 3)
    written = rules(lists=Lists(holidays=(easter,)))
    noon = at("2026-04-03 10:00")
    assert hours.look(written, noon).day_kind is DayKind.HOLIDAY
    assert hours.look(written, at("2026-04-02 21:00")).day_kind is DayKind.OUTSIDE
    opened = rules(lists=Lists(holidays=(easter,), exceptions={easter: day("", "11-13")}))
    assert hours.look(opened, noon).day_kind is DayKind.OPEN
    assert hours.look(opened, at("2026-04-03 12:00")).day_kind is DayKind.OUTSIDE
    assert hours.next_opening(written, noon) == at("2026-04-04 04:00")


def test_a_branch_that_never_opens_says_no_time() -> None:
    closed = rules(week(Day()))
    assert hours.next_opening(closed, at("2026-03-02 20:00")) is None
    assert hours.next_change(closed, at("2026-03-02 20:00")) is None


def test_next_start_of_a_plan() -> None:
    written = rules()
    assert hours.next_start(written, at("2026-03-02 10:00"), Plan.STAFFED) == at("2026-03-03 09:00")
    assert hours.next_start(written, at("2026-03-02 10:00"), Plan.OPEN_PLUS) == at("2026-03-02 17:00")
