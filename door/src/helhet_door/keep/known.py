"""The time that has surely come, from a clock that may not be trusted.

Retention needs a date. A clock that jumped forward must not delete early, and one that fell back, or that no time
server keeps, must not put deletion off for ever. So: where the clock is trusted, it is right. Where it is not, the time
is the last trusted one plus the seconds that have passed since by the monotonic clock: never later than the truth. That
time is stored every ten minutes, so that it goes on over restarts; only the time without power is missing from it.
"""

from __future__ import annotations

import datetime as dt
import sqlite3

from helhet_door.keep.database import writing
from helhet_door.keep.times import instant, text
from helhet_door.words.clock import Clock

STORE_EVERY = 600.0  # seconds


class Known:
    """Keeps the last time that was known, in memory and in the table ``known``."""

    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        self._clock = clock
        found = db.execute("SELECT at FROM known").fetchone()
        self._anchor = instant(found[0]) if found else None
        self._anchored = clock.monotonic()
        self._stored: float | None = None

    def time(self, db: sqlite3.Connection, now: dt.datetime, trusted: bool) -> dt.datetime | None:
        """The time to go by, or None if none was ever known. Raises :class:`StoreFault` if it cannot be stored."""
        monotonic = self._clock.monotonic()
        if trusted:
            self._anchor = now
        elif self._anchor is not None:
            self._anchor += dt.timedelta(seconds=monotonic - self._anchored)
        self._anchored = monotonic
        if self._anchor is not None and (self._stored is None or monotonic - self._stored >= STORE_EVERY):
            with writing(db):
                db.execute("INSERT OR REPLACE INTO known VALUES (1, ?)", (text(self._anchor),))
            self._stored = monotonic
        return self._anchor
