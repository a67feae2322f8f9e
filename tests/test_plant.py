"""The plant: outcomes drawn from the prior, and curves shifted, scaled and faded as the outcome says."""

from __future__ import annotations

import datetime as dt
from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.case.case import Case, Rows
from helhet.pieces.piece import Future, Turn
from helhet.pieces.plant import BUILDERS, JOBS, OUTCOMES, PRIOR, Plant, announced, draw, production, shares
from helhet.town import Town
from helhet.words.faults import Faults

YEARS = 8
PRIORS = {
    "default": (0.20, 0.30, 0.20, 0.20, 0.10),
    "company": (0.70, 0.20, 0.05, 0.04, 0.01),
    "sceptic": (0.15, 0.15, 0.25, 0.35, 0.10),
}
JOB_POINTS = ((12, 0.0), (24, 1200.0), (48, 3600.0))
BUILDER_POINTS = ((-6, 0.0), (0, 120.0), (12, 1200.0), (36, 0.0))
DRAWN = {
    "plant.slip": 4.0,
    "plant.delay": 24.0,
    "plant.smaller": 0.4,
    "plant.stop": 10.0,
    "plant.collapse": 20.0,
    "plant.scale": 1.0,
    "plant.builders": 1.0,
}


def points(table, pairs):
    return Rows(
        table,
        {
            "month": np.array([month for month, _ in pairs], dtype=np.int64),
            "value": np.array([value for _, value in pairs], dtype=np.float64),
        },
    )


def prior_rows(priors):
    rows = [
        (name, outcome, value)
        for name, values in priors.items()
        for outcome, value in zip(OUTCOMES[: len(values)], values, strict=True)
    ]
    names, outcomes, values = zip(*rows, strict=True)
    return Rows(
        PRIOR,
        {
            "prior": np.array(names, dtype=object),
            "outcome": np.array(outcomes, dtype=object),
            "value": np.array(values, dtype=np.float64),
        },
    )


def case_of(prior="default", jobs=JOB_POINTS, builders=BUILDER_POINTS, priors=PRIORS):
    return Case(
        id="small",
        name="Small",
        language="en",
        base_date=dt.date(2018, 12, 31),
        knowledge_date=dt.date(2019, 3, 7),
        prior=prior,
        years=YEARS,
        digest="",
        districts=(),
        occupations=(),
        employers=(),
        tables={
            "plant_prior": prior_rows(priors),
            "plant_jobs": points(JOBS, jobs),
            "plant_builders": points(BUILDERS, builders),
        },
        settings={},
        measures={},
        plans={},
        sources={},
    )


def turn_of(case, number=0, year=0, **drawn):
    settings = DRAWN | {f"plant.{name}": value for name, value in drawn.items()}
    return Turn(case, Future(number, 7, settings), year, YEARS)


def curves(outcome, case=None, **drawn):
    return Plant().curves(turn_of(case or case_of(), **drawn), OUTCOMES.index(outcome), 12 * YEARS)


def test_the_announced_curve_is_a_straight_line_between_points_nothing_before_and_level_after():
    rows = points(JOBS, JOB_POINTS)
    months = np.array([-3.0, 11.0, 12.0, 18.0, 24.0, 36.0, 48.0, 90.0])
    assert announced(rows, months).tolist() == [0, 0, 0, 600, 1200, 2400, 3600, 3600]


def test_a_curve_whose_first_row_is_above_nothing_begins_there_at_once():
    jobs, builders = curves("full", case_of(jobs=((12, 500.0),), builders=((6, 80.0), (8, 0.0))), slip=3.0)
    assert jobs[[14, 15, 95]].tolist() == [0, 500, 500]
    assert builders[[8, 9, 10, 11]].tolist() == [0, 80, 40, 0]


def test_the_announced_curve_does_not_depend_on_the_order_of_the_rows():
    months = np.arange(60.0)
    forwards, backwards = points(JOBS, JOB_POINTS), points(JOBS, JOB_POINTS[::-1])
    assert announced(forwards, months).tobytes() == announced(backwards, months).tobytes()


def test_a_town_without_an_announced_plant_has_no_jobs_and_no_builders_in_any_outcome():
    for outcome in OUTCOMES:
        jobs, builders = curves(outcome, case_of(jobs=(), builders=()))
        assert not jobs.any()
        assert not builders.any()


def test_production_begins_when_a_tenth_of_the_peak_is_employed():
    # A tenth of 3600 is 360; the line 12 -> 24 rises by 100 a month, so 300 in month 15 and 400 in month 16.
    assert production(points(JOBS, JOB_POINTS)) == 16
    assert production(points(JOBS, ())) == inf
    assert production(points(JOBS, ((0, 0.0), (10, 0.0)))) == inf


def test_the_full_plant_comes_as_announced_but_slips():
    jobs, builders = curves("full")
    # Announced 600 in month 18 and 3600 from month 48: four months later.
    assert jobs[[16, 22, 28, 52, 95]].tolist() == [0, 600, 1200, 3600, 3600]
    # The site waits with its 120 builders of the base date for four months; the peak of month 12 comes in month 16.
    assert builders[[0, 4, 10, 16, 28, 40, 95]].tolist() == [120, 120, 660, 1200, 600, 0, 0]


def test_the_delayed_plant_comes_later_by_the_delay_and_not_by_the_slip_too():
    jobs, builders = curves("delayed")
    assert jobs[[36, 42, 48, 72]].tolist() == [0, 600, 1200, 3600]
    assert builders[[0, 23, 24, 30, 36, 48, 60]].tolist() == [120, 120, 120, 660, 1200, 600, 0]


def test_the_smaller_plant_has_fewer_employees_and_builders_at_the_same_time_as_the_full():
    full, smaller = curves("full"), curves("smaller")
    np.testing.assert_allclose(smaller[0], 0.4 * full[0], rtol=1e-15)
    np.testing.assert_allclose(smaller[1], 0.4 * full[1], rtol=1e-15)


def test_the_cancelled_plant_never_employs_anybody_and_its_builders_leave_within_three_months():
    jobs, builders = curves("cancelled")
    assert not jobs.any()
    # At the stop in month 10 the site has come as far as announced for month 6 (four months' slip): 660 builders.
    np.testing.assert_allclose(builders[[4, 7, 10, 11, 12, 13, 14]], [120, 390, 660, 440, 220, 0, 0], atol=1e-9)
    assert not builders[13:].any()


def test_the_collapsing_plant_follows_the_full_one_and_then_falls_to_a_tenth_in_a_year():
    jobs, builders = curves("collapse")
    full_jobs, full_builders = curves("full")
    # First production in month 16 + 4 of slip, collapse 20 months later: month 40. Announced for month 36: 2400 jobs.
    assert jobs[:41].tobytes() == full_jobs[:41].tobytes()
    np.testing.assert_allclose(jobs[[40, 46, 52, 95]], [2400, 2400 * 0.55, 240, 240])
    assert builders.tobytes() == full_builders.tobytes()  # the site was ready before the collapse


def test_building_that_goes_on_stops_with_the_collapse():
    builders = curves("collapse", collapse=2.0)[1]  # month 22, announced for month 18: 900 builders
    np.testing.assert_allclose(builders[[22, 23, 24, 25, 30]], [900, 600, 300, 0, 0], atol=1e-9)


def test_a_plant_in_production_on_the_base_date_collapses_counted_from_then():
    jobs = curves("collapse", case_of(jobs=((-30, 0.0), (-20, 500.0))), collapse=48.0)[0]
    # A tenth of 500 was reached in month -29, so the collapse comes in month 19, whatever the slip.
    np.testing.assert_allclose(jobs[[0, 19, 25, 31]], [500, 500, 275, 50])


def test_a_collapse_that_would_lie_before_the_base_date_begins_on_it():
    jobs = curves("collapse", case_of(jobs=((-30, 0.0), (-20, 500.0))), collapse=6.0)[0]
    np.testing.assert_allclose(jobs[[0, 6, 12]], [500, 275, 50])


def test_scale_multiplies_employees_only_and_builders_multiplies_builders_only():
    for outcome in OUTCOMES:
        jobs, builders = curves(outcome)
        more = curves(outcome, scale=1.5, builders=2.0)
        np.testing.assert_allclose(more[0], 1.5 * jobs)
        np.testing.assert_allclose(more[1], 2.0 * builders)


@given(
    outcome=st.sampled_from(OUTCOMES),
    slip=st.floats(0, 60),
    delay=st.floats(0, 600),
    smaller=st.floats(0, 1),
    stop=st.floats(0, 600),
    collapse=st.floats(0, 600),
)
def test_no_outcome_has_more_than_announced_or_fewer_than_nobody(outcome, slip, delay, smaller, stop, collapse):
    jobs, builders = curves(outcome, slip=slip, delay=delay, smaller=smaller, stop=stop, collapse=collapse)
    assert jobs.shape == builders.shape == (12 * YEARS,)
    assert jobs.min() >= 0
    assert jobs.max() <= 3600 * (1 + 1e-12)
    assert builders.min() >= -1e-9
    assert builders.max() <= 1200 * (1 + 1e-12)


@given(slip=st.floats(0, 40), longer=st.floats(0, 40))
def test_a_longer_slip_never_gives_more_employees_in_any_month(slip, longer):
    assert (curves("full", slip=slip + longer)[0] <= curves("full", slip=slip)[0] + 1e-9).all()


@pytest.mark.parametrize("prior", PRIORS)
def test_outcomes_are_drawn_as_often_as_the_prior_says(prior):
    case, draws = case_of(prior), 20_000
    counts = np.bincount([draw(case, 2019, future) for future in range(draws)], minlength=5)
    for probability, count in zip(PRIORS[prior], counts, strict=True):
        # Four standard errors: 3 priors x 5 outcomes would fail by chance once in a thousand seeds.
        assert abs(count / draws - probability) < 4 * sqrt(probability * (1 - probability) / draws)


def test_an_outcome_of_probability_zero_is_never_drawn_and_a_sure_one_always():
    for sure in range(5):
        case = case_of("sure", priors={"sure": [float(outcome == sure) for outcome in range(5)]})
        assert {draw(case, 1, future) for future in range(300)} == {sure}


def test_the_outcome_of_a_future_follows_from_seed_and_number_alone():
    first = [draw(case_of(), 5, future) for future in range(50)]
    assert [draw(case_of(), 5, future) for future in reversed(range(50))] == first[::-1]
    assert [draw(case_of(), 6, future) for future in range(50)] != first


def test_a_prior_that_is_missing_or_does_not_add_up_is_refused_with_its_name_and_sum():
    with pytest.raises(Faults, match=r"plant_prior.csv, prior: the prior in use has no rows \('nobody'\)"):
        shares(case_of("nobody"))
    case = case_of("odd", priors={"odd": (0.5, 0.2, 0.2, 0.2, 0.1)})
    with pytest.raises(Faults, match=r"add up to 1.2, not 1"):
        Plant().start(Town([]), case, YEARS)


def test_shares_rounded_in_print_are_scaled_to_add_up_and_missing_rows_are_impossible_outcomes():
    thirds = {"thirds": (0.333, 0.333, 0.333)}  # full, delayed and smaller only
    np.testing.assert_allclose(shares(case_of("thirds", priors=thirds)), [1 / 3, 1 / 3, 1 / 3, 0, 0], rtol=1e-12)


def test_the_piece_lays_out_every_month_and_reports_what_it_laid_out():
    case, plant = case_of(), Plant()
    town = Town(("plant", column) for column in Plant.columns)
    plant.start(town, case, YEARS)
    assert town.count("plant")[0] == 1
    assert town.count("plant_months")[0] == 12 * YEARS
    for number in range(40):
        plant.begin(town, turn_of(case, number))
        outcome = draw(case, 7, number)
        jobs, builders = curves(OUTCOMES[outcome], case)
        for year in range(YEARS):
            report = plant.measure(town, turn_of(case, number, year))
            assert report["plant.outcome"].tolist() == [outcome]
            assert report["plant.jobs"].tolist() == [jobs[12 * year + 11]]
            assert report["plant.builders"].tolist() == builders[12 * year : 12 * year + 12].tolist()


def test_the_report_is_exactly_what_is_declared():
    case, plant = case_of(), Plant()
    town = Town(("plant", column) for column in Plant.columns)
    plant.start(town, case, YEARS)
    plant.begin(town, turn_of(case))
    report = plant.measure(town, turn_of(case, year=YEARS - 1))
    assert set(report) == {outcome.name for outcome in Plant.outcomes}
    for outcome in Plant.outcomes:
        assert report[outcome.name].shape == ((12,) if outcome.scope == "month" else (1,))
        assert report[outcome.name].dtype == np.float64
