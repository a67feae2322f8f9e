"""Rows on their way to the centre: each is offered until the centre has said that it holds it.

So every row arrives at least once, and, its id being its own, counts once. What is offered is numbered, and a number is
never used again: a row that changed while it was under way is offered anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import msgspec

from helhet_door.words.reasons import Reason
from helhet_door.words.rows import DayKey, Happening, Kind, Opened, Passage


class Unsent(msgspec.Struct, frozen=True):
    """Parts of a Report, oldest first. Give ``numbers`` back to ``sent`` when the centre holds them."""

    numbers: tuple[int, ...] = ()
    passages: tuple[Passage, ...] = ()
    opened: tuple[Opened, ...] = ()
    happenings: tuple[Happening, ...] = ()
    day_keys: tuple[DayKey, ...] = ()


def offer(db: sqlite3.Connection, what: str, row: str) -> None:
    """Offer a row, inside the transaction that adds or changes it."""
    db.execute("DELETE FROM outbox WHERE what = ? AND row = ?", (what, row))
    db.execute("INSERT INTO outbox (what, row) VALUES (?, ?)", (what, row))


def unsent(db: sqlite3.Connection, limit: int) -> Unsent:
    """The oldest ``limit`` rows that the centre is not known to hold. One statement a kind, in one snapshot."""
    numbers = tuple(row[0] for row in db.execute("SELECT number FROM outbox ORDER BY number LIMIT ?", (limit,)))
    if not numbers:
        return Unsent()
    last = (numbers[-1],)
    return Unsent(
        numbers,
        tuple(Passage(i, at, door, Reason(reason), tag) for i, at, door, reason, tag in db.execute(_PASSAGES, last)),
        tuple(Opened(passage, bool(was)) for passage, was in db.execute(_OPENED, last)),
        tuple(
            Happening(i, at, door, Kind(kind), detail) for i, at, door, kind, detail in db.execute(_HAPPENINGS, last)
        ),
        tuple(DayKey(day, key.hex()) for day, key in db.execute(_KEYS, last)),
    )


def sent(db: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """The centre holds what was offered under these numbers."""
    db.executemany("DELETE FROM outbox WHERE number = ?", ((number,) for number in numbers))


def waiting(db: sqlite3.Connection) -> int:
    """How many rows wait."""
    return int(db.execute("SELECT count(*) FROM outbox").fetchone()[0])


def _query(columns: str, table: str, what: str, key: str) -> str:
    return (
        f"SELECT {columns} FROM outbox b JOIN {table} t ON {key} = b.row "
        f"WHERE b.what = '{what}' AND b.number <= ? ORDER BY b.number"
    )


_PASSAGES = _query("t.id, t.at, t.door, t.reason, t.tag", "passages", "passage", "t.id")
_OPENED = _query("t.passage, t.opened", "opened", "opened", "t.passage")
_HAPPENINGS = _query("t.id, t.at, t.door, t.kind, t.detail", "happenings", "happening", "t.id")
_KEYS = _query("t.day, t.key", "day_keys", "day_key", "CAST(t.number AS TEXT)")
