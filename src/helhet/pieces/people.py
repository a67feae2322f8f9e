"""People: they age, die, give birth, leave home, form and dissolve couples, move in and move out."""

from __future__ import annotations

from helhet.pieces.piece import Piece
from helhet.words.declare import Column, Field, Outcome, Setting, Table, Text
from helhet.words.person import EMPTY

AGE = Field("age", "int", Text("ålder den 31 december", "age on 31 December"), "years", 0, 110)
SEX = Field("sex", "choice", Text("kön", "sex"), choices=("women", "men"))
RATE = "per person-year"


def _rates(name: str, sv: str, en: str, unit: str = RATE, high: float | None = 1) -> Table:
    return Table(name, Text(sv, en), (SEX, AGE), ("sex", "age"), unit, 0, high)


POPULATION = _rates("population", "Invånare basdagen", "Residents on the base date", "persons", None)
MORTALITY = _rates("mortality", "Dödstal efter ålder vid årets slut", "Death rates by age reached by 31 December", high=5)
OUT_MOVES = _rates("out_moves", "Utflyttning", "Moves out of the town")
IN_MOVES = _rates("in_moves", "Inflyttning", "Moves into the town", "persons per year", None)
LEAVING_HOME = _rates("leaving_home", "Flytt från föräldrahemmet", "Leaving the parental home")
PAIRING = _rates("pairing", "Ensamma som flyttar ihop", "Singles who move in with a partner")
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

class People(Piece):
    """Every resident: age, sex, role in the household, and the events of a year."""

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
    )
    settings = (
        Setting("mortality_trend", "share per year", Text("dödstalen faller", "fall in death rates"), -0.05, 0.05),
        Setting("fertility", "ratio", Text("barnafödande mot observerat", "births against the observed"), 0.2, 3),
        Setting("out_moves", "ratio", Text("utflyttning mot observerad", "out-moves against the observed"), 0, 5),
        Setting("in_moves", "ratio", Text("inflyttning mot observerad", "in-moves against the observed"), 0, 5),
        Setting("boys", "share", Text("andel pojkar bland födda", "boys among births"), 0.4, 0.6),
    )
    columns = (
        Column("people", "state", "u1", EMPTY, Text("ålder och kön", "age * 2 + sex, see helhet.words.person")),
        Column("people", "identity", "u8", 0, Text("identitet för tärningen", "identity, for the dice")),
        Column("free", "row", "i4", -1, Text("lediga rader", "free rows of people")),
        Column("left", "row", "i4", -1, Text("rad som lämnat", "row that died or moved out this year")),
        Column("left", "moved", "u1", 0, Text("1 flyttat, 0 avlidit", "1 moved out, 0 died")),
        Column("born", "row", "i4", -1, Text("nyfödd", "row born this year")),
        Column("born", "mother", "i4", -1, Text("moder", "row of the mother")),
        Column("nest", "row", "i4", -1, Text("lämnar föräldrahemmet", "row that wants to leave the parental home")),
        Column("pairs", "a", "i4", -1, Text("den ena i paret", "one of a new couple (its home is offered first)")),
        Column("pairs", "b", "i4", -1, Text("den andra", "the other of the couple")),
        Column("splits", "row", "i4", -1, Text("flyttar isär", "row that leaves a couple")),
        Column("arrived", "row", "i4", -1, Text("ny rad", "row that moved in this year")),
        Column("arrived", "arrival", "i4", -1, Text("hushåll", "row of arrivals it belongs to")),
    )
    reads = ("people.role", "people.home", "people.next", "people.district", "homes.head", "quit.row")
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
