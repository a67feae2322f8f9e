"""Plans compared on the same futures: shares, regret and differences are what a count by hand gives."""

from __future__ import annotations

from dataclasses import replace
from math import comb, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.decide.robust import Tried, compared, difference, pareto, ranked, share, stress


def tried(name, homes, beds, spent, shortage, stranded=None):
    holds = {"homes": np.array(homes, dtype=bool), "beds": np.array(beds, dtype=bool)}
    lost = np.zeros(len(spent)) if stranded is None else np.array(stranded, dtype=float)
    return Tried(name, holds, np.array(spent, dtype=float), np.array(shortage, dtype=float), lost)


NOTHING = tried("nothing", [1, 0, 0, 1], [1, 0, 1, 1], [0, 0, 0, 0], [0, 300, 100, 0])
EARLY = tried("early", [1, 1, 1, 1], [1, 1, 0, 1], [90, 90, 90, 90], [0, 10, 30, 0], [0, 0, 0, 80])
LATE = tried("late", [1, 1, 1, 1], [1, 0, 1, 1], [50, 50, 50, 50], [0, 120, 0, 0], [0, 0, 0, 40])
PLANS = (NOTHING, EARLY, LATE)
COMES = np.array([True, True, True, False])


def test_a_plan_holds_where_every_need_does():
    nothing, early, late = compared(PLANS)
    assert [each.holds["homes"].hits for each in (nothing, early, late)] == [2, 4, 4]
    assert [each.holds["beds"].hits for each in (nothing, early, late)] == [3, 3, 3]
    assert [each.whole.share for each in (nothing, early, late)] == [0.5, 0.75, 0.75]


def test_regret_is_counted_from_the_cheapest_plan_of_each_future():
    nothing, early, late = compared(PLANS)  # the cheapest: 0, 100, 50, 0
    assert (nothing.largest, nothing.worst, nothing.regret) == (200, 1, 62.5)
    assert (early.largest, early.worst, early.regret) == (90, 0, 62.5)
    assert (late.largest, late.worst, late.regret) == (70, 1, 42.5)
    assert early.high == pytest.approx(90)
    assert (early.spent, early.shortage, early.stranded, early.total) == (90, 10, 20, 100)


def test_a_group_of_futures_is_compared_by_itself():
    early = compared([plan.among(COMES) for plan in PLANS])[1]
    assert (early.whole.hits, early.whole.futures, early.stranded) == (2, 3, 0)
    assert early.regret == pytest.approx((90 + 0 + 70) / 3)


def test_plans_are_ranked_by_share_then_regret_then_cost():
    assert [each.name for each in ranked(compared(PLANS))] == ["late", "early", "nothing"]
    dearer = replace(LATE, name="dearer", spent=LATE.spent + np.eye(4)[0])
    assert [each.name for each in ranked(compared([dearer, LATE]))] == ["late", "dearer"]
    one, other = (tried(name, [1, 1], [1, 1], spent, [0, 0]) for name, spent in (("one", [5, 9]), ("other", [7, 4])))
    assert [each.name for each in ranked(compared([one, other]))] == ["other", "one"]  # regrets of 5 and 2


def test_plans_of_different_futures_are_not_compared():
    with pytest.raises(ValueError, match="same futures"):
        compared([NOTHING, EARLY.among(COMES)])


def test_the_interval_of_a_share_is_wilsons():
    found = share(np.arange(10) < 8)
    assert (found.low, found.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    none, every = share(np.zeros(20, dtype=bool)), share(np.ones(20, dtype=bool))
    assert (none.low, none.high) == (0, pytest.approx(0.1611, abs=1e-4))
    assert (every.low, every.high) == (pytest.approx(0.8389, abs=1e-4), 1)
    with pytest.raises(ValueError, match="no futures"):
        share(np.zeros(0, dtype=bool))


def test_the_interval_of_a_share_covers_as_often_as_it_says():
    n, shares = 100, np.linspace(0.02, 0.98, 97)
    found = [share(np.arange(n) < hits) for hits in range(n + 1)]
    covered = [
        sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1) if found[k].low <= p <= found[k].high)
        for p in shares
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.005)
    assert min(covered) > 0.9


def test_a_difference_on_the_same_futures_has_the_variance_that_is_left():
    luck, gain = np.array([0.0, 10.0, 20.0, 30.0]), np.array([5.0, 7.0, 5.0, 7.0])
    found = difference(luck, luck + gain)
    assert found.mean == 6
    assert found.error == pytest.approx(sqrt(4 / 3 / 4))
    apart = sqrt((luck.var(ddof=1) + (luck + gain).var(ddof=1)) / 4)
    assert found.apart == pytest.approx(apart)
    assert found.ratio == pytest.approx((found.error / apart) ** 2)


def test_the_errors_of_a_difference_are_what_repeated_draws_show():
    dice = np.random.default_rng(7)
    luck = dice.normal(0, 3, (4000, 50))
    first, second = luck + dice.normal(0, 1, luck.shape), luck + dice.normal(0, 1, luck.shape)
    found = [difference(a, b) for a, b in zip(first, second, strict=True)]
    assert np.mean([each.error for each in found]) == pytest.approx(np.std([each.mean for each in found]), rel=0.05)
    alone = np.std(first.mean(axis=1) - np.roll(second, 1, axis=0).mean(axis=1))  # each met futures of its own
    assert np.mean([each.apart for each in found]) == pytest.approx(alone, rel=0.05)
    assert np.mean([each.ratio for each in found]) == pytest.approx(2 / 20, rel=0.1)


def test_plans_that_do_the_same_save_nothing():
    assert difference(np.ones(3), np.ones(3)).ratio == 1
    with pytest.raises(ValueError, match="two futures"):
        difference(np.ones(1), np.ones(1))


def test_no_plan_is_kept_that_another_beats():
    points = np.array([[1, 5], [2, 2], [3, 3], [2, 2], [5, 1]], dtype=float)
    assert pareto(points).tolist() == [0, 1, 3, 4]
    assert pareto(points, np.array([True, False])).tolist() == [0]
    assert pareto(points, np.array([False, False])).tolist() == [0, 2, 4]


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=12), st.tuples(*[st.booleans()] * 3))
def test_what_is_dropped_is_beaten_by_something_kept_and_nothing_kept_is_beaten(rows, minimise):
    points, signs = np.array(rows, dtype=float), np.where(minimise, 1, -1)
    kept = pareto(points, np.array(minimise)).tolist()

    def beats(i, j):
        return bool((signs * points[i] <= signs * points[j]).all() and (signs * points[i] < signs * points[j]).any())

    for j in range(len(rows)):
        assert any(beats(i, j) for i in kept) == (j not in kept)


def test_a_stress_test_tells_what_each_plan_costs_in_each_outcome():
    found = stress(PLANS, np.array([0, 0, 2, 4]))
    assert list(found) == [0, 2, 4]
    early = found[0]["early"]
    assert (early.futures, early.holds.hits, early.total, early.spent, early.shortage) == (2, 2, 95, 90, 5)
    assert found[4]["early"].stranded == 80
    whole = sum(group["late"].futures * group["late"].total for group in found.values()) / 4
    assert whole == pytest.approx(compared(PLANS)[2].total)
    with pytest.raises(ValueError, match="one label"):
        stress(PLANS, np.array([0, 1]))
