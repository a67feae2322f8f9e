"""A tiny town of one real piece, for tests of the loop and the store. Importable by worker processes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from helhet.case.case import Case, District, Item, Rows, Source, Uncertain
from helhet.pieces.piece import Piece, Report, Turn
from helhet.results import Results
from helhet.simulate import simulate
from helhet.town import Town
from helhet.words.declare import Column, Field, MeasureKind, Outcome, Setting, Table, Text
from helhet.words.dice import stream, uniform
from helhet.words.faults import Fault, Faults
from helhet.words.plan import Lead, Measure, Plan, Start

LUCK = stream("counter.luck")
RATE = Setting("rate", "visits", Text("takt", "rate"), 0, 10)
VISITS = Table("visits", Text("besök", "visits"), (Field("place", "id", Text("plats", "place")),), ("place",), "visits")


def words(text: str) -> Text:
    return Text(text, text)


class Counter(Piece):
    """Counts visits by district: last year's, some luck, and what the plan's measures give."""

    name = "counter"
    settings = (RATE,)
    columns = (
        Column("counter", "visits", "f8", 0.0, words("visits")),
        Column("counter", "rate", "f8", 0.0, words("rate")),
    )
    outcomes = (
        Outcome("counter.visits", "visits", Text("besök", "visits"), "district", "higher"),
        Outcome("counter.all", "visits", Text("alla besök", "all visits"), "town", "higher"),
        Outcome("counter.monthly", "visits", Text("besök per månad", "visits a month"), "month"),
        Outcome("counter.by", "visits", Text("besök av", "visits by"), "town", "lower", "occupation"),
    )
    measures = (MeasureKind("visits", "visits", words("visits")),)

    def start(self, town: Town, case: Case, years: int) -> None:
        town.grow("counter", len(case.districts))
        town.count("counter")[0] = len(case.districts)
        town.own("counter", "counter", "visits")[:] = 10.0

    def begin(self, town: Town, turn: Turn) -> None:
        town.own("counter", "counter", "rate")[:] = turn.future.settings["counter.rate"]

    def step(self, town: Town, turn: Turn) -> None:
        visits, rate = town.own("counter", "counter", "visits"), town.read("counter", "rate")
        for i in range(len(visits)):
            luck = uniform(np.uint64(turn.future.seed), turn.future.number, LUCK, turn.year, np.uint64(i))
            visits[i] += rate[i] * luck + sum(d.arrives(turn.year) for d in turn.of_kind("visits"))

    def measure(self, town: Town, turn: Turn) -> Report:
        visits = town.read("counter", "visits")
        return {
            "counter.visits": visits,
            "counter.all": np.array([visits.sum()]),
            "counter.monthly": visits.sum() / 12 + np.arange(12.0),
            "counter.by": visits.sum() * np.array([0.25, 0.75]),
        }


def toy_case(**changes: Any) -> Case:
    """Three districts, two occupations, one setting, one measure and two plans."""
    short = Lead(1, 2, 3)
    more = Measure(
        "more", "visits", words("more"), "", "", 12, "visits", short, short, 0, 0, 1.0, 2.0, "town2018", "claim"
    )
    columns = {
        "place": np.array(["a", "b"], dtype=object),
        "source": np.array(["scb2018", "town2018"], dtype=object),
        "status": np.array(["official", "assumed"], dtype=object),
    }
    case = Case(
        id="toy",
        name="Småstad",
        language="sv",
        base_date=dt.date(2018, 12, 31),
        knowledge_date=dt.date(2019, 3, 7),
        prior="default",
        years=4,
        digest="d1",
        districts=(District("north", "Norr", 20.9, 64.8), District("söder", "Söder", 20.9, 64.7)),
        occupations=(Item("nurse", Text("sjuksköterska", "nurse")), Item("welder", Text("svetsare", "welder"))),
        employers=(Item("town", Text("kommunen", "the municipality"), "public"),),
        tables={"visits": Rows(VISITS, columns)},
        settings={
            "counter.rate": Uncertain(
                "counter", RATE, 3.0, 1.0, 5.0, "uniform", "2018", "scb2018", "official", "toy figure"
            )
        },
        measures={"more": more},
        plans={
            "nothing": Plan("nothing", Text("Inget mer", "Nothing more"), ()),
            "more": Plan("more", Text("Mer", "More"), (Start("more", 0, 12),)),
        },
        sources={
            "scb2018": Source("scb2018", "Visits", "Statistics", "2018", "https://example.org/visits"),
            "town2018": Source("town2018", "Plan", "The town", "2018", ""),
        },
    )
    return dataclasses.replace(case, **changes)


class Breaks(Counter):
    """A counter that cannot count in future 25."""

    def begin(self, town: Town, turn: Turn) -> None:
        super().begin(town, turn)
        if turn.future.number == 25:
            raise ArithmeticError("cannot count")


REFUSED = [
    Fault("visits.csv", 2, "value", "many", "cannot be laid out", "Write a number."),
    Fault("b", 0, "", "", "c", "d"),
]


class Refuses(Counter):
    """A counter that no town can be laid out with."""

    def start(self, town: Town, case: Case, years: int) -> None:
        raise Faults(REFUSED)


class Wide(Piece):
    """Reports nothing of interest for very many districts."""

    name = "wide"
    outcomes = (Outcome("wide.none", "visits", Text("inga besök", "no visits"), "district"),)

    def measure(self, town: Town, turn: Turn) -> Report:
        return {"wide.none": np.arange(float(len(turn.case.districts)))}


def wide_case() -> Case:
    """Ten thousand districts: 160 kilobytes a future of four years."""
    return toy_case(districts=tuple(District(f"d{i}", f"D{i}", 20.9, 64.8) for i in range(10_000)))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file in ``folder``, by its path there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def run_toy(folder: Path, **changes: Any) -> Results:
    """Fifty futures of four years under both plans (five chunks), unless changed."""
    wanted: dict[str, Any] = {"plans": ["nothing", "more"], "futures": 50, "years": 4, "seed": 7}
    case, pieces = changes.pop("case", toy_case()), changes.pop("pieces", [Counter()])
    return simulate(case, pieces, **{**wanted, **changes}, folder=folder)
