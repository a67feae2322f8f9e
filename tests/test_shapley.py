"""A change is split over what was changed, as the theory of games says it must be."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.decide.shapley import Waterfall, shapley, subsets

NAMES = ("rent", "seats", "plant", "births")


def means(waterfall: Waterfall) -> dict[str, float]:
    """The mean of each part, by name."""
    return {part.name: part.mean for part in waterfall.parts}


def test_inputs_that_only_add_get_what_they_add() -> None:
    worth = {"rent": 3.0, "seats": -5.0, "plant": 0.0, "births": 0.5}
    found = shapley(NAMES, lambda changed: 100 + sum(worth[name] for name in changed))
    assert means(found) == pytest.approx(worth)
    assert (found.before, found.after) == (100, 98.5)


def test_the_glove_game_has_its_known_answer() -> None:
    """One owner of a left glove, two of a right one; a pair is worth 1: 2/3, 1/6, 1/6."""
    found = shapley(("left", "right", "other"), lambda hands: float("left" in hands and len(hands) > 1))
    assert means(found) == pytest.approx({"left": 2 / 3, "right": 1 / 6, "other": 1 / 6})


def test_what_two_do_only_together_is_halved() -> None:
    found = shapley(("homes", "jobs"), lambda changed: 10.0 * (len(changed) == 2))
    assert means(found) == pytest.approx({"homes": 5, "jobs": 5})


def numbers(count: int) -> st.SearchStrategy[list[float]]:
    """A value for each subset of ``count`` inputs."""
    return st.lists(st.floats(-1e6, 1e6), min_size=2**count, max_size=2**count)


@given(st.integers(0, 5).flatmap(numbers))
def test_the_parts_sum_to_the_change(values: list[float]) -> None:
    names = (*NAMES, "homes")[: len(values).bit_length() - 1]
    found = shapley(names, dict(zip(subsets(names), values, strict=True)).__getitem__)
    assert sum(means(found).values()) == pytest.approx(values[-1] - values[0], abs=1e-6)


@given(numbers(3))
def test_a_part_is_the_mean_step_over_all_orders(values: list[float]) -> None:
    names = NAMES[:3]
    game = dict(zip(subsets(names), values, strict=True))
    orders = list(permutations(names))
    found = means(shapley(names, game.__getitem__))
    for name in names:
        before = [frozenset(order[: order.index(name)]) for order in orders]
        step = sum(game[subset | {name}] - game[subset] for subset in before) / len(orders)
        assert found[name] == pytest.approx(step, abs=1e-6)


@given(numbers(2))
def test_an_input_that_changes_nothing_gets_nothing(values: list[float]) -> None:
    game = dict(zip(subsets(("rent", "seats")), values, strict=True))
    found = shapley(("rent", "idle", "seats"), lambda changed: game[changed - {"idle"}])
    assert means(found)["idle"] == 0


@given(numbers(2))
def test_inputs_that_act_alike_get_alike(values: list[float]) -> None:
    found = shapley(("rent", "seats", "plant"), lambda changed: values[len(changed)])
    assert [part.mean for part in found.parts] == pytest.approx([(values[3] - values[0]) / 3] * 3, abs=1e-6)


def test_each_subset_is_asked_for_once_and_in_order() -> None:
    asked: list[frozenset[str]] = []

    def value(changed: frozenset[str]) -> float:
        asked.append(changed)
        return float(len(changed))

    names = [f"input{number}" for number in range(8)]
    shapley(names, value)
    assert tuple(asked) == subsets(names)
    assert set(Counter(asked).values()) == {1}
    assert len(asked) == 256
    assert (asked[0], asked[1], asked[-1]) == (frozenset(), frozenset({"input0"}), frozenset(names))


def test_values_by_future_give_the_paired_standard_error() -> None:
    rng = np.random.default_rng(7)
    level, gain = rng.normal(0, 1000, 400), rng.normal(3, 2, 400)
    found = shapley(("seats", "rent"), lambda changed: level + gain * ("seats" in changed) + 1.0 * ("rent" in changed))
    seats, rent = found.parts
    assert seats.mean == pytest.approx(gain.mean())
    assert seats.error == pytest.approx(gain.std(ddof=1) / sqrt(400))
    assert seats.each == pytest.approx(gain)
    assert (rent.mean, rent.error) == pytest.approx((1, 0), abs=1e-9)
    assert found.change.mean == pytest.approx(found.after - found.before)
    assert found.change.error == pytest.approx(seats.error)


def test_a_plain_number_has_no_error_and_one_future_an_endless_one() -> None:
    assert shapley(("a",), lambda changed: float(len(changed))).parts[0].error == 0
    assert shapley(("a",), lambda changed: np.ones(1) * len(changed)).parts[0].error == float("inf")


def test_a_caller_may_use_one_array_for_all_values() -> None:
    kept = np.zeros(3)

    def value(changed: frozenset[str]) -> np.ndarray:
        kept[:] = len(changed)
        return kept

    assert means(shapley(("rent", "seats"), value)) == {"rent": 1, "seats": 1}


def test_nothing_changed_gives_no_parts() -> None:
    found = shapley((), lambda _: 4.0)
    assert (found.before, found.after, found.change.mean, found.parts) == (4, 4, 0, ())


def test_too_many_inputs_are_refused_with_the_cure() -> None:
    with pytest.raises(ValueError, match="9 changed inputs are too many for 512 runs: change inputs that belong"):
        subsets([str(number) for number in range(9)])


def test_a_name_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="named twice"):
        shapley(("rent", "rent"), lambda _: 0.0)


def test_a_value_that_is_not_finite_is_refused_and_named() -> None:
    with pytest.raises(ValueError, match="with rent changed is not finite"):
        shapley(("rent",), lambda changed: float("inf") if changed else 0.0)


@pytest.mark.parametrize("shape", [(3,), (2, 2), ()])
def test_futures_that_do_not_match_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"with rent changed has shape .*, with nothing changed \(2,\)"):
        shapley(("rent",), lambda changed: np.zeros(shape) if changed else np.zeros(2))
