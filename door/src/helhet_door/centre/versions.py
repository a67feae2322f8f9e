"""Versions of the agreement's text. From a version's first day on, older agreements must be signed anew."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Version:
    """``reference`` says where the text is kept: a diary number or a document's name."""

    number: int
    first: dt.date
    reference: str


def everything(db: sqlite3.Connection) -> Sequence[Version]:
    """All versions that were entered here, oldest first."""
    rows = db.execute("SELECT * FROM agreement_versions ORDER BY version")
    return [Version(row["version"], dt.date.fromisoformat(row["first"]), row["reference"]) for row in rows]


def in_force(db: sqlite3.Connection, today: dt.date, written: int) -> int:
    """The version needed on ``today``: the newest that has begun, and never below ``written`` in the settings."""
    return max([written, *(one.number for one in everything(db) if one.first <= today)])


def signable(db: sqlite3.Connection, today: dt.date, written: int) -> Sequence[int]:
    """Versions that can be signed today, newest first: the one in force and those announced."""
    now = in_force(db, today, written)
    return sorted({now, *(one.number for one in everything(db) if one.number > now)}, reverse=True)


def add(db: sqlite3.Connection, first: dt.date, reference: str, written: int) -> int:
    """Announce a new version from the day ``first`` on; returns its number."""
    known = [one.number for one in everything(db)]
    number = max([written, *known]) + 1
    db.execute("INSERT INTO agreement_versions VALUES (?, ?, ?)", (number, first.isoformat(), reference))
    return number
