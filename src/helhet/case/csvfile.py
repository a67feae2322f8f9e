"""CSV as people really have it: from a text editor, a script, or a Swedish spreadsheet.

Accepted are UTF-8 with or without a byte order mark, UTF-16 with one, and Windows-1252 in files with semicolons,
which is what Swedish Excel writes. Fields are separated by comma, semicolon or tab; with the last two, numbers may
have a decimal comma and spaces between thousands, and months the form that spreadsheets give them (``maj-19``). Blank
lines, and comment lines (``#``) above the heading, are skipped. A file is read line by line and refused before it can
fill the memory.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from helhet.case.files import BROKEN_DISK, CURE_UTF8, LARGEST_FILE, regular, survey
from helhet.case.found import Found, listed, nearest
from helhet.words.declare import Field

MOST_FIELDS = 200
SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True)
class Sheet:
    """A CSV file as text: for each row its line in the file and its cells by field (absent fields are absent).

    ``whole`` is false if some of it could not be told, so that nothing follows from what is not there.
    """

    file: str
    sha256: str
    decimal_comma: bool
    rows: list[tuple[int, dict[str, str]]]
    whole: bool


def read_sheet(path: Path, file: str, fields: Sequence[Field], found: Found) -> Sheet | None:
    """Read the CSV file at ``path`` as text.

    ``file`` is what faults call it. Returns ``None``, with faults added to ``found``, if its rows cannot be told.
    """
    before = found.of(file)
    if not regular(path, file, LARGEST_FILE, found):
        return None
    try:
        seen = survey(path, file, found)
        if seen is None:
            return None
        with path.open("r", encoding=seen.encoding, newline="") as text:
            rows, separator = _rows(text, file, fields, found)
    except UnicodeDecodeError:  # a broken UTF-16 file: anything else was seen in the survey
        found.add(file, 0, "", "", "begins as UTF-16 but does not go on so", CURE_UTF8)
        return None
    except OSError as error:
        found.add(file, 0, "", "", f"cannot be read: {error.strerror}", BROKEN_DISK)
        return None
    if rows is None:
        return None
    return Sheet(file, seen.sha256, separator != ",", rows, found.of(file) == before)


def _rows(
    text: TextIO, file: str, fields: Sequence[Field], found: Found
) -> tuple[list[tuple[int, dict[str, str]]] | None, str]:
    skipped, line = _heading(text)
    if not line:
        found.add(file, 0, "", "", "has no heading", f"Begin with {_example(fields)}")
        return None, ","
    separator = _separator(line, fields)
    reader = csv.reader(_with_first(line, text), delimiter=separator, strict=True)
    names: list[str] | None = None
    rows: list[tuple[int, dict[str, str]]] = []
    start = skipped
    try:
        for cells in reader:
            row, start = start + 1, skipped + reader.line_num
            if names is None:
                names = _names(cells, row, file, fields, found)
                if names is None:
                    return None, separator
            elif any(cell.strip() for cell in cells):
                told = _row(names, cells, row, file, fields, found)
                if told is not None:
                    rows.append((row, told))
    except csv.Error as error:
        wrong = f"the line cannot be split into fields: {error}"
        found.add(
            file, start + 1, "", "", wrong, "Look for a quotation mark that is left open or stands inside a field"
        )
    return rows, separator


def _heading(text: TextIO) -> tuple[int, str]:
    """The number of lines above the heading, and the heading's line (empty if there is none)."""
    skipped = 0
    for line in text:
        bare = line.strip().lstrip('"').strip(";,\t ")
        if bare and not bare.startswith("#") and not bare.casefold().startswith("sep="):
            return skipped, line
        skipped += 1
    return skipped, ""


def _with_first(line: str, text: TextIO) -> Iterator[str]:
    yield line
    yield from text


def plain(name: str) -> str:
    """A heading as it is compared: lower case, one underscore for spaces."""
    return "_".join(unicodedata.normalize("NFC", name).replace("_", " ").casefold().split())


def _separator(line: str, fields: Sequence[Field]) -> str:
    known = {field.name for field in fields}
    return max(SEPARATORS, key=lambda s: sum(plain(cell.strip().strip('"')) in known for cell in line.split(s)))


def _example(fields: Sequence[Field]) -> str:
    return "the heading " + ",".join(field.name for field in fields)


def _names(cells: list[str], row: int, file: str, fields: Sequence[Field], found: Found) -> list[str] | None:
    """The heading, checked against the declared fields; ``None`` if rows below it cannot be told."""
    if len(cells) > MOST_FIELDS:
        found.add(file, row, "", len(cells), f"has more than {MOST_FIELDS} fields", f"Begin with {_example(fields)}")
        return None
    names = [plain(cell) for cell in cells]
    known = {field.name: field for field in fields}
    missing = [field.name for field in fields if field.name not in names and not field.optional]
    for place, name in enumerate(names):
        if name and name not in known:
            hint = nearest(name, missing or known)
            cure = f"Remove it or rename it.{hint} The fields are {listed(known, 20)}"
            found.add(file, row, cells[place].strip(), "", "is not a field of this table", cure)
        elif name and name in names[:place]:
            found.add(file, row, name, "", "stands twice in the heading", "Remove one of the two columns")
    for name in missing:
        found.add(file, row, name, "", "is missing from the heading", f"Add the column {name!r}")
    return None if missing and len(missing) == len([f for f in fields if not f.optional]) else names


def _row(
    names: list[str], cells: list[str], row: int, file: str, fields: Sequence[Field], found: Found
) -> dict[str, str] | None:
    nameless = any(cell.strip() for name, cell in zip(names, cells, strict=False) if not name)
    if len(cells) > len(names) or nameless:
        wrong = f"has more cells than the heading, which has {sum(map(bool, names))}"
        found.add(file, row, "", "", wrong, "Put quotation marks around a text that holds a separator")
        return None
    told = {name: unicodedata.normalize("NFC", cell).strip() for name, cell in zip(names, cells, strict=False) if name}
    short = set(names[len(cells) :])
    if any(field.name in short and not field.optional for field in fields):
        wrong = f"has {len(cells)} cells where the heading has {len(names)}"
        found.add(file, row, "", "", wrong, "Fill the row up to the last field")
        return None
    return told
