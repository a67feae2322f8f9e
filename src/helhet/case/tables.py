"""The tables that belong to the case itself and to no single piece: lists, sources, settings, measures, plans.

Those about deciding are in :mod:`helhet.case.tables_deciding`.
"""

from __future__ import annotations

from helhet.case.references import REFERENCES
from helhet.case.tables_deciding import DECIDING
from helhet.words.declare import Field, Table, Text

DISTRICTS = Table(
    "districts",
    Text("Stadsdelar och orter", "Districts"),
    (
        Field("district", "id", Text("kortnamn", "short name")),
        Field("name", "text", Text("namn", "name")),
        Field("longitude", "number", Text("mittpunktens longitud", "longitude of its centre"), "degrees", -180, 180),
        Field("latitude", "number", Text("mittpunktens latitud", "latitude of its centre"), "degrees", -90, 90),
        Field("residents", "number", Text("invånare basdagen", "residents on the base date"), "persons", 0),
    ),
    ("district",),
    figures=False,
)

OCCUPATIONS = Table(
    "occupations",
    Text("Yrkesgrupper", "Occupation groups"),
    (
        Field("occupation", "id", Text("kortnamn", "short name")),
        Field("name_sv", "text", Text("namn på svenska", "name in Swedish")),
        Field("name_en", "text", Text("namn på engelska", "name in English")),
        Field("women", "number", Text("andel kvinnor", "share of women"), "share", 0, 1),
        Field(
            "trainable",
            "choice",
            Text("kan nås genom utbildning på orten", "can be reached by training in the town"),
            choices=("yes", "no"),
        ),
    ),
    ("occupation",),
    figures=False,
)

EMPLOYERS = Table(
    "employers",
    Text("Arbetsgivare", "Employers"),
    (
        Field("employer", "id", Text("kortnamn", "short name")),
        Field("name_sv", "text", Text("namn på svenska", "name in Swedish")),
        Field("name_en", "text", Text("namn på engelska", "name in English")),
        Field(
            "sector",
            "choice",
            Text("sektor: avgör hur jobben ändras", "sector: decides how its jobs change"),
            choices=("plant", "industry", "building", "care", "school", "public", "local", "elsewhere"),
        ),
    ),
    ("employer",),
    figures=False,
)

SOURCES = Table(
    "sources",
    Text("Källor", "Sources"),
    (
        Field("source", "id", Text("kortnamn", "short name")),
        Field("title", "text", Text("titel", "title")),
        Field("publisher", "text", Text("utgivare", "publisher")),
        Field("published", "text", Text("utgivningsår", "year of publication")),
        Field("url", "text", Text("adress", "address"), optional=True),
    ),
    ("source",),
    figures=False,
)

SETTINGS = Table(
    "settings",
    Text("Inställningar: enstaka tal med fördelning", "Settings: single numbers with their distribution"),
    (
        Field("piece", "id", Text("bit", "piece")),
        Field("name", "id", Text("namn", "name")),
        Field("low", "number", Text("låg: gräns eller 5 %-kvantil", "low: limit or 5 % quantile"), optional=True),
        Field("high", "number", Text("hög: gräns eller 95 %-kvantil", "high: limit or 95 % quantile"), optional=True),
        Field(
            "distribution",
            "choice",
            Text("fördelning", "distribution"),
            choices=("certain", "uniform", "triangular", "normal", "lognormal"),
        ),
    ),
    ("piece", "name"),
    unit="*",
)

_WORDS = {
    "prepare": Text("förbereda", "prepare"),
    "commit": Text("genomföra", "commit"),
    "low": Text("minst", "least"),
    "mode": Text("troligast", "most likely"),
    "high": Text("mest", "most"),
}


def _lead(phase: str, end: str) -> Field:
    """A field of a measure's own lead time; all three of a phase are empty where a chain of steps has it."""
    what, how = _WORDS[phase], _WORDS[end]
    meaning = Text(f"{what.sv}, {how.sv}", f"{what.en}, {how.en}")
    return Field(f"{phase}_{end}", "number", meaning, "months", 0, 600, optional=True)


MEASURES = Table(
    "measures",
    Text("Åtgärder som kommunen kan vidta", "Measures the town can take"),
    (
        Field("measure", "id", Text("kortnamn", "short name")),
        Field("kind", "id", Text("slag", "kind")),
        Field("name_sv", "text", Text("namn på svenska", "name in Swedish")),
        Field("name_en", "text", Text("namn på engelska", "name in English")),
        Field("district", "id", Text("stadsdel", "district"), refers="districts.district", optional=True),
        Field("detail", "id", Text("närmare slag", "detail"), optional=True),
        Field("size", "number", Text("storlek", "size"), "*", 0),
        Field("size_unit", "text", Text("storlekens enhet", "unit of the size")),
        *(_lead(phase, end) for phase in ("prepare", "commit") for end in ("low", "mode", "high")),
        Field("over_months", "int", Text("levereras under", "delivered over"), "months", 0, 600),
        Field("lasts_months", "int", Text("står kvar i (0: för gott)", "stands for (0: for good)"), "months", 0, 1200),
        Field("prepare_cost", "number", Text("kostnad att förbereda", "cost to prepare"), "MSEK", 0),
        Field("commit_cost", "number", Text("kostnad att genomföra", "cost to commit"), "MSEK", 0),
        Field("owner_sv", "text", Text("ansvarig, på svenska", "who is responsible, in Swedish"), optional=True),
        Field("owner_en", "text", Text("ansvarig, på engelska", "who is responsible, in English"), optional=True),
        Field(
            "prepare_body",
            "id",
            Text("instans där beslutet att förbereda tas upp", "body that takes up the decision to prepare"),
            refers="bodies.body",
            optional=True,
        ),
        Field(
            "commit_body",
            "id",
            Text("instans där beslutet att genomföra tas upp", "body that takes up the decision to commit"),
            refers="bodies.body",
            optional=True,
        ),
        Field(
            "salvage",
            "number",
            Text(
                "andel av kostnaden att genomföra som kommer åter om det inte behövs (tomt: 0)",
                "share of the cost to commit that comes back if it is not needed (empty: 0)",
            ),
            "share",
            0,
            1,
            optional=True,
        ),
        Field(
            "repaid",
            "number",
            Text(
                "andel av kostnaden att genomföra som hyror och avgifter betalar där det behövs (tomt: 0)",
                "share of the cost to commit that rents and fees pay where it is needed (empty: 0)",
            ),
            "share",
            0,
            1,
            optional=True,
        ),
        Field(
            "chain",
            "id",
            Text("kedja av steg, i stället för en egen ledtid", "chain of steps, instead of a lead time of its own"),
            refers="steps.chain",
            optional=True,
        ),
    ),
    ("measure",),
    figures=False,
)

PLANS = Table(
    "plans",
    Text("Planer: daterade åtgärder", "Plans: dated measures"),
    (
        Field("plan", "id", Text("plan", "plan"), refers="plan_names.plan"),
        Field("measure", "id", Text("åtgärd", "measure"), refers="measures.measure"),
        Field("start", "month", Text("förberedelsen börjar", "preparation starts")),
        Field("commit", "month", Text("genomförs tidigast", "committed at the earliest"), optional=True),
        Field(
            "size", "number", Text("storlek (tomt: åtgärdens)", "size (empty: the measure's)"), "*", 0, optional=True
        ),
    ),
    ("plan", "measure", "start"),
    figures=False,
)

PLAN_NAMES = Table(
    "plan_names",
    Text("Planernas namn", "Names of the plans"),
    (
        Field("plan", "id", Text("kortnamn", "short name")),
        Field("name_sv", "text", Text("namn på svenska", "name in Swedish")),
        Field("name_en", "text", Text("namn på engelska", "name in English")),
    ),
    ("plan",),
    figures=False,
)

GOALS = Table(
    "goals",
    Text("Kommunens mål", "The town's goals"),
    (
        Field("goal", "id", Text("kortnamn", "short name")),
        Field("name_sv", "text", Text("namn på svenska", "name in Swedish")),
        Field("name_en", "text", Text("namn på engelska", "name in English")),
        Field("outcome", "text", Text("utfall som målet gäller", "outcome the goal is about"), optional=True),
        Field("by", "month", Text("senast", "by")),
    ),
    ("goal",),
    unit="*",
    required=False,
)

COMMON = (
    SOURCES,
    DISTRICTS,
    OCCUPATIONS,
    EMPLOYERS,
    SETTINGS,
    MEASURES,
    PLAN_NAMES,
    PLANS,
    GOALS,
    *DECIDING,
    REFERENCES,
)

UNIT = Field("unit", "text", Text("enhet", "unit"))
YEAR = Field(
    "year", "text", Text("år som talet gäller, såsom 2018 eller 2009-2018", "year it is of: 2018 or 2009-2018")
)
STATUS = ("measured", "official", "claim", "assumed")


def fields_of(table: Table) -> tuple[Field, ...]:
    """All fields of a table in the order of its file: its own, then ``value, unit, year`` for figures, then
    ``source, status, note``.

    Where a table that is no table of figures holds no number that must be given (such as a list of names), source
    and status may be left out. ``sources`` itself has only a note. The field ``source`` may name several sources,
    separated by spaces.
    """
    own = table.fields
    if table.figures:
        value = Field("value", "number", Text("värde", "value"), table.unit, table.low, table.high)
        own = (*own, value, UNIT, YEAR)
    note = Field("note", "text", Text("anmärkning", "note"), optional=True)
    if table.name == SOURCES.name:
        return (*own, note)
    free = not any(field.kind in ("number", "int") and not field.optional for field in own)
    source = Field(
        "source",
        "text",
        Text("källa (flera: mellanslag)", "source (several: spaces)"),
        refers="sources.source",
        optional=free,
    )
    status = Field("status", "choice", Text("hur säkert", "how sure"), choices=STATUS, optional=free)
    return (*own, source, status, note)
