"""The log of the staff page: who did or looked at what, and when. Cards stand in it as tags."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from enum import StrEnum

from helhet_door.centre.roles import Role


class Action(StrEnum):
    """What can stand in the log."""

    LOGGED_IN = "logged_in"
    LOG_IN_REFUSED = "log_in_refused"
    LOGGED_OUT = "logged_out"
    PASSWORD_CHANGED = "password_changed"
    USER_ADDED = "user_added"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    USER_ROLE = "user_role"
    USER_PASSWORD = "user_password"
    EXCEPTION_SET = "exception_set"
    EXCEPTION_REMOVED = "exception_removed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    CARD_LOOKED_UP = "card_looked_up"
    AGREEMENT_GRANTED = "agreement_granted"
    AGREEMENT_WITHDRAWN = "agreement_withdrawn"
    AGREEMENT_VERSION = "agreement_version"
    SUSPENDED = "suspended"
    SUSPENSION_LIFTED = "suspension_lifted"
    STAFF_CARD_ADDED = "staff_card_added"
    STAFF_CARD_ENDED = "staff_card_ended"
    PASSAGES_SHOWN = "passages_shown"
    OPENING_ASKED = "opening_asked"
    OPENING_APPROVED = "opening_approved"
    OPENING_REFUSED = "opening_refused"
    OPENING_SHOWN = "opening_shown"
    LOG_SHOWN = "log_shown"
    EXPORTED = "exported"
    LOG_TRIMMED = "log_trimmed"
    ROWS_DIFFER = "rows_differ"


def stamp(at: dt.datetime) -> str:
    """UTC, ISO 8601, whole seconds, ending in Z."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(stamped: str) -> dt.datetime:
    """The instant of a stamp, in UTC and aware of it."""
    return dt.datetime.strptime(stamped, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)


def write(
    db: sqlite3.Connection,
    at: dt.datetime,
    user: str,
    role: Role | str,
    action: Action,
    *,
    branch: str = "",
    tag: str = "",
    subject: str = "",
    detail: str = "",
) -> None:
    """Add a row. ``subject`` is the user acted on; ``detail`` is fixed words and dates, never a card number."""
    db.execute(
        "INSERT INTO audit (at, user, role, action, branch, tag, subject, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (stamp(at), user, str(role), str(action), branch, tag, subject, detail),
    )


def rows(db: sqlite3.Connection, user: str, action: str, before: int, limit: int) -> Sequence[sqlite3.Row]:
    """Rows older than the id ``before``, newest first; ``user`` and ``action`` narrow it, "" does not."""
    found: Sequence[sqlite3.Row] = db.execute(
        "SELECT * FROM audit WHERE id < ? AND (? = '' OR user = ? COLLATE NOCASE) AND (? = '' OR action = ?) "
        "ORDER BY id DESC LIMIT ?",
        (before, user, user, action, action, limit),
    ).fetchall()
    return found


def everything(db: sqlite3.Connection) -> Iterator[sqlite3.Row]:
    """The whole log, oldest first."""
    return iter(db.execute("SELECT * FROM audit ORDER BY id"))


def touched(db: sqlite3.Connection, by: str, name: str) -> bool:
    """Whether the user ``by`` has made the user ``name``, or given them a role, a password or their access back."""
    found = db.execute(
        "SELECT 1 FROM audit WHERE user = ? COLLATE NOCASE AND subject = ? COLLATE NOCASE "
        "AND action IN (?, ?, ?, ?) LIMIT 1",
        (by, name, Action.USER_ADDED, Action.USER_ROLE, Action.USER_PASSWORD, Action.USER_ENABLED),
    )
    return found.fetchone() is not None


def trim(db: sqlite3.Connection, at: dt.datetime, days: int) -> int:
    """Delete rows older than ``days``; say in the log that it was done, if anything went. Returns how many went."""
    gone = db.execute("DELETE FROM audit WHERE at < ?", (stamp(at - dt.timedelta(days=days)),)).rowcount
    if gone:
        write(db, at, "", "", Action.LOG_TRIMMED, detail=f"rows {gone}")
    return gone
