"""Work: every job has one holder; who stops, is laid off, is hired, switches, commutes and comes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from working_town import (
    EMPLOYER,
    OCCUPATION,
    YEARS,
    assert_every_job_has_one_holder,
    case_of,
    cell,
    come,
    deliver,
    grow_older,
    leave,
    settle,
    step,
    town_of,
    turn_of,
)

from helhet.pieces.first_jobs import RETIRED, employ, relations, stopping
from helhet.pieces.kernels.luck import lots, scan, spread
from helhet.pieces.kernels.work import count, to_switch
from helhet.pieces.work import Work
from helhet.words.dice import words
from helhet.words.faults import Faults

AGES = np.arange(900) % 90
JOBS = [
    ("mill", "operator", 120.0),
    ("mill", "driver", 60.0),
    ("hospital", "nurse", 150.0),
    ("school", "teacher", 90.0),
    ("shops", "driver", 40.0),
    ("away", "operator", 30.0),
]
STILL = {
    "seek": 0.0,
    "switch": 0.0,
    "commute": 0.0,
    "recruit": 0.0,
    "plant_recruit": 0.0,
    "leave": 0.0,
    "multiplier": 0.0,
}
"""Settings under which nobody moves by themselves."""


def cells(town, name="filled"):
    return town.read("cells", name)


def jobs_of(town):
    return town.read("people", "job")[: int(town.count("people")[0])]


def vacant(town):
    return cells(town, "demand") - cells(town) - cells(town, "commuters") - cells(town, "lodgers")


def listed(town, table, name):
    return town.read(table, name)[: int(town.count(table)[0])]


def employer_of(name):
    return [employer for employer, _ in EMPLOYER].index(name)


# The first day


def test_on_the_first_day_every_job_has_one_holder_and_residents_fill_what_commuters_do_not():
    case = case_of(JOBS, commuting=(("near", "Near", 30.0, 80.0, 46.0),), employment=((0, 110, 1.0),))
    town = town_of(case, AGES)
    assert_every_job_has_one_holder(town)
    assert cells(town, "commuters").sum() == 46
    assert vacant(town).sum() == 0
    assert cells(town)[cell("away", "operator")] == 30
    assert cells(town, "commuters")[cell("hospital", "nurse")] == 15  # 46 of 460 jobs in town: a tenth of each


def test_first_day_employment_follows_the_rates_by_age_where_there_are_jobs_enough():
    rates = ((19, 29, 0.5), (30, 59, 0.9), (60, 64, 0.4))
    case = case_of([(e, o, 4 * v) for e, o, v in JOBS], employment=rates)
    ages = np.tile(AGES, 4)
    town = town_of(case, ages)
    works = jobs_of(town) >= 0
    for low, high, rate in rates:
        band = (ages >= low) & (ages <= high)
        assert abs(works[band].mean() - rate) < 3 * (rate * (1 - rate) / band.sum()) ** 0.5
    assert not works[(ages < 19) | (ages > 64)].any()


def test_where_jobs_outnumber_the_workers_the_rest_are_vacant_on_the_first_day():
    town = town_of(case_of([(e, o, 10 * v) for e, o, v in JOBS]), AGES)
    expected = 0.7 * (AGES >= 19).sum()
    assert abs(cells(town).sum() - expected) <= 2  # rounded in each of four occupations
    assert vacant(town).sum() == cells(town, "demand").sum() - cells(town).sum()
    assert_every_job_has_one_holder(town)


def test_who_has_no_job_at_61_or_later_has_retired_on_the_first_day():
    town = town_of(case_of(JOBS), AGES)
    idle = jobs_of(town) < 0
    np.testing.assert_array_equal(jobs_of(town)[idle] == RETIRED, AGES[idle] >= 61)


def test_pareto_sampling_gives_everybody_about_the_chance_that_the_rates_say():
    rates = ((19, 39, 0.3), (40, 64, 0.8))
    case = case_of([("mill", "operator", 10000.0)], employment=rates)
    count = 20000
    age = 20 + np.arange(count) % 40
    job = employ(
        case,
        (2 * age).astype(np.uint8),
        np.full(count, OCCUPATION.index("operator"), np.uint8),
        np.arange(count, dtype=np.uint64),
        np.where(np.arange(24) == cell("mill", "operator"), 20000, 0),
    )
    for young, rate in ((True, 0.3), (False, 0.8)):
        assert abs((job[(age < 40) == young] >= 0).mean() - rate) < 0.015


def test_too_many_cells_are_refused_with_the_cure():
    case = case_of(JOBS)
    many = type(case)(**{**case.__dict__, "employers": case.employers * 11})
    with pytest.raises(Faults, match="more than 250"):
        town_of(many, AGES)


# A year


def test_nothing_happens_in_a_town_where_nobody_moves_stops_or_is_born():
    case = case_of(JOBS, retirement=((110, 1.0),))
    town = town_of(case, AGES)
    before = jobs_of(town).copy()
    step(town, turn_of(case, **STILL))
    np.testing.assert_array_equal(jobs_of(town), before)
    assert len(listed(town, "offers", "cell")) == 0


def test_those_who_left_leave_their_jobs():
    case = case_of(JOBS, retirement=((110, 1.0),))
    town = town_of(case, AGES)
    gone = np.flatnonzero(jobs_of(town) == cell("school", "teacher"))[:7]
    leave(town, gone)
    step(town, turn_of(case, **STILL, services=0.0))
    assert (jobs_of(town)[gone] == -1).all()
    assert vacant(town)[cell("school", "teacher")] == 7
    assert_every_job_has_one_holder(town)


def test_four_seekers_take_four_of_ten_vacancies_in_their_occupation():
    # Ten teachers' jobs become vacant; four teachers are without work and want it.
    case = case_of(JOBS, retirement=((110, 1.0),), employment=((0, 110, 1.0),))
    town = town_of(case, AGES)
    teachers = np.flatnonzero((town.read("people", "occupation")[:900] == 1) & (AGES >= 25) & (AGES < 60))
    holders = teachers[jobs_of(town)[teachers] >= 0]
    idle = np.setdiff1d(np.flatnonzero(jobs_of(town) == -1), teachers)
    town.own("work", "people", "job")[idle] = RETIRED  # nobody else looks for work
    seekers = teachers[jobs_of(town)[teachers] == -1]
    town.own("work", "people", "job")[seekers[4:]] = RETIRED
    gone = holders[:10]
    leave(town, gone)
    step(town, turn_of(case, **(STILL | {"seek": 1.0}), services=0.0))
    hired = seekers[:4] if len(seekers) >= 4 else seekers
    assert len(hired) == 4
    assert (jobs_of(town)[hired] % 4 == 1).all()
    assert vacant(town)[cell("school", "teacher")] == 6
    assert_every_job_has_one_holder(town)


def test_ten_seekers_and_four_vacancies_leave_six_without_work_whoever_stands_first_in_the_list():
    case = case_of([("school", "teacher", 4.0)], employment=((0, 110, 0.0),), retirement=((110, 1.0),))
    hired = np.zeros(10)
    first = town_of(case, [30] * 10)
    first.own("study", "people", "occupation")[:10] = 1
    for number in range(400):
        town = first.copy()
        step(town, turn_of(case, number=number, **(STILL | {"seek": 1.0})))
        assert (jobs_of(town) >= 0).sum() == 4
        hired += jobs_of(town) >= 0
    # Each has an even chance of 0.4: within four standard errors of 160.
    assert abs(hired - 160).max() < 4 * (400 * 0.4 * 0.6) ** 0.5


def test_the_employer_is_drawn_in_proportion_to_its_vacancies():
    case = case_of(
        [("mill", "driver", 300.0), ("shops", "driver", 100.0)], employment=((0, 110, 0.0),), retirement=((110, 1.0),)
    )
    town = town_of(case, [30] * 200)
    town.own("study", "people", "occupation")[:200] = 3
    step(town, turn_of(case, **(STILL | {"seek": 1.0})))
    filled = cells(town)
    assert filled.sum() == 200
    assert abs(filled[cell("mill", "driver")] - 150) < 4 * (200 * 0.25 * 0.75) ** 0.5


@pytest.mark.parametrize("seek", [0.0, 0.4, 1.0])
def test_of_those_without_work_the_share_that_seeks_takes_a_job_when_there_are_jobs(seek):
    # Half work on the first day; then jobs appear for all, and a share of the other half takes one.
    case = case_of(
        [("mill", "operator", 1000.0)], employment=((0, 110, 0.5),), retirement=((110, 1.0),), women=(0.5,) * 4
    )
    town = town_of(case, 30 + np.arange(2000) % 25)
    town.own("work", "cells", "base")[cell("mill", "operator")] = 3000.0
    for year in range(3):
        step(town, turn_of(case, year, **(STILL | {"seek": seek})))
    assert abs((jobs_of(town) >= 0).mean() - (0.5 + 0.5 * seek)) < 0.04


def test_people_stop_working_at_the_shares_of_the_table():
    table = ((61, 0.1), (62, 0.2), (65, 0.6), (66, 0.3), (69, 1.0))
    case = case_of([("mill", "operator", 1e5)], employment=((0, 110, 1.0),), retirement=table)
    ages = np.repeat(np.arange(58, 71), 3000)
    town = town_of(case, ages)
    assert (jobs_of(town) >= 0).all()
    step(town, turn_of(case, **STILL))
    for age in range(58, 71):
        share = stopping(case)[age]
        stopped = (jobs_of(town)[ages == age] == RETIRED).mean()
        assert abs(stopped - share) <= 4 * (share * (1 - share) / 3000) ** 0.5
    assert stopping(case)[60] == 0.0
    assert stopping(case)[64] == 0.2
    assert stopping(case)[100] == 1.0


def test_the_retired_do_not_come_back_and_those_who_stop_earlier_may():
    case = case_of(
        [("mill", "operator", 1e4)], employment=((0, 110, 1.0),), retirement=((40, 1.0), (41, 0.0), (63, 1.0))
    )
    town = town_of(case, [40] * 200 + [64] * 200)
    step(town, turn_of(case, **STILL))
    assert (jobs_of(town)[:200] == -1).all()
    assert (jobs_of(town)[200:] == RETIRED).all()
    grow_older(town)
    step(town, turn_of(case, 1, **(STILL | {"seek": 1.0})))
    assert (jobs_of(town)[:200] >= 0).all()
    assert (jobs_of(town)[200:] == RETIRED).all()


# Demand


def test_services_follow_residents_schools_children_and_care_the_old():
    case = case_of(JOBS, retirement=((110, 1.0),))
    town = town_of(case, AGES)
    leave(town, np.flatnonzero((AGES >= 65) & (np.arange(900) >= 450)))  # half of the old
    gone = (town.read("people", "state")[:900] >= 254).sum()
    step(town, turn_of(case, **STILL, services=1.0))
    demand = cells(town, "demand")
    assert demand[cell("hospital", "nurse")] == 75
    assert demand[cell("school", "teacher")] == 90
    assert demand[cell("shops", "driver")] == int(40 * (900 - gone) / 900 + 0.5)
    assert demand[cell("mill", "operator")] == 120
    assert demand[cell("away", "operator")] == 30


def test_the_plant_takes_its_jobs_by_mix_and_others_follow_with_a_lag():
    case = case_of(JOBS, retirement=((110, 1.0),))
    town = town_of(case, AGES, plant=101.0)
    step(town, turn_of(case, **(STILL | {"multiplier": 0.5}), multiplier_lag=2.0))
    demand = cells(town, "demand")
    assert demand[cell("plant", "operator")] == 81
    assert demand[cell("plant", "driver")] == 20
    indirect = 0.5 * 101 * (1 - np.exp(-0.5))
    for employer, occupation, base in (("mill", "operator", 120), ("mill", "driver", 60), ("shops", "driver", 40)):
        assert demand[cell(employer, occupation)] == int(base + indirect * base / 220 + 0.5)


def test_layoffs_take_lodgers_first_then_commuters_then_residents():
    case = case_of(
        JOBS, retirement=((110, 1.0),), commuting=(("near", "Near", 30.0, 46.0, 46.0),), employment=((0, 110, 1.0),)
    )
    town = town_of(case, AGES)
    c = cell("mill", "operator")
    town.own("work", "cells", "lodgers")[c] = 5
    town.own("work", "cells", "filled")[c] -= 5
    freed = np.flatnonzero(jobs_of(town) == c)[:5]
    town.own("work", "people", "job")[freed] = RETIRED
    had = cells(town)[c]
    assert cells(town, "commuters")[c] == 12
    town.own("work", "cells", "base")[c] = 120.0 - 5 - 12 - 20
    step(town, turn_of(case, **(STILL | {"leave": 1.0})))
    assert (cells(town, "lodgers")[c], cells(town, "commuters")[c], cells(town)[c]) == (0, 0, had - 20)
    quits = listed(town, "quit", "row")
    assert len(quits) == len(set(quits)) == 20
    assert (jobs_of(town)[quits] == -1).all()
    assert_every_job_has_one_holder(town)


def test_a_share_of_those_laid_off_leaves():
    case = case_of([("mill", "operator", 3000.0)], retirement=((110, 1.0),), employment=((0, 110, 1.0),))
    town = town_of(case, [30] * 3000)
    town.own("work", "cells", "base")[:] = 0.0
    step(town, turn_of(case, **(STILL | {"leave": 0.3})))
    assert (jobs_of(town) == -1).all()
    assert abs(len(listed(town, "quit", "row")) - 900) < 4 * (3000 * 0.3 * 0.7) ** 0.5


def test_a_collapse_of_the_plant_empties_its_cells_and_the_next_year_lists_nobody_again():
    case = case_of(JOBS, retirement=((110, 1.0),))
    town = town_of(case, AGES, plant=100.0)
    step(town, turn_of(case, **(STILL | {"seek": 1.0, "switch": 1.0})))
    plant = [cell("plant", o) for o in OCCUPATION]
    assert cells(town)[plant].sum() > 50
    town.own("others", "plant_months", "jobs")[12:] = 0.0
    step(town, turn_of(case, 1, **(STILL | {"leave": 1.0})))
    assert cells(town)[plant].sum() == 0
    assert len(listed(town, "quit", "row")) > 50
    step(town, turn_of(case, 2, **STILL))
    assert len(listed(town, "quit", "row")) == 0
    assert_every_job_has_one_holder(town)


# Who fills the plant, and what it takes from others


def test_people_at_work_switch_to_the_plant_and_leave_a_vacancy_that_is_counted():
    case = case_of(JOBS, retirement=((110, 1.0),))
    town = town_of(case, AGES, plant=50.0)
    town.own("work", "people", "job")[np.flatnonzero(jobs_of(town) < 0)] = RETIRED  # nobody is without work
    away = cells(town)[cell("away", "operator")]
    before = vacant(town).sum()
    turn = turn_of(case, **(STILL | {"switch": 0.5}))
    step(town, turn)
    moved = Work().measure(town, turn)["work.switched"]
    assert moved.sum() == cells(town)[[cell("plant", o) for o in OCCUPATION]].sum() == 25
    assert moved[employer_of("hospital")] == moved[employer_of("school")] == 0  # no nurses or teachers wanted
    assert moved[employer_of("mill")] > 0
    assert cells(town)[cell("away", "operator")] == away
    assert vacant(town).sum() == before + 50  # the plant's own 25 and the 25 left behind
    assert_every_job_has_one_holder(town)


def test_related_groups_switch_too_and_only_as_far_as_the_table_says():
    nurses = [("hospital", "nurse", 400.0)]
    for share, wanted in ((0.0, 0), (0.5, 80)):
        related = (("nurse", "operator", share),) if share else ()
        case = case_of(nurses, retirement=((110, 1.0),), employment=((0, 110, 1.0),), related=related)
        town = town_of(case, [30] * 400, plant=100.0)
        step(town, turn_of(case, **(STILL | {"switch": 1.0})))
        assert cells(town)[cell("plant", "operator")] == wanted
        assert cells(town)[cell("plant", "driver")] == 0


def test_shares_of_related_groups_above_one_are_scaled_down():
    related = (("nurse", "operator", 0.9), ("nurse", "driver", 0.9), ("driver", "driver", 1.0))
    share = relations(case_of(JOBS, related=related))
    np.testing.assert_allclose(share[0], [0.0, 0.0, 0.5, 1.0])
    assert share[3, -1] == 0.0


def test_what_switchers_leave_is_taken_by_those_still_without_work():
    case = case_of([("mill", "operator", 100.0)], retirement=((110, 1.0),), mix=(0, 0, 1.0, 0))
    town = town_of(case, [30] * 260, plant=40.0)
    town.own("study", "people", "occupation")[:260] = OCCUPATION.index("operator")
    held = jobs_of(town) >= 0
    assert held.sum() == 100
    town.own("work", "people", "job")[np.flatnonzero(~held)[10:]] = RETIRED
    step(town, turn_of(case, **(STILL | {"seek": 1.0, "switch": 1.0})))
    # Ten without work take ten of the forty jobs at the plant; thirty switch; nobody is left for the mill.
    assert cells(town)[cell("plant", "operator")] == 40
    assert cells(town)[cell("mill", "operator")] == 70


def test_commuters_stop_at_what_the_neighbours_within_an_hour_can_send():
    commuting = (("near", "Near", 30.0, 60.0, 40.0), ("far", "Far", 90.0, 500.0, 6.0))
    case = case_of([(e, o, 5 * v) for e, o, v in JOBS], retirement=((110, 1.0),), commuting=commuting)
    town = town_of(case, AGES)
    for year in range(4):
        step(town, turn_of(case, year, **(STILL | {"commute": 0.5})))
        assert cells(town, "commuters").sum() <= 66
    assert cells(town, "commuters").sum() == 66
    assert cells(town, "commuters")[cell("away", "operator")] == 0


def test_a_commuter_link_adds_its_places_and_takes_them_with_it_when_it_ends():
    commuting = (("near", "Near", 30.0, 40.0, 40.0), ("far", "Far", 90.0, 500.0, 0.0))
    case = case_of([(e, o, 5 * v) for e, o, v in JOBS], retirement=((110, 1.0),), commuting=commuting)
    town = town_of(case, AGES)
    link = deliver("commuting", "far", 25.0, lasts=24)
    counts = []
    for year in range(4):
        step(town, turn_of(case, year, deliveries=(link,), **(STILL | {"commute": 0.5})))
        counts.append(int(cells(town, "commuters").sum()))
    assert counts == [65, 65, 40, 40]
    assert_every_job_has_one_holder(town)


def test_somebody_outside_accepts_a_share_of_what_is_vacant():
    case = case_of([("mill", "operator", 1000.0), ("away", "driver", 500.0)], employment=((0, 110, 0.0),))
    town = town_of(case, [30] * 10, plant=200.0)
    turn = turn_of(case, **(STILL | {"recruit": 0.25, "plant_recruit": 0.5}))
    step(town, turn)
    offers = np.bincount(listed(town, "offers", "cell"), minlength=24)
    assert offers[cell("mill", "operator")] == 250
    assert offers[cell("plant", "operator")] == 80
    assert offers[cell("plant", "driver")] == 20
    assert offers[cell("away", "driver")] == 0
    assert Work().measure(town, turn)["work.offers"] == [350.0]


def test_recruitment_adds_its_persons_in_its_occupation_but_never_more_than_the_vacancies():
    case = case_of([("mill", "operator", 100.0), ("mill", "driver", 100.0)], employment=((0, 110, 0.0),))
    for size, wanted in ((0.0, 20), (30.0, 50), (500.0, 100)):
        town = town_of(case, [30] * 10)
        step(town, turn_of(case, deliveries=(deliver("recruitment", "operator", size),), **(STILL | {"recruit": 0.2})))
        offers = np.bincount(listed(town, "offers", "cell"), minlength=24)
        assert (offers[cell("mill", "operator")], offers[cell("mill", "driver")]) == (wanted, 20)


# Those who come


def test_a_recruit_takes_the_job_that_waited_and_the_family_does_not():
    case = case_of([("mill", "operator", 50.0)], employment=((0, 110, 0.0),))
    town = town_of(case, [30] * 10)
    turn = turn_of(case, **STILL)
    step(town, turn)
    c = cell("mill", "operator")
    come(
        town, [(c, [2 * 35, 2 * 33 + 1, 2 * 4], True), (-1, [2 * 28], True), (c, [2 * 44], True), (c, [2 * 50], False)]
    )
    settle(town, turn)
    assert jobs_of(town)[10:].tolist() == [c, -1, -1, -1, c]
    assert cells(town)[c] == 2
    assert cells(town, "lodgers")[c] == 0
    assert_every_job_has_one_holder(town)


def test_who_finds_no_home_lodges_while_beds_are_to_spare_and_leaves_after_two_years():
    case = case_of([("mill", "operator", 50.0)], employment=((0, 110, 0.0),))
    town = town_of(case, [30] * 10, spare=6.0)
    c = cell("mill", "operator")
    lodgers = []
    for year in range(4):
        turn = turn_of(case, year, **STILL)
        step(town, turn)
        offers = listed(town, "offers", "cell").tolist()
        assert offers == [c] * int(cells(town, "lodgers")[c])  # lodgers are offered their job again
        if year == 0:
            offers = [c] * 9
        come(town, [(o, [2 * 30], False) for o in offers])
        settle(town, turn)
        lodgers.append(int(cells(town, "lodgers")[c]))
        assert_every_job_has_one_holder(town)
    assert lodgers == [6, 6, 0, 0]


def test_a_lodger_who_finds_a_home_becomes_a_resident_in_the_same_job():
    case = case_of([("mill", "operator", 8.0)], employment=((0, 110, 0.0),))
    town = town_of(case, [30] * 10, spare=8.0)
    c = cell("mill", "operator")
    step(town, turn_of(case, **STILL))
    come(town, [(c, [2 * 30], False)] * 8)
    settle(town, turn_of(case, **STILL))
    assert vacant(town)[c] == 0
    step(town, turn_of(case, 1, **STILL))
    come(town, [(c, [2 * 30], number < 3) for number in range(8)])
    settle(town, turn_of(case, 1, **STILL))
    assert (cells(town)[c], cells(town, "lodgers")[c], vacant(town)[c]) == (3, 5, 0)
    assert_every_job_has_one_holder(town)


def test_more_recruits_than_vacancies_never_share_a_job():
    case = case_of([("mill", "operator", 2.0)], employment=((0, 110, 0.0),))
    town = town_of(case, [30] * 10, spare=99.0)
    c = cell("mill", "operator")
    step(town, turn_of(case, **STILL))
    come(town, [(c, [2 * 30], True)] * 5)
    settle(town, turn_of(case, **STILL))
    assert cells(town)[c] == 2
    assert_every_job_has_one_holder(town)


# What is reported


def test_the_report_counts_every_resident_and_every_job_once():
    case = case_of(JOBS, commuting=(("near", "Near", 30.0, 80.0, 20.0),))
    town = town_of(case, AGES, plant=40.0)
    work, turn = Work(), turn_of(case)
    step(town, turn)
    report = work.measure(town, turn)
    assert set(report) == {outcome.name for outcome in work.outcomes}
    assert report["work.employed"].sum() == cells(town).sum()
    idle = (jobs_of(town) < 0) & (AGES >= 20) & (AGES < 65)
    np.testing.assert_array_equal(report["work.jobless"], np.bincount((np.arange(900) % 2)[idle]))
    here = np.arange(24) < 20  # all but the employers elsewhere
    assert report["work.jobs"].sum() == cells(town, "demand")[here].sum()
    assert report["work.vacant"].sum() == report["work.vacant_at"].sum() == vacant(town)[here].sum()
    assert report["work.commuters"] == [cells(town, "commuters").sum()]
    for outcome in work.outcomes:
        size = {"occupation": 4, "employer": 6}.get(outcome.per, 2 if outcome.scope == "district" else 1)
        assert report[outcome.name].shape == (size,), outcome.name


# The same luck under every plan


def test_one_more_seat_for_nurses_does_not_change_who_is_hired_as_a_teacher():
    seats = [("nurse", 6.0)]
    case = case_of([(e, o, 1.3 * v) for e, o, v in JOBS], seats=seats)
    first = town_of(case, AGES)
    teachers = []
    for size in (0.0, 1.0):
        town = first.copy()
        for year in range(3):
            turn = turn_of(case, year, finish_=1.0, deliveries=(deliver("training", "nurse", size),))
            step(town, turn)
        rows = np.flatnonzero((jobs_of(town) >= 0) & (jobs_of(town) % 4 == OCCUPATION.index("teacher")))
        teachers.append(set(rows))
    assert len(teachers[0] ^ teachers[1]) <= 3  # only teachers who themselves became nurses differ


@pytest.mark.parametrize(
    ("kind", "detail"), [("recruitment", "operator"), ("commuting", "near"), ("training", "nurse")]
)
def test_a_measure_of_size_zero_changes_nothing_bit_for_bit(kind, detail):
    case = case_of(JOBS, commuting=(("near", "Near", 30.0, 60.0, 20.0),), seats=[("nurse", 3.0)])
    first = town_of(case, AGES, plant=60.0)
    towns = []
    for deliveries in ((), (deliver(kind, detail, 0.0),)):
        town = first.copy()
        for year in range(3):
            step(town, turn_of(case, year, deliveries=deliveries))
            grow_older(town)
        towns.append(town)
    for key in sorted(towns[0]._arrays):
        assert towns[0].read(*key).tobytes() == towns[1].read(*key).tobytes(), key


def test_luck_differs_between_futures_and_is_the_same_again_for_the_same():
    case = case_of(JOBS)
    first = town_of(case, AGES, plant=60.0)
    lived = []
    for number in (0, 1, 0):
        town = first.copy()
        step(town, turn_of(case, number=number))
        lived.append(jobs_of(town).tobytes())
    assert lived[0] == lived[2] != lived[1]


@pytest.mark.parametrize("rows", [0, 1, 63, 64, 65, 1023, 1024, 1025, 5000])
@pytest.mark.parametrize("density", [0.1, 0.9, 1.0])
def test_lists_hold_those_whose_bits_are_set_in_their_order(rows: int, density: float):
    random = np.random.default_rng(rows)
    state, occupation = (random.integers(0, 256, rows).astype(np.uint8) for _ in range(2))
    job = random.integers(-2, 250, rows).astype(np.int16)
    masks = np.packbits(random.random((3, 256, 8)) < density, axis=2)[:, :, 0]
    listed, counts = np.full((3, rows), -1, np.int32), np.empty(3, np.int64)
    scan(state, occupation, job, rows, masks, listed, counts)
    bits = masks[0, state] & masks[1, occupation] & masks[2, job + 2]
    for k in range(3):
        np.testing.assert_array_equal(listed[k, : counts[k]], np.flatnonzero(bits >> k & 1))
        assert (listed[k, counts[k] :] == -1).all()


@pytest.mark.parametrize("rows", [0, 1, 1023, 1024, 1025, 5000])
@pytest.mark.parametrize("districts", [1, 3, 256])
def test_those_in_work_and_without_are_counted_by_district(rows: int, districts: int):
    random = np.random.default_rng(rows + districts)
    state, district = (
        random.integers(0, 256, rows).astype(np.uint8),
        random.integers(0, districts, rows).astype(np.uint8),
    )
    job = random.integers(-2, 3, rows).astype(np.int16)
    counts = np.full((districts, 2), -1, np.int64)
    count(state, job, district, rows, counts)
    idle = (job < 0) & (state >= 40) & (state < 130)
    for k, those in enumerate((job >= 0, idle)):
        np.testing.assert_array_equal(counts[:, k], np.bincount(district[those], minlength=districts))


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3, 1.0]))
def test_a_share_of_the_plants_open_jobs_goes_to_people_at_work(seed: int, share: float):
    random = np.random.default_rng(seed)
    sector, occupations = random.integers(0, 8, 5).astype(np.uint8), 4
    open_jobs = random.integers(0, 30, 20)
    luck = random.integers(0, 2**32, 20, dtype=np.uint32)
    places, want = np.full(20, -1, np.int64), np.full(occupations, -1, np.int64)
    vacant = to_switch(sector, open_jobs, share, luck, places, want)
    at_plant = np.repeat(sector == 0, occupations)
    assert vacant == open_jobs[at_plant].sum()
    assert (places[~at_plant] == 0).all()
    assert ((places >= np.floor(open_jobs * share)) & (places <= np.ceil(open_jobs * share)))[at_plant].all()
    np.testing.assert_array_equal(want, places.reshape(-1, occupations).sum(axis=0))


def test_lots_are_the_words_of_the_dice():
    identity = np.arange(3000, dtype=np.uint64) * np.uint64(2**50 + 1)
    identity.flags.writeable = False
    rows = np.array([5, 2999, 17, *range(1500)], np.int32)
    out = np.empty((3, len(rows)), np.uint32)
    lots(identity, rows, len(rows), np.array([2**63 + 5, 7, 3], np.uint64), 99, out)
    for k in (0, 1, 2, 1030, len(rows) - 1):
        drawn = words(np.uint64(2**63 + 5), 7, 99, 3, identity[rows[k]])
        assert [int(word) for word in drawn[:3]] == out[:, k].tolist()


WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=60) | st.lists(
    st.just(0.0) | st.floats(0.01, 100), min_size=1, max_size=60
)


@given(st.integers(0, 10**6), WEIGHTS)
def test_spread_shares_out_everything_and_nobody_is_off_by_one(total, weights):
    shares = spread(total, np.array(weights))
    if not sum(weights):
        assert not shares.any()
        return
    assert shares.sum() == total
    exact = total * np.array(weights) / sum(weights)
    assert (abs(shares - exact) < 1 + 1e-6).all()


# What must always hold

AMOUNT = st.integers(0, 60)
SHARE = st.floats(0, 1)


@st.composite
def lives(draw):
    """A random town, and what happens to it in three years."""
    people = draw(st.integers(1, 250))
    seed = draw(st.integers(0, 2**64 - 1))
    luck = np.random.default_rng(seed)
    jobs = [
        (employer, occupation, float(draw(AMOUNT)))
        for employer, _ in (*EMPLOYER[1:], ("away", ""))
        for occupation in OCCUPATION
    ]
    value = draw(st.integers(0, 40))
    case = case_of(
        jobs,
        seats=[(o, float(draw(st.integers(0, 12)))) for o in OCCUPATION],
        employment=((0, 110, draw(SHARE)),),
        retirement=((draw(st.integers(16, 80)), draw(SHARE)),),
        commuting=(("near", "Near", 30.0, float(draw(AMOUNT)), float(value)), ("far", "Far", 80.0, 50.0, 3.0)),
        related=(("driver", "operator", draw(SHARE)), ("nurse", "operator", draw(SHARE))),
        women=tuple(draw(SHARE) for _ in OCCUPATION),
    )
    names = ("seek", "switch", "commute", "recruit", "plant_recruit", "leave", "finish_", "jobless_first_")
    drawn = {name: draw(SHARE) for name in names}
    drawn |= {"multiplier": draw(st.floats(0, 3)), "multiplier_lag": draw(st.floats(0, 9)), "services": draw(SHARE)}
    deliveries = (
        deliver("training", "nurse", draw(st.floats(0, 30))),
        deliver("recruitment", "driver", draw(st.floats(0, 30))),
        deliver("commuting", "far", draw(st.floats(0, 30)), lasts=draw(st.sampled_from((0, 12, 24)))),
    )
    plant = [draw(st.integers(0, 200)) for _ in range(3)]
    return case, luck.integers(0, 105, people), drawn, deliveries, plant, seed, draw(AMOUNT)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(lives())
def test_in_any_town_filled_and_vacant_make_demand_and_every_job_has_one_holder(life):
    case, ages, drawn, deliveries, plant, seed, spare = life
    town = town_of(case, ages, spare=float(spare))
    assert_every_job_has_one_holder(town)
    luck = np.random.default_rng(seed)
    for year, jobs in enumerate(plant):
        town.own("others", "plant_months", "jobs")[:] = float(jobs)
        turn = turn_of(case, year, seed=seed, deliveries=deliveries, **drawn)
        grow_older(town)
        alive = np.flatnonzero(town.read("people", "state")[: int(town.count("people")[0])] < 254)
        leave(town, luck.permutation(alive)[: len(alive) // 10])
        step(town, turn)
        assert_every_job_has_one_holder(town)
        assert (vacant(town) >= 0).all()
        switched = town.read("workplaces", "switched")
        assert switched[0] == switched[-1] == 0  # nobody goes from plant to plant, or from elsewhere
        quits = listed(town, "quit", "row")
        assert (jobs_of(town)[quits] == -1).all()
        waiting = listed(town, "offers", "cell")[:100]
        come(
            town, [(int(c), [2 * 30, 2 * 31 + 1], bool(luck.random() < 0.6)) for c in waiting] + [(-1, [2 * 25], True)]
        )
        settle(town, turn)
        assert_every_job_has_one_holder(town)
        assert year < YEARS
