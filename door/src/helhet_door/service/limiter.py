"""Wrong guesses, counted and stored before the library system is asked, so that no restart gives a new try."""

from __future__ import annotations

import msgspec

from helhet_door.decide.limits import Counted, Guesses, shift
from helhet_door.keep.faults import StoreFault
from helhet_door.keep.store import Store
from helhet_door.rules.model import Limits
from helhet_door.service.records import Records
from helhet_door.words.clock import Clock
from helhet_door.words.tags import limit_tag


class Counting(msgspec.Struct, frozen=True):
    """A guess that was counted before it was known to be wrong."""

    tag: str
    door: str
    at: float
    card_locked: bool
    reader_locked: bool


class Limiter:
    """The wrong guesses of one box."""

    def __init__(self, records: Records, clock: Clock, key: bytes) -> None:
        self._records = records
        self._clock = clock
        self._key = key
        self._guesses = Guesses(Limits())

    async def start(self, trusted: bool) -> None:
        """Take up what was counted before a restart. Raises :class:`StoreFault`."""
        monotonic, wall = self._clock.monotonic(), self._clock.now().timestamp()
        for saved in await self._records.read(Store.counted):
            by = shift(saved.monotonic, saved.wall, monotonic, wall, trusted)
            self._guesses.load((saved.row,), by)

    def obey(self, limits: Limits) -> None:
        """From now on these limits hold."""
        self._guesses.limits = limits

    def card_limited(self, card: str) -> bool:
        """Whether the library system must not be asked about this card now."""
        return self._guesses.card_limited(limit_tag(self._key, card), self._clock.monotonic())

    def reader_limited(self, door: str) -> bool:
        """Whether the library system must not be asked from this door now."""
        return self._guesses.reader_limited(door, self._clock.monotonic())

    async def count(self, card: str, door: str) -> Counting | None:
        """Count a guess, durably, before it is known to be wrong. None: not stored, so nothing may be asked."""
        at = self._clock.monotonic()
        tag = limit_tag(self._key, card)
        wrong = self._guesses.wrong(tag, door, at)  # nothing is awaited between the look and the count
        if not await self._store(wrong.rows):
            return None
        return Counting(tag, door, at, wrong.card_locked, wrong.reader_locked)

    async def take_back(self, counting: Counting) -> None:
        """The guess was right, or was never asked."""
        await self._store(self._guesses.right(counting.tag, counting.door, counting.at))

    async def nobody_answered(self, counting: Counting) -> None:
        """The guess was asked, and nobody answered: a slow library system must not lock the reader."""
        await self._store(self._guesses.silent(counting.door, counting.at))

    async def _store(self, rows: tuple[Counted, ...]) -> bool:
        monotonic, wall = self._clock.monotonic(), self._clock.now().timestamp()
        try:
            await self._records.write(lambda store: store.count(rows, monotonic, wall))
        except StoreFault:
            return False
        return True
