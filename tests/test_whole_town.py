"""The whole town, all pieces: what must hold in every future, under every plan."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from living import lived_years
from test_homes import assert_sound

from helhet.case.draw import draw
from helhet.case.schedule import schedule
from helhet.pieces.order import pieces
from helhet.pieces.piece import Future
from helhet.simulate import Job, Task, first_day, live, run, simulate
from helhet.words.person import EMPTY
from helhet.words.plan import Plan, Start


def years_of(case, plan, number, years, prior=None):
    """Live through ``years``; yields the town, the turn and everything reported, year by year."""
    case = dataclasses.replace(case, prior=prior) if prior else case
    everything = pieces()
    town = first_day(case, everything, years)
    future = Future(number, 1, draw(case, 1, number))
    deliveries = schedule(plan, case.measures, future.seed, number)
    for turn in lived_years(case, everything, town, future, years, deliveries):
        report = {}
        for piece in everything:
            report |= piece.measure(town, turn)
        yield town, turn, report


def assert_whole(town, report, before, case):
    """Residents, homes and jobs add up; returns the residents by district."""
    assert_sound(town)
    change = report["people.births"] + report["people.moved_in"] + report["homes.moved_here"]
    change = change - report["people.deaths"] - report["people.moved_out"] - report["homes.moved_away"]
    assert np.array_equal(report["people.residents"], before + change)
    rows = int(town.count("people")[0])
    alive = town.read("people", "state")[:rows] < EMPTY
    job = town.read("people", "job")[:rows]
    assert (job[~alive] < 0).all()
    demand, filled, commuters, lodgers = (
        town.read("cells", name).astype(int) for name in ("demand", "filled", "commuters", "lodgers")
    )
    assert np.array_equal(np.bincount(job[alive & (job >= 0)], minlength=len(filled)), filled)
    assert (filled + commuters + lodgers <= demand).all()
    vacant = (demand - filled - commuters - lodgers).reshape(len(case.employers), -1)
    here = np.array([employer.sector != "elsewhere" for employer in case.employers])
    assert np.array_equal(report["work.vacant"], vacant[here].sum(axis=0))
    ages = sum(report[f"people.{name}"] for name in ("age_0_5", "age_6_15", "age_16_19", "age_20_64", "age_65_79"))
    assert np.array_equal(ages + report["people.age_80"], report["people.residents"])
    assert np.allclose(report["beds.short"], np.maximum(report["beds.needed"] - report["beds.offered"], 0))
    return report["people.residents"]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(number=st.integers(0, 2**31), which=st.integers(0, 10))
def test_everything_adds_up_every_year_in_every_future_and_plan(small, number, which):
    plan = list(small.plans.values())[which % len(small.plans)]
    everything = pieces()
    town = first_day(small, everything, 8)
    n = int(town.count("people")[0])
    before = np.bincount(town.read("people", "district")[:n], minlength=len(small.districts)).astype(float)
    for lived, _, report in years_of(small, plan, number, 8):
        before = assert_whole(lived, report, before, small)


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 1, 3])
def test_everything_adds_up_in_skelleftea(skelleftea, number):
    everything = pieces()
    town = first_day(skelleftea, everything, 12)
    n = int(town.count("people")[0])
    before = np.bincount(town.read("people", "district")[:n], minlength=len(skelleftea.districts)).astype(float)
    for lived, _, report in years_of(skelleftea, skelleftea.plans["act_early"], number, 12):
        before = assert_whole(lived, report, before, skelleftea)


def lived(case, plan, number=0, years=8):
    everything = pieces()
    first = first_day(case, everything, years)
    return live(case, everything, first, first.copy(), plan, Future(number, 1, draw(case, 1, number)), years)


def test_a_measure_of_size_zero_changes_nothing_bit_for_bit(skelleftea):
    nothing = skelleftea.plans["nothing"]
    of_each_kind = {measure.kind: measure.id for measure in skelleftea.measures.values()}
    assert len(of_each_kind) >= 5
    zero = Plan("zero", nothing.name, tuple(Start(name, 2, 0.0) for name in of_each_kind.values()))
    plain, same = lived(skelleftea, nothing, years=6), lived(skelleftea, zero, years=6)
    assert plain.keys() == same.keys()
    for name in plain:
        assert plain[name].tobytes() == same[name].tobytes(), name


def test_every_kind_of_measure_changes_what_it_is_for(skelleftea):
    """Each kind, alone and large, moves its own outcome in a future in which the plant comes."""
    number = next(n for n in range(50) if lived(skelleftea, skelleftea.plans["nothing"], n, 1)["plant.outcome"][0] == 0)
    nothing = lived(skelleftea, skelleftea.plans["nothing"], number, 8)
    effect = {
        "homes": ("homes.stock", 1),
        "beds": ("beds.offered", 1),
        "training": ("study.trained", 1),
        "recruitment": ("work.offers", 1),
        "commuting": ("work.commuters", 1),
    }
    for kind, (outcome, sign) in effect.items():
        measure = next(m for m in skelleftea.measures.values() if m.kind == kind)
        plan = Plan("one", measure.name, (Start(measure.id, 0, 3 * measure.size),))
        with_it = lived(skelleftea, plan, number, 8)
        names = [name for name in nothing if name == outcome or name.startswith(outcome + ".")]
        before, after = (sum(run[name].sum() for name in names) for run in (nothing, with_it))
        assert sign * (after - before) > 0, kind


def test_before_a_measure_is_delivered_everybody_has_the_same_luck(skelleftea):
    """Common random numbers: plans differ only from the year in which something of them is there."""
    nothing = lived(skelleftea, skelleftea.plans["nothing"], 1, 6)
    early = lived(skelleftea, skelleftea.plans["act_early"], 1, 6)
    first = min(d.delivered for d in schedule(skelleftea.plans["act_early"], skelleftea.measures, 1, 1)) // 12
    for name in nothing:
        if name not in ("measures.spent",):
            per_year = len(nothing[name]) // 6
            assert np.array_equal(nothing[name][: first * per_year], early[name][: first * per_year]), name


@pytest.mark.slow
def test_the_whole_town_gives_the_same_bytes_on_one_and_two_threads(small, tmp_path):
    folders = []
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        plans = list(small.plans)
        simulate(small, pieces(), plans=plans, futures=42, years=6, seed=3, folder=folder, workers=workers)
        folders.append({f.relative_to(folder): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()})
    assert folders[0] == folders[1]
    assert len(folders[0]) > 6


def test_a_future_is_the_same_whatever_was_lived_before_it(skelleftea):
    """All futures of a task live in one town, one after another."""
    job = Job(skelleftea, tuple(pieces()), 10, 1)
    plan = next(iter(skelleftea.plans))
    together, alone = run(job, Task(plan, 0, 3)), run(job, Task(plan, 2, 1))
    for name, values in alone.outcomes.items():
        assert np.array_equal(values[0], together.outcomes[name][2]), name
