"""When the measures of a plan are delivered in one future: lead times drawn with dice, and dates that follow.

A town has only so many planners and so many builders, so measures of the same kind tend to be late together. The lead
times of a kind are therefore drawn with a Gaussian copula [1]_ of one factor: for measure ``i`` of kind ``k``,

    z_i = sqrt(r) * f_k + sqrt(1 - r) * e_i,    lead_i = quantile of the measure's own distribution at Phi(z_i),

where ``f_k`` (one for each future, kind and step) and ``e_i`` (one for each future, measure and step) are independent
standard normal numbers and ``r`` is :data:`TOGETHER`. The step is *prepare* or *commit*; they have factors of their
own, since those who plan and decide are not those who build. Each measure's lead time keeps exactly the triangular
distribution of the case.

.. [1] A. A. Paul, D. Trietsch: Correlation sensitivity analysis in stochastic project networks. Working paper (2012):
   durations with any distributions of their own, tied together by a Gaussian copula.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from math import ceil, sqrt
from statistics import NormalDist

from helhet.words.dice import stream, uniform
from helhet.words.faults import Fault, Faults
from helhet.words.plan import Delivery, Lead, Measure, Plan, Start

TOGETHER = 0.5
"""Correlation (of the normal scores) between lead times of measures of the same kind in the same future.

Status: assumed. No published figure was found; half says that a late measure warns of the others without deciding
them. 0 would let ten housing projects average out each other's delays, 1 would make them one project.
"""

_NORMAL = NormalDist()
_OWN, _SHARED = sqrt(1 - TOGETHER), sqrt(TOGETHER)
_PREPARE, _PREPARE_SHARED = stream("measure.prepare"), stream("measure.prepare.shared")
_COMMIT, _COMMIT_SHARED = stream("measure.commit"), stream("measure.commit.shared")


@lru_cache(maxsize=4096)
def identity(name: str) -> int:
    """The number by which the dice know a measure or a kind: 63 bits of the SHA-256 of its name.

    It follows from the name alone, so a measure has the same luck in every plan, whatever stands before it there and
    whenever it starts. (63 bits, so that the compiled dice see one and the same integer type.)
    """
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big") >> 1


def _score(seed: int, future: int, name: int, who: str) -> float:
    """A standard normal number for ``who`` (a measure or a kind)."""
    return _NORMAL.inv_cdf(uniform(seed, future, name, 0, identity(who)))


def _months(lead: Lead, shared: float, own: float) -> int:
    """Whole months, begun ones counted in full, of a lead time with the two scores given."""
    return ceil(lead.at(_NORMAL.cdf(_SHARED * shared + _OWN * own)))


def _check(start: Start, measure: Measure) -> None:
    if start.size and not measure.size:
        wrong = f"the plan gives size {start.size:g} to {measure.id}, which has size 0 when done in full"
        raise Faults([Fault("plans.csv", 0, "size", f"{start.size:g}", wrong, "Give the measure a size above 0.")])


def schedule(plan: Plan, measures: Mapping[str, Measure], seed: int, future: int) -> tuple[Delivery, ...]:
    """What each start of ``plan`` gives in ``future``, in the order of the plan.

    A measure is committed as soon as it is prepared, but never before the plan's ``commit_month``; it is delivered
    when its commit lead time has run from there. All months are whole and counted from the base date. A start of size
    0 gives a delivery of size 0 and changes no other.

    Raises ``KeyError`` for a measure that is not in ``measures`` and :class:`~helhet.words.faults.Faults` for a
    positive size of a measure that has none.
    """
    kinds = sorted({measures[start.measure].kind for start in plan.starts})
    prepare = {kind: _score(seed, future, _PREPARE_SHARED, kind) for kind in kinds}
    commit = {kind: _score(seed, future, _COMMIT_SHARED, kind) for kind in kinds}
    deliveries = []
    for start in plan.starts:
        measure = measures[start.measure]
        _check(start, measure)
        own = _score(seed, future, _PREPARE, measure.id)
        committed = start.month + _months(measure.prepare, prepare[measure.kind], own)
        if start.commit_month is not None:
            committed = max(committed, start.commit_month)
        own = _score(seed, future, _COMMIT, measure.id)
        delivered = committed + _months(measure.commit, commit[measure.kind], own)
        deliveries.append(Delivery(measure, start.size, start.month, committed, delivered))
    return tuple(deliveries)
