"""Commit, wait or prepare: the worked example, and what must hold for any option and any news."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.decide.option import (
    CHOICES,
    MOST_SIGNALS,
    Option,
    best,
    costs,
    costs_if,
    evpi,
    largest_regret,
    least_regret,
    option_value,
    perfect,
    posterior,
    ranges,
    regret,
    signals_value,
    with_signals,
)
from helhet.words.decision import Signal
from helhet.words.declare import Text

BEDS = Option(commit_cost=200, salvage=0.3, wait_months=3, cost_per_month=15, prepare_cost=20, commit_after=190)

SHARE = st.floats(0, 1)
MONEY = st.floats(0, 1000)
OPTIONS = st.builds(
    Option, MONEY, SHARE, st.floats(0, 24), st.floats(0, 50), MONEY, st.none() | MONEY, st.floats(0, 12)
)


def signal(if_comes, if_not):
    return Signal("loan", Text("sv", "en"), 6, if_comes, if_not, "us", "assumed")


SIGNALS = st.lists(st.builds(signal, SHARE, SHARE), max_size=4)


def test_the_worked_example_has_the_expected_costs():
    """By hand at p = 0.6: 0.6 x 200 + 0.4 x 140; 0.6 x (200 + 3 x 15); 20 + 0.6 x 190."""
    assert list(costs(BEDS, 0.6).values()) == pytest.approx([176, 147, 134])
    assert best(BEDS, 0.6) == "prepare"
    assert option_value(BEDS, 0.6) == pytest.approx(147 - 134)


def test_preparing_is_best_between_the_crossings_of_the_worked_example():
    """By hand: 245 p = 20 + 190 p at p = 20 / 55; 140 + 60 p = 20 + 190 p at p = 120 / 130."""
    found = ranges(BEDS)
    assert found["wait"] == pytest.approx((0, 20 / 55))
    assert found["prepare"] == pytest.approx((20 / 55, 120 / 130))
    assert found["commit"] == pytest.approx((120 / 130, 1))
    assert [round(20 / 55, 3), round(120 / 130, 3)] == [0.364, 0.923]


def test_the_worked_example_has_the_regret_of_each_choice_in_each_state():
    assert costs_if(BEDS) == {"commit": (200, 140), "wait": (245, 0), "prepare": (210, 20)}
    assert regret(BEDS) == {"commit": (0, 140), "wait": (45, 0), "prepare": (10, 20)}
    assert largest_regret(BEDS) == {"commit": 140, "wait": 45, "prepare": 20}
    assert least_regret(BEDS) == "prepare"


def test_to_be_told_now_is_worth_14_in_the_worked_example():
    """By hand: told, one commits for 200 or waits for nothing: 0.6 x 200 = 120, against 134."""
    assert perfect(BEDS, 0.6) == pytest.approx(120)
    assert evpi(BEDS, 0.6) == pytest.approx(14)


def test_a_choice_that_is_never_best_has_no_range():
    found = ranges(replace(BEDS, prepare_cost=100))
    assert found["prepare"] is None
    assert found["wait"] == pytest.approx((0, 140 / 185))
    assert found["commit"] == pytest.approx((140 / 185, 1))
    assert ranges(replace(BEDS, wait_months=0))["wait"] == (0, 1)


def test_choices_that_cost_the_same_share_their_range():
    free = Option(commit_cost=200, salvage=1, wait_months=0, cost_per_month=15, prepare_cost=0)
    assert ranges(free) == {"commit": (0, 1), "wait": (0, 1), "prepare": (0, 1)}


def test_a_choice_that_is_best_for_one_probability_alone_has_no_range():
    """Prepare passes exactly through the crossing of the other two, at p = 0.5."""
    touching = Option(commit_cost=64, salvage=0.5, wait_months=1, cost_per_month=32, prepare_cost=16, commit_after=64)
    assert list(costs(touching, 0.5).values()) == [48, 48, 48]
    assert ranges(touching)["prepare"] is None


def test_committing_after_preparing_costs_the_same_unless_said_and_may_be_late_too():
    plain = replace(BEDS, commit_after=None)
    assert costs_if(plain)["prepare"] == (220, 20)
    assert costs_if(replace(plain, prepare_late=2))["prepare"] == (250, 20)


@given(OPTIONS, SHARE)
def test_ranges_are_where_each_choice_is_best_and_cover_every_probability(option, p):
    expected, found = costs(option, p), ranges(option)
    inside = [choice for choice, each in found.items() if each is not None and each.low <= p <= each.high]
    near = [each for each in found.values() if each is not None and each.low - 1e-9 <= p <= each.high + 1e-9]
    assert near
    assert all(expected[choice] == pytest.approx(min(expected.values()), abs=1e-6) for choice in inside)


@given(OPTIONS, SHARE)
def test_being_able_to_prepare_never_costs_anything(option, p):
    assert option_value(option, p) >= 0


@given(OPTIONS, SHARE)
def test_perfect_information_is_never_beaten(option, p):
    assert all(cost >= perfect(option, p) - 1e-9 for cost in costs(option, p).values())
    assert evpi(option, p) >= 0


@given(OPTIONS)
def test_somebody_is_right_in_each_state_and_nobody_is_better_than_right(option):
    for state in (0, 1):
        assert min(each[state] for each in regret(option).values()) == 0
    assert largest_regret(option)[least_regret(option)] == min(largest_regret(option).values())


def test_what_has_been_heard_changes_the_odds_by_the_rule_of_bayes():
    """By hand: 0.6 x 0.8 / (0.6 x 0.8 + 0.4 x 0.2) = 6/7; and 0.6 x 0.2 / (0.6 x 0.2 + 0.4 x 0.8) = 3/11."""
    loan = signal(0.8, 0.2)
    assert posterior(0.6, [(loan, True)]) == pytest.approx(6 / 7)
    assert posterior(0.6, [(loan, False)]) == pytest.approx(3 / 11)
    assert posterior(0.6, [(loan, True), (loan, False)]) == pytest.approx(0.6)
    assert posterior(0.6, []) == 0.6
    with pytest.raises(ValueError, match="cannot be seen: loan came"):
        posterior(1.0, [(signal(0.0, 0.5), True)])


def test_a_signal_is_worth_what_it_lets_one_do_otherwise():
    """By hand: 0.56 hear it and prepare, 20 + 190 x 6/7; 0.44 do not and wait, 245 x 3/11; 132 against 134."""
    loan = signal(0.8, 0.2)
    after = 0.56 * (20 + 190 * 6 / 7) + 0.44 * (245 * 3 / 11)
    assert with_signals(BEDS, 0.6, [loan]) == pytest.approx(after)
    assert signals_value(BEDS, 0.6, [loan]) == pytest.approx(134 - after)


def test_a_signal_that_costs_more_time_than_it_tells_is_worth_less_than_nothing():
    loan = signal(0.8, 0.2)
    free = signals_value(BEDS, 0.6, [loan])
    assert signals_value(BEDS, 0.6, [loan], delay_cost=15) == pytest.approx(free - 0.6 * 15)
    assert free - 0.6 * 15 < 0


@given(OPTIONS, SHARE, SHARE)
def test_a_signal_that_tells_nothing_is_worth_nothing_and_one_that_tells_all_is_perfect_information(option, p, often):
    assert signals_value(option, p, [signal(often, often)]) == pytest.approx(0, abs=1e-6)
    assert signals_value(option, p, [signal(1.0, 0.0)]) == pytest.approx(evpi(option, p), abs=1e-6)


@given(OPTIONS, SHARE, SIGNALS, st.builds(signal, SHARE, SHARE))
def test_news_is_never_worth_less_than_nothing_nor_more_than_perfect_information(option, p, signals, another):
    value, more = (signals_value(option, p, heard) for heard in (signals, [*signals, another]))
    assert -1e-9 <= value <= evpi(option, p) + 1e-9
    assert more >= value - 1e-9


@given(OPTIONS, SHARE, SIGNALS)
def test_the_value_of_news_does_not_depend_on_the_order_in_which_it_is_told(option, p, signals):
    assert signals_value(option, p, signals) == pytest.approx(signals_value(option, p, signals[::-1]), abs=1e-6)


@given(OPTIONS, SHARE, st.builds(signal, st.floats(0.01, 0.99), st.floats(0.01, 0.99)))
def test_the_cost_after_a_signal_is_the_mean_of_the_best_choices_by_what_is_heard(option, p, heard):
    comes = p * heard.if_comes + (1 - p) * heard.if_not
    lowest = [min(costs(option, posterior(p, [(heard, came)])).values()) for came in (True, False)]
    assert with_signals(option, p, [heard]) == pytest.approx(comes * lowest[0] + (1 - comes) * lowest[1], abs=1e-6)


def test_what_is_not_a_probability_or_too_much_to_count_is_refused():
    with pytest.raises(ValueError, match="not a probability"):
        costs(BEDS, 1.5)
    with pytest.raises(ValueError, match="share between 0 and 1"):
        replace(BEDS, salvage=30)
    with pytest.raises(ValueError, match="more than the 16"):
        with_signals(BEDS, 0.6, [signal(0.8, 0.2)] * (MOST_SIGNALS + 1))
    assert signals_value(BEDS, 0.6, [signal(0.8, 0.2)] * MOST_SIGNALS) == pytest.approx(evpi(BEDS, 0.6), abs=0.5)


def test_of_equals_the_first_choice_is_named():
    assert CHOICES[0] == "commit"
    assert best(Option(200, 1, 0, 15, 0), 0.5) == "commit"


def test_what_rents_and_fees_repay_is_the_same_money_whichever_way_it_was_committed() -> None:
    plain, repaid = costs_if(BEDS), costs_if(replace(BEDS, repaid=0.5))
    for choice in CHOICES:
        assert plain[choice].if_comes - repaid[choice].if_comes == pytest.approx(100)
        assert plain[choice].if_not == repaid[choice].if_not
    with pytest.raises(ValueError, match="repaid 2 is not a share"):
        replace(BEDS, repaid=2)
