"""The inputs that drive an outcome are told from those that do not, with shares that are known."""

from __future__ import annotations

from importlib import import_module
from math import asin, inf, pi, sqrt
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helhet.decide.drivers import Drivers, bins_for, cramer_von_mises, drivers, first_order, grouped
from helhet.words.arrays import Floats

NAMES = ("x1", "x2", "x3")
KNOWN = (0.3139, 0.4424, 0.0)
"""First-order indices of the Ishigami function with a = 7, b = 0.1."""


def sample(futures: int) -> tuple[Floats, Floats]:
    """Inputs, shape (futures, 3), and outcomes of the Ishigami function."""
    x = np.random.default_rng(7).uniform(-pi, pi, (futures, 3))
    return x, np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


@pytest.fixture(scope="module")
def salib() -> dict[str, Any]:
    """What SALib finds in the same samples: the share by RBD-FAST (2,000 futures) and Borgonovo's delta (1,000)."""
    problem = {"num_vars": 3, "names": list(NAMES), "bounds": [[-pi, pi]] * 3}
    share = import_module("SALib.analyze.rbd_fast").analyze(problem, *sample(2000), num_resamples=2, seed=1)
    delta = import_module("SALib.analyze.delta")
    x, y = sample(1000)
    return {"share": share["S1"], "delta": delta.analyze(problem, x, y, num_resamples=2, seed=1, method="delta")}


def driver(found: Drivers, name: str) -> Any:
    """The driver of that name."""
    return next(each for each in found.each if each.name == name)


def test_first_order_agrees_with_the_known_answer_and_with_salib(salib: dict[str, Any]) -> None:
    x, y = sample(2000)
    shares = [first_order(x[:, column], y) for column in range(3)]
    assert shares == pytest.approx(KNOWN, abs=0.03)
    assert shares == pytest.approx(salib["share"], abs=0.02)


def test_the_second_measure_ranks_inputs_as_borgonovos_delta_does(salib: dict[str, Any]) -> None:
    x, y = sample(1000)
    indices = [cramer_von_mises(x[:, column], y) for column in range(3)]
    assert np.argsort(indices).tolist() == np.argsort(salib["delta"]["delta_raw"]).tolist() == [2, 0, 1]


def test_an_input_that_only_changes_the_spread_is_named_by_the_second_measure() -> None:
    x, y = sample(2000)
    found = drivers(dict(zip(NAMES, x.T, strict=True)), y)
    third = driver(found, "x3")
    assert third.share < found.noise
    assert third.index > found.index_noise
    assert third.named


def test_an_input_that_only_changes_a_rare_extreme_is_named_by_its_share() -> None:
    rare, x = np.random.default_rng(6).random((2, 4000))
    found = drivers({"x": x}, np.where(rare > 0.95, 1 + 100 * (x > 0.5), rare))
    assert found.each[0].share > found.noise
    assert found.each[0].index < found.index_noise
    assert found.each[0].named


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_sum_of_two_normal_inputs_has_its_closed_forms(share: float) -> None:
    """First order: the share. Cramér-von Mises: 3/pi arcsin((1 + share)/2) - 1/2, by orthant probabilities."""
    a, b = np.random.default_rng(3).normal(size=(2, 20_000))
    y = sqrt(share) * a + sqrt(1 - share) * b
    assert first_order(a, y) == pytest.approx(share, abs=0.015)
    assert cramer_von_mises(a, y) == pytest.approx(3 / pi * asin((1 + share) / 2) - 0.5, abs=0.015)


def test_a_code_explains_what_its_groups_differ_by() -> None:
    """Codes 0, 1, 2 with means 0, 3, 0 and variance 1 within: the share is 2 of 3."""
    code = np.arange(6000.0) % 3
    y = 3 * (code == 1) + np.random.default_rng(4).normal(size=6000)
    assert first_order(code, y, coded=True) == pytest.approx(2 / 3, abs=0.01)
    assert first_order(code, y, bins=2) < 0.5


def test_shares_are_not_raised_by_chance_differences_between_groups() -> None:
    rng = np.random.default_rng(8)
    draws = [(rng.random(200), rng.normal(size=200)) for _ in range(200)]
    for measure in (first_order, cramer_von_mises):
        found = [measure(x, y, 20) for x, y in draws]
        assert np.mean(found) == pytest.approx(0, abs=4 * np.std(found) / sqrt(200))
        assert np.std(found) > 0.01


def test_the_interval_covers_the_share_as_often_as_it_claims() -> None:
    rng, covered = np.random.default_rng(9), 0
    for _ in range(200):
        a, b = rng.random((2, 400))
        only = drivers({"a": a}, a + 1.5 * b).each[0]
        covered += only.low <= 1 / 3.25 <= only.high
    assert 165 <= covered <= 195


def test_what_one_input_decides_alone_is_sure() -> None:
    code = np.arange(300.0) % 3
    only = drivers({"code": code}, np.exp(code), codes=["code"]).each[0]
    assert (only.share, only.low, only.high, only.index) == pytest.approx((1, 1, 1, 1))


def test_where_nothing_matters_an_input_is_named_as_seldom_as_claimed() -> None:
    rng, named = np.random.default_rng(10), 0
    for key in range(60):
        inputs = {f"x{number}": column for number, column in enumerate(rng.random((8, 120)))}
        named += bool(drivers(inputs, np.exp(2 * rng.normal(size=120)), key=key).named)
    assert named <= 6


def test_those_that_matter_are_named_and_come_first() -> None:
    rng = np.random.default_rng(11)
    inputs = {f"x{number}": column for number, column in enumerate(rng.random((12, 1000)))}
    inputs["plant"] = np.floor(5 * rng.random(1000))
    found = drivers(inputs, 10 * (inputs["plant"] == 3) + 4 * inputs["x7"], codes=["plant"])
    assert [each.name for each in found.named] == ["plant", "x7"]
    assert [each.name for each in found.each[:2]] == ["plant", "x7"]
    assert all(each.low <= each.share <= each.high for each in found.each)


def test_the_same_key_gives_the_same_answer_and_another_only_another_noise_level() -> None:
    x, y = sample(300)
    inputs = dict(zip(NAMES, x.T, strict=True))
    first, other = drivers(inputs, y, key=1), drivers(inputs, y, key=2)
    assert first == drivers(inputs, y, key=1)
    assert first.noise != other.noise
    assert [each.share for each in first.each] == [each.share for each in other.each]


def test_what_never_varies_explains_nothing_and_has_nothing_to_explain() -> None:
    x, y = sample(300)
    found = drivers({"x1": x[:, 0], "fixed": np.full(300, 2.0)}, y)
    fixed = driver(found, "fixed")
    assert (fixed.share, fixed.low, fixed.high, fixed.index, fixed.named) == (0, 0, 0, 0, False)
    flat = drivers({"x1": x[:, 0]}, np.full(300, 0.1))
    assert (flat.noise, flat.index_noise, flat.named) == (0, 0, ())
    assert (flat.each[0].share, flat.each[0].high, flat.each[0].index) == (0, 0, 0)
    assert first_order(x[:, 0], np.ones(300)) == cramer_von_mises(x[:, 0], np.ones(300)) == 0


def test_a_rare_yes_is_an_outcome_too() -> None:
    x = np.linspace(0, 1, 1000)
    assert cramer_von_mises(x, x > 0.95, 20) == pytest.approx(1)
    assert first_order(x, x > 0.95, 20) == pytest.approx(1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 100), st.floats(-1e4, 1e4))
def test_the_unit_of_the_outcome_does_not_matter(key: int, scale: float, shift: float) -> None:
    rng = np.random.default_rng(key)
    x, y = rng.random(80), rng.normal(size=80)
    assert first_order(x, shift + scale * y) == pytest.approx(first_order(x, y), abs=1e-6)
    assert cramer_von_mises(x, np.exp(y)) == pytest.approx(cramer_von_mises(x, y), abs=1e-12)


def test_bins_hold_equal_counts_and_keep_equal_values_together() -> None:
    assert bins_for(1000) == 20
    assert np.bincount(grouped(np.random.default_rng(1).random(1000))).tolist() == [50] * 20
    assert grouped(np.array([5.0, 5, 5, 1, 9, 9, inf, inf]), 4).tolist() == [1, 1, 1, 0, 2, 2, 3, 3]
    assert grouped(np.array([7.0, 2, 7, 2, 3, 3]), coded=True).tolist() == [2, 0, 2, 0, 1, 1]


def test_forty_one_inputs_and_three_outcomes_take_seconds_at_most() -> None:
    rng = np.random.default_rng(12)
    inputs = {f"x{number}": column for number, column in enumerate(rng.random((41, 1000)))}
    began = process_time()
    for _ in range(3):
        drivers(inputs, rng.normal(size=1000))
    assert process_time() - began < 10


@pytest.mark.parametrize(
    ("x", "y", "options", "said"),
    [
        ([1, 2, 3, 4], [1, 2, 3, inf], {}, "the outcome is not finite in some future"),
        ([1, 2, 3, 4], [1, 2, 3, np.nan], {}, "the outcome is not finite in some future"),
        ([1, 2, 3, 4], [], {}, "give one number for each future"),
        ([1, 2, 3], [1, 2, 3, 4], {}, r"input x has shape \(3,\), the outcome \(4,\)"),
        ([1, 2, 3, np.nan], [1, 2, 3, 4], {}, "input x: is not a number"),
        ([1, 2, 3, 4], [1, 2, 3, 4], {"codes": ["x"]}, "input x: has 4 codes, too many for 4 futures"),
        ([1, 2, 3, 4], [1, 2, 3, 4], {"bins": 3}, "input x: has 3 bins, too many for 4 futures"),
        ([1, 2, 3, 4], [1, 2, 3, 4], {"bins": 1}, "allow at least 2"),
        ([1, 2, 3, 4], [1, 2, 3, 4], {"codes": ["z"]}, "z is said to be coded but is no input"),
    ],
)
def test_what_cannot_be_explained_is_refused(x: Floats, y: Floats, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        drivers({"x": np.array(x, dtype=np.float64)}, np.array(y, dtype=np.float64), **options)
