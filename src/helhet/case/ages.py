"""Tables by sex and age as arrays: women are row 0, men row 1, ages 0 to OLDEST."""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.case.case import Rows
from helhet.words.declare import Field, Text
from helhet.words.person import MAN, OLDEST, WOMAN

Array = np.ndarray[Any, Any]

SEXES = ("women", "men")  # as rows of arrays: WOMAN is 0, MAN is 1
SEX = Field("sex", "choice", Text("kön", "sex"), choices=SEXES)
SEX_AND_AGE_SPAN = (
    SEX,
    Field("age_from", "int", Text("från ålder", "from age"), "years", 0, OLDEST),
    Field("age_to", "int", Text("till och med ålder", "to age, inclusive"), "years", 0, OLDEST),
)
"""What the rows of a table for :func:`by_age_span` are about."""


def by_sex_and_age(rows: Rows) -> Array:
    """A table with fields ``sex`` and ``age`` as an array of shape (2, OLDEST + 1); ages it lacks are 0."""
    out = np.zeros((2, OLDEST + 1))
    out[np.where(rows["sex"] == "women", WOMAN, MAN), rows["age"].astype(np.int64)] = rows["value"]
    return out


def by_age(rows: Rows) -> Array:
    """A table with field ``age`` as an array of shape (OLDEST + 1,); ages it lacks are 0."""
    out = np.zeros(OLDEST + 1)
    out[rows["age"].astype(np.int64)] = rows["value"]
    return out


def by_age_span(rows: Rows) -> Array:
    """A table by :data:`SEX_AND_AGE_SPAN` as an array of shape (2, OLDEST + 1); ages it lacks are 0."""
    out = np.zeros((2, OLDEST + 1))
    for sex, low, high, value in zip(rows["sex"], rows["age_from"], rows["age_to"], rows["value"], strict=True):
        out[WOMAN if sex == "women" else MAN, int(low) : int(high) + 1] = value
    return out
