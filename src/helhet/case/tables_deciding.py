"""The tables about deciding: what may be missing, who decides and when, the steps of a measure, news of the plant."""

from __future__ import annotations

from helhet.words.declare import Field, Table, Text

NEEDS = Table(
    "needs",
    Text(
        "Behov: när det som saknas är en brist, och vad bristen kostar",
        "Needs: when what is missing is a shortage, and what it costs",
    ),
    (
        Field("need", "id", Text("behov", "need")),
        Field("tolerance", "number", Text("andel som får saknas", "share that may be missing"), "share", 0, 1),
        Field("least", "number", Text("färre saknade än så är ingen brist", "fewer missing are no shortage"), "*", 0),
        Field("need_unit", "text", Text("behovets enhet", "unit of the need")),
        Field(
            "months",
            "int",
            Text("brist först efter så många månader i rad", "a shortage only after so many months running"),
            "months",
            1,
            120,
        ),
        Field(
            "cost",
            "number",
            Text(
                "kostnad för en enhet som saknas en månad utöver toleransen",
                "cost of a unit missing beyond it for a month",
            ),
            "MSEK",
            0,
        ),
    ),
    ("need",),
    figures=False,
)

BODIES = Table(
    "bodies",
    Text("Instanser som beslutar", "Bodies that decide"),
    (
        Field("body", "id", Text("kortnamn", "short name")),
        Field("name_sv", "text", Text("namn på svenska", "name in Swedish")),
        Field("name_en", "text", Text("namn på engelska", "name in English")),
        Field(
            "then",
            "id",
            Text("går sedan vidare till (tomt: beslutar slutligt)", "goes on to (empty: decides for good)"),
            refers="bodies.body",
            optional=True,
        ),
        Field(
            "ahead",
            "int",
            Text(
                "tas upp där tidigast så långt senare (0: ingen går vidare)",
                "taken up there so much later at the earliest",
            ),
            "months",
            0,
            24,
        ),
    ),
    ("body",),
    figures=False,
    required=False,
)

MEETINGS = Table(
    "meetings",
    Text("Månader då instanserna möts", "Months in which the bodies meet"),
    (
        Field("body", "id", Text("instans", "body"), refers="bodies.body"),
        Field("month", "int", Text("månad, varje år", "month, each year"), "", 1, 12),
    ),
    ("body", "month"),
    figures=False,
    required=False,
)

STEPS = Table(
    "steps",
    Text(
        "Kedjor av steg: vad det består i att förbereda och genomföra, i ordning",
        "Chains of steps: what preparing and committing consist of, in order",
    ),
    (
        Field("chain", "id", Text("kedja", "chain")),
        Field("step", "id", Text("steg", "step")),
        Field("name_sv", "text", Text("namn på svenska", "name in Swedish")),
        Field("name_en", "text", Text("namn på engelska", "name in English")),
        Field("phase", "choice", Text("del av åtgärden", "phase of the measure"), choices=("prepare", "commit")),
        Field("chance", "number", Text("sannolikhet att steget behövs", "probability that it occurs"), "share", 0, 1),
        Field("low", "number", Text("minst", "least"), "months", 0, 600),
        Field("mode", "number", Text("troligast", "most likely"), "months", 0, 600),
        Field("high", "number", Text("mest", "most"), "months", 0, 600),
    ),
    ("chain", "step"),
    figures=False,
    required=False,
)

SIGNALS = Table(
    "signals",
    Text("Besked om anläggningen som kan hinna komma", "News about the plant that could come in time"),
    (
        Field("signal", "id", Text("kortnamn", "short name")),
        Field("name_sv", "text", Text("namn på svenska", "name in Swedish")),
        Field("name_en", "text", Text("namn på engelska", "name in English")),
        Field("month", "month", Text("väntas", "expected")),
        Field(
            "if_comes",
            "number",
            Text("sannolikhet för beskedet om den kommer och stannar", "probability of the news if it comes and stays"),
            "share",
            0,
            1,
        ),
        Field(
            "if_not",
            "number",
            Text("sannolikhet för beskedet om den inte gör det", "probability of the news if it does not"),
            "share",
            0,
            1,
        ),
    ),
    ("signal",),
    figures=False,
    required=False,
)

CHOICE_UNITS = {"interest": "share per year", "hazard": "share per month", "risk": "share"}
"""What a town must say of how it weighs things, with the unit of each.

``interest`` is what money is worth a year later, ``hazard`` how probable it is each month that the plant is called off
while one waits, and ``risk`` the probability of a shortage that is accepted if nothing else is asked for.
"""

CHOICES = Table(
    "choices",
    Text("Val: hur kommunen väger det ena mot det andra", "Choices: how the town weighs one thing against another"),
    (
        Field(
            "choice",
            "choice",
            Text(
                "val: ränta (interest), sannolikhet varje månad att anläggningen ställs in medan man väntar (hazard), "
                "risk för brist som godtas (risk)",
                "choice: interest; hazard, the probability each month that the plant is called off while one waits; "
                "risk of a shortage that is accepted",
            ),
            choices=tuple(CHOICE_UNITS),
        ),
    ),
    ("choice",),
    unit="*",
    low=0,
    high=1,
)

DECIDING = (NEEDS, BODIES, MEETINGS, STEPS, SIGNALS, CHOICES)
