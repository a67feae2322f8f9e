"""Measures, plans and the months they live in.

Months are whole numbers counted from the base date: month 0 is the first month after it (January 2019 for a base
date of 31 December 2018), so year ``y`` of a run covers months ``12 * y`` to ``12 * y + 11``.
"""

from __future__ import annotations

from dataclasses import dataclass

from helhet.words.declare import Text


@dataclass(frozen=True)
class Lead:
    """A lead time in months, triangular between ``low`` and ``high`` with its peak at ``mode``."""

    low: float
    mode: float
    high: float

    def at(self, u: float) -> float:
        """The quantile ``u`` (0 to 1) of the triangular distribution, months."""
        width = self.high - self.low
        if width <= 0:
            return self.low
        left = (self.mode - self.low) / width
        if u < left:
            return float(self.low + (u * width * (self.mode - self.low)) ** 0.5)
        return float(self.high - ((1 - u) * width * (self.high - self.mode)) ** 0.5)


@dataclass(frozen=True)
class Measure:
    """Something the town can do.

    ``size`` in ``unit`` is what it gives when done in full; ``prepare`` (cheap, reversible) and ``commit``
    (expensive) follow each other; what it gives arrives evenly over ``over_months`` from the month of delivery (all
    at once when 0) and is gone again after ``lasts_months`` (0: it stays). Costs are MSEK for the full size.
    """

    id: str
    kind: str
    name: Text
    district: str
    detail: str
    size: float
    unit: str
    prepare: Lead
    commit: Lead
    over_months: int
    lasts_months: int
    prepare_cost: float
    commit_cost: float
    source: str
    status: str


@dataclass(frozen=True)
class Start:
    """A measure in a plan: the month its preparation starts, its size, and the first month it may be committed."""

    measure: str
    month: int
    size: float
    commit_month: int | None = None


@dataclass(frozen=True)
class Plan:
    """A set of dated measures."""

    id: str
    name: Text
    starts: tuple[Start, ...]


@dataclass(frozen=True)
class Delivery:
    """What one measure of a plan gives in one future: ``start``, ``committed`` and ``delivered`` in whole months."""

    measure: Measure
    size: float
    start: int
    committed: int
    delivered: int

    def standing(self, month: int) -> float:
        """How much of the measure stands in ``month`` (its unit)."""
        gone = self.measure.lasts_months and month >= self.delivered + self.measure.lasts_months
        if month < self.delivered or gone:
            return 0.0
        if self.measure.over_months <= 0:
            return self.size
        return self.size * min(1.0, (month - self.delivered + 1) / self.measure.over_months)

    def arrives(self, year: int) -> float:
        """How much arrives during ``year`` (0 is the first; its unit)."""
        before = self.standing(12 * year - 1) if year else 0.0
        return max(0.0, self.standing(12 * year + 11) - before)
