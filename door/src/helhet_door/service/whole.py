"""Whether the store's files are still those that were opened, and whole, as another program would find them.

SQLite does not see for itself that a file was deleted, replaced or overwritten under it: it goes on with what it holds
in memory, and every row that is committed then is gone at the next start.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from helhet_door.keep.database import check
from helhet_door.keep.faults import FaultKind, StoreFault, told

LOG = "-wal"


class Whole:
    """The files of the store at ``path``, as they are now that it was opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = self._files()

    def look(self) -> None:
        """A look at their names. Raises :class:`StoreFault`, corrupt: opening the store anew is what helps."""
        if self._files() != self._opened:
            raise StoreFault(FaultKind.CORRUPT, "deleted or replaced")

    def look_deep(self) -> None:
        """SQLite's check, on a connection that has nothing in memory. From any thread. Raises :class:`StoreFault`."""
        self.look()
        with told(), closing(sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            check(db)

    def _files(self) -> tuple[int | None, ...]:
        return tuple(_number(Path(f"{self._path}{side}")) for side in ("", LOG))


def _number(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None
