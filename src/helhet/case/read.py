"""Reading a case folder, with every fault in it told at once."""

from __future__ import annotations

import hashlib
import importlib.resources
import os
from pathlib import Path

from helhet.case.agree import check_agreement
from helhet.case.build import build
from helhet.case.case import Case
from helhet.case.cells import ID
from helhet.case.check import check_tables
from helhet.case.columns import Columns, convert, empty
from helhet.case.config import FILE, Config, read_config
from helhet.case.csvfile import read_sheet
from helhet.case.files import BROKEN_DISK
from helhet.case.found import Found, listed, nearest
from helhet.case.shapes import Shapes, match_districts, read_shapes
from helhet.case.tables import SOURCES, fields_of
from helhet.words.declare import Declarations, Table

MAY_BE_EMPTY = ("plans", "measures", "pipeline", "related", "needs")
"""Tables that must be there but may have no rows: a town may have no measures yet, pieces may have no needs."""


def _cases() -> Path:
    return Path(str(importlib.resources.files("helhet"))) / "cases"


def embedded_cases() -> tuple[str, ...]:
    """The names of the cases that come with helhet."""
    return tuple(sorted(path.parent.name for path in _cases().glob(f"*/{FILE}")))


def embedded(name: str) -> Path:
    """The folder of the embedded case (or of the national tables) called ``name``.

    Raises :class:`helhet.words.faults.Faults` if there is none.
    """
    folder = _cases() / name
    if not ID.fullmatch(name) or not folder.is_dir():
        found = Found()
        names = embedded_cases()
        cure = f"Give a folder, or one of {listed(names)}.{nearest(name, names)}"
        found.add(name or "case", 0, "", "", "there is no such case", cure)
        found.check()
    return folder


def read_case(folder: Path, declarations: Declarations) -> Case:
    """Read and check the case in ``folder`` against what the pieces declare.

    A table is looked for in the case's folder, then in the embedded national folder that ``case.toml`` names;
    ``sources.csv`` of both are put together. Raises :class:`helhet.words.faults.Faults` with every fault found.
    """
    folder = Path(folder)
    found = Found()
    if not os.path.isdir(folder):
        wrong = "is not a folder" if _there(folder) else "there is no such folder"
        found.add(str(folder), 0, "", "", wrong, "Give the folder of a case; 'helhet new DIR' makes one")
        found.check()
    config = read_config(folder, found)
    national = _national(config, found)
    used = {FILE: config.sha256}
    _strangers(folder, declarations, found)
    tables = {table.name: _table(table, folder, national, used, found) for table in declarations.tables}
    if national and _there(folder / "sources.csv") and _there(national / "sources.csv"):
        name = f"{national.name}/sources.csv"
        _join(tables["sources"], _read(SOURCES, national / "sources.csv", name, used, found), found)
    check_tables(tables, declarations, config, found)
    check_agreement(tables, found)
    shapes = _shapes(folder, config.districts, "districts", used, found)
    outline = _shapes(folder, config.outline, "outline", used, found)
    if shapes is not None and tables["districts"].whole and None not in tables["districts"].cells["district"]:
        match_districts(shapes, config.districts, _points(tables["districts"]), found)
    found.check()
    return build(config, tables, shapes, outline, _digest(used), declarations)


def _join(own: Columns, national: Columns, found: Found) -> None:
    """Add the national sources to the case's own; the same short name must mean the same source in both."""
    told = ("source", "title", "publisher", "published")
    here = {row[1]: row for row in own.rows(*told)}
    new: list[int] = []
    for place, row in enumerate(national.rows(*told)):
        if row[1] not in here:
            new.append(place)
        elif row[2:] != here[row[1]][2:]:
            wrong = f"is another source in {national.file}: {row[2]!r}"
            found.add(
                own.file, here[row[1]][0], "source", row[1], wrong, "Choose another short name, or make the two alike"
            )
    own.append(national, new)


def _there(path: Path) -> bool:
    return os.path.lexists(path)


def _national(config: Config, found: Found) -> Path | None:
    if not config.national:
        return None
    folder = _cases() / config.national
    if folder.is_dir():
        return folder
    names = sorted(path.name for path in _cases().glob("*") if path.is_dir())
    cure = f"Use one of {listed(names)}.{nearest(config.national, names)}"
    found.add(FILE, 0, "national", config.national, "is not an embedded folder", cure)
    return None


def _strangers(folder: Path, declarations: Declarations, found: Found) -> None:
    """A CSV file that is no table of the case is a fault: it may be a misspelt one."""
    known = [f"{table.name}.csv" for table in declarations.tables]
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        found.add(str(folder), 0, "", "", f"cannot be looked into: {error.strerror}", BROKEN_DISK)
        return
    for path in paths:
        if path.suffix.casefold() == ".csv" and path.name not in known:
            cure = f"Rename it, or move it elsewhere.{nearest(path.name, known)}"
            found.add(path.name, 0, "", "", "is not a table of the case", cure)


def _table(table: Table, folder: Path, national: Path | None, used: dict[str, str], found: Found) -> Columns:
    file = f"{table.name}.csv"
    if _there(folder / file):
        return _read(table, folder / file, file, used, found)
    if national is not None and _there(national / file):
        return _read(table, national / file, f"{national.name}/{file}", used, found)
    if table.required:
        heading = ",".join(field.name for field in fields_of(table))
        cure = f"Add the file ({table.meaning.en}), with the heading {heading}"
        found.add(file, 0, "", "", "is missing", cure)
    return empty(table, file, whole=not table.required)


def _read(table: Table, path: Path, file: str, used: dict[str, str], found: Found) -> Columns:
    sheet = read_sheet(path, file, fields_of(table), found)
    if sheet is None:
        return empty(table, file, whole=False)
    used[file] = sheet.sha256
    if not sheet.rows and sheet.whole and table.required and table.name not in MAY_BE_EMPTY:
        found.add(file, 0, "", "", "has a heading but no rows", f"Add rows: {table.meaning.en}")
        return empty(table, file, whole=False)
    return convert(table, sheet, found)


def _shapes(folder: Path, name: str, key: str, used: dict[str, str], found: Found) -> Shapes | None:
    if not name:
        return None
    if not _there(folder / name):
        found.add(FILE, 0, key, name, "there is no such file beside case.toml", "Add it, or remove the key")
        return None
    shapes = read_shapes(folder / name, name, found)
    if shapes is not None:
        used[name] = shapes.sha256
    return shapes


def _digest(used: dict[str, str]) -> str:
    """SHA-256 over the names and contents of all files used, in the order of their names."""
    whole = hashlib.sha256()
    for name, sha256 in sorted(used.items()):
        whole.update(f"{name}\n{sha256}\n".encode())
    return whole.hexdigest()


def _points(districts: Columns) -> dict[str, tuple[float, float] | None]:
    return {
        name: None if longitude is None or latitude is None else (longitude, latitude)
        for _, name, longitude, latitude in districts.rows("district", "longitude", "latitude")
        if name is not None
    }
