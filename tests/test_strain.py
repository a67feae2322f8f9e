"""Needs are read month by month as a calculation by hand reads them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helhet.decide.strain import Strain, allowed, by_month, getter, names, strain
from helhet.words.decision import Tolerance
from helhet.words.declare import Need, Text

NEED = Need("homes", "homes.missing", "homes.stock", "households", Text("bostäder", "homes"))
JOBS = Need("work", "work.vacant", "work.jobs", "persons", Text("jobb", "jobs"))


def tolerance(share: float = 0.0, least: float = 0.0, months: int = 1) -> Tolerance:
    """A tolerance of no cost."""
    return Tolerance("homes", share, least, months, 0.0, "assumed", "assumed")


def test_a_yearly_number_stands_at_the_end_of_its_year_with_straight_lines_between() -> None:
    months = by_month(np.array([[12.0, 24.0, 0.0]]), 3)[0]
    assert months[:12].tolist() == [12.0] * 12  # nothing is known before the first year end
    assert months[[11, 17, 23, 29, 35]].tolist() == [12, 18, 24, 12, 0]


def test_a_monthly_number_is_left_as_it_is() -> None:
    values = np.arange(24.0)[None, :]
    assert by_month(values, 2) is values


def test_any_other_length_is_refused() -> None:
    with pytest.raises(ValueError, match="neither 2 years nor their months"):
        by_month(np.zeros((1, 7)), 2)


def test_the_tolerance_of_a_monthly_need_is_a_share_of_the_years_busiest_month() -> None:
    against = np.zeros((1, 24))
    against[0, 3], against[0, 20] = 1000, 100
    limit = allowed(against, 2, tolerance(share=0.1, least=20))
    assert set(limit[0, :12]) == {100}
    assert set(limit[0, 12:]) == {20}


def test_a_shortage_bites_in_the_month_in_which_the_line_crosses_the_limit() -> None:
    one = strain(
        NEED, tolerance(0.005), getter({NEED.missing: np.array([[0.0, 120, 0]]), NEED.against: np.full((1, 3), 1e4)}), 3
    )
    assert one.bites().tolist() == [11 + 6]  # 10 a month from the first year end; more than 50 after five months
    assert one.hit(17).tolist() == [False]
    assert one.hit(18).tolist() == [True]
    assert one.excess().tolist() == [70]


def test_items_of_a_list_are_counted_together() -> None:
    values = {
        f"work.{what}.{who}": np.full((2, 1), size) for what, size in (("vacant", 4.0), ("jobs", 100.0)) for who in "ab"
    }
    one = strain(JOBS, tolerance(0.03), getter(values), 1, ("a", "b"))
    assert one.missing[0, 0] == 8
    assert one.limit[0, 0] == pytest.approx(6)
    assert set(names(JOBS, ("a", "b"))) == set(values)


def test_only_a_run_of_months_is_a_shortage_where_the_tolerance_says_so() -> None:
    missing = np.zeros((3, 12))
    missing[0, [2, 4, 6]] = 1
    missing[1, 3:6] = 1
    missing[2, 9:] = 1
    assert Strain("need", missing, missing * 0 + 0.5, running=3).bites().tolist() == [np.inf, 3, 9]


@given(arrays(np.float64, (4, 24), elements=st.sampled_from([0.0, 1.0])), st.integers(1, 6))
def test_a_month_belongs_to_a_shortage_when_it_stands_in_a_long_enough_run(missing: np.ndarray, running: int) -> None:
    beyond = Strain("need", missing, missing * 0 + 0.5, running).beyond
    for row, found in zip(missing, beyond, strict=True):
        for month in range(24):
            low = month
            while row[month] and low and row[low - 1]:
                low -= 1
            high = month
            while row[month] and high < 23 and row[high + 1]:
                high += 1
            assert found[month] == bool(row[month] and high - low + 1 >= running)


@given(arrays(np.float64, (3, 4), elements=st.floats(0, 1000)), st.floats(0, 900))
def test_the_reading_by_month_changes_no_odds_of_a_yearly_need(missing: np.ndarray, limit: float) -> None:
    one = Strain("need", by_month(missing, 4), np.full((3, 48), limit))
    assert one.hit().tolist() == (missing > limit).any(axis=1).tolist()


def test_only_what_is_missing_beyond_the_limit_in_a_shortage_counts_as_its_size() -> None:
    missing = np.array([[10.0, 60, 70, 10, 80, 10]])
    assert Strain("need", missing, missing * 0 + 50).over.tolist() == [[0, 10, 20, 0, 30, 0]]
    assert Strain("need", missing, missing * 0 + 50, running=2).over.tolist() == [[0, 10, 20, 0, 0, 0]]


def test_the_first_months_of_a_strain_say_what_it_would_say_if_nothing_came_after_them() -> None:
    missing = np.zeros((1, 24))
    missing[0, 10:14] = 1
    one = Strain("need", missing, missing * 0 + 0.5, running=3)
    assert one.hit().tolist() == [True]
    assert one.until(12).hit().tolist() == [False]  # two months by then, and a run of three is asked for
    assert one.until(13).bites().tolist() == [10]
