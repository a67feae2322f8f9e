"""The centre's SQLite file: opened once a request, durable at every commit, erasing what it deletes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from helhet_door.keep.database import PRAGMAS, make_private
from helhet_door.keep.rows import make_tables

FILE = "centre.sqlite"
SCHEMA = Path(__file__).with_name("schema.sql")
COMPILED_FROM = (
    "agreements",
    "suspensions",
    "staff_cards",
    "staff_branches",
    "exceptions",
    "locks",
    "agreement_versions",
)
BUSY_SECONDS = 5.0


def connect(folder: Path) -> sqlite3.Connection:
    """The database of the centre in ``folder``, for one thread. Raises ``sqlite3.Error`` if it cannot be opened."""
    db = sqlite3.connect(folder / FILE, timeout=BUSY_SECONDS, isolation_level=None)
    db.row_factory = sqlite3.Row
    for pragma in PRAGMAS:
        db.execute(f"PRAGMA {pragma}")
    return db


def prepare(folder: Path) -> None:
    """Make what is missing: the file, which only its owner may read, the tables of the boxes' rows, and our own.

    Raises ``StoreFault`` where others may read the file.
    """
    make_private(folder / FILE)
    db = connect(folder)
    try:
        db.execute("PRAGMA journal_mode=WAL")
        make_tables(db)
        db.executescript(SCHEMA.read_text("utf-8"))
        for table in COMPILED_FROM:
            for event in ("INSERT", "UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_{event} AFTER {event} ON {table} "
                    "BEGIN UPDATE changes SET number = number + 1; END"
                )
    finally:
        db.close()
