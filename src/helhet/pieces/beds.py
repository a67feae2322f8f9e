"""Beds: where the construction workers sleep, month by month."""

from __future__ import annotations

from helhet.pieces.piece import Piece
from helhet.words.declare import Column, Field, MeasureKind, Outcome, Setting, Table, Text

OFFERED = Table(
    "beds_offered",
    Text("Bäddar som finns att hyra", "Beds that can be rented"),
    (Field("kind", "choice", Text("slag", "kind"), choices=("hotel", "camp", "private")),),
    ("kind",),
    unit="beds",
    low=0,
)


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
        Column("beds", "homes_wanted", "f8", 0.0, Text("bostäder som byggare tar", "homes that builders take this year")),
        Column("beds", "spare", "f8", 0.0, Text("lediga bäddar vid årets slut", "spare beds at the end of the year")),
        Column("beds", "private", "f8", 0.0, Text("privata rum", "beds in private rooms")),
    )
    reads = ("plant_months.builders",)
    outcomes = (
        Outcome("beds.needed", "beds", Text("bäddar som behövs", "beds needed"), "month"),
        Outcome("beds.offered", "beds", Text("bäddar som finns", "beds offered"), "month"),
        Outcome("beds.short", "beds", Text("bäddar som saknas", "beds missing"), "month", "lower"),
        Outcome("beds.short_peak", "beds", Text("bäddar som saknas, värsta månad", "beds missing, worst month"), "town", "lower"),
        Outcome("beds.in_homes", "persons", Text("byggare i vanliga bostäder", "builders in ordinary homes"), "town", "lower"),
        Outcome("beds.far", "persons", Text("byggare som bor långt bort", "builders who live far off"), "town", "lower"),
    )
    measures = (MeasureKind("beds", "beds", Text("tillfälliga bäddar", "temporary beds")),)
