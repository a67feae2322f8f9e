"""The town's decision calendar: from the month by which a matter must be decided back to where it first comes up.

A matter goes from body to body: a committee, the board, the council. Each meets only in some months, and what it has
decided needs a while before the next body can take it up. Every step is rounded down to a meeting, so nothing is ever
too late by a rounding.

Months count from the base date and may be negative, before it; ``first`` is the calendar month (1 to 12) of month 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from helhet.decide.act_by import whole
from helhet.words.decision import Body


@dataclass(frozen=True)
class Meeting:
    """The meeting of a body (its id) in a month, counted from the base date."""

    body: str
    month: int


def _check(body: Body) -> None:
    """Raise ``ValueError`` for a body that never meets, or not in a month of the year, or passes on backwards."""
    if not body.months:
        raise ValueError(f"{body.id} meets in no month, so it can decide nothing: give it months")
    wrong = [month for month in body.months if not 1 <= month <= 12]
    if wrong:
        raise ValueError(f"{body.id} meets in month {wrong[0]}: months go from 1 to 12")
    if body.ahead < 0:
        raise ValueError(f"{body.id} is to be ahead of the next body by {body.ahead} months: give it 0 or more")


def last_meeting(body: Body, month: float, first: int) -> int:
    """The last month, up to and including ``month``, in which ``body`` meets.

    Raises ``ValueError`` for a ``month`` that is not finite, a ``first`` that is not 1 to 12, and a body that meets in
    no month or in one that does not exist.
    """
    _check(body)
    if not 1 <= first <= 12:
        raise ValueError(f"the first month must be a calendar month from 1 to 12, not {first}")
    latest = whole(month)
    return max(latest - (latest + first - meets) % 12 for meets in body.months)


def _chain(bodies: Mapping[str, Body], start: str) -> tuple[Body, ...]:
    """The bodies through which a matter goes from ``start`` on, in order of time."""
    chain: dict[str, Body] = {}
    name = start
    while name:
        if name in chain:
            raise ValueError(f"a matter from {start} goes round in circles: {' > '.join((*chain, name))}")
        if name not in bodies:
            raise ValueError(f"there is no body {name!r}: {' > '.join((*chain, name))}")
        chain[name] = bodies[name]
        name = bodies[name].then
    return tuple(chain.values())


def walk_back(bodies: Mapping[str, Body], start: str, by: float, first: int) -> tuple[Meeting, ...]:
    """The last chance at each body of a matter that ``start`` decides first and the last body must decide by ``by``.

    ``bodies`` are by id. The meetings stand in order of time. The last is the last body's last meeting up to month
    ``by``; each one before is its body's last meeting at least that body's ``ahead`` months before the next.

    Raises ``ValueError`` for a ``by`` that is not finite, for a body that is not in ``bodies``, that never meets or to
    which a matter returns, and as :func:`last_meeting` does.
    """
    chain = _chain(bodies, start)
    if not chain:
        raise ValueError("a matter must start at a body, and the one given has no name")
    meetings: list[Meeting] = []
    latest = by
    for body in reversed(chain):
        if meetings:
            latest -= body.ahead
        latest = last_meeting(body, latest, first)
        meetings.append(Meeting(body.id, latest))
    return tuple(reversed(meetings))


def next_meeting(body: Body, month: int, first: int) -> int:
    """The first month, from ``month`` on, in which ``body`` meets. Raises ``ValueError`` as :func:`last_meeting`."""
    _check(body)
    return min(month + (meets - month - first) % 12 for meets in body.months)


def walk_forward(bodies: Mapping[str, Body], start: str, since: int, first: int) -> tuple[Meeting, ...]:
    """The soonest that a matter can be decided which ``start`` takes up in month ``since`` or later.

    Each body takes it up at its next meeting, and passes it on to one at least its ``ahead`` months later. Raises
    ``ValueError`` as :func:`walk_back` does.
    """
    meetings: list[Meeting] = []
    for body in _chain(bodies, start):
        month = next_meeting(body, since, first)
        meetings.append(Meeting(body.id, month))
        since = month + body.ahead
    return tuple(meetings)
