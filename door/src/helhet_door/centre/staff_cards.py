"""Cards of staff, cleaners and guards. They are called by kind and number, never by a person's name."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from helhet_door.centre.members import Sealed
from helhet_door.rules.model import Span, StaffCard, StaffKind


@dataclass(frozen=True)
class Listed:
    """A staff card as the list shows it."""

    number: int
    tag: str
    card: StaffCard
    branches: frozenset[str]


def everything(db: sqlite3.Connection) -> Sequence[Listed]:
    """All staff cards, newest last."""
    branches: dict[int, set[str]] = {}
    for row in db.execute("SELECT card, branch FROM staff_branches"):
        branches.setdefault(row["card"], set()).add(row["branch"])
    return [
        Listed(row["id"], row["tag"], _card(row), frozenset(branches.get(row["id"], ())))
        for row in db.execute("SELECT * FROM staff_cards ORDER BY id")
    ]


def _card(row: sqlite3.Row) -> StaffCard:
    return StaffCard(
        StaffKind(row["kind"]),
        dt.date.fromisoformat(row["first"]),
        dt.date.fromisoformat(row["last"]),
        row["pin"],
        (Span(row["start"], row["end"]),),
        bool(row["disarms"]),
    )


def at(db: sqlite3.Connection, branch: str, today: dt.date) -> dict[str, StaffCard]:
    """The cards that work at ``branch``, today or later, by tag."""
    return {one.tag: one.card for one in everything(db) if branch in one.branches and one.card.last >= today}


def add(db: sqlite3.Connection, sealed: Sealed, card: StaffCard, branches: Collection[str]) -> int | None:
    """Add a card; returns its number, or None where the card is listed already."""
    hours = card.hours[0]
    try:
        number = db.execute(
            "INSERT INTO staff_cards (tag, sealed, kind, first, last, start, end, pin, disarms) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                sealed.tag,
                sealed.seal,
                str(card.kind),
                card.first.isoformat(),
                card.last.isoformat(),
                hours.start,
                hours.end,
                card.pin,
                card.disarms,
            ),
        ).lastrowid
    except sqlite3.IntegrityError:
        return None
    db.executemany("INSERT INTO staff_branches VALUES (?, ?)", [(number, branch) for branch in sorted(branches)])
    return number


def end(db: sqlite3.Connection, number: int) -> Listed | None:
    """Delete a card, which ends it; returns what it was, or None where there is none."""
    found = next((one for one in everything(db) if one.number == number), None)
    if found:
        db.execute("DELETE FROM staff_cards WHERE id = ?", (number,))
    return found


def forget_past(db: sqlite3.Connection, before: dt.date) -> int:
    """Delete cards whose last day was before ``before``. Returns how many went."""
    return db.execute("DELETE FROM staff_cards WHERE last < ?", (before.isoformat(),)).rowcount
