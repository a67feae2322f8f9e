"""The bounds that tell when a plan fails are found where they were put, and not where there are none."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from helhet.decide.boxes import Bound, Box, tail
from helhet.decide.breaks import breaks, covering
from helhet.decide.prim import prim, trajectory
from helhet.words.arrays import Flags, Floats

NUMBERS = "abcde"


def spread(futures: int) -> dict[str, Floats]:
    """Five inputs spread evenly over 0 to 1: multiples of square roots of primes, modulo 1."""
    rows = np.arange(1.0, futures + 1)
    return {name: rows * np.sqrt(prime) % 1 for name, prime in zip(NUMBERS, (2, 3, 5, 7, 11), strict=True)}


def flipped(futures: int) -> Flags:
    """A tenth of the futures."""
    return np.arange(1.0, futures + 1) * np.sqrt(13) % 1 < 0.1


def plant(futures: int) -> Floats:
    """Five codes, equally frequent."""
    return np.floor(5 * (np.arange(1.0, futures + 1) * np.sqrt(17) % 1))


def bounds(box: Box) -> dict[str, Bound]:
    """The bounds by name."""
    return {bound.name: bound for bound in box.bounds}


def test_peeling_numbers_goes_the_way_of_a_published_implementation() -> None:
    """Coverage, density and mass at every fifth step, recorded from the package PRIM 1.0.0 (with numpy 2.4, pandas 3.1;
    ``prim.Prim(x, y).find_box()`` with its defaults) on the same data: 1,000 futures, two of five inputs tell, a tenth
    flipped. Its bounds at step 20 are b >= 0.58896 and d <= 0.85413. After step 40 its path ends, since no further
    peel raises the density; ours goes on to the least mass.
    """
    inputs = spread(1000)
    path = trajectory(inputs, ((inputs["b"] > 0.6) & (inputs["d"] < 0.4)) ^ flipped(1000))
    recorded = {
        5: (0.918919, 0.264249, 0.772),
        10: (0.833333, 0.310924, 0.595),
        15: (0.779279, 0.377729, 0.458),
        20: (0.716216, 0.450425, 0.353),
        25: (0.689189, 0.564576, 0.271),
        30: (0.648649, 0.692308, 0.208),
        35: (0.630631, 0.880503, 0.159),
        40: (0.495495, 0.909091, 0.121),
    }
    for step, figures in recorded.items():
        box = path[step]
        assert (box.coverage, box.density, box.mass) == pytest.approx(figures, abs=1e-6), step
    assert path[20].bounds == (
        Bound("b", low=pytest.approx(0.5889628, abs=1e-6)),
        Bound("d", high=pytest.approx(0.8541252, abs=1e-6)),
    )


def test_peeling_codes_goes_the_way_of_a_published_implementation() -> None:
    """As above, with a sixth input that is a code (a column of words there); one number and two of five codes tell."""
    inputs = spread(1000) | {"plant": plant(1000)}
    path = trajectory(inputs, ((inputs["b"] > 0.5) & (inputs["plant"] < 2)) ^ flipped(1000), codes=["plant"])
    recorded = {
        5: (0.758755, 0.540166, 0.361),
        10: (0.723735, 0.673913, 0.276),
        15: (0.692607, 0.843602, 0.211),
        20: (0.295720, 0.926829, 0.082),
    }
    for step, figures in recorded.items():
        box = path[step]
        assert (box.coverage, box.density, box.mass) == pytest.approx(figures, abs=1e-6), step
    assert bounds(path[20])["plant"].codes == (1,)
    assert bounds(path[20])["b"].low == pytest.approx(0.5120113, abs=1e-6)


def test_a_rectangle_in_two_of_five_inputs_is_found_to_within_a_slice() -> None:
    inputs = spread(1000)
    box = prim(inputs, (inputs["b"] > 0.6) & (inputs["d"] < 0.4))
    assert box.coverage == 1
    assert box.density > 0.95
    assert bounds(box) == {
        "b": Bound("b", low=pytest.approx(0.6, abs=0.02)),
        "d": Bound("d", high=pytest.approx(0.4, abs=0.02)),
    }


def test_a_rectangle_is_found_through_noise() -> None:
    inputs = spread(1000)
    box = prim(inputs, ((inputs["b"] > 0.6) & (inputs["d"] < 0.4)) ^ flipped(1000))
    assert bounds(box) == {
        "b": Bound("b", low=pytest.approx(0.6, abs=0.02)),
        "d": Bound("d", high=pytest.approx(0.4, abs=0.02)),
    }


def test_a_band_gets_two_bounds() -> None:
    inputs = spread(1000)
    box = prim(inputs, abs(inputs["c"] - 0.5) < 0.1)
    assert box.bounds == (Bound("c", pytest.approx(0.4, abs=0.02), pytest.approx(0.6, abs=0.02)),)


def test_where_most_fail_anyway_the_bounds_are_found_all_the_same() -> None:
    inputs = spread(1000)
    box = prim(inputs, (inputs["a"] > 0.2) ^ flipped(1000))
    assert box.base > 0.7
    assert bounds(box) == {"a": Bound("a", low=pytest.approx(0.2, abs=0.02))}
    assert box.density > box.base + 0.1


def test_codes_that_do_not_fail_are_dropped() -> None:
    inputs = {"plant": plant(500), "a": spread(500)["a"]}
    box = prim(inputs, np.isin(inputs["plant"], (0, 3)) & (inputs["a"] > 0.3), codes=["plant"])
    assert bounds(box)["plant"] == Bound("plant", codes=(0, 3))
    assert bounds(box)["a"].low == pytest.approx(0.3, abs=0.02)


def test_a_few_values_repeated_are_cut_between_them() -> None:
    values = np.arange(200.0) % 4
    assert prim({"a": values}, values >= 2).bounds == (Bound("a", low=1.5),)
    assert prim({"a": values}, values == 1).bounds == (Bound("a", 0.5, 1.5),)


def test_never_is_a_value_like_others() -> None:
    months = np.tile([12.0, 24.0, inf, inf], 50)
    box = prim({"need": months}, np.isinf(months))
    assert box.bounds == (Bound("need", low=inf),)
    assert box.inside({"need": months}).tolist() == np.isinf(months).tolist()
    assert prim({"need": months}, months < 30).bounds == (Bound("need", high=24),)


def test_two_inputs_are_found_among_forty() -> None:
    """Three times the odds in a quarter of 500 futures: peeling in all inputs at once loses it in the noise."""
    rng = np.random.default_rng(5)
    inputs = {f"x{number}": column for number, column in enumerate(rng.random((40, 500)))}
    inside = (inputs["x0"] > 0.5) & (inputs["x1"] < 0.5)
    box = prim(inputs, rng.random(500) < np.where(inside, 0.6, 0.2))
    assert bounds(box) == {
        "x0": Bound("x0", low=pytest.approx(0.5, abs=0.05)),
        "x1": Bound("x1", high=pytest.approx(0.5, abs=0.05)),
    }


def test_a_single_lucky_future_does_not_outbid_a_slice() -> None:
    a = spread(400)["a"]
    fails = (a > 0.5) ^ flipped(400)
    lucky = np.zeros(400)
    lucky[np.flatnonzero(~fails)[0]] = 1
    assert bounds(trajectory({"plant": lucky, "a": a}, fails, codes=["plant"])[1]).keys() == {"a"}


def test_of_equal_slices_the_one_that_restricts_no_further_input_is_cut() -> None:
    rows = np.arange(100.0)
    inputs = {"a": np.where(rows < 50, 49 - rows, rows), "b": np.maximum(rows, 7)}  # the first slice of b is larger
    path = trajectory(inputs, rows >= 50)
    assert [bounds(box).keys() for box in path[1:4]] == [{"b"}] * 3


def test_peeling_ends_at_the_least_mass() -> None:
    path = trajectory(spread(500), flipped(500), least=0.2)
    assert 0.2 <= path[-1].mass < 0.2 / 0.94


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_no_more_inputs_are_told_than_wanted(dims: int) -> None:
    inputs = spread(800)
    box = prim(inputs, (inputs["a"] > 0.3) & (inputs["b"] > 0.3) & (inputs["c"] > 0.3), dims=dims)
    assert len(box.bounds) == dims


@pytest.mark.parametrize("share", [0, 1])
def test_a_plan_that_always_or_never_fails_has_no_bounds(share: int) -> None:
    fails = np.full(100, share, dtype=bool)
    assert prim(spread(100), fails) == Box((), share, share, 1, share)
    assert covering(spread(100), fails) == ()
    assert breaks(spread(100), fails) == ()


def test_a_second_box_is_found_outside_the_first() -> None:
    inputs = spread(1000)
    first, second = covering(inputs, (inputs["a"] > 0.6) | (inputs["b"] < 0.2))
    assert bounds(first) == {"a": Bound("a", low=pytest.approx(0.6, abs=0.02))}
    assert bounds(second) == {"b": Bound("b", high=pytest.approx(0.2, abs=0.02))}
    assert first.coverage + second.coverage == pytest.approx(1, abs=0.02)
    assert second.base == pytest.approx(0.2, abs=0.02)


def test_boxes_are_measured_in_futures_they_were_not_found_in() -> None:
    inputs = spread(1000)
    fails = ((inputs["b"] > 0.6) & (inputs["d"] < 0.4)) ^ flipped(1000)
    (found,) = breaks(inputs, fails)
    inside = found.tested.inside(inputs)
    assert found.found == prim({name: column[::2] for name, column in inputs.items()}, fails[::2])
    assert found.tested.bounds == found.found.bounds
    assert found.tested.density == pytest.approx(fails[1::2][inside[1::2]].mean())
    assert found.tested.coverage == pytest.approx(inside[1::2][fails[1::2]].mean())
    assert found.chance < 1e-20
    inside, hits = inside[1::2], int(fails[1::2][inside[1::2]].sum())
    for bound, other, doubt in zip(found.found.bounds, found.found.bounds[::-1], found.doubts, strict=True):
        alone = other.holds(inputs[other.name])[1::2]
        assert bound != other
        assert doubt == pytest.approx(binom.sf(hits - 1, inside.sum(), fails[1::2][alone].mean()), rel=1e-6, abs=0)


def test_a_second_box_is_measured_outside_the_first() -> None:
    inputs = spread(1000)
    fails = (inputs["a"] > 0.6) | (inputs["b"] < 0.2)
    first, second = breaks(inputs, fails)
    left = ~first.tested.inside(inputs)[1::2]
    assert second.tested.base == pytest.approx(fails[1::2][left].mean())
    assert second.tested.mass == pytest.approx(second.tested.inside(inputs)[1::2][left].mean())
    assert first.tested.coverage + second.tested.coverage == pytest.approx(1, abs=0.03)


def test_what_holds_in_one_half_only_is_not_told() -> None:
    inputs = spread(600)
    fails = inputs["a"] > 0.7
    fails[1::2] = inputs["b"][1::2] > 0.7
    assert covering({name: column[::2] for name, column in inputs.items()}, fails[::2])
    assert breaks(inputs, fails) == ()


def test_in_pure_noise_a_box_is_told_about_as_seldom_as_it_claims() -> None:
    """At most one in twenty would be confirmed by chance; 9 or more of 100 has a probability of 6 percent at most."""
    told = 0
    for key in range(100):
        rng = np.random.default_rng(key)
        inputs = {f"x{number}": column for number, column in enumerate(rng.random((4, 120)))}
        told += len(breaks(inputs, rng.random(120) < 0.4, most=1))
    assert told <= 8


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_box_holds_the_futures_it_counts_whatever_the_scale_and_order(key: int) -> None:
    rng = np.random.default_rng(key)
    inputs = {"a": rng.random(90), "b": np.floor(4 * rng.random(90)), "plant": np.floor(3 * rng.random(90))}
    fails = rng.random(90) < 0.2 + 0.6 * (inputs["a"] > 0.5)
    box = prim(inputs, fails, codes=["plant"])
    inside = box.inside(inputs)
    assert box.mass == pytest.approx(inside.mean())
    assert box.density == pytest.approx(fails[inside].mean())
    assert box.coverage == pytest.approx(inside[fails].mean())
    scaled = inputs | {"a": np.exp(5 * inputs["a"])}
    assert prim(scaled, fails, codes=["plant"]).inside(scaled).tolist() == inside.tolist()
    order = rng.permutation(90)
    assert prim({name: column[order] for name, column in inputs.items()}, fails[order], codes=["plant"]) == box


@example(hits=1, tries=0, share=1.0)
@given(st.integers(0, 300), st.integers(0, 300), st.floats(0, 1))
def test_the_tail_is_that_of_the_binomial_distribution(hits: int, tries: int, share: float) -> None:
    assert tail(hits, tries, share) == pytest.approx(binom.sf(hits - 1, tries, share), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(
    ("inputs", "options", "said"),
    [
        ({}, {}, "give at least one input"),
        ({"a": [1.0, 2.0, 3.0]}, {}, r"input a has shape \(3,\), fails \(2,\)"),
        ({"a": [1.0, np.nan]}, {}, "input a is not a number"),
        ({"a": [1.0, 2.5]}, {"codes": ["a"]}, "values that are not whole"),
        ({"a": [1.0, inf]}, {"codes": ["a"]}, "values that are not whole"),
        ({"a": [1.0, 2.0]}, {"codes": ["b"]}, "b is said to be coded but is no input"),
        ({"a": [1.0, 2.0]}, {"alpha": 0.0}, "alpha is 0: give a share"),
        ({"a": [1.0, 2.0]}, {"least": 1.0}, "least is 1: give a share"),
        ({"a": [1.0, 2.0]}, {"dims": 0}, "dims is 0"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(inputs: dict[str, Floats], options: dict[str, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        prim(inputs, np.array([True, False]), **options)
