"""By when one measure must begin: the slack in each future, its order statistic at a risk, and how sure that is.

In future ``i`` the need bites in month ``need_i`` and the measure takes ``lead_i`` months, so begun in any month up to

    slack_i = need_i - lead_i

it is in time. Begun in month ``s`` it is late in the futures with ``slack_i < s``. The act-by date at risk ``alpha`` is
the last month in which that is at most a share ``alpha`` of the ``n`` futures: the (floor(alpha * n) + 1)-th smallest
slack. It estimates the same date over all futures that could be drawn, the upper ``alpha``-quantile of slack; the
interval says how far the luck of drawing just these futures may have moved it, and nothing about a model that is wrong.

A future in which the need never bites has ``need = inf`` and buys time that is gone if the plant comes after all.
Dates are therefore given in pairs, :func:`both`. All months count from the base date.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import floor, inf, isfinite, log, log1p
from typing import Literal

import numpy as np

from helhet.words.arrays import Flags, Floats

State = Literal["in_time", "passed", "not_needed"]

CONFIDENCE = 0.95
"""How often intervals hold the true date, if nothing else is asked for."""

_ROUNDING = 1e-9
"""Added before counts are rounded down: 0.29 * 100 is a hair below 29 in floating point. In futures, not shares."""


def slack(need: Floats, lead: Floats) -> Floats:
    """The last month in which the measure can begin and be in time, shape (futures,).

    ``need`` is the month in which the need bites (inf: never), ``lead`` the months from beginning to ready, both of
    shape (futures,). Raises ``ValueError`` for other shapes, a need that is no month, and a lead time that is negative
    or not finite.
    """
    need, lead = np.asarray(need, dtype=np.float64), np.asarray(lead, dtype=np.float64)
    if need.ndim != 1 or need.shape != lead.shape:
        raise ValueError(f"need and lead must both have shape (futures,), not {need.shape} and {lead.shape}")
    if np.isnan(need).any() or (need == -inf).any():
        raise ValueError("need holds something that is neither a month nor inf for never")
    if not (np.isfinite(lead) & (lead >= 0)).all():
        raise ValueError("lead holds something that is not a finite number of months from 0 up")
    return np.asarray(need - lead)


def whole(month: float) -> int:
    """``month`` rounded down: a measure begins, and a body meets, in a whole month, and never later than it must.

    Raises ``ValueError`` for a month that is not finite.
    """
    if not isfinite(month):
        raise ValueError(f"{month} is no month that can be rounded")
    return floor(month)


def _check(alpha: float) -> None:
    if not 0 <= alpha < 1:
        raise ValueError(f"the risk alpha must be from 0 up to but not including 1, not {alpha}")


def _late(futures: int, alpha: float) -> int:
    """In how many of ``futures`` a measure may be late at risk ``alpha``: floor(alpha * futures)."""
    return min(floor(alpha * futures + _ROUNDING), futures - 1)


def _ordered(slacks: Floats, alpha: float) -> Floats:
    """``slacks`` from small to large, if it and ``alpha`` can be used."""
    _check(alpha)
    if slacks.ndim != 1 or slacks.size == 0:
        raise ValueError(f"slack must have shape (futures,) with at least one future, not {slacks.shape}")
    if np.isnan(slacks).any():
        raise ValueError("slack holds something that is no number")
    return np.sort(slacks)


def act_by(slacks: Floats, alpha: float) -> float:
    """The last month in which the measure can begin and be late in at most a share ``alpha`` of the futures.

    The (floor(alpha * n) + 1)-th smallest of ``slacks``, shape (futures,); inf when the need bites in so few futures
    that the measure is not needed at this risk. Raises ``ValueError`` when there is no future, for a slack that is no
    number, and for ``alpha`` outside 0 <= alpha < 1.
    """
    ordered = _ordered(slacks, alpha)
    return float(ordered[_late(ordered.size, alpha)])


def _binomial_cdf(trials: int, chance: float) -> Floats:
    """P(B <= k) for k = 0..trials, B binomial; ``chance`` above 0 and below 1; shape (trials + 1,).

    From the ratios of neighbouring probabilities, in logarithms and made to sum to one: nothing is lost with many
    trials, where the probabilities themselves are too small to be written.
    """
    k = np.arange(trials)
    steps = np.log((trials - k) / (k + 1)) + (log(chance) - log1p(-chance))
    logs = np.concatenate(([0.0], np.cumsum(steps)))
    sums = np.cumsum(np.exp(logs - logs.max()))
    return np.asarray(sums / sums[-1])


@lru_cache(maxsize=1024)
def ranks(futures: int, alpha: float, confidence: float = CONFIDENCE) -> tuple[int, int]:
    """The ranks (r, s), counted from 1, of the slacks between which the true act-by date lies.

    The number B of futures with a slack below an ``alpha``-quantile q is at most, and of those with a slack up to q at
    least, as large as a binomial number (``futures``, ``alpha``), whatever slack is distributed like. Hence

        P(slack_(r) <= q <= slack_(s)) >= P(r <= B <= s - 1),

    with equality for continuous slack [1]_ [2]_. r is the largest and s the smallest rank that leave at most
    (1 - confidence) / 2 on their side. r = 0 and s = ``futures`` + 1 mean that no future is far enough out: the
    interval is open there. Raises ``ValueError`` unless 0 <= alpha < 1 and 0 < confidence < 1.

    .. [1] H. A. David, H. N. Nagaraja: Order Statistics. 3rd edition, Wiley (2003), section 7.1.
    .. [2] H. Scheffé, J. W. Tukey: Non-parametric estimation. I. Validation of order statistics. Annals of
       Mathematical Statistics 16 (1945), 187–192: at least as sure when the distribution has jumps.
    """
    _check(alpha)
    if not 0 < confidence < 1:
        raise ValueError(f"the confidence must be between 0 and 1, not {confidence}")
    if alpha == 0:
        return 0, 1
    cdf = _binomial_cdf(futures, alpha)
    tail = (1 - confidence) / 2
    return int(np.searchsorted(cdf, tail, side="right")), int(np.searchsorted(cdf, 1 - tail, side="left")) + 1


def interval(slacks: Floats, alpha: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Between which months the act-by date of all futures that could be drawn lies, with ``confidence`` or more.

    No distribution is assumed, only that the futures in ``slacks``, shape (futures,), are drawn independently; see
    :func:`ranks`. The first is -inf when there are too few futures to bound the date from below; the second is inf
    when there are too few to bound it from above, or when the measure may not be needed at this risk. Raises
    ``ValueError`` as :func:`act_by` and :func:`ranks` do.
    """
    ordered = _ordered(slacks, alpha)
    low, high = ranks(ordered.size, alpha, confidence)
    return (float(ordered[low - 1]) if low else -inf, float(ordered[high - 1]) if high <= ordered.size else inf)


@dataclass(frozen=True, eq=False)
class Dated:
    """The act-by date of one measure at risk ``alpha``.

    ``month`` is the date (inf: not needed at this risk), ``low`` and ``high`` its interval at ``confidence``, and
    ``slack`` what they were read from, shape (futures,), from small to large. None is rounded to whole months.
    """

    alpha: float
    month: float
    low: float
    high: float
    confidence: float
    slack: Floats = field(repr=False)

    @property
    def futures(self) -> int:
        """How many futures it was read from."""
        return self.slack.size

    @property
    def needed(self) -> float:
        """The share of futures in which the need bites at all."""
        return float(np.isfinite(self.slack).mean())

    def share_late(self, now: float) -> float:
        """The share of futures in which the measure is late if it begins in month ``now``: the risk then taken."""
        return float(np.searchsorted(self.slack, now, side="left") / self.futures)

    def state(self, now: float) -> State:
        """What there is to say in month ``now``.

        "not_needed" at this risk; "passed", it had to begin before; or "in_time".
        """
        if self.month == inf:
            return "not_needed"
        return "passed" if self.month < now else "in_time"


def dated(slacks: Floats, alpha: float, confidence: float = CONFIDENCE) -> Dated:
    """The act-by date at risk ``alpha`` of a measure with ``slacks``, shape (futures,), and all that is said with it.

    Raises ``ValueError`` as :func:`act_by` and :func:`ranks` do.
    """
    low, high = interval(slacks, alpha, confidence)
    return Dated(alpha, act_by(slacks, alpha), low, high, confidence, np.sort(slacks))


def both(need: Floats, lead: Floats, comes: Flags, alpha: float, confidence: float = CONFIDENCE) -> tuple[Dated, Dated]:
    """The two dates of a measure: over all futures, and given that the plant comes.

    All arrays have shape (futures,); ``comes`` marks the futures in which the plant comes. Where the need bites only
    in those, the second date is never the later one. Its interval holds for the number of such futures that there
    happen to be. Raises ``ValueError`` as :func:`slack` and :func:`dated` do, for a ``comes`` of another shape or
    kind, and when the plant comes in no future: then the second date does not exist.
    """
    slacks = slack(need, lead)
    if comes.shape != slacks.shape or comes.dtype != np.bool_:
        raise ValueError(
            f"comes must be true or false for each of {slacks.size} futures, not {comes.dtype} {comes.shape}"
        )
    if not comes.any():
        raise ValueError("the plant comes in none of the futures: there is no date given that it does")
    return dated(slacks, alpha, confidence), dated(slacks[comes], alpha, confidence)
