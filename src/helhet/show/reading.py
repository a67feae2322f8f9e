"""What the results say: quantiles over futures, odds, first years, and the same given what becomes of the plant.

Nothing here is a number of our own: every figure is a count or a quantile over the futures in the results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from helhet.case.case import Case
from helhet.decide.strain import Strain
from helhet.pieces.plant import OUTCOMES as PLANT_OUTCOMES
from helhet.results import Results
from helhet.words.arrays import Flags, Floats, Ints
from helhet.words.declare import Outcome, Scope

COMES = ("full", "delayed", "smaller")
"""The outcomes in which the plant comes and stays."""

ODDS_YEARS = 10
"""Odds are counted over the first ten years: what a plan made today can still do something about."""

SINGLES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Which single futures are drawn: the ranks of their sums over all years."""


@dataclass(frozen=True)
class Fan:
    """Quantiles over futures at each point in time; every array has shape (times,), ``singles`` (lines, times).

    ``numbers`` are the futures that the single lines show.
    """

    median: Floats
    low50: Floats
    high50: Floats
    low90: Floats
    high90: Floats
    singles: Floats
    numbers: tuple[int, ...]


def fan(values: Floats, futures: Sequence[int] | Ints) -> Fan:
    """The fan of ``values``, shape (futures, times).

    The single futures are those whose sum over time has the ranks in :data:`SINGLES`, so they are spread over what
    can happen instead of picked by hand.
    """
    low90, low50, median, high50, high90 = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)
    order = np.argsort(values.sum(axis=1), kind="stable")
    rows = sorted({int(order[round(rank * (len(order) - 1))]) for rank in SINGLES})
    return Fan(median, low50, high50, low90, high90, values[rows], tuple(int(futures[row]) for row in rows))


@dataclass(frozen=True)
class Spread:
    """Median and the 90 percent interval of one number over futures."""

    low: float
    median: float
    high: float


def spread(values: Floats) -> Spread:
    """The 5, 50 and 95 percent quantiles of ``values`` over futures; all zero when there is no future."""
    if values.size == 0:
        return Spread(0.0, 0.0, 0.0)
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95))
    return Spread(float(low), float(median), float(high))


@dataclass(frozen=True)
class Shortage:
    """A need year by year: what is missing in each future, the tolerance, and where the one exceeds the other.

    ``strain`` holds the same month by month; ``monthly`` says whether it was counted so (then a year is as bad as its
    worst month) or at the end of each year. ``years`` are those that odds are counted over.
    """

    strain: Strain
    years: Ints
    monthly: bool = False

    @cached_property
    def missing(self) -> Floats:
        """What is missing, shape (futures, years)."""
        return np.asarray(self._yearly(self.strain.missing))

    @cached_property
    def limit(self) -> Floats:
        """How much may be missing, shape (futures, years)."""
        return np.asarray(self._yearly(self.strain.limit))

    @cached_property
    def beyond(self) -> Flags:
        """Where it is a shortage, shape (futures, years)."""
        return np.asarray(self._yearly(self.strain.beyond))

    def _yearly(self, months: Any) -> Any:
        return months.reshape(len(months), months.shape[1] // 12, 12).max(axis=2) if self.monthly else months[:, 11::12]

    @property
    def hit(self) -> Flags:
        """Futures in which the tolerance is exceeded in some year that counts, shape (futures,)."""
        return np.asarray(self.beyond[:, : len(self.years)].any(axis=1))

    @property
    def first(self) -> Ints:
        """The first such year in each of those futures, shape (hits,)."""
        return np.asarray(self.years[self.beyond[self.hit][:, : len(self.years)].argmax(axis=1)])

    @property
    def peak(self) -> Floats:
        """The most that is missing in any year that counts, in each of those futures, shape (hits,)."""
        return np.asarray(self.missing[self.hit][:, : len(self.years)].max(axis=1))

    @property
    def worst(self) -> int:
        """Index of the year with the highest median, among the years that count (of the mean where that is zero)."""
        counted = self.missing[:, : len(self.years)]
        middle = np.median(counted, axis=0)
        return int(middle.argmax() if middle.any() else counted.mean(axis=0).argmax())

    def among(self, group: Flags) -> Shortage:
        """The same among the futures in ``group``, shape (futures,)."""
        return Shortage(self.strain.among(group), self.years, self.monthly)

    def scaled(self, ratio: float) -> Shortage:
        """The same with a tolerance ``ratio`` times as large."""
        strain = Strain(self.strain.need, self.strain.missing, self.strain.limit * ratio, self.strain.running)
        return Shortage(strain, self.years, self.monthly)


class Reading:
    """The results of one case, read for people.

    ``declared`` are the outcomes that the pieces report. ``main`` is the plan that the page speaks about: the first
    of the case that does something, else the first.
    """

    def __init__(self, case: Case, results: Results, declared: Sequence[Outcome]) -> None:
        self.case = case
        self.results = results
        self.declared: Mapping[str, Outcome] = {outcome.name: outcome for outcome in declared}
        self.years: Ints = np.asarray(results.years, dtype=np.int64)
        self.futures: Ints = np.asarray(results.numbers, dtype=np.int64)
        self.plans = tuple(results.plans)
        active = [plan for plan in self.plans if plan in case.plans and case.plans[plan].starts]
        self.main = active[0] if active else self.plans[0]
        self._kept: dict[tuple[str, str], Floats] = {}
        self._totals: dict[tuple[str, str], Floats] = {}

    def has(self, *names: str) -> bool:
        """Whether all the outcomes are declared."""
        return all(name in self.declared for name in names)

    def values(self, name: str, plan: str) -> Floats:
        """The outcome as stored, as float64.

        Shape (futures, years, districts), (futures, years) or (futures, months), by its scope.
        """
        if (name, plan) in self._kept:
            return self._kept[name, plan]
        if self.results.about(name).scope == "district":
            return np.asarray(self.results.outcome(name, plan), dtype=np.float64)
        self._keep_town(plan)
        return self._kept[name, plan]

    def _keep_town(self, plan: str) -> None:
        """Read everything that is not by district in one go: many small columns, which cost most one by one."""
        scopes: tuple[Scope, ...] = ("town", "month")
        for scope in scopes:
            names = [outcome.name for outcome in self.results.manifest.scoped(scope)]
            frame = self.results.frame(scope, plan).select(names).collect()
            for name in names:
                self._kept[name, plan] = frame[name].to_numpy().reshape(len(self.futures), -1).astype(np.float64)

    def total(self, name: str, plan: str) -> Floats:
        """The outcome for the whole town, shape (futures, years) or (futures, months)."""
        if (name, plan) not in self._totals:
            values = self.values(name, plan)
            self._totals[name, plan] = np.asarray(values.sum(axis=2)) if values.ndim == 3 else values
        return self._totals[name, plan]

    def per(self, name: str, plan: str) -> Floats:
        """An outcome that is repeated over a list of the case, shape (rows of the list, futures, years)."""
        return np.stack([self.values(full, plan) for full in names_of(self.case, self.declared[name])])

    @property
    def odds_years(self) -> Ints:
        """The calendar years that odds are counted over."""
        return self.years[:ODDS_YEARS]

    @cached_property
    def code(self) -> Ints:
        """The plant's outcome in each future, index into its list of outcomes, shape (futures,)."""
        return np.asarray(self.values("plant.outcome", self.main)[:, 0], dtype=np.int64)

    @cached_property
    def comes(self) -> Flags:
        """Futures in which the plant comes and stays: full, delayed or smaller."""
        return np.isin(self.code, [PLANT_OUTCOMES.index(name) for name in COMES])

    def turned_out(self, outcome: str) -> Flags:
        """Futures in which the plant's outcome is ``outcome``."""
        return np.asarray(self.code == PLANT_OUTCOMES.index(outcome))

    def prior(self, judge: str) -> dict[str, float]:
        """How likely each outcome of the plant is according to ``judge`` (a row group of ``plant_prior.csv``)."""
        rows = self.case.tables["plant_prior"].where(prior=judge)
        return {str(outcome): float(value) for outcome, value in zip(rows["outcome"], rows["value"], strict=True)}

    @cached_property
    def judges(self) -> tuple[str, ...]:
        """All judges of the case, the one in use first."""
        named = dict.fromkeys(str(judge) for judge in self.case.tables["plant_prior"]["prior"])
        return (self.case.prior, *(judge for judge in named if judge != self.case.prior))

    def reweighed(self, hit: Flags, judge: str) -> float | None:
        """The probability of ``hit`` were the plant's outcomes as likely as ``judge`` says.

        The same futures, counted by outcome of the plant and weighed anew. None when an outcome that the judge thinks
        possible occurs in no future.
        """
        probability = 0.0
        for outcome, share in self.prior(judge).items():
            group = self.turned_out(outcome)
            if share > 0 and not group.any():
                return None
            if share > 0:
                probability += share * float(hit[group].mean())
        return probability


def names_of(case: Case, outcome: Outcome) -> tuple[str, ...]:
    """The names under which results store ``outcome``: one, or one for each row of the list it is repeated over."""
    if outcome.per == "occupation":
        return tuple(f"{outcome.name}.{item.id}" for item in case.occupations)
    if outcome.per == "employer":
        return tuple(f"{outcome.name}.{item.id}" for item in case.employers)
    return (outcome.name,)
