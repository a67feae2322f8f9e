"""Odds, quantiles and years are what a count by hand gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from show_town import FUTURES, OUTCOMES, known, plant_codes, written

from helhet.case.case import Case
from helhet.decide.strain import Strain, by_month
from helhet.show import tolerance
from helhet.show.goals import reached
from helhet.show.reading import Reading, Shortage, fan, spread


@pytest.fixture(scope="module")
def read(small: Case, tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """The known results, read."""
    return Reading(small, written(small, tmp_path_factory.mktemp("known")), OUTCOMES)


def shortage(missing: list[list[float]], limit: float) -> Shortage:
    """A shortage with one tolerance, its years from 2019."""
    values = by_month(np.array(missing, dtype=np.float64), len(missing[0]))
    return Shortage(Strain("need", values, np.full(values.shape, limit)), 2019 + np.arange(len(missing[0])))


def test_the_fan_is_the_quantiles_over_futures() -> None:
    values = np.repeat(np.arange(101.0)[:, None], 3, axis=1)
    drawn = fan(values, range(101))
    assert drawn.median.tolist() == [50, 50, 50]
    assert (drawn.low90[0], drawn.low50[0], drawn.high50[0], drawn.high90[0]) == (5, 25, 75, 95)
    assert drawn.numbers == (10, 30, 50, 70, 90)
    assert drawn.singles[:, 0].tolist() == [10, 30, 50, 70, 90]


def test_a_shortage_counts_only_what_is_beyond_the_tolerance() -> None:
    found = shortage([[0, 5, 9], [0, 4, 5], [0, 0, 0], [7, 0, 8]], 5)
    assert found.hit.tolist() == [True, False, False, True]
    assert found.first.tolist() == [2021, 2019]
    assert found.peak.tolist() == [9, 8]
    assert found.scaled(2).hit.tolist() == [False, False, False, False]
    assert found.scaled(0.5).hit.tolist() == [True, True, False, True]


def test_odds_count_the_first_ten_years_only() -> None:
    late = np.zeros((1, 12))
    late[0, 11] = 100
    years = 2019 + np.arange(12)
    strain = Strain("need", by_month(late, 12), np.ones((1, 144)))
    assert not Shortage(strain, years[:10]).hit.any()
    assert Shortage(strain, years).hit.all()


def test_the_worst_year_is_the_one_with_the_highest_median() -> None:
    assert shortage([[0, 5, 9], [0, 6, 0], [0, 7, 0]], 1).worst == 1
    assert shortage([[0, 0, 90], [0, 0, 0], [0, 0, 0]], 1).worst == 2


def test_the_spread_of_nothing_is_zero() -> None:
    assert spread(np.empty(0)).median == 0


def test_the_page_speaks_of_the_first_plan_that_does_something(read: Reading, small: Case) -> None:
    assert small.plans[read.main].starts
    before = list(small.plans)[: list(small.plans).index(read.main)]
    assert all(not small.plans[plan].starts for plan in before)


def test_homes_run_short_in_the_futures_that_were_made_so(read: Reading) -> None:
    found = tolerance.homes(read, read.main)
    assert np.flatnonzero(found.hit).tolist() == list(range(40))
    assert set(found.first.tolist()) == {int(read.years[2])}
    assert found.limit[0, 0] == pytest.approx(50)
    assert int(tolerance.homes(read, read.plans[0]).hit.sum()) == 60


def test_beds_are_short_only_beyond_a_tenth_of_the_need(read: Reading, small: Case, tmp_path: Path) -> None:
    short = known(small, read.main)["beds.short"]
    short[:3, 14] = 21  # above the least of 20, and above a tenth of 100
    short[3:6, 14] = 19
    results = written(small, tmp_path, {read.main: {"beds.short": short}})
    found = tolerance.beds(Reading(small, results, OUTCOMES), read.main)
    assert np.flatnonzero(found.hit).tolist() == [0, 1, 2]
    assert set(found.first.tolist()) == {int(read.years[1])}


def test_given_that_the_plant_comes_means_full_delayed_or_smaller(read: Reading) -> None:
    assert read.comes.tolist() == (plant_codes() < 3).tolist()


def test_another_judge_weighs_the_same_futures_anew(read: Reading, small: Case) -> None:
    hit = tolerance.homes(read, read.main).hit  # all 20 full, 20 of the 30 delayed, none of the rest
    for judge in read.judges:
        prior = read.prior(judge)
        expected = prior["full"] * 1 + prior["delayed"] * 20 / 30
        assert read.reweighed(hit, judge) == pytest.approx(expected)
    assert read.judges[0] == small.prior


def test_a_judge_cannot_be_weighed_by_futures_that_were_never_drawn(read: Reading, small: Case, tmp_path: Path) -> None:
    codes = np.zeros_like(known(small, read.main)["plant.outcome"])
    results = written(small, tmp_path, {plan: {"plant.outcome": codes} for plan in small.plans})
    only_full = Reading(small, results, OUTCOMES)
    assert only_full.reweighed(np.ones(FUTURES, dtype=bool), small.prior) is None


def test_a_goal_for_a_level_is_read_at_its_date_and_one_for_a_flow_is_summed(read: Reading, small: Case) -> None:
    districts = len(small.districts)
    level = reached(read, read.main, "people.residents", 35, 10 * districts)
    assert level is not None
    assert level.all()
    built = 10 * districts * 3  # ten a year in each district for three years
    for goal, met in ((built, True), (built + 1, False)):
        found = reached(read, read.main, "homes.completed", 35, goal)
        assert found is not None
        assert bool(found.all()) is met
    assert reached(read, read.main, "people.residents", 12 * 40, 1) is None
    assert reached(read, read.main, "", 35, 1) is None


def test_a_set_of_pieces_without_work_is_read_all_the_same(read: Reading) -> None:
    fewer = Reading(read.case, read.results, [o for o in OUTCOMES if not o.name.startswith("work.")])
    assert not fewer.has("work.vacant")
    assert fewer.has("homes.missing", "homes.stock")
