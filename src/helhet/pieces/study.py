"""Study: young people choose an occupation, adults train for another.

The equations and their weaknesses stand in docs/explanation/work.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.case.ages import SEX, SEXES
from helhet.case.case import Case
from helhet.case.fit import integerise, ipf
from helhet.pieces.first_jobs import FIRST_DAY, held, rates
from helhet.pieces.kernels.luck import HOLDERS, JOBLESS, Dice, among, by_number, lots, scan
from helhet.pieces.kernels.work import welcome
from helhet.pieces.piece import Piece, Report, Turn
from helhet.town import Town
from helhet.words.declare import Column, Field, MeasureKind, Outcome, Setting, Table, Text
from helhet.words.dice import stream
from helhet.words.person import AGE_STEP, EMPTY, SEX_BIT

Array = np.ndarray[Any, Any]

NONE = 255
GROWN = 19 * AGE_STEP
TRAINS_FROM, TRAINS_UNTIL = 20 * AGE_STEP, 51 * AGE_STEP
JOBLESS_LIST, WORKING_LIST, ENTERING_LIST = 1, 2, 4  # bits of the lists of a year
EVERYBODY = 2**31

_FIRST, _SEATS, _TRAIN = stream("study.first"), stream("study.seats"), stream("study.train")

OCCUPATION = Field("occupation", "id", Text("yrkesgrupp", "occupation group"), refers="occupations.occupation")

SCHOOLING = Table(
    "schooling",
    Text("Yrkesgrupp som unga på orten får", "Occupation group that the town's young enter"),
    (OCCUPATION, SEX),
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
    chosen: Array = np.cumsum(shares, axis=1)
    return chosen


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
        Column("courses", "seats", "f8", 0.0, Text("platser i vanliga fall", "ordinary seats a year")),
        Column("courses", "trained", "i4", 0, Text("nyutbildade i år", "adults trained this year")),
        Column("schooling", "chance", "f8", 0.0, Text("ungas val, kumulativt", "choice of the young, cumulative")),
        Column("retraining", "chance", "f8", 0.0, Text("vuxnas val, kumulativt", "choice of adults, cumulative")),
        Column("study_lists", "bits", "u1", 0, Text("vilka som listas", "who stands in the lists of the year")),
    )
    reads = ("people.state", "people.identity", "people.job", "left.row", "born.row", "arrived.row", "arrivals.cell")
    outcomes = (
        Outcome(
            "study.trained", "persons", Text("nyutbildade vuxna", "adults trained"), "town", "higher", "occupation"
        ),
    )
    measures = (
        MeasureKind(
            "training",
            "seats per year",
            Text("utbildningsplatser", "training seats"),
            detail="occupations.occupation",
            relieves="work",
            yields="study.finish",
            flow=True,
        ),
    )

    def start(self, town: Town, case: Case, years: int) -> None:
        """Give every grown resident an occupation that fits the town's jobs, and lay out the training seats."""
        count = len(case.occupations)
        for table, room in (
            ("courses", count),
            ("schooling", 256 * count),
            ("retraining", 256 * count),
            ("study_lists", 768),
        ):
            town.grow(table, room)
            town.count(table)[0] = room
        schooling = town.own(self.name, "schooling", "chance").reshape(256, count)
        schooling[:] = cumulated(case)[np.arange(256) & SEX_BIT]
        rows, seats = case.tables["seats"], town.own(self.name, "courses", "seats")
        for occupation, value in zip(rows["occupation"], rows["value"], strict=True):
            seats[case.occupation(occupation)] += value
        trainable = case.tables["occupations"]["trainable"] == "yes"
        # Any measure of the case counts, whether a plan has it or not: programmes are the same under every plan.
        details = {measure.detail for measure in case.measures.values() if measure.kind == "training"}
        taught = trainable | (seats > 0) | np.array([o.id in details for o in case.occupations])
        mind = np.where(np.eye(count, dtype=bool), 0.0, taught)
        retraining = town.own(self.name, "retraining", "chance").reshape(256, count)
        retraining[:count] = np.cumsum(mind / np.maximum(mind.sum(axis=1, keepdims=True), 1.0), axis=1)
        self._lists(town, trainable)
        self._first_day(town, case)

    def _lists(self, town: Town, trainable: Array) -> None:
        """Who stands in which of the year's lists, as bits by state, occupation and job (see :func:`scan`)."""
        bits = town.own(self.name, "study_lists", "bits").reshape(3, 256)
        bits[0, TRAINS_FROM:TRAINS_UNTIL] = JOBLESS_LIST | WORKING_LIST
        bits[0, GROWN : GROWN + AGE_STEP] = ENTERING_LIST
        bits[1, :NONE] = JOBLESS_LIST
        bits[1, : len(trainable)] |= np.where(trainable, WORKING_LIST, 0).astype(np.uint8)
        # Everybody older has an occupation already: those who moved in got theirs when they came.
        bits[1, NONE] = ENTERING_LIST
        bits[2] = ENTERING_LIST
        bits[2, 1] |= JOBLESS_LIST  # index 1 is the job -1
        bits[2, 2:] |= WORKING_LIST

    def _first_day(self, town: Town, case: Case) -> None:
        rows = int(town.count("people")[0])
        state = town.read("people", "state")[:rows]
        occupation, identity = town.own(self.name, "people", "occupation"), town.read("people", "identity")
        grown = np.flatnonzero((state >= 19 * AGE_STEP) & (state < EMPTY))
        if not len(grown):
            return
        sex = state[grown] & SEX_BIT
        adults = np.bincount(sex, minlength=2).astype(np.float64)
        work: Array = np.bincount(sex, weights=rates(case)[sex, state[grown] // AGE_STEP], minlength=2)
        # Where next to nobody of a sex works, all grown people count instead.
        work = work if (work[adults > 0] > 1e-6 * adults.sum()).all() else adults
        jobs: Array = held(case)
        women = case.tables["occupations"]["women"]
        jobs = jobs if jobs.sum() > 0 else np.ones(len(jobs))
        # A trace in every cell, so that a town of one sex, or a group of one sex, can be fitted too.
        seed = np.column_stack([jobs * women, jobs * (1 - women)]) + 1e-4 * jobs.sum()
        fitted = ipf(seed, [jobs * (work.sum() / jobs.sum()), work], tolerance=1e-6, iterations=20_000)
        words = np.empty((3, len(grown)), np.uint32)
        lots(identity, grown.astype(np.int32), len(grown), np.array(FIRST_DAY, np.uint64), _FIRST, words)
        luck = words[1]
        for s in np.flatnonzero(adults):
            mine = np.flatnonzero(sex == s)
            parts = integerise(fitted[:, s], len(mine))
            occupation[grown[mine[np.argsort(luck[mine], kind="stable")]]] = np.repeat(np.arange(len(parts)), parts)

    def step(self, town: Town, turn: Turn) -> None:
        """Those who turn 19 enter an occupation; training seats are filled."""
        occupation = town.own(self.name, "people", "occupation")
        for table in ("left", "born"):
            occupation[town.read(table, "row")[: int(town.count(table)[0])]] = NONE
        rows = int(town.count("people")[0])
        listed, counts = np.empty((3, rows), np.int32), np.empty(3, np.int64)
        state, kind, job = (town.read("people", name) for name in ("state", "occupation", "job"))
        scan(state, kind, job, rows, town.read("study_lists", "bits").reshape(3, 256), listed, counts)
        jobless, working, entering = (listed[k, :number] for k, number in enumerate(counts.tolist()))
        self._enter(town, turn, entering)
        self._train(town, turn, jobless, working)

    def _enter(self, town: Town, turn: Turn, listed: Array) -> None:
        """An occupation for each of ``listed``, drawn by sex from the table ``schooling``."""
        chance = town.read("schooling", "chance").reshape(256, -1)
        everybody = np.full(chance.shape[1], EVERYBODY, np.int64)
        state, job = town.read("people", "state"), town.read("people", "job")
        rows, groups, _ = among(_dice(town, turn), _FIRST, listed, state, chance, everybody, job=job)
        town.own(self.name, "people", "occupation")[rows] = groups

    def _train(self, town: Town, turn: Turn, jobless: Array, working: Array) -> None:
        """Fill the training seats from the two lists; those who finish have a new occupation.

        Everybody who could train has one programme in mind, drawn evenly among those of other occupations than their
        own. What the jobless do not fill goes to those in work, who keep their job until they find one of the new.
        """
        seats, first = self._seats(town, turn)
        ended = town.own(self.name, "courses", "trained")
        ended[:] = 0
        town.count("trained")[0] = 0
        if not any(seats.tolist()):
            return
        town.reserve("trained", int(seats.sum()))
        kind, job = town.read("people", "occupation"), town.read("people", "job")
        chance = town.read("retraining", "chance").reshape(256, -1)
        dice = _dice(town, turn)
        found, groups, _ = among(dice, _TRAIN, jobless, kind, chance, first.copy(), job=job, who=JOBLESS)
        more = seats - np.bincount(groups, minlength=len(seats))
        others, wanted, _ = among(dice, _TRAIN, working, kind, chance, more, job=job, who=HOLDERS)
        found, groups = np.concatenate([found, others]), np.concatenate([groups, wanted])
        town.own(self.name, "people", "occupation")[found] = groups
        town.own(self.name, "trained", "row")[: len(found)] = found
        town.count("trained")[0] = len(found)
        ended[:] = np.bincount(groups, minlength=len(seats))

    def _seats(self, town: Town, turn: Turn) -> tuple[Array, Array]:
        """Persons who will finish by occupation, and how many of those places are for the jobless, int64 both."""
        count, drawn = len(turn.case.occupations), turn.future.settings
        seats = town.read("courses", "seats")[:count].tolist()
        for delivery in turn.of_kind("training"):
            seats[turn.case.occupation(delivery.measure.detail)] += delivery.standing(12 * turn.year + 11)
        finish, share = drawn["study.finish"], drawn["study.jobless_first"]
        ends, jobless = np.zeros(count, np.int64), np.zeros(count, np.int64)
        luck = by_number(turn.key, _SEATS, count)[0].tolist()
        for o, offered in enumerate(seats):
            given = int(offered * finish + luck[o] * 2.0**-32) if offered > 0 else 0
            ends[o], jobless[o] = given, min(int(given * share + 0.5), given)
        return ends, jobless

    def settle(self, town: Town, turn: Turn) -> None:
        """Give those who moved in an occupation: the first of a household with a job waiting has that of the job."""
        count = int(town.count("arrived")[0]) if town.has("arrived", "row") else 0
        if not count:
            return
        listed = np.empty(count, np.int32)
        grown = welcome(
            town.read("arrived", "row"),
            town.read("arrived", "arrival"),
            count,
            town.read("arrivals", "cell"),
            town.read("people", "state"),
            len(turn.case.occupations),
            town.own(self.name, "people", "occupation"),
            listed,
        )
        self._enter(town, turn, listed[:grown])

    def measure(self, town: Town, turn: Turn) -> Report:
        """Adults trained this year, by occupation."""
        count = len(turn.case.occupations)
        return {"study.trained": town.read("courses", "trained")[:count]}


def _dice(town: Town, turn: Turn) -> Dice:
    return Dice(turn.key, town.read("people", "identity"))
