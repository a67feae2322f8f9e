"""Demography alone, three ways in one run: helhet's own people, plain NumPy, and the microsimulation package neworder.

Run ``python benchmarks/demography.py [--years 25] [--rounds 15] [--processes 9]``; needs ``pip install neworder`` (the
extra ``bench``). One thread. Everybody of the embedded case grows a year older, dies or gives birth by the same
probabilities; a mother who dies in the year gives no birth, a newborn may die in its first. Nobody moves. All keep an
identity for everyone and count residents, births and deaths each year. ``helhet`` is the piece ``people`` as the
product runs it; ``helhet, reporting`` is the same with residents by district and age group counted and kept for every
year, which the others do not do. The rounds alternate, so that whatever else the machine does falls on all of them;
times are medians. What lies where in memory differs from process to process, and moves neworder's time by a quarter or
a half: so all is measured in several processes, one after another, and a ratio is the median of theirs, each the median
of its rounds.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
warnings.filterwarnings("ignore", message="neworder installed in serial mode")

import neworder  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from helhet.case.ages import by_sex_and_age  # noqa: E402
from helhet.case.case import Case  # noqa: E402
from helhet.case.draw import draw  # noqa: E402
from helhet.case.read import embedded, read_case  # noqa: E402
from helhet.pieces.kernels.chances import BIRTH, DIE, rates, spread  # noqa: E402
from helhet.pieces.order import pieces  # noqa: E402
from helhet.pieces.people import People  # noqa: E402
from helhet.pieces.piece import Future, Turn, declarations  # noqa: E402
from helhet.simulate import first_day, live  # noqa: E402
from helhet.words.person import AGE_STEP, OLDEST, STATES  # noqa: E402

Array = np.ndarray[Any, Any]
TARGETS = {"NumPy": 4.0, "neworder": 12.0}
LAST = AGE_STEP * OLDEST


@dataclass(frozen=True)
class Demography:
    """What all of them are given.

    ``state`` (people,) is age * 2 + sex of everyone on the first day. ``die`` and ``birth`` (STATES,) are the
    probabilities in a year, by the age reached on 31 December; ``infant`` (2,) is the risk of death in the year of
    birth for girls and boys, who are there for half of it; ``boys`` is the share of boys among births.
    """

    state: Array
    die: Array
    birth: Array
    infant: Array
    boys: float
    years: int


@dataclass(frozen=True)
class Lived:
    """What came out: person-years lived (people at the start of each year, summed), and the last year's people."""

    person_years: int
    residents: int
    births: int
    deaths: int


class Helhet:
    """The product: the piece ``people`` alone, with its kernels and the glue around them."""

    name = "helhet"

    def __init__(self, case: Case, years: int) -> None:
        self.case, self.years, self.pieces = case, years, (People(),)
        self.settings = draw(case, 1, 0) | {
            "people.mortality_trend": 0.0,
            "people.fertility": 1.0,
            "people.out_moves": 0.0,
        }
        self.first = first_day(case, self.pieces, years)
        self.town = self.first.copy()
        chance = spread(rates(case), self.settings, False).reshape(-1, STATES, 6)[0]
        self.same = Demography(
            np.array(self.first.read("people", "state")[: self.first.count("people")[0]]),
            chance[:, DIE],
            chance[:, BIRTH],
            1.0 - np.sqrt(1.0 - chance[:AGE_STEP, DIE]),
            self.settings["people.boys"],
            years,
        )

    def run(self, seed: int) -> Lived:
        """One future, whose number is ``seed``: what the piece does in each year, and its tally of the year."""
        town, people = self.town, self.pieces[0]
        town.become(self.first)
        future = Future(seed, 1, self.settings)
        turns = [Turn(self.case, future, year, self.years) for year in range(self.years)]
        people.begin(town, turns[0])
        residents = len(self.same.state)
        person_years = births = deaths = 0
        for turn in turns:
            person_years += residents
            people.step(town, turn)
            born, died, *_ = np.add.reduce(town.read("tally", "count").reshape(-1, 4)).tolist()
            births, deaths, residents = births + born, deaths + died, residents + born - died
        return Lived(person_years, residents, births, deaths)


class Measured(Helhet):
    """The same in the product's own loop over years, with all that is reported: residents by district and age group."""

    name = "helhet, reporting"

    def run(self, seed: int) -> Lived:
        """One future, whose number is ``seed``."""
        future, plan = Future(seed, 1, self.settings), self.case.plans["nothing"]
        out = live(self.case, self.pieces, self.first, self.town, plan, future, self.years)
        residents = out["people.residents"].sum(axis=1)
        return Lived(
            int(len(self.same.state) + residents[:-1].sum()),
            int(residents[-1]),
            int(out["people.births"].sum()),
            int(out["people.deaths"].sum()),
        )


class Numpy:
    """Plain NumPy: one column of states, one of identities, boolean masks; newborns are appended."""

    name = "NumPy"

    def __init__(self, given: Demography) -> None:
        self.given = given
        self.either = given.die + given.birth

    def run(self, seed: int) -> Lived:
        """One future."""
        given, rng = self.given, np.random.default_rng(seed)
        state = given.state.astype(np.intp)
        identity = np.arange(len(state))
        person_years = births = deaths = 0
        for _ in range(given.years):
            person_years += len(state)
            state = np.minimum(state + AGE_STEP, LAST + (state & 1))
            u = rng.random(len(state))
            alive = u >= given.die[state]
            mothers = np.count_nonzero(alive & (u < self.either[state]))
            newborn = (rng.random(mothers) < given.boys).astype(np.intp)
            newborn = newborn[rng.random(mothers) >= given.infant[newborn]]
            births += mothers
            deaths += len(state) - np.count_nonzero(alive) + mothers - len(newborn)
            names = np.arange(len(newborn)) + identity[-1] + 1
            state = np.concatenate((state[alive], newborn))
            identity = np.concatenate((identity[alive], names))
        return Lived(person_years, len(state), births, deaths)


class _Town(neworder.Model):  # type: ignore[misc] # the package says nothing of its types
    """What both ways of using neworder share: a timeline of years and the random stream of its engine."""

    def __init__(self, given: Demography, seed: int) -> None:
        super().__init__(neworder.LinearTimeline(0.0, float(given.years), given.years), lambda: seed)
        self.given = given
        # Given that she does not die: neworder asks one question at a time.
        self.birth = given.birth / np.maximum(1.0 - given.die, 1e-9)
        self.person_years = self.births = self.deaths = 0

    def newborns(self, mothers: int) -> Array:
        """States of those who survive of as many births."""
        newborn = self.mc.hazard(self.given.boys, mothers).astype(np.intp)
        living = newborn[self.mc.hazard(self.given.infant[newborn]) == 0.0]
        self.births += mothers
        self.deaths += mothers - len(living)
        return living


class _Arrays(_Town):
    """neworder over NumPy arrays: its engine draws the hazards of a whole array at a time."""

    def __init__(self, given: Demography, seed: int) -> None:
        super().__init__(given, seed)
        self.state = given.state.astype(np.intp)
        self.identity = neworder.df.unique_index(len(self.state))

    def step(self) -> None:
        """One year."""
        self.person_years += len(self.state)
        self.state = np.minimum(self.state + AGE_STEP, LAST + (self.state & 1))
        alive = self.mc.hazard(self.given.die[self.state]) == 0.0
        before = len(self.state)
        self.state, self.identity = self.state[alive], self.identity[alive]
        self.deaths += before - len(self.state)
        chance = self.birth[self.state]
        mothers = int(self.mc.hazard(chance[chance > 0.0]).sum())  # men and women of other ages are not asked
        newborn = self.newborns(mothers)
        self.state = np.concatenate((self.state, newborn))
        self.identity = np.concatenate((self.identity, neworder.df.unique_index(len(newborn))))


class _Frame(_Town):
    """neworder over a data frame, as in its own examples."""

    def __init__(self, given: Demography, seed: int) -> None:
        super().__init__(given, seed)
        state = given.state.astype(np.int64)
        self.people = pd.DataFrame({"state": state}, index=neworder.df.unique_index(len(state)))

    def step(self) -> None:
        """One year."""
        people = self.people
        self.person_years += len(people)
        people.state = np.minimum(people.state + AGE_STEP, LAST + (people.state & 1))
        dies = self.mc.hazard(self.given.die[people.state]) == 1.0
        self.deaths += int(dies.sum())
        people = people.loc[~dies]
        women = people.loc[self.birth[people.state] > 0.0]
        newborn = self.newborns(int(self.mc.hazard(self.birth[women.state]).sum()))
        index = neworder.df.unique_index(len(newborn))
        self.people = pd.concat((people, pd.DataFrame({"state": newborn}, index=index)))

    @property
    def state(self) -> Array:
        """Everybody's state."""
        return self.people.state.to_numpy()


class Neworder:
    """The package neworder, over arrays or over a data frame."""

    def __init__(self, given: Demography, model: type[_Town], name: str) -> None:
        self.given, self.model, self.name = given, model, name

    def run(self, seed: int) -> Lived:
        """One future."""
        model = self.model(self.given, seed)
        if not neworder.run(model):
            raise RuntimeError("neworder did not finish its run")
        return Lived(model.person_years, len(model.state), model.births, model.deaths)


def expected(given: Demography) -> tuple[float, float, float]:
    """Residents after the last year, births and deaths that the same probabilities give on average (a cohort model)."""
    people = np.bincount(given.state, minlength=STATES).astype(float)
    births = deaths = 0.0
    for _ in range(given.years):
        older = np.zeros(STATES)
        older[AGE_STEP : LAST + AGE_STEP] = people[:LAST]
        older[LAST : LAST + AGE_STEP] += people[LAST : LAST + AGE_STEP]
        born = float((older * given.birth).sum())
        newborn = born * np.array([1.0 - given.boys, given.boys])
        die = float((older * given.die).sum() + (newborn * given.infant).sum())
        people = older * (1.0 - given.die)
        people[:2] += newborn * (1.0 - given.infant)
        births, deaths = births + born, deaths + die
    return float(people.sum()), births, deaths


def timed(way: Any, seed: int) -> tuple[float, Lived]:
    """Nanoseconds per person-year of one future, and what came out."""
    began = time.thread_time()  # of the processor: what other programs take does not count
    lived: Lived = way.run(seed)
    return 1e9 * (time.thread_time() - began) / lived.person_years, lived


def compare(ways: list[Any], rounds: int) -> tuple[dict[str, list[float]], dict[str, list[Lived]]]:
    """Times and outcomes of every way in each round; the first call of each, uncounted, compiles."""
    times: dict[str, list[float]] = {way.name: [] for way in ways}
    lived: dict[str, list[Lived]] = {way.name: [] for way in ways}
    for way in ways:
        way.run(10_000)
    for seed in range(rounds):
        for way in ways:
            took, out = timed(way, seed)
            times[way.name].append(took)
            lived[way.name].append(out)
    return times, lived


@dataclass(frozen=True)
class Measurement:
    """What one process measured: nanoseconds per person-year by way and round, and what came out of each."""

    times: dict[str, list[float]]
    lived: dict[str, list[Lived]]

    def ratio(self, name: str) -> float:
        """How many times longer than helhet the way ``name`` takes: the median over rounds."""
        pairs = zip(self.times[name], self.times["helhet"], strict=True)
        return statistics.median(other / own for other, own in pairs)


def measure(residents: int, years: int, rounds: int) -> Measurement:
    """All ways, in this process."""
    case = town_of(read_case(embedded("skelleftea"), declarations(pieces())), residents)
    ours = Helhet(case, years)
    ways = [
        ours,
        Measured(case, years),
        Numpy(ours.same),
        Neworder(ours.same, _Arrays, "neworder, arrays"),
        Neworder(ours.same, _Frame, "neworder, data frame"),
    ]
    return Measurement(*compare(ways, rounds))


def in_processes(asked: argparse.Namespace) -> list[Measurement]:
    """The same in a fresh process each time, one after another."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as one:
        task = (asked.residents, asked.years, asked.rounds)
        return [one.submit(measure, *task).result() for _ in range(asked.processes)]


def tell_times(found: list[Measurement]) -> None:
    """Medians, and how many times longer than helhet."""
    print(f"{'':>22} {'ns per person-year':>19} {'person-years/s':>15} {'times helhet':>13}   by process")
    medians = {}
    for name in found[0].times:
        took = [statistics.median(one.times[name]) for one in found]
        ratios = [one.ratio(name) for one in found]
        medians[name] = statistics.median(took)
        print(
            f"{name:>22} {medians[name]:19.2f} {1e9 / medians[name]:15,.0f} {statistics.median(ratios):13.1f}   ",
            end="",
        )
        print(f"{min(took):.2f}-{max(took):.2f} ns; " + " ".join(f"{ratio:.1f}" for ratio in sorted(ratios)))
    fastest = min(("neworder, arrays", "neworder, data frame"), key=medians.__getitem__)
    for target, name in (("NumPy", "NumPy"), ("neworder", fastest)):
        ratio = statistics.median(one.ratio(name) for one in found)
        met = "met" if ratio >= TARGETS[target] else "MISSED"
        print(f"helhet is {ratio:.1f} times as fast as {name} (target {TARGETS[target]:.0f}: {met})")


def tell_outcomes(given: Demography, lived: dict[str, list[Lived]]) -> bool:
    """Means against the cohort model, in standard errors; whether all lie within four of them."""
    means = expected(given)
    print(f"\nthe same population? expected: {means[0]:,.0f} residents, {means[1]:,.0f} births, {means[2]:,.0f} deaths")
    same = True
    for name, outs in lived.items():
        said = []
        for k, what in enumerate(("residents", "births", "deaths")):
            values = np.array([getattr(out, what) for out in outs], dtype=float)
            # Counts of rare events are nearly Poisson: the change in residents is births less deaths.
            variance = means[1] + means[2] if what == "residents" else means[k]
            error = (values.mean() - means[k]) / np.sqrt(variance / len(values))
            same &= bool(abs(error) < 4.0)
            said.append(f"{what} {values.mean():,.0f} ({error:+.1f} s.e.)")
        print(f"{name:>22}  " + ", ".join(said))
    print("yes: all within sampling error" if same else "NO: they differ")
    return same


def town_of(case: Case, residents: int) -> Case:
    """The case with its population scaled to about ``residents``."""
    rows = case.tables["population"]
    counts = by_sex_and_age(rows)
    value = np.round(rows["value"] * (residents / counts.sum()))
    table = replace(rows, columns={**rows.columns, "value": value})
    return replace(case, tables={**case.tables, "population": table})


def profile(ours: Helhet, lines: int) -> None:
    """Where helhet's time goes, by function."""
    import cProfile  # noqa: PLC0415 - only on request
    import pstats  # noqa: PLC0415

    watch = cProfile.Profile()
    watch.enable()
    for seed in range(20):
        ours.run(seed)
    watch.disable()
    pstats.Stats(watch).sort_stats("tottime").print_stats(lines)


def main() -> int:
    """Compare, and say whether the targets are met; 1 where the populations differ."""
    parser = argparse.ArgumentParser(description="Demography alone: helhet, NumPy and neworder side by side.")
    parser.add_argument("--residents", type=int, default=73_000)
    parser.add_argument("--years", type=int, default=25)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--processes", type=int, default=9)
    parser.add_argument("--profile", action="store_true", help="show where helhet's time goes instead")
    asked = parser.parse_args()
    ours = Helhet(town_of(read_case(embedded("skelleftea"), declarations(pieces())), asked.residents), asked.years)
    if asked.profile:
        ours.run(0)
        profile(ours, 25)
        return 0
    versions = f"NumPy {np.__version__}, neworder {neworder.__version__}, pandas {pd.__version__}"
    print(f"{len(ours.same.state):,} residents, {asked.years} years, {asked.rounds} rounds, one thread; {versions}\n")
    found = in_processes(asked)
    tell_times(found)
    return 0 if tell_outcomes(ours.same, found[0].lived) else 1  # all processes have the same seeds


if __name__ == "__main__":
    raise SystemExit(main())
