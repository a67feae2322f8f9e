"""What the template says about itself: comment lines above each table, and the case folder's README."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from helhet.case.cells import limits
from helhet.case.tables import fields_of
from helhet.words.declare import Declarations, Field, Table, Text

FORM = {
    "id": Text("kortnamn: a-z, 0-9, - och _", "short name: a-z, 0-9, - and _"),
    "text": Text("text", "text"),
    "int": Text("heltal", "whole number"),
    "number": Text("tal", "number"),
    "month": Text("månad ÅÅÅÅ-MM", "month YYYY-MM"),
    "choice": Text("ett av orden", "one of the words"),
}
EMPTY = Text("får lämnas tomt", "may be left empty")
FROM = Text("från", "from")
INTRO = Text(
    """# Ett fall att börja från

Mappen beskriver en påhittad ort med 2 000 invånare och tre stadsdelar. Alla tal är påhittade och har status
`assumed`. Byt ut dem, tabell för tabell, mot er egen orts tal, och pröva mellan varven:

    helhet check .
    helhet run .

Varje tal har en enhet, ett år, en källa (ett kortnamn i `sources.csv`; flera skiljs åt med mellanslag) och en status:
`measured` (uppmätt), `official` (officiell statistik), `claim` (ett bolags eller en kommuns uppgift) eller `assumed`
(antagande). Inget tal får vara känt senare än `knowledge_date` i `case.toml`; bara uppgifter om framtiden (`claim`)
får gälla senare år.

Tabellerna öppnas i ett kalkylprogram eller en textredigerare. Komma, semikolon eller tabb mellan fälten går bra. Med
semikolon får talen ha decimalkomma, och en månad (2019-05) den form som kalkylprogrammet ger den (maj-19). Rader som
börjar med `#` ovanför rubrikraden läses inte.

Dessa tabeller finns inte i mappen utan tas från rikets tal (`{national}`). Lägg en fil med samma namn här för att
använda egna: {borrowed}.
""",
    """# A case to start from

The folder describes a made-up town of 2,000 residents and three districts. All figures are made up and have the
status `assumed`. Replace them, table by table, by your own town's, and try as you go:

    helhet check .
    helhet run .

Every figure has a unit, a year, a source (a short name in `sources.csv`; several are separated by spaces) and a
status: `measured`, `official` (official statistics), `claim` (a company's or a town's word) or `assumed`. No figure
may have become known later than `knowledge_date` in `case.toml`; only claims about the future may be of later years.

Open the tables in a spreadsheet or a text editor. Comma, semicolon or tab may stand between fields. With semicolons,
numbers may have a decimal comma, and a month (2019-05) the form that a spreadsheet gives it (may-19). Lines that begin
with `#` above the heading are not read.

These tables are not in the folder but taken from the national figures (`{national}`). Put a file of the same name
here to use your own: {borrowed}.
""",
)
TABLES = Text("## Tabellerna", "## The tables")
SETTINGS = Text("## Inställningarna (`settings.csv`)", "## The settings (`settings.csv`)")
SETTINGS_HEAD = Text("| inställning | enhet | möjligt | betydelse |", "| setting | unit | possible | meaning |")
DISTRIBUTIONS = Text(
    """`certain`: värdet, utan låg och hög. `uniform`: mellan gränserna låg och hög. `triangular`: mellan gränserna, med
toppen vid värdet. `normal` (medelvärde) och `lognormal` (median): låg och hög är 5- och 95-procentskvantiler.
Det som dras hålls inom vad som är möjligt.""",
    """`certain`: the value, without low and high. `uniform`: between the limits low and high. `triangular`: between the
limits, with its peak at the value. `normal` (mean) and `lognormal` (median): low and high are 5 % and 95 % quantiles.
What is drawn is kept within what is possible.""",
)
MEASURES = Text("## Slag av åtgärder (`measures.csv`)", "## Kinds of measure (`measures.csv`)")
MEASURES_HEAD = Text(
    "| slag | enhet | närmare slag (`detail`) | stadsdel | betydelse |",
    "| kind | unit | detail | district | meaning |",
)
NEEDS = Text("## Behov (`needs.csv`)", "## Needs (`needs.csv`)")
NEEDS_HEAD = Text("| behov | enhet | betydelse |", "| need | unit | meaning |")
YES = Text("ja", "yes")


def field_form(field: Field, language: str) -> str:
    """How a field is written: its kind, unit, limits, words and references, in one line."""
    parts = [FORM[field.kind].say(language)]
    if field.choices:
        parts = [", ".join(field.choices)]
    if field.unit not in ("", "*"):
        parts.append(field.unit)
    if field.low is not None or field.high is not None:
        parts.append(limits(field.low, field.high, language))
    if field.refers:
        parts.append(f"{FROM.say(language)} {field.refers.split('.')[0]}.csv")
    if field.optional:
        parts.append(EMPTY.say(language))
    return "; ".join(parts)


def heading_notes(table: Table, language: str) -> Iterator[str]:
    """The comment lines above a table: what it is, and each of its own fields."""
    yield table.meaning.say(language)
    for field in fields_of(table):
        if field.name not in ("year", "source", "status", "note", "unit"):
            yield f"{field.name}: {field.meaning.say(language)} ({field_form(field, language)})"
    if table.unit not in ("", "*"):
        yield f"unit: {table.unit}"


def readme(declarations: Declarations, written: Sequence[Table], national: str, language: str) -> str:
    """The README of a new case, in ``language``; ``written`` are the tables that are in the folder."""
    names = {table.name for table in written}
    borrowed = ", ".join(f"`{table.name}.csv`" for table in declarations.tables if table.name not in names)
    parts = [INTRO.say(language).format(national=national, borrowed=borrowed or "-"), TABLES.say(language)]
    for table in declarations.tables:
        parts.append(f"\n### `{table.name}.csv`\n\n{table.meaning.say(language)}.\n")
        for field in fields_of(table):
            parts.append(f"- `{field.name}`: {field.meaning.say(language)} ({field_form(field, language)})")
    parts += ["", SETTINGS.say(language), "", DISTRIBUTIONS.say(language), ""]
    parts += [SETTINGS_HEAD.say(language), "|---|---|---|---|"]
    for piece, setting in declarations.settings:
        possible = limits(setting.low, setting.high, language)
        parts.append(f"| `{piece}.{setting.name}` | {setting.unit} | {possible} | {setting.meaning.say(language)} |")
    parts += ["", MEASURES.say(language), "", MEASURES_HEAD.say(language), "|---|---|---|---|---|"]
    for kind in declarations.measures:
        district = YES.say(language) if kind.district else ""
        detail = f"`{kind.detail}`" if kind.detail else ""
        parts.append(f"| `{kind.name}` | {kind.unit} | {detail} | {district} | {kind.meaning.say(language)} |")
    parts += ["", NEEDS.say(language), "", NEEDS_HEAD.say(language), "|---|---|---|"]
    parts += [f"| `{need.name}` | {need.unit} | {need.meaning.say(language)} |" for need in declarations.needs]
    return "\n".join(parts) + "\n"
