"""Results with known answers, written through the real store, for the tests of what people see."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from helhet.case.case import Case
from helhet.pieces.order import pieces
from helhet.results import Results, Store, describe

FUTURES, YEARS = 100, 12
OUTCOMES = tuple(outcome for piece in pieces() for outcome in piece.outcomes)

Array = np.ndarray[Any, Any]


def plant_codes() -> Array:
    """What becomes of the plant: 20 full, 30 delayed, 20 smaller, 20 cancelled, 10 collapse."""
    return np.repeat([0, 1, 2, 3, 4], [20, 30, 20, 20, 10])


def known(case: Case, plan: str) -> dict[str, Array]:
    """Outcomes whose odds can be told by hand.

    Every outcome is 10 in every future, year and district, apart from these. In futures 0 to 39 homes are missing in
    the third year only, 300 in the first district; the town has 10,000 homes, so the tolerance is 50. Under the first
    plan they are missing in futures 0 to 59.
    """
    districts = len(case.districts)
    shapes = {"district": (FUTURES, YEARS, districts), "town": (FUTURES, YEARS), "month": (FUTURES, 12 * YEARS)}
    lists = {"occupation": case.occupations, "employer": case.employers}
    values: dict[str, Array] = {}
    for outcome in OUTCOMES:
        names = [f"{outcome.name}.{item.id}" for item in lists[outcome.per]] if outcome.per else [outcome.name]
        values |= {name: np.full(shapes[outcome.scope], 10.0, dtype=np.float32) for name in names}
    values["plant.outcome"][:] = plant_codes()[:, None]
    values["homes.stock"][:] = 10_000 / districts
    values["homes.missing"][:] = 1
    values["homes.missing"][: 60 if plan == next(iter(case.plans)) else 40, 2, 0] = 300
    values["beds.short"][:] = 0
    values["beds.needed"][:] = 100
    for item in case.occupations:
        values[f"work.jobs.{item.id}"][:] = 1000
    return values


def written(case: Case, folder: Path, change: Mapping[str, Mapping[str, Array]] | None = None) -> Results:
    """A store of :func:`known` under all plans of the case, with outcomes replaced by ``change`` (by plan)."""
    manifest = describe(case, pieces(), plans=tuple(case.plans), futures=FUTURES, years=YEARS, seed=7, chunk=FUTURES)
    store = Store(folder, manifest)
    for plan in case.plans:
        store.write(plan, 0, known(case, plan) | dict((change or {}).get(plan, {})))
    return Results(folder)
