"""Wrong guesses and the locks that came of them (decide/limits.py), kept so that a restart forgets neither.

The monotonic clock does not outlive a process, so each row is saved with both clocks as they were. A card stands as its
limit tag; a row that counts nothing any more is deleted at once, the others a day after they have ended.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import msgspec

from helhet_door.decide.limits import FORGETTING, Counted


class Saved(msgspec.Struct, frozen=True):
    """A row, and the two clocks when it was stored: monotonic seconds, and seconds since 1970 of the wall clock."""

    row: Counted
    monotonic: float
    wall: float


def save(db: sqlite3.Connection, rows: Iterable[Counted], monotonic: float, wall: float) -> None:
    """Put every row in the place of the last one of its card or reader, inside the caller's transaction."""
    for row in rows:
        if row.times or row.locks:
            values = (row.key, msgspec.json.encode(row.times).decode(), row.locked_until, row.locks, monotonic, wall)
            db.execute("INSERT OR REPLACE INTO counted VALUES (?, ?, ?, ?, ?, ?)", values)
        else:
            db.execute("DELETE FROM counted WHERE key = ?", (row.key,))


def saved(db: sqlite3.Connection) -> list[Saved]:
    """Every row that is kept."""
    return [
        Saved(Counted(key, msgspec.json.decode(times, type=tuple[float, ...]), until, locks), monotonic, wall)
        for key, times, until, locks, monotonic, wall in db.execute("SELECT * FROM counted ORDER BY key")
    ]


def tidy(db: sqlite3.Connection, now: float) -> int:
    """Delete rows that ended ``FORGETTING`` seconds before ``now`` (seconds since 1970); how many.

    A lock is never cut short: a row that was saved with a time to come counts as saved now.
    """
    db.execute("UPDATE counted SET wall = ? WHERE wall > ?", (now, now + FORGETTING))
    ended = "max(wall, wall + locked_until - monotonic)"
    return db.execute(f"DELETE FROM counted WHERE {ended} < ?", (now - FORGETTING,)).rowcount
