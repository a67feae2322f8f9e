"""Tables are fitted to known totals, and fractions made whole without losing anybody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helhet.case.fit import integerise, ipf

POSITIVE = st.floats(0.1, 10)


def odds(table: np.ndarray) -> float:
    return float(table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]))


@given(arrays(float, (2, 2), elements=POSITIVE), st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_a_table_of_two_by_two_equals_the_closed_form(seed: np.ndarray, row: float, column: float) -> None:
    """The fit keeps the odds ratio, so its first cell solves a quadratic equation."""
    ratio = odds(seed)
    a = 1 - ratio
    b = 1 - row - column + ratio * (row + column)
    c = -ratio * row * column
    q = -(b + np.copysign(np.sqrt(b * b - 4 * a * c), b)) / 2
    roots = [c / q, *([q / a] if a else [])]
    exact = next(x for x in roots if max(0.0, row + column - 1) - 1e-9 <= x <= min(row, column) + 1e-9)
    fitted = ipf(seed, ([row, 1 - row], [column, 1 - column]), tolerance=1e-12, iterations=20_000)
    assert fitted[0, 0] == pytest.approx(exact, abs=1e-6)


def test_the_worked_example_of_the_encyclopedia_comes_out_as_printed() -> None:
    """Wikipedia, Iterative proportional fitting: a table of 4 by 4 after three rounds, when rows are still 0.14 off."""
    seed = [[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]]
    printed = [
        [64.61, 46.28, 35.42, 3.83],
        [49.95, 68.15, 156.49, 25.37],
        [56.70, 144.40, 145.06, 53.76],
        [28.74, 41.18, 63.03, 17.03],
    ]
    fitted = ipf(seed, ([150, 300, 400, 150], [200, 300, 400, 100]), tolerance=0.15 / 900, iterations=3)
    np.testing.assert_allclose(fitted, printed, atol=0.0051)


@settings(max_examples=50)
@given(arrays(float, (3, 4, 2), elements=POSITIVE), arrays(float, (3, 4, 2), elements=POSITIVE))
def test_a_table_of_three_dimensions_meets_margins_over_pairs_of_axes(seed: np.ndarray, other: np.ndarray) -> None:
    axes = [(0, 1), (1, 2), (0, 2)]
    margins = [other.sum(axis=2), other.sum(axis=0), other.sum(axis=1)]
    fitted = ipf(seed, margins, axes, tolerance=1e-8, iterations=20_000)
    for margin, over in zip(margins, axes, strict=True):
        left = tuple(axis for axis in range(3) if axis not in over)
        np.testing.assert_allclose(fitted.sum(axis=left), margin, atol=1e-7 * other.sum())


@given(arrays(float, (3, 3), elements=POSITIVE))
def test_a_table_that_fits_already_is_left_as_it_is(table: np.ndarray) -> None:
    np.testing.assert_allclose(ipf(table, (table.sum(axis=1), table.sum(axis=0))), table, rtol=1e-9)


def test_an_impossible_cell_stays_empty() -> None:
    fitted = ipf([[1, 0], [1, 1]], ([3, 7], [5, 5]))
    assert fitted[0, 1] == 0
    np.testing.assert_allclose(fitted, [[3, 0], [2, 5]], atol=1e-6)


@given(
    arrays(float, (3, 3), elements=POSITIVE), arrays(float, 3, elements=POSITIVE), arrays(float, 3, elements=POSITIVE)
)
def test_the_fit_keeps_every_odds_ratio_of_the_seed(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> None:
    fitted = ipf(seed, (rows, columns * rows.sum() / columns.sum()), iterations=50_000)
    for i in (1, 2):
        for j in (1, 2):
            square = np.ix_([0, i], [0, j])
            assert odds(fitted[square]) == pytest.approx(odds(seed[square]), rel=1e-6)


@pytest.mark.parametrize(
    ("seed", "margins", "wrong"),
    [
        ([[1, 1], [1, 1]], ([1, 1], [1, 2]), "margin 1 sums to 3, but margin 0 to 2"),
        ([[0, 0], [1, 1]], ([1, 1], [1, 1]), "margin 0 wants something where the seed has nothing"),
        ([[1, 1], [1, 1]], ([1, 1, 1], [1, 1]), "shape"),
        ([[1, -1], [1, 1]], ([1, 1], [1, 1]), "negative"),
        ([[1, 1], [1, 1]], ([2, 0], [np.nan, 1]), "not finite"),
        ([[1, 0], [0, 1]], ([3, 7], [5, 5]), "does not fit"),
        ([[1, 1], [1, 1]], (), "0 margins"),
    ],
)
def test_margins_that_cannot_be_met_are_refused(seed: object, margins: tuple[object, ...], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        ipf(seed, margins)


@given(arrays(float, st.integers(1, 60), elements=st.floats(0, 1e6)), st.integers(0, 1_000_000))
def test_whole_numbers_sum_to_the_total_and_no_cell_is_off_by_one(table: np.ndarray, total: int) -> None:
    if table.sum() < 1e-3:
        return
    whole = integerise(table, total)
    exact = table * (total / table.sum())
    assert whole.dtype == np.int64
    assert whole.sum() == total
    assert (np.abs(whole - exact) < 1 + 1e-6).all()
    assert (whole[table == 0] == 0).all()
    assert (whole >= 0).all()


@given(arrays(np.int64, (4, 5), elements=st.integers(0, 10_000)))
def test_whole_numbers_stay_as_they_are(table: np.ndarray) -> None:
    np.testing.assert_array_equal(integerise(table), table)


def test_of_equal_fractions_the_first_are_rounded_up() -> None:
    np.testing.assert_array_equal(integerise([0.5, 0.5, 0.5, 0.5]), [1, 1, 0, 0])
    np.testing.assert_array_equal(integerise(np.full((2, 2), 1.0), 5), [[2, 1], [1, 1]])


def test_seats_are_shared_out_as_in_the_textbook_of_largest_remainders() -> None:
    """Ten seats for 47,000, 16,000, 15,800, 12,000, 6,100 and 3,100 votes by the Hare quota: 5, 2, 1, 1, 1 and 0."""
    votes = [47_000, 16_000, 15_800, 12_000, 6_100, 3_100]
    np.testing.assert_array_equal(integerise(votes, 10), [5, 2, 1, 1, 1, 0])


@pytest.mark.parametrize(("table", "total"), [([1, -1], 5), ([np.inf], 1), ([0, 0], 3), ([1, 2], -1)])
def test_what_cannot_be_shared_out_is_refused(table: object, total: int) -> None:
    with pytest.raises(ValueError, match=r"share|negative"):
        integerise(table, total)


def test_nothing_is_shared_out_as_nothing() -> None:
    np.testing.assert_array_equal(integerise([0, 0]), [0, 0])
