"""Boxes of futures: bounds that all hold, and how well they tell the futures that fail.

Coverage and density are the two figures by which such a box is judged in scenario discovery [1]_.

.. [1] B. P. Bryant, R. J. Lempert: Thinking inside the box: a participatory, computer-assisted approach to scenario
   discovery. Technological Forecasting and Social Change 77 (2010) 34-49.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, log, log1p

import numpy as np

from helhet.words.arrays import Flags, Floats

Inputs = Mapping[str, Floats]

DOUBT = 0.05
"""A restriction that chance explains with a higher probability than this is dropped."""


@dataclass(frozen=True)
class Bound:
    """``low <= input <= high`` for a number (``-inf`` or ``inf``: open), or the input is one of ``codes``.

    ``codes`` is empty for a number. A bound lies halfway between the values it parts.
    """

    name: str
    low: float = -inf
    high: float = inf
    codes: tuple[int, ...] = ()

    def holds(self, values: Floats) -> Flags:
        """Whether it holds for each of ``values``."""
        if self.codes:
            return np.isin(values, self.codes)
        return (values >= self.low) & (values <= self.high)


@dataclass(frozen=True)
class Box:
    """Futures told by bounds that all hold, and how well they tell the failing ones. All figures are shares.

    ``coverage`` of the failing futures lie inside; ``density`` of those inside fail, against ``base`` of all; ``mass``
    of all futures lie inside. Without bounds it is all futures. Where nothing fails coverage is 0, and where nothing
    lies inside density is 0.
    """

    bounds: tuple[Bound, ...]
    coverage: float
    density: float
    mass: float
    base: float

    def inside(self, inputs: Inputs) -> Flags:
        """Whether each future lies inside, shape (futures,)."""
        held = np.ones(len(next(iter(inputs.values()))), dtype=bool)
        for bound in self.bounds:
            held &= bound.holds(np.asarray(inputs[bound.name], dtype=np.float64))
        return held


def checked(inputs: Inputs, fails: Flags) -> tuple[dict[str, Floats], Flags]:
    """The columns and the flags as arrays; raises ``ValueError`` where :func:`prim` says so of columns."""
    fails = np.asarray(fails, dtype=bool)
    columns = {name: np.asarray(column, dtype=np.float64) for name, column in inputs.items()}
    if not columns or fails.ndim != 1 or not fails.size:
        raise ValueError("nothing to learn from: give at least one input and one future")
    for name, column in columns.items():
        if column.shape != fails.shape:
            raise ValueError(f"input {name} has shape {column.shape}, fails {fails.shape}: give one value per future")
        if np.isnan(column).any():
            raise ValueError(f"input {name} is not a number (nan) in some future: leave it out or give the value")
    return columns, fails


def measured(bounds: tuple[Bound, ...], inside: Flags, fails: Flags, failing: int) -> Box:
    """The figures of a box from which futures lie inside and which fail; coverage is of ``failing`` futures."""
    count, hits = int(inside.sum()), int((inside & fails).sum())
    return Box(
        bounds,
        coverage=hits / failing if failing else 0.0,
        density=hits / count if count else 0.0,
        mass=count / len(fails) if len(fails) else 0.0,
        base=float(fails.mean()) if len(fails) else 0.0,
    )


def tail(hits: int, tries: int, share: float) -> float:
    """P(at least ``hits`` successes in ``tries``), each with probability ``share``: the sum of the binomial terms."""
    if hits <= 0:
        return 1.0
    if share <= 0 or hits > tries:
        return 0.0
    if share >= 1:
        return 1.0
    logs = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1.0, tries + 1)))))  # of the factorials
    n = np.arange(hits, tries + 1)
    terms = np.exp(logs[tries] - logs[n] - logs[tries - n] + n * log(share) + (tries - n) * log1p(-share))
    return min(1.0, float(terms.sum()))
