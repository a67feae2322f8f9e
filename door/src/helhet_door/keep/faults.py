"""What can go wrong with the file: five words, so that whoever asks for a row knows what to tell a person."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum


class FaultKind(StrEnum):
    """Why a row was not stored, or could not be read."""

    FULL = "full"
    LOCKED = "locked"  # another process holds the pen for longer than the store waits
    CORRUPT = "corrupt"
    READ_ONLY = "read_only"
    OTHER = "other"


class StoreFault(Exception):
    """Nothing was stored. ``detail`` is a few fixed words; it never holds a value of a row."""

    def __init__(self, kind: FaultKind, detail: str = "") -> None:
        super().__init__(f"{kind.value}: {detail}" if detail else kind.value)
        self.kind = kind
        self.detail = detail


# SQLite's primary result codes, https://www.sqlite.org/rescode.html
_PRIMARY = {
    sqlite3.SQLITE_FULL: FaultKind.FULL,
    sqlite3.SQLITE_BUSY: FaultKind.LOCKED,
    sqlite3.SQLITE_LOCKED: FaultKind.LOCKED,
    sqlite3.SQLITE_CORRUPT: FaultKind.CORRUPT,
    sqlite3.SQLITE_NOTADB: FaultKind.CORRUPT,
    sqlite3.SQLITE_READONLY: FaultKind.READ_ONLY,
    sqlite3.SQLITE_PERM: FaultKind.READ_ONLY,
}
_EXTENDED = {
    sqlite3.SQLITE_IOERR_SHMSIZE: FaultKind.FULL,  # the index of the write-ahead log could not grow
    sqlite3.SQLITE_IOERR_SHORT_READ: FaultKind.CORRUPT,  # the file ends before its last page
    sqlite3.SQLITE_IOERR_CORRUPTFS: FaultKind.CORRUPT,
}
_ERRNO = {
    errno.ENOSPC: FaultKind.FULL,
    errno.EDQUOT: FaultKind.FULL,
    errno.EROFS: FaultKind.READ_ONLY,
    errno.EACCES: FaultKind.READ_ONLY,
    errno.EPERM: FaultKind.READ_ONLY,
}


def kind_of(error: sqlite3.Error | OSError) -> FaultKind:
    """The kind of an error of SQLite or of the system."""
    if isinstance(error, OSError):
        return _ERRNO.get(error.errno or 0, FaultKind.OTHER)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return FaultKind.OTHER
    return _EXTENDED.get(code) or _PRIMARY.get(code & 0xFF, FaultKind.OTHER)


@contextmanager
def told() -> Iterator[None]:
    """Errors of SQLite and of the system, raised as :class:`StoreFault`."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        name = getattr(error, "sqlite_errorname", None) or errno.errorcode.get(getattr(error, "errno", 0) or 0, "")
        raise StoreFault(kind_of(error), name) from error
