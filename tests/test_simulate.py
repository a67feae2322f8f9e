"""The loop: what one future is, and that the same run gives the same bytes however it is carried out."""

from __future__ import annotations

import dataclasses
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from toy_town import REFUSED, Breaks, Counter, Refuses, contents, run_toy, toy_case

from helhet.case.draw import draw
from helhet.pieces.piece import Future, Piece, Report, Turn
from helhet.results import Results
from helhet.simulate import CHUNK, Job, Progress, cores, first_day, live
from helhet.town import Town
from helhet.words.declare import Outcome, Text
from helhet.words.faults import Faults
from helhet.words.plan import Plan, Start


def one_future(plan: str = "nothing", years: int = 4, number: int = 0) -> dict[str, np.ndarray]:
    case, pieces = toy_case(), [Counter()]
    first = first_day(case, pieces, years)
    return live(case, pieces, first, first.copy(), case.plans[plan], Future(number, 7, draw(case, 7, number)), years)


class Diary(Piece):
    """Writes down when it is called."""

    name = "diary"

    def __init__(self, name: str, diary: list[str]) -> None:
        self.name, self.diary = name, diary
        self.outcomes = (Outcome(f"{name}.pages", "pages", Text("sidor", "pages"), "town"),)

    def start(self, *_: object) -> None:
        self.diary.append(f"{self.name} start")

    def begin(self, town: Town, turn: Turn) -> None:
        self.diary.append(f"{self.name} begin {turn.year}")

    def step(self, town: Town, turn: Turn) -> None:
        self.diary.append(f"{self.name} step {turn.year}")

    def settle(self, town: Town, turn: Turn) -> None:
        self.diary.append(f"{self.name} settle {turn.year}")

    def measure(self, town: Town, turn: Turn) -> Report:
        self.diary.append(f"{self.name} measure {turn.year}")
        return {f"{self.name}.pages": np.array([float(turn.years)])}


def test_the_pieces_are_called_in_their_order_and_each_phase_is_ended_before_the_next() -> None:
    diary: list[str] = []
    pieces = [Diary("b", diary), Diary("a", diary)]
    case = toy_case()
    first = first_day(case, pieces, 2)
    live(case, pieces, first, first.copy(), case.plans["nothing"], Future(0, 7, {}), 2)
    years = [f"{name} {phase} {year}" for year in (0, 1) for phase in ("step", "settle", "measure") for name in "ba"]
    assert diary == ["b start", "a start", "b begin 0", "a begin 0", *years]


def test_outcomes_are_stacked_by_year_and_district_or_month() -> None:
    lived = one_future()
    assert {name: values.shape for name, values in lived.items()} == {
        "counter.visits": (4, 2),
        "counter.all": (4,),
        "counter.monthly": (48,),
        "counter.by.nurse": (4,),
        "counter.by.welder": (4,),
    }
    np.testing.assert_allclose(lived["counter.visits"].sum(axis=1), lived["counter.all"])
    np.testing.assert_allclose(lived["counter.by.nurse"] * 3, lived["counter.by.welder"])
    np.testing.assert_allclose(np.diff(lived["counter.monthly"][12:24]), 1.0)


def test_a_future_does_not_depend_on_what_the_town_lived_before() -> None:
    case, pieces = toy_case(), [Counter()]
    first = first_day(case, pieces, 4)
    before = first.read("counter", "visits").copy()
    used = first.copy()
    for number in (5, 9, 5):
        last = live(case, pieces, first, used, case.plans["more"], Future(number, 7, draw(case, 7, number)), 4)
    fresh = one_future("more", number=5)
    assert all(np.array_equal(last[name], fresh[name]) for name in fresh)
    np.testing.assert_array_equal(first.read("counter", "visits"), before)


def test_plans_meet_the_same_futures(tmp_path: Path) -> None:
    results = run_toy(tmp_path)
    gain = results.outcome("counter.visits", "more") - results.outcome("counter.visits", "nothing")
    np.testing.assert_allclose(gain[:, -1], 12.0, atol=1e-4)
    assert results.outcome("counter.visits", "nothing")[:, -1].std() > 0.5


def test_the_store_holds_what_live_gives(tmp_path: Path) -> None:
    results = run_toy(tmp_path)
    for number in (0, 19, 20, 49):
        lived = one_future("more", number=number)
        for name in results.outcomes:
            np.testing.assert_array_equal(results.outcome(name, "more")[number], lived[name].astype(np.float32))


def test_a_measure_of_size_zero_changes_no_bit(tmp_path: Path) -> None:
    case = toy_case()
    empty = Plan("empty", Text("Noll", "Zero"), (Start("more", 0, 0),))
    results = run_toy(
        tmp_path, case=dataclasses.replace(case, plans={**case.plans, "empty": empty}), plans=["nothing", "empty"]
    )
    for name in results.outcomes:
        np.testing.assert_array_equal(results.outcome(name, "nothing"), results.outcome(name, "empty"))


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_any_number_of_threads_gives_the_same_bytes(tmp_path: Path, workers: int) -> None:
    run_toy(tmp_path / "default")
    run_toy(tmp_path / "other", workers=workers)
    assert contents(tmp_path / "other") == contents(tmp_path / "default")


def test_an_executor_of_the_callers_own_gives_the_same_bytes_and_stays_open(tmp_path: Path) -> None:
    run_toy(tmp_path / "threads")
    with ProcessPoolExecutor(2) as processes:
        run_toy(tmp_path / "processes", executor=processes, workers=2)
        assert processes.submit(max, 1, 2).result() == 2
    with ThreadPoolExecutor(1) as thread:
        run_toy(tmp_path / "thread", executor=thread)
    assert contents(tmp_path / "processes") == contents(tmp_path / "threads") == contents(tmp_path / "thread")


def test_a_town_sent_to_another_process_still_follows_its_columns() -> None:
    town = pickle.loads(pickle.dumps(first_day(toy_case(), [Counter()], 4)))
    town.own("counter", "counter", "visits")[0] = 99.0
    assert town.read("counter", "visits")[0] == 99.0
    assert not town.read("counter", "visits").flags.writeable


def test_a_job_sent_to_another_process_is_a_recipe_that_is_followed_once() -> None:
    job = Job(toy_case(), (Counter(),), 4, 7)
    town = job.town
    sent = [pickle.dumps(job) for _ in range(2)]
    assert len(sent[0]) < len(pickle.dumps((toy_case(), Counter()))) + 500  # no town goes with it
    made, again = [pickle.loads(each) for each in sent]
    assert made is again
    assert made.town is again.town is not town
    assert (made.years, made.seed) == (4, 7)
    np.testing.assert_array_equal(made.town.read("counter", "visits"), town.read("counter", "visits"))


def test_faults_of_the_first_day_come_whole_from_another_process_and_leave_no_folder(tmp_path: Path) -> None:
    for workers in (1, 2):
        with ProcessPoolExecutor(workers) as processes, pytest.raises(Faults) as raised:
            run_toy(tmp_path / "town", pieces=[Refuses()], executor=processes, workers=workers)
        assert raised.value.faults == Faults(REFUSED).faults
        assert str(raised.value) == str(Faults(REFUSED))
        assert not (tmp_path / "town").exists()


def test_the_same_call_again_runs_nothing_and_changes_nothing(tmp_path: Path) -> None:
    run_toy(tmp_path)
    before = contents(tmp_path)
    told: list[Progress] = []
    run_toy(tmp_path, progress=told.append, pieces=[Counter()])
    assert [(p.finished, p.runs, p.chunk) for p in told] == [(50, 100, None)]
    assert contents(tmp_path) == before


def test_more_futures_extend_a_run_to_the_bytes_of_the_longer_run(tmp_path: Path) -> None:
    run_toy(tmp_path / "grown", futures=25)
    told: list[Progress] = []
    assert run_toy(tmp_path / "grown", futures=90, progress=told.append).futures == 90
    assert told[0].finished == 20  # the short last chunk, 20 to 24, is run again as a full one
    run_toy(tmp_path / "whole", futures=90)
    assert contents(tmp_path / "grown") == contents(tmp_path / "whole")


def test_fewer_futures_are_read_from_the_longer_run(tmp_path: Path) -> None:
    longer = run_toy(tmp_path)
    before = contents(tmp_path)
    shorter = run_toy(tmp_path, futures=33)
    assert shorter.futures == 33
    np.testing.assert_array_equal(
        shorter.outcome("counter.visits", "more"), longer.outcome("counter.visits", "more")[:33]
    )
    assert contents(tmp_path) == before


def test_a_plan_added_later_runs_alone_and_gives_the_bytes_of_a_run_with_both(tmp_path: Path) -> None:
    run_toy(tmp_path / "added", plans=["nothing"])
    told: list[Progress] = []
    added = run_toy(tmp_path / "added", plans=["nothing", "more"], progress=told.append)
    assert {p.chunk.plan for p in told if p.chunk} == {"more"}
    assert added.plans == ("nothing", "more")
    run_toy(tmp_path / "both")
    assert contents(tmp_path / "added") == contents(tmp_path / "both")


def test_progress_counts_futures_finished_under_every_plan(tmp_path: Path) -> None:
    told: list[Progress] = []
    run_toy(tmp_path, futures=25, progress=told.append, workers=1)
    assert [p.runs for p in told] == [0, 10, 20, 30, 40, 45, 50]
    assert [p.finished for p in told] == [0, 0, 10, 10, 20, 20, 25]
    assert all(p.total == 25 and p.runs_total == 50 for p in told)
    assert [p.elapsed for p in told] == sorted(p.elapsed for p in told)
    last = told[-1].chunk
    assert last is not None
    assert (last.plan, last.first, last.futures) == ("more", 2 * CHUNK, 5)
    assert last.outcomes["counter.visits"].shape == (5, 4, 2)


def test_a_piece_that_fails_says_in_which_future_and_keeps_what_is_finished(tmp_path: Path) -> None:
    with pytest.raises(ArithmeticError, match="cannot count") as raised:
        # The chunk that fails is the last: one after it might be finished too before the failure is looked at.
        run_toy(tmp_path, pieces=[Breaks()], plans=["more"], futures=30, workers=1)
    assert raised.value.__notes__ == ["in future 25 under the plan more, with seed 7"]
    assert Results(tmp_path).numbers.tolist() == list(range(20))


@pytest.mark.parametrize(
    ("report", "message"),
    [
        ({}, "declares and reports different outcomes"),
        ({"diary.pages": np.zeros(1), "diary.other": np.zeros(1)}, "diary.other"),
        ({"diary.pages": np.zeros(2)}, r"shape \(2,\)"),
        ({"diary.pages": np.float64(1)}, r"shape \(\)"),
    ],
)
def test_a_piece_must_report_exactly_what_it_declares(report: Report, message: str) -> None:
    class Wrong(Diary):
        def measure(self, town: Town, turn: Turn) -> Report:
            return report

    case, pieces = toy_case(), [Wrong("diary", [])]
    first = first_day(case, pieces, 1)
    with pytest.raises(ValueError, match=message):
        live(case, pieces, first, first.copy(), case.plans["nothing"], Future(0, 7, {}), 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"futures": 0}, "run, futures: must be from 1"),
        ({"years": 0}, "run, years: must be from 1 to 255"),
        ({"years": 256}, "run, years: must be from 1 to 255"),
        ({"workers": 0}, "run, workers: must be from 1"),
        ({"plans": []}, "run, plans: must be from 1"),
        ({"plans": ["more", "more"]}, "the plan is named twice ('more')"),
        ({"plans": ["moore"]}, "the case has no such plan ('moore'). Choose among: nothing, more."),
    ],
)
def test_a_run_that_cannot_be_is_refused_before_anything_is_written(
    tmp_path: Path, changes: dict, message: str
) -> None:
    with pytest.raises(Faults) as raised:
        run_toy(tmp_path / "out", **changes)
    assert message in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_all_cores_means_those_this_process_may_use() -> None:
    assert cores() >= 1
