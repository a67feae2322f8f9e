"""Levels: the factors that bring national rates to the town's own observed flows."""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.case.ages import by_age, by_sex_and_age
from helhet.case.case import Case
from helhet.words.person import WOMAN

Array = np.ndarray[Any, Any]


def year_older(population: Array) -> Array:
    """The population, shape (2, ages), at the ages it reaches a year later (the oldest stay the oldest)."""
    older = np.zeros_like(population)
    older[:, 1:] = population[:, :-1]
    older[:, -1] += population[:, -1]
    return older


def scales(case: Case) -> dict[str, float]:
    """The factor for each flow that brings the case's rates to the town's observed level: observed / expected.

    Expected is the flow that the unscaled rates give: as stated in ``observed.csv``, else on the base population a
    year older (for in-moves, the sum of the table).
    """
    tables = case.tables
    older = year_older(by_sex_and_age(tables["population"]))
    rates = {
        "births": (older[WOMAN] * by_age(tables["fertility"])).sum(),
        "deaths": (older * by_sex_and_age(tables["mortality"])).sum(),
        "out_moves": (older * by_sex_and_age(tables["out_moves"])).sum(),
        "in_moves": by_sex_and_age(tables["in_moves"]).sum(),
    }
    factors = dict.fromkeys(rates, 1.0)
    observed = tables["observed"]
    for flow, level, stated in zip(observed["flow"], observed["value"], observed["expected"], strict=True):
        expected = rates[flow] if np.isnan(stated) else stated
        factors[flow] = float(level / expected) if expected > 0 else 1.0
    return factors
