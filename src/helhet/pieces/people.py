"""People: they age, die, give birth, leave home, form and dissolve couples, move in and move out."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np

from helhet.case.ages import SEX, by_sex_and_age
from helhet.case.case import Case
from helhet.case.fit import integerise
from helhet.pieces.kernels import people as kernels
from helhet.pieces.kernels.chances import DIE, EVENTS, RATES, limits, rates, spread
from helhet.pieces.kernels.partners import pair_up
from helhet.pieces.piece import Piece, Report, Turn
from helhet.town import Town
from helhet.words.declare import Column, Field, Outcome, Setting, Table, Text
from helhet.words.dice import stream
from helhet.words.person import AGE_STEP, EMPTY, MAN, OLDEST, ROLES, STATES, WOMAN

AGE = Field("age", "int", Text("ålder den 31 december", "age on 31 December"), "years", 0, 110)
RATE = "per person-year"


def _rates(name: str, sv: str, en: str, unit: str = RATE, high: float | None = 1) -> Table:
    return Table(name, Text(sv, en), (SEX, AGE), ("sex", "age"), unit, 0, high)


POPULATION = _rates("population", "Invånare basdagen", "Residents on the base date", "persons", None)
MORTALITY = _rates("mortality", "Dödstal efter ålder 31 december", "Death rates by age on 31 December", high=5)
OUT_MOVES = _rates("out_moves", "Utflyttning", "Moves out of the town")
IN_MOVES = _rates("in_moves", "Inflyttning", "Moves into the town", "persons per year", None)
LEAVING_HOME = _rates("leaving_home", "Flytt från föräldrahemmet", "Leaving the parental home")
PAIRING = _rates("pairing", "Ensamma som flyttar ihop", "Singles who move in with a partner")
RELOCATING = _rates("relocating", "Letar annan bostad inom kommunen", "Look for another home within the town")
SPLITTING = _rates("splitting", "Par som flyttar isär", "Couples who separate")
FERTILITY = Table(
    "fertility",
    Text("Födda efter moderns ålder vid årets slut", "Births by the mother's age reached by 31 December"),
    (AGE,),
    ("age",),
    RATE,
    0,
    1,
)
OBSERVED = Table(
    "observed",
    Text("Observerade nivåer som riksdata skalas till", "Observed levels to which national rates are scaled"),
    (
        Field("flow", "choice", Text("flöde", "flow"), choices=("births", "deaths", "out_moves", "in_moves")),
        Field(
            "expected",
            "number",
            Text(
                "samma flöde enligt de oskalade talen (tomt: räknas på basdagens befolkning)",
                "the same flow by the unscaled rates (empty: computed on the base population)",
            ),
            "persons per year",
            0,
            optional=True,
        ),
    ),
    ("flow",),
    "persons per year",
    0,
)

EVENT = stream("people.event")
CRADLE = stream("people.cradle")
COIN = stream("people.coin")
MATCH = stream("people.match")
FIRST = stream("people.first")
_LUCK = tuple(f"luck_{k}" for k in range(kernels.YEARS))
AGE_GROUPS = (
    ("age_0_5", 0, 5),
    ("age_6_15", 6, 15),
    ("age_16_19", 16, 19),
    ("age_20_64", 20, 64),
    ("age_65_79", 65, 79),
)
_BY_AGE = (*(f"people.{name}" for name, _, _ in AGE_GROUPS), "people.age_80", "people.residents")
_FLOWS = ("people.births", "people.deaths", "people.moved_in", "people.moved_out")

Array = np.ndarray[Any, Any]


def _listed(table: str, name: str, meaning: Text, dtype: str = "i4") -> Column:
    """A column of a list, empty on the first day: nothing in it counts but the rows that its table's count says."""
    return Column(table, name, dtype, 0, meaning, scratch=True)


class People(Piece):
    """Every resident: age, sex, role in the household, and the events of a year.

    Ages are those reached on 31 December, as in the tables, so a year begins with everybody a year older. The method
    is a dynamic microsimulation with mutually exclusive yearly events; its mean equals the cohort-component
    projection with the same probabilities (see docs/explanation/people-and-homes.md).
    """

    name = "people"
    tables = (
        POPULATION,
        MORTALITY,
        FERTILITY,
        OUT_MOVES,
        IN_MOVES,
        OBSERVED,
        LEAVING_HOME,
        PAIRING,
        SPLITTING,
        RELOCATING,
    )
    settings = (
        Setting("mortality_trend", "share per year", Text("dödstalen faller", "fall in death rates"), -0.05, 0.05),
        Setting("fertility", "ratio", Text("barnafödande mot observerat", "births against the observed"), 0.2, 3),
        Setting("out_moves", "ratio", Text("utflyttning mot observerad", "out-moves against the observed"), 0, 5),
        Setting("in_moves", "ratio", Text("inflyttning mot observerad", "in-moves against the observed"), 0, 5),
        Setting("relocate", "ratio", Text("flyttar inom kommunen", "moves within the town against normal"), 0, 5),
        Setting("lodger_seeks", "share", Text("inneboende som söker bostad", "guests who look for a home"), 0, 1),
        Setting("boys", "share", Text("andel pojkar bland födda", "boys among births"), 0.4, 0.6),
    )
    columns = (
        Column("people", "state", "u1", EMPTY, Text("ålder och kön", "age * 2 + sex, see helhet.words.person")),
        Column("people", "identity", "u8", 0, Text("identitet för tärningen", "identity, for the dice")),
        Column(
            "people",
            "place",
            "i4",
            0,
            Text("plats i watch, om den står där", "place in watch, if it is there"),
            scratch=True,
        ),
        _listed("watch", "row", Text("kan råka ut för något", "row that may have an event in these four years")),
        *(
            _listed("watch", each, Text("dess kast ett av åren", "its word of one year of four"), "u4")
            for each in _LUCK
        ),
        _listed("free", "row", Text("lediga rader", "free rows of people")),
        _listed("left", "row", Text("rad som lämnat", "row that died or moved out this year")),
        _listed("left", "moved", Text("1 flyttat, 0 avlidit", "1 moved out, 0 died"), "u1"),
        _listed("born", "row", Text("nyfödd", "row born this year")),
        _listed("born", "mother", Text("moder", "row of the mother")),
        _listed("seekers", "row", Text("söker bostad", "row that looks for a home, or another home")),
        _listed("pairs", "a", Text("kvinnan i ett nytt par", "the woman of a new couple")),
        _listed("pairs", "b", Text("mannen i ett nytt par", "the man of a new couple")),
        _listed("splits", "row", Text("flyttar isär", "row that leaves a couple")),
        _listed("arrived", "row", Text("ny rad", "row that moved in this year")),
        _listed("arrived", "arrival", Text("hushåll", "row of arrivals it belongs to")),
        Column("tally", "count", "i4", 0, Text("händelser i år", "births, deaths, moves in and out by district")),
        *(Column("rates", name, "f8", 0.0, Text("takt per år", "yearly rate by sex and age")) for name in RATES),
        Column("chances", "limit", "u4", 0, Text("gränser", "cumulative limits by role, state and event")),
        Column("chances", "probability", "f8", 0.0, Text("sannolikheter", "probabilities by role, state and event")),
        Column("chance_totals", "limit", "u4", 0, Text("gräns för någon händelse", "limit for any event")),
        Column("scratch", "single", "i4", 0, Text("söker partner", "rows that look for a partner"), scratch=True),
        Column("scratch", "mother", "i4", 0, Text("föder", "rows that give birth"), scratch=True),
    )
    reads = (
        "people.role",
        "people.home",
        "people.next",
        "people.district",
        "homes.head",
        "quit.row",
        "homes_first.pairing",
    )
    outcomes = (
        Outcome("people.residents", "persons", Text("invånare vid årets slut", "residents at the end of the year")),
        Outcome("people.births", "persons", Text("födda", "births")),
        Outcome("people.deaths", "persons", Text("avlidna", "deaths")),
        Outcome("people.moved_in", "persons", Text("inflyttade", "moved into the town")),
        Outcome("people.moved_out", "persons", Text("utflyttade", "moved out of the town")),
        Outcome("people.age_0_5", "persons", Text("barn 0–5 år", "children 0–5")),
        Outcome("people.age_6_15", "persons", Text("barn 6–15 år", "children 6–15")),
        Outcome("people.age_16_19", "persons", Text("ungdomar 16–19 år", "youths 16–19")),
        Outcome("people.age_20_64", "persons", Text("vuxna 20–64 år", "adults 20–64")),
        Outcome("people.age_65_79", "persons", Text("äldre 65–79 år", "elderly 65–79")),
        Outcome("people.age_80", "persons", Text("äldre 80 år och mer", "elderly 80 and over")),
    )

    def start(self, town: Town, case: Case, years: int) -> None:
        """One row for each resident of ``population.csv``, women before men, youngest first."""
        persons = by_sex_and_age(case.tables["population"])
        counts = integerise(persons, round(persons.sum()))
        ages = np.tile(AGE_STEP * np.arange(OLDEST + 1), 2) + np.repeat([WOMAN, MAN], OLDEST + 1)
        state = np.repeat(ages, counts.ravel())
        n = len(state)
        self._make_room(town, n + n // 4 + 2000)
        town.own(self.name, "people", "state")[:n] = state
        town.own(self.name, "people", "identity")[:n] = kernels.identities(FIRST, n)
        town.count("people")[0] = n
        found = rates(case)
        town.grow("rates", 2 * (OLDEST + 1))
        for rate in RATES:
            town.own(self.name, "rates", rate)[:] = found[rate].ravel()
        town.grow("tally", 4 * len(case.districts))
        town.grow("chances", ROLES * STATES * EVENTS)
        town.grow("chance_totals", ROLES * STATES)

    def _make_room(self, town: Town, rows: int) -> None:
        """Room for ``rows`` people, and for lists in which each of them may stand once."""
        for table in ("people", "watch", "free", "left", "born", "seekers", "pairs", "splits", "arrived", "scratch"):
            town.grow(table, rows + 1)

    def begin(self, town: Town, turn: Turn) -> None:
        """Scale the case's rates to this future."""
        households = town.has("people", "role")
        pairing = float(town.read("homes_first", "pairing")[0]) if households else 1.0
        found = {name: town.read("rates", name).reshape(2, -1) for name in RATES}
        chance = spread(found, turn.future.settings, households, pairing)
        town.own(self.name, "chances", "probability")[:] = chance.ravel()

    def _chances(self, town: Town, turn: Turn) -> tuple[Array, Array, tuple[float, float]]:
        """Limits (ROLES * STATES, EVENTS), totals, and the risk of death in the year of birth for girls and boys.

        The newborn are there for half a year on average, so their risk is 1 - exp(-m / 2).
        """
        limit = town.own(self.name, "chances", "limit").reshape(-1, EVENTS)
        total = town.own(self.name, "chance_totals", "limit")
        chance = self._chance(town)
        fall = (1.0 - turn.future.settings["people.mortality_trend"]) ** turn.year
        limits(chance, fall, limit, total)
        girl = 1.0 - sqrt(max(0.0, 1.0 - chance.item(WOMAN, DIE) * fall))
        boy = 1.0 - sqrt(max(0.0, 1.0 - chance.item(MAN, DIE) * fall))
        return limit, total, (girl, boy)

    def _chance(self, town: Town) -> Array:
        """The probabilities of the roles that there are, shape (roles * STATES, EVENTS): one, without households."""
        chance = town.own(self.name, "chances", "probability").reshape(-1, EVENTS)
        return chance if town.has("people", "role") else chance[:STATES]

    def step(self, town: Town, turn: Turn) -> None:
        """Everybody grows a year older; deaths, births, moves out, and who looks for a home or a partner."""
        rows = int(town.count("people")[0])
        if self._tight(town, rows):
            self._make_room(town, rows + rows // 4 + 1000)
        own = town.own
        count = town.count
        name = self.name
        key = _key(turn)
        for listed in ("born", "seekers", "pairs", "splits"):
            count(listed)[0] = 0
        limit, total, infant = self._chances(town, turn)
        state, identity = own(name, "people", "state"), own(name, "people", "identity")
        role, home, following, head, district = self._households(town)
        tally = own(name, "tally", "count").reshape(-1, 4)
        tally[:] = 0
        free = own(name, "free", "row"), count("free")
        left = own(name, "left", "row"), own(name, "left", "moved"), count("left")
        single, mother = own(name, "scratch", "single"), own(name, "scratch", "mother")
        kernels.free_left(left[0], left[2], *free)
        watched = _, watch, number, luck = self._watched(town)
        if turn.year % kernels.YEARS == 0:
            kernels.draw_years(identity, state, rows, key, self._most(town, turn), *watched)
        this_year = luck[turn.year % kernels.YEARS]
        kernels.age(state, rows)
        if town.has("quit", "row"):
            quitting = town.read("quit", "row"), int(count("quit")[0])
            kernels.quit_town(*quitting, state, role, home, following, head, district, tally, *left)
        singles, mothers = kernels.visit(
            watch, int(number[0]), this_year, total, limit, state, role, identity, home, following, head, district,
            tally, *left, own(name, "seekers", "row"), count("seekers"), own(name, "splits", "row"), count("splits"),
            single, mother, key, COIN,
        )  # fmt: skip
        if singles:
            couples = own(name, "pairs", "a"), own(name, "pairs", "b"), count("pairs")
            pair_up(single, singles, state, identity, home, *couples, key, MATCH)
        if town.capacity["people"] - int(count("people")[0]) + int(count("free")[0]) < mothers:
            self._make_room(town, int(count("people")[0]) + mothers)
            state, identity = own(name, "people", "state"), own(name, "people", "identity")
            district, mother = self._households(town)[4], own(name, "scratch", "mother")
            free, watched = (own(name, "free", "row"), count("free")), self._watched(town)
        kernels.give_birth(
            mother, mothers, state, identity, district, tally, own(name, "born", "row"), own(name, "born", "mother"),
            count("born"), *free, count("people"), key, CRADLE, turn.future.settings["people.boys"], infant,
        )  # fmt: skip
        kernels.draw_rows(own(name, "born", "row"), int(count("born")[0]), identity, key, *watched)

    def _watched(self, town: Town) -> tuple[Array, Array, Array, tuple[Array, ...]]:
        """Where each row stands in the list of those watched; the list, its length, and their words of each year."""
        place, row = town.own(self.name, "people", "place"), town.own(self.name, "watch", "row")
        return place, row, town.count("watch"), tuple(town.own(self.name, "watch", each) for each in _LUCK)

    def _most(self, town: Town, turn: Turn) -> Array:
        """The highest total that a state can meet in the years that are drawn, in any role; shape (STATES,).

        Deaths rise or fall evenly, so the highest is that of the first of the years or of the last.
        """
        chance = self._chance(town)
        now = town.read("chance_totals", "limit")[: len(chance)]
        last = (1.0 - turn.future.settings["people.mortality_trend"]) ** (turn.year + kernels.YEARS - 1)
        limits(chance, last, np.empty(chance.shape, np.uint32), (after := np.empty(len(chance), np.uint32)))
        return np.asarray(np.maximum(now, after).reshape(-1, STATES).max(axis=0)[_LATER].max(axis=0))

    def _tight(self, town: Town, rows: int) -> bool:
        room = town.capacity["people"] - rows + int(town.count("free")[0])
        return room < rows // 20 + 500

    def _households(self, town: Town) -> tuple[Array, Array, Array, Array, Array]:
        """Columns of the households, or columns of nobody's when demography runs alone."""
        if town.has("people", "role"):
            role, home, following, district = (
                town.read("people", name) for name in ("role", "home", "next", "district")
            )
            return role, home, following, town.read("homes", "head"), district
        return _nobody(town.capacity["people"])

    def settle(self, town: Town, turn: Turn) -> None:
        """Those who move in and found a home get their rows."""
        if not town.has("arrivals", "people"):
            town.count("arrived")[0] = 0
            return
        coming = int(town.count("arriving")[0])
        rows = int(town.count("people")[0])
        if town.capacity["people"] - rows + int(town.count("free")[0]) < coming:
            self._make_room(town, rows + coming + rows // 16)
        homes = town.has("arrivals", "home")
        found = town.read("arrivals", "home") if homes else town.read("arrivals", "first")
        kernels.arrive(
            town.read("arriving", "state"), town.read("arriving", "identity"), town.read("arrivals", "first"),
            town.read("arrivals", "people"), found, int(town.count("arrivals")[0]), not homes,
            town.own(self.name, "people", "state"), town.own(self.name, "people", "identity"),
            town.own(self.name, "free", "row"), town.count("free"), town.count("people"),
            town.own(self.name, "arrived", "row"), town.own(self.name, "arrived", "arrival"), town.count("arrived"),
        )  # fmt: skip
        arrived, identity = town.own(self.name, "arrived", "row"), town.own(self.name, "people", "identity")
        kernels.draw_rows(arrived, int(town.count("arrived")[0]), identity, _key(turn), *self._watched(town))

    def measure(self, town: Town, turn: Turn) -> Report:
        """Residents by district and age, and the year's births, deaths and moves."""
        district = self._households(town)[4]
        counts = np.empty((len(turn.case.districts), len(AGE_GROUPS) + 2), np.int64)
        tally = town.own(self.name, "tally", "count").reshape(-1, 4)
        rows, arrived = int(town.count("people")[0]), int(town.count("arrived")[0])
        kernels.count_people(
            town.read("people", "state"), district, rows, _GROUP, town.read("arrived", "row"), arrived, counts, tally
        )
        return dict(zip(_BY_AGE, counts.T, strict=True)) | dict(zip(_FLOWS, tally.T, strict=True))


def _key(turn: Turn) -> Array:
    """What kernels need to throw dice: seed low, seed high, the counter of these years, future, seed, year."""
    future, years = turn.future, turn.year // kernels.YEARS
    words = [future.seed & 0xFFFFFFFF, future.seed >> 32, years << 24 | EVENT, future.number, future.seed, turn.year]
    return np.array(words, dtype=np.uint64)


@lru_cache(maxsize=4)
def _nobody(rows: int) -> tuple[Array, Array, Array, Array, Array]:
    """Columns of households for ``rows`` people without any, read only."""
    nobody, nowhere = np.zeros(rows, np.uint8), np.full(rows, -1, np.int32)
    for array in (nobody, nowhere):
        array.flags.writeable = False
    return nobody, nowhere, nowhere, nowhere, nobody


def _age_groups() -> Array:
    """The age group of each state, shape (STATES,): the last group but one is 80 and over, the last nobody."""
    age = np.arange(STATES) // AGE_STEP
    group = np.full(STATES, len(AGE_GROUPS))
    for k, (_, low, high) in enumerate(AGE_GROUPS):
        group[(age >= low) & (age <= high)] = k
    group[EMPTY:] = len(AGE_GROUPS) + 1
    return group.astype(np.uint8)


def _later() -> Array:
    """What each state becomes in each of the years that are drawn at once, shape (YEARS, STATES)."""
    now = np.arange(STATES)
    aged = np.minimum(now + AGE_STEP * np.arange(1, kernels.YEARS + 1)[:, None], AGE_STEP * OLDEST + now % AGE_STEP)
    return np.where(now >= EMPTY, now, aged)


_GROUP = _age_groups()
_LATER = _later()
