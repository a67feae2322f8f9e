"""Passages as counts: by branch, local day, local hour and group. What is left of them after retention.

In the night when the clock is put back, the two hours of the same name are one cell.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import msgspec

from helhet_door.keep.groups import GROUPS
from helhet_door.keep.times import start_of, text
from helhet_door.words.reasons import Reason

#: All passages of one branch before an instant, minute by minute.
_BY_MINUTE = (
    "SELECT substr(p.at, 1, 16), p.reason, coalesce(o.opened, 0), count(*) FROM passages p "
    "LEFT JOIN opened o ON o.passage = p.id WHERE p.branch = ? AND p.at >= ? AND p.at < ?"
)


class Count(msgspec.Struct, frozen=True, order=True):
    """A cell: so many passages, and at so many of them the contact said that the door was opened."""

    branch: str
    day: str
    hour: int
    what: str
    number: int
    opened: int


def cells(db: sqlite3.Connection, branch: str, zone: str, first: str, before: str, but: str = "") -> list[Count]:
    """The rows of ``passages`` from ``first`` to before ``before`` (UTC, as text), counted.

    ``but`` is a further condition in SQL, a constant of the program.
    """
    where = ZoneInfo(zone)
    numbers: Counter[tuple[str, int, str]] = Counter()
    opened: Counter[tuple[str, int, str]] = Counter()
    for minute, reason, was_opened, number in db.execute(
        f"{_BY_MINUTE} {but} GROUP BY 1, 2, 3", (branch, first, before)
    ):
        at = dt.datetime.fromisoformat(f"{minute}:00+00:00").astimezone(where)
        key = (at.date().isoformat(), at.hour, GROUPS[Reason(reason)].value)
        numbers[key] += number
        opened[key] += number * was_opened
    return [Count(branch, *key, number, opened[key]) for key, number in sorted(numbers.items())]


def add_counts(db: sqlite3.Connection, counts: Iterable[Count]) -> None:
    """Add to the table ``counts``, inside the caller's transaction."""
    db.executemany(
        "INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "number = number + excluded.number, opened = opened + excluded.opened",
        (msgspec.structs.astuple(count) for count in counts),
    )


def counts(db: sqlite3.Connection, branch: str, zone: str, first: dt.date, last: dt.date) -> list[Count]:
    """Exact counts of the local days ``first`` to ``last`` (inclusive): folded rows, and those that still stand.

    For :mod:`helhet_door.keep.publish`, which hides the small ones; never for a page as they are.
    """
    total: dict[tuple[str, int, str], tuple[int, int]] = {}
    query = "SELECT branch, day, hour, what, number, opened FROM counts WHERE branch = ? AND day BETWEEN ? AND ?"
    folded = [Count(*row) for row in db.execute(query, (branch, first.isoformat(), last.isoformat()))]
    ends = (text(start_of(first, zone)), text(start_of(last + dt.timedelta(days=1), zone)))
    for count in (*folded, *cells(db, branch, zone, *ends)):
        key = (count.day, count.hour, count.what)
        number, opened = total.get(key, (0, 0))
        total[key] = (number + count.number, opened + count.opened)
    return [Count(branch, *key, *value) for key, value in sorted(total.items())]
