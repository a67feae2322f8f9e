"""Dates of a plan's measures: leads drawn as the case says, together within a kind, the same in every plan."""

from __future__ import annotations

import time
from dataclasses import replace
from math import ceil, sqrt
from statistics import NormalDist, mean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.case.schedule import TOGETHER, identity, leads, schedule
from helhet.words.declare import Text
from helhet.words.faults import Faults
from helhet.words.plan import Lead, Measure, Plan, Start, Step

FIXED, PREPARE, COMMIT = Lead(6, 6, 6), Lead(6, 12, 36), Lead(12, 18, 30)
NAME = Text("sv", "en")


def measure(name, kind="homes", prepare=PREPARE, commit=COMMIT, size=100.0):
    return Measure(name, kind, NAME, "", "", size, "dwellings", prepare, commit, 0, 0, 1.0, 10.0, "us", "assumed")


def plan(*starts):
    return Plan("plan", NAME, starts)


def catalogue(*measures):
    return {each.id: each for each in measures}


MANY = catalogue(*(measure(f"m{n}", kind="homes" if n % 2 else "beds") for n in range(8)))


def test_a_measure_with_sure_lead_times_is_delivered_when_they_have_run():
    given_leads = catalogue(measure("a", prepare=Lead(6, 6, 6), commit=Lead(9.2, 9.2, 9.2)))
    (delivery,) = schedule(plan(Start("a", 3, 40.0)), given_leads, 1, 0)
    assert (delivery.start, delivery.committed, delivery.delivered, delivery.size) == (3, 9, 19, 40.0)


@pytest.mark.parametrize(("allowed", "committed"), [(None, 9), (0, 9), (8, 9), (9, 9), (30, 30)])
def test_a_measure_is_not_committed_before_it_is_prepared_nor_before_the_plan_allows(allowed, committed):
    (delivery,) = schedule(
        plan(Start("a", 3, 40.0, allowed)), catalogue(measure("a", prepare=FIXED, commit=FIXED)), 1, 0
    )
    assert (delivery.committed, delivery.delivered) == (committed, committed + 6)


def test_a_start_before_the_base_date_is_counted_from_where_it_started():
    case = catalogue(measure("a", prepare=FIXED, commit=FIXED))
    (delivery,) = schedule(plan(Start("a", -10, 40.0)), case, 1, 0)
    assert (delivery.start, delivery.committed, delivery.delivered) == (-10, -4, 2)
    (delivery,) = schedule(plan(Start("a", -10, 40.0, 0)), case, 1, 0)  # committed in the first month, not before
    assert (delivery.start, delivery.committed, delivery.delivered) == (-10, 0, 6)


@given(
    names=st.permutations(sorted(MANY)),
    kept=st.integers(1, 8),
    later=st.integers(0, 100),
    seed=st.integers(0, 2**63 - 1),
    future=st.integers(0, 2**32 - 1),
)
def test_a_measure_has_the_same_luck_in_every_plan_wherever_it_stands_and_whenever_it_starts(
    names, kept, later, seed, future
):
    whole = schedule(plan(*(Start(name, 0, 1.0) for name in sorted(MANY))), MANY, seed, future)
    leads = {d.measure.id: (d.committed - d.start, d.delivered - d.committed) for d in whole}
    part = schedule(plan(*(Start(name, later, 5.0) for name in names[:kept])), MANY, seed, future)
    for delivery in part:
        assert (delivery.committed - later, delivery.delivered - delivery.committed) == leads[delivery.measure.id]
        assert delivery.start == later


@given(seed=st.integers(0, 2**63 - 1), future=st.integers(0, 1000), where=st.integers(0, 3))
def test_a_measure_of_size_zero_delivers_nothing_and_changes_no_other(seed, future, where):
    starts = [Start(name, 4, 10.0) for name in ("m0", "m1", "m2")]
    without = schedule(plan(*starts), MANY, seed, future)
    starts.insert(where, Start("m3", 4, 0.0))
    with_zero = schedule(plan(*starts), MANY, seed, future)
    assert tuple(d for d in with_zero if d.measure.id != "m3") == without
    assert not any(with_zero[where].standing(month) for month in range(200))


def test_the_lead_times_of_a_measure_follow_the_triangular_distribution_of_the_case():
    case, futures = catalogue(measure("a", prepare=Lead(6, 12, 36))), 4000
    drawn = np.array([schedule(plan(Start("a", 0, 1.0)), case, 11, future)[0].committed for future in range(futures)])
    for months in (9, 12, 18, 24, 30):
        # P(ceil(lead) <= months) = P(lead <= months), by the triangular distribution's own formula.
        left = (months - 6) ** 2 / (30 * 6)
        right = 1 - (36 - months) ** 2 / (30 * 24)
        probability = left if months <= 12 else right
        allowed = 4 * sqrt(probability * (1 - probability) / futures)
        assert abs((drawn <= months).mean() - probability) < allowed


def scores(name, other, futures=3000):
    """Ranks, as normal scores, of the prepare leads of two measures over many futures, and their correlation."""
    lead = Lead(0, 5e5, 1e6)  # so wide that rounding up to whole months does not matter
    case = catalogue(measure("a1", "a", lead, lead), measure("a2", "a", lead, lead), measure("b1", "b", lead, lead))
    run = [
        schedule(plan(Start("a1", 0, 1.0), Start("a2", 0, 1.0), Start("b1", 0, 1.0)), case, 3, f)
        for f in range(futures)
    ]
    columns = {}
    for index, key in enumerate(("a1", "a2", "b1")):
        columns[key, "prepare"] = [d[index].committed for d in run]
        columns[key, "commit"] = [d[index].delivered - d[index].committed for d in run]
    normal = NormalDist()
    ranked = [
        [normal.inv_cdf((r + 0.5) / futures) for r in np.argsort(np.argsort(columns[key]))] for key in (name, other)
    ]
    return float(np.corrcoef(ranked)[0, 1])


def test_measures_of_the_same_kind_are_late_together_as_much_as_said():
    # Standard error of a correlation of 0.5 from 3000 pairs: (1 - 0.25) / sqrt(3000) = 0.014.
    assert scores(("a1", "prepare"), ("a2", "prepare")) == pytest.approx(TOGETHER, abs=0.055)
    assert scores(("a1", "commit"), ("a2", "commit")) == pytest.approx(TOGETHER, abs=0.055)


def test_measures_of_different_kinds_and_the_two_steps_of_a_measure_are_independent():
    assert scores(("a1", "prepare"), ("b1", "prepare")) == pytest.approx(0, abs=0.075)
    assert scores(("a1", "prepare"), ("a1", "commit")) == pytest.approx(0, abs=0.075)
    assert scores(("a1", "prepare"), ("a2", "commit")) == pytest.approx(0, abs=0.075)


def test_a_plan_that_starts_earlier_is_delivered_just_as_much_earlier_in_every_future():
    for future in range(50):
        early = schedule(plan(Start("m1", 0, 1.0)), MANY, 9, future)[0]
        late = schedule(plan(Start("m1", 17, 1.0)), MANY, 9, future)[0]
        assert late.delivered - early.delivered == 17


def test_futures_and_seeds_have_luck_of_their_own():
    dates = {(s, f): schedule(plan(Start("m1", 0, 1.0)), MANY, s, f)[0].delivered for s in (1, 2) for f in range(200)}
    assert len(set(dates.values())) > 15
    assert mean(dates[1, f] == dates[2, f] for f in range(200)) < 0.2


def test_every_lead_time_lies_within_its_limits_and_counts_begun_months_in_full():
    for future in range(200):
        for delivery in schedule(plan(*(Start(name, 0, 1.0) for name in MANY)), MANY, 4, future):
            assert 6 < delivery.committed <= 36
            assert 12 < delivery.delivered - delivery.committed <= ceil(30)


def test_names_keep_their_numbers():
    # Written down: a change here would reshuffle the luck of every case ever run.
    assert identity("homes-2019") == 159854081779750106
    assert 0 <= identity("") < 2**63


def test_a_size_for_a_measure_that_has_none_is_refused():
    empty = catalogue(replace(measure("a"), size=0.0))
    with pytest.raises(Faults, match="the plan gives size 5 to a, which has size 0"):
        schedule(plan(Start("a", 0, 5.0)), empty, 1, 0)
    assert schedule(plan(Start("a", 0, 0.0)), empty, 1, 0)[0].size == 0


def test_a_plan_of_nothing_delivers_nothing():
    assert schedule(plan(), MANY, 1, 0) == ()


def test_lead_times_keep_their_numbers():
    # Written down: a change here would change every run of a case without chains.
    told = [(24, 21), (20, 19), (23, 14), (28, 21), (12, 23), (11, 22), (20, 24), (13, 18), (10, 22), (17, 19)]
    assert list(zip(*leads(MANY["m0"], 2019, 10), strict=True)) == told
    assert list(zip(*leads(MANY["m1"], 2019, 3), strict=True)) == [(15, 24), (17, 26), (9, 16)]


def chain(name, *steps, kind="homes"):
    """A measure whose preparing is a chain of (chance, lead), and whose committing is sure."""
    made = tuple(Step(f"s{n}", NAME, "prepare", chance, lead) for n, (chance, lead) in enumerate(steps))
    return replace(measure(name, kind, None, FIXED), steps=made)


PLAN, APPEAL, PERMIT = Lead(8, 13, 21), Lead(3, 6, 14), Lead(1, 2, 4)
CHAINED = catalogue(*MANY.values(), chain("c1", (1, PLAN), (0.25, APPEAL), (1, PERMIT)), chain("c2", (1, PLAN)))


@given(seed=st.integers(0, 2**64 - 1), name=st.sampled_from(sorted(CHAINED)))
def test_lead_times_for_all_futures_at_once_are_those_of_each_future(seed, name):
    prepare, commit = leads(CHAINED[name], seed, 20)
    for future in (0, 7, 19):
        (delivery,) = schedule(plan(Start(name, 5, 1.0)), CHAINED, seed, future)
        assert (delivery.committed - 5, delivery.delivered - delivery.committed) == (prepare[future], commit[future])


def test_steps_follow_one_another_and_begun_months_are_counted_once_for_all():
    sure = chain("a", (1, Lead(1.4, 1.4, 1.4)), (1, Lead(2.4, 2.4, 2.4)), (0, Lead(9, 9, 9)))
    prepare, commit = leads(sure, 1, 3)
    assert prepare.tolist() == [4, 4, 4]  # 3.8 months, not 2 + 3
    assert commit.tolist() == [6, 6, 6]


def test_a_phase_without_any_step_that_occurs_takes_no_time():
    assert leads(chain("a", (0, PLAN)), 1, 3)[0].tolist() == [0, 0, 0]


def test_a_step_occurs_as_often_as_its_chance_says():
    futures = 20_000
    appealed = leads(chain("a", (1, Lead(10, 10, 10)), (0.25, Lead(6, 6, 6))), 5, futures)[0]
    assert set(appealed.tolist()) == {10, 16}
    assert abs((appealed == 16).mean() - 0.25) < 4 * sqrt(0.25 * 0.75 / futures)


def test_the_mean_of_a_chain_is_the_sum_of_the_means_of_its_steps_by_their_chance():
    futures = 20_000
    wide = [Lead(100 * lead.low, 100 * lead.mode, 100 * lead.high) for lead in (PLAN, APPEAL, PERMIT)]
    drawn = leads(chain("a", (1, wide[0]), (0.25, wide[1]), (1, wide[2])), 5, futures)[0] - 0.5  # begun months
    means = [(lead.low + lead.mode + lead.high) / 3 for lead in wide]
    expected = means[0] + 0.25 * means[1] + means[2]
    assert abs(drawn.mean() - expected) < 4 * drawn.std() / sqrt(futures)


def test_steps_of_a_phase_are_late_together_but_not_as_one():
    # Var(a + b) = 2 s^2 (1 + rho) for two steps alike. The correlation of the durations themselves is a little less
    # than that of their normal scores; with 20,000 futures the standard error of the ratio is 0.01.
    lead = Lead(0, 5e5, 1e6)
    one, two = (leads(chain("a", *[(1, lead)] * n), 3, 20_000)[0] for n in (1, 2))
    assert two.var() / (2 * one.var()) - 1 == pytest.approx(TOGETHER, abs=0.05)


def test_the_worst_twentieth_of_a_chain_is_better_than_the_worst_twentieths_of_its_steps_added():
    steps = [(1, Lead(100, 200, 500)), (1, Lead(100, 200, 500)), (1, Lead(100, 200, 500))]
    whole = np.quantile(leads(chain("a", *steps), 3, 20_000)[0], 0.95)
    assert whole < 3 * steps[0][1].at(0.95) - 50


def test_a_step_that_never_occurs_changes_nothing_and_leaves_the_others_their_luck():
    with_it, without = chain("a", (1, PLAN), (0, APPEAL), (1, PERMIT)), chain("a", (1, PLAN), (0, APPEAL), (1, PERMIT))
    without = replace(without, steps=tuple(step for step in without.steps if step.id != "s1"))
    assert leads(with_it, 7, 500)[0].tolist() == leads(without, 7, 500)[0].tolist()


def test_an_appeal_is_luck_of_its_own_for_every_measure():
    sure, maybe = Lead(10, 10, 10), Lead(6, 6, 6)
    one, other = (leads(chain(name, (1, sure), (0.5, maybe)), 5, 4000)[0] for name in ("a", "b"))
    assert abs(np.corrcoef(one, other)[0, 1]) < 4 / sqrt(4000)


def test_lead_times_of_a_whole_case_in_a_thousand_futures_take_no_time_to_speak_of():
    leads(CHAINED["c1"], 1, 1)
    begun = time.perf_counter()
    for number in range(32):
        leads(replace(CHAINED["c1"], id=f"x{number}"), 1, 1000)
    assert time.perf_counter() - begun < 0.3
