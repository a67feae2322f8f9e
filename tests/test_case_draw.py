"""Uncertain settings are drawn from the distribution that is written, within what is possible."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.case.case import Case, Uncertain
from helhet.case.draw import Z95, draw, quantile, undrawable
from helhet.case.read import read_case
from helhet.case.template import new_case
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.words import dice
from helhet.words.declare import Distribution, Setting, Text


def uncertain(
    distribution: Distribution, value: float, low: float, high: float, least: float = -1e9, most: float = 1e9
) -> Uncertain:
    setting = Setting("thing", "share", Text("sak", "thing"), least, most)
    return Uncertain("piece", setting, value, low, high, distribution, "2018", "source", "assumed", "")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    declared = declarations(pieces())
    folder: Path = tmp_path_factory.mktemp("draw") / "town"
    new_case(folder, "en", declared)
    return read_case(folder, declared)


@pytest.mark.parametrize("u", [0.001, 0.5, 0.999])
def test_certain_is_the_value_whatever_the_dice(u: float) -> None:
    assert quantile(uncertain("certain", 7, 7, 7), u) == 7


def test_uniform_runs_straight_from_low_to_high() -> None:
    given_ = uncertain("uniform", 3, 2, 10)
    assert [quantile(given_, u) for u in (0, 0.25, 0.5, 1)] == [2, 4, 6, 10]


def test_triangular_quantiles_equal_the_closed_form() -> None:
    low, mode, high = 1.0, 2.0, 6.0
    given_ = uncertain("triangular", mode, low, high)
    for u in np.linspace(0, 1, 101):
        x = quantile(given_, float(u))
        below = (x - low) ** 2 / ((high - low) * (mode - low)) if x <= mode else None
        above = 1 - (high - x) ** 2 / ((high - low) * (high - mode))
        assert (above if below is None else below) == pytest.approx(u, abs=1e-12)


@pytest.mark.parametrize("mode", [1.0, 6.0])
def test_triangular_may_peak_at_either_limit(mode: float) -> None:
    given_ = uncertain("triangular", mode, 1, 6)
    assert [quantile(given_, u) for u in (0, 1)] == [1, 6]
    assert 1 < quantile(given_, 0.5) < 6


def test_normal_has_the_value_as_mean_and_low_and_high_as_quantiles() -> None:
    given_ = uncertain("normal", 10, 6, 14)
    assert quantile(given_, 0.5) == pytest.approx(10, abs=1e-12)
    assert quantile(given_, 0.05) == pytest.approx(6, abs=1e-9)
    assert quantile(given_, 0.95) == pytest.approx(14, abs=1e-9)
    assert quantile(given_, 0.8) == pytest.approx(NormalDist(10, 4 / 1.6448536269514722).inv_cdf(0.8), abs=1e-9)


def test_lognormal_has_the_value_as_median_and_its_width_from_the_range() -> None:
    given_ = uncertain("lognormal", 24, 8, 72)
    sigma = math.log(72 / 8) / (2 * 1.6448536269514722)
    assert quantile(given_, 0.5) == pytest.approx(24, rel=1e-12)
    assert quantile(given_, 0.05) == pytest.approx(8, rel=1e-9)
    assert quantile(given_, 0.95) == pytest.approx(72, rel=1e-9)
    assert quantile(given_, 0.8413447460685429) == pytest.approx(24 * math.exp(sigma), rel=1e-9)


def test_the_default_delay_of_the_plant_has_sigma_of_two_thirds() -> None:
    assert math.log(72.255 / 7.972) / (2 * Z95) == pytest.approx(0.67, abs=1e-4)


def test_what_is_drawn_is_kept_within_what_is_possible() -> None:
    given_ = uncertain("normal", 0.9, 0.8, 1.0, 0, 1)
    assert quantile(given_, 0.999) == 1
    assert quantile(uncertain("lognormal", 2, 1, 4, 1.5, 3), 1e-9) == 1.5


@given(
    st.floats(1e-9, 1 - 1e-9),
    st.floats(1e-9, 1 - 1e-9),
    st.sampled_from(["uniform", "triangular", "normal", "lognormal"]),
)
def test_a_higher_throw_never_gives_a_lower_number(one: float, other: float, distribution: Distribution) -> None:
    given_ = uncertain(distribution, 3, 2, 4.5)
    low, high = sorted((one, other))
    assert quantile(given_, low) <= quantile(given_, high)


@given(
    st.sampled_from(["certain", "uniform", "triangular", "normal", "lognormal"]),
    *[st.one_of(st.just(math.nan), st.floats(-1e6, 1e6))] * 3,
    st.floats(1e-10, 1 - 1e-10),
)
def test_what_is_not_refused_can_be_drawn(
    distribution: Distribution, value: float, low: float, high: float, u: float
) -> None:
    if not math.isnan(value) and undrawable(distribution, value, low, high) is None:
        assert -1e9 <= quantile(uncertain(distribution, value, low, high), u) <= 1e9


def test_a_future_is_the_same_whenever_it_is_drawn(case: Case) -> None:
    first = [draw(case, 2019, number) for number in range(5)]
    assert [draw(case, 2019, number) for number in reversed(range(5))] == first[::-1]
    assert draw(case, 2020, 0) != first[0]
    assert all(one != other for one, other in pairwise(first))
    assert list(first[0]) == list(case.settings)


def test_each_setting_follows_a_stream_of_its_own_name(case: Case) -> None:
    key = "work.seek"
    throw = dice.uniform(7, 3, dice.stream("setting.work.seek"), 0, 0)
    assert draw(case, 7, 3)[key] == quantile(case.settings[key], float(throw))


def test_the_draws_of_many_futures_have_the_distributions_quantiles(case: Case) -> None:
    keys = ("work.seek", "plant.delay", "people.fertility", "plant.slip")
    drawn = {key: np.array([draw(case, 1, number)[key] for number in range(2000)]) for key in keys}
    for key in keys:
        for u in (0.1, 0.5, 0.9):
            share = float((drawn[key] <= quantile(case.settings[key], u)).mean())
            assert share == pytest.approx(u, abs=0.03), key


def test_two_settings_of_a_future_are_drawn_independently(case: Case) -> None:
    both = np.array([[draw(case, 1, n)["work.seek"], draw(case, 1, n)["work.recruit"]] for n in range(1000)])
    assert abs(np.corrcoef(both.T)[0, 1]) < 0.1
