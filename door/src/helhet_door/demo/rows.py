"""What the service has stored, read from its database from outside and without a right to write."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from helhet_door.rules.model import Rules
from helhet_door.words.rows import Kind

MOST = 25  # of each, the newest
BUSY = 0.2  # seconds


class Stored(msgspec.Struct, frozen=True):
    """A passage as it is on the disk. ``opened`` is None until the contact has said it, and for a refusal."""

    number: int
    at: str
    door: str
    reason: str
    pseudonym: bool
    opened: bool | None


class Happened(msgspec.Struct, frozen=True):
    """A happening as it is on the disk."""

    number: int
    at: str
    kind: str
    detail: str


class Rows(msgspec.Struct, frozen=True):
    """What is on the disk now. ``waiting`` rows are not yet with the centre."""

    passages: tuple[Stored, ...] = ()
    happenings: tuple[Happened, ...] = ()
    now: dict[str, str] = {}
    waiting: int = 0
    rules: Rules | None = None

    def last(self, *kinds: Kind) -> tuple[Kind, str] | None:
        """The newest of these kinds since the service last started, with its detail; None where there is none."""
        return next(((Kind(kind), detail) for kind, detail in self.now.items() if kind in kinds), None)


_PASSAGES = """
    SELECT passages.rowid, at, door, reason, tag IS NOT NULL, opened
    FROM passages LEFT JOIN opened ON passage = id ORDER BY passages.rowid DESC LIMIT ?"""
_HAPPENINGS = "SELECT rowid, at, kind, detail FROM happenings ORDER BY rowid DESC LIMIT ?"
_NOW = """
    SELECT kind, detail FROM happenings WHERE rowid IN (
        SELECT max(rowid) FROM happenings
        WHERE rowid >= (SELECT max(rowid) FROM happenings WHERE kind = 'started') GROUP BY kind
    ) ORDER BY rowid DESC"""


def read(path: Path) -> Rows | None:
    """What is in the database at ``path``; None where there is none yet, or it cannot be read just now."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY)) as db:
            body = db.execute("SELECT body FROM rules").fetchone()
            return Rows(
                tuple(_stored(row) for row in db.execute(_PASSAGES, (MOST,))),
                tuple(Happened(*row) for row in db.execute(_HAPPENINGS, (MOST,))),
                dict(db.execute(_NOW).fetchall()),
                db.execute("SELECT count(*) FROM outbox").fetchone()[0],
                msgspec.json.decode(body[0], type=Rules) if body else None,
            )
    except sqlite3.Error:
        return None


def _stored(row: tuple[int, str, str, str, int, int | None]) -> Stored:
    number, at, door, reason, tagged, opened = row
    return Stored(number, at, door, reason, bool(tagged), None if opened is None else bool(opened))
