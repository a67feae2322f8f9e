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

MOST_LIKE = 1000
"""Words that one is compared with to find the nearest: comparing is slow."""

LONGEST = 2000
"""Characters of a message at most."""

Said = tuple[str, str, str, str]
"""Field, value, what is wrong, cure."""


class Found:
    """The faults found so far, by file. The same fault in many rows is one fault, with all its rows."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[Said, list[int]]] = {}
        self._beyond: Counter[str] = Counter()

    def add(self, file: str, row: int, field: str, value: object, wrong: str, cure: str) -> None:
        """Note a fault. ``value`` is what stood there (empty: nothing to show)."""
        here = self._rows.setdefault(file, {})
        said = (field, "" if value is None else str(value)[:200], wrong, cure)
        if said in here:
            here[said].append(row)
        elif len(here) < KEPT:
            here[said] = [row]
        else:
            self._beyond[file] += 1

    def of(self, file: str) -> int:
        """How many different faults ``file`` has."""
        return len(self._rows.get(file, {})) + self._beyond[file]

    def hint(self, file: str, word: str, words: Iterable[str]) -> str:
        """As :func:`nearest`, for a fault of ``file``; nothing once its faults are only counted."""
        return nearest(word, words) if len(self._rows.get(file, {})) < KEPT else ""

    def check(self) -> None:
        """Raise :class:`Faults` if there are any, at most :data:`TOLD` of each file."""
        faults: list[Fault] = []
        for file, here in self._rows.items():
            ordered = sorted(_fault(file, said, rows) for said, rows in here.items())
            faults += ordered[:TOLD]
            more = len(ordered) - TOLD + self._beyond[file]
            if more > 0:
                wrong = f"and {more} more faults in this file"
                faults.append(
                    Fault(
                        file,
                        ordered[min(TOLD, len(ordered) - 1)].row,
                        "…",
                        "",
                        wrong,
                        "Mend those above first, then check again",
                    )
                )
        if faults:
            raise Faults(faults)


def _fault(file: str, said: Said, rows: list[int]) -> Fault:
    field, value, wrong, cure = said
    first, *others = sorted(set(rows))
    also = f" (and in rows {ranges(others)})" if others else ""
    return Fault(_visible(file), first, _visible(field), value, _visible(wrong + also), _visible(cure))


def _visible(words: str) -> str:
    """Words in one line that can be printed anywhere: names may hold line breaks, or bytes that are no letters."""
    return "".join(letter if letter.isprintable() else "?" for letter in words[:LONGEST])


def ranges(numbers: Iterable[int]) -> str:
    """Whole numbers as a short text: ``0-4, 7, 9-12``."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return listed(f"{a}" if a == b else f"{a}-{b}" for a, b in parts)


def nearest(word: str, words: Iterable[str]) -> str:
    """A hint for a cure: the word most like ``word``, as `` Did you mean 'x'?``, or nothing."""
    close = difflib.get_close_matches(word.casefold()[:60], sorted(words)[:MOST_LIKE], 1, 0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


def listed(words: Iterable[str], most: int = 8) -> str:
    """Words as a short list for a message."""
    several = list(words)
    return ", ".join(several[:most]) + (f" and {len(several) - most} more" if len(several) > most else "")
