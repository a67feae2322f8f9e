"""Study: occupations of the first day and of the young, newcomers, and training seats."""

from __future__ import annotations

import numpy as np
import pytest
from working_town import (
    OCCUPATION,
    assert_every_job_has_one_holder,
    case_of,
    cell,
    come,
    deliver,
    leave,
    settle,
    step,
    town_of,
    turn_of,
)

from helhet.pieces.first_jobs import held
from helhet.pieces.study import NONE, Study

JOBS = [
    ("mill", "operator", 120.0),
    ("mill", "driver", 60.0),
    ("hospital", "nurse", 150.0),
    ("school", "teacher", 90.0),
    ("away", "operator", 30.0),
]
AGES = np.arange(700) % 90


def occupations(town):
    return town.read("people", "occupation")[: int(town.count("people")[0])]


def trained(town):
    return town.read("trained", "row")[: int(town.count("trained")[0])]


def test_everybody_aged_19_or_more_has_an_occupation_on_the_first_day_and_nobody_younger():
    town = town_of(case_of(JOBS), AGES)
    np.testing.assert_array_equal(occupations(town) < len(OCCUPATION), AGES >= 19)
    assert (occupations(town)[AGES < 19] == NONE).all()


def test_occupations_of_the_first_day_follow_the_jobs_that_residents_hold():
    case = case_of(JOBS, commuting=(("near", "Near", 30.0, 50.0, 42.0),))
    town = town_of(case, AGES)
    share = np.bincount(occupations(town)[AGES >= 19], minlength=4) / (AGES >= 19).sum()
    # 420 jobs in town, a tenth held by commuters, and 30 elsewhere.
    np.testing.assert_allclose(held(case), [135.0, 81.0, 138.0, 54.0])
    np.testing.assert_allclose(share, held(case) / held(case).sum(), atol=0.005)


def test_nurses_are_mostly_women_and_operators_mostly_men_on_the_first_day():
    town = town_of(case_of(JOBS), AGES)
    women = (np.arange(len(AGES)) % 2 == 0) & (AGES >= 19)
    grown = AGES >= 19
    share = [women[grown & (occupations(town) == o)].mean() for o in range(4)]
    # The shares declared (0.9, 0.7, 0.2, 0.1) shifted to the town's own number of women at work.
    assert share[0] > share[1] > 0.5 > share[2] > share[3]


def test_the_first_day_is_the_same_every_time():
    case = case_of(JOBS)
    np.testing.assert_array_equal(occupations(town_of(case, AGES)), occupations(town_of(case, AGES)))


@pytest.mark.parametrize("sex", [0, 1])
def test_a_town_of_one_sex_gets_its_occupations_too(sex):
    town = town_of(case_of(JOBS), AGES, np.full(len(AGES), sex))
    assert (occupations(town)[AGES >= 19] < len(OCCUPATION)).all()


def test_a_town_without_grown_people_has_no_occupations():
    assert (occupations(town_of(case_of(JOBS), [3, 10, 18])) == NONE).all()


def test_the_young_enter_occupations_at_19_as_the_table_says_by_sex():
    schooling = [("nurse", "women", 0.75), ("teacher", "women", 0.25), ("operator", "men", 1.0)]
    case = case_of(JOBS, schooling=schooling)
    town = town_of(case, [18] * 4000)
    town.own("others", "people", "state")[:4000] += 2
    step(town, turn_of(case))
    women = occupations(town)[::2]
    assert set(occupations(town)[1::2]) == {OCCUPATION.index("operator")}
    assert set(women) == {0, 1}
    assert abs((women == 0).mean() - 0.75) < 3 * (0.75 * 0.25 / 2000) ** 0.5


def test_who_left_and_who_was_born_has_no_occupation():
    case = case_of(JOBS)
    town = town_of(case, AGES)
    gone = np.flatnonzero(AGES == 40)
    leave(town, gone)
    step(town, turn_of(case))
    assert (occupations(town)[gone] == NONE).all()
    assert_every_job_has_one_holder(town)


def test_a_seat_gives_a_trained_person_with_the_chance_of_finishing():
    case = case_of(JOBS, seats=[("nurse", 10.0)])
    first, ended = town_of(case, [30] * 600), []
    for number in range(300):
        town = first.copy()
        study, turn = Study(), turn_of(case, number=number, finish_=0.75, jobless_first_=1.0)
        study.step(town, turn)
        ended.append(study.measure(town, turn)["study.trained"][0])
    assert set(ended) == {7.0, 8.0}
    assert abs(np.mean(ended) - 7.5) < 3 * 0.5 / 300**0.5


def test_trained_people_have_the_new_occupation_and_are_listed_once():
    case = case_of(JOBS, seats=[("nurse", 10.0), ("driver", 6.0)])
    town = town_of(case, AGES)
    before = occupations(town).copy()
    Study().step(town, turn_of(case, finish_=1.0))
    rows = trained(town)
    assert len(rows) == len(set(rows)) == 16
    assert np.bincount(occupations(town)[rows], minlength=4).tolist() == [10, 0, 0, 6]
    assert (before[rows] != occupations(town)[rows]).all()
    assert ((AGES[rows] >= 20) & (AGES[rows] <= 50)).all()
    others = np.setdiff1d(np.flatnonzero(AGES >= 19), rows)
    np.testing.assert_array_equal(before[others], occupations(town)[others])


def test_seats_go_to_the_jobless_first_and_the_rest_to_those_in_work():
    case = case_of(JOBS, seats=[("nurse", 10.0)])
    town = town_of(case, AGES)
    Study().step(town, turn_of(case, finish_=1.0, jobless_first_=0.6))
    assert (town.read("people", "job")[trained(town)] == -1).sum() == 6


def test_seats_that_the_jobless_do_not_fill_go_to_those_in_work():
    case = case_of(JOBS, seats=[("nurse", 30.0)], employment=((0, 110, 1.0),))
    town = town_of(case, AGES)
    Study().step(town, turn_of(case, finish_=1.0, jobless_first_=1.0))
    assert len(trained(town)) == 30
    assert 0 < (town.read("people", "job")[trained(town)] == -1).sum() < 30


def test_nobody_in_an_occupation_that_training_cannot_reach_leaves_work_for_a_seat():
    case = case_of(JOBS, seats=[("nurse", 10.0)], trainable="no")
    town = town_of(case, AGES)
    Study().step(town, turn_of(case, finish_=1.0, jobless_first_=0.0))
    assert len(trained(town)) == 0


def test_a_training_measure_adds_its_seats_and_one_of_size_zero_changes_nothing():
    seats = [("nurse", 4.0)]
    none = deliver("training", "nurse", 0.0)
    case = case_of(JOBS, seats=seats, measures=(none.measure,))
    first = town_of(case, AGES)
    towns = []
    for deliveries in ((), (none,), (deliver("training", "nurse", 5.0),)):
        town = first.copy()
        step(town, turn_of(case, deliveries=deliveries, finish_=1.0))
        towns.append(town)
    assert [len(trained(town)) for town in towns] == [4, 4, 9]
    for table, name in (("people", "occupation"), ("people", "job"), ("cells", "filled"), ("offers", "cell")):
        assert towns[0].read(table, name).tobytes() == towns[1].read(table, name).tobytes()


def test_one_more_seat_trains_one_more_and_the_same_as_before():
    case = case_of(JOBS, seats=[("nurse", 6.0), ("driver", 5.0)])
    first = town_of(case, AGES)
    with_more = first.copy()
    Study().step(first, turn_of(case, finish_=1.0))
    Study().step(with_more, turn_of(case, finish_=1.0, deliveries=(deliver("training", "nurse", 1.0),)))
    drivers = [set(trained(town)[occupations(town)[trained(town)] == 3]) for town in (first, with_more)]
    nurses = [set(trained(town)[occupations(town)[trained(town)] == 0]) for town in (first, with_more)]
    assert drivers[0] == drivers[1]
    assert len(nurses[0] ^ nurses[1]) <= 3  # one more, or one in work who gives way to one without
    assert len(nurses[1]) == len(nurses[0]) + 1


def test_recruits_have_the_occupation_of_the_job_that_waits_and_children_none():
    case = case_of(JOBS)
    town = town_of(case, AGES)
    step(town, turn_of(case))
    state = [2 * 40, 2 * 38 + 1, 2 * 5]
    come(town, [(cell("school", "teacher"), state, True), (-1, [2 * 30], True), (-1, [2 * 17], True)])
    settle(town, turn_of(case))
    rows = town.read("arrived", "row")[:5]
    assert occupations(town)[rows[0]] == OCCUPATION.index("teacher")
    assert occupations(town)[rows[1]] < len(OCCUPATION)
    assert occupations(town)[rows[3]] < len(OCCUPATION)
    assert (occupations(town)[rows[[2, 4]]] == NONE).all()


def test_the_dice_of_newcomers_follow_the_person_and_not_the_row():
    case = case_of(JOBS)
    drawn = []
    for shift in (0, 7):
        town = town_of(case, AGES)
        step(town, turn_of(case))
        row = len(AGES) + shift
        come(town, [(-1, [2 * 30], True)], row)
        town.own("others", "people", "identity")[row] = 987654321
        settle(town, turn_of(case))
        drawn.append(occupations(town)[row])
    assert drawn[0] == drawn[1]
