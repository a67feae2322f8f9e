"""What drives an outcome: how much of its spread over futures each uncertain input explains, from futures already run.

The futures are grouped by one input: a number into bins of equal counts (equal values stay together), a code by code.
Two measures say how much the groups differ. With ``n`` futures in ``k`` groups, ``n_g`` of them in group ``g``:

*First order.* The share of the outcome's variance that goes if the input becomes known: the first-order Sobol' index
``S = Var(E[y|x]) / Var(y)``, estimated from given data by conditional means [1]_. The plain ratio of the variance
between groups to all variance exceeds it, since group means differ by chance as well; corrected for that [2]_ it is

    share = (SSB - (k - 1) / (n - k) * SSW) / (SSB + SSW),

with ``SSB`` and ``SSW`` the sums of squares between and within groups. Its interval is from the influence of each
future on ``S``, ``(2 (y - m)(m_g - m) - (m_g - m)^2 - S (y - m)^2) / Var(y)``: its standard deviation over the square
root of ``n`` is the standard error. What varies within bins is missed: of a linear effect ``1 / k^2`` for an evenly
spread input, and some 2 percent for a normal one in 20 bins, which the interval does not include.

*Any difference.* The mean may stay where the spread or the odds of an extreme change. The Cramér-von Mises index [3]_
is the same share, for the events "the outcome is at most t", averaged over t among the outcomes found:

    index = mean over t of Var(P(y <= t|x))  /  mean over t of P(y <= t)(1 - P(y <= t)),

with the same correction. It is 0 only for an input that changes nothing, 1 for one that decides all, and does not
change when the outcome is put on another scale, so a few extreme futures cannot rule it.

Some input of forty always looks as if it mattered. The *noise level* is what the largest of them reaches by chance: the
outcomes are dealt anew to the futures many times, and 97.5 of 100 times no input gets more [4]_. An input below both
noise levels should not be named; where no input matters, one is named 5 of 100 times at most. All of this
takes the inputs to be drawn independently of each other.

.. [1] E. Plischke, E. Borgonovo, C. L. Smith: Global sensitivity measures from given data. European Journal of
   Operational Research 226 (2013) 536-550.
.. [2] T. L. Kelley: An unbiased correlation ratio measure. Proceedings of the National Academy of Sciences 21 (1935)
   554-559.
.. [3] F. Gamboa, T. Klein, A. Lagnoux: Sensitivity analysis based on Cramér-von Mises distance. SIAM/ASA Journal on
   Uncertainty Quantification 6 (2018) 522-548.
.. [4] P. H. Westfall, S. S. Young: Resampling-based multiple testing. Wiley (1993).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from helhet.words.arrays import Floats, Ints

SURE = 0.9
"""The interval of a share covers it in 90 of 100 samples of futures."""

_BATCHES, _BATCH, _LEVEL = 10, 20, 0.975
"""The outcomes are dealt anew in batches, 200 times in all."""

_STEPS = 20
"""The events "the outcome is at most t" are taken at twentieths of the outcomes."""


@dataclass(frozen=True)
class Driver:
    """One input and what it explains of one outcome, as shares.

    ``share`` is the first-order index, from ``low`` to ``high`` (90 percent); ``index`` is the Cramér-von Mises index.
    ``named`` says whether one of them is above its noise level.
    """

    name: str
    share: float
    low: float
    high: float
    index: float
    named: bool


@dataclass(frozen=True)
class Drivers:
    """Every input, the one with the largest share first, and the noise levels of the two measures."""

    each: tuple[Driver, ...]
    noise: float
    index_noise: float

    @property
    def named(self) -> tuple[Driver, ...]:
        """Those that can be told from noise."""
        return tuple(driver for driver in self.each if driver.named)


def bins_for(futures: int) -> int:
    """How many bins a number gets: twice the cube root of the futures (20 for 1,000), two futures in each at least."""
    return max(2, min(futures // 2, round(2 * float(np.cbrt(futures)))))


def grouped(x: Floats, bins: int | None = None, *, coded: bool = False) -> Ints:
    """The group of each future, 0, 1, 2 … without gaps, shape (futures,).

    A number goes into ``bins`` (or :func:`bins_for`) of equal counts by rank; futures with equal values stay together,
    so there may be fewer. A code is a group of its own.

    Raises ``ValueError`` for values that are nan, fewer than 2 bins and more groups than half the futures.
    """
    x = np.asarray(x, dtype=np.float64)
    if np.isnan(x).any():
        raise ValueError("is not a number (nan) in some future: leave the input out or give the value")
    wanted = bins_for(len(x)) if bins is None else bins
    if wanted < 2:
        raise ValueError(f"is to be put into {wanted} bins, which tell nothing: allow at least 2")
    groups = np.unique(x, return_inverse=True)[1].astype(np.int64) if coded else _ranked(x, wanted)
    count = int(groups.max(initial=0)) + 1
    if count > 1 and 2 * count > len(x):
        what = "codes" if coded else "bins"
        raise ValueError(f"has {count} {what}, too many for {len(x)} futures: make them half as many as these at most")
    return groups


def _ranked(x: Floats, bins: int) -> Ints:
    """Bins of equal counts, without gaps; equal values go where their middle rank falls."""
    _, of, counts = np.unique(x, return_inverse=True, return_counts=True)
    middles = (np.cumsum(counts) - counts / 2) / max(len(x), 1)
    return np.unique(np.floor(middles * bins)[of], return_inverse=True)[1].astype(np.int64)


def first_order(x: Floats, y: Floats, bins: int | None = None, *, coded: bool = False) -> float:
    """The first-order index of ``x`` for ``y``, both of shape (futures,); corrected, so it may be slightly negative.

    Raises ``ValueError`` as :func:`grouped` does and for outcomes that are not finite.
    """
    y = _outcome(y)
    groups = grouped(x, bins, coded=coded)
    return float(_shares(groups, y[None])[0]) if _spread(y) else 0.0


def cramer_von_mises(x: Floats, y: Floats, bins: int | None = None, *, coded: bool = False) -> float:
    """The Cramér-von Mises index of ``x`` for ``y``; arguments, errors and sign as for :func:`first_order`."""
    y = _outcome(y)
    groups = grouped(x, bins, coded=coded)
    return float(_indices(groups, _ranked(y, _STEPS)[None])[0]) if _spread(y) else 0.0


def drivers(
    inputs: Mapping[str, Floats], outcome: Floats, *, codes: Collection[str] = (), bins: int | None = None, key: int = 0
) -> Drivers:
    """How much each of ``inputs`` explains of ``outcome``; all columns have shape (futures,).

    Inputs named in ``codes`` are codes, the others numbers. An input or an outcome that never varies gives 0. Shares
    below 0 (noise) are given as 0. ``key`` is that of the Philox generator which deals for the noise levels: the same
    arguments give the same answer.

    Raises ``ValueError`` for columns that do not match, codes that are no inputs, nan in inputs, outcomes that are not
    finite, and more groups than half the futures.
    """
    y = _outcome(outcome)
    groups = _all_grouped(inputs, y, codes, bins)
    if not _spread(y):
        return Drivers(tuple(Driver(name, 0.0, 0.0, 0.0, 0.0, False) for name in groups), 0.0, 0.0)
    steps = _ranked(y, _STEPS)
    noise, index_noise = _noise(groups, y, steps, key)
    each = []
    for name, of in groups.items():
        share, index = float(_shares(of, y[None])[0]), float(_indices(of, steps[None])[0])
        named = share > noise or index > index_noise
        low, high = _interval(of, y, share)
        each.append(Driver(name, max(0.0, share), low, high, max(0.0, index), named))
    return Drivers(tuple(sorted(each, key=lambda driver: (-driver.share, -driver.index))), noise, index_noise)


def _outcome(y: Floats) -> Floats:
    """The outcome as an array, checked."""
    y = np.asarray(y, dtype=np.float64)
    if y.ndim != 1 or not y.size:
        raise ValueError(f"the outcome has shape {y.shape}: give one number for each future")
    if not np.isfinite(y).all():
        raise ValueError(
            "the outcome is not finite in some future, so its spread cannot be shared out: "
            "choose one that is, such as whether there is a shortage by a given year instead of when"
        )
    return y


def _spread(y: Floats) -> bool:
    return bool(y.max() > y.min())


def _all_grouped(inputs: Mapping[str, Floats], y: Floats, codes: Collection[str], bins: int | None) -> dict[str, Ints]:
    missing = sorted(set(codes) - set(inputs))
    if missing:
        raise ValueError(f"{missing[0]} is said to be coded but is no input: the inputs are {', '.join(inputs)}")
    groups = {}
    for name, column in inputs.items():
        if np.shape(column) != y.shape:
            raise ValueError(f"input {name} has shape {np.shape(column)}, the outcome {y.shape}: give both per future")
        try:
            groups[name] = grouped(column, bins, coded=name in codes)
        except ValueError as error:
            raise ValueError(f"input {name}: {error}") from error
    return groups


def _shares(groups: Ints, ys: Floats) -> Floats:
    """The corrected first-order index for each row of ``ys``, shape (rows, futures), that varies; shape (rows,)."""
    rows, n = ys.shape
    counts = np.bincount(groups)
    k = len(counts)
    if k == 1:
        return np.zeros(rows)
    centred = ys - ys.mean(axis=1, keepdims=True)
    cells = (np.arange(rows)[:, None] * k + groups).ravel()
    sums = np.bincount(cells, weights=centred.ravel(), minlength=rows * k).reshape(rows, k)
    between, total = (sums**2 / counts).sum(axis=1), (centred**2).sum(axis=1)
    return np.asarray((between - (k - 1) / (n - k) * (total - between)) / total)


def _indices(groups: Ints, steps: Ints) -> Floats:
    """The corrected Cramér-von Mises index for each row of ``steps``, shape (rows, futures); shape (rows,).

    Each row holds the steps of the outcomes, 0, 1 … without gaps, the same ones in another order.
    """
    rows, n = steps.shape
    counts, each = np.bincount(groups), np.bincount(steps[0])
    k, levels = len(counts), len(each)
    cells = ((np.arange(rows)[:, None] * k + groups) * levels + steps).ravel()
    held = np.bincount(cells, minlength=rows * k * levels).reshape(rows, k, levels).cumsum(axis=2)
    odds = each.cumsum() / n
    between = (counts[:, None] * (held / counts[:, None] - odds) ** 2).sum(axis=1) @ each
    total = float(n * (odds * (1 - odds)) @ each)
    return np.asarray((between - (k - 1) / (n - k) * (total - between)) / total)


def _noise(groups: Mapping[str, Ints], y: Floats, steps: Ints, key: int) -> tuple[float, float]:
    """What the largest share and the largest index reach at most by chance, 97.5 of 100 times."""
    deal = np.random.Generator(np.random.Philox(key))
    shares, indices = [], []
    for _ in range(_BATCHES):
        order = deal.permuted(np.tile(np.arange(len(y)), (_BATCH, 1)), axis=1)
        ys, dealt = y[order], steps[order]
        shares.append(np.max([_shares(of, ys) for of in groups.values()], axis=0))
        indices.append(np.max([_indices(of, dealt) for of in groups.values()], axis=0))
    levels = [float(np.quantile(np.concatenate(found), _LEVEL, method="higher")) for found in (shares, indices)]
    return max(0.0, levels[0]), max(0.0, levels[1])


def _interval(groups: Ints, y: Floats, share: float) -> tuple[float, float]:
    """The interval of a first-order index, by the influence of each future; within 0 and 1."""
    if not groups.any():
        return 0.0, 0.0
    centred = y - y.mean()
    means = (np.bincount(groups, weights=centred) / np.bincount(groups))[groups]
    influence = (2 * centred * means - means**2 - share * centred**2) / np.mean(centred**2)
    reach = NormalDist().inv_cdf(0.5 + SURE / 2) * float(influence.std()) / sqrt(len(y))
    return min(1.0, max(0.0, share - reach)), min(1.0, max(0.0, share + reach))
