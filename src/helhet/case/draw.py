"""Drawing the uncertain settings of a case: one number each for every future."""

from __future__ import annotations

import math
from statistics import NormalDist

from helhet.case.case import Case, Uncertain
from helhet.words import dice

Z95 = NormalDist().inv_cdf(0.95)
"""The 95 % quantile of the standard normal distribution, 1.6449."""
SKEW = 0.25
"""How far from the middle of its range (share of the range) the middle of a normal or lognormal may lie."""


def quantile(uncertain: Uncertain, u: float) -> float:
    """The ``u`` quantile (0 < u < 1) of a setting, in its unit.

    - ``certain``: the value;
    - ``uniform``: between low and high, which are limits; the value is not used;
    - ``triangular``: between the limits low and high, with its peak at the value;
    - ``normal``: mean = value; low and high are its 5 % and 95 % quantiles, of which only the distance between them
      is used: standard deviation = (high - low) / (2 * 1.6449);
    - ``lognormal``: median = value; the logarithm's standard deviation = ln(high / low) / (2 * 1.6449).

    The result is clipped to the limits of what is possible that the piece declares for the setting.
    """
    value, low, high = uncertain.value, uncertain.low, uncertain.high
    if uncertain.distribution == "certain":
        drawn = value
    elif uncertain.distribution == "uniform":
        drawn = low + u * (high - low)
    elif uncertain.distribution == "triangular":
        drawn = _triangular(low, value, high, u)
    elif uncertain.distribution == "normal":
        drawn = value + (high - low) / (2 * Z95) * NormalDist().inv_cdf(u)
    else:
        drawn = value * math.exp(math.log(high / low) / (2 * Z95) * NormalDist().inv_cdf(u))
    return min(max(drawn, uncertain.setting.low), uncertain.setting.high)


def _triangular(low: float, mode: float, high: float, u: float) -> float:
    width = high - low
    if width <= 0:
        return low
    if u * width < mode - low:
        return low + math.sqrt(u * width * (mode - low))
    return high - math.sqrt((1 - u) * width * (high - mode))


def undrawable(distribution: str, value: float, low: float, high: float) -> tuple[str, str] | None:
    """Why a distribution cannot be drawn from these numbers (NaN: left empty), and the cure; ``None`` if it can be."""
    if distribution == "certain":
        if not math.isnan(low) or not math.isnan(high):
            return "low and high have no meaning when certain", "Leave low and high empty, or choose a distribution"
        return None
    if math.isnan(low) or math.isnan(high):
        return "low or high is empty", "Fill in both, or write 'certain'"
    if low >= high:
        return "low is not below high", "Write the smaller number as low, or write 'certain'"
    if not low <= value <= high:
        return "the value does not lie between low and high", "Correct the value or the range"
    if distribution == "lognormal":
        if low <= 0:
            return "low is not above zero", "Use another distribution, or a range above zero"
        low, value, high = math.log(low), math.log(value), math.log(high)
    if distribution in ("normal", "lognormal"):
        place = (value - low) / (high - low)
        if abs(place - 0.5) > SKEW:
            return "the value lies too far from the middle of the range", "Use 'triangular', or correct the range"
    return None


def draw(case: Case, seed: int, number: int) -> dict[str, float]:
    """All settings of future ``number`` under ``seed``, by ``piece.name``, each in its unit.

    Each setting has a stream of its own (``setting.piece.name``), so adding one changes no other.
    """
    return {
        key: quantile(uncertain, float(dice.uniform(seed, number, dice.stream(f"setting.{key}"), 0, 0)))
        for key, uncertain in case.settings.items()
    }
