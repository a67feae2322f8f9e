"""Plans that hold: several plans in the same futures, compared by how often they hold, their regret and their cost.

There is no single index. A plan is told by three things in this order: the share of futures in which every need stays
within its tolerance, the largest regret, and the mean cost. Regret in a future is what the plan costs there beyond the
cheapest of the plans compared [1]_; it depends on which plans are compared, and says so by naming them.

Plans live in the same futures (common random numbers), so the difference between two of them has the variance
``var(A) + var(B) - 2 cov(A, B)``; with futures of its own for each plan the last term would be missing. How much that
saves is told by :class:`Difference`.

.. [1] L. J. Savage: The theory of statistical decision. Journal of the American Statistical Association 46 (1951).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from helhet.words.arrays import Flags, Floats, Ints

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Tried:
    """A plan in every future, arrays of shape (futures,).

    ``holds`` says for each need whether it stays within its tolerance. ``spent``, ``shortage`` and ``stranded`` are
    MSEK: what the measures cost, what the shortages cost, and how much of ``spent`` is lost because the plant does not
    come or stay.
    """

    name: str
    holds: Mapping[str, Flags]
    spent: Floats
    shortage: Floats
    stranded: Floats

    @property
    def total(self) -> Floats:
        """What the plan costs in all, MSEK, shape (futures,); what is stranded is part of what is spent."""
        return self.spent + self.shortage

    @property
    def whole(self) -> Flags:
        """Futures in which every need holds."""
        return np.asarray(np.logical_and.reduce(list(self.holds.values())))

    def among(self, futures: Flags) -> Tried:
        """The same in some of the futures."""
        holds = {need: flags[futures] for need, flags in self.holds.items()}
        return Tried(self.name, holds, self.spent[futures], self.shortage[futures], self.stranded[futures])


@dataclass(frozen=True)
class Share:
    """A share of futures with its interval (Wilson's [1]_, 95 percent).

    .. [1] E. B. Wilson: Probable inference, the law of succession, and statistical inference. Journal of the American
       Statistical Association 22 (1927).
    """

    hits: int
    futures: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share itself."""
        return self.hits / self.futures


def share(flags: Flags) -> Share:
    """The share of true ``flags``. Raises ``ValueError`` for none at all."""
    n, hits = len(flags), int(flags.sum())
    if not n:
        raise ValueError("a share of no futures is nothing")
    z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    width = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    # At none and all the formula's end is 0 or 1 but for rounding.
    return Share(hits, n, 0.0 if not hits else max(0.0, middle - width), 1.0 if hits == n else min(1.0, middle + width))


@dataclass(frozen=True)
class Compared:
    """One plan beside the others: how often it holds, its regret and its cost (MSEK, means over futures).

    ``worst`` is the row of the future with the largest regret, ``high`` the regret that 95 of 100 futures stay below.
    """

    name: str
    holds: Mapping[str, Share]
    whole: Share
    regret: float
    high: float
    largest: float
    worst: int
    spent: float
    shortage: float
    stranded: float

    @property
    def total(self) -> float:
        """What it costs in all."""
        return self.spent + self.shortage


def compared(plans: Sequence[Tried]) -> tuple[Compared, ...]:
    """Each of ``plans`` beside the others, in the order given. Raises ``ValueError`` for plans of different futures."""
    if len({len(plan.spent) for plan in plans}) > 1:
        raise ValueError("plans that are compared must have the same futures")
    least = np.min([plan.total for plan in plans], axis=0)
    return tuple(_compared(plan, plan.total - least) for plan in plans)


def _compared(plan: Tried, regret: Floats) -> Compared:
    return Compared(
        plan.name,
        {need: share(flags) for need, flags in plan.holds.items()},
        share(plan.whole),
        float(regret.mean()),
        float(np.quantile(regret, 0.95)),
        float(regret.max()),
        int(regret.argmax()),
        float(plan.spent.mean()),
        float(plan.shortage.mean()),
        float(plan.stranded.mean()),
    )


def ranked(plans: Sequence[Compared]) -> list[Compared]:
    """By how often they hold, then by the largest regret, then by cost: an order to read in, not an index."""
    return sorted(plans, key=lambda one: (-one.whole.share, one.largest, one.total))


@dataclass(frozen=True)
class Difference:
    """One number under one plan less the same under another, in the same futures.

    ``error`` is the standard error of ``mean``; ``apart`` what it would be with futures of its own for each plan, and
    ``ratio`` the variance of the one over that of the other: the share that common random numbers leave.
    """

    mean: float
    error: float
    apart: float

    @property
    def ratio(self) -> float:
        """The variance of the difference over what it would be with independent futures; 1 where both are nothing."""
        return (self.error / self.apart) ** 2 if self.apart else 1.0


def difference(first: Floats, second: Floats) -> Difference:
    """``second`` less ``first``, both of shape (futures,). Raises ``ValueError`` for fewer than two futures."""
    n = len(first)
    if n < 2:
        raise ValueError("a difference has no error with fewer than two futures")
    between = second - first
    apart = sqrt((first.var(ddof=1) + second.var(ddof=1)) / n)
    return Difference(float(between.mean()), float(between.std(ddof=1)) / sqrt(n), apart)


def pareto(points: Floats, minimise: Flags | None = None) -> Ints:
    """The rows of ``points``, shape (plans, numbers), that no other row beats, in their order.

    Less is better in the numbers that ``minimise``, shape (numbers,), says (None: in all), more in the others. A row is
    beaten by one that is nowhere worse and somewhere better. Of equal rows all are kept.
    """
    costs = points if minimise is None else np.where(minimise, points, -points)
    beaten = [any((other <= cost).all() and (other < cost).any() for other in costs) for cost in costs]
    return np.flatnonzero(~np.asarray(beaten, dtype=bool))


@dataclass(frozen=True)
class Stress:
    """Means of one plan over ``futures`` futures, MSEK: ``total`` = ``spent`` + ``shortage``; ``stranded`` is of spent.

    ``holds`` is how often every need holds in them.
    """

    futures: int
    holds: Share
    spent: float
    shortage: float
    stranded: float

    @property
    def total(self) -> float:
        """What it costs in all."""
        return self.spent + self.shortage


def stress(plans: Sequence[Tried], groups: Ints) -> dict[int, dict[str, Stress]]:
    """What each plan comes to in each group of futures: by label, then by name of the plan.

    ``groups``, shape (futures,), labels each future, say with the plant's outcome. Labels come in rising order; one
    that no future has does not occur. Raises ``ValueError`` for another number of labels than futures.
    """
    if any(groups.shape != plan.spent.shape for plan in plans):
        raise ValueError("each future must have one label")
    return {label: {p.name: _stress(p.among(groups == label)) for p in plans} for label in np.unique(groups).tolist()}


def _stress(plan: Tried) -> Stress:
    means = (float(part.mean()) for part in (plan.spent, plan.shortage, plan.stranded))
    return Stress(len(plan.spent), share(plan.whole), *means)
