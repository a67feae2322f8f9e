"""Fitting tables to known totals, and making whole people of fractions: for the first day's population.

.. [1] W. E. Deming, F. F. Stephan: On a least squares adjustment of a sampled frequency table when the expected
   marginal totals are known. Annals of Mathematical Statistics 11 (1940), 427-444.
.. [2] M. Balinski, H. P. Young: Fair Representation, 2nd ed. (2001): the method of largest remainders (Hamilton).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.int64]]

AGREE = 1e-6
"""How far (relative) the totals of margins may differ; they are then scaled to the total of the first."""


def ipf(
    seed: Any,
    margins: Sequence[Any],
    axes: Sequence[tuple[int, ...]] | None = None,
    tolerance: float = 1e-9,
    iterations: int = 1000,
) -> Array:
    """Iterative proportional fitting [1]_: the table nearest to ``seed`` (in relative entropy) with given margins.

    ``seed`` is an array of any number of dimensions, without negative numbers; a cell that is zero stays zero.
    ``margins`` are arrays of what the table must sum to; margin ``k`` is over the axes ``axes[k]`` (ascending), and,
    if ``axes`` is not given, over axis ``k`` alone. Stops when no margin is missed by more than ``tolerance`` times
    the total. Returns an array of the seed's shape.

    Raises ``ValueError`` for margins that contradict each other or the seed, or if the fit does not converge.
    """
    table = np.array(seed, dtype=np.float64)
    kept = [(axis,) for axis in range(len(margins))] if axes is None else list(axes)
    wanted = _wanted(table, margins, kept)
    total = float(wanted[0].sum())
    gap = 0.0
    for _ in range(iterations):
        for target, over in zip(wanted, kept, strict=True):
            table *= _widen(_ratio(target, _margin(table, over)), over, table.ndim)
        gap = max(float(np.abs(_margin(table, o) - t).max()) for t, o in zip(wanted, kept, strict=True))
        if gap <= tolerance * max(total, 1e-300):
            return table
    raise ValueError(f"the table does not fit its margins: {gap:g} is missing of {total:g} after {iterations} rounds")


def _wanted(table: Array, margins: Sequence[Any], axes: Sequence[tuple[int, ...]]) -> list[Array]:
    """The margins as arrays with one total, checked against one another and against the zeros of the table."""
    if not margins or len(margins) != len(axes):
        raise ValueError(f"{len(margins)} margins for {len(axes)} sets of axes")
    if not np.isfinite(table).all() or (table < 0).any():
        raise ValueError("the seed holds a number that is negative or not finite")
    wanted = [np.asarray(margin, dtype=np.float64) for margin in margins]
    total = float(wanted[0].sum())
    for place, (margin, over) in enumerate(zip(wanted, axes, strict=True)):
        there = _margin(table, over)
        if margin.shape != there.shape:
            raise ValueError(f"margin {place} has shape {margin.shape}, but the table's is {there.shape}")
        if not np.isfinite(margin).all() or (margin < 0).any():
            raise ValueError(f"margin {place} holds a number that is negative or not finite")
        if abs(float(margin.sum()) - total) > AGREE * max(total, 1e-300):
            raise ValueError(f"margin {place} sums to {margin.sum():g}, but margin 0 to {total:g}")
        if ((there == 0) & (margin > 0)).any():
            raise ValueError(f"margin {place} wants something where the seed has nothing")
        if margin.sum() > 0:
            wanted[place] = margin * (total / margin.sum())
    return wanted


def _margin(table: Array, over: tuple[int, ...]) -> Array:
    return np.asarray(table.sum(axis=tuple(axis for axis in range(table.ndim) if axis not in over)))


def _ratio(target: Array, there: Array) -> Array:
    return np.divide(target, there, out=np.zeros_like(target), where=there > 0)


def _widen(margin: Array, over: tuple[int, ...], dimensions: int) -> Array:
    return margin.reshape([margin.shape[over.index(axis)] if axis in over else 1 for axis in range(dimensions)])


def integerise(table: Any, total: int | None = None) -> Whole:
    """Whole numbers in proportion to ``table`` that sum to exactly ``total`` (default: the table's rounded sum).

    By largest remainders [2]_: each cell is rounded down, and what is left goes to the largest fractions, of equal
    ones to the first in the order of the array. Returns int64 of the table's shape; no cell is off by one or more,
    and a cell that is zero stays zero.

    Raises ``ValueError`` for a negative total, a number that is negative or not finite, or nothing to share by.
    """
    shares = np.asarray(table, dtype=np.float64)
    if not np.isfinite(shares).all() or (shares < 0).any():
        raise ValueError("the table holds a number that is negative or not finite")
    whole = float(shares.sum())
    total = int(np.floor(whole + 0.5)) if total is None else int(total)
    if total < 0:
        raise ValueError(f"cannot share out {total}")
    if total == 0:
        return np.zeros(shares.shape, dtype=np.int64)
    if whole <= 0:
        raise ValueError(f"cannot share out {total}: the table is empty")
    exact = shares.ravel() * (total / whole)
    made = np.floor(exact).astype(np.int64)
    fraction = exact - made
    left = total - int(made.sum())
    if left >= 0:
        made[np.argsort(np.where(exact > 0, -fraction, 2.0), kind="stable")[:left]] += 1
    else:  # products that should have been just below a whole number were rounded up to it
        made[np.argsort(np.where(made > 0, fraction, 2.0), kind="stable")[:-left]] -= 1
    return made.reshape(shares.shape)
