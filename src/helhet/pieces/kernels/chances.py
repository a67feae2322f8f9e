"""The chances of a year: the case's rates by sex and age, as probabilities of the events that are open to each role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from helhet.case.ages import by_age, by_sex_and_age
from helhet.case.case import Case
from helhet.case.levels import scales
from helhet.words.kernel import kernel
from helhet.words.person import AGE_STEP, CHILD, GUEST, MAN, OLDEST, PARTNER, ROLES, SINGLE, STATES, WOMAN

Array = np.ndarray[Any, Any]
DIE, MOVE, BIRTH, SEEK, PAIR, SPLIT, EVENTS = 0, 1, 2, 3, 4, 5, 6
RATES = ("mortality", "out_moves", "fertility", "leaving_home", "pairing", "splitting", "relocating")


def yearly(rate: Array) -> Array:
    """The probability of at least one event in a year at a constant rate per person-year: 1 - exp(-rate)."""
    return np.asarray(1.0 - np.exp(-rate))


def rates(case: Case) -> dict[str, Array]:
    """The case's yearly rates by sex and age, shape (2, OLDEST + 1) each, at the town's own observed levels."""
    tables, factor = case.tables, scales(case)
    found = {name: by_sex_and_age(tables[name]) for name in RATES if name != "fertility"}
    found["fertility"] = np.stack([by_age(tables["fertility"]), np.zeros(OLDEST + 1)])  # of women
    for name, flow in (("mortality", "deaths"), ("out_moves", "out_moves"), ("fertility", "births")):
        found[name] = found[name] * factor[flow]
    return found


def spread(rate: Mapping[str, Array], settings: Any, households: bool, pairing: float = 1.0) -> Array:
    """Probability of each event in a year, shape (ROLES * STATES, EVENTS), by role, age reached and sex.

    Without ``households`` (demography alone) everybody may move out at the rate of their own age and sex. With them a
    child under 18 moves with its parents; a couple is moved by either partner, each at half their rate, so that each
    moves at the mean of the two; separations are drawn for the woman, for both. ``pairing`` scales the rates at which
    single people move in with a partner.
    """
    chance = np.zeros((ROLES, STATES, EVENTS))
    die, move = yearly(rate["mortality"]), yearly(rate["out_moves"] * settings["people.out_moves"])
    births = rate["fertility"][WOMAN] * settings["people.fertility"]
    if households:
        leave, pair, split, roam = (
            yearly(rate[name]) for name in ("leaving_home", "pairing", "splitting", "relocating")
        )
        roam = roam * settings["people.relocate"]
        pair = np.minimum(pair * pairing, 0.9)
    for sex in (WOMAN, MAN):
        at = chance[:, sex : AGE_STEP * (OLDEST + 1) : AGE_STEP, :]
        at[:, :, DIE] = die[sex]
        at[:, :, MOVE] = move[sex]
        if sex == WOMAN:
            at[:, :, BIRTH] = births
        if households:
            at[CHILD, :18, MOVE] = 0
            at[PARTNER, :, MOVE] = move[sex] / 2
            at[CHILD, 18:, SEEK] = leave[sex, 18:]
            at[SINGLE, :, SEEK] = roam[sex]
            at[PARTNER, :, SEEK] = roam[sex] / 2
            at[GUEST, 18:, SEEK] = settings["people.lodger_seeks"]
            for role in (SINGLE, GUEST):
                at[role, 18:, PAIR] = pair[sex, 18:]
            if sex == WOMAN:
                at[PARTNER, :, SPLIT] = split[sex]
    return chance.reshape(ROLES * STATES, EVENTS)


@kernel
def limits(probability: Any, fall: float, limit: Any, total: Any) -> None:
    """Turn probabilities of shape (ROLES * STATES, EVENTS) into cumulative 32-bit limits, and their totals.

    Deaths are multiplied by ``fall``.
    """
    for i in range(probability.shape[0]):
        reached = 0.0
        for k in range(EVENTS):
            p = probability[i, k] * fall if k == DIE else probability[i, k]
            reached = min(reached + max(p, 0.0), 1.0)
            limit[i, k] = np.uint32(min(reached * 4294967296.0, 4294967295.0))
        total[i] = limit[i, EVENTS - 1]
