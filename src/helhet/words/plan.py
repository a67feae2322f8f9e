"""Measures, plans and the months they live in.

Months are whole numbers counted from the base date: month 0 is the first month after it (January 2019 for a base
date of 31 December 2018), so year ``y`` of a run covers months ``12 * y`` to ``12 * y + 11``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf
from typing import Literal

from helhet.words.declare import Text
from helhet.words.leads import triangular

Phase = Literal["prepare", "commit"]
"""The two halves of a measure: the cheap one that can be undone, and the expensive one that hardly can."""

NOBODY = Text("", "")
"""The owner of a measure of which the case does not say who is responsible."""


@dataclass(frozen=True)
class Lead:
    """A lead time in months, triangular between ``low`` and ``high`` with its peak at ``mode``."""

    low: float
    mode: float
    high: float

    def at(self, u: float) -> float:
        """The quantile ``u`` (0 to 1) of the triangular distribution, months."""
        return float(triangular(float(self.low), float(self.mode), float(self.high), u))


@dataclass(frozen=True)
class Step:
    """A step on the way to a measure, such as a plan, an appeal or a permit: it occurs with probability ``chance``."""

    id: str
    name: Text
    phase: Phase
    chance: float
    lead: Lead


@dataclass(frozen=True)
class Measure:
    """Something the town can do.

    ``size`` in ``unit`` is what it gives when done in full; ``prepare`` (cheap, reversible) and ``commit``
    (expensive) follow each other; what it gives arrives evenly over ``over_months`` from the month of delivery (all
    at once when 0) and is gone again after ``lasts_months`` (0: it stays). Costs are MSEK for the full size.

    A phase takes one lead time, ``prepare`` or ``commit``, or, where that is None, ``steps`` of its own one after the
    other: :meth:`of` gives either as steps.

    ``owner`` is responsible. The decision to prepare is first taken up by the body called ``prepare_body``, that to
    commit by ``commit_body`` (empty: nobody is named). ``salvage`` is the share (0 to 1) of the cost to commit that
    comes back, or need not be paid, if what it gives turns out not to be needed, and ``repaid`` the share that rents
    and fees pay for where it is needed; 0 where the case is silent.
    """

    id: str
    kind: str
    name: Text
    district: str
    detail: str
    size: float
    unit: str
    prepare: Lead | None
    commit: Lead | None
    over_months: int
    lasts_months: int
    prepare_cost: float
    commit_cost: float
    source: str
    status: str
    owner: Text = NOBODY
    prepare_body: str = ""
    commit_body: str = ""
    salvage: float = 0.0
    repaid: float = 0.0
    steps: tuple[Step, ...] = ()

    def __hash__(self) -> int:
        """By its short name, which is its own within a case: everything else would be hashed at every look-up."""
        return hash(self.id)

    def of(self, phase: Phase) -> tuple[Step, ...]:
        """The steps of a phase in their order; a plain lead time is one step without a name, sure to occur."""
        lead = self.prepare if phase == "prepare" else self.commit
        if lead is not None:
            return (Step("", Text("", ""), phase, 1.0, lead),)
        return tuple(step for step in self.steps if step.phase == phase)

    def shortest(self, phase: Phase) -> int:
        """The fewest whole months that a phase can take: only what is sure to occur, each as short as can be."""
        return ceil(sum(step.lead.low for step in self.of(phase) if step.chance >= 1))

    def longest(self, phase: Phase) -> int:
        """The most whole months that a phase can take: all that can occur, each as long as can be."""
        return ceil(sum(step.lead.high for step in self.of(phase) if step.chance > 0))


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

    @property
    def gone(self) -> float:
        """The month from which nothing of it stands any more: infinity for what stays."""
        return self.delivered + self.measure.lasts_months if self.measure.lasts_months else inf

    def standing(self, month: int) -> float:
        """How much of the measure stands in ``month`` (its unit)."""
        if not self.delivered <= month < self.gone:
            return 0.0
        if self.measure.over_months <= 0:
            return self.size
        return self.size * min(1.0, (month - self.delivered + 1) / self.measure.over_months)

    def arrives(self, year: int) -> float:
        """How much arrives during ``year`` (0 is the first; its unit)."""
        before = self.standing(12 * year - 1) if year else 0.0
        return max(0.0, self.standing(12 * year + 11) - before)
