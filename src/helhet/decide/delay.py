"""The cost of delay: what it costs to start one measure later, in the same futures and without living them again.

The cost in one future of starting in month ``s`` is what is missing, what is spent, and what is spent in vain. With
``u(m)`` the units missing in month ``m`` without the measure, ``g(m)`` what stands of it, ``p`` the price of a unit
missing for a month, ``P`` and ``K`` the costs of preparing and committing, ``v`` the share of ``K`` that comes back and
``w`` the share that rents and fees pay where it is needed, ``r`` the interest and ``k`` the month in which it becomes
known that the plant will not come or not stay:

    shortage = p * sum over m of max(0, u(m) - g(m)),
    money    = P d(s) [k > s] + K d(c) [k > c] - v K d(k) [k > c, k < inf] - w K d(c) [k = inf],

with ``c = s + prepare`` the month of commitment, ``d(m) = (1 + r) ** (-m / 12)``, and ``[...]`` 1 where true, else 0.
The measure stands from ``c + commit``, and never where the news came first (``k <= c``): nobody commits for a plant
that is known not to come, and nobody prepares for one (``k <= s``). What has been committed is finished all the same.

*Money* is called **capital** in futures where the plant comes and stays (``k = inf``) and **stranding**, net of what
comes back, where it does not. Each krona is counted once, so the three parts add up to the cost. A later start saves
capital only through interest, and saves stranding also when the news comes in time to stop. The shortage is summed
without discounting unless asked for otherwise: a bed missing in three years is as bad as one missing today.

Delay as an exchange of shortage for information about an irreversible cost is the idea of Dixit and Pindyck [1]_.

**Where it is weak.** First order: everything else is as in the results, so nobody moves, builds or hires differently
because this measure is late, and two measures against one need both claim the same shortage. Preparing is paid in
full in its first month, committing in its own. All of a plant's spending is stranding where the plant leaves in the
end, however long the measure was of use. What falls after the last month counted is not missing, but is paid.

.. [1] A. K. Dixit, R. S. Pindyck: Investment under Uncertainty. Princeton University Press (1994), chapter 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Literal

import numpy as np

from helhet.words.arrays import Flags, Floats, Ints
from helhet.words.plan import Measure

KRONA = 1e-6
"""MSEK. Costs that differ by less are the same cost: sums of a thousand futures carry rounding."""


def standing(months: Ints, delivered: Ints, size: float, over_months: int, lasts_months: int) -> Floats:
    """What stands in ``months`` of a measure delivered in ``delivered`` (shapes that broadcast), in its unit.

    The same as :meth:`helhet.words.plan.Delivery.standing`, for arrays.
    """
    age = months - delivered
    grown = np.minimum(1.0, (age + 1) / over_months) if over_months > 0 else np.ones(age.shape)
    there = (age >= 0) & ((age < lasts_months) if lasts_months else True)
    return np.where(there, size * grown, 0.0)


@dataclass(frozen=True)
class Undertaking:
    """A measure of one size, as drawn in every future.

    ``prepare`` and ``commit`` are lead times in whole months, shape (futures,). ``size``, ``over_months`` and
    ``lasts_months`` mean what they mean in :class:`~helhet.words.plan.Measure`. Costs are MSEK for this size;
    ``salvage`` is the share of ``commit_cost`` that comes back if the plant does not come or stay, ``repaid`` the share
    that is paid by those who use it if it does, reckoned as if at once.

    Raises ``ValueError`` for lead times of different shapes, a negative size, and a share outside 0 to 1.
    """

    size: float
    prepare: Ints
    commit: Ints
    over_months: int
    lasts_months: int
    prepare_cost: float
    commit_cost: float
    salvage: float
    repaid: float = 0.0

    def __post_init__(self) -> None:
        if self.prepare.shape != self.commit.shape or self.prepare.ndim != 1:
            raise ValueError(f"prepare {self.prepare.shape} and commit {self.commit.shape} are not both (futures,)")
        if self.size < 0:
            raise ValueError(f"size {self.size:g} is negative")
        for name, share in (("salvage", self.salvage), ("repaid", self.repaid)):
            if not 0 <= share <= 1:
                raise ValueError(f"{name} {share:g} is not a share between 0 and 1")

    @property
    def climb(self) -> int:
        """Months after delivery in which something stands, but not yet all of it."""
        below = max(0, self.over_months - 1)
        return min(below, self.lasts_months) if self.lasts_months else below


def undertaking(
    measure: Measure, size: float, prepare: Ints, commit: Ints, salvage: float, repaid: float = 0.0
) -> Undertaking:
    """``measure`` carried out in ``size`` (its unit), its costs in proportion to its full size.

    Raises ``ValueError`` if a size is asked for of a measure that has none.
    """
    if size and not measure.size:
        raise ValueError(f"{measure.id} has size 0 when done in full, and {size:g} is asked for")
    share = size / measure.size if size else 0.0
    cost = measure.prepare_cost * share, measure.commit_cost * share
    return Undertaking(size, prepare, commit, measure.over_months, measure.lasts_months, *cost, salvage, repaid)


@dataclass(frozen=True)
class Cost:
    """A cost in its three parts, MSEK; all arrays have one shape."""

    shortage: Floats
    capital: Floats
    stranding: Floats

    @property
    def total(self) -> Floats:
        """The sum of the parts."""
        return self.shortage + self.capital + self.stranding


@dataclass(frozen=True)
class Curve(Cost):
    """The expected cost of starting in each of ``starts`` (months, rising), shape (starts,)."""

    starts: Ints


@dataclass(frozen=True)
class Delay:
    """What starting ``months`` later adds to the expected cost, MSEK: below zero is saved.

    ``error`` is the standard error of ``total`` over the futures, each compared with itself; ``nan`` for fewer than
    two. It says how far the sampling of futures may be off, not how far the case may be.
    """

    months: int
    shortage: float
    capital: float
    stranding: float
    error: float

    @property
    def total(self) -> float:
        """The sum of the parts."""
        return self.shortage + self.capital + self.stranding

    @property
    def per_month(self) -> float:
        """The total for each month of delay, MSEK. Raises ``ZeroDivisionError`` for a delay of none."""
        return self.total / self.months


@dataclass(frozen=True)
class Waiting:
    """One measure against one need.

    ``missing``, shape (futures, months), are the units missing in each month from month 0 without the measure;
    ``price`` is MSEK per unit and month; ``known``, shape (futures,), the month in which it becomes known that the
    plant will not come or not stay (``inf``: it comes and stays). ``interest`` and ``shortage_interest`` (by which
    the shortage is discounted: not at all unless given) are shares per year.

    ``among``, where it is asked for, marks the futures counted, shape (futures,): those in which the plant comes, say.
    ``ValueError`` is raised when it marks none.

    Raises ``ValueError`` for shapes that do not agree and for interest of -1 or less.
    """

    measure: Undertaking
    missing: Floats
    price: float
    known: Floats
    interest: float
    shortage_interest: float = 0.0

    def __post_init__(self) -> None:
        futures = self.measure.prepare.shape
        if self.missing.ndim != 2 or self.missing.shape[:1] != futures or self.known.shape != futures:
            shapes = f"missing {self.missing.shape}, known {self.known.shape}"
            raise ValueError(f"{shapes} and lead times {futures} are not of the same futures")
        if min(self.interest, self.shortage_interest) <= -1:
            raise ValueError("interest of -1 or less a year has no present value")

    @cached_property
    def _need(self) -> Floats:
        """What is missing and counts, shape (futures, months + 1); the last column is any month not counted: 0."""
        need = np.zeros((self.missing.shape[0], self.missing.shape[1] + 1))
        np.maximum(self.missing, 0.0, out=need[:, :-1])
        return need

    @cached_property
    def _weight(self) -> Floats:
        """The price of a unit missing in each month, MSEK, shape (months + 1,)."""
        return self.price * _present(np.arange(self.missing.shape[1] + 1), self.shortage_interest)

    @property
    def shortage_without(self) -> Floats:
        """The cost of the shortage without the measure, MSEK, shape (futures,)."""
        return self._bare

    @cached_property
    def _bare(self) -> Floats:
        """The cost of the shortage without the measure, shape (futures,)."""
        return self._need @ self._weight

    @cached_property
    def _met(self) -> Floats:
        """The cost that the full measure takes away before each month, shape (futures, months + 1)."""
        met = np.zeros_like(self._need)
        np.cumsum(np.minimum(self._need, self.measure.size)[:, :-1] * self._weight[:-1], axis=1, out=met[:, 1:])
        return met

    def _relief(self, delivered: Ints) -> Floats:
        """The cost of shortage that the measure takes away if ``delivered`` then, shape (starts, futures).

        All months in which the whole measure stands are a difference of two cumulative sums; only the months of its
        climb are added one by one.
        """
        measure, last = self.measure, self.missing.shape[1]
        row = np.arange(len(self.missing))
        full = delivered + measure.climb
        gone = delivered + measure.lasts_months if measure.lasts_months else np.full_like(delivered, last)
        relief = self._met[row, np.clip(gone, 0, last)] - self._met[row, np.clip(full, 0, last)]
        climb = np.arange(measure.climb)
        levels = standing(climb, np.zeros_like(climb), measure.size, measure.over_months, measure.lasts_months)
        for age, level in enumerate(levels):
            month = delivered + age
            month = np.where((month >= 0) & (month < last), month, last)
            relief += np.minimum(self._need[row, month], level) * self._weight[month]
        return np.asarray(relief)

    def costs(self, starts: Sequence[int] | Ints) -> Cost:
        """The cost in each future of starting in each of ``starts`` (months), shape (starts, futures)."""
        start = np.asarray(starts, dtype=np.int64)[:, None]
        measure = self.measure
        committed = start + measure.prepare
        made = self.known > committed
        relief = np.where(made, self._relief(committed + measure.commit), 0.0)
        money = np.where(self.known > start, measure.prepare_cost * _present(start, self.interest), 0.0)
        money += np.where(made, measure.commit_cost * _present(committed, self.interest), 0.0)
        leaves = np.isfinite(self.known)
        back = measure.salvage * measure.commit_cost * _present(np.where(leaves, self.known, 0.0), self.interest)
        money -= np.where(made & leaves, back, 0.0)
        paid = measure.repaid * measure.commit_cost * _present(committed, self.interest)
        money -= np.where(made & ~leaves, paid, 0.0)
        return Cost(self._bare - relief, np.where(leaves, 0.0, money), np.where(leaves, money, 0.0))

    def curve(self, starts: Sequence[int] | Ints, among: Flags | None = None) -> Curve:
        """The expected cost of starting in each of ``starts``. Raises ``ValueError`` unless they rise."""
        start = np.asarray(starts, dtype=np.int64)
        if (np.diff(start) <= 0).any():
            raise ValueError("starts must rise")
        cost = self.costs(start)
        parts = (cost.shortage, cost.capital, cost.stranding)
        shortage, capital, stranding = (_among(part, among).mean(axis=1) for part in parts)
        return Curve(shortage, capital, stranding, start)

    def delay(self, start: int, months: int, among: Flags | None = None) -> Delay:
        """What it adds to the expected cost to start in ``start + months`` instead of ``start``."""
        cost = self.costs([start, start + months])
        parts = (cost.shortage, cost.capital, cost.stranding)
        shortage, capital, stranding = (np.diff(_among(part, among), axis=0)[0] for part in parts)
        whole = shortage + capital + stranding
        error = float(whole.std(ddof=1)) / sqrt(len(whole)) if len(whole) > 1 else float("nan")
        return Delay(months, float(shortage.mean()), float(capital.mean()), float(stranding.mean()), error)

    def never(self, among: Flags | None = None) -> float:
        """The expected cost of never starting, MSEK: what is missing without the measure, and nothing spent."""
        return float(_among(self._bare, among).mean())


def _present(month: Floats | Ints, interest: float) -> Floats:
    """The present value, in month 0, of 1 paid in ``month``."""
    return np.asarray(np.exp(-np.log1p(interest) / 12.0 * month))


def _among(values: Floats, among: Flags | None) -> Floats:
    if among is None:
        return values
    if not among.any():
        raise ValueError("there is no future among those asked for")
    return values[..., among]


def kink(curve: Curve, part: Literal["total", "shortage"] = "total", least: float = 0.0) -> int | None:
    """The start after which the cost of one more month rises most: the last good month to wait for.

    It is the start between two others where the slope of the curve rises most (the first of equals, to within
    :data:`KRONA`); None where it rises nowhere, or by less than the share ``least`` of the steepest slope, as it does
    by the luck of the draw. No finer than the starts are spaced.
    """
    cost = curve.total if part == "total" else curve.shortage
    slope = np.diff(cost) / np.diff(curve.starts)
    rise = np.diff(slope)
    if not rise.size or rise.max() <= max(KRONA, least * float(np.abs(slope).max())):
        return None
    return int(curve.starts[1:-1][np.argmax(rise >= rise.max() - KRONA)])


def cheapest(curve: Curve) -> int:
    """The start with the lowest total; the latest of equals, to within :data:`KRONA`.

    If it is the last of the curve, still later (or never: see :meth:`Waiting.never`) may be cheaper.
    """
    total = curve.total
    return int(curve.starts[np.flatnonzero(total <= total.min() + KRONA)[-1]])


def risk_worth_taking(
    interest_month: float, capital: float, hazard_month: float, stranded: float, shortage_per_month: float
) -> float:
    """The risk of shortage at which waiting one month pays for itself, a share; above 1 waiting always pays.

    Waiting a month saves interest ``r`` on the capital ``K`` and, should the plant fall in that month (probability
    ``h``), the loss ``X``. With the risk ``a`` that the measure comes too late, it costs ``a c D``: the price of a
    unit missing for a month times the units missing. The two are equal at

        a = (r K + h X) / (c D).

    ``interest_month`` and ``hazard_month`` are shares per month; ``capital``, ``stranded`` and ``shortage_per_month``
    MSEK. Raises ``ValueError`` for a shortage that costs nothing: no risk is then too large.
    """
    if shortage_per_month <= 0:
        raise ValueError(f"a shortage that costs {shortage_per_month:g} MSEK a month gives no reason to hurry")
    return (interest_month * capital + hazard_month * stranded) / shortage_per_month
