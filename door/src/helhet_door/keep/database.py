"""Opening the file: for its owner only, durable at every commit, erasing what it deletes, and of a known version."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from helhet_door.keep.faults import FaultKind, StoreFault, told
from helhet_door.words.durable import sync

PRAGMAS = (
    "synchronous=FULL",  # a commit returns when its bytes are on the disk
    "secure_delete=ON",  # what is deleted is overwritten with zeros
    "foreign_keys=ON",
    "temp_store=MEMORY",  # VACUUM copies the rows: never into a file outside the store's folder
    "trusted_schema=OFF",
)


def connect(path: Path, application_id: int, migrations: Sequence[Sequence[str]], busy: float) -> sqlite3.Connection:
    """The file at ``path``, made if missing, brought to the newest version, and checked.

    ``busy`` is how many seconds to wait for another process that holds the pen. Raises :class:`StoreFault`: corrupt
    where the file is damaged, other where it belongs to something else or to a newer program.
    """
    with told():
        new = make_private(path)
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=busy, isolation_level=None, check_same_thread=False
        )
    try:
        with told():
            prepare(db, application_id, new)
            check(db)
            migrate(db, migrations)
    except BaseException as fault:
        db.close()
        # SQLite says only "cannot open" where it may not write beside the file.
        if isinstance(fault, StoreFault) and fault.kind is FaultKind.OTHER and not os.access(path, os.W_OK):
            raise StoreFault(FaultKind.READ_ONLY, fault.detail) from fault
        raise
    return db


def make_private(path: Path) -> bool:
    """Make folder (0700) and file (0600) where they are missing; True if the file is new.

    A file that others may read, or a folder that others may write to, is refused, not changed: somebody wanted it so.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(path.parent.stat().st_mode) & 0o022:
        raise StoreFault(FaultKind.OTHER, "others may write to the folder: chmod 700")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise StoreFault(FaultKind.OTHER, "others may open the file: chmod 600") from None
        return path.stat().st_size == 0
    sync(path.parent)
    return True


def prepare(db: sqlite3.Connection, application_id: int, new: bool) -> None:
    """Set what every connection needs; refuse a file of another program."""
    found = db.execute("PRAGMA application_id").fetchone()[0]
    if found != application_id and not new:
        raise StoreFault(FaultKind.OTHER, "the file belongs to another program")
    for pragma in PRAGMAS:
        db.execute(f"PRAGMA {pragma}")
    if db.execute("PRAGMA journal_mode=WAL").fetchone()[0] != "wal":
        raise StoreFault(FaultKind.OTHER, "no write-ahead log on this file system")
    if new:
        db.execute(f"PRAGMA application_id={application_id}")


def check(db: sqlite3.Connection) -> None:
    """SQLite's own check of every page and row (not of the indexes). Raises :class:`StoreFault`, corrupt."""
    with told():
        said = [row[0] for row in db.execute("PRAGMA quick_check(1)")]
    if said != ["ok"]:
        raise StoreFault(FaultKind.CORRUPT, "quick_check")


def migrate(db: sqlite3.Connection, migrations: Sequence[Sequence[str]]) -> None:
    """Bring the file to version ``len(migrations)``, each step whole or not at all."""
    with writing(db):
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > len(migrations):
            raise StoreFault(FaultKind.OTHER, "the file was made by a newer program")
        for statements in migrations[version:]:
            for statement in statements:
                db.execute(statement)
        db.execute(f"PRAGMA user_version={len(migrations)}")


@contextmanager
def writing(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction, durable when the block ends. Raises :class:`StoreFault`; then nothing of it is stored."""
    with told():
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                with suppress(sqlite3.Error):  # the first error is the one to tell
                    db.execute("ROLLBACK")
            raise
