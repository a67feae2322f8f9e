"""What living a plan teaches the reckoning: exact for the plan lived, and a plan that holds where one can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helhet.decide.covering import Candidate, Problem
from helhet.decide.learning import Live, Lived, Missing, corrected, learn, short
from helhet.decide.portfolio import Choice, solve
from helhet.show.decisions.search import apart

FUTURES, PERIODS = 20, 3


def town(seed: int = 0) -> Problem:
    """Homes wanted in twenty futures, and ten measures of 100 homes at 10, 11, … MSEK."""
    dice = np.random.default_rng(seed)
    demand = dice.uniform(0, 500, (FUTURES, 1)) * np.ones((1, PERIODS))
    gives = np.full((FUTURES, PERIODS), 100.0)
    return Problem({"homes": demand}, tuple(Candidate(f"m{i}", f"m{i}", "homes", 10.0 + i, gives) for i in range(10)))


def answering(problem: Problem, answer: float, seen: list[int] | None = None) -> Live:
    """A town in which each home that is built brings ``answer`` households more that want one."""

    def live(choices: Sequence[Choice]) -> list[Missing]:
        if seen is not None:
            seen.append(len(choices))
        return [_left(problem, choice.chosen, answer) for choice in choices]

    return live


def _left(problem: Problem, chosen: Sequence[str], answer: float) -> Missing:
    built = 100.0 * len(chosen)
    return {"homes": problem.demand["homes"] + answer * built - built}


def test_by_hand() -> None:
    """Two measures of 100 against 180 and 250; lived, 30 are missing in the first and none in the second."""
    gives = np.full((2, 1), 100.0)
    problem = Problem(
        {"homes": np.array([[180.0], [250.0]])},
        tuple(Candidate(name, name, "homes", 1.0, gives) for name in ("a", "b", "c")),
    )
    after = corrected(problem, ("a", "b"), {"homes": np.array([[30.0], [-5.0]])})
    assert after.demand["homes"].tolist() == [[230.0], [200.0]]


@given(
    seed=st.integers(0, 1000),
    count=st.integers(0, 10),
    missing=st.lists(st.floats(-300, 300, allow_nan=False), min_size=60, max_size=60),
)
@settings(max_examples=60, deadline=None)
def test_a_plan_lived_fails_by_the_corrected_reckoning_exactly_where_it_failed_when_lived(
    seed: int, count: int, missing: list[float]
) -> None:
    problem = town(seed)
    chosen = tuple(f"m{i}" for i in range(count))
    told = {"homes": np.where(np.abs(values := np.array(missing).reshape(FUTURES, PERIODS)) < 1, -1.0, values)}
    after = corrected(problem, chosen, told)
    assert after.failed(chosen)["homes"].tolist() == short(told).tolist()


@pytest.mark.parametrize("answer", [0.2, 0.5])
def test_where_homes_bring_people_the_plans_of_the_search_hold_and_those_of_the_reckoning_do_not(answer: float) -> None:
    problem, alpha = town(), 0.2
    live = answering(problem, answer)
    bare = solve(problem, alpha)
    assert short(live([bare])[0]).mean() > alpha
    best = next(n for n in range(11) if short(_left(problem, tuple(f"m{i}" for i in range(n)), answer)).mean() <= alpha)
    (found,) = [each for each in learn(problem, [alpha], live, rounds=8) if each.kept]
    assert found.risk <= alpha
    assert len(found.choice.chosen) == best  # the cheapest of all that hold, in this town


def test_where_the_reckoning_is_right_nothing_is_lived_twice() -> None:
    problem, seen = town(), []
    found = learn(problem, [0.2, 0.4], answering(problem, 0.0, seen))
    assert seen == [2]
    assert [each.kept for each in found] == [True, True]
    assert [each.choice.cost for each in found] == sorted(each.choice.cost for each in found)


def test_a_risk_that_no_plan_keeps_has_its_best_try_lived_and_is_given_up() -> None:
    """Two measures of 100 are too few for most futures; both are better than one."""
    problem = replace(town(), candidates=town().candidates[:2])
    seen: list[int] = []
    (only,) = learn(problem, [0.1], answering(problem, 0.0, seen), rounds=6)
    assert seen == [1]
    assert (only.choice.status, only.kept) == ("infeasible", False)
    shares = [short(_left(problem, each, 0.0)).mean() for each in ((), ("m0",), ("m0", "m1"))]
    assert only.risk == shares[2] < shares[1] < shares[0]


def test_the_best_try_at_a_risk_that_cannot_be_kept_has_no_bound_even_where_the_town_is_kinder() -> None:
    problem = replace(town(), candidates=town().candidates[:2])
    (only,) = learn(problem, [0.1], answering(problem, -9.0))
    assert only.risk == 0.0
    assert not only.kept


def test_a_plan_answers_for_the_smallest_risk_that_it_keeps() -> None:
    problem = town()
    found = learn(problem, [0.4, 0.45, 0.5, 0.55], answering(problem, 0.0))
    for each in found:
        smaller = [risk for risk in (0.4, 0.45, 0.5, 0.55) if each.risk <= risk < each.choice.alpha]
        assert smaller == []


def test_of_plans_with_nearly_the_same_risk_the_cheapest_is_shown() -> None:
    problem = town()
    found = learn(problem, [0.2, 0.3, 0.5], answering(problem, 0.0))
    near = [Lived(found[0].choice, found[0].short), Lived(found[1].choice, found[0].short), found[2]]
    assert [each.choice.cost for each in apart(near)] == [found[0].choice.cost, found[2].choice.cost]


def test_no_plan_found_is_beaten_by_another() -> None:
    problem = town(3)
    found = learn(problem, [0.1, 0.2, 0.3, 0.5, 0.7], answering(problem, 0.4))
    points = [(each.risk, each.choice.cost) for each in found]
    assert len(points) > 2
    assert points == sorted(points, reverse=True)
    assert all(a[1] < b[1] for a, b in pairwise(points))


def test_each_program_is_told_of() -> None:
    told: list[None] = []
    tell: Callable[[], None] = lambda: told.append(None)  # noqa: E731
    problem = town()
    learn(problem, [0.2, 0.4], answering(problem, 0.0), tell=tell)
    assert len(told) == 2
