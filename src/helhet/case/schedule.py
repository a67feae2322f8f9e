"""When the measures of a plan are delivered in one future: lead times drawn with dice, and dates that follow.

A phase of a measure (*prepare* or *commit*) is a chain of steps, such as a plan, its appeal, procurement and a permit;
a plain lead time is a chain of one. Each step that occurs is drawn by itself and the durations are added, never
their percentiles:

    lead = ceil(sum of F_j^-1(Phi(z_j)) over the steps j that occur),    z_j = sqrt(r) * f_k + sqrt(1 - r) * e_j.

A town has only so many planners and so many builders, so measures of the same kind tend to be late together, and so do
the steps of one measure. Therefore a Gaussian copula [1]_ of one factor: ``f_k`` (one for each future, kind and phase)
and ``e_j`` (one for each future, measure and step) are independent standard normal numbers and ``r`` is
:data:`TOGETHER`. The phases have factors of their own, since those who plan and decide are not those who build. Each
step keeps exactly the triangular distribution of the case. Whether it occurs (somebody appeals) is luck of its own:
with the probability ``chance``, whatever else is late.

.. [1] A. A. Paul, D. Trietsch: Correlation sensitivity analysis in stochastic project networks. Working paper (2012):
   durations with any distributions of their own, tied together by a Gaussian copula.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np

from helhet.words.dice import stream
from helhet.words.faults import Fault, Faults
from helhet.words.leads import whole_months
from helhet.words.plan import Delivery, Measure, Phase, Plan, Start

Months = np.ndarray[Any, np.dtype[np.int64]]

TOGETHER = 0.5
"""Correlation (of the normal scores) between steps of measures of the same kind in the same future and phase.

Status: assumed. No published figure was found; half says that a late measure warns of the others without deciding
them. 0 would let ten housing projects average out each other's delays, 1 would make them one project.
"""

_STREAMS: dict[Phase, np.ndarray[Any, np.dtype[np.uint64]]] = {
    phase: np.array([stream(f"measure.{phase}{what}") for what in (".shared", "", ".occurs")], np.uint64)
    for phase in ("prepare", "commit")
}


@lru_cache(maxsize=4096)
def identity(name: str) -> int:
    """The number by which the dice know a measure, a step or a kind: 63 bits of the SHA-256 of its name.

    It follows from the name alone, so a measure has the same luck in every plan, whatever stands before it there and
    whenever it starts. (63 bits, so that the compiled dice see one and the same integer type.)
    """
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big") >> 1


@lru_cache(maxsize=4096)
def _chain(measure: Measure, phase: Phase) -> tuple[Any, Any, Any, Any]:
    """Kind, steps, chances and lead times of a phase, as the compiled dice want them."""
    steps = measure.of(phase)
    # A space stands in no short name, so a step is never taken for a measure.
    names = [f"{measure.id} {step.id}" if step.id else measure.id for step in steps]
    return (
        np.uint64(identity(measure.kind)),
        np.array([identity(name) for name in names], np.uint64),
        np.array([step.chance for step in steps], np.float64),
        np.array([(step.lead.low, step.lead.mode, step.lead.high) for step in steps], np.float64).reshape(-1, 3),
    )


def _months(measure: Measure, phase: Phase, seed: int, first: int, futures: int) -> Months:
    """The whole months that a phase takes in ``futures`` futures from number ``first`` on."""
    out = np.empty(futures, np.int64)
    whole_months(np.uint64(seed), np.uint64(first), out, _STREAMS[phase], *_chain(measure, phase), TOGETHER)
    return out


def leads(measure: Measure, seed: int, futures: int) -> tuple[Months, Months]:
    """The lead times of ``measure`` in futures 0 to ``futures - 1`` under ``seed``, whatever the plan.

    Two arrays, int64 (futures,), in months: from start to prepared, and from committed to delivered. They are the very
    ones of :func:`schedule`.
    """
    return _months(measure, "prepare", seed, 0, futures), _months(measure, "commit", seed, 0, futures)


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
    deliveries = []
    for start in plan.starts:
        measure = measures[start.measure]
        _check(start, measure)
        committed = start.month + int(_months(measure, "prepare", seed, future, 1)[0])
        if start.commit_month is not None:
            committed = max(committed, start.commit_month)
        delivered = committed + int(_months(measure, "commit", seed, future, 1)[0])
        deliveries.append(Delivery(measure, start.size, start.month, committed, delivered))
    return tuple(deliveries)
