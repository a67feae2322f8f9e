"""Homes: the stock, who lives where, and everyone who looks for a home."""

from __future__ import annotations

from helhet.pieces.piece import Piece
from helhet.words.declare import Column, Field, MeasureKind, Outcome, Setting, Table, Text

TYPES = ("house", "rental", "owned_flat")
SIZES = ("small", "medium", "large")
DISTRICT = Field("district", "id", Text("stadsdel", "district"), refers="districts.district")
TYPE = Field("type", "choice", Text("upplåtelse och hustyp", "type of home"), choices=TYPES)
SIZE = Field("size", "choice", Text("storlek: 1–2, 3 eller 4+ rum", "size: 1-2, 3 or 4+ rooms"), choices=SIZES)

STOCK = Table(
    "homes", Text("Bostäder basdagen", "Homes on the base date"), (DISTRICT, TYPE, SIZE), ("district", "type", "size"), "dwellings", 0
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
    (
        Field("sex", "choice", Text("kön", "sex"), choices=("women", "men")),
        Field("age_from", "int", Text("från ålder", "from age"), "years", 0, 110),
        Field("age_to", "int", Text("till och med ålder", "to age, inclusive"), "years", 0, 110),
    ),
    ("sex", "age_from"),
    "share",
    0,
    1,
)


class Homes(Piece):
    """Every home with district, type and size; households are the people of one home."""

    name = "homes"
    tables = (STOCK, HOUSEHOLDS, PIPELINE, HOUSEHOLD_TYPES)
    settings = (
        Setting("private", "dwellings per year", Text("privat byggande i vanliga fall", "private building, ordinary"), 0, 10000),
        Setting(
            "response",
            "dwellings per missing",
            Text("extra byggstarter per saknad bostad och år", "extra starts per missing home and year"),
            0,
            2,
        ),
        Setting("response_lag", "years", Text("från byggbeslut till inflyttning", "from decision to move-in"), 1, 10),
        Setting("response_most", "dwellings per year", Text("mest som kan byggas privat", "most that can be built privately"), 0, 10000),
        Setting("demolition", "share per year", Text("rivning av tomma bostäder", "empty homes demolished"), 0, 0.2),
        Setting("stay", "share", Text("söker helst i egen stadsdel", "look first in their own district"), 0, 1),
        Setting("relocate", "ratio", Text("flyttbenägenhet inom kommunen", "moves within the town against normal"), 0, 5),
        Setting("patience", "share", Text("tar en bostad av annat slag", "accept a home of another kind"), 0, 1),
    )
    columns = (
        Column("people", "home", "i4", -1, Text("bostad", "row of homes, -1 none")),
        Column("people", "next", "i4", -1, Text("nästa i samma bostad", "next row in the same home, -1 last")),
        Column("people", "role", "u1", 0, Text("roll i hushållet", "role in the household, see helhet.words.person")),
        Column("people", "district", "u1", 0, Text("stadsdel", "district of the home")),
        Column("homes", "kind", "u2", 0, Text("stadsdel, typ och storlek", "district * 9 + type * 3 + size")),
        Column("homes", "head", "i4", -1, Text("första person", "first row living there, -1 vacant")),
        Column("homes", "link", "i4", -1, Text("nästa tomma av samma slag", "next vacant home of the same kind")),
        Column("kinds", "vacant", "i4", -1, Text("första tomma bostad", "first vacant home of the kind, -1 none")),
        Column("kinds", "empty", "i4", 0, Text("tomma bostäder", "vacant homes of the kind")),
        Column("kinds", "stock", "i4", 0, Text("bostäder", "homes of the kind")),
        Column("kinds", "missing", "i4", 0, Text("saknade bostäder i år", "searches that failed this year, by kind wanted")),
        Column("arrivals", "home", "i4", -1, Text("bostad (-1: kommer inte)", "home found, -1: does not come")),
        Column("building", "homes", "f8", 0.0, Text("privat byggda som blir klara", "private homes ready, by year of the run")),
    )
    reads = (
        "people.state",
        "people.identity",
        "left.row",
        "born.row",
        "born.mother",
        "nest.row",
        "pairs.a",
        "pairs.b",
        "splits.row",
        "arrivals.people",
        "arrivals.cell",
        "beds.homes_wanted",
    )
    outcomes = (
        Outcome("homes.stock", "dwellings", Text("bostäder vid årets slut", "homes at the end of the year")),
        Outcome("homes.vacant", "dwellings", Text("tomma bostäder", "vacant homes")),
        Outcome("homes.completed", "dwellings", Text("färdigställda bostäder", "homes completed")),
        Outcome("homes.missing", "dwellings", Text("hushåll som sökte men inte fann bostad", "households that looked and found no home"), "district", "lower"),
        Outcome("homes.nest", "persons", Text("unga som inte kunde flytta hemifrån", "young people who could not leave home"), "town", "lower"),
        Outcome("homes.turned_away", "households", Text("inflyttare som inte kom, bostad saknades", "movers who did not come for want of a home"), "town", "lower"),
        Outcome("homes.jobs_lost", "persons", Text("jobb som ingen kunde flytta till", "job offers lost for want of a home"), "town", "lower"),
    )
    measures = (
        MeasureKind("homes", "dwellings", Text("nya bostäder", "new homes"), detail="homes.type", district=True),
    )
