"""Beds: where the construction workers sleep, month by month.

A bed missing is a person in town without a bed on an ordinary night. The equations stand in
docs/explanation/plant-and-beds.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.case.case import Case, Rows
from helhet.pieces.piece import Piece, Report, Turn
from helhet.town import Town
from helhet.words.declare import Column, Field, MeasureKind, Need, Outcome, Setting, Table, Text

PRIVATE_MOST = 4.0
"""How many times the private rooms of the base date can be let at the most, however long the shortage lasts.

Status: assumed. Those with a room to spare are a bounded share of the households. Two advertisements brought 1,250
rooms in private homes for a workforce of 5,600 at Hinkley Point C (EDF Energy, "Locals come forward to house Hinkley
Point C construction workers", 2011), but only 180 beds had come of a lodgings scheme there by 2018 (Bridgwater Mercury,
"Sedgemoor councillors tour new Hinkley C accommodation sites"): a few times more than in ordinary years.
"""

PERSONS_PER_HOME = 2.0
"""Builders who share an ordinary home.

Status: assumed. Firms rent flats of two or three rooms, with a room each.
"""

OFFERED = Table(
    "beds_offered",
    Text("Bäddar som finns att hyra", "Beds that can be rented"),
    (Field("kind", "choice", Text("slag", "kind"), choices=("hotel", "camp", "private")),),
    ("kind",),
    unit="beds",
    low=0,
)


def _offered(rows: Rows, kind: str) -> float:
    """Beds of one kind on the base date; 0 where the case has no such row."""
    return float(rows.where(kind=kind)["value"].sum())


def _balance(town: Town, year: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Beds needed less beds offered in the months of ``year``, shape (12,): missing above 0, spare below."""
    months = slice(12 * year, 12 * year + 12)
    balance: np.ndarray[Any, np.dtype[np.float64]] = (
        town.read("beds_months", "needed")[months] - town.read("beds_months", "offered")[months]
    )
    return balance


class Beds(Piece):
    """Beds needed and offered each month, and where those without a bed end up."""

    name = "beds"
    tables = (OFFERED,)
    settings = (
        Setting(
            "outside",
            "share",
            Text("byggarbetare utom pendlingsavstånd", "builders from outside commuting range"),
            0,
            1,
        ),
        Setting("per_worker", "beds", Text("bäddar per inrest arbetare", "beds per worker from outside"), 0, 2),
        Setting("hotel_open", "share", Text("hotellbäddar för byggare", "hotel beds open to builders"), 0, 1),
        Setting("private_grows", "share", Text("privata rum tillkommer per år", "private rooms added a year"), 0, 2),
        Setting("take_homes", "share", Text("utan bädd som tar bostad", "those without a bed who take a home"), 0, 1),
    )
    columns = (
        Column("beds_months", "needed", "f8", 0.0, Text("bäddar som behövs", "beds needed in the month")),
        Column("beds_months", "offered", "f8", 0.0, Text("bäddar som finns", "beds offered in the month")),
        Column(
            "beds",
            "homes_wanted",
            "f8",
            0.0,
            Text(
                "bostäder som byggare söker under året, sammanlagt", "homes that builders look for in the year, in all"
            ),
        ),
        Column("beds", "spare", "f8", 0.0, Text("lediga bäddar, årets medel", "spare beds, mean of the year")),
        Column("beds", "private", "f8", 0.0, Text("privata rum", "beds in private rooms")),
        Column("beds", "private_most", "f8", 0.0, Text("privata rum som mest", "beds in private rooms at the most")),
        Column("beds", "fixed", "f8", 0.0, Text("bäddar i hotell och läger", "beds in hotels and camps")),
    )
    reads = ("plant_months.builders",)
    outcomes = (
        Outcome("beds.needed", "beds", Text("bäddar som behövs", "beds needed"), "month"),
        Outcome("beds.offered", "beds", Text("bäddar som finns", "beds offered"), "month"),
        Outcome("beds.short", "beds", Text("bäddar som saknas", "beds missing"), "month", "lower"),
        Outcome(
            "beds.short_peak",
            "beds",
            Text("bäddar som saknas, värsta månad", "beds missing, worst month"),
            "town",
            "lower",
        ),
        Outcome(
            "beds.in_homes",
            "persons",
            Text("byggare som söker vanlig bostad", "builders who look for an ordinary home"),
            "town",
            "lower",
        ),
        Outcome(
            "beds.far", "persons", Text("byggare som bor långt bort", "builders who live far off"), "town", "lower"
        ),
    )
    needs = (Need("beds", "beds.short", "beds.needed", "beds", Text("bäddar för byggare", "beds for builders")),)
    measures = (MeasureKind("beds", "beds", Text("tillfälliga bäddar", "temporary beds"), relieves="beds"),)

    def start(self, town: Town, case: Case, years: int) -> None:
        """Make room for the months, and count the private rooms."""
        for table, rows in (("beds", 1), ("beds_months", 12 * years)):
            town.grow(table, rows)
            town.count(table)[0] = rows
        private = _offered(case.tables["beds_offered"], "private")
        town.own(self.name, "beds", "private")[0] = private
        town.own(self.name, "beds", "private_most")[0] = private * PRIVATE_MOST

    def begin(self, town: Town, turn: Turn) -> None:
        """Lay out the beds needed in every month of the run, and those in hotels and camps."""
        drawn, rows = turn.future.settings, turn.case.tables["beds_offered"]
        builders = town.read("plant_months", "builders")[: 12 * turn.years]
        needed = town.own(self.name, "beds_months", "needed")
        needed[: 12 * turn.years] = builders * (drawn["beds.outside"] * drawn["beds.per_worker"])
        fixed = _offered(rows, "hotel") * drawn["beds.hotel_open"] + _offered(rows, "camp")
        town.own(self.name, "beds", "fixed")[0] = fixed

    def step(self, town: Town, turn: Turn) -> None:
        """Offer this year's beds; those without one look for homes or live far off."""
        first, drawn = 12 * turn.year, turn.future.settings
        private = town.own(self.name, "beds", "private")
        if turn.year:
            # Nobody clears a room that was not missed: the answer is at most last year's worst shortage.
            missed = max(0.0, float(_balance(town, turn.year - 1).max()))
            grown = private[0] + min(missed, private[0] * drawn["beds.private_grows"])
            private[0] = min(grown, town.read("beds", "private_most")[0])
        offered = town.own(self.name, "beds_months", "offered")[first : first + 12]
        offered[:] = town.read("beds", "fixed")[0] + private[0]
        for delivery in turn.of_kind("beds"):
            if delivery.delivered < first + 12 and delivery.gone > first:
                offered += [delivery.standing(month) for month in range(first, first + 12)]
        balance = _balance(town, turn.year)
        without = float(np.maximum(balance, 0.0).sum()) / 12
        town.own(self.name, "beds", "homes_wanted")[0] = without * drawn["beds.take_homes"] / PERSONS_PER_HOME
        town.own(self.name, "beds", "spare")[0] = np.maximum(-balance, 0.0).sum() / 12

    def measure(self, town: Town, turn: Turn) -> Report:
        """Beds month by month, the worst month, and where those without a bed turn."""
        months = slice(12 * turn.year, 12 * turn.year + 12)
        short = np.maximum(_balance(town, turn.year), 0.0)
        without, homes = float(short.sum()) / 12, turn.future.settings["beds.take_homes"]
        return {
            "beds.needed": town.read("beds_months", "needed")[months],
            "beds.offered": town.read("beds_months", "offered")[months],
            "beds.short": short,
            "beds.short_peak": short.max(keepdims=True),
            "beds.in_homes": np.array([without * homes]),
            "beds.far": np.array([without * (1.0 - homes)]),
        }
