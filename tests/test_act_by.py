"""Act-by dates are what a count by hand gives, and their intervals hold the true date as often as they say."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb, exp, fsum, inf, lgamma, log, log1p, nan, nextafter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.decide.act_by import Flags, Floats, act_by, both, dated, interval, ranks, slack, whole

NEED = np.array([60, 60, 60, 72, 72, 84, 84, inf, inf, inf])
LEAD = np.array([30, 36, 48, 36, 48, 30, 54, 36, 36, 48.0])
COMES = np.arange(10) < 7

RISKS = st.floats(0, 0.99) | st.integers(0, 99).map(lambda percent: percent / 100)
SLACKS = st.lists(st.integers(-50, 200).map(float) | st.just(inf), min_size=1, max_size=60).map(np.array)


def binomial(trials: int, chance: Fraction) -> list[Fraction]:
    """P(B <= k) for k = 0..trials, exactly."""
    total, sums = Fraction(0), []
    for k in range(trials + 1):
        total += comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
        sums.append(total)
    return sums


# Dates


@pytest.mark.parametrize(("alpha", "month"), [(0, 12), (0.1, 24), (0.2, 24), (0.3, 30), (0.7, inf)])
def test_ten_futures_give_the_date_counted_by_hand(alpha: float, month: float) -> None:
    assert act_by(slack(NEED, LEAD), alpha) == month


@pytest.mark.parametrize(("alpha", "month"), [(0.1, 12), (0.2, 24)])
def test_given_the_plant_only_its_seven_futures_count(alpha: float, month: float) -> None:
    overall, comes = both(NEED, LEAD, COMES, alpha)
    assert (overall.futures, comes.futures) == (10, 7)
    assert (overall.month, comes.month) == (24, month)


def test_a_lognormal_lead_time_gives_the_date_of_its_formula() -> None:
    formula = 120 - 57.6 * exp(0.3 * 1.2815515655446004)
    assert formula == pytest.approx(35.4, abs=0.01)
    need, rng = np.full(20_000, 120.0), np.random.default_rng(1)
    drawn = [dated(slack(need, 57.6 * np.exp(0.3 * rng.standard_normal(need.size))), 0.1) for _ in range(100)]
    assert np.mean([found.month for found in drawn]) == pytest.approx(formula, abs=0.1)
    assert sum(found.low <= formula <= found.high for found in drawn) >= 90
    assert all(found.high - found.low < 2 for found in drawn)


@pytest.mark.parametrize(
    ("futures", "alpha", "late"), [(10, 0.3, 3), (100, 0.29, 29), (100, 0.57, 57), (10, 1 - 0.9, 1), (7, 0.3, 2)]
)
def test_a_share_of_the_futures_is_counted_as_on_paper(futures: int, alpha: float, late: int) -> None:
    assert act_by(np.arange(float(futures)), alpha) == late


@pytest.mark.parametrize("futures", [10, 200, 1000, 100_000])
def test_every_whole_percent_is_counted_as_on_paper(futures: int) -> None:
    ladder = np.arange(float(futures))
    for percent in range(0, 100, 1 if futures < 100_000 else 7):
        assert act_by(ladder, percent / 100) == percent * futures // 100


def test_a_risk_just_below_one_is_the_last_future() -> None:
    assert act_by(np.arange(5.0), 1 - 1e-15) == 4


@given(SLACKS, RISKS)
def test_one_month_later_is_too_late_in_more_futures_than_allowed(slacks: Floats, alpha: float) -> None:
    found, allowed = dated(slacks, alpha), alpha * slacks.size + 1e-9
    assert (slacks < found.month).sum() <= allowed
    assert found.month == inf or (slacks < nextafter(found.month, inf)).sum() > allowed


@given(SLACKS, RISKS, RISKS)
def test_who_takes_a_larger_risk_may_wait_longer(slacks: Floats, one: float, other: float) -> None:
    careful, bold = dated(slacks, min(one, other)), dated(slacks, max(one, other))
    assert careful.month <= bold.month
    assert careful.low <= bold.low
    assert careful.high <= bold.high


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 90), st.booleans()), min_size=1), RISKS)
def test_a_plant_that_may_not_come_only_buys_time(rows: list[tuple[int, int, bool]], alpha: float) -> None:
    comes = np.array([row[2] for row in rows])
    comes[0] = True
    need = np.where(comes, [row[0] for row in rows], inf)
    overall, given_it = both(need, np.array([row[1] for row in rows]), comes, alpha)
    assert given_it.month <= overall.month


# What is said with a date


def test_beginning_today_takes_the_risk_of_the_futures_already_lost() -> None:
    found = dated(slack(NEED, LEAD), 0.1)
    assert [found.share_late(now) for now in (12, 13, 24, 25, 30, 31, 1000)] == [0, 0.1, 0.1, 0.3, 0.3, 0.5, 0.7]


def test_a_date_is_in_time_until_it_has_passed_and_may_not_be_needed() -> None:
    found = dated(slack(NEED, LEAD), 0.1)
    assert [found.state(now) for now in (0, 24, 25)] == ["in_time", "in_time", "passed"]
    assert {dated(slack(NEED, LEAD), 0.7).state(now) for now in (-1, 0, 1000)} == {"not_needed"}
    assert dated(np.array([-3.0]), 0).state(0) == "passed"


def test_the_share_of_futures_with_a_need_is_told() -> None:
    overall, comes = both(NEED, LEAD, COMES, 0.1)
    assert (overall.needed, comes.needed) == (0.7, 1)


@pytest.mark.parametrize(("month", "start"), [(35.39, 35), (35, 35), (-0.5, -1), (-2, -2)])
def test_a_start_is_rounded_down_to_a_whole_month(month: float, start: int) -> None:
    assert whole(month) == start


@pytest.mark.parametrize("month", [inf, -inf, nan])
def test_never_is_no_month_to_round(month: float) -> None:
    with pytest.raises(ValueError, match="no month"):
        whole(month)


# Intervals


@pytest.mark.parametrize("futures", [1, 7, 50, 200, 333])
@pytest.mark.parametrize("percent", [1, 5, 10, 20, 50, 90])
def test_ranks_are_the_closest_that_leave_half_of_the_doubt_on_each_side(futures: int, percent: int) -> None:
    cdf = [*binomial(futures, Fraction(percent, 100)), Fraction(1)]
    low, high = ranks(futures, percent / 100, 0.95)
    tail = Fraction(25, 1000)
    assert low == 0 or cdf[low - 1] <= tail
    assert cdf[low] > tail
    assert 1 - cdf[high - 1] <= tail
    assert high == 1 or 1 - cdf[high - 2] > tail


@pytest.mark.parametrize("alpha", [0.001, 0.05, 0.1, 0.5, 0.999])
def test_ranks_are_right_with_a_hundred_thousand_futures(alpha: float) -> None:
    n = 100_000

    def mass(k: int) -> float:
        return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(alpha) + (n - k) * log1p(-alpha))

    low, high = ranks(n, alpha, 0.95)
    below, above = fsum(map(mass, range(low))), fsum(map(mass, range(high, n + 1)))
    assert below <= 0.025 < below + mass(low)
    assert above <= 0.025 < above + mass(high - 1)


def test_too_few_futures_leave_the_interval_open() -> None:
    ladder = np.arange(10.0)
    assert interval(ladder, 0.1) == (-inf, 3)
    assert interval(ladder, 0.9) == (6, inf)
    assert interval(ladder, 0) == (-inf, 0)


@given(SLACKS, RISKS, st.floats(0.01, 0.999))
def test_an_interval_is_about_its_date_and_grows_with_confidence(slacks: Floats, alpha: float, sure: float) -> None:
    narrow, wide = dated(slacks, alpha, sure), dated(slacks, alpha, 0.9995)
    assert wide.low <= narrow.low <= narrow.month <= narrow.high <= wide.high


Draw = Callable[[np.random.Generator, tuple[int, int]], Floats]


def coverage(draw: Draw, truth: float, futures: int, alpha: float, tries: int = 2000) -> float:
    """In what share of ``tries`` the interval from ``futures`` drawn slacks holds the true date."""
    held = 0
    for slacks in draw(np.random.default_rng(futures), (tries, futures)):
        low, high = interval(slacks, alpha)
        held += low <= truth <= high
    return held / tries


SAMPLING = 3 * (0.95 * 0.05 / 2000) ** 0.5


@pytest.mark.parametrize("futures", [50, 200, 1000])
@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.2])
def test_intervals_of_continuous_slack_hold_as_often_as_they_claim(futures: int, alpha: float) -> None:
    held = coverage(lambda rng, shape: rng.exponential(1, shape), -log1p(-alpha), futures, alpha)
    cdf = binomial(futures, Fraction(str(alpha)))
    low, high = ranks(futures, alpha)
    exact = float(cdf[high - 1] - (cdf[low - 1] if low else 0))
    assert exact >= 0.95
    assert held == pytest.approx(exact, abs=SAMPLING)


@pytest.mark.parametrize("futures", [50, 200, 1000])
@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.2])
def test_intervals_of_whole_months_hold_at_least_as_often_as_they_claim(futures: int, alpha: float) -> None:
    """On 0..19 with equal chance, where a risk of ``alpha`` is met exactly: one month later is allowed, not two."""
    truth = round(20 * alpha)
    for date in (truth - 1, truth):
        held = coverage(lambda rng, shape: rng.integers(0, 20, shape).astype(float), date, futures, alpha)
        assert held >= 0.95 - SAMPLING


@pytest.mark.parametrize("futures", [50, 200, 1000])
@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.2])
def test_intervals_hold_when_the_need_may_never_bite(futures: int, alpha: float) -> None:
    """With a need in just a share ``alpha`` of all futures the true answer is: not needed at this risk."""

    def draw(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
        return np.where(rng.random(shape) < alpha, rng.random(shape), inf)

    assert coverage(draw, inf, futures, alpha) >= 0.95 - SAMPLING


# What cannot be dated


@pytest.mark.parametrize("alpha", [-0.1, 1, 1.5, nan])
def test_a_risk_that_is_none_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="risk alpha"):
        act_by(np.zeros(3), alpha)
    with pytest.raises(ValueError, match="risk alpha"):
        ranks(3, alpha)


@pytest.mark.parametrize("confidence", [0, 1, nan])
def test_a_confidence_that_is_none_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        dated(np.zeros(3), 0.1, confidence)


@pytest.mark.parametrize(
    ("need", "lead", "wrong"),
    [
        ([60, 60], [30], "shape"),
        ([[60]], [[30]], "shape"),
        ([nan], [30], "need"),
        ([-inf], [30], "need"),
        ([60], [inf], "lead"),
        ([60], [nan], "lead"),
        ([60], [-1], "lead"),
    ],
)
def test_a_need_or_lead_time_that_is_none_is_refused(need: list[float], lead: list[float], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        slack(np.array(need), np.array(lead))


@pytest.mark.parametrize(
    "slacks", [np.empty(0), np.zeros((2, 2)), np.array([1, nan])], ids=["none", "two dimensions", "no number"]
)
def test_slack_that_is_none_is_refused(slacks: Floats) -> None:
    with pytest.raises(ValueError, match="slack"):
        act_by(slacks, 0.1)


def test_without_a_future_in_which_the_plant_comes_there_is_no_second_date() -> None:
    with pytest.raises(ValueError, match="none of the futures"):
        both(NEED, LEAD, np.zeros(10, dtype=bool), 0.1)


@pytest.mark.parametrize("comes", [COMES[:9], np.arange(10)], ids=["one future short", "numbers of futures"])
def test_the_plant_comes_or_not_in_each_future(comes: Flags) -> None:
    with pytest.raises(ValueError, match="each of 10 futures"):
        both(NEED, LEAD, comes, 0.1)
