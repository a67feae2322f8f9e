"""Collecting faults while a case is read, so that all of them are told at once."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable

from helhet.words.faults import Fault, Faults

TOLD = 20
"""Faults told of each file; the rest are counted."""
KEPT = 200
"""Faults kept of each file: enough to tell the first ones in the order of the file."""


class Found:
    """The faults found so far, by file."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Fault]] = {}
        self._beyond: Counter[str] = Counter()

    def add(self, file: str, row: int, field: str, value: object, wrong: str, cure: str) -> None:
        """Note a fault. ``value`` is what stood there (empty: nothing to show)."""
        kept = self._kept.setdefault(file, [])
        if len(kept) < KEPT:
            kept.append(Fault(file, row, field, "" if value is None else str(value)[:200], wrong, cure))
        else:
            self._beyond[file] += 1

    def __len__(self) -> int:
        return sum(len(kept) for kept in self._kept.values())

    def of(self, file: str) -> int:
        """How many faults ``file`` has."""
        return len(self._kept.get(file, [])) + self._beyond[file]

    def check(self) -> None:
        """Raise :class:`Faults` if there are any, at most :data:`TOLD` of each file."""
        faults: list[Fault] = []
        for file, kept in self._kept.items():
            ordered = sorted(set(kept))
            faults += ordered[:TOLD]
            more = len(ordered) - TOLD + self._beyond[file]
            if more > 0:
                wrong = f"and {more} more faults in this file"
                faults.append(Fault(file, ordered[-1].row, "~", "", wrong, "Mend those above first, then check again"))
        if faults:
            raise Faults(faults)


def nearest(word: str, words: Iterable[str]) -> str:
    """A hint for a cure: the word most like ``word``, as `` Did you mean 'x'?``, or nothing."""
    close = difflib.get_close_matches(word.casefold()[:60], sorted(words), 1, 0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


def listed(words: Iterable[str], most: int = 8) -> str:
    """Words as a short list for a message."""
    several = list(words)
    return ", ".join(several[:most]) + (f" and {len(several) - most} more" if len(several) > most else "")
