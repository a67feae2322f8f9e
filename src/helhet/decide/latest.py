"""The latest start of a measure inside a plan, by simulation, with the rest of the plan as it is.

For each future ``f`` the latest start ``L_f`` is the last month of a grid in which the measure can begin and the need
still stays within its tolerance: ``inf`` where it stays so without the measure too, ``-inf`` where not even a start in
the first month of the grid prevents the shortage. Then

    P(shortage | start s) = share of futures with L_f < s,

so the latest start at risk alpha is an order statistic of ``L``, as it is of slack for a single measure
(:mod:`helhet.decide.act_by`).

Each ``L_f`` is found by bisection on the very same future. That takes for granted that a later start never helps: if
the measure prevents the shortage when it begins in month ``s``, it does so when it begins earlier. In a coupled town
this can fail for a single future (one that is served first changes who is served next); :func:`checked` lives the
futures once more at a given start, all of them, and says what share of them has the shortage then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from helhet.decide.strain import getter, names, strain
from helhet.decide.trial import Trials, Variant, shifted
from helhet.words.arrays import Flags, Floats, Ints
from helhet.words.decision import Tolerance
from helhet.words.declare import Need
from helhet.words.plan import Plan


@dataclass(frozen=True)
class Question:
    """What is asked of a measure in a plan: that ``need`` stays within its tolerance for the first ``months`` months.

    ``items`` are the rows of the case's list over which the need's outcomes are repeated, counted together.
    """

    plan: Plan
    measure: str
    need: Need
    tolerance: Tolerance
    months: int
    items: tuple[str, ...] = ()


Hit = Callable[[int | None, Ints], Flags]
"""Whether there is a shortage with the measure begun in a month (None: never), in the futures of the given numbers."""


def lived(trials: Trials, question: Question) -> Hit:
    """Answers by living the futures."""

    def hit(month: int | None, numbers: Ints) -> Flags:
        plan = shifted(question.plan, question.measure, month)
        (outcomes,) = trials.run([Variant(plan, numbers)], names(question.need, question.items))
        return _short(outcomes, question, trials.years)

    return hit


def _short(outcomes: dict[str, Floats], question: Question, years: int) -> Flags:
    if not outcomes:
        return np.zeros(0, dtype=bool)
    one = strain(question.need, question.tolerance, getter(outcomes), years, question.items)
    return one.hit(question.months)


def latest(hit: Hit, numbers: Ints, grid: Sequence[int], known: tuple[int, Flags] | None = None) -> Floats:
    """The latest start in each of the futures ``numbers``, shape (futures,).

    ``grid`` holds the months in which the measure may begin, in order. ``known`` is a month in which it is already
    known where there is a shortage (the plan as it stands), shape (futures,): by the same rule that a later start never
    helps, that halves what must be lived.
    """
    low = np.full(len(numbers), -1, dtype=np.int64)  # place of a start with no shortage; -1: none yet
    high = np.full(len(numbers), len(grid) + 1, dtype=np.int64)  # place of one with; len(grid) is never, + 1 none yet
    if known is not None:
        month, short = known
        low[~short] = np.searchsorted(grid, month, side="right") - 1
        high[short] = np.searchsorted(grid, month, side="left")
    _ask(hit, numbers, grid, low, high, np.flatnonzero(low < 0), 0)
    _ask(hit, numbers, grid, low, high, np.flatnonzero((low >= 0) & (high > len(grid))), len(grid))
    while (open_ := np.flatnonzero((high - low > 1) & (low >= 0) & (high <= len(grid)))).size:
        middle = (low[open_] + high[open_]) // 2
        for place in np.unique(middle):
            _ask(hit, numbers, grid, low, high, open_[middle == place], int(place))
    found = np.where(low >= len(grid), inf, np.asarray([*grid, inf], dtype=np.float64)[low])
    return np.where(high == 0, -inf, found)


def _ask(hit: Hit, numbers: Ints, grid: Sequence[int], low: Ints, high: Ints, asked: Ints, place: int) -> None:
    """Live the futures in the rows ``asked`` with a start at ``place`` of the grid, and note what comes of it."""
    if not asked.size:
        return
    short = hit(grid[place] if place < len(grid) else None, numbers[asked])
    high[asked[short]] = place
    low[asked[~short]] = place


def checked(hit: Hit, numbers: Ints, month: int | None) -> float:
    """The share of futures with a shortage when the measure begins in ``month``, all of them lived."""
    return float(hit(month, numbers).mean())
