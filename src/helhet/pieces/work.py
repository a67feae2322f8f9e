"""Work: jobs by employer and occupation, and who fills them.

The equations, their sources and their weaknesses stand in docs/explanation/work.md.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np

from helhet.case.case import Case
from helhet.pieces.first_jobs import (
    COMMUTING,
    EMPLOYMENT,
    FIRST,
    FIRST_DAY,
    JOBS,
    RELATED,
    RETIREMENT,
    RETIRES_FROM,
    SWITCHES,
    lay_out,
)
from helhet.pieces.kernels.luck import (
    ANYBODY,
    HOLDERS,
    JOBLESS,
    Dice,
    among,
    by_number,
    scan,
    spread,
    who_happen,
)
from helhet.pieces.kernels.work import (
    count,
    count_jobs,
    move_in,
    outside,
    place,
    set_demand,
    survey,
    to_switch,
)
from helhet.pieces.layoffs import give_up, keep_hired, shed, vacancies
from helhet.pieces.piece import Piece, Report, Turn
from helhet.town import Town
from helhet.words.declare import Column, MeasureKind, Need, Outcome, Setting, Text
from helhet.words.dice import stream
from helhet.words.person import AGE_STEP

Array = np.ndarray[Any, Any]

EVERYBODY = 2**31

_STOP, _HIRE, _SWITCH, _CELLS = (stream(f"work.{name}") for name in ("stop", "hire", "switch", "cells"))


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
        Column("stopping", "chance", "f8", 0.0, Text("slutar, efter ålder", "chance to stop working, by state")),
        Column(
            "stopping", "works", "f8", 0.0, Text("andel i arbete basdagen", "share in work on the first day, by state")
        ),
        Column("stopping", "seeks", "f8", 0.0, Text("andel som vill arbeta", "share who would work, by state")),
        Column("ties", "same", "f8", 0.0, Text("söker i sin egen grupp", "looks for work in the own group")),
        Column("ties", "chance", "f8", 0.0, Text("byter yrkesgrupp, kumulativt", "cumulative shares who change group")),
        Column("ties", "own", "i8", -1, Text("annars den egna", "else their own group")),
        Column("work_lists", "bits", "u1", 0, Text("vilka som listas", "who stands in the lists of the year")),
        Column("drivers", "first", "f8", 0.0, Text("basdagen", "residents, children, old people: first day")),
        Column("drivers", "now", "f8", 0.0, Text("i år", "residents, children, old people: this year")),
        Column("market", "lagged", "f8", 0.0, Text("fabriksjobb med eftersläpning", "plant jobs, lagged")),
        Column("market", "first", "f8", 0.0, Text("fabriksjobb basdagen", "plant jobs on the first day")),
        Column("market", "reach", "f8", 0.0, Text("pendlare som mest", "commuters at the most, without measures")),
        Column("market", "seats_used", "f8", 0.0, Text("använda platser", "seats of links that brought somebody")),
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
    needs = (Need("work", "work.vacant", "work.jobs", "persons", Text("människor till jobben", "people for the jobs")),)
    measures = (
        MeasureKind(
            "recruitment",
            "persons per year",
            Text("rekrytering utifrån", "recruitment from outside"),
            detail="occupations.occupation",
            relieves="work",
            flow=True,
        ),
        MeasureKind(
            "commuting",
            "persons",
            Text("pendlingsförbindelse", "commuter link"),
            detail="commuting.neighbour",
            relieves="work",
        ),
    )

    def start(self, town: Town, case: Case, years: int) -> None:
        """Lay out the jobs and give them to commuters and residents.

        Raises :class:`~helhet.words.faults.Faults` where employers times occupations are more than 250.
        """
        lay_out(town, case)

    def begin(self, town: Town, turn: Turn) -> None:
        """The share who would work in this future, by state: those in work on the first day and some of the others."""
        works = town.read("stopping", "works")
        town.own(self.name, "stopping", "seeks")[:] = works + turn.future.settings["work.seek"] * (1.0 - works)

    def step(self, town: Town, turn: Turn) -> None:
        """A year of work: people stop, demand changes, jobs are lost and filled, what is left is offered outside."""
        rows = int(town.count("people")[0])
        dice = Dice(turn.key, town.read("people", "identity"))
        state, occupation, job = (town.read("people", name) for name in ("state", "occupation", "job"))
        give_up(town, town.read("left", "row"), int(town.count("left")[0]))
        listed, counts = np.empty((3, rows), np.int32), np.empty(3, np.int64)
        scan(state, occupation, job, rows, town.read("work_lists", "bits").reshape(3, 256), listed, counts)
        stops = who_happen(dice, _STOP, listed[0, : counts[0]], state, town.read("stopping", "chance"))
        give_up(town, stops, len(stops), RETIRES_FROM * AGE_STEP)
        self._set_demand(town, turn, rows)
        open_jobs = shed(town, turn, dice, rows, self._capacity(town, turn))
        # Who would work is a trait of the person, decided by the same word as on the first day.
        trait = Dice(np.array(FIRST_DAY, np.uint64), dice.identity)
        seekers = who_happen(trait, FIRST, listed[1, : counts[1]], state, town.read("stopping", "seeks"))
        trained = int(town.count("trained")[0])
        if trained:
            self._hire(town, dice, town.read("trained", "row")[:trained].copy(), open_jobs, ANYBODY)
        self._hire(town, dice, seekers, open_jobs)
        # Three words for each cell this year: for switching, commuting and offers.
        luck = by_number(dice.key, _CELLS, len(open_jobs))
        if self._switch(town, turn, dice, luck, listed[2, : counts[2]], open_jobs):
            # What the switchers left is looked at once more by those still without work.
            self._hire(town, dice, seekers, vacancies(town))
        keep_hired(town)
        self._outside(town, turn, luck)

    def _set_demand(self, town: Town, turn: Turn, rows: int) -> None:
        """This year's jobs by cell."""
        drawn, now = turn.future.settings, town.own(self.name, "drivers", "now")
        plant = float(town.read("plant_months", "jobs")[12 * turn.year + 11])
        lagged, lag = town.own(self.name, "market", "lagged"), drawn["work.multiplier_lag"]
        lagged[0] += (plant - lagged[0]) * (1.0 - exp(-1.0 / lag) if lag > 0 else 1.0)
        indirect = drawn["work.multiplier"] * float(lagged[0] - town.read("market", "first")[0])
        survey(town.read("people", "state"), rows, now)
        set_demand(
            town.read("cells", "base"),
            spread(int(plant + 0.5), town.read("cells", "mix")),
            town.read("workplaces", "sector"),
            now,
            town.read("drivers", "first"),
            drawn["work.services"],
            indirect,
            town.own(self.name, "cells", "demand"),
        )

    def _hire(self, town: Town, dice: Dice, listed: Array, open_jobs: Array, who: int = JOBLESS) -> None:
        """Those of ``listed`` take ``open_jobs`` of their occupation, in order of luck."""
        occupation, job = town.read("people", "occupation"), town.read("people", "job")
        same = town.read("ties", "same").reshape(256, -1)
        want = open_jobs.reshape(-1, same.shape[1]).sum(axis=0)
        self._place(town, among(dice, _HIRE, listed, occupation, same, want, job=job, who=who), open_jobs)

    def _place(self, town: Town, drawn: tuple[Array, Array, Array], open_jobs: Array) -> Array:
        """Give those drawn a job each; returns jobs given up for it, by employer."""
        rows, groups, picks = drawn
        workplaces = len(town.read("workplaces", "sector"))
        left = np.zeros(workplaces, np.int64)
        job, filled = town.own(self.name, "people", "job"), town.own(self.name, "cells", "filled")
        place(rows, groups, picks, len(rows), open_jobs, len(filled) // workplaces, job, filled, left)
        return left

    def _switch(self, town: Town, turn: Turn, dice: Dice, luck: Array, listed: Array, open_jobs: Array) -> bool:
        """People at work in town take a share of the plant's vacancies; whether anybody did."""
        sector, switched = town.read("workplaces", "sector"), town.own(self.name, "workplaces", "switched")
        switched[:] = 0
        chance, own = town.read("ties", "chance").reshape(256, -1), town.read("ties", "own")[:256]
        places, want = np.empty(len(open_jobs), np.int64), np.empty(chance.shape[1], np.int64)
        if not to_switch(sector, open_jobs, turn.future.settings["work.switch"], luck[0], places, want):
            return False
        occupation, job = town.read("people", "occupation"), town.read("people", "job")
        drawn = among(dice, _SWITCH, listed, occupation, chance, want, job=job, who=HOLDERS, otherwise=own)
        # Somebody newly trained may have changed jobs since the list was made, and stays.
        allowed = town.read("work_lists", "bits").reshape(3, 256)[2]
        still = (allowed[job[drawn[0]] + 2] & SWITCHES) > 0
        switched[:] = self._place(town, (drawn[0][still], drawn[1][still], drawn[2][still]), places)
        return bool(still.any())

    def _outside(self, town: Town, turn: Turn, luck: Array) -> None:
        """Commuters and people outside look at the vacancies that are left."""
        drawn = turn.future.settings
        town.reserve("offers", int(town.read("cells", "demand").sum()))
        offers = outside(
            town.read("workplaces", "sector"),
            drawn["work.commute"],
            self._capacity(town, turn),
            self._links(turn),
            town.own(self.name, "market", "seats_used"),
            drawn["work.recruit"],
            drawn["work.plant_recruit"],
            self._recruited(turn),
            town.read("cells", "demand"),
            town.read("cells", "filled"),
            town.own(self.name, "cells", "commuters"),
            town.read("cells", "lodgers"),
            luck,
            town.own(self.name, "offers", "cell"),
        )
        town.count("offers")[0] = offers
        town.own(self.name, "market", "offers")[0] = offers

    def _capacity(self, town: Town, turn: Turn) -> int:
        """Commuters from outside at the most: the neighbours within reach and the plan's links."""
        return int(town.read("market", "reach")[0] + self._links(turn) + 0.5)

    def _links(self, turn: Turn) -> float:
        """Seats of the plan's commuter links at the end of the year."""
        return float(sum(delivery.standing(12 * turn.year + 11) for delivery in turn.of_kind("commuting")))

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
        spare = int(town.read("beds", "spare")[0]) if town.has("beds", "spare") else 0
        lodgers = town.own(self.name, "cells", "lodgers")
        new = np.zeros(len(lodgers), np.int64)
        move_in(
            town.read("arrived", "row"),
            town.read("arrived", "arrival"),
            int(town.count("arrived")[0]),
            town.read("arrivals", "cell"),
            int(town.count("arrivals")[0]),
            town.own(self.name, "people", "job"),
            town.read("cells", "demand"),
            town.own(self.name, "cells", "filled"),
            town.read("cells", "commuters"),
            lodgers,
            town.own(self.name, "cells", "lodged"),
            new,
        )
        room = max(spare - int(lodgers.sum()), 0)
        lodgers += (new if new.sum() <= room else spread(room, new)).astype(lodgers.dtype)

    def measure(self, town: Town, turn: Turn) -> Report:
        """Residents in work and without by district; jobs and vacancies in town by occupation and employer."""
        residents = np.empty((len(turn.case.districts), 2), np.int64)
        rows = int(town.count("people")[0])
        count(*(town.read("people", column) for column in ("state", "job", "district")), rows, residents)
        cells = (town.read("cells", column) for column in ("demand", "filled", "commuters", "lodgers"))
        by_occupation = np.zeros((2, len(turn.case.occupations)), np.int64)
        by_employer, away = np.zeros(len(turn.case.employers), np.int64), np.zeros(2, np.int64)
        count_jobs(town.read("workplaces", "sector"), *cells, by_occupation, by_employer, away)
        return {
            "work.employed": residents[:, 0],
            "work.jobless": residents[:, 1],
            "work.jobs": by_occupation[0],
            "work.vacant": by_occupation[1],
            "work.vacant_at": by_employer,
            "work.switched": town.read("workplaces", "switched"),
            "work.commuters": away[:1],
            "work.lodgers": away[1:],
            "work.offers": town.read("market", "offers"),
        }
