"""Needs month by month: what is missing in every future, how much may be missing, and when that is exceeded.

Outcomes that are counted by month are read as they are. Those counted once a year describe its end, so between two
year ends a straight line is drawn, and the first year end holds back to the base date: no date that comes from them is
finer than that. A line between two year ends exceeds a limit only if one of the ends does, so odds are not changed by
the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from helhet.words.arrays import Flags, Floats
from helhet.words.decision import Tolerance
from helhet.words.declare import Need

Get = Callable[[str], Floats]
"""Gives an outcome of the whole town by its name: shape (futures, years) or (futures, 12 * years)."""


def by_month(values: Floats, years: int) -> Floats:
    """An outcome by month, shape (futures, 12 * years).

    A yearly outcome, shape (futures, years), stands at the last month of its year; months before the first year end
    have its value. Raises ``ValueError`` for any other shape.
    """
    if values.shape[1] == 12 * years:
        return values
    if values.shape[1] != years:
        raise ValueError(f"{values.shape[1]} columns are neither {years} years nor their months")
    month = np.arange(12 * years)
    place = np.clip((month - 11) / 12.0, 0.0, years - 1.0)
    before = np.floor(place).astype(np.int64)
    after = np.minimum(before + 1, years - 1)
    low, high = values[:, before], values[:, after]
    line = low + (place - before) * (high - low)
    return np.asarray(np.clip(line, np.minimum(low, high), np.maximum(low, high)))  # never beyond its ends by rounding


def allowed(against: Floats, years: int, tolerance: Tolerance) -> Floats:
    """How much may be missing in each month, shape (futures, 12 * years).

    A share of what it is measured against, and never less than the tolerance's ``least``. Where that is counted by
    month, the busiest month of the calendar year counts: a need that fades does not make the last few a shortage.
    """
    if against.shape[1] == 12 * years:
        busiest = against.reshape(len(against), years, 12).max(axis=2)
        against = np.repeat(busiest, 12, axis=1)
    return by_month(np.maximum(tolerance.share * against, tolerance.least), years)


@dataclass(frozen=True)
class Strain:
    """One need in every future: ``missing`` and ``limit``, shape (futures, months), in the need's unit.

    It is a shortage when the limit is exceeded ``running`` months in a row or more.
    """

    need: str
    missing: Floats
    limit: Floats
    running: int = 1

    @cached_property
    def beyond(self) -> Flags:
        """The months that belong to a shortage, shape (futures, months)."""
        over: Flags = np.asarray(self.missing > self.limit)
        if self.running <= 1:
            return over
        return _in_runs(over, self.running)

    def bites(self, months: int | None = None) -> Floats:
        """The month in which the first shortage begins, shape (futures,); ``inf`` where none does.

        Only shortages that begin in the first ``months`` months count (None: all).
        """
        looked = self.beyond[:, :months]
        return np.where(looked.any(axis=1), looked.argmax(axis=1), np.inf)

    def hit(self, months: int | None = None) -> Flags:
        """Futures with a shortage in the first ``months`` months, shape (futures,)."""
        return np.asarray(self.beyond[:, :months].any(axis=1))

    def excess(self, months: int | None = None) -> Floats:
        """The most that is missing beyond the limit in any month, shape (futures,); 0 where nothing is."""
        over = (self.missing - self.limit)[:, :months]
        return np.asarray(np.maximum(over.max(axis=1), 0.0))

    @cached_property
    def over(self) -> Floats:
        """What is missing beyond the limit in the months that belong to a shortage, shape (futures, months); else 0.

        This is what a shortage costs: some homes, beds and jobs are always between two people.
        """
        return np.where(self.beyond, np.maximum(self.missing - self.limit, 0.0), 0.0)

    def until(self, months: int) -> Strain:
        """The same for the first ``months`` months."""
        return Strain(self.need, self.missing[:, :months], self.limit[:, :months], self.running)

    def among(self, futures: Flags) -> Strain:
        """The same in some of the futures."""
        return Strain(self.need, self.missing[futures], self.limit[futures], self.running)


def _in_runs(over: Flags, running: int) -> Flags:
    """The true cells that stand in a run of at least ``running`` true cells along the second axis."""
    held = np.zeros_like(over)
    months = over.shape[1]
    for first in range(months - running + 1):
        whole = np.asarray(over[:, first : first + running].all(axis=1))
        held[:, first : first + running] |= whole[:, None]
    return held


@dataclass(frozen=True)
class Watch:
    """What is asked of a future: is there a shortage of ``need`` in its first ``months`` months?

    ``items`` are the rows of the case's list over which the need's outcomes are repeated, counted together.
    """

    need: Need
    tolerance: Tolerance
    months: int
    items: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The outcomes that answer it."""
        return names(self.need, self.items)

    def hit(self, get: Get, years: int) -> Flags:
        """The answer from ``years`` years, shape (futures,).

        A shortage in the first years is one whatever comes: nothing in :func:`by_month` and :func:`allowed` looks at a
        later year than that of the month.
        """
        return self.strain(get, years).hit(self.months)

    def strain(self, get: Get, years: int) -> Strain:
        """The need from ``years`` years, in all their months."""
        return strain(self.need, self.tolerance, get, years, self.items)


def strain(need: Need, tolerance: Tolerance, get: Get, years: int, items: Sequence[str] = ()) -> Strain:
    """The strain of ``need``, from the outcomes that ``get`` gives.

    ``items`` are the rows of the case's list (occupations, say) that are counted together where the need's outcomes
    are repeated over one; empty where they are not.
    """
    missing, against = (_sum(get, name, items) for name in (need.missing, need.against))
    return Strain(need.name, by_month(missing, years), allowed(against, years, tolerance), tolerance.months)


def _sum(get: Get, name: str, items: Sequence[str]) -> Floats:
    if not items:
        return np.asarray(get(name), dtype=np.float64)
    return np.asarray(sum(np.asarray(get(f"{name}.{item}"), dtype=np.float64) for item in items))


def names(need: Need, items: Sequence[str] = ()) -> tuple[str, ...]:
    """The names of the outcomes that :func:`strain` asks for."""
    if not items:
        return (need.missing, need.against)
    return tuple(f"{name}.{item}" for name in (need.missing, need.against) for item in items)


def getter(outcomes: Mapping[str, Floats]) -> Get:
    """Outcomes in a mapping as something to ask."""
    return outcomes.__getitem__
