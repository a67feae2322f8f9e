"""A table of the case as columns of values, with the line each row stood on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helhet.case.case import Rows
from helhet.case.cells import Value, Wrong, value
from helhet.case.csvfile import Sheet
from helhet.case.found import Found
from helhet.case.tables import fields_of
from helhet.words.declare import Field, Table

NO_MONTH = np.iinfo(np.int64).min
"""What an optional month that is left empty is read as."""


@dataclass
class Columns:
    """The values of a table, by field. A cell that is faulty or left empty is ``None``; ``faulty`` has the faulty ones,
    as line and field.

    ``whole`` is false if the file could not be read, so nothing can be concluded from what is not in it.
    """

    table: Table
    file: str
    whole: bool = True
    lines: list[int] = field(default_factory=list)
    cells: dict[str, list[Value | None]] = field(default_factory=dict)
    faulty: set[tuple[int, str]] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.lines)

    def rows(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """For each row its line and its values in the named fields."""
        return zip(self.lines, *(self.cells[name] for name in names), strict=True)

    def records(self) -> Iterator[dict[str, Any]]:
        """Each row as its values by field."""
        for place in range(len(self)):
            yield {name: cells[place] for name, cells in self.cells.items()}

    def complete(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """The rows in which none of the named fields is faulty or empty."""
        return (row for row in self.rows(*names) if None not in row)

    def sound(self, line: int, *names: str) -> bool:
        """Whether none of the named fields is faulty on this line; what is empty there was left empty."""
        return not any((line, name) in self.faulty for name in names)

    def values(self, name: str) -> set[Any]:
        """The values that occur in a field."""
        return {cell for cell in self.cells.get(name, ()) if cell is not None}

    def append(self, other: Columns, places: Iterable[int]) -> None:
        """Add the rows at ``places`` of another file of the same table."""
        chosen = list(places)
        self.whole &= other.whole
        self.lines += [other.lines[place] for place in chosen]
        for name, cells in other.cells.items():
            self.cells[name] += [cells[place] for place in chosen]


def empty(table: Table, file: str, whole: bool = True) -> Columns:
    """A table without rows."""
    return Columns(table, file, whole, [], {each.name: [] for each in fields_of(table)})


def convert(table: Table, sheet: Sheet, found: Found) -> Columns:
    """Turn the text of ``sheet`` into values; each cell that cannot be is a fault."""
    columns = empty(table, sheet.file, sheet.whole)
    columns.lines = [row for row, _ in sheet.rows]
    for each in fields_of(table):
        columns.cells[each.name] = _column(each, sheet, columns.faulty, found)
    return columns


def _column(each: Field, sheet: Sheet, faulty: set[tuple[int, str]], found: Found) -> list[Value | None]:
    made: list[Value | None] = []
    known: dict[str, Value | Wrong] = {}  # the same words stand in most rows
    told_of_heading = any(each.name not in cells for _, cells in sheet.rows)
    for row, cells in sheet.rows:
        text = cells.get(each.name, "")
        if not text:
            made.append(None)
            if not each.optional and not told_of_heading:
                unit = f" ({each.unit})" if each.unit not in ("", "*") else ""
                found.add(sheet.file, row, each.name, "", "is empty", f"Write the {each.meaning.en}{unit}")
            continue
        told = known.get(text)
        if told is None:
            told = known[text] = value(each, text, sheet.decimal_comma)
        if isinstance(told, Wrong):
            found.add(sheet.file, row, each.name, text, told.wrong, told.cure)
            faulty.add((row, each.name))
            made.append(None)
        else:
            made.append(told)
    return made


def check_unit(columns: Columns, line: int, field: str, given: str, unit: str, found: Found) -> None:
    """Check that a unit is the one wanted."""
    if given == unit:
        return
    cure = f"Give the figure in {unit!r}"
    if unit.startswith("share") and given.casefold() in ("%", "percent", "procent", "per cent"):
        cure = f"Divide by 100 and write {unit!r}"
    found.add(columns.file, line, field, given, f"is not the unit here, which is {unit!r}", cure)


def arrays(columns: Columns, base: int) -> Rows:
    """The table as arrays, once it is without fault.

    Numbers are float64 and whole numbers int64 (float64 where they may be left empty); an empty number is NaN.
    Months are int64, counted from ``base`` (an empty one is :data:`NO_MONTH`). All else is str (object), empty ``""``.
    """
    made: dict[str, np.ndarray[Any, Any]] = {}
    for each in fields_of(columns.table):
        cells = columns.cells[each.name]
        if each.kind == "month":
            months = [NO_MONTH if cell is None else int(cell) - base for cell in cells]
            made[each.name] = np.array(months, dtype=np.int64)
        elif each.kind == "number" or (each.kind == "int" and each.optional):
            made[each.name] = np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
        elif each.kind == "int":
            made[each.name] = np.array(cells, dtype=np.int64)
        else:
            made[each.name] = np.array(["" if cell is None else cell for cell in cells], dtype=object)
    for array in made.values():
        array.flags.writeable = False
    return Rows(columns.table, made)
