"""Study: young people choose an occupation, adults train for another."""

from __future__ import annotations

from helhet.pieces.piece import Piece
from helhet.words.declare import Column, Field, MeasureKind, Outcome, Setting, Table, Text

OCCUPATION = Field("occupation", "id", Text("yrkesgrupp", "occupation group"), refers="occupations.occupation")

SCHOOLING = Table(
    "schooling",
    Text("Yrkesgrupp som unga på orten får", "Occupation group that the town's young enter"),
    (OCCUPATION, Field("sex", "choice", Text("kön", "sex"), choices=("women", "men"))),
    ("occupation", "sex"),
    "share",
    0,
    1,
)
SEATS = Table(
    "seats",
    Text("Utbildningsplatser för vuxna i vanliga fall", "Training seats for adults, ordinary"),
    (OCCUPATION,),
    ("occupation",),
    "seats per year",
    0,
)


class Study(Piece):
    """Every resident's occupation group; training seats for adults."""

    name = "study"
    tables = (SCHOOLING, SEATS)
    settings = (
        Setting("finish", "share", Text("platser som ger en utbildad", "seats that give a trained person"), 0, 1),
        Setting("jobless_first", "share", Text("platser som går till arbetslösa", "seats taken by the jobless"), 0, 1),
    )
    columns = (
        Column("people", "occupation", "u1", 255, Text("yrkesgrupp (255: ännu ingen)", "occupation group (255: none yet)")),
        Column("trained", "row", "i4", -1, Text("nyutbildad", "row trained this year")),
    )
    reads = ("people.state", "people.identity", "people.job", "arrived.row", "arrivals.cell")
    outcomes = (
        Outcome("study.trained", "persons", Text("nyutbildade vuxna", "adults trained"), "town", "higher", "occupation"),
    )
    measures = (
        MeasureKind("training", "seats per year", Text("utbildningsplatser", "training seats"), detail="occupations.occupation"),
    )
