"""The latest start inside a plan: bisection on the same futures, and the trials it rests on."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.case.case import Case
from helhet.decide.act_by import act_by, slack
from helhet.decide.latest import Ask, Question, latest, lived, search, together
from helhet.decide.strain import Get, Watch, strain
from helhet.decide.trial import Trials, Variant, needed, shifted
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.simulate import simulate
from helhet.words.arrays import Flags
from helhet.words.plan import Plan, Start

NEEDS = {need.name: need for need in declarations(pieces()).needs}


class Answers:
    """A measure that is in time when it begins in or before a month of each future's own; counts what it is asked."""

    def __init__(self, must: np.ndarray) -> None:
        self.must, self.asked = must, 0

    def __call__(self, ask: Ask) -> Flags:
        self.asked += len(ask.numbers)
        return np.asarray(self.must[ask.numbers] < (np.inf if ask.month is None else ask.month))


@given(st.lists(st.one_of(st.integers(-5, 30), st.just(inf)), min_size=1, max_size=40))
def test_bisection_finds_the_last_month_that_is_in_time(must: list[float]) -> None:
    answers = Answers(np.array(must, dtype=float))
    grid = list(range(3, 20))
    found = latest(answers, np.arange(len(must)), grid)
    for late, found_here in zip(must, found, strict=True):
        expected = -inf if late < 3 else inf if late == inf else min(late, 19)
        assert found_here == expected
    assert answers.asked <= len(must) * (2 + 5)


@given(
    st.lists(st.one_of(st.integers(-5, 30), st.just(inf)), min_size=1, max_size=40),
    st.integers(-2, 25),
)
def test_what_is_known_of_the_plan_as_it_stands_changes_no_answer_and_saves_work(must: list[float], month: int) -> None:
    grid, numbers = list(range(3, 20)), np.arange(len(must))
    plain, helped = Answers(np.array(must, dtype=float)), Answers(np.array(must, dtype=float))
    short = np.array(must) < month
    assert latest(helped, numbers, grid, (month, short)).tolist() == latest(plain, numbers, grid).tolist()
    if 3 <= month < 20:
        assert helped.asked <= plain.asked + len(must)


@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.05, 0.1, 0.2, 0.4]))
def test_bisection_agrees_with_the_order_statistic_for_a_single_measure(key: int, alpha: float) -> None:
    dice = np.random.default_rng(key)
    need = np.where(dice.random(200) < 0.3, inf, dice.integers(60, 120, 200).astype(float))
    lead = dice.integers(10, 50, 200).astype(float)
    slacks = slack(need, lead)
    found = latest(Answers(slacks), np.arange(200), range(-60, 120))
    assert act_by(found, alpha) == act_by(slacks, alpha)


def test_a_measure_is_moved_left_out_and_committed_when_prepared() -> None:
    plan = Plan("p", None, (Start("a", 5, 1.0, 30), Start("b", 7, 1.0), Start("a", 9, 2.0)))  # type: ignore[arg-type]
    moved = shifted(plan, "a", 8)
    assert [(start.measure, start.month, start.commit_month) for start in moved.starts] == [
        ("a", 8, None),
        ("b", 7, None),
        ("a", 12, None),
    ]
    assert [start.measure for start in shifted(plan, "a", None).starts] == ["b"]


def test_beds_need_only_the_plant_and_homes_need_the_whole_town() -> None:
    assert [piece.name for piece in needed(pieces(), ["beds.short"])] == ["plant", "beds"]
    whole = {piece.name for piece in needed(pieces(), ["homes.missing", "work.vacant.nurses"])}
    assert whole >= {"plant", "people", "work", "homes", "movers", "beds"}
    with pytest.raises(LookupError, match=r"no piece reports homes\.nothing"):
        needed(pieces(), ["homes.nothing"])


def test_a_trial_gives_what_a_run_would_store_though_it_is_shorter_and_runs_fewer_pieces(
    small: Case, tmp_path: Path
) -> None:
    plan = next(plan for plan in small.plans.values() if plan.starts)
    results = simulate(small, pieces(), plans=[plan.id], futures=6, years=8, seed=5, folder=tmp_path, workers=1)
    numbers = np.array([1, 4, 5])
    for names in (["beds.short", "beds.needed"], ["homes.missing", f"work.vacant.{small.occupations[0].id}"]):
        (lived_again,) = Trials(small, pieces(), seed=5, years=4).run([Variant(plan, numbers)], names)
        for name in names:
            stored = results.outcome(name, plan.id).astype(np.float64)
            stored = stored.sum(axis=2) if stored.ndim == 3 else stored
            assert np.array_equal(lived_again[name], stored[numbers][:, : lived_again[name].shape[1]])


def test_the_latest_start_of_real_beds_is_the_last_that_keeps_them_enough(small: Case) -> None:
    measure = replace(next(m for m in small.measures.values() if m.kind == "beds"), size=10_000.0, lasts_months=0)
    case = replace(small, measures={**small.measures, measure.id: measure})
    plan = Plan("trial", measure.name, (Start(measure.id, 0, measure.size),))
    tolerance = replace(case.needs["beds"], share=0.0, least=1.0)
    question = Question(plan, measure.id, Watch(NEEDS["beds"], tolerance, 96))
    trials = Trials(case, pieces(), seed=2, years=8)
    numbers, grid = np.arange(12), list(range(0, 60, 6))
    (found,) = together([search(numbers, grid)], lambda asked: lived(trials, [question], asked))
    assert np.isfinite(found).any()
    ((*told,),) = lived(trials, [question], [[Ask(month, numbers) for month in grid]])
    for month, short in zip(grid, told, strict=True):
        assert short.tolist() == (found < month).tolist()


def test_what_a_trial_counts_is_what_the_results_of_the_same_futures_say(small: Case, tmp_path: Path) -> None:
    plan = next(plan for plan in small.plans.values() if plan.starts)
    results = simulate(small, pieces(), plans=[plan.id], futures=4, years=5, seed=3, folder=tmp_path, workers=1)
    stored = strain(
        NEEDS["beds"], small.needs["beds"], lambda name: results.outcome(name, plan.id).astype(np.float64), 5
    )
    question = Question(plan, plan.starts[0].measure, Watch(NEEDS["beds"], small.needs["beds"], 60))
    trials = Trials(small, pieces(), seed=3, years=5)
    ((short,),) = lived(trials, [question], [[Ask(plan.starts[0].month, np.arange(4))]])
    assert short.tolist() == stored.hit(60).tolist()


@pytest.mark.parametrize("need", sorted(NEEDS))
def test_a_watch_that_stops_at_the_first_shortage_says_what_all_the_years_say(
    small: Case, need: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, years, numbers = next(plan for plan in small.plans.values() if plan.starts), 6, np.arange(8)
    items = tuple(each.id for each in small.occupations) if need == "work" else ()
    trials = Trials(small, pieces(), seed=11, years=years)
    (outcomes,) = trials.run([Variant(plan, numbers)], Watch(NEEDS[need], small.needs[need], 72, items).names)
    whole = strain(NEEDS[need], replace(small.needs[need], share=0.0, least=0.0), outcomes.__getitem__, years, items)
    limit = float(np.median(whole.missing.max(axis=1)))  # so that some futures are short, and some are not
    watch = Watch(NEEDS[need], replace(small.needs[need], share=0.0, least=limit), 72, items)
    lived_years = 0

    def counted(self: Watch, get: Get, years: int) -> Flags:
        nonlocal lived_years
        lived_years += 1
        return hit(self, get, years)

    hit = Watch.hit
    expected = watch.hit(outcomes.__getitem__, years)
    monkeypatch.setattr(Watch, "hit", counted)
    (found,) = trials.hits([Variant(plan, numbers)], watch)
    assert found.tolist() == expected.tolist()
    assert 0 < expected.sum() < len(numbers)
    assert lived_years < years * len(numbers), "the years after a shortage are not lived"


def test_worker_processes_live_the_same_futures_as_threads(small: Case) -> None:
    plan = next(plan for plan in small.plans.values() if plan.starts)
    variants = [Variant(plan, np.arange(3)), Variant(shifted(plan, plan.starts[0].measure, None), np.arange(2))]
    names = ["beds.short", "beds.needed"]
    threads = Trials(small, pieces(), seed=3, years=3).run(variants, names)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        processes = Trials(small, pieces(), seed=3, years=3, executor=pool).run(variants, names)
    for one, other in zip(threads, processes, strict=True):
        assert all(np.array_equal(one[name], other[name]) for name in names)


def test_several_searches_are_answered_in_as_many_rounds_as_the_longest() -> None:
    musts = [np.array([5.0, 9.0, inf]), np.array([-1.0, 30.0]), np.array([inf])]
    rounds = 0

    def answer(asked: Sequence[list[Ask]]) -> list[list[Flags]]:
        nonlocal rounds
        rounds += 1
        return [[Answers(must)(ask) for ask in asks] for must, asks in zip(musts, asked, strict=True)]

    grid = list(range(3, 20))
    found = together([search(np.arange(len(must)), grid) for must in musts], answer)
    assert [each.tolist() for each in found] == [[5, 9, inf], [-inf, 19], [inf]]
    assert rounds <= 2 + 5
