"""Days with hours of their own, and branches locked by staff until they unlock them."""

from __future__ import annotations

import datetime as dt
import sqlite3

import msgspec

from helhet_door.centre.audit import stamp
from helhet_door.rules.model import Day

MOST_AHEAD = dt.timedelta(days=730)


def exceptions(db: sqlite3.Connection, branch: str, first: dt.date) -> dict[dt.date, Day]:
    """The days from ``first`` on that have hours of their own, in order."""
    rows = db.execute(
        "SELECT day, hours FROM exceptions WHERE branch = ? AND day >= ? ORDER BY day", (branch, first.isoformat())
    )
    return {dt.date.fromisoformat(row["day"]): msgspec.json.decode(row["hours"], type=Day) for row in rows}


def set_exception(db: sqlite3.Connection, branch: str, day: dt.date, hours: Day) -> None:
    """Give a day hours of its own, in place of earlier ones; ``Day()`` is closed all day."""
    db.execute(
        "INSERT OR REPLACE INTO exceptions VALUES (?, ?, ?)",
        (branch, day.isoformat(), msgspec.json.encode(hours).decode()),
    )


def remove_exception(db: sqlite3.Connection, branch: str, day: dt.date) -> bool:
    """The day follows the week again; False where it did already."""
    return db.execute("DELETE FROM exceptions WHERE branch = ? AND day = ?", (branch, day.isoformat())).rowcount > 0


def forget_past(db: sqlite3.Connection, before: dt.date) -> int:
    """Delete exceptions of days before ``before``. Returns how many went."""
    return db.execute("DELETE FROM exceptions WHERE day < ?", (before.isoformat(),)).rowcount


def locked(db: sqlite3.Connection, branch: str) -> sqlite3.Row | None:
    """Since when and by whom ``branch`` is locked, or None."""
    found: sqlite3.Row | None = db.execute("SELECT * FROM locks WHERE branch = ?", (branch,)).fetchone()
    return found


def lock(db: sqlite3.Connection, branch: str, at: dt.datetime, user: str) -> None:
    """Lock members out until somebody unlocks; locking what is locked changes nothing."""
    db.execute("INSERT OR IGNORE INTO locks VALUES (?, ?, ?)", (branch, stamp(at), user))


def unlock(db: sqlite3.Connection, branch: str) -> None:
    """The hours are in force again."""
    db.execute("DELETE FROM locks WHERE branch = ?", (branch,))
