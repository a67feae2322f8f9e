"""The plant: what this future makes of the establishment."""

from __future__ import annotations

from helhet.pieces.piece import Piece
from helhet.words.declare import Column, Field, Outcome, Setting, Table, Text

OUTCOMES = ("full", "delayed", "smaller", "cancelled", "collapse")

PRIOR = Table(
    "plant_prior",
    Text("Hur sannolika fabrikens utfall är, enligt olika bedömare", "How likely the plant's outcomes are, by judge"),
    (
        Field("prior", "id", Text("bedömare", "judge")),
        Field("outcome", "choice", Text("utfall", "outcome"), choices=OUTCOMES),
    ),
    ("prior", "outcome"),
    unit="share",
    low=0,
    high=1,
)
JOBS = Table(
    "plant_jobs",
    Text("Anställda i fabriken enligt bolaget", "Employees at the plant as announced"),
    (Field("month", "month", Text("månad; däremellan rak linje", "month; a straight line between")),),
    ("month",),
    unit="persons",
    low=0,
)
BUILDERS = Table(
    "plant_builders",
    Text("Byggarbetare på platsen", "Construction workers on the site"),
    (Field("month", "month", Text("månad; däremellan rak linje", "month; a straight line between")),),
    ("month",),
    unit="persons",
    low=0,
)
MIX = Table(
    "plant_occupations",
    Text("Fabrikens jobb per yrkesgrupp", "The plant's jobs by occupation group"),
    (Field("occupation", "id", Text("yrkesgrupp", "occupation group"), refers="occupations.occupation"),),
    ("occupation",),
    unit="share",
    low=0,
    high=1,
)


class Plant(Piece):
    """Draws one of five outcomes and turns the announced curves of employees and builders into this future's."""

    name = "plant"
    tables = (PRIOR, JOBS, BUILDERS, MIX)
    settings = (
        Setting("slip", "months", Text("försening när allt går väl", "delay when all goes well"), 0, 60),
        Setting("delay", "months", Text("försening i utfallet försenad", "delay in the outcome delayed"), 0, 600),
        Setting("smaller", "share", Text("storlek i utfallet mindre", "size in the outcome smaller"), 0, 1),
        Setting("stop", "months", Text("månad då bygget ställs in", "month in which building is cancelled"), 0, 600),
        Setting(
            "collapse",
            "months",
            Text("från första produktion till sammanbrott", "from first production to collapse"),
            0,
            600,
        ),
        Setting("scale", "ratio", Text("anställda mot utlovat", "employees against the announced"), 0, 10),
        Setting("builders", "ratio", Text("byggarbetare mot väntat", "builders against the expected"), 0, 10),
    )
    columns = (
        Column("plant", "outcome", "u1", 0, Text("fabrikens utfall", "outcome of the plant, index into OUTCOMES")),
        Column("plant_months", "jobs", "f8", 0.0, Text("anställda i månaden", "employees in the month")),
        Column("plant_months", "builders", "f8", 0.0, Text("byggarbetare i månaden", "construction workers")),
    )
    outcomes = (
        Outcome(
            "plant.outcome",
            "code",
            Text(
                "fabrikens utfall (0 full, 1 försenad, 2 mindre, 3 inställd, 4 sammanbrott)",
                "outcome of the plant (0 full, 1 delayed, 2 smaller, 3 cancelled, 4 collapse)",
            ),
            "town",
        ),
        Outcome("plant.jobs", "persons", Text("jobb i fabriken vid årets slut", "jobs at the plant, year end"), "town"),
        Outcome("plant.builders", "persons", Text("byggarbetare på platsen", "construction workers on the site"), "month"),
    )
