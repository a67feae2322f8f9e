"""Adding rows, so that the same row added twice is one row. For the box (one branch) and the centre (many).

Every function works inside the caller's transaction (:func:`helhet_door.keep.database.writing`).
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from typing import TypeVar

import msgspec

from helhet_door.keep.faults import FaultKind, StoreFault
from helhet_door.keep.schema import SHARED
from helhet_door.words.reasons import NAMED
from helhet_door.words.rows import DayKey, Happening, Opened, Passage

KEY_BYTES = 32
Row = TypeVar("Row", Passage, Happening)


class Taken(msgspec.Struct, frozen=True):
    """What became of the rows of a report. ``differing``: an id that is known with other content; the first stays."""

    new: int
    known: int
    differing: int


def make_tables(db: sqlite3.Connection) -> None:
    """Make the shared tables where they are missing (for the centre; a box has migrations)."""
    for statement in SHARED:
        db.execute(statement)


def add_passage(db: sqlite3.Connection, branch: str, row: Passage) -> bool:
    """Add a passage; False if it was there. Raises :class:`StoreFault` where its id stands for another passage."""
    added = db.execute(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (row.id, branch, row.at, row.door, row.reason.value, row.tag),
    )
    if added.rowcount:
        return True
    # The tag is not compared: retention may have taken it away since.
    _same(db, "SELECT branch, at, door, reason FROM passages", row.id, (branch, row.at, row.door, row.reason.value))
    return False


def add_happening(db: sqlite3.Connection, branch: str, row: Happening) -> bool:
    """Add a happening; False if it was there. Raises :class:`StoreFault` where its id stands for another."""
    fields = (branch, row.at, row.door, row.kind.value, row.detail)
    added = db.execute(
        "INSERT INTO happenings VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING", (row.id, *fields)
    )
    if added.rowcount:
        return True
    _same(db, "SELECT branch, at, door, kind, detail FROM happenings", row.id, fields)
    return False


def _same(db: sqlite3.Connection, query: str, row: str, fields: tuple[str, ...]) -> None:
    found = db.execute(f"{query} WHERE id = ?", (row,)).fetchone()
    if tuple(found) != fields:
        raise StoreFault(FaultKind.OTHER, "the id stands for another row")


def add_opened(db: sqlite3.Connection, row: Opened) -> bool | None:
    """Say whether the door was opened; None if there is no such passage, False if nothing is new.

    "Opened" goes before "not opened", in whatever order they come.
    """
    if db.execute("SELECT 1 FROM passages WHERE id = ?", (row.passage,)).fetchone() is None:
        return None
    changed = db.execute(
        "INSERT INTO opened VALUES (?, ?) ON CONFLICT (passage) DO UPDATE SET opened = 1 "
        "WHERE excluded.opened = 1 AND opened.opened = 0",
        (row.passage, int(row.opened)),
    )
    return bool(changed.rowcount)


def make_day_key(db: sqlite3.Connection, branch: str, day: str) -> int:
    """Make a key for ``day`` (local, YYYY-MM-DD) at random; its row number."""
    made = db.execute(
        "INSERT INTO day_keys (branch, day, key) VALUES (?, ?, ?)", (branch, day, secrets.token_bytes(KEY_BYTES))
    )
    return int(made.lastrowid or 0)


def day_keys(db: sqlite3.Connection, branch: str, day: str) -> tuple[bytes, ...]:
    """The keys of ``day``, newest first: one, or none; more only where a corrupt file was replaced on that day."""
    query = "SELECT key FROM day_keys WHERE branch = ? AND day = ? ORDER BY number DESC"
    return tuple(bytes(row[0]) for row in db.execute(query, (branch, day)))


def last_limit(db: sqlite3.Connection, branch: str) -> tuple[str, str]:
    """The day through which pseudonyms and keys are gone, and the UTC instant at its end; "" before the first run."""
    query = "SELECT through, before FROM proofs WHERE branch = ? ORDER BY number DESC LIMIT 1"
    found = db.execute(query, (branch,)).fetchone()
    return (found[0], found[1]) if found else ("", "")


def take(
    db: sqlite3.Connection,
    branch: str,
    passages: tuple[Passage, ...] = (),
    opened: tuple[Opened, ...] = (),
    happenings: tuple[Happening, ...] = (),
    keys: tuple[DayKey, ...] = (),
) -> Taken:
    """Take the rows of a box's report at the centre. What retention has destroyed does not come back with a late row.

    Raises ``sqlite3.IntegrityError`` for a row that does not fit its columns: then nothing may be called held.
    """
    through, before = last_limit(db, branch)
    results: list[bool | None] = []
    for passage in passages:
        named = passage.reason in NAMED and passage.at >= before
        results.append(
            _tried(add_passage, db, branch, passage if named else msgspec.structs.replace(passage, tag=None))
        )
    for row in opened:
        here = db.execute("SELECT branch FROM passages WHERE id = ?", (row.passage,)).fetchone()
        if here is not None and here[0] != branch:
            results.append(None)
        else:
            results.append(bool(add_opened(db, row)))
    for happening in happenings:
        results.append(_tried(add_happening, db, branch, happening))
    for key in keys:
        if key.day > through:
            insert = "INSERT INTO day_keys (branch, day, key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
            results.append(bool(db.execute(insert, (branch, key.day, bytes.fromhex(key.key))).rowcount))
    return Taken(results.count(True), results.count(False), results.count(None))


def _tried(
    add: Callable[[sqlite3.Connection, str, Row], bool], db: sqlite3.Connection, branch: str, row: Row
) -> bool | None:
    """None where the id stands for another row."""
    try:
        return add(db, branch, row)
    except StoreFault:
        return None
