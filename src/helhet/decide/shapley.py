"""Why a number changed: the change split over the inputs that were changed, by exact Shapley values.

Two runs (or two plans) differ in several inputs at once. Changing them one after another gives steps that add up to
the change, but each step depends on the order. The Shapley value [1]_ is the mean step over all orders. With ``K`` the
changed inputs, ``k`` their number and ``v(S)`` the number when exactly the inputs ``S`` are changed, input ``i`` gets

    part_i = sum over S in K without i of  |S|! (k - |S| - 1)! / k!  *  (v(S with i) - v(S)).

It is the only split whose parts add up to the change, give nothing to an input that never matters, treat alike inputs
that act alike, and add up over numbers that add up. What two inputs do only together is shared equally between them;
the same split is used for shares of variance [2]_.

.. [1] L. S. Shapley: A value for n-person games. Contributions to the Theory of Games II, Annals of Mathematics
   Studies 28 (1953) 307-317.
.. [2] A. B. Owen: Sobol' indices and Shapley value. SIAM/ASA Journal on Uncertainty Quantification 2 (2014) 245-251.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import factorial, sqrt

import numpy as np

from helhet.words.arrays import Floats

Value = Callable[[frozenset[str]], float | Floats]

MOST = 8
"""Most inputs that are split over: 2^8 = 256 runs, and a waterfall with more steps is not read."""


@dataclass(frozen=True)
class Part:
    """What one changed input contributes, in the unit of the number.

    ``each`` is its contribution in each future, shape (futures,), or (1,) where the value is a plain number. ``mean``
    is their mean and ``error`` its standard error over futures: the same futures are compared with each other, so what
    is common to them cancels. ``error`` is 0 for a plain number and ``inf`` for a single future.
    """

    name: str
    mean: float
    error: float
    each: Floats


@dataclass(frozen=True)
class Waterfall:
    """From ``before`` (nothing changed) to ``after`` (everything changed), means over futures.

    The parts, one for each changed input in the order given, sum to ``change``.
    """

    before: float
    after: float
    change: Part
    parts: tuple[Part, ...]


def subsets(names: Sequence[str]) -> tuple[frozenset[str], ...]:
    """All 2^k subsets of ``names`` in the order :func:`shapley` asks for them: none first, all last.

    Subset number ``n`` holds the names whose bit is set in ``n``, so whoever runs the subsets in parallel can count.

    Raises ``ValueError`` for more than :data:`MOST` names and for a name given twice.
    """
    if len(names) > MOST:
        raise ValueError(
            f"{len(names)} changed inputs are too many for {2 ** len(names)} runs: "
            f"change inputs that belong together as one, so that at most {MOST} are left"
        )
    if len(set(names)) < len(names):
        raise ValueError(f"a changed input is named twice in {', '.join(names)}: name each once")
    return tuple(
        frozenset(name for bit, name in enumerate(names) if number >> bit & 1) for number in range(2 ** len(names))
    )


def shapley(names: Sequence[str], value: Value) -> Waterfall:
    """The Shapley value of each of ``names``.

    ``value`` gives the number when exactly those inputs are changed: a float, or an array of shape (futures,) with the
    same futures in the same order each time. It is called once for each of the :func:`subsets`, in their order. Who has
    the values already passes ``values.__getitem__``.

    Raises ``ValueError`` as :func:`subsets` does, and for values that are not finite or not of one shape.
    """
    values = _evaluated(subsets(names), value)
    before, after = values[frozenset()], values[frozenset(names)]
    parts = tuple(_part(name, _contribution(name, names, values)) for name in names)
    return Waterfall(float(before.mean()), float(after.mean()), _part("", after - before), parts)


def _evaluated(asked: Sequence[frozenset[str]], value: Value) -> dict[frozenset[str], Floats]:
    """The value of each subset, all of one shape."""
    values: dict[frozenset[str], Floats] = {}
    for subset in asked:
        found = np.array(value(subset), dtype=np.float64)  # a copy: the caller may use one buffer for all
        said = ", ".join(sorted(subset)) or "nothing"
        first = values.get(frozenset(), found)
        if found.ndim > 1 or found.shape != first.shape or found.size == 0:
            raise ValueError(
                f"the value with {said} changed has shape {found.shape}, with nothing changed {first.shape}: "
                "give one number, or one for each future, the same futures each time"
            )
        if not np.isfinite(found).all():
            raise ValueError(
                f"the value with {said} changed is not finite, so no part of it can be told: choose a number that "
                "exists in every future, such as whether there is a shortage instead of when"
            )
        values[subset] = found
    return values


def _contribution(name: str, names: Sequence[str], values: Mapping[frozenset[str], Floats]) -> Floats:
    """The weighted mean of the steps that ``name`` makes, in the shape of the values."""
    count = len(names)
    total = np.zeros_like(values[frozenset()])
    for subset, low in values.items():
        if name not in subset:
            orders = factorial(len(subset)) * factorial(count - len(subset) - 1)
            total = total + orders / factorial(count) * (values[subset | {name}] - low)
    return total


def _part(name: str, each: Floats) -> Part:
    """The part with its mean and standard error."""
    if each.ndim == 0:
        return Part(name, float(each), 0.0, each.reshape(1))
    error = float(each.std(ddof=1)) / sqrt(each.size) if each.size > 1 else float("inf")
    return Part(name, float(each.mean()), error, each)
