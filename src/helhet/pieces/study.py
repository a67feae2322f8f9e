"""Study: young people choose an occupation, adults train for another.

The equations and their weaknesses stand in docs/explanation/work.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.case.case import Case
from helhet.pieces.kernels.luck import lots
from helhet.pieces.kernels.study import choose, forget, train, welcome, without
from helhet.pieces.piece import Piece, Report, Turn
from helhet.town import Town
from helhet.words.declare import Column, Field, MeasureKind, Outcome, Setting, Table, Text
from helhet.words.dice import stream, uniform
from helhet.words.person import AGE_STEP, EMPTY, SEX_BIT

Array = np.ndarray[Any, Any]

SEXES = ("women", "men")
FIRST_DAY = (20181231, 2**32 - 1, 0)
"""Seed, future and year of the dice of the first day, which is the same in every future."""

_FIRST, _SEATS, _TRAIN = stream("study.first"), stream("study.seats"), stream("study.train")

OCCUPATION = Field("occupation", "id", Text("yrkesgrupp", "occupation group"), refers="occupations.occupation")

SCHOOLING = Table(
    "schooling",
    Text("Yrkesgrupp som unga på orten får", "Occupation group that the town's young enter"),
    (OCCUPATION, Field("sex", "choice", Text("kön", "sex"), choices=("women", "men"))),
    ("occupation", "sex"),
    "share",
    0,
    1,
)
SEATS = Table(
    "seats",
    Text("Utbildningsplatser för vuxna i vanliga fall", "Training seats for adults, ordinary"),
    (OCCUPATION,),
    ("occupation",),
    "seats per year",
    0,
)


def cumulated(case: Case) -> Array:
    """Cumulative shares of the table ``schooling``, float64 of shape (2, occupations): women, men."""
    rows, shares = case.tables["schooling"], np.zeros((2, len(case.occupations)))
    for occupation, sex, value in zip(rows["occupation"], rows["sex"], rows["value"], strict=True):
        shares[SEXES.index(sex), case.occupation(occupation)] += value
    total = shares.sum(axis=1, keepdims=True)
    # Where a sex has no row the shares are even: the reader of the case asks for shares that add up to one.
    shares = np.divide(shares, total, out=np.full_like(shares, 1 / shares.shape[1]), where=total > 0)
    return np.cumsum(shares, axis=1)


def held(case: Case) -> Array:
    """Jobs that residents hold by occupation on the base date, persons, float64 (occupations,).

    Jobs in the town less commuters from outside, who are spread in proportion to jobs, plus jobs elsewhere.
    """
    elsewhere = {employer.id for employer in case.employers if employer.sector == "elsewhere"}
    here, away = np.zeros(len(case.occupations)), np.zeros(len(case.occupations))
    rows = case.tables["jobs"]
    for employer, occupation, value in zip(rows["employer"], rows["occupation"], rows["value"], strict=True):
        (away if employer in elsewhere else here)[case.occupation(occupation)] += value
    commuters = min(float(case.tables["commuting"]["value"].sum()), here.sum())
    return here * (1 - commuters / max(here.sum(), 1.0)) + away


def expected(case: Case, state: Array) -> Array:
    """The share in work that the table ``employment`` gives each person (float64, as ``state``), 0 below 19."""
    rows, share = case.tables["employment"], np.zeros((2, 128))
    for sex, low, high, value in zip(rows["sex"], rows["age_from"], rows["age_to"], rows["value"], strict=True):
        share[SEXES.index(sex), max(19, int(low)) : int(high) + 1] = value
    share[:, EMPTY // AGE_STEP] = 0
    result: Array = share[state & SEX_BIT, state // AGE_STEP]
    return result


def margins(seed: Array, rows: Array, columns: Array) -> Array:
    """``seed`` fitted to row sums ``rows`` and column sums ``columns`` (same total) by iterative proportions."""
    fitted = seed.copy()
    for _ in range(200):
        fitted *= (rows / np.maximum(fitted.sum(axis=1), 1e-300))[:, None]
        fitted *= (columns / np.maximum(fitted.sum(axis=0), 1e-300))[None, :]
    return fitted


def largest_remainder(shares: Array, total: int) -> Array:
    """``total`` whole things by ``shares`` that add up to 1; the largest remainders get one more, int64."""
    exact = shares * total
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


class Study(Piece):
    """Every resident's occupation group; training seats for adults."""

    name = "study"
    tables = (SCHOOLING, SEATS)
    settings = (
        Setting("finish", "share", Text("platser som ger en utbildad", "seats that give a trained person"), 0, 1),
        Setting("jobless_first", "share", Text("platser som går till arbetslösa", "seats taken by the jobless"), 0, 1),
    )
    columns = (
        Column(
            "people", "occupation", "u1", 255, Text("yrkesgrupp (255: ännu ingen)", "occupation group (255: none yet)")
        ),
        Column("trained", "row", "i4", -1, Text("nyutbildad", "row trained this year")),
        Column("courses", "schooling", "f8", 0.0, Text("ungas val, kumulativt", "cumulative choice of the young")),
        Column("courses", "seats", "f8", 0.0, Text("platser i vanliga fall", "ordinary seats a year")),
        Column("courses", "trainable", "u1", 0, Text("kan nås genom utbildning", "can be reached by training")),
        Column("courses", "trained", "i4", 0, Text("nyutbildade i år", "adults trained this year")),
        Column("programmes", "occupation", "u1", 0, Text("yrke som utbildas", "occupation trained for")),
    )
    reads = ("people.state", "people.identity", "people.job", "left.row", "born.row", "arrived.row", "arrivals.cell")
    outcomes = (
        Outcome(
            "study.trained", "persons", Text("nyutbildade vuxna", "adults trained"), "town", "higher", "occupation"
        ),
    )
    measures = (
        MeasureKind(
            "training", "seats per year", Text("utbildningsplatser", "training seats"), detail="occupations.occupation"
        ),
    )

    def start(self, town: Town, case: Case, years: int) -> None:
        """Give every grown resident an occupation that fits the town's jobs, and lay out the training seats."""
        count = len(case.occupations)
        town.grow("courses", 2 * count)
        town.count("courses")[0] = 2 * count
        town.own(self.name, "courses", "schooling")[:] = cumulated(case).reshape(-1)
        rows, seats = case.tables["seats"], town.own(self.name, "courses", "seats")
        for occupation, value in zip(rows["occupation"], rows["value"], strict=True):
            seats[case.occupation(occupation)] += value
        trainable = town.own(self.name, "courses", "trainable")
        trainable[:count] = case.tables["occupations"]["trainable"] == "yes"
        # Any measure of the case counts, whether a plan has it or not: programmes are the same under every plan.
        details = {m.detail for m in case.measures.values() if m.kind == "training"}
        taught = [o for o in range(count) if trainable[o] or seats[o] > 0 or case.occupations[o].id in details]
        town.grow("programmes", len(taught))
        town.count("programmes")[0] = len(taught)
        town.own(self.name, "programmes", "occupation")[:] = taught
        self._first_day(town, case)

    def _first_day(self, town: Town, case: Case) -> None:
        rows = int(town.count("people")[0])
        state = town.read("people", "state")[:rows]
        occupation, identity = town.own(self.name, "people", "occupation"), town.read("people", "identity")
        grown = np.flatnonzero((state >= 19 * AGE_STEP) & (state < EMPTY))
        sex = state[grown] & SEX_BIT
        work = np.bincount(sex, weights=expected(case, state)[grown], minlength=2)
        jobs, women = held(case), case.tables["occupations"]["women"]
        jobs = np.where(jobs.sum() > 0, jobs, 1.0)
        fitted = margins(
            np.column_stack([jobs * women, jobs * (1 - women)]) + 1e-9, jobs * (work.sum() / jobs.sum()), work
        )
        luck, other = np.empty((2, len(grown)), np.uint32)
        lots(identity, grown.astype(np.int32), len(grown), np.array(FIRST_DAY, np.uint64), _FIRST, luck, other)
        for s in (0, 1):
            mine = np.flatnonzero(sex == s)
            shares = fitted[:, s] + (0.0 if fitted[:, s].sum() > 0 else 1.0)
            parts = largest_remainder(shares / shares.sum(), len(mine))
            occupation[grown[mine[np.argsort(luck[mine], kind="stable")]]] = np.repeat(np.arange(len(parts)), parts)

    def step(self, town: Town, turn: Turn) -> None:
        """Those who turn 19 enter an occupation; training seats are filled."""
        occupation = town.own(self.name, "people", "occupation")
        for table in ("left", "born"):
            forget(town.read(table, "row"), int(town.count(table)[0]), occupation)
        rows = int(town.count("people")[0])
        state, identity = town.read("people", "state"), town.read("people", "identity")
        dice = _dice(turn)
        listed = np.empty(rows + 1, np.int32)
        found = without(state, occupation, rows, listed)
        schooling = self._schooling(town)
        choose(listed, found, state, identity, schooling, dice, _FIRST, occupation)
        self._train(town, turn, rows, dice)

    def _schooling(self, town: Town) -> Array:
        return town.read("courses", "schooling").reshape(2, -1)

    def _train(self, town: Town, turn: Turn, rows: int, dice: Array) -> None:
        seats, jobless = self._seats(town, turn)
        trained = town.own(self.name, "courses", "trained")
        trained[: len(seats)] = 0
        town.count("trained")[0] = 0
        programme = town.read("programmes", "occupation")
        if not seats.any() or not len(programme):
            return
        town.grow("trained", int(seats.sum()))
        trained[: len(seats)] = seats
        town.count("trained")[0] = train(
            town.read("people", "state"),
            town.own(self.name, "people", "occupation"),
            town.read("people", "job"),
            town.read("people", "identity"),
            rows,
            programme,
            town.read("courses", "trainable"),
            seats,
            jobless,
            dice,
            _TRAIN,
            town.own(self.name, "trained", "row"),
        )
        trained[: len(seats)] -= seats

    def _seats(self, town: Town, turn: Turn) -> tuple[Array, Array]:
        """Persons who will finish by occupation, and how many of those places are for the jobless, int64 both."""
        count, drawn = len(turn.case.occupations), turn.future.settings
        seats = town.read("courses", "seats")[:count].tolist()
        for delivery in turn.of_kind("training"):
            seats[turn.case.occupation(delivery.measure.detail)] += delivery.standing(12 * turn.year + 11)
        finish, share = drawn["study.finish"], drawn["study.jobless_first"]
        ends, jobless = np.zeros(count, np.int64), np.zeros(count, np.int64)
        for o, offered in enumerate(seats):
            if offered > 0:
                luck = uniform(turn.future.seed, turn.future.number, _SEATS, turn.year, o)
                ends[o] = int(offered * finish + luck)
                jobless[o] = min(int(ends[o] * share + 0.5), ends[o])
        return ends, jobless

    def settle(self, town: Town, turn: Turn) -> None:
        """Give those who moved in an occupation."""
        if not town.has("arrived", "row"):
            return
        welcome(
            town.read("arrived", "row"),
            town.read("arrived", "arrival"),
            int(town.count("arrived")[0]),
            town.read("arrivals", "cell"),
            town.read("people", "state"),
            town.read("people", "identity"),
            self._schooling(town),
            _dice(turn),
            _FIRST,
            town.own(self.name, "people", "occupation"),
        )

    def measure(self, town: Town, turn: Turn) -> Report:
        """Adults trained this year, by occupation."""
        count = len(turn.case.occupations)
        return {"study.trained": town.read("courses", "trained")[:count].astype(np.float64)}


def _dice(turn: Turn) -> Array:
    """Seed, future and year, for kernels."""
    return np.array([turn.future.seed, turn.future.number, turn.year], dtype=np.uint64)
