"""Agreements and suspensions, by tag. A card number comes in, becomes a tag and a seal, and is gone."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass

from helhet_door.centre.keys import Keys
from helhet_door.centre.seal import seal
from helhet_door.rules.model import Agreement
from helhet_door.words.tags import list_tag


@dataclass(frozen=True)
class Sealed:
    """A card as far as the centre knows it: its tag, and its number under seal."""

    tag: str
    seal: bytes


def sealed(keys: Keys, card: str) -> Sealed:
    """``card`` as tag and seal."""
    tag = list_tag(keys.list, card)
    return Sealed(tag, seal(keys.opening, tag, card))


def _agreement(row: sqlite3.Row) -> Agreement:
    return Agreement(
        row["version"],
        dt.date.fromisoformat(row["of_age_on"]) if row["of_age_on"] else None,
        bool(row["consent"]),
        bool(row["assistive"]),
        bool(row["protected"]),
    )


def agreement(db: sqlite3.Connection, tag: str) -> Agreement | None:
    """The agreement of the card with this tag."""
    row = db.execute("SELECT * FROM agreements WHERE tag = ?", (tag,)).fetchone()
    return _agreement(row) if row else None


def agreements(db: sqlite3.Connection) -> dict[str, Agreement]:
    """All agreements by tag."""
    return {row["tag"]: _agreement(row) for row in db.execute("SELECT * FROM agreements ORDER BY tag")}


def counted(db: sqlite3.Connection) -> dict[int, int]:
    """How many agreements there are of each version."""
    rows = db.execute("SELECT version, COUNT(*) FROM agreements GROUP BY version ORDER BY version")
    return {row[0]: row[1] for row in rows}


def grant(db: sqlite3.Connection, card: Sealed, given: Agreement) -> None:
    """Store an agreement, in place of an earlier one of the same card."""
    db.execute(
        "INSERT OR REPLACE INTO agreements VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            card.tag,
            card.seal,
            given.version,
            given.of_age_on.isoformat() if given.of_age_on else None,
            given.consent,
            given.assistive,
            given.protected,
        ),
    )


def withdraw(db: sqlite3.Connection, tag: str) -> bool:
    """Delete an agreement and the seal with it; False where there was none."""
    return db.execute("DELETE FROM agreements WHERE tag = ?", (tag,)).rowcount > 0


def suspend(db: sqlite3.Connection, tag: str, last: dt.date) -> None:
    """Keep a card out to the end of the day ``last``, in place of an earlier suspension."""
    db.execute("INSERT OR REPLACE INTO suspensions VALUES (?, ?)", (tag, last.isoformat()))


def lift(db: sqlite3.Connection, tag: str) -> bool:
    """End a suspension now; False where there was none."""
    return db.execute("DELETE FROM suspensions WHERE tag = ?", (tag,)).rowcount > 0


def suspension(db: sqlite3.Connection, tag: str, today: dt.date) -> dt.date | None:
    """The last day of a suspension that still runs."""
    return suspensions(db, today).get(tag)


def suspensions(db: sqlite3.Connection, today: dt.date) -> dict[str, dt.date]:
    """All suspensions that still run, by tag."""
    rows = db.execute("SELECT tag, last FROM suspensions WHERE last >= ? ORDER BY tag", (today.isoformat(),))
    return {row["tag"]: dt.date.fromisoformat(row["last"]) for row in rows}


def forget_past(db: sqlite3.Connection, today: dt.date) -> int:
    """Delete suspensions that have ended: nothing needs them any more. Returns how many went."""
    return db.execute("DELETE FROM suspensions WHERE last < ?", (today.isoformat(),)).rowcount
