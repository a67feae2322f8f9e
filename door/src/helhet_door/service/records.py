"""Rows on their way to the disk, and whether the disk takes them.

What must be on disk before something else happens is awaited; the rest follows in the order in which it was given. The
store is opened anew when it says that it is corrupt, and tried every ``RETRY`` seconds while it takes nothing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from helhet_door.keep.faults import FaultKind, StoreFault
from helhet_door.keep.store import Store
from helhet_door.keep.times import text
from helhet_door.service.damping import Damping
from helhet_door.service.storing import Storing
from helhet_door.service.whole import Whole
from helhet_door.words.clock import Clock
from helhet_door.words.reasons import Reason
from helhet_door.words.rows import Happening, Kind, Opened, Passage
from helhet_door.words.tags import day_tag

log = logging.getLogger(__name__)
T = TypeVar("T")
RETRY = 1.0  # seconds
PATIENCE = 30  # tries to write a deleted file anew, before one without its rows is begun: a door must open again
LATER = frozenset({FaultKind.FULL, FaultKind.LOCKED, FaultKind.READ_ONLY})  # what may work when it is tried again


class Records:
    """The store of a branch, from the event loop. ``stored`` is called after every row, to tell the centre soon."""

    def __init__(self, store: Store, path: Path, clock: Clock, stored: Callable[[], None]) -> None:
        self._store = store
        self._path = path
        self._clock = clock
        self._stored = stored
        self._thread = Storing()
        self._day: tuple[dt.date, bytes] | None = None
        self._whole = Whole(path)
        self._damping = Damping(clock)
        self._following: set[asyncio.Task[None]] = set()
        self._mending: asyncio.Task[None] | None = None
        self.fault: FaultKind | None = None

    async def write(self, call: Callable[[Store], T]) -> T:
        """What ``call``, which writes, returns. Raises :class:`StoreFault`, after noting it."""
        found = await self.read(call)
        self.fault = None
        return found

    async def read(self, call: Callable[[Store], T]) -> T:
        """What ``call``, which only reads, returns: that it worked does not say that the disk takes rows."""
        try:
            return await self._thread.do(lambda: call(self._store))
        except StoreFault as fault:
            self._failed(fault.kind)
            raise

    async def passage(self, door: str, reason: Reason, card: str | None, day: dt.date) -> str | None:
        """Store a passage, with ``card`` as the pseudonym of ``day`` or without (None); its id, None if it failed."""
        row = secrets.token_hex(16)
        at = text(self._clock.now())

        def write(store: Store) -> None:
            tag = None if card is None else day_tag(self._key(store, day), card)
            store.passage(Passage(row, at, door, reason, tag))

        try:
            await self.write(write)
        except StoreFault:
            return None
        self._stored()
        return row

    def _key(self, store: Store, day: dt.date) -> bytes:
        """The key of the day; kept in memory while it is the same day (runs in the store's thread)."""
        if self._day is None or self._day[0] != day:
            self._day = (day, store.day_key(day))
        return self._day[1]

    def opened(self, passage: str, opened: bool) -> None:
        """Store, in time, what the contact said."""
        self._follow(lambda store: store.opened(Opened(passage, opened)))

    def happening(self, door: str, kind: Kind, detail: str) -> None:
        """Store, in time, that something happened; not where it happens all the time (damping.py)."""
        if not self._damping.passes(door, kind):
            log.debug("left out: %s %s", kind.value, door or "-")
            return
        row = Happening(secrets.token_hex(16), text(self._clock.now()), door, kind, detail)
        log.info("%s %s %s", kind.value, door or "-", detail)
        self._follow(lambda store: store.happening(row))

    def _follow(self, call: Callable[[Store], object]) -> None:
        async def write() -> None:
            while True:
                try:
                    await self.write(call)
                except StoreFault as fault:
                    if _hopeless(fault):
                        return  # the fault is noted
                    await asyncio.sleep(RETRY)
                else:
                    self._stored()
                    return

        task = asyncio.get_running_loop().create_task(write())
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def look(self, deep: bool) -> None:
        """Whether the file is there and (``deep``) whole, as another program would find it; noted where it is not."""
        whole = self._whole
        try:
            await asyncio.to_thread(whole.look_deep if deep else whole.look)
        except StoreFault as fault:
            if whole is self._whole:  # and was not opened anew meanwhile
                self._failed(fault.kind)

    def _failed(self, kind: FaultKind) -> None:
        if kind is not self.fault:
            log.error("store: %s", kind.value)
        if self.fault is None:
            self.fault = kind
            self.happening("", Kind.STORE, kind.value.replace("_", "-"))
        self.fault = kind
        if kind is FaultKind.CORRUPT and (self._mending is None or self._mending.done()):
            self._mending = asyncio.get_running_loop().create_task(self._mend())

    async def _mend(self) -> None:
        """Open the store anew: that sets a corrupt file aside. One that was deleted is written anew before."""

        tries = 0

        def reopen() -> None:
            nonlocal tries
            tries += 1
            branch = self._store.branch
            try:
                self._store.rescue()
            except StoreFault as fault:
                if fault.kind in LATER and tries < PATIENCE:
                    raise
                log.error("store: not written anew: %s", fault.kind.value)  # what can be saved, opening it saves
            self._store.close()
            self._store = Store.open(self._path, self._clock, branch)
            self._whole = Whole(self._path)
            self._day = None

        while True:
            try:
                await self._thread.do(reopen)
            except StoreFault as fault:
                log.error("store: %s", fault.kind.value)
                await asyncio.sleep(RETRY)
            else:
                self.happening("", Kind.STORE, "opened anew")  # what was told before may be gone with the old file
                return

    async def close(self) -> None:
        """Wait a little for what is on its way, and close."""
        if self._following:
            await asyncio.wait(set(self._following), timeout=2.0)
        for task in (*self._following, *([self._mending] if self._mending else [])):
            task.cancel()
        await self._thread.do(self._store.close)
        self._thread.close()


def _hopeless(fault: StoreFault) -> bool:
    """Whether this row can never be stored: it is the row that is wrong. A disk that fails may be seen to."""
    wrong = fault.__cause__ is None or isinstance(fault.__cause__, sqlite3.IntegrityError | sqlite3.DataError)
    return fault.kind is FaultKind.OTHER and wrong
