"""A matter is walked back through the meetings of the town, never to a month in which nobody meets."""

from __future__ import annotations

from itertools import pairwise
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.decide.calendar import Meeting, last_meeting, walk_back
from helhet.words.decision import Body
from helhet.words.declare import Text

IDS = ("committee", "board", "council", "region")
MONTHS = st.floats(-60, 360) | st.integers(-60, 360)
FIRSTS = st.integers(1, 12)


def body(name: str, then: str, ahead: int, *months: int) -> Body:
    """A body that meets in ``months``."""
    return Body(name, Text(name, name), then, ahead, months)


TOWN = {
    "committee": body("committee", "board", 1, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12),
    "board": body("board", "council", 2, 2, 4, 6, 9, 11),
    "council": body("council", "", 0, 3, 6, 11),
}


@st.composite
def chains(draw: st.DrawFn) -> dict[str, Body]:
    """One to four bodies, each passing on to the next."""
    names = IDS[: draw(st.integers(1, 4))]
    months = st.sets(FIRSTS, min_size=1).map(sorted)
    return {
        name: body(name, then, draw(st.integers(0, 14)), *draw(months))
        for name, then in zip(names, (*names[1:], ""), strict=True)
    }


def calendar_month(month: int, first: int) -> int:
    """1 to 12, by counting on from ``first``, the calendar month of month 0."""
    year: list[int] = [*range(first, 13), *range(1, first)]
    return year[month % 12]


@pytest.mark.parametrize(
    ("month", "meets"), [(2, 2), (4, 2), (4.99, 2), (5, 5), (11, 10), (12, 10), (14, 14), (1, -2), (-3, -7), (-7, -7)]
)
def test_the_last_meeting_is_the_one_a_finger_on_the_calendar_finds(month: float, meets: int) -> None:
    assert last_meeting(TOWN["council"], month, 1) == meets


def test_month_0_need_not_be_january() -> None:
    assert [last_meeting(TOWN["council"], month, 7) for month in (0, 3, 4, 8, 11)] == [-1, -1, 4, 8, 11]


def test_a_matter_is_walked_back_from_council_to_committee() -> None:
    """December of the first year: council in November, board in September, committee in August."""
    assert walk_back(TOWN, "committee", 11.9, 1) == (
        Meeting("committee", 7),
        Meeting("board", 8),
        Meeting("council", 10),
    )


def test_a_matter_that_should_have_come_up_already_gets_months_before_the_base_date() -> None:
    """May: council in March, board in the November before, committee in October."""
    assert [meeting.month for meeting in walk_back(TOWN, "committee", 4, 1)] == [-3, -2, 2]


def test_a_matter_may_start_in_the_middle_or_be_decided_by_one_body() -> None:
    assert walk_back(TOWN, "board", 11, 1) == walk_back(TOWN, "committee", 11, 1)[1:]
    assert walk_back(TOWN, "council", 11, 1) == (Meeting("council", 10),)


def test_how_far_the_last_body_is_ahead_of_nobody_changes_nothing() -> None:
    other = TOWN | {"council": body("council", "", 9, 3, 6, 11)}
    assert walk_back(other, "committee", 11, 1) == walk_back(TOWN, "committee", 11, 1)


@given(chains(), MONTHS, FIRSTS)
def test_every_body_decides_when_it_meets_and_soon_enough_for_the_next(
    bodies: dict[str, Body], by: float, first: int
) -> None:
    meetings = walk_back(bodies, IDS[0], by, first)
    assert [meeting.body for meeting in meetings] == list(bodies)
    assert meetings[-1].month <= by
    for meeting in meetings:
        assert calendar_month(meeting.month, first) in bodies[meeting.body].months
    for meeting, then in pairwise(meetings):
        assert meeting.month + bodies[meeting.body].ahead <= then.month


@given(chains(), MONTHS, FIRSTS)
def test_no_body_could_wait_for_its_next_meeting(bodies: dict[str, Body], by: float, first: int) -> None:
    meetings = walk_back(bodies, IDS[0], by, first)
    limits = [then.month - bodies[meeting.body].ahead for meeting, then in pairwise(meetings)]
    for meeting, limit in zip(meetings, [*limits, by], strict=True):
        after = meeting.month + 1
        while calendar_month(after, first) not in bodies[meeting.body].months:
            after += 1
        assert after > limit


@given(chains(), MONTHS, MONTHS, FIRSTS)
def test_more_time_never_means_an_earlier_meeting(
    bodies: dict[str, Body], one: float, other: float, first: int
) -> None:
    early = walk_back(bodies, IDS[0], min(one, other), first)
    late = walk_back(bodies, IDS[0], max(one, other), first)
    assert all(before.month <= after.month for before, after in zip(early, late, strict=True))


@pytest.mark.parametrize("by", [inf, -inf, nan])
def test_a_matter_that_is_never_due_has_no_meetings(by: float) -> None:
    with pytest.raises(ValueError, match="no month"):
        walk_back(TOWN, "committee", by, 1)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        (body("council", "committee", 1, 6), "committee > board > council > committee"),
        (body("council", "council", 1, 6), "council > council"),
        (body("council", "region", 1, 6), "no body 'region'"),
        (body("council", "", 0), "council meets in no month"),
        (body("council", "", 0, 6, 13), "council meets in month 13"),
        (body("council", "", -1, 6), "council is to be ahead"),
    ],
)
def test_a_calendar_that_cannot_be_followed_is_refused_by_name(changed: Body, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        walk_back(TOWN | {"council": changed}, "committee", 11, 1)


@pytest.mark.parametrize(("start", "wrong"), [("mayor", "'mayor'"), ("", "no name")])
def test_a_matter_must_start_at_a_body_of_the_town(start: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        walk_back(TOWN, start, 11, 1)


@pytest.mark.parametrize("first", [0, 13])
def test_month_0_must_be_a_month_of_the_year(first: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 12"):
        last_meeting(TOWN["council"], 5, first)
