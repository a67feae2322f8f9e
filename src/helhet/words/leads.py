"""Drawing lead times, compiled: one measure and phase in many futures at a time.

What is drawn, and why, is told in :mod:`helhet.case.schedule`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from helhet.words.dice import uniform
from helhet.words.kernel import kernel
from helhet.words.normal import below, quantile


@kernel
def triangular(low: Any, mode: Any, high: Any, u: Any) -> Any:
    """The quantile ``u`` (0 to 1) of the triangular distribution between ``low`` and ``high`` with its peak at
    ``mode``; ``low`` where there is nothing between."""
    width = high - low
    if width <= 0:
        return low
    if u < (mode - low) / width:
        return low + math.sqrt(u * width * (mode - low))
    return high - math.sqrt((1 - u) * width * (high - mode))


@kernel
def whole_months(
    seed: Any,
    first: Any,
    out: Any,
    streams: Any,
    kind: Any,
    who: Any,
    chance: Any,
    leads: Any,
    together: Any,
) -> None:
    """Fill ``out``, int64 (futures,), with the months that all steps of a phase take together in each future from
    number ``first`` (uint64) on, a begun month counted in full.

    ``streams``, uint64 (3,): shared luck, own luck, whether a step occurs. ``kind`` (uint64) is the identity whose
    luck is shared; ``who``, uint64 (steps,), ``chance``, float64 (steps,), and ``leads``, float64 (steps, 3), are the
    steps' identities, chances and low, mode and high in months; ``together`` is the correlation of normal scores.
    """
    shared, own = math.sqrt(together), math.sqrt(1 - together)
    for place in range(len(out)):
        future = first + np.uint64(place)
        common = quantile(uniform(seed, future, streams[0], 0, kind))
        months = 0.0
        for step in range(len(who)):
            if chance[step] < 1 and uniform(seed, future, streams[2], 0, who[step]) >= chance[step]:
                continue
            score = quantile(uniform(seed, future, streams[1], 0, who[step]))
            u = below(shared * common + own * score)
            months += triangular(leads[step, 0], leads[step, 1], leads[step, 2], u)
        out[place] = math.ceil(months)
