"""What a plan costs: spread over its months, conserved over the years, nothing for a size of zero."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.case.case import Case
from helhet.pieces.measures import Measures, share_of_year, spent
from helhet.pieces.piece import Future, Turn
from helhet.town import Town
from helhet.words.declare import Text
from helhet.words.plan import Delivery, Lead, Measure

CASE = Case(
    "small", "Small", "en", dt.date(2018, 12, 31), dt.date(2019, 3, 7), "", 10, "", (), (), (), {}, {}, {}, {}, {}
)


def delivery(size=50.0, start=6, committed=18, delivered=36, full=100.0, prepare=12.0, commit=360.0, name="m"):
    lead = Lead(0, 0, 0)
    made = Measure(name, "homes", Text("", ""), "", "", full, "dwellings", lead, lead, 0, 0, prepare, commit, "", "")
    return Delivery(made, size, start, committed, delivered)


def report(year, *deliveries):
    turn = Turn(CASE, Future(0, 1, {}), year, 10, deliveries)
    return Measures().measure(Town([]), turn)["measures.spent"]


def test_half_a_measure_costs_half_spread_over_the_months_it_takes():
    # Prepare 6 MSEK over months 6-17: 6 of 12 months in each of years 0 and 1. Commit 180 MSEK over months 18-35.
    assert report(0, delivery()).tolist() == [3.0]
    assert report(1, delivery()).tolist() == [3.0 + 60.0]
    assert report(2, delivery()).tolist() == [120.0]
    assert report(3, delivery()).tolist() == [0.0]


def test_a_step_that_takes_no_time_is_paid_in_its_month():
    at_once = delivery(start=13, committed=13, delivered=13)
    assert [float(report(year, at_once)[0]) for year in range(3)] == [0.0, 6.0 + 180.0, 0.0]


def test_several_measures_add_up_and_a_plan_of_nothing_costs_nothing():
    assert report(1, delivery(), delivery(name="n", start=0, committed=12, delivered=24)).tolist() == [63.0 + 180.0]
    assert report(1).tolist() == [0.0]


def test_only_what_falls_inside_the_run_is_reported():
    # Prepared over two years of which one lies before the base date.
    assert report(0, delivery(start=-12, committed=12, delivered=240)).tolist() == [3.0]
    # Committed over months 12-239; a run of ten years sees the first 108 of those 228 months.
    seen = sum(float(report(year, delivery(start=0, committed=12, delivered=240))[0]) for year in range(10))
    assert seen == pytest.approx(6.0 + 180.0 * 108 / 228)


@given(
    start=st.integers(0, 300),
    prepare=st.integers(0, 200),
    commit=st.integers(0, 200),
    size=st.floats(0.01, 1000),
    costs=st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)),
)
def test_over_a_long_horizon_exactly_the_cost_of_the_size_is_spent(start, prepare, commit, size, costs):
    made = delivery(size, start, start + prepare, start + prepare + commit, 100.0, *costs)
    total = sum(spent(made, year) for year in range(60))
    assert total == pytest.approx(sum(costs) * size / 100.0, rel=1e-9, abs=1e-12)


@given(st.integers(-200, 200), st.integers(0, 300), st.integers(0, 20))
def test_the_share_of_a_year_is_counted_month_by_month(begins, length, year):
    months = [month // 12 for month in range(begins, begins + max(length, 1))]
    assert share_of_year(begins, begins + length, year) == pytest.approx(months.count(year) / len(months))


@given(st.integers(0, 2), st.integers(0, 9))
def test_a_measure_of_size_zero_changes_no_byte_of_what_is_spent(where, year):
    plan = [delivery(), delivery(33.3, 2, 11, 77, name="n")]
    without = report(year, *plan)
    plan.insert(where, delivery(0.0, name="zero", full=0.0))
    assert report(year, *plan).tobytes() == without.tobytes()


def test_the_report_has_the_declared_shape():
    assert {outcome.name for outcome in Measures.outcomes} == {"measures.spent"}
    assert report(0, delivery()).shape == (1,)
    assert report(0).dtype == np.float64
