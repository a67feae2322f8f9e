"""The compiled normal distribution has the numbers of the standard library."""

from __future__ import annotations

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.words.normal import below, quantile

NORMAL = NormalDist()


@pytest.mark.parametrize(("p", "z"), [(0.5, 0.0), (0.975, 1.959963984540054), (0.05, -1.6448536269514729)])
def test_known_quantiles(p: float, z: float) -> None:
    assert quantile(p) == pytest.approx(z, abs=1e-15)


@given(st.integers(0, 2**32 - 1))
def test_every_number_of_the_dice_has_the_quantile_of_the_standard_library(word: int) -> None:
    p = (word + 0.5) / 2**32
    assert quantile(p) == pytest.approx(NORMAL.inv_cdf(p), rel=1e-14)


@pytest.mark.parametrize("p", [1e-300, 1e-12, 1e-11, 0.075, 0.0751, 0.925, 0.9251, 1 - 1e-12])
def test_the_quantile_is_right_where_one_formula_takes_over_from_another(p: float) -> None:
    assert quantile(p) == pytest.approx(NORMAL.inv_cdf(p), rel=1e-14)


@given(st.floats(-40, 40))
def test_the_probability_is_that_of_the_standard_library(z: float) -> None:
    assert below(z) == pytest.approx(NORMAL.cdf(z), abs=1e-15)
