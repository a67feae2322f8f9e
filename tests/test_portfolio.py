"""The cheapest set of measures within a risk: what trying every set gives, and honest about what it does not know."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import inf, isinf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helhet.decide.covering import Candidate, Problem
from helhet.decide.portfolio import at_most, choices, floors, greedy, out_of_sample, solve
from helhet.decide.program import Effort

EXACT = Effort(gap=0.0, nodes=100_000)


def candidate(name, cost, gives, need="beds", group=None):
    return Candidate(name, group or name, need, float(cost), np.array(gives, dtype=float))


def column(*units):
    """One period, a future a row."""
    return np.array(units, dtype=float)[:, None]


BEDS = Problem(
    {"beds": column(800, 1000, 1200, 1600)},
    (
        candidate("A", 50, column(500, 500, 500, 500)),
        candidate("B", 70, column(500, 500, 500, 500)),
        candidate("C", 110, column(600, 600, 600, 600)),
        candidate("D", 10, column(200, 200, 200, 0)),
    ),
)


@pytest.mark.parametrize(
    ("alpha", "cost", "chosen"),
    [
        (0, 230, ("A", "B", "C")),
        (0.25, 130, ("A", "B", "D")),
        (0.3, 130, ("A", "B", "D")),
        (0.5, 120, None),
        (1, 0, ()),
    ],
)
def test_the_cheapest_plan_of_the_example_that_can_be_checked_by_hand(alpha, cost, chosen):
    found = solve(BEDS, alpha)
    assert (found.cost, found.bound, found.gap, found.status) == (cost, cost, 0, "optimal")
    assert found.risk <= alpha
    if chosen is not None:
        assert found.chosen == chosen


def test_a_risk_that_cannot_be_had_is_told_with_the_smallest_that_can():
    harder = replace(BEDS, demand={"beds": column(800, 1000, 1900, 1900)})
    found = solve(harder, 0.25)
    assert (found.status, found.bound, found.gap) == ("infeasible", inf, inf)
    assert found.risk == 0.5
    assert harder.failed(found.chosen)["beds"].tolist() == [False, False, True, True]
    assert solve(harder, 0.5).cost == 120


def test_nothing_to_choose_from_covers_nothing():
    assert solve(Problem(BEDS.demand, ()), 0.5).risk == 1.0
    idle = Problem({"beds": column(0, -5)}, ())
    assert (solve(idle, 0).cost, solve(idle, 0).status) == (0, "optimal")


def test_a_measure_starts_once_and_in_time():
    early, late = [[0, 100, 100]], [[0, 0, 100]]
    starts = (candidate("now", 30, early, group="camp"), candidate("later", 20, late, group="camp"))
    assert solve(Problem({"beds": np.array([[0.0, 0.0, 90.0]])}, starts), 0).chosen == ("later",)
    assert solve(Problem({"beds": np.array([[0.0, 90.0, 90.0]])}, starts), 0).chosen == ("now",)
    assert solve(Problem({"beds": np.array([[0.0, 0.0, 150.0]])}, starts), 0).status == "infeasible"


TWO = Problem(
    {"beds": column(10, 0, 0, 0), "homes": column(0, 10, 0, 0)},
    (candidate("camp", 5, column(10, 10, 10, 10)), candidate("flats", 7, column(10, 10, 10, 10), "homes")),
)


def test_a_future_is_given_up_for_all_needs_or_for_each_need_by_itself():
    assert solve(TWO, 0.25).chosen == ("camp",)  # one future, and the dearer need is short in it
    apart = solve(TWO, 0.25, joint=False)
    assert (apart.chosen, apart.risk) == ((), 0.25)  # a future for each need
    assert solve(TWO, 0, joint=False).cost == solve(TWO, 0).cost == 12


def test_a_group_that_serves_two_needs_is_chosen_once():
    site = tuple(replace(each, group="site") for each in TWO.candidates)
    shared = replace(TWO, candidates=site)
    assert solve(shared, 0).status == "infeasible"
    assert solve(shared, 0.25).cost == 5
    with pytest.raises(ValueError, match="several needs"):
        solve(shared, 0.25, joint=False)


@st.composite
def problems(draw):
    futures, sizes = draw(st.integers(1, 6)), {"beds": draw(st.integers(1, 3)), "homes": draw(st.integers(1, 2))}
    units = st.integers(0, 5)

    def table(need):
        row = st.lists(units, min_size=sizes[need], max_size=sizes[need])
        return np.array(draw(st.lists(row, min_size=futures, max_size=futures)), dtype=float)

    needs = [draw(st.sampled_from(list(sizes))) for _ in range(draw(st.integers(0, 4)))]
    candidates = [
        candidate(f"{group}.{start}", draw(st.integers(0, 6)), table(need), need, group=str(group))
        for group, need in enumerate(needs)
        for start in range(2)
    ]
    return Problem({need: table(need) for need in sizes}, tuple(candidates))


def every_set(problem):
    groups = {}
    for each in problem.candidates:
        groups.setdefault(each.group, [()]).append((each.name,))
    return [sum(names, ()) for names in product(*groups.values())]


def by_trying(problem, allowed, joint):
    """The least cost that keeps the promise (inf for none), by trying every set."""
    best = inf
    for chosen in every_set(problem):
        short = np.array(
            [
                (sum((c.gives for c in problem.candidates if c.name in chosen and c.need == need), 0 * d) < d).any(
                    axis=1
                )
                for need, d in problem.demand.items()
            ]
        )
        fails = short.any(axis=0).sum() if joint else short.sum(axis=1).max()
        if fails <= allowed:
            best = min(best, sum(c.cost for c in problem.candidates if c.name in chosen))
    return best


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 5), st.booleans())
def test_the_program_finds_what_trying_every_set_finds(problem, allowed, joint):
    alpha = min(1.0, allowed / problem.futures)
    found, best = solve(problem, alpha, joint, EXACT), by_trying(problem, min(allowed, problem.futures), joint)
    if isinf(best):
        assert found.status == "infeasible"
        least = min(k for k in range(problem.futures + 1) if by_trying(problem, k, joint) < inf)
        assert found.risk == pytest.approx(least / problem.futures)
    else:
        assert (found.cost, found.status) == (pytest.approx(best), "optimal")
        assert found.risk <= alpha + 1e-9
        loose = solve(problem, alpha, joint, Effort(gap=0.5))
        assert loose.bound - 1e-6 <= best <= loose.cost + 1e-6
        assert loose.gap <= 0.5


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(0, 5))
def test_the_greedy_set_keeps_the_promise_and_is_never_cheaper_than_the_best(problem, allowed):
    allowed = min(allowed, problem.futures)
    chosen = greedy(problem, allowed / problem.futures)
    if chosen is not None:
        assert problem.given_up(chosen) <= allowed
        assert problem.cost(chosen) >= by_trying(problem, allowed, joint=True)


NEEDS = {"beds": 3, "homes": 4}
"""The last period before each is asked for."""


def size_of(measure):
    return 15.0 + 5 * (measure % 4)


def town(futures, seed):
    """Two needs, ten measures with three starts, eight periods, demand and lead times that vary."""
    dice = np.random.default_rng(seed)
    period = np.arange(8)
    size = dice.lognormal(0, 0.4, (futures, 1)) * (dice.random((futures, 1)) < 0.7)
    demand = {need: np.maximum(size * dice.uniform(60, 90) * (period > first) - 20, 0) for need, first in NEEDS.items()}
    candidates = []
    for measure in range(10):
        need = list(NEEDS)[measure % 2]
        lead = dice.integers(1, 5, (futures, 1))
        for start in (0, 1, 2):
            gives = size_of(measure) * (period >= start + lead)
            cost = size_of(measure) * (1 + measure / 7) * 0.98**start
            candidates.append(candidate(f"{measure}@{start}", cost, gives, need, str(measure)))
    return Problem(demand, tuple(candidates))


def test_the_same_problem_has_the_same_answer_also_when_it_is_stopped_early():
    stopped = Effort(gap=0.0, nodes=1)
    first, second = (solve(town(40, 5), 0.1, effort=stopped) for _ in range(2))
    assert first.status == "node limit"
    assert (first.chosen, first.cost, first.bound) == (second.chosen, second.cost, second.bound)
    assert first.risk <= 0.1


def test_a_search_that_is_stopped_says_so_and_how_far_off_it_may_be():
    problem = town(40, 5)
    stopped, done = solve(problem, 0.1, effort=Effort(gap=0.0, nodes=1)), solve(problem, 0.1, effort=EXACT)
    assert (stopped.status, done.status) == ("node limit", "optimal")
    assert stopped.bound - 1e-6 <= done.cost <= stopped.cost
    assert 0 < stopped.gap < 0.5


def test_the_search_prints_nothing(capfd):
    solve(BEDS, 0.25)
    assert capfd.readouterr() == ("", "")


def test_there_is_a_choice_for_each_risk_and_one_for_the_largest_that_cannot_be_had():
    found = choices(BEDS, [1, 0.75, 0.5, 0.25, 0.0])
    assert [(each.alpha, each.cost) for each in found] == [(0, 230), (0.25, 130), (0.5, 120), (0.75, 120), (1, 0)]
    harder = replace(BEDS, demand={"beds": column(800, 1000, 1900, 1900)})
    assert [(each.alpha, each.status == "infeasible") for each in choices(harder, [0.0, 0.25, 0.5])] == [
        (0.25, True),
        (0.5, False),
    ]


def test_more_risk_never_costs_more():
    found = choices(town(40, 2), [0.0, 0.05, 0.1, 0.2, 0.3], effort=EXACT)
    costs = [each.cost for each in found if each.status != "infeasible"]
    assert len(costs) > 2
    assert costs == sorted(costs, reverse=True)


def test_other_futures_are_counted_as_they_are():
    other = BEDS.among(np.array([1, 3, 3]))
    needs, whole = out_of_sample(("A", "B"), other)
    assert (needs["beds"].hits, whole.hits, whole.futures) == (2, 2, 3)
    assert whole.low < 2 / 3 < whole.high
    with pytest.raises(KeyError, match="Z"):
        out_of_sample(("A", "Z"), other)


def test_the_risk_in_the_futures_searched_flatters():
    inside, outside = [], []
    for seed in range(5):
        problem = town(430, seed)
        found = solve(problem.among(np.arange(30)), 0.2)
        inside.append(found.risk)
        outside.append(out_of_sample(found.chosen, problem.among(np.arange(30, 430)))[1].share)
    assert max(inside) <= 0.2
    assert np.mean(outside) > np.mean(inside)


def test_a_share_of_draws_is_that_of_counting_them():
    for n, k in ((1, 0), (3, 1), (5, 4)):
        ways = sum(sum(draw) <= k for draw in product((0, 1, 1, 1), repeat=n))  # p = 3/4
        assert at_most(k, n, 0.75) == pytest.approx(ways / 4**n)


@pytest.mark.parametrize(("alpha", "best"), [(0.25, 130), (0.5, 120)])
def test_the_floor_is_below_the_best_set_as_often_as_it_says(alpha, best):
    """The four futures are all that can be, each as likely: what is best in truth is known."""
    dice = np.random.default_rng(3)
    floors_found = []
    for _ in range(100):
        samples = [BEDS.among(dice.integers(0, 4, 16)) for _ in range(5)]
        (found,) = floors(samples, [alpha])
        assert found.sure >= 0.95
        floors_found.append(found.cost)
    below = np.mean(np.array(floors_found) <= best * (1 + 1e-6))
    assert below >= 0.95 - 2 * np.sqrt(0.95 * 0.05 / 100)
    assert np.median(floors_found) > 0.5 * best, "a floor of nothing would be below, too"


def test_with_too_few_samples_no_floor_is_said():
    (found,) = floors([BEDS], [0.25])
    assert (found.cost, found.sure) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: floors([], [0.1]), "the samples are none"),
        (lambda: floors([BEDS, BEDS.among(np.arange(2))], [0.1]), "of different sizes"),
        (lambda: Problem({}, ()), "no need"),
        (lambda: Problem({"beds": column(1), "homes": column(1, 2)}, ()), "different ones"),
        (lambda: Problem({"beds": column(inf)}, ()), "not finite"),
        (lambda: Problem({"beds": column(1)}, (candidate("A", 1, column(1)),) * 2), "same name"),
        (lambda: Problem({"beds": column(1)}, (candidate("A", 1, column(1), "homes"),)), "does not fit"),
        (lambda: Problem({"beds": column(1)}, (candidate("A", 1, column(1, 2)),)), "does not fit"),
        (lambda: Problem({"beds": column(1)}, (candidate("A", -1, column(1)),)), "less than 0"),
        (lambda: Problem({"beds": column(1)}, (candidate("A", 1, column(-1)),)), "less than 0"),
        (lambda: solve(BEDS, 1.2), "not a share"),
    ],
)
def test_what_cannot_be_right_is_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        wrong()
