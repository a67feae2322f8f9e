"""CSV as people really have it: from a text editor, a script, or a Swedish spreadsheet.

Accepted are UTF-8 with or without a byte order mark, UTF-16 with one, and Windows-1252 in files with semicolons,
which is what Swedish Excel writes. Fields are separated by comma, semicolon or tab; with the last two, numbers may
have a decimal comma and spaces between thousands. Blank lines, and comment lines (``#``) above the heading, are
skipped. A file is read line by line and refused before it can fill the memory.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from helhet.case.found import Found, listed, nearest
from helhet.words.declare import Field

MB = 1 << 20
LONGEST_LINE = MB
LARGEST_FILE = 200 * MB
MOST_LINES = 200_000
MOST_FIELDS = 200
SEPARATORS = (",", ";", "\t")
CURE_UTF8 = "Save it again as 'CSV UTF-8'"


@dataclass(frozen=True)
class Sheet:
    """A CSV file as text: for each row its line in the file and its cells by field (absent fields are absent)."""

    file: str
    sha256: str
    decimal_comma: bool
    rows: list[tuple[int, dict[str, str]]]


def regular(path: Path, file: str, largest: int, found: Found) -> bool:
    """Whether ``path`` is a file that can be read, of at most ``largest`` bytes; if not, a fault says why."""
    try:
        info = path.stat()
    except FileNotFoundError:
        found.add(file, 0, "", "", "there is no such file", "Add it, or make a new case and copy it from there")
        return False
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        found.add(file, 0, "", "", f"cannot be opened: {reason}", "Put an ordinary file in its place")
        return False
    if not stat.S_ISREG(info.st_mode):
        what = "a folder" if stat.S_ISDIR(info.st_mode) else "not an ordinary file"
        found.add(file, 0, "", "", f"is {what}", "Put an ordinary file in its place")
        return False
    if info.st_size > largest:
        size = f"{info.st_size / MB:.0f} MB"
        found.add(file, 0, "", size, f"is larger than {largest // MB} MB", "Keep only the rows that the case needs")
        return False
    if info.st_size == 0:
        found.add(file, 0, "", "", "is empty", "Write its heading and its rows")
        return False
    if not os.access(path, os.R_OK):
        found.add(file, 0, "", "", "may not be read", "Give yourself permission to read it")
        return False
    return True


def read_sheet(path: Path, file: str, fields: Sequence[Field], found: Found) -> Sheet | None:
    """Read the CSV file at ``path`` as text.

    ``file`` is what faults call it. Returns ``None``, with faults added to ``found``, if its rows cannot be told.
    """
    before = found.of(file)
    if not regular(path, file, LARGEST_FILE, found):
        return None
    try:
        surveyed = _survey(path, file, found)
        if surveyed is None:
            return None
        sha256, encoding = surveyed
        with path.open("r", encoding=encoding, newline="") as text:
            rows, separator = _rows(text, file, fields, found)
    except UnicodeDecodeError as error:
        found.add(file, 0, "", error.object[error.start : error.start + 1].hex(), f"is not {error.encoding}", CURE_UTF8)
        return None
    except OSError as error:
        found.add(file, 0, "", "", f"cannot be read: {error.strerror}", "See to the disk and its permissions")
        return None
    if rows is None:
        return None
    if not rows and found.of(file) > before:
        return None
    return Sheet(file, sha256, separator != ",", rows)


def _survey(path: Path, file: str, found: Found) -> tuple[str, str] | None:
    """One pass over the bytes: SHA-256 and encoding. Never holds more than one line of :data:`LONGEST_LINE`."""
    digest, encoding, foreign, row, semicolons = hashlib.sha256(), "utf-8-sig", 0, 0, None
    with path.open("rb") as data:
        while line := data.readline(LONGEST_LINE + 1):
            row += 1
            if row == 1 and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                encoding = "utf-16"
            if len(line) > LONGEST_LINE:
                wrong = f"a line is longer than {LONGEST_LINE // MB} MB"
                found.add(file, row, "", "", wrong, "Look for a missing line break or a quotation mark left open")
                return None
            if row > MOST_LINES:
                wrong = f"has more than {MOST_LINES:,} lines"
                found.add(file, row, "", "", wrong, "Keep only the rows that the case needs")
                return None
            digest.update(line)
            if encoding == "utf-16":
                continue
            if b"\0" in line:
                wrong = "holds a zero byte: it is not text, or UTF-16 without a mark"
                found.add(file, row, "", "", wrong, CURE_UTF8)
                return None
            if semicolons is None and line.strip() and not line.lstrip(b'\xef\xbb\xbf"').startswith(b"#"):
                semicolons = line.count(b";") > line.count(b",")
            if not foreign and not _is_utf8(line):
                foreign = row
    if foreign and not semicolons:
        wrong = "is not UTF-8, so letters such as å, ä and ö cannot be told"
        found.add(file, foreign, "", "", wrong, CURE_UTF8)
        return None
    return digest.hexdigest(), "cp1252" if foreign else encoding


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


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
