"""Work: jobs by employer and occupation, and who fills them.

The equations, their sources and their weaknesses stand in docs/explanation/work.md.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np

from helhet.case.case import Case
from helhet.pieces.kernels.luck import lots, spread
from helhet.pieces.kernels.work import (
    AGES,
    NO_JOB,
    RETIRED,
    RETIRES_FROM,
    count,
    fill,
    release,
    set_demand,
    settle,
    stop_and_seek,
    survey,
)
from helhet.pieces.piece import Piece, Report, Turn
from helhet.town import Town
from helhet.words.declare import Column, Field, MeasureKind, Outcome, Setting, Table, Text
from helhet.words.dice import stream
from helhet.words.person import AGE_STEP, EMPTY, SEX_BIT

Array = np.ndarray[Any, Any]

SEXES = ("women", "men")
SECTORS = ("plant", "industry", "building", "care", "school", "public", "local", "elsewhere")
FIRST_DAY = (20181231, 2**32 - 1, 0)
"""Seed, future and year of the dice of the first day, which is the same in every future."""

NEAR = 60.0
"""Minutes of travel within which neighbours commute without a link of their own.

Status: assumed. Those who travel further on the base date go on doing so.
"""

_CHOSEN, _PLACED = stream("work.chosen"), stream("work.placed")

OCCUPATION = Field("occupation", "id", Text("yrkesgrupp", "occupation group"), refers="occupations.occupation")

JOBS = Table(
    "jobs",
    Text("Jobb basdagen", "Jobs on the base date"),
    (Field("employer", "id", Text("arbetsgivare", "employer"), refers="employers.employer"), OCCUPATION),
    ("employer", "occupation"),
    "persons",
    0,
)
EMPLOYMENT = Table(
    "employment",
    Text("Andel med arbete, efter ålder och kön", "Share in work, by age and sex"),
    (
        Field("sex", "choice", Text("kön", "sex"), choices=("women", "men")),
        Field("age_from", "int", Text("från ålder", "from age"), "years", 0, 110),
        Field("age_to", "int", Text("till och med ålder", "to age, inclusive"), "years", 0, 110),
    ),
    ("sex", "age_from"),
    "share",
    0,
    1,
)
RETIREMENT = Table(
    "retirement",
    Text("Andel som slutar arbeta vid åldern", "Share who stop working at the age"),
    (Field("age", "int", Text("ålder", "age"), "years", 16, 110),),
    ("age",),
    "share",
    0,
    1,
)
COMMUTING = Table(
    "commuting",
    Text("Pendling över kommungränsen", "Commuting across the municipal border"),
    (
        Field("neighbour", "id", Text("granne", "neighbour")),
        Field("name", "text", Text("namn", "name")),
        Field("minutes", "number", Text("restid", "travel time"), "minutes", 0, 600),
        Field("most", "number", Text("pendlare som mest", "commuters at the most"), "persons", 0),
    ),
    ("neighbour",),
    "persons",
    0,
)
RELATED = Table(
    "related",
    Text("Yrkesgrupper som byter till varandra", "Occupation groups that switch to one another"),
    (OCCUPATION, Field("to", "id", Text("till yrkesgrupp", "to occupation group"), refers="occupations.occupation")),
    ("occupation", "to"),
    "share",
    0,
    1,
    required=False,
)


def rates(case: Case) -> Array:
    """The share in work of the table ``employment``, float64 (2, 128) by sex and age; 0 below 19."""
    rows, share = case.tables["employment"], np.zeros((2, AGES))
    for sex, low, high, value in zip(rows["sex"], rows["age_from"], rows["age_to"], rows["value"], strict=True):
        share[SEXES.index(sex), int(low) : int(high) + 1] = value
    share[:, :19] = 0  # occupations begin at 19
    share[:, EMPTY // AGE_STEP] = 0
    return share


def stopping(case: Case) -> Array:
    """The share who stop working at each age, float64 (128,): 0 below the table, its last share above it."""
    rows, share = case.tables["retirement"], np.zeros(AGES)
    for age, value in sorted(zip(rows["age"].tolist(), rows["value"].tolist(), strict=True)):
        share[int(age) :] = value
    return share


def relations(case: Case) -> Array:
    """Cumulative shares of each occupation group who would take a job of another, float64, square."""
    count = len(case.occupations)
    share = np.zeros((count, count))
    if "related" in case.tables and len(case.tables["related"]):
        rows = case.tables["related"]
        for occupation, to, value in zip(rows["occupation"], rows["to"], rows["value"], strict=True):
            if occupation != to:
                share[case.occupation(occupation), case.occupation(to)] += value
    return np.cumsum(share / np.maximum(share.sum(axis=1, keepdims=True), 1.0), axis=1)


def employ(case: Case, state: Array, occupation: Array, identity: Array, open_jobs: Array) -> Array:
    """Jobs of the first day, int16 by person: cell, no job or retired.

    In each occupation as many work as the rates of age and sex give, at most as many as there are ``open_jobs``
    (by cell). Who works is drawn by Pareto sampling [1]_, in which everybody's chance is close to the rate.

    .. [1] B. Rosén: On sampling with probability proportional to size. J. Stat. Plan. Inference 62 (1997) 159-191.
    """
    age, sex = state // AGE_STEP, state & SEX_BIT
    rate = rates(case)[sex, age]
    chosen, placed = np.empty((2, len(state)), np.uint32)
    lots(
        identity,
        np.arange(len(state), dtype=np.int32),
        len(state),
        np.array(FIRST_DAY, np.uint64),
        _CHOSEN,
        chosen,
        placed,
    )
    u = (chosen + 0.5) / 2.0**32
    safe = np.clip(rate, 1e-9, 1 - 1e-9)
    order = np.argsort(u / (1 - u) * (1 - safe) / safe, kind="stable")
    job = np.where(age >= RETIRES_FROM, RETIRED, NO_JOB).astype(np.int16)
    job[state >= EMPTY] = NO_JOB
    occupations = len(case.occupations)
    for o in range(occupations):
        mine = order[(occupation[order] == o) & (rate[order] > 0)]
        cells = np.repeat(np.arange(o, len(open_jobs), occupations), open_jobs[o::occupations])
        number = min(len(cells), int(rate[mine].sum() + 0.5))
        working = mine[:number]
        working = working[np.argsort(placed[working], kind="stable")]
        # Where jobs outnumber people every employer keeps the same share of its own.
        kept = np.repeat(np.arange(o, len(open_jobs), occupations), spread(number, open_jobs[o::occupations]))
        job[working] = kept
    return job


class Work(Piece):
    """Jobs in cells (employer times occupation), filled by residents, commuters, lodgers and, if they come, movers."""

    name = "work"
    tables = (JOBS, EMPLOYMENT, RETIREMENT, COMMUTING, RELATED)
    settings = (
        Setting(
            "multiplier", "jobs per job", Text("lokala jobb per jobb i fabriken", "local jobs per plant job"), 0, 10
        ),
        Setting("multiplier_lag", "years", Text("eftersläpning för lokala jobb", "lag of the local jobs"), 0, 15),
        Setting("services", "share", Text("jobb som följer invånarna", "how far service jobs follow residents"), 0, 2),
        Setting("seek", "share", Text("utan arbete som tar ett jobb", "jobless who would take a job in a year"), 0, 1),
        Setting(
            "switch",
            "share",
            Text("fabriksjobb som fylls från andra", "plant vacancies filled from other employers"),
            0,
            1,
        ),
        Setting(
            "commute", "share", Text("lediga jobb som pendlare tar", "vacancies that commuters within reach take"), 0, 1
        ),
        Setting(
            "recruit",
            "share",
            Text("lediga jobb som någon utifrån tackar ja till", "vacancies somebody outside accepts"),
            0,
            1,
        ),
        Setting("plant_recruit", "share", Text("detsamma för fabriken", "the same for the plant"), 0, 1),
        Setting("leave", "share", Text("friställda som flyttar inom året", "laid off who leave within the year"), 0, 1),
    )
    columns = (
        Column(
            "people", "job", "i2", -1, Text("jobb (-1: inget, -2: pensionerad)", "job cell held, -1 none, -2 retired")
        ),
        Column("cells", "demand", "i4", 0, Text("jobb", "jobs")),
        Column("cells", "base", "f8", 0.0, Text("jobb basdagen", "jobs on the base date")),
        Column("cells", "filled", "i4", 0, Text("tillsatta av invånare", "filled by residents")),
        Column("cells", "commuters", "i4", 0, Text("tillsatta av pendlare", "filled by commuters")),
        Column(
            "cells", "lodgers", "i4", 0, Text("tillsatta av boende i bädd", "filled by newcomers in a bed for a while")
        ),
        Column("cells", "lodged", "i4", 0, Text("av dem sedan ett år", "of the lodgers, those in their last year")),
        Column("cells", "mix", "f8", 0.0, Text("andel av fabrikens jobb", "share of the plant's jobs")),
        Column("workplaces", "sector", "u1", 0, Text("sektor", "sector, index into SECTORS")),
        Column("workplaces", "switched", "i4", 0, Text("gick till fabriken i år", "went to the plant this year")),
        Column("work_ages", "stop", "u4", 0, Text("gräns för att sluta", "limit of the dice for stopping, by age")),
        Column(
            "ties", "related", "f8", 0.0, Text("byter yrkesgrupp, kumulativt", "cumulative shares who change group")
        ),
        Column("drivers", "first", "f8", 0.0, Text("basdagen", "residents, children, old people: first day")),
        Column("drivers", "now", "f8", 0.0, Text("i år", "residents, children, old people: this year")),
        Column("market", "lagged", "f8", 0.0, Text("fabriksjobb med eftersläpning", "plant jobs, lagged")),
        Column("market", "reach", "f8", 0.0, Text("pendlare som mest", "commuters at the most, without measures")),
        Column("market", "offers", "i4", 0, Text("jobb erbjudna i år", "jobs offered this year")),
        Column("offers", "cell", "i2", -1, Text("erbjudet jobb", "cell of a job accepted by somebody outside")),
        Column("quit", "row", "i4", -1, Text("flyttar efter friställning", "row laid off that leaves town next year")),
    )
    reads = (
        "people.state",
        "people.identity",
        "people.occupation",
        "people.district",
        "left.row",
        "trained.row",
        "arrived.row",
        "arrived.arrival",
        "arrivals.cell",
        "arrivals.home",
        "plant_months.jobs",
        "beds.spare",
    )
    outcomes = (
        Outcome("work.employed", "persons", Text("invånare med arbete", "residents in work"), "district", "higher"),
        Outcome("work.jobless", "persons", Text("utan arbete, 20–64 år", "without work, 20–64"), "district", "lower"),
        Outcome("work.jobs", "persons", Text("jobb", "jobs"), "town", "neither", "occupation"),
        Outcome(
            "work.vacant", "persons", Text("jobb utan innehavare", "jobs nobody holds"), "town", "lower", "occupation"
        ),
        Outcome(
            "work.vacant_at",
            "persons",
            Text("jobb utan innehavare hos", "jobs nobody holds at"),
            "town",
            "lower",
            "employer",
        ),
        Outcome(
            "work.switched",
            "persons",
            Text("gick till fabriken från", "went to the plant from"),
            "town",
            "lower",
            "employer",
        ),
        Outcome("work.commuters", "persons", Text("pendlar in", "commute in"), "town"),
        Outcome(
            "work.lodgers",
            "persons",
            Text("arbetar här men bor i bädd", "work here but live in a bed"),
            "town",
            "lower",
        ),
        Outcome("work.offers", "persons", Text("jobb erbjudna utifrån", "jobs accepted by somebody outside"), "town"),
    )
    measures = (
        MeasureKind(
            "recruitment",
            "persons per year",
            Text("rekrytering utifrån", "recruitment from outside"),
            detail="occupations.occupation",
        ),
        MeasureKind(
            "commuting", "persons", Text("pendlingsförbindelse", "commuter link"), detail="commuting.neighbour"
        ),
    )

    def start(self, town: Town, case: Case, years: int) -> None:
        """Lay out the jobs and give them to commuters and residents."""
        self._layout(town, case)
        demand, sector = town.own(self.name, "cells", "demand"), town.read("workplaces", "sector")
        occupations = len(case.occupations)
        by_cell = np.repeat(sector, occupations)
        open_cells = np.where((by_cell == SECTORS.index("plant")) | (by_cell == SECTORS.index("elsewhere")), 0, demand)
        coming = min(int(case.tables["commuting"]["value"].sum() + 0.5), int(open_cells.sum()))
        commuters = town.own(self.name, "cells", "commuters")
        commuters[:] = spread(coming, open_cells)
        rows = int(town.count("people")[0])
        state = town.read("people", "state")[:rows]
        job = town.own(self.name, "people", "job")
        job[:rows] = employ(
            case, state, town.read("people", "occupation")[:rows], town.read("people", "identity"), demand - commuters
        )
        town.own(self.name, "cells", "filled")[:] = np.bincount(job[:rows][job[:rows] >= 0], minlength=len(demand))
        survey(town.read("people", "state"), rows, town.own(self.name, "drivers", "first"))

    def _layout(self, town: Town, case: Case) -> None:
        """Everything the year needs to know of the case, as columns."""
        employers, occupations = len(case.employers), len(case.occupations)
        for table, room in (
            ("cells", employers * occupations),
            ("workplaces", employers),
            ("work_ages", AGES),
            ("ties", occupations**2),
            ("drivers", 3),
            ("market", 1),
        ):
            town.grow(table, room)
            town.count(table)[0] = room
        sector = town.own(self.name, "workplaces", "sector")
        sector[:] = [SECTORS.index(employer.sector) for employer in case.employers]
        base = town.own(self.name, "cells", "base").reshape(employers, occupations)
        rows = case.tables["jobs"]
        for employer, occupation, value in zip(rows["employer"], rows["occupation"], rows["value"], strict=True):
            base[case.employer(employer), case.occupation(occupation)] += value
        town.own(self.name, "cells", "demand")[:] = np.floor(base.reshape(-1) + 0.5)
        plants = sector == SECTORS.index("plant")
        town.own(self.name, "market", "lagged")[0] = base[plants].sum()
        mix, rows = (
            town.own(self.name, "cells", "mix").reshape(employers, occupations),
            case.tables["plant_occupations"],
        )
        for occupation, value in zip(rows["occupation"], rows["value"], strict=True):
            mix[plants, case.occupation(occupation)] += value / max(int(plants.sum()), 1)
        town.own(self.name, "work_ages", "stop")[:] = np.minimum(stopping(case) * 2.0**32, 2.0**32 - 1)
        town.own(self.name, "ties", "related")[:] = relations(case).reshape(-1)
        rows = case.tables["commuting"]
        near = np.where(rows["minutes"] <= NEAR, np.maximum(rows["most"], rows["value"]), rows["value"])
        town.own(self.name, "market", "reach")[0] = near.sum()

    def step(self, town: Town, turn: Turn) -> None:
        """A year of work: people stop, demand changes, jobs are lost and filled, what is left is offered outside."""
        dice = np.array([turn.future.seed, turn.future.number, turn.year], dtype=np.uint64)
        rows, drawn = int(town.count("people")[0]), turn.future.settings
        state, identity = town.read("people", "state"), town.read("people", "identity")
        occupation, job = town.read("people", "occupation"), town.own(self.name, "people", "job")
        filled = town.own(self.name, "cells", "filled")
        release(town.read("left", "row"), int(town.count("left")[0]), job, filled)
        seekers, luck = stop_and_seek(
            state,
            job,
            identity,
            rows,
            town.read("work_ages", "stop"),
            drawn["work.seek"],
            town.read("trained", "row"),
            int(town.count("trained")[0]),
            dice,
            filled,
        )
        total = self._demand(town, turn, rows)
        town.grow("offers", total)
        town.grow("quit", town.capacity["people"])
        town.own(self.name, "workplaces", "switched")[:] = 0
        quits, offered = fill(
            job,
            occupation,
            identity,
            rows,
            seekers,
            luck,
            town.read("workplaces", "sector"),
            town.read("ties", "related").reshape(len(turn.case.occupations), -1),
            town.read("cells", "demand"),
            filled,
            town.own(self.name, "cells", "commuters"),
            town.own(self.name, "cells", "lodgers"),
            town.own(self.name, "cells", "lodged"),
            np.array([drawn[f"work.{name}"] for name in ("leave", "switch", "commute", "recruit", "plant_recruit")]),
            self._capacity(town, turn),
            self._recruited(turn),
            dice,
            town.own(self.name, "quit", "row"),
            town.own(self.name, "workplaces", "switched"),
            town.own(self.name, "offers", "cell"),
        )
        town.count("quit")[0], town.count("offers")[0] = quits, offered
        town.own(self.name, "market", "offers")[0] = offered

    def _demand(self, town: Town, turn: Turn, rows: int) -> int:
        """This year's jobs by cell; returns their sum."""
        drawn = turn.future.settings
        plant = float(town.read("plant_months", "jobs")[12 * turn.year + 11])
        lagged, lag = town.own(self.name, "market", "lagged"), drawn["work.multiplier_lag"]
        before = town.read("cells", "base")[
            np.repeat(town.read("workplaces", "sector"), len(turn.case.occupations)) == 0
        ].sum()
        lagged[0] += (plant - lagged[0]) * (1.0 - exp(-1.0 / lag) if lag > 0 else 1.0)
        now = town.own(self.name, "drivers", "now")
        survey(town.read("people", "state"), rows, now)
        return int(
            set_demand(
                town.read("cells", "base"),
                town.read("cells", "mix"),
                town.read("workplaces", "sector"),
                now,
                town.read("drivers", "first"),
                drawn["work.services"],
                plant,
                drawn["work.multiplier"] * (float(lagged[0]) - before),
                town.own(self.name, "cells", "demand"),
            )
        )

    def _capacity(self, town: Town, turn: Turn) -> int:
        """Commuters from outside at the most: the neighbours within reach and the plan's links."""
        links = sum(delivery.standing(12 * turn.year + 11) for delivery in turn.of_kind("commuting"))
        return int(town.read("market", "reach")[0] + links + 0.5)

    def _recruited(self, turn: Turn) -> Array:
        """Persons a year whom the plan recruits, by occupation."""
        extra = np.zeros(len(turn.case.occupations))
        for delivery in turn.of_kind("recruitment"):
            extra[turn.case.occupation(delivery.measure.detail)] += delivery.standing(12 * turn.year + 11)
        return extra

    def settle(self, town: Town, turn: Turn) -> None:
        """Those who moved in take the jobs that waited for them; some without a home live in a bed for a while."""
        if not town.has("arrived", "row"):
            return
        spare = town.read("beds", "spare")[0] if town.has("beds", "spare") and town.capacity["beds"] else 0.0
        settle(
            town.read("arrived", "row"),
            town.read("arrived", "arrival"),
            int(town.count("arrived")[0]),
            town.read("arrivals", "cell"),
            int(town.count("arrivals")[0]),
            int(spare),
            town.own(self.name, "people", "job"),
            town.read("cells", "demand"),
            town.own(self.name, "cells", "filled"),
            town.read("cells", "commuters"),
            town.own(self.name, "cells", "lodgers"),
            town.own(self.name, "cells", "lodged"),
        )

    def measure(self, town: Town, turn: Turn) -> Report:
        """Residents in work and without by district; jobs and vacancies in town by occupation and employer."""
        counts = np.zeros((256, 4), np.int64)
        rows = int(town.count("people")[0])
        count(town.read("people", "state"), town.read("people", "job"), town.read("people", "district"), rows, counts)
        shape = (len(turn.case.employers), len(turn.case.occupations))
        cell = {name: town.read("cells", name).reshape(shape) for name in ("demand", "filled", "commuters", "lodgers")}
        here = (town.read("workplaces", "sector") != SECTORS.index("elsewhere"))[:, None]
        jobs = cell["demand"] * here
        vacant = (cell["demand"] - cell["filled"] - cell["commuters"] - cell["lodgers"]) * here
        districts = len(turn.case.districts)
        return {
            "work.employed": counts[:districts, 1].astype(np.float64),
            "work.jobless": counts[:districts, 2].astype(np.float64),
            "work.jobs": jobs.sum(axis=0).astype(np.float64),
            "work.vacant": vacant.sum(axis=0).astype(np.float64),
            "work.vacant_at": vacant.sum(axis=1).astype(np.float64),
            "work.switched": town.read("workplaces", "switched").astype(np.float64),
            "work.commuters": np.array([cell["commuters"].sum()], dtype=np.float64),
            "work.lodgers": np.array([cell["lodgers"].sum()], dtype=np.float64),
            "work.offers": town.read("market", "offers").astype(np.float64),
        }
