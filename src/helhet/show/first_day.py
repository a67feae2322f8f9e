"""The first day against the tables it was made from: what was asked, what was made, and every difference.

A table that the making of the town cannot meet is compared like any other, so that its miss is seen. What each
comparison means is told in docs/reference/first-day.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from helhet.case.ages import SEXES, by_sex_and_age
from helhet.case.case import Case
from helhet.pieces.first_homes import SIZES, TYPES, of_kinds
from helhet.pieces.first_jobs import held
from helhet.pieces.kernels.homes import KINDS
from helhet.pieces.kernels.households import LAST_AT_HOME, at_home, occupied
from helhet.show.comparison import Comparison, comparison
from helhet.town import Town
from helhet.words.declare import Text
from helhet.words.person import AGE_STEP, CHILD, EMPTY, OLDEST, PARTNER, SEX_BIT, WOMAN

Array = np.ndarray[Any, Any]

STATUSES = ("measured", "official", "claim", "assumed")
GROWN = 18


@dataclass(frozen=True)
class _Residents:
    """The town's residents on the first day: columns of equal length, one entry for each."""

    age: Array
    sex: Array
    role: Array
    home: Array
    district: Array
    occupation: Array
    job: Array

    def by_sex_and_age(self, of: Array | None = None) -> Array:
        """How many there are (or those ``of`` whom it is true), shape (2, OLDEST + 1)."""
        keep = slice(None) if of is None else of
        cell = self.sex[keep].astype(np.int64) * (OLDEST + 1) + self.age[keep]
        return np.bincount(cell, minlength=2 * (OLDEST + 1)).reshape(2, OLDEST + 1)


def _residents(town: Town) -> _Residents:
    rows = int(town.count("people")[0])
    state = town.read("people", "state")[:rows]
    alive = state < EMPTY
    others = (
        town.read("people", name)[:rows][alive].astype(np.int64)
        for name in ("role", "home", "district", "occupation", "job")
    )
    return _Residents(state[alive] // AGE_STEP, state[alive] & SEX_BIT, *others)


def compare(case: Case, town: Town) -> list[Comparison]:
    """Every table of the case that describes the base date, against the first day of ``town``.

    ``town`` is that of :func:`helhet.simulate.first_day`, with all pieces, before any year is lived.
    """
    people = _residents(town)
    return [
        _population(case, people),
        _districts(case, people),
        *_homes(case, town, people),
        _at_home(case, people),
        _bands(case, "couples", Text("Med partner", "With a partner"), people, people.role == PARTNER),
        _bands(case, "employment", Text("I arbete", "In work"), people, people.job >= 0),
        *_jobs(case, town, people),
        _women(case, people),
        _commuting(case, town),
    ]


def _weakest(case: Case, *tables: str) -> str:
    """The status of the least sure figure among those that a comparison is put together from."""
    found = {str(status) for table in tables for status in case.tables[table]["status"]}
    return max(found, key=STATUSES.index, default="")


def _population(case: Case, people: _Residents) -> Comparison:
    rows = case.tables["population"]
    sex = np.where(rows["sex"] == "women", WOMAN, 1 - WOMAN)
    return comparison(
        case,
        "population",
        Text("Invånare efter kön och ålder", "Residents by sex and age"),
        "persons",
        keys={"sex": rows["sex"], "age": rows["age"]},
        wanted=rows["value"],
        made=people.by_sex_and_age()[sex, rows["age"]],
        status=rows["status"],
    )


def _districts(case: Case, people: _Residents) -> Comparison:
    rows = case.tables["districts"]
    made = np.bincount(people.district, minlength=len(case.districts))
    return comparison(
        case,
        "districts",
        Text("Invånare efter stadsdel", "Residents by district"),
        "persons",
        keys={"district": rows["district"]},
        wanted=rows["residents"],
        made=made[[case.district(district) for district in rows["district"]]],
        status=rows["status"],
    )


def _homes(case: Case, town: Town, people: _Residents) -> list[Comparison]:
    """Homes, those of them that are vacant, and the households in the others."""
    number = int(town.count("homes")[0])
    kind, vacant = town.read("homes", "kind")[:number], town.read("homes", "head")[:number] < 0
    kinds = len(case.districts) * KINDS
    rows, wanted, made = case.tables["homes"], of_kinds(case, case.tables["homes"]), np.bincount(kind, minlength=kinds)
    status = np.full(kinds, "", dtype=object)
    for district, sort, size, said in zip(rows["district"], rows["type"], rows["size"], rows["status"], strict=True):
        status[case.district(district) * KINDS + 3 * TYPES.index(sort) + SIZES.index(size)] = said
    kept = np.flatnonzero((status != "") | (made > 0))
    place, sort, size = kept // KINDS, kept % KINDS // len(SIZES), kept % len(SIZES)
    homes = comparison(
        case,
        "homes",
        Text("Bostäder efter plats, typ, storlek", "Homes by district, type, size"),
        "dwellings",
        keys={
            "district": [case.districts[i].id for i in place],
            "type": [TYPES[i] for i in sort],
            "size": [SIZES[i] for i in size],
        },
        wanted=wanted[kept],
        made=made[kept],
        status=status[kept],
    )
    by_type = np.bincount(kind[vacant] % KINDS // len(SIZES), minlength=len(TYPES))
    stock = wanted.reshape(-1, len(TYPES), len(SIZES)).sum(axis=(0, 2))
    return [homes, _vacancies(case, stock, by_type), _households(case, people)]


def _vacancies(case: Case, stock: Array, made: Array) -> Comparison:
    """Vacant homes by type, shape (types,): homes less households, spread over the stock by the table's weights."""
    rows, households = case.tables["vacancy"], round(float(case.tables["households"]["value"].sum()))
    weight = np.array([rows.where(type=sort)["value"].sum() for sort in TYPES], dtype=np.float64)
    whole = stock.astype(np.int64)
    wanted = whole - occupied(whole, weight, min(households, int(whole.sum())))
    return comparison(
        case,
        "vacancy",
        Text("Tomma bostäder efter typ", "Vacant homes by type"),
        "dwellings",
        keys={"type": TYPES},
        wanted=wanted,
        made=made,
        status=_weakest(case, "vacancy", "homes", "households"),
    )


def _households(case: Case, people: _Residents) -> Comparison:
    rows = case.tables["households"]
    largest = int(rows["persons"].max())
    sizes = np.bincount(people.home[people.home >= 0])
    made = np.bincount(np.minimum(sizes[sizes > 0], largest), minlength=largest + 1)
    return comparison(
        case,
        "households",
        Text("Hushåll efter storlek", "Households by size"),
        "households",
        keys={"persons": rows["persons"]},
        wanted=rows["value"],
        made=made[rows["persons"]],
        status=rows["status"],
    )


def _at_home(case: Case, people: _Residents) -> Comparison:
    """Those who live with their parents: the population times the share implied by the rates of leaving."""
    tables = case.tables
    share = at_home(by_sex_and_age(tables["leaving_home"]) + by_sex_and_age(tables["out_moves"]))
    expected = by_sex_and_age(tables["population"]) * share
    children = people.by_sex_and_age(people.role == CHILD)
    spans = [(0, GROWN - 1), *((age, age) for age in range(GROWN, LAST_AT_HOME)), (LAST_AT_HOME, OLDEST)]
    keys = [(sex, _span(*span)) for sex in SEXES for span in spans]
    sums = [
        [each[row, low : high + 1].sum() for row in range(2) for low, high in spans] for each in (expected, children)
    ]
    return comparison(
        case,
        "leaving_home",
        Text("Hos föräldrar eller andra", "With parents or others"),
        "persons",
        keys={"sex": [sex for sex, _ in keys], "age": [age for _, age in keys]},
        wanted=sums[0],
        made=sums[1],
        status=_weakest(case, "leaving_home", "out_moves"),
    )


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"


def _bands(case: Case, table: str, name: Text, people: _Residents, of: Array) -> Comparison:
    """A table of shares by sex and span of ages: the population times the share, against those ``of`` whom it holds."""
    rows, population = case.tables[table], by_sex_and_age(case.tables["population"])
    made, expected, count, ages = people.by_sex_and_age(of), [], [], []
    for sex, low, high, share in zip(rows["sex"], rows["age_from"], rows["age_to"], rows["value"], strict=True):
        row, span = SEXES.index(sex), slice(int(low), int(high) + 1)
        expected.append(population[row, span].sum() * share)
        count.append(made[row, span].sum())
        ages.append(_span(int(low), int(high)))
    return comparison(
        case,
        table,
        Text(f"{name.sv}, efter kön och ålder", f"{name.en}, by sex and age"),
        "persons",
        keys={"sex": rows["sex"], "age": ages},
        wanted=expected,
        made=count,
        status=rows["status"],
    )


def _jobs(case: Case, town: Town, people: _Residents) -> list[Comparison]:
    """Jobs: those held (people are counted one by one), those of commuters and lodgers, and those vacant."""
    shape = (len(case.employers), len(case.occupations))
    demand, filled, commuters, lodgers = (
        town.read("cells", name).astype(np.int64) for name in ("demand", "filled", "commuters", "lodgers")
    )
    holders = np.bincount(people.job[people.job >= 0], minlength=len(demand))
    vacant = np.maximum(demand - filled - commuters - lodgers, 0)
    made = (holders + commuters + lodgers + vacant).reshape(shape)
    rows, wanted, status = case.tables["jobs"], np.zeros(shape), np.full(shape, "", dtype=object)
    for employer, occupation, value, said in zip(
        rows["employer"], rows["occupation"], rows["value"], rows["status"], strict=True
    ):
        at = case.employer(employer), case.occupation(occupation)
        wanted[at], status[at] = value, said
    kept = np.nonzero((status != "") | (made > 0))
    jobs = comparison(
        case,
        "jobs",
        Text("Jobb efter arbetsgivare och yrke", "Jobs by employer and occupation"),
        "jobs",
        keys={
            "employer": [case.employers[i].id for i in kept[0]],
            "occupation": [case.occupations[i].id for i in kept[1]],
        },
        wanted=wanted[kept],
        made=made[kept],
        status=status[kept],
    )
    by_residents = comparison(
        case,
        "jobs_of_residents",
        Text("Invånare i arbete efter yrke", "Residents in work by occupation"),
        "persons",
        keys={"occupation": [item.id for item in case.occupations]},
        wanted=held(case),
        made=holders.reshape(shape).sum(axis=0),
        status=_weakest(case, "jobs", "commuting"),
    )
    return [jobs, by_residents]


def _women(case: Case, people: _Residents) -> Comparison:
    """Women in work by occupation, against the occupation's share of women among those in work in it."""
    rows, count = case.tables["occupations"], len(case.occupations)
    works = (people.job >= 0) & (people.occupation < count)
    everybody = np.bincount(people.occupation[works], minlength=count)
    women = np.bincount(people.occupation[works & (people.sex == WOMAN)], minlength=count)
    at = [case.occupation(occupation) for occupation in rows["occupation"]]
    return comparison(
        case,
        "occupations",
        Text("Kvinnor i arbete efter yrke", "Women in work by occupation"),
        "persons",
        keys={"occupation": rows["occupation"]},
        wanted=rows["women"] * everybody[at],
        made=women[at],
        status=rows["status"],
    )


def _commuting(case: Case, town: Town) -> Comparison:
    return comparison(
        case,
        "commuting",
        Text("Pendlar in", "Commuters from outside"),
        "persons",
        keys={"neighbour": ["all"]},
        wanted=[case.tables["commuting"]["value"].sum()],
        made=[town.read("cells", "commuters").sum()],
        status=_weakest(case, "commuting"),
    )
