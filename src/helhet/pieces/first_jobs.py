"""The first day of work: the tables of the case, turned into columns, and who holds which job.

Pure functions of the case and of arrays; the piece :class:`~helhet.pieces.work.Work` calls :func:`lay_out` once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.case.ages import SEX_AND_AGE_SPAN, by_age_span
from helhet.case.case import Case
from helhet.pieces.kernels.luck import lots, spread
from helhet.pieces.kernels.work import ELSEWHERE, NO_JOB, PLANT, RETIRED, survey
from helhet.town import Town
from helhet.words.declare import Field, Table, Text
from helhet.words.dice import stream
from helhet.words.faults import Fault, Faults
from helhet.words.person import AGE_STEP, EMPTY, OLDEST, SEX_BIT

Array = np.ndarray[Any, Any]

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
    SEX_AND_AGE_SPAN,
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

WORK = "work"
FIRST = stream("work.first")
SECTORS = ("plant", "industry", "building", "care", "school", "public", "local", "elsewhere")
FIRST_DAY = (20181231, 2**32 - 1, 0)
"""Seed, future and year of the dice of the first day, which is the same in every future."""

NEAR = 60.0
"""Minutes of travel within which neighbours commute without a link of their own.

Status: assumed. Those who travel further on the base date go on doing so.
"""

AGES = 128
SEEKS_FROM, SEEKS_UNTIL = 19, 66
"""Ages between which the jobless look for work.

19: occupations begin there. 66: until 2019 an employee had the right to stay until turning 67 (Employment Protection
Act 1982:80, section 32 a, as worded in March 2019).
"""
RETIRES_FROM = 61
"""The age from which somebody who stops working does not look for work again.

The income pension could be drawn from the month of turning 61 (Social Insurance Code 2010:110, chapter 56, section 3,
as worded in March 2019).
"""
MOST_CELLS = 250
STOPS, SEEKS, SWITCHES = 1, 2, 4  # bits of the lists of a year


def rates(case: Case) -> Array:
    """The share in work of the table ``employment``, float64 (2, 128) by sex and age; 0 below 19."""
    share = np.zeros((2, AGES))
    share[:, : OLDEST + 1] = by_age_span(case.tables["employment"])
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
    words = np.empty((3, len(state)), np.uint32)
    lots(identity, np.arange(len(state), dtype=np.int32), len(state), np.array(FIRST_DAY, np.uint64), FIRST, words)
    u, placed = (words[0] + 0.5) / 2.0**32, words[1]
    safe = np.clip(rate, 1e-9, 1 - 1e-9)
    order = np.argsort(u / (1 - u) * (1 - safe) / safe, kind="stable")
    job = np.where(age >= RETIRES_FROM, RETIRED, NO_JOB).astype(np.int16)
    job[state >= EMPTY] = NO_JOB
    occupations = len(case.occupations)
    for o in range(occupations):
        mine = order[(occupation[order] == o) & (rate[order] > 0)]
        number = min(int(open_jobs[o::occupations].sum()), int(rate[mine].sum() + 0.5))
        working = mine[:number]
        # Where jobs outnumber people every employer keeps the same share of its own.
        cells = np.repeat(np.arange(o, len(open_jobs), occupations), spread(number, open_jobs[o::occupations]))
        job[working[np.argsort(placed[working], kind="stable")]] = cells
    return job


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
    by_residents: Array = here * (1 - commuters / max(here.sum(), 1.0)) + away
    return by_residents


def lay_out(town: Town, case: Case) -> None:
    """Lay out the jobs of the base date and give them to commuters and residents.

    Raises :class:`~helhet.words.faults.Faults` where employers times occupations are more than 250.
    """
    _make_room(town, case)
    _jobs(town, case)
    _chances(town, case)
    _first_day(town, case)


def _make_room(town: Town, case: Case) -> None:
    employers, occupations = len(case.employers), len(case.occupations)
    if employers * occupations > MOST_CELLS:
        wrong = f"{employers} employers times {occupations} occupation groups are more than {MOST_CELLS}"
        cure = "Merge employers or occupation groups."
        raise Faults([Fault("employers.csv", 0, "employer", str(employers), wrong, cure)])
    rooms = {"cells": employers * occupations, "workplaces": employers, "drivers": 3, "market": 1}
    rooms |= {"stopping": 256, "work_lists": 768}
    rooms["ties"] = 256 * occupations
    for table, room in rooms.items():
        town.grow(table, room)
        town.count(table)[0] = room
    town.grow("quit", town.capacity["people"])


def _jobs(town: Town, case: Case) -> None:
    """Jobs by cell, the plant's mix, and how many commuters there can be."""
    shape = (len(case.employers), len(case.occupations))
    sector = town.own(WORK, "workplaces", "sector")
    sector[:] = [SECTORS.index(employer.sector) for employer in case.employers]
    base = town.own(WORK, "cells", "base").reshape(shape)
    rows = case.tables["jobs"]
    for employer, occupation, value in zip(rows["employer"], rows["occupation"], rows["value"], strict=True):
        base[case.employer(employer), case.occupation(occupation)] += value
    town.own(WORK, "cells", "demand")[:] = np.floor(base.reshape(-1) + 0.5)
    plants = sector == PLANT
    town.own(WORK, "market", "lagged")[0] = base[plants].sum()
    town.own(WORK, "market", "first")[0] = base[plants].sum()
    mix, rows = town.own(WORK, "cells", "mix").reshape(shape), case.tables["plant_occupations"]
    for occupation, value in zip(rows["occupation"], rows["value"], strict=True):
        mix[plants, case.occupation(occupation)] += value / max(int(plants.sum()), 1)
    rows = case.tables["commuting"]
    near = np.where(rows["minutes"] <= NEAR, np.maximum(rows["most"], rows["value"]), rows["value"])
    town.own(WORK, "market", "reach")[0] = near.sum()


def _chances(town: Town, case: Case) -> None:
    """What people may have in mind, and who stands in which of the year's lists (see :func:`scan`)."""
    occupations, ages = len(case.occupations), np.arange(256) // AGE_STEP
    stop = stopping(case)[ages]
    town.own(WORK, "stopping", "chance")[:] = stop
    town.own(WORK, "stopping", "works")[:] = rates(case)[np.arange(256) & SEX_BIT, ages]
    town.own(WORK, "ties", "same").reshape(256, -1)[:occupations] = np.triu(np.ones([occupations] * 2))
    related = town.own(WORK, "ties", "chance").reshape(256, -1)
    related[:occupations] = relations(case)
    town.own(WORK, "ties", "own")[:occupations] = np.arange(occupations)
    wanted = town.read("cells", "mix").reshape(-1, occupations).sum(axis=0) > 0
    would = (np.diff(related[:occupations], axis=1, prepend=0) > 0) | np.eye(occupations, dtype=bool)
    sector = np.repeat(town.read("workplaces", "sector"), occupations)
    bits = town.own(WORK, "work_lists", "bits").reshape(3, 256)
    bits[0, :EMPTY] = SWITCHES
    bits[0, :EMPTY] |= np.where(stop[:EMPTY] > 0, STOPS, 0).astype(np.uint8)
    bits[0, SEEKS_FROM * AGE_STEP : (SEEKS_UNTIL + 1) * AGE_STEP] |= SEEKS
    bits[1] = STOPS
    bits[1, :occupations] |= SEEKS | np.where((would & wanted).any(axis=1), SWITCHES, 0).astype(np.uint8)
    bits[2, 1] = SEEKS  # index 1 is the job -1
    bits[2, 2 : 2 + len(sector)] = STOPS | np.where((sector == PLANT) | (sector == ELSEWHERE), 0, SWITCHES)


def _first_day(town: Town, case: Case) -> None:
    demand, occupations = town.read("cells", "demand"), len(case.occupations)
    sector = np.repeat(town.read("workplaces", "sector"), occupations)
    reached = np.where((sector == PLANT) | (sector == ELSEWHERE), 0, demand)
    coming = min(int(case.tables["commuting"]["value"].sum() + 0.5), int(reached.sum()))
    commuters = town.own(WORK, "cells", "commuters")
    commuters[:] = spread(coming, reached)
    rows = int(town.count("people")[0])
    state, occupation = town.read("people", "state")[:rows], town.read("people", "occupation")[:rows]
    job = town.own(WORK, "people", "job")[:rows]
    job[:] = employ(case, state, occupation, town.read("people", "identity"), demand - commuters)
    town.own(WORK, "cells", "filled")[:] = np.bincount(job[job >= 0], minlength=len(demand))
    survey(town.read("people", "state"), rows, town.own(WORK, "drivers", "first"))
