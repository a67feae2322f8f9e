"""The first day of homes: the tables of the case, every home from them, and everybody moved into one."""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.case.ages import SEX_AND_AGE_SPAN
from helhet.case.case import Case, Rows
from helhet.case.fit import integerise
from helhet.pieces.kernels import households
from helhet.pieces.kernels.homes import KINDS
from helhet.town import Town
from helhet.words.declare import Field, Table, Text
from helhet.words.faults import Fault, Faults

NAME = "homes"
"""The piece that owns what is filled in here."""

TYPES = ("house", "rental", "owned_flat")
SIZES = ("small", "medium", "large")
DISTRICT = Field("district", "id", Text("stadsdel", "district"), refers="districts.district")
TYPE = Field("type", "choice", Text("upplåtelse och hustyp", "type of home"), choices=TYPES)
SIZE = Field("size", "choice", Text("storlek: 1–2, 3 eller 4+ rum", "size: 1-2, 3 or 4+ rooms"), choices=SIZES)

STOCK = Table(
    "homes",
    Text("Bostäder basdagen", "Homes on the base date"),
    (DISTRICT, TYPE, SIZE),
    ("district", "type", "size"),
    "dwellings",
    0,
)
HOUSEHOLDS = Table(
    "households",
    Text("Hushåll efter storlek (6: sex eller fler)", "Households by size (6: six or more)"),
    (Field("persons", "int", Text("personer", "persons"), "persons", 1, 6),),
    ("persons",),
    "households",
    0,
)
PIPELINE = Table(
    "pipeline",
    Text("Bostäder som redan byggs eller är beslutade", "Homes already being built or decided"),
    (DISTRICT, TYPE, SIZE, Field("month", "month", Text("inflyttning", "ready"))),
    ("district", "type", "size", "month"),
    "dwellings",
    0,
    required=False,
)
HOUSEHOLD_TYPES = Table(
    "couples",
    Text("Andel som bor med partner, efter ålder och kön", "Share living with a partner, by age and sex"),
    SEX_AND_AGE_SPAN,
    ("sex", "age_from"),
    "share",
    0,
    1,
)
VACANCY = Table(
    "vacancy",
    Text("Hur tomma bostäder fördelar sig på typ", "How vacant homes are spread over types (relative to stock)"),
    (TYPE,),
    ("type",),
    "ratio",
    0,
)
WANTED = Table(
    "wanted",
    Text("Bostad som hushåll söker, efter antal personer", "Home that households look for, by persons"),
    (
        Field("persons", "int", Text("personer (5: fem eller fler)", "persons (5: five or more)"), "persons", 1, 5),
        TYPE,
        SIZE,
    ),
    ("persons", "type", "size"),
    "share",
    0,
    1,
)

MOST_DISTRICTS = 255  # people.district is one byte

Array = np.ndarray[Any, Any]


def of_kinds(case: Case, rows: Rows) -> Array:
    """The table's values by kind, shape (districts * KINDS,)."""
    out = np.zeros(len(case.districts) * KINDS)
    for district, sort, size, value in zip(rows["district"], rows["type"], rows["size"], rows["value"], strict=True):
        out[case.district(district) * KINDS + 3 * TYPES.index(sort) + SIZES.index(size)] += value
    return out


def running(weight: Array) -> Array:
    """Running shares along the last axis that rise to exactly 1."""
    out = np.cumsum(weight, axis=-1)
    out /= out[..., -1:]
    out[..., -1] = 1.0
    return np.asarray(out)


def nearest(case: Case) -> Array:
    """Districts from nearest to farthest of each district (itself first), shape (districts, districts)."""
    x = np.array([d.longitude for d in case.districts]) * np.cos(np.radians([d.latitude for d in case.districts]))
    y = np.array([d.latitude for d in case.districts])
    away = (x[:, None] - x[None, :]) ** 2 + (y[:, None] - y[None, :]) ** 2
    np.fill_diagonal(away, -1.0)
    return np.argsort(away, axis=1, kind="stable").astype(np.int32)


def first_day(town: Town, case: Case, years: int) -> None:
    """Every home of ``homes.csv``; the people of the town put into households and homes.

    Raises :class:`Faults` for more districts than a byte tells apart.
    """
    dwellings = of_kinds(case, case.tables["homes"])
    stock = integerise(dwellings, round(dwellings.sum()))
    if len(case.districts) > MOST_DISTRICTS:
        wrong = f"there are {len(case.districts)} districts; at most {MOST_DISTRICTS} can be told apart"
        raise Faults([Fault("districts.csv", 0, "district", "", wrong, "Join some districts.")])
    _rooms(town, case, years, int(stock.sum()))
    kinds = np.repeat(np.arange(len(stock)), stock)
    town.own(NAME, "homes", "kind")[: len(kinds)] = kinds
    town.count("homes")[0] = len(kinds)
    town.own(NAME, "kinds", "stock")[:] = stock
    _wishes(town, case)
    _decided(town, case, years)
    _people_in(town, case, stock)


def _rooms(town: Town, case: Case, years: int, stock: int) -> None:
    kinds = len(case.districts) * KINDS
    rooms = {
        "homes": stock + stock // 4 + 2000,
        "taken": 2000,
        "kinds": kinds,
        "homes_year": kinds,
        "pipeline": kinds * years,
        "decided": kinds * years,
        "expiring": kinds * years,
        "building": years + 12,
        "wanted": 5 * KINDS,
        "lived_in": 5 * kinds,
        "districts": len(case.districts) ** 2,
        "homes_flow": 2 * len(case.districts),
        "homes_counts": 3,
        "homes_first": 1,
    }
    for table, rows in rooms.items():
        town.grow(table, rows)


def _wishes(town: Town, case: Case) -> None:
    share = np.zeros((5, KINDS))
    rows = case.tables["wanted"]
    for persons, sort, size, value in zip(rows["persons"], rows["type"], rows["size"], rows["value"], strict=True):
        share[int(persons) - 1, 3 * TYPES.index(sort) + SIZES.index(size)] = value
    town.own(NAME, "wanted", "share")[:] = share.ravel()
    town.own(NAME, "districts", "near")[:] = nearest(case).ravel()


def _decided(town: Town, case: Case, years: int) -> None:
    """Homes already decided, by year of the run; those ready before the base date are in the stock."""
    pipeline = town.own(NAME, "pipeline", "homes").reshape(years, -1)
    rows = case.tables["pipeline"]
    for year in range(years):
        due = (rows["month"] >= 12 * year) & (rows["month"] < 12 * year + 12)
        here = Rows(rows.table, {name: column[due] for name, column in rows.columns.items()})
        pipeline[year] = of_kinds(case, here)


def _people_in(town: Town, case: Case, stock: Array) -> None:
    n = int(town.count("people")[0])
    weight = [float(case.tables["vacancy"].where(type=sort)["value"].sum()) for sort in TYPES]
    made = households.make(
        case,
        town.read("people", "state")[:n],
        town.read("people", "identity")[:n],
        stock,
        np.tile(np.repeat(weight, len(SIZES)), len(case.districts)),
        town.read("wanted", "share").reshape(5, KINDS),
    )
    town.own(NAME, "homes_first", "pairing")[0] = made.pairing
    _what_is_lived_in(town, np.bincount(made.lives), made.kind, stock)
    _move_everybody_in(town, made.role, made.lives, made.kind, stock, made.lived_in)


def _what_is_lived_in(town: Town, sizes: Array, kind: Array, stock: Array) -> None:
    """Count households by size and the kind of their home: that is what people look for in later years.

    Where no household of a size lives, a trace of what the stock and their wishes would give.
    """
    wanted = town.read("wanted", "share").reshape(5, KINDS)
    lived = 1e-3 * (np.tile(wanted, len(stock) // KINDS) + 1e-3) * (stock + 1e-3)
    np.add.at(lived, (np.minimum(sizes, 5) - 1, kind), 1.0)
    town.own(NAME, "lived_in", "anywhere")[:] = running(lived).ravel()
    town.own(NAME, "lived_in", "within")[:] = running(lived.reshape(5, -1, KINDS)).ravel()


def _move_everybody_in(town: Town, role: Array, lives: Array, sort: Array, stock: Array, lived_in: Array) -> None:
    """Give household h of kind ``sort[h]`` the next home of that kind, link its people and list vacant homes."""
    n = len(role)
    first = np.concatenate(([0], np.cumsum(stock)[:-1]))
    order = np.argsort(sort, kind="stable")
    rank = np.arange(len(sort)) - np.searchsorted(sort[order], sort[order])
    home = np.empty(len(sort), np.int64)
    home[order] = first[sort[order]] + rank
    own = town.own
    own(NAME, "people", "role")[:n] = role
    own(NAME, "people", "home")[:n] = home[lives]
    own(NAME, "people", "district")[:n] = sort[lives] // KINDS
    # The people of a home stand beside one another in memory, homes in their order: a household is one cache line.
    town.reorder("people", np.argsort(home[lives], kind="stable"))
    at = town.read("people", "home")[:n]
    same = at[1:] == at[:-1]
    own(NAME, "people", "next")[: n - 1] = np.where(same, np.arange(1, n), -1)
    heads = np.flatnonzero(np.concatenate(([True], ~same)))
    own(NAME, "homes", "head")[at[heads]] = heads
    link, vacant = own(NAME, "homes", "link"), own(NAME, "kinds", "vacant")
    empty = own(NAME, "kinds", "empty")
    for kind in range(len(stock)):
        for h in range(first[kind] + lived_in[kind], first[kind] + stock[kind]):
            link[h], vacant[kind] = vacant[kind], h
            empty[kind] += 1
    own(NAME, "kinds", "usual")[:] = empty
    own(NAME, "homes_first", "vacant")[0] = empty.sum()
