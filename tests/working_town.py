"""A small town with people and work only, for the tests of study and work."""

from __future__ import annotations

import datetime as dt

import numpy as np

from helhet.case.case import Case, District, Item, Rows
from helhet.case.tables import OCCUPATIONS
from helhet.pieces.piece import Future, Turn
from helhet.pieces.plant import MIX
from helhet.pieces.study import SCHOOLING, SEATS, Study
from helhet.pieces.work import COMMUTING, EMPLOYMENT, JOBS, RELATED, RETIREMENT, Work
from helhet.town import Town
from helhet.words.declare import Column, Text
from helhet.words.person import EMPTY
from helhet.words.plan import Delivery, Lead, Measure

OCCUPATION = ("nurse", "teacher", "operator", "driver")
EMPLOYER = (("plant", "plant"), ("mill", "industry"), ("hospital", "care"), ("school", "school"), ("shops", "local"))
AWAY = ("away", "elsewhere")
YEARS = 30

DRAWN = {
    "study.finish": 0.8,
    "study.jobless_first": 0.6,
    "work.multiplier": 0.5,
    "work.multiplier_lag": 2.0,
    "work.services": 1.0,
    "work.seek": 0.3,
    "work.switch": 0.2,
    "work.commute": 0.1,
    "work.recruit": 0.2,
    "work.plant_recruit": 0.4,
    "work.leave": 0.3,
}

NOTHING = Text("", "")
OTHERS = (
    Column("people", "state", "u1", EMPTY, NOTHING),
    Column("people", "identity", "u8", 0, NOTHING),
    Column("people", "district", "u1", 0, NOTHING),
    Column("left", "row", "i4", -1, NOTHING),
    Column("born", "row", "i4", -1, NOTHING),
    Column("arrived", "row", "i4", -1, NOTHING),
    Column("arrived", "arrival", "i4", -1, NOTHING),
    Column("arrivals", "cell", "i2", -1, NOTHING),
    Column("plant_months", "jobs", "f8", 0.0, NOTHING),
    Column("beds", "spare", "f8", 0.0, NOTHING),
)


def rows_of(table, *names, rows=()):
    """A table of the case from tuples: words become objects, numbers float64."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return Rows(
        table,
        {
            name: np.array(column, dtype=object if column and isinstance(column[0], str) else np.float64)
            for name, column in zip(names, columns, strict=True)
        },
    )


def case_of(
    jobs,
    *,
    schooling=None,
    seats=(),
    employment=((0, 110, 0.7),),
    retirement=((65, 0.5), (70, 1.0)),
    commuting=(("near", "Near", 30.0, 0.0, 0.0),),
    related=(),
    women=(0.9, 0.7, 0.2, 0.1),
    mix=(0.0, 0.0, 0.8, 0.2),
    measures=(),
    trainable="yes",
):
    """A case with the employers and occupations above; ``jobs`` holds (employer, occupation, jobs)."""
    schooling = schooling or [(o, sex, 0.25) for o in OCCUPATION for sex in ("women", "men")]
    tables = {
        "occupations": rows_of(
            OCCUPATIONS,
            "occupation",
            "women",
            "trainable",
            rows=[(o, w, trainable) for o, w in zip(OCCUPATION, women, strict=True)],
        ),
        "jobs": rows_of(JOBS, "employer", "occupation", "value", rows=jobs),
        "schooling": rows_of(SCHOOLING, "occupation", "sex", "value", rows=schooling),
        "seats": rows_of(SEATS, "occupation", "value", rows=seats),
        "employment": rows_of(
            EMPLOYMENT,
            "sex",
            "age_from",
            "age_to",
            "value",
            rows=[(sex, *row) for sex in ("women", "men") for row in employment],
        ),
        "retirement": rows_of(RETIREMENT, "age", "value", rows=retirement),
        "commuting": rows_of(COMMUTING, "neighbour", "name", "minutes", "most", "value", rows=commuting),
        "related": rows_of(RELATED, "occupation", "to", "value", rows=related),
        "plant_occupations": rows_of(MIX, "occupation", "value", rows=list(zip(OCCUPATION, mix, strict=True))),
    }
    return Case(
        id="small",
        name="Small",
        language="en",
        base_date=dt.date(2018, 12, 31),
        knowledge_date=dt.date(2019, 3, 7),
        prior="default",
        years=YEARS,
        digest="",
        districts=(District("north", "North", 0.0, 0.0), District("south", "South", 0.0, 0.0)),
        occupations=tuple(Item(o, Text(o, o)) for o in OCCUPATION),
        employers=tuple(Item(e, Text(e, e), sector) for e, sector in (*EMPLOYER, AWAY)),
        tables=tables,
        settings={},
        measures={measure.id: measure for measure in measures},
        plans={},
        sources={},
    )


def town_of(case, ages, sexes=None, *, plant=0.0, spare=0.0, pieces=None):
    """The first day of a town with one person of each of ``ages``; every other person is a man unless told."""
    study, work = pieces or (Study(), Work())
    town = Town(
        [("others", column) for column in OTHERS]
        + [(piece.name, column) for piece in (study, work) for column in piece.columns]
    )
    count = len(ages)
    room = 2 * count + 2000
    town.grow("people", room)
    town.count("people")[0] = count
    sexes = np.arange(count) % 2 if sexes is None else np.asarray(sexes)
    town.own("others", "people", "state")[:count] = np.asarray(ages) * 2 + sexes
    town.own("others", "people", "identity")[:count] = np.arange(1, count + 1)
    town.own("others", "people", "district")[:count] = np.arange(count) % 2
    for table, most in (("left", room), ("born", room), ("arrived", room), ("arrivals", room), ("beds", 1)):
        town.grow(table, most)
    town.grow("plant_months", 12 * YEARS)
    town.own("others", "plant_months", "jobs")[:] = plant
    town.own("others", "beds", "spare")[0] = spare
    study.start(town, case, YEARS)
    work.start(town, case, YEARS)
    return town


def turn_of(case, year=0, *, seed=1, number=0, deliveries=(), **changed):
    """A turn with the settings above, apart from those ``changed`` (``seek=1`` for work, ``finish_=1`` for study)."""
    drawn = dict(DRAWN)
    for name, value in changed.items():
        drawn[f"study.{name[:-1]}" if name.endswith("_") else f"work.{name}"] = value
    return Turn(case, Future(number, seed, drawn), year, YEARS, tuple(deliveries))


def deliver(kind, detail, size, *, lasts=0):
    """A measure that stands from the first month."""
    none = Lead(0, 0, 0)
    measure = Measure(kind, kind, NOTHING, "", detail, size, "", none, none, 0, lasts, 0.0, 0.0, "", "assumed")
    return Delivery(measure, size, 0, 0, 0)


def step(town, turn, pieces=None):
    """Study and work live a year."""
    for piece in pieces or (Study(), Work()):
        piece.begin(town, turn)
        piece.step(town, turn)


def cell(employer, occupation):
    """The number of a cell."""
    names = [name for name, _ in (*EMPLOYER, AWAY)]
    return names.index(employer) * len(OCCUPATION) + OCCUPATION.index(occupation)


def grow_older(town):
    """Everybody in town becomes a year older."""
    state = town.own("others", "people", "state")
    state[state < 2 * 110] += 2


def leave(town, rows):
    """These rows die or move out."""
    town.own("others", "people", "state")[rows] = EMPTY
    town.own("others", "left", "row")[: len(rows)] = rows
    town.count("left")[0] = len(rows)


def come(town, households, first_row=None):
    """Households move in: each is (cell, states, home found); their rows are the first never used."""
    n = 0
    row = int(town.count("people")[0]) if first_row is None else first_row
    for arrival, (waiting, states, found) in enumerate(households):
        town.own("others", "arrivals", "cell")[arrival] = waiting
        for state in states if found else ():
            town.own("others", "people", "state")[row] = state
            town.own("others", "people", "identity")[row] = 10**6 + row
            town.own("others", "arrived", "row")[n] = row
            town.own("others", "arrived", "arrival")[n] = arrival
            row, n = row + 1, n + 1
    town.count("people")[0] = max(row, int(town.count("people")[0]))
    town.count("arrived")[0], town.count("arrivals")[0] = n, len(households)


def settle(town, turn, pieces=None):
    """Study and work welcome those who came."""
    for piece in pieces or (Study(), Work()):
        piece.settle(town, turn)


def assert_every_job_has_one_holder(town):
    """The invariants of the cells: filled by as many people as hold the job, never more than there are jobs."""
    cells = {name: town.read("cells", name) for name in ("demand", "filled", "commuters", "lodgers", "lodged")}
    job, state = town.read("people", "job"), town.read("people", "state")
    holders = np.bincount(job[(job >= 0) & (state < EMPTY)], minlength=len(cells["demand"]))
    np.testing.assert_array_equal(cells["filled"], holders)
    assert not (job[state >= EMPTY] >= 0).any()
    assert (cells["filled"] + cells["commuters"] + cells["lodgers"] <= cells["demand"]).all()
    for name in ("filled", "commuters", "lodgers", "lodged"):
        assert (cells[name] >= 0).all(), name
    assert (cells["lodged"] <= cells["lodgers"]).all()
