"""A commented case to start from: a made-up town of 2,000 that can be run at once and edited into one's own.

The rows come from the folder ``start`` beside this file; everything else (which tables, fields, settings and units
there are, and what they mean) from the declarations, so a new piece is in the template without anybody adding it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from helhet.case.cells import limits
from helhet.case.found import Found
from helhet.case.guide import heading_notes, readme
from helhet.case.tables import SETTINGS, fields_of
from helhet.case.tables_deciding import NEEDS
from helhet.words.declare import Declarations, Field, Table, Text

START = Path(__file__).parent / "start"
NATIONAL = "sweden"
YEAR = "2018"
SOURCE = "made_up"
SHAPES = "districts.geojson"
ENCODING = {"sv": "utf-8-sig", "en": "utf-8"}

Row = dict[str, str]

CONFIG = Text(
    """# Ett fall att börja från: en påhittad ort. Byt ut alltsammans mot er egen.

id = "min-ort"                 # kortnamn: a-z, 0-9, - och _
name = "Min ort"               # ortens namn
language = "sv"                # sv eller en
base_date = 2018-12-31         # dagen som siffrorna beskriver: en 31 december
knowledge_date = 2019-03-07    # sista dag från vilken en uppgift får komma
prior = "default"              # den bedömare i plant_prior.csv vars sannolikheter används
years = 15                     # så många år en körning omfattar
national = "{national}"            # rikets tal: används där en tabell saknas i den här mappen
currency = "SEK"
districts = "{shapes}"  # stadsdelarnas gränser: egenskapen district, longitud och latitud (WGS 84)
""",
    """# A case to start from: a made-up town. Replace all of it by your own.

id = "my-town"                 # short name: a-z, 0-9, - and _
name = "My town"               # the town's name
language = "en"                # sv or en
base_date = 2018-12-31         # the day the figures describe: a 31 December
knowledge_date = 2019-03-07    # the last day from which a figure may come
prior = "default"              # the judge in plant_prior.csv whose odds are used
years = 15                     # how many years a run covers
national = "{national}"            # national rates: used where a table is not in this folder
currency = "SEK"
districts = "{shapes}"  # outlines of the districts: property district, longitude and latitude (WGS 84)
""",
)
NEED: Row = {"tolerance": "0.05", "least": "0", "months": "1", "cost": "0"}
"""A need of which the folder ``start`` says nothing."""
MIDDLE = Text("mitten av det möjliga: byt ut", "the middle of what is possible: to be replaced")


def new_case(folder: Path, language: str, declarations: Declarations) -> None:
    """Write a small, valid, commented case into ``folder`` (made if need be), in ``language`` (``sv`` or ``en``).

    Swedish tables have semicolons, decimal commas and a byte order mark, so that a Swedish spreadsheet opens them.
    Raises :class:`helhet.words.faults.Faults` if the folder holds anything already or cannot be written.
    """
    folder = Path(folder)
    found = Found()
    written: list[Path] = []
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            cure = "Name a folder that does not exist yet, or an empty one"
            found.add(str(folder), 0, "", "", "is there already", cure)
            found.check()
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in _files(language, declarations):
            written.append(folder / name)
            written[-1].write_bytes(content)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        found.add(str(folder), 0, "", "", f"cannot be written: {error.strerror}", "Choose a folder you may write in")
        found.check()


def _files(language: str, declarations: Declarations) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file of the new case."""
    yield "case.toml", CONFIG.say(language).format(national=NATIONAL, shapes=SHAPES).encode()
    yield SHAPES, (START / SHAPES).read_bytes()
    own = [table for table in declarations.tables if (START / f"{table.name}.csv").exists() or not _national(table)]
    for table in own:
        yield f"{table.name}.csv", table_text(table, language, declarations).encode(ENCODING[language])
    yield "README.md", readme(declarations, own, NATIONAL, language).encode()


def _national(table: Table) -> bool:
    return (Path(__file__).parent.parent / "cases" / NATIONAL / f"{table.name}.csv").exists()


def table_text(table: Table, language: str, declarations: Declarations) -> str:
    """The template's file for ``table``: notes as comment lines, heading and rows."""
    fields = fields_of(table)
    out = io.StringIO()
    for note in heading_notes(table, language):
        out.write(f"# {note}\r\n" if language == "sv" else f"# {note}\n")
    swedish = language == "sv"
    writer = csv.writer(out, delimiter=";" if swedish else ",", lineterminator="\r\n" if swedish else "\n")
    writer.writerow(field.name for field in fields)
    declared = {SETTINGS.name: _settings, NEEDS.name: _needs}.get(table.name)
    for row in declared(declarations, language) if declared else _rows(table, declarations):
        writer.writerow(_say(field, row.get(field.name, ""), language) for field in fields)
    return out.getvalue()


def _say(field: Field, cell: str, language: str) -> str:
    if field.kind == "number" and language == "sv":
        return cell.replace(".", ",")
    return cell.split("|")[0 if language == "sv" else -1] if field.kind == "text" else cell


def _start(name: str) -> list[Row]:
    path = START / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _rows(table: Table, declarations: Declarations) -> Iterator[Row]:
    """The rows of the folder ``start``, with every required field filled in; one made-up row where there are none."""
    rows = _start(table.name)
    for row in rows or ([{}] if table.required else []):
        yield {field.name: row.get(field.name) or _fill(field, table, declarations) for field in fields_of(table)}


def _fill(field: Field, table: Table, declarations: Declarations) -> str:
    known = {"unit": table.unit, "year": YEAR, "source": SOURCE, "status": "assumed"}
    if field.optional and field.name not in ("source", "status"):
        return ""
    if field.name in known and table.name != "sources":
        return known[field.name]
    if field.name == "size_unit":
        return declarations.measures[0].unit
    if field.refers:
        name, column = field.refers.split(".")
        return next((row[column] for row in _start(name)), "")
    if field.kind in ("number", "int"):
        return f"{max(field.low or 0, 0):g}"
    return {"choice": field.choices[0] if field.choices else "", "month": "2020-01"}.get(field.kind, "example")


def _settings(declarations: Declarations, language: str) -> Iterator[Row]:
    told = {(row["piece"], row["name"]): row for row in _start(SETTINGS.name)}
    for piece, setting in declarations.settings:
        base = {"piece": piece, "name": setting.name, "unit": setting.unit, "year": YEAR}
        base |= {"source": SOURCE, "status": "assumed"}
        bounds = limits(setting.low, setting.high, language)
        note = f"{setting.meaning.say(language)} ({setting.unit}, {bounds})"
        row = told.get((piece, setting.name))
        if row is None:
            middle = f"{(setting.low + setting.high) / 2:g}"
            row = {"value": middle, "distribution": "certain"}
            note = f"{MIDDLE.say(language)}: {note}"
        yield row | base | {"note": note}


def _needs(declarations: Declarations, language: str) -> Iterator[Row]:
    told = {row["need"]: row for row in _start(NEEDS.name)}
    for need in declarations.needs:
        base = {"need": need.name, "need_unit": need.unit, "source": SOURCE, "status": "assumed"}
        note = f"{need.meaning.say(language)} ({need.unit})"
        yield told.get(need.name, NEED) | base | {"note": note}
