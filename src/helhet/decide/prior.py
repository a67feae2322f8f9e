"""How the reference cases set and challenge the prior of the plant's outcome.

Of ``N`` settled reference plants ``n_k`` ended in outcome ``k`` of ``K`` = 5. With Jeffreys' prior for a multinomial
[1]_, a Dirichlet distribution with 1/2 for each outcome, the probability of outcome ``k`` has the posterior

    p_k ~ Beta(n_k + 1/2, N - n_k + (K - 1)/2),    mean (n_k + 1/2) / (N + K/2).

Its middle 90 percent is a range that the prior in use can be held against. For an audit of ``n`` promises of which
``k`` were kept the same rule gives Beta(k + 1/2, n - k + 1/2).

**What it is not.** The plants are few and were chosen because somebody wrote about them: they are evidence of what can
happen, hence for ranges, and not frequencies. The posterior treats them as drawn from the same urn as the case's plant,
which they were not; with real doubt the ranges are wider than these.

.. [1] A. Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), sections 2.8 and 3.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

from helhet.case.case import Case
from helhet.case.references import SETTLED, Reference, read
from helhet.words.faults import Fault, Faults

JEFFREYS = 0.5
LOW, HIGH = 0.05, 0.95

_TINY = 1e-300
_TERMS = 10_000
_CLOSE = 1e-15


@dataclass(frozen=True)
class Range:
    """What ``count`` of ``of`` cases say of a probability: mean and middle 90 percent (``low`` to ``high``).

    ``prior`` is what the judge of the case says of the same probability. All are shares of one.
    """

    count: int
    of: int
    mean: float
    low: float
    high: float
    prior: float

    @property
    def outside(self) -> bool:
        """Whether the judge's probability lies outside the middle 90 percent."""
        return not self.low <= self.prior <= self.high


def challenge(case: Case, judge: str = "") -> dict[str, Range]:
    """For each outcome of the plant: its range from the settled reference plants, beside the prior of ``judge``.

    ``judge`` is a prior of ``plant_prior.csv`` (empty: the one in use). Only references of kind *plant* whose outcome
    is not *open* count. Empty when there are none. Raises :class:`~helhet.words.faults.Faults` for an unknown judge.
    """
    prior = _prior(case, judge or case.prior)
    plants = [one for one in _references(case) if one.kind == "plant" and one.outcome != "open"]
    counts = Counter(one.outcome for one in plants)
    if not plants:
        return {}
    rest = JEFFREYS * (len(SETTLED) - 1)
    return {name: _range(counts[name], len(plants), rest, prior[name]) for name in SETTLED}


def audits(case: Case, judge: str = "") -> dict[str, Range]:
    """For each reference of kind *class*, by its id: the share of promises kept, beside the prior of *full*.

    An audit counts a promise as kept or not on the day it is made, so a plant that came late may stand in either
    column. Raises :class:`~helhet.words.faults.Faults` for an unknown judge.
    """
    full = _prior(case, judge or case.prior)["full"]
    return {
        one.id: _range(one.kept, one.deals, JEFFREYS, full)
        for one in _references(case)
        if one.kept is not None and one.deals is not None
    }


def _references(case: Case) -> Iterable[Reference]:
    rows = case.tables.get("references")
    return () if rows is None or not len(rows) else read(rows)


def _prior(case: Case, judge: str) -> dict[str, float]:
    """The judge's probability of each outcome; 0 for one without a row."""
    rows = case.tables["plant_prior"].where(prior=judge)
    if not len(rows):
        cure = "Name a prior that has rows in plant_prior.csv."
        raise Faults([Fault("plant_prior.csv", 0, "prior", judge, "there is no such prior", cure)])
    told = {str(name): float(value) for name, value in zip(rows["outcome"], rows["value"], strict=True)}
    return {name: told.get(name, 0.0) for name in SETTLED}


def _range(count: int, of: int, rest: float, prior: float) -> Range:
    a, b = count + JEFFREYS, of - count + rest
    return Range(count, of, a / (a + b), quantile(LOW, a, b), quantile(HIGH, a, b), prior)


def below(x: float, a: float, b: float) -> float:
    """Pr(X <= x) for X ~ Beta(a, b): the regularised incomplete beta function I_x(a, b), for a, b > 0.

    The continued fraction DLMF 8.17.22 [1]_ by Lentz's method, on the side where it converges fast.
    Raises ``ArithmeticError`` if it does not converge.

    .. [1] NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov/8.17.v
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - below(1 - x, b, a)
    front = exp(a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)) / a
    return front / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """1 + d_1/(1 + d_2/(1 + …)) with the coefficients d of DLMF 8.17.23."""
    value = above = 1.0
    under = 0.0
    for term in range(1, _TERMS):
        m = term // 2
        if term % 2:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        under = 1 / ((1 + d * under) or _TINY)
        above = (1 + d / above) or _TINY
        value *= above * under
        if abs(above * under - 1) < _CLOSE:
            return value
    raise ArithmeticError(f"the incomplete beta function does not converge at x={x:g}, a={a:g}, b={b:g}")


def quantile(p: float, a: float, b: float) -> float:
    """The x with Pr(X <= x) = p for X ~ Beta(a, b), by bisection down to neighbouring floats; 0 < p < 1."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if below(middle, a, b) < p else (low, middle)
    return high
