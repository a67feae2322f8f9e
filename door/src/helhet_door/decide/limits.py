"""How often a PIN may be guessed wrong, by card and by reader, before the library system is asked no more.

**Count first, ask then.** A guess is counted, and its rows are stored, before the library system is asked; a right PIN
takes its own count back. So nothing is asked beyond the limit, however many doors are tried at once and whenever the
power is cut.

A card: ``card_wrong`` guesses within ``card_minutes`` lock it for so long; every further lock is twice the last, up to
``LONGEST``, until nothing has been guessed wrong for ``FORGETTING``. A reader: ``reader_wrong`` within
``reader_minutes``, and it waits until the oldest of them is so old.

Memory is bounded. Where it is full of cards that still count, a card that is not among them counts as limited: the
answer on doubt is no, and nobody can push a card out of memory by showing others.
"""

from __future__ import annotations

from math import inf

import msgspec
from msgspec.structs import replace

from helhet_door.rules.model import Limits

MOST_CARDS = 10_000
"""Cards that are remembered. At twenty wrong guesses in ten minutes a reader cannot reach it within half a day."""

LONGEST = 24 * 3600.0
"""Seconds: no lock is longer."""

FORGETTING = 24 * 3600.0
"""Seconds after the last lock's end in which a further lock still doubles."""

SWEEP = 10.0
"""Seconds between two looks through a full memory for cards that count no more."""


class Counted(msgspec.Struct, frozen=True):
    """What is remembered of one card or reader: a row to keep over a restart. Times are monotonic seconds.

    ``key`` is ``card:`` and the limit tag, or ``door:`` and the door.
    """

    key: str
    times: tuple[float, ...] = ()  # of the wrong guesses that may still count
    locked_until: float = -inf
    locks: int = 0  # in a row


class Wrong(msgspec.Struct, frozen=True):
    """What one wrong guess led to: rows to store, and whether it locked the card or the reader."""

    rows: tuple[Counted, ...]
    card_locked: bool
    reader_locked: bool


def shift(saved_monotonic: float, saved_wall: float, monotonic: float, wall: float, trusted: bool) -> float:
    """What to add to the times of stored rows after a restart (all in seconds).

    Saved are both clocks as they were when the rows were stored. Where the clock on the wall is not trusted, or goes
    backwards, no time is taken to have passed: a lock may last longer by it, never shorter.
    """
    passed = max(0.0, wall - saved_wall) if trusted else 0.0
    return monotonic - saved_monotonic - passed


class Guesses:
    """The wrong guesses of one box. Pure memory: what must survive a restart is in the rows it hands out."""

    def __init__(self, limits: Limits, most_cards: int = MOST_CARDS) -> None:
        self.limits = limits
        self._most_cards = most_cards
        self._cards: dict[str, Counted] = {}
        self._readers: dict[str, Counted] = {}
        self._swept = -inf

    def wrong(self, tag: str, door: str, at: float) -> Wrong:
        """Count a guess with the card ``tag`` (words/tags.py, limit_tag) at ``door``; store ``rows`` before asking.

        Look at ``card_limited`` and ``reader_limited`` right before, with nothing awaited in between.
        """
        card_was, reader_was = self.card_limited(tag, at), self.reader_limited(door, at)
        reader, card = self._count_reader(door, at), self._count_card(tag, at)
        rows = (reader,) if card is None else (reader, card)
        card_locked = not card_was and self.card_limited(tag, at)
        return Wrong(rows, card_locked, not reader_was and self.reader_limited(door, at))

    def right(self, tag: str, door: str, at: float) -> tuple[Counted, ...]:
        """The guess counted at exactly ``at`` was right: take its count back, and the lock that it brought."""
        rows = []
        card = self._cards.get(tag)
        if card is not None and at in card.times:
            self._cards[tag] = _taken_back(card, at)
            rows.append(self._cards[tag])
        return (*rows, *self.silent(door, at))

    def silent(self, door: str, at: float) -> tuple[Counted, ...]:
        """Nobody answered the guess counted at exactly ``at``: nothing was learnt, and the reader need not wait for it.

        The card's count stays, for its PIN may have reached the library system.
        """
        reader = self._readers.get(door)
        if reader is None:
            return ()
        self._readers[door] = replace(reader, times=_without(reader.times, at))
        return (self._readers[door],)

    def card_limited(self, tag: str, at: float) -> bool:
        """Whether this card must not be asked about at ``at``."""
        card = self._cards.get(tag)
        if card is not None:
            return at < card.locked_until
        if len(self._cards) >= self._most_cards and at >= self._swept + SWEEP:
            self._forget(at)
        return len(self._cards) >= self._most_cards

    def reader_limited(self, door: str, at: float) -> bool:
        """Whether nothing must be asked at this reader at ``at``."""
        reader = self._readers.get(door)
        return reader is not None and len(self._fresh(reader, at).times) >= self.limits.reader_wrong

    def rows(self) -> tuple[Counted, ...]:
        """Everything that must survive a restart."""
        return (*self._cards.values(), *self._readers.values())

    def load(self, rows: tuple[Counted, ...], shift: float) -> None:
        """Take up rows of before a restart, their times moved by ``shift`` seconds (see :func:`shift`)."""
        for row in rows:
            moved = replace(row, times=tuple(time + shift for time in row.times), locked_until=row.locked_until + shift)
            kind, _, name = row.key.partition(":")
            (self._cards if kind == "card" else self._readers)[name] = moved

    def _count_reader(self, door: str, at: float) -> Counted:
        reader = self._fresh(self._readers.get(door, Counted(f"door:{door}")), at)
        self._readers[door] = replace(reader, times=(*reader.times, at)[-self.limits.reader_wrong :])
        return self._readers[door]

    def _fresh(self, reader: Counted, at: float) -> Counted:
        since = at - 60.0 * self.limits.reader_minutes
        return replace(reader, times=tuple(time for time in reader.times if time > since))

    def _count_card(self, tag: str, at: float) -> Counted | None:
        """The card with one guess more; None where there is no room for it, and so it is limited anyway."""
        if self.card_limited(tag, at):
            return self._cards.get(tag)
        card = self._cards.get(tag, Counted(f"card:{tag}"))
        window = 60.0 * self.limits.card_minutes
        times = (*(time for time in card.times if time > at - window), at)
        locks = card.locks if at < card.locked_until + FORGETTING else 0
        if len(times) < self.limits.card_wrong:
            self._cards[tag] = Counted(card.key, times, card.locked_until, locks)
        else:
            seconds = min(LONGEST, window * 2.0 ** min(locks, 30))
            self._cards[tag] = Counted(card.key, times, at + seconds, locks + 1)
        return self._cards[tag]

    def _forget(self, at: float) -> None:
        """Drop the cards that count no more."""
        self._swept = at
        since = at - 60.0 * self.limits.card_minutes
        self._cards = {
            tag: card
            for tag, card in self._cards.items()
            if any(time > since for time in card.times) or (card.locks and at < card.locked_until + FORGETTING)
        }


def _taken_back(card: Counted, at: float) -> Counted:
    times = _without(card.times, at)
    if card.locked_until <= at:
        return replace(card, times=times)
    # It was this guess that locked the card: nothing is counted while it is locked.
    return replace(card, times=times, locked_until=at if card.locks > 1 else -inf, locks=card.locks - 1)


def _without(times: tuple[float, ...], at: float) -> tuple[float, ...]:
    """``times`` with ``at`` in it once less."""
    if at not in times:
        return times
    index = times.index(at)
    return times[:index] + times[index + 1 :]
