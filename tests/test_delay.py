"""The cost of delay: worked examples, the same as one future at a time, and what must hold whatever the figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helhet.decide.delay import (
    Curve,
    Undertaking,
    Waiting,
    cheapest,
    kink,
    risk_worth_taking,
    standing,
    undertaking,
)
from helhet.words.declare import Text
from helhet.words.plan import Delivery, Lead, Measure

INF = float("inf")
SURE = Lead(0, 0, 0)
NAME = Text("sv", "en")


def measure(size=1000.0, over_months=0, lasts_months=0):
    return Measure(
        "m", "beds", NAME, "", "", size, "beds", SURE, SURE, over_months, lasts_months, 10, 200, "us", "assumed"
    )


def months(*values):
    return np.array(values, dtype=np.int64)


def beds(*, known=INF, interest=0.0, salvage=0.3, price=0.015, prepare=6, commit=12):
    """One future: 1,000 beds missing in months 24 to 59, and a measure of 1,000 ready 18 months after its start."""
    missing = np.zeros((1, 120))
    missing[:, 24:60] = 1000
    drawn = undertaking(measure(), 1000, months(prepare), months(commit), salvage)
    return Waiting(drawn, missing, price, np.array([known]), interest)


def in_each(missing, known, drawn, interest=0.0):
    return Waiting(drawn, np.asarray(missing, float), 0.015, np.asarray(known, float), interest)


def test_a_thousand_beds_six_months_late_cost_90_msek_and_twelve_180():
    """By hand: 0.015 MSEK x 1,000 beds x 6 months = 90."""
    waiting = beds()
    assert [waiting.delay(6, late).total for late in (0, 6, 12)] == pytest.approx([0, 90, 180])
    assert [waiting.delay(6, late).shortage for late in (0, 6, 12)] == pytest.approx([0, 90, 180])
    assert waiting.delay(6, 12).per_month == pytest.approx(15)
    assert waiting.never() == pytest.approx(0.015 * 1000 * 36)


def test_the_kink_is_the_last_month_that_costs_nothing_and_the_cheapest_start_the_latest_of_equals():
    curve = beds().curve(range(25))
    assert kink(curve) == kink(curve, "shortage") == 6
    assert cheapest(curve) == 6


def test_a_curve_without_a_bend_upwards_has_no_kink():
    flat = np.zeros(4)
    line = Curve(15.0 * np.arange(4), flat, flat, months(0, 1, 2, 3))
    bent_down = Curve(np.array([0.0, 15, 15, 15]), flat, flat, months(0, 1, 2, 3))
    assert kink(line) is None
    assert kink(bent_down) is None
    assert kink(beds().curve([0, 6])) is None


def test_the_kink_compares_costs_per_month_where_starts_are_unevenly_spaced():
    flat = np.zeros(4)
    even = Curve(np.array([0.0, 1, 2, 12]), flat, flat, months(0, 1, 2, 12))  # 1 a month all along
    assert kink(even) is None
    bent = Curve(np.array([0.0, 1, 2, 32]), flat, flat, months(0, 1, 2, 12))  # then 3 a month
    assert kink(bent) == 2


def test_interest_is_what_waiting_saves():
    """By hand: 200 MSEK committed in month 12 instead of 6, 10 prepared in month 6 instead of 0, at 3 % a year."""
    saved = 10 * (1 - 1.03**-0.5) + 200 * (1.03**-0.5 - 1.03**-1)
    assert beds(interest=0.03).delay(0, 6).capital == pytest.approx(-saved)
    assert beds(interest=0.03).delay(0, 6).stranding == 0
    assert cheapest(beds(interest=0.03).curve(range(25))) == 6


@pytest.mark.parametrize(
    ("known", "spent"),
    [(INF, 210), (40, 10 + 200 - 60), (13, 10 + 200 - 60), (12, 10), (7, 10), (6, 0), (0, 0)],
)
def test_news_before_the_commitment_saves_it_and_news_after_it_gives_back_the_salvage(known, spent):
    """Started in month 6 and committed in month 12."""
    cost = beds(known=known).costs([6])
    assert (cost.capital + cost.stranding)[0, 0] == pytest.approx(spent)
    assert cost.capital[0, 0] == (210 if known == INF else 0)
    assert cost.shortage[0, 0] == pytest.approx(0 if known > 12 else 540)


def test_a_later_start_avoids_stranding_when_the_news_comes_in_between():
    late = beds(known=15).delay(6, 6)  # committed in month 12, or 18
    assert (late.stranding, late.capital) == (pytest.approx(-140), 0)
    assert late.shortage == pytest.approx(540)  # nothing is built, and what is missing stays missing


def test_salvage_is_worth_less_the_later_it_comes():
    soon, late = (beds(known=known, interest=0.03).costs([0]).stranding[0, 0] for known in (12, 120))
    assert late - soon == pytest.approx(60 * (1.03**-1 - 1.03**-10))


def test_the_shortage_is_discounted_only_when_asked_for():
    waiting = beds(interest=0.03)
    discounted = replace(waiting, shortage_interest=0.03)
    assert waiting.delay(6, 1).shortage == pytest.approx(15)
    assert discounted.delay(6, 1).shortage == pytest.approx(15 * 1.03**-2)


def test_the_expected_cost_is_the_mean_over_the_futures_asked_for():
    missing = np.zeros((4, 60))
    missing[:, 24:] = [[1000], [500], [0], [1000]]
    drawn = undertaking(measure(), 1000, months(6, 6, 6, 6), months(12, 12, 12, 12), 0.3)
    waiting = in_each(missing, [INF, INF, INF, 14], drawn)
    assert waiting.delay(6, 1).shortage == pytest.approx((15 + 7.5 + 0 + 15) / 4)
    comes = np.array([True, True, True, False])
    assert waiting.delay(6, 1, comes).shortage == pytest.approx((15 + 7.5) / 3)
    assert waiting.delay(6, 2, ~comes).stranding == pytest.approx(-140)
    assert waiting.curve([6, 7], comes).stranding.tolist() == [0, 0]
    assert waiting.never(comes) == pytest.approx(0.015 * 1500 * 36 / 3)
    spread = np.array([15, 7.5, 0])
    assert waiting.delay(6, 1, comes).error == pytest.approx(spread.std(ddof=1) / 3**0.5)
    with pytest.raises(ValueError, match="no future"):
        waiting.never(comes & ~comes)


def test_one_future_has_no_standard_error():
    assert np.isnan(beds().delay(6, 1).error)


@pytest.mark.parametrize(("hazard", "risk"), [(0.02, 0.22), (0.002, 0.052)])
def test_the_risk_worth_taking_follows_from_interest_and_hazard(hazard, risk):
    assert risk_worth_taking(0.03 / 12, 200, hazard, 140, 15) == pytest.approx(risk)


def test_a_shortage_that_costs_nothing_gives_no_risk():
    with pytest.raises(ValueError, match="no reason to hurry"):
        risk_worth_taking(0.0025, 200, 0.02, 140, 0)


def test_at_the_risk_worth_taking_a_month_of_waiting_pays_for_itself():
    """The formula against the curve: 1,000 futures, late by a month in 220 of them, the plant falling in 20."""
    futures = np.arange(1000)
    missing = np.zeros((1000, 60))
    missing[futures < 220, 18:] = 1000
    known = np.where(futures >= 980, 7, INF)  # after a commitment in month 6, before one in month 7
    zero = np.zeros(1000, dtype=np.int64)
    drawn = Undertaking(1000, zero, zero + 12, 0, 0, 0, 200, 0.3)
    late = in_each(missing, known, drawn, interest=1.0025**12 - 1).delay(6, 1)
    assert late.shortage == pytest.approx(0.22 * 15)
    assert late.stranding == pytest.approx(-0.02 * 140, rel=0.02)
    assert late.total == pytest.approx(0, abs=0.06)


@given(over=st.integers(0, 15), lasts=st.integers(0, 20), delivered=st.integers(-30, 60), size=st.floats(0, 1e4))
def test_standing_is_what_a_delivery_says(over, lasts, delivered, size):
    delivery = Delivery(measure(over_months=over, lasts_months=lasts), size, 0, 0, delivered)
    when = np.arange(60)
    expected = [delivery.standing(int(month)) for month in when]
    assert standing(when, months(delivered), size, over, lasts).tolist() == expected


@st.composite
def situations(draw, *, stays=False, lasting=False):
    """A few futures with whatever need, luck, news and measure."""
    futures, span = draw(st.integers(1, 4)), draw(st.integers(1, 36))
    dice = np.random.default_rng(draw(st.integers(0, 2**32)))
    over, lasts = draw(st.integers(0, 8)), 0 if lasting else draw(st.sampled_from([0, 1, 3, 7, 24]))
    kind = measure(100.0, over, lasts)
    lead = dice.integers(0, 15, (2, futures))
    drawn = undertaking(kind, draw(st.floats(0, 200)), lead[0], lead[1], draw(st.floats(0, 1)))
    known = np.where(stays | (dice.random(futures) < 0.5), INF, dice.integers(-3, 40, futures))
    missing = dice.integers(-20, 200, (futures, span)).astype(float)
    return Waiting(drawn, missing, 0.5, known, draw(st.sampled_from([0.0, 0.03, 0.1]))), kind


def one_by_one(waiting, kind, start, future):
    """Shortage and money of one future, month by month, from the deliveries of the plan."""
    drawn, known = waiting.measure, waiting.known[future]
    committed = start + int(drawn.prepare[future])
    delivery = Delivery(kind, drawn.size, start, committed, committed + int(drawn.commit[future]))
    made = committed < known
    left = [m - made * delivery.standing(month) for month, m in enumerate(waiting.missing[future])]
    factor = (1 + waiting.interest) ** (-1 / 12)
    money = drawn.prepare_cost * factor**start * (start < known) + made * drawn.commit_cost * factor**committed
    if made and known < INF:
        money -= drawn.salvage * drawn.commit_cost * factor**known
    return waiting.price * sum(max(0.0, m) for m in left), money


@settings(max_examples=60, deadline=None)
@given(situations(), st.lists(st.integers(-20, 40), min_size=1, max_size=4))
def test_all_at_once_is_the_same_as_one_future_and_one_month_at_a_time(situation, starts):
    waiting, kind = situation
    cost = waiting.costs(starts)
    for row, start in enumerate(starts):
        for future, known in enumerate(waiting.known):
            shortage, money = one_by_one(waiting, kind, start, future)
            assert cost.shortage[row, future] == pytest.approx(shortage, abs=1e-6)
            capital, stranding = (money, 0) if known == INF else (0, money)
            assert cost.capital[row, future] == pytest.approx(capital, abs=1e-6)
            assert cost.stranding[row, future] == pytest.approx(stranding, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(situations(stays=True, lasting=True))
def test_without_interest_and_with_a_sure_plant_waiting_never_pays(situation):
    waiting = replace(situation[0], interest=0.0)
    assert (np.diff(waiting.curve(range(-5, 40)).total) > -1e-6).all()


@settings(max_examples=60, deadline=None)
@given(situations(lasting=True))
def test_what_is_missing_never_falls_with_a_later_start_of_what_stays(situation):
    assert (np.diff(situation[0].costs(range(-5, 40)).shortage, axis=0) > -1e-6).all()


def test_what_is_taken_away_again_can_come_too_early():
    waiting = beds()
    passing = replace(waiting, measure=replace(waiting.measure, lasts_months=36))
    assert cheapest(passing.curve(range(25))) == 6
    assert passing.delay(0, 6).shortage == pytest.approx(-90)


@settings(max_examples=60, deadline=None)
@given(situations(), st.integers(-5, 30), st.integers(0, 20))
def test_a_delay_of_nothing_costs_nothing_and_a_delay_in_two_steps_is_their_sum(situation, start, late):
    waiting, _ = situation
    none, whole = waiting.delay(start, 0), waiting.delay(start, late)
    assert (none.shortage, none.capital, none.stranding) == (0, 0, 0)
    steps = waiting.delay(start, late // 2).total + waiting.delay(start + late // 2, late - late // 2).total
    assert whole.total == pytest.approx(steps, abs=1e-6)
    assert whole.total == pytest.approx(whole.shortage + whole.capital + whole.stranding)
    curve = waiting.curve([start, start + late] if late else [start])
    assert curve.total[-1] - curve.total[0] == pytest.approx(whole.total, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(situations(), st.integers(-5, 30))
def test_a_measure_of_size_zero_costs_nothing_and_meets_nothing(situation, start):
    waiting, kind = situation
    nothing = undertaking(kind, 0.0, waiting.measure.prepare, waiting.measure.commit, 0.3)
    empty = replace(waiting, measure=nothing)
    assert empty.curve([start]).total[0] == pytest.approx(empty.never())


def test_costs_follow_the_size():
    half = undertaking(measure(), 500, months(6), months(12), 0.3)
    assert (half.prepare_cost, half.commit_cost) == (5, 100)
    with pytest.raises(ValueError, match="size 0 when done in full"):
        undertaking(measure(0.0), 500, months(6), months(12), 0.3)


def test_what_does_not_fit_together_is_refused():
    with pytest.raises(ValueError, match="not both"):
        undertaking(measure(), 500, months(6), months(12, 12), 0.3)
    with pytest.raises(ValueError, match="negative"):
        undertaking(measure(), -5, months(6), months(12), 0.3)
    with pytest.raises(ValueError, match="share between 0 and 1"):
        undertaking(measure(), 500, months(6), months(12), 30)
    with pytest.raises(ValueError, match="not of the same futures"):
        replace(beds(), known=np.full(2, INF))
    with pytest.raises(ValueError, match="no present value"):
        replace(beds(), interest=-1.0)
    with pytest.raises(ValueError, match="no present value"):
        replace(beds(), shortage_interest=-1.0)
    with pytest.raises(ValueError, match="must rise"):
        beds().curve([6, 6])


def test_what_users_repay_is_paid_only_where_the_plant_stays():
    stays, leaves = beds(), beds(known=100.0)
    for waiting, share in ((stays, 0.4), (leaves, 0.0)):
        repaid = replace(waiting, measure=replace(waiting.measure, repaid=0.4))
        spared = waiting.curve([6]).total - repaid.curve([6]).total
        assert spared == pytest.approx(share * waiting.measure.commit_cost)
    with pytest.raises(ValueError, match="repaid 2 is not a share"):
        replace(stays.measure, repaid=2)
