"""A file that was deleted under its connection: SQLite still holds all of it, and writes it anew in its place.

Only where no file is there: one that somebody put in its place is theirs, and is opened as it is.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from helhet_door.keep.faults import StoreFault, told
from helhet_door.words.durable import sync

_LOGS = ("-wal", "-shm")


def rescue(db: sqlite3.Connection, path: Path) -> bool:
    """Write the file of ``db`` anew at ``path`` if it is gone from there; whether it was.

    ``db`` must not be used for anything but reading and closing afterwards. Raises :class:`StoreFault`; then nothing
    is at ``path``, and no copy is left.
    """
    if path.exists():
        return False
    discard(path)
    copy = _copy(path)
    try:
        with told():
            os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # an empty file is written into
            db.execute("VACUUM INTO ?", (str(copy),))
            sync(copy)  # VACUUM INTO promises nothing about the disk
            for log in _LOGS:  # of the deleted file: they must never be applied to the new one
                Path(f"{path}{log}").unlink(missing_ok=True)
            os.rename(copy, path)
    except StoreFault:
        discard(path)
        raise
    with suppress(OSError):  # it is in its place; whether it would be after a power loss is all that is not known
        sync(path.parent)
    return True


def discard(path: Path) -> None:
    """Delete what a rescue that was cut off has left: it holds pseudonyms and keys. Raises :class:`StoreFault`."""
    with told():
        _copy(path).unlink(missing_ok=True)


def _copy(path: Path) -> Path:
    return path.with_name(f"{path.name}.rescued")
