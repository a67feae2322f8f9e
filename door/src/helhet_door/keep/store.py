"""The box's store: every method has its rows on the disk when it returns, or raises :class:`StoreFault`.

No row, no opening. The methods may be called from any thread, one at a time.
"""

from __future__ import annotations

import datetime as dt
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from helhet_door.decide.limits import Counted
from helhet_door.keep import aside, export, guesses, outbox, rescue, retention, rows
from helhet_door.keep.counts import Count, counts
from helhet_door.keep.database import check, connect, writing
from helhet_door.keep.faults import FaultKind, StoreFault, told
from helhet_door.keep.known import Known
from helhet_door.keep.proof import Proof, proofs
from helhet_door.keep.schema import APPLICATION_ID, MIGRATIONS
from helhet_door.keep.times import instant, text
from helhet_door.words.clock import Clock
from helhet_door.words.reasons import NAMED, Reason
from helhet_door.words.rows import Happening, Kind, Opened, Passage
from helhet_door.words.wire import Signed

BUSY_SECONDS = 0.25  # a door does not wait longer for another process
ZONE = "Europe/Stockholm"
T = TypeVar("T")


class Store:
    """The rows of one branch in one SQLite file. Open with :meth:`open`."""

    def __init__(self, db: sqlite3.Connection, path: Path, clock: Clock, branch: str) -> None:
        self.path = path
        self.branch = branch
        self._db = db
        self._clock = clock
        self._pen = threading.RLock()
        with told():
            self._known = Known(db, clock)

    @classmethod
    def open(cls, path: Path, clock: Clock, branch: str, busy: float = BUSY_SECONDS) -> Store:
        """Open or make the store at ``path`` and check it. ``busy``: seconds to wait for another process.

        A corrupt file is set aside and replaced by a new one with all that could still be read, and a STORE happening
        says so. Raises :class:`StoreFault` for everything else.
        """
        aside.complete(path)
        rescue.discard(path)
        try:
            return cls(connect(path, APPLICATION_ID, MIGRATIONS, busy), path, clock, branch)
        except StoreFault as fault:
            if fault.kind is not FaultKind.CORRUPT:
                raise
        replace(path, clock, branch, busy)
        return cls(connect(path, APPLICATION_ID, MIGRATIONS, busy), path, clock, branch)

    def close(self) -> None:
        """Close the file. A second time does nothing."""
        with self._pen:
            self._db.close()

    def rescue(self) -> bool:
        """Write the file anew where it was deleted under us (rescue.py); whether it was. Close and open it then.

        Raises :class:`StoreFault`.
        """
        with self._pen:
            return rescue.rescue(self._db, self.path)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._pen, writing(self._db):
            yield self._db

    def _read(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        with self._pen, told():
            self._db.execute("BEGIN")  # one snapshot, whatever another process writes
            try:
                return ask(self._db)
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    # Rows

    def passage(self, row: Passage) -> bool:
        """Store a passage; False if this very row was stored before.

        Raises :class:`StoreFault`, also for a pseudonym with a reason before which no PIN was right.
        """
        if row.tag is not None and row.reason not in NAMED:
            raise StoreFault(FaultKind.OTHER, "no pseudonym is kept for this reason")
        with self._writing() as db:
            new = rows.add_passage(db, self.branch, row)
            if new:
                outbox.offer(db, "passage", row.id)
        return new

    def opened(self, row: Opened) -> bool:
        """Store what the contact said; False if nothing is new. Raises :class:`StoreFault`."""
        with self._writing() as db:
            new = rows.add_opened(db, row)
            if new is None:
                raise StoreFault(FaultKind.OTHER, "no such passage")
            if new:
                outbox.offer(db, "opened", row.passage)
        return new

    def happening(self, row: Happening) -> bool:
        """Store a happening; False if this very row was stored before. Raises :class:`StoreFault`."""
        with self._writing() as db:
            new = rows.add_happening(db, self.branch, row)
            if new:
                outbox.offer(db, "happening", row.id)
        return new

    def day_key(self, day: dt.date) -> bytes:
        """The key of a local day: 32 random bytes, made and stored when first asked for. Raises :class:`StoreFault`."""
        found = self._read(lambda db: rows.day_keys(db, self.branch, day.isoformat()))
        if found:
            return found[0]
        with self._writing() as db:
            found = rows.day_keys(db, self.branch, day.isoformat())
            if not found:
                number = rows.make_day_key(db, self.branch, day.isoformat())
                outbox.offer(db, "day_key", str(number))
                found = rows.day_keys(db, self.branch, day.isoformat())
        return found[0]

    def known(self) -> dt.datetime | None:
        """The last time that had surely come when it was stored (known.py): a clock that says less is wrong."""
        found = self._read(lambda db: db.execute("SELECT at FROM known").fetchone())
        return instant(found[0]) if found else None

    # Limits and rules

    def count(self, rows: Iterable[Counted], monotonic: float, wall: float) -> None:
        """Store what is counted of cards and readers (decide/limits.py), with both clocks now, in seconds."""
        with self._writing() as db:
            guesses.save(db, rows, monotonic, wall)

    def counted(self) -> list[guesses.Saved]:
        """What was counted when it was last stored, each with the clocks of then."""
        return self._read(guesses.saved)

    def keep_rules(self, signed: Signed) -> None:
        """Keep the rules in the place of the last ones; whether they are newer and right is rules/signed.py's."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO rules VALUES (1, ?, ?)", (signed.body, signed.signature))

    def rules(self) -> Signed | None:
        """The rules last kept."""
        found = self._read(lambda db: db.execute("SELECT body, signature FROM rules").fetchone())
        return Signed(*found) if found else None

    def probe(self) -> None:
        """Write as much as a passage takes, and leave nothing of it. Raises :class:`StoreFault` while that fails."""
        row = Passage(secrets.token_hex(16), text(self._clock.now()), "", Reason.NOT_STORED, None)
        with self._writing() as db:
            rows.add_passage(db, self.branch, row)
            outbox.offer(db, "passage", row.id)
            db.execute("DELETE FROM outbox WHERE row = ?", (row.id,))
            db.execute("DELETE FROM passages WHERE id = ?", (row.id,))

    # To the centre

    def unsent(self, limit: int = 500) -> outbox.Unsent:
        """The oldest rows that the centre does not hold yet, as parts of a Report."""
        return self._read(lambda db: outbox.unsent(db, limit))

    def sent(self, numbers: Iterable[int]) -> None:
        """The centre holds the rows that :meth:`unsent` gave with these numbers."""
        with self._writing() as db:
            outbox.sent(db, numbers)

    def waiting(self) -> int:
        """How many rows the centre is not known to hold."""
        return self._read(outbox.waiting)

    # What must go

    def due(self, now: dt.datetime, days: int = 14, zone: str = ZONE, trusted: bool = True) -> bool:
        """Whether :meth:`retain` is to be run now. Ask every minute or so: asking keeps the known time going."""
        with self._pen:
            known = self._known.time(self._db, now, trusted)
            return known is not None and retention.due(self._db, retention.Scope(self.branch, days, zone, True), known)

    def retain(self, now: dt.datetime, days: int = 14, zone: str = ZONE, trusted: bool = True) -> Proof | None:
        """Delete what is older than ``days`` days (1 to 30), and prove it; None where no time is known at all.

        A run that was cut off is finished first. Raises :class:`StoreFault`; then ask :meth:`due` again.
        """
        scope = retention.Scope(self.branch, days, zone, True)
        with self._pen:
            known = self._known.time(self._db, now, trusted)
            if known is None:
                return None
            self._finish()
            damaged = aside.over(self.path, scope.through(known))  # deleted, and looked for again, by _finish
            with self._writing() as db:
                guesses.tidy(db, known.timestamp())
            retention.fold(self._db, scope, known, len(damaged))
            return self._finish()

    def _finish(self) -> Proof | None:
        left = 0
        if self._read(retention.unfinished):
            through = dt.date.fromisoformat(self._read(lambda db: rows.last_limit(db, self.branch))[0])
            aside.delete(aside.over(self.path, through))
            left = len(aside.over(self.path, through))
        done = retention.finish(self._db, outbox=True, files_left=left)
        return done[-1] if done else None

    def proofs(self) -> list[Proof]:
        """Every proof, oldest first."""
        return self._read(lambda db: proofs(db, self.branch))

    def counts(self, first: dt.date, last: dt.date, zone: str = ZONE) -> list[Count]:
        """Exact counts of local days; never for a page before publish.py has hidden the small ones."""
        return self._read(lambda db: counts(db, self.branch, zone, first, last))

    def export(self, to: Path) -> None:
        """Write the auditor's file (export.py). Raises :class:`StoreFault`."""
        with self._pen:
            export.export(self._db, self.branch, to, self._clock.now())

    def check(self) -> None:
        """SQLite's check of the whole file. Raises :class:`StoreFault`; corrupt is cured by opening the store anew."""
        with self._pen:
            check(self._db)


def replace(path: Path, clock: Clock, branch: str, busy: float) -> None:
    """Put a new file in the place of a corrupt one (aside.py), with all that could be read and a STORE happening."""
    now = clock.now()
    aside.discard_building(path)
    db = connect(aside.building(path), APPLICATION_ID, MIGRATIONS, busy)
    try:
        with told():
            aside.salvage(path, db, now)
        oldest = aside.oldest_day(db)
        Store(db, aside.building(path), clock, branch).happening(
            Happening(secrets.token_hex(16), text(now), "", Kind.STORE, "corrupt: set aside, new file")
        )
    finally:
        db.close()  # the last connection: its log is emptied into the file
    aside.change_names(path, oldest, now)
