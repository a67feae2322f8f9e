"""Opening the pseudonym of one passage: asked for with a reason, shown once, by two people where it must be.

The cards under seal are opened one after the other, and the day's key is tried on each. A protected identity, or every
passage where the town wants it so, needs a second supervisor, whom the first has not made.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helhet_door.centre import audit
from helhet_door.centre.keys import Keys
from helhet_door.centre.seal import unseal
from helhet_door.keep.rows import day_keys
from helhet_door.keep.times import instant, local_day, start_of, text
from helhet_door.words.tags import day_tag

READY_FOR = dt.timedelta(hours=24)  # then it must be asked for anew


@dataclass(frozen=True)
class Passed:
    """A passage as the list shows it; the pseudonym itself is not in it."""

    id: str
    at: dt.datetime
    door: str
    reason: str
    opened: bool | None
    has_tag: bool


@dataclass(frozen=True)
class Found:
    """Whose a passage was. ``staff`` is the number of a staff card, or None for a member."""

    tag: str
    card: str
    staff: int | None
    protected: bool


def passages(db: sqlite3.Connection, branch: str, zone: str, day: dt.date) -> Sequence[Passed]:
    """The passages of a local day at a branch, oldest first."""
    ends = text(start_of(day, zone)), text(start_of(day + dt.timedelta(days=1), zone))
    rows = db.execute(
        "SELECT p.id, p.at, p.door, p.reason, p.tag IS NOT NULL, o.opened FROM passages p "
        "LEFT JOIN opened o ON o.passage = p.id WHERE p.branch = ? AND p.at >= ? AND p.at < ? ORDER BY p.at, p.id",
        (branch, *ends),
    )
    return [
        Passed(row[0], instant(row[1]), row[2], row[3], None if row[5] is None else bool(row[5]), bool(row[4]))
        for row in rows
    ]


def passage(db: sqlite3.Connection, branch: str, zone: str, id: str) -> Passed | None:
    """One passage that still has its pseudonym."""
    row = db.execute("SELECT at FROM passages WHERE id = ? AND branch = ? AND tag IS NOT NULL", (id, branch)).fetchone()
    if row is None:
        return None
    return next(one for one in passages(db, branch, zone, local_day(instant(row[0]), zone)) if one.id == id)


def find(db: sqlite3.Connection, keys: Keys, branch: str, zone: str, id: str) -> Found | None:
    """Whose the passage was; None where its pseudonym or its key is gone, or the card is no longer listed."""
    row = db.execute("SELECT at, tag FROM passages WHERE id = ? AND branch = ?", (id, branch)).fetchone()
    if row is None or row["tag"] is None:
        return None
    days = day_keys(db, branch, local_day(instant(row["at"]), zone).isoformat())
    for tag, sealed, staff, protected in _sealed(db):
        card = unseal(keys.opening, tag, sealed)
        if card is not None and any(day_tag(key, card) == row["tag"] for key in days):
            return Found(tag, card, staff, protected)
    return None


def _sealed(db: sqlite3.Connection) -> Iterator[tuple[str, bytes, int | None, bool]]:
    for row in db.execute("SELECT tag, sealed, protected FROM agreements").fetchall():
        yield row["tag"], row["sealed"], None, bool(row["protected"])
    for row in db.execute("SELECT tag, sealed, id FROM staff_cards").fetchall():
        yield row["tag"], row["sealed"], row["id"], False


def ask(
    db: sqlite3.Connection,
    at: dt.datetime,
    branch: str,
    passed: Passed,
    user: str,
    reason: str,
    reference: str,
    two: bool,
) -> int:
    """Note a request; it waits for a second person where ``two``. Returns its number."""
    made = db.execute(
        "INSERT INTO openings (branch, passage, passed, reason, reference, asked_at, asked_by, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (branch, passed.id, text(passed.at), reason, reference, text(at), user, "waiting" if two else "ready"),
    )
    return int(made.lastrowid or 0)


def one(db: sqlite3.Connection, number: int) -> sqlite3.Row | None:
    """A request."""
    found: sqlite3.Row | None = db.execute("SELECT * FROM openings WHERE id = ?", (number,)).fetchone()
    return found


def everything(db: sqlite3.Connection, limit: int = 200) -> Sequence[sqlite3.Row]:
    """The latest requests, newest first."""
    found: Sequence[sqlite3.Row] = db.execute("SELECT * FROM openings ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
    return found


def may_decide(db: sqlite3.Connection, request: sqlite3.Row, user: str, at: dt.datetime) -> bool:
    """Whether ``user`` is a second person for a request: another one, and none that the asking one has made."""
    waits = request["state"] == "waiting" and not too_old(request, at)
    other: bool = request["asked_by"].casefold() != user.casefold()
    return waits and other and not audit.touched(db, request["asked_by"], user)


def may_show(request: sqlite3.Row, user: str, at: dt.datetime) -> bool:
    """Whether ``user`` may see the answer: who asked, once, within a day."""
    return request["state"] == "ready" and request["asked_by"] == user and not too_old(request, at)


def too_old(request: sqlite3.Row, at: dt.datetime) -> bool:
    """Whether a request has to be made anew."""
    return at - instant(request["asked_at"]) > READY_FOR


def decide(db: sqlite3.Connection, number: int, user: str, yes: bool) -> bool:
    """Say yes or no to a request that waits; False where it does not wait (any more)."""
    return _move(db, number, "waiting", "ready" if yes else "refused", user)


def shown(db: sqlite3.Connection, number: int) -> bool:
    """The answer is being shown; False where it was shown already."""
    return _move(db, number, "ready", "shown", None)


def _move(db: sqlite3.Connection, number: int, before: str, after: str, user: str | None) -> bool:
    moved = db.execute(
        "UPDATE openings SET state = ?, decided_by = coalesce(?, decided_by) WHERE id = ? AND state = ?",
        (after, user, number, before),
    )
    return moved.rowcount > 0
