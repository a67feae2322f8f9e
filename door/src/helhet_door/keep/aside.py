"""A damaged file: whatever can still be read is taken over into a new one, and the file is set aside, not deleted.

Cut off at any point, it begins anew or is completed at the next start: the new file is built beside the old one, and
only then do the two change names.

A damaged file holds pseudonyms and keys as well, so it does not outlive its oldest day: its name carries that day, and
retention deletes it with the day.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from helhet_door.keep.database import writing
from helhet_door.keep.faults import told
from helhet_door.words.durable import sync

TABLES = (
    "rules",
    "counted",
    "known",
    "day_keys",
    "passages",
    "opened",
    "happenings",
    "counts",
    "proofs",
    "outbox",
)
UNKNOWN = "0001-01-01"  # the oldest day could not be read: gone with the next run
_SIDES = ("", "-wal", "-shm")


def building(path: Path) -> Path:
    """Where the new file is built."""
    return path.with_name(f"{path.name}.new")


def complete(path: Path) -> None:
    """Complete a change of names that was cut off between the two. Raises :class:`StoreFault`."""
    with told():
        if not path.exists() and building(path).exists():
            _put_new(path, max(files(path), key=lambda file: file.stat().st_ctime_ns))


def discard_building(path: Path) -> None:
    """Delete a new file that was not completed: everything in it is still in the damaged one."""
    with told():
        for side in _SIDES:
            Path(f"{building(path)}{side}").unlink(missing_ok=True)


def salvage(damaged: Path, into: sqlite3.Connection, now: dt.datetime) -> int:
    """Copy every row of ``damaged`` that can be read, table by table, in one transaction; how many.

    Rows are read from the first on until the damage, and from the last back to it. A row that breaks a check of its
    table is left. Numbers of the outbox go on above every number that was ever given.
    """
    copied = 0
    with closing(sqlite3.connect(damaged, isolation_level=None)) as old, writing(into):
        for table in TABLES:
            columns = [row[1] for row in into.execute(f"PRAGMA table_info({table})")]
            names = ", ".join(columns)
            insert = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
            for row in _readable(old, table, names):
                try:
                    copied += into.execute(insert, row).rowcount
                except sqlite3.IntegrityError:
                    continue  # damage inside a row, or an "opened" whose passage is lost
        last = into.execute("SELECT coalesce(max(number), 0) FROM outbox").fetchone()[0]
        into.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
        into.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)", (max(last, int(now.timestamp()) * 1000),)
        )
    return copied


def change_names(path: Path, oldest: str, now: dt.datetime) -> Path:
    """Set the damaged file at ``path`` aside and put the new one in its place; where the damaged one is now.

    ``oldest`` is the oldest day it holds. Raises :class:`StoreFault`.
    """
    stamp = now.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    with told():
        number = 0
        while (aside := path.with_name(f"{path.name}.damaged-{stamp}-{number}-from-{oldest}")).exists():
            number += 1
        os.rename(path, aside)
        sync(path.parent)
        _put_new(path, aside)
    return aside


def _put_new(path: Path, aside: Path) -> None:
    """The new file in its place, after the old log is out of the way: it must never be applied to the new file."""
    for side in _SIDES[1:]:
        if (old := Path(f"{path}{side}")).exists():
            os.rename(old, f"{aside}{side}")
    sync(path.parent)
    os.rename(building(path), path)
    sync(path.parent)


def oldest_day(db: sqlite3.Connection) -> str:
    """The oldest day of a key, or of a passage (by UTC, a day early to be sure); :data:`UNKNOWN` if there is none."""
    with told():
        key = db.execute("SELECT min(day) FROM day_keys").fetchone()[0]
        at = db.execute("SELECT min(at) FROM passages WHERE tag IS NOT NULL").fetchone()[0]
    days = [key] if key else []
    if at:
        days.append((dt.date.fromisoformat(at[:10]) - dt.timedelta(days=1)).isoformat())
    return min(days, default=UNKNOWN)


def _readable(old: sqlite3.Connection, table: str, names: str) -> Iterator[tuple[object, ...]]:
    for order in ("", f"ORDER BY {_key(table)} DESC"):
        try:
            yield from old.execute(f"SELECT {names} FROM {table} {order}")
        except sqlite3.DatabaseError:
            continue  # from the other end
        return


def _key(table: str) -> str:
    return {"counts": "branch DESC, day DESC, hour DESC, what", "proofs": "branch DESC, number"}.get(table, "rowid")


def files(path: Path) -> list[Path]:
    """The files that were set aside from ``path``, without their logs."""
    return sorted(file for file in path.parent.glob(f"{path.name}.damaged-*") if not file.name.endswith(_SIDES[1:]))


def over(path: Path, through: dt.date) -> list[Path]:
    """The set-aside files that hold, or may hold, passages of days through ``through``."""
    return [file for file in files(path) if _oldest(file) <= through.isoformat()]


def _oldest(file: Path) -> str:
    return file.name.partition("-from-")[2] or UNKNOWN


def delete(files: list[Path]) -> None:
    """Delete set-aside files with their logs. Raises :class:`StoreFault`."""
    with told():
        for file in files:
            for side in _SIDES:
                Path(f"{file}{side}").unlink(missing_ok=True)
            sync(file.parent)
