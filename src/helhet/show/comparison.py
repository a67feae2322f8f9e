"""One table of a case against what was made from it: cell by cell, and in a few numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from helhet.case.case import Case
from helhet.words.declare import Text

Array = np.ndarray[Any, Any]

FEW = 10
"""Cells in which the table has fewer than this are left out where misses are given in percent of the cell."""

WORDS = {
    "women": Text("kvinnor", "women"),
    "men": Text("män", "men"),
    "house": Text("småhus", "houses"),
    "rental": Text("hyresrätter", "rental flats"),
    "owned_flat": Text("bostadsrätter", "owned flats"),
    "small": Text("1–2 rum", "1–2 rooms"),
    "medium": Text("3 rum", "3 rooms"),
    "large": Text("4 rum eller fler", "4 rooms or more"),
    "all": Text("alla grannar", "all neighbours"),
}


@dataclass(frozen=True)
class Miss:
    """Made less wanted in one cell: ``size`` in the unit of the comparison, ``share`` of what was wanted (NaN of
    nothing), and the cell in words.
    """

    size: float
    share: float
    where: Text


@dataclass(frozen=True)
class Comparison:
    """One table of the case against the town that was made from it.

    ``rows`` has one row for each cell: the ``keys`` (text), ``wanted``, ``made``, ``miss`` (made less wanted; float64,
    in ``unit``) and ``status`` of the figure. ``cells`` holds each row's key in words.
    """

    id: str
    name: Text
    unit: str
    keys: tuple[str, ...]
    rows: pl.DataFrame
    cells: tuple[Text, ...]

    @property
    def wanted(self) -> float:
        """The total of the table."""
        return float(self.rows["wanted"].sum())

    @property
    def made(self) -> float:
        """The total in the town."""
        return float(self.rows["made"].sum())

    @property
    def largest(self) -> Miss:
        """The cell that is missed by most (the first, where several are)."""
        return self._miss(int(np.abs(self.rows["miss"].to_numpy()).argmax()))

    @property
    def relative(self) -> Miss | None:
        """The cell that is missed by the largest share of what was wanted; None where every cell is below ``FEW``."""
        shares = self._shares()
        return None if np.isnan(shares).all() else self._miss(int(np.nanargmax(shares)))

    @property
    def mean_share(self) -> float:
        """The mean over the cells of the absolute miss as a share of what was wanted; NaN if all are below ``FEW``."""
        shares = self._shares()
        return float("nan") if np.isnan(shares).all() else float(np.nanmean(shares))

    @property
    def off(self) -> float:
        """The sum of all absolute misses as a share of the table's total; NaN where that is zero."""
        missed = float(self.rows["miss"].abs().sum())
        return missed / self.wanted if self.wanted else float("nan")

    def _shares(self) -> Array:
        wanted, miss = self.rows["wanted"].to_numpy(), self.rows["miss"].to_numpy()
        return np.where(wanted >= FEW, np.abs(miss) / np.maximum(wanted, FEW), np.nan)

    def _miss(self, row: int) -> Miss:
        wanted, size = float(self.rows["wanted"][row]), float(self.rows["miss"][row])
        return Miss(size, size / wanted if wanted else float("nan"), self.cells[row])


def comparison(
    case: Case,
    identity: str,
    name: Text,
    unit: str,
    *,
    keys: Mapping[str, Iterable[object]],
    wanted: Any,
    made: Any,
    status: Iterable[object] | str,
) -> Comparison:
    """A comparison of cells with the given ``keys``; ``wanted``, ``made`` and ``status`` have one entry for each.

    One ``status`` holds for all cells. Keys that are ids of the case, or one of :data:`WORDS`, are put into words.
    """
    columns = {key: [str(value) for value in values] for key, values in keys.items()}
    wanted, made = (np.asarray(each, dtype=np.float64) for each in (wanted, made))
    told = [status] * len(wanted) if isinstance(status, str) else [str(each) for each in status]
    frame = pl.DataFrame({**columns, "wanted": wanted, "made": made, "miss": made - wanted, "status": told})
    words = _words(case)
    cells = [_cell(words, dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]
    return Comparison(identity, name, unit, tuple(columns), frame, tuple(cells))


def _words(case: Case) -> dict[tuple[str, str], Text]:
    """What each id of the case is called, by the name of the key."""
    said = {("district", place.id): Text(place.name, place.name) for place in case.districts}
    said |= {("occupation", item.id): item.name for item in case.occupations}
    return said | {("employer", item.id): item.name for item in case.employers}


def _cell(words: Mapping[tuple[str, str], Text], key: Mapping[str, str]) -> Text:
    said = []
    for name, value in key.items():
        if name == "age":
            ages = value.replace("-", "–")
            said.append(Text(f"{ages} år", f"aged {ages}"))
        elif name == "persons":
            said.append(_persons(int(value)))
        else:
            said.append(words.get((name, value)) or WORDS[value])
    return Text(", ".join(each.sv for each in said), ", ".join(each.en for each in said))


def _persons(number: int) -> Text:
    if number == 1:
        return Text("1 person", "1 person")
    more = (" eller fler", " or more") if number == 6 else ("", "")
    return Text(f"{number} personer{more[0]}", f"{number} persons{more[1]}")


def every_cell(comparisons: Iterable[Comparison]) -> pl.DataFrame:
    """All rows of all comparisons: ``table``, ``key`` (its values, with spaces between), ``wanted``, ``made``,
    ``unit``, ``status``.
    """
    return pl.concat(
        one.rows.select(
            pl.lit(one.id).alias("table"),
            pl.concat_str(one.keys, separator=" ").alias("key"),
            "wanted",
            "made",
            pl.lit(one.unit).alias("unit"),
            "status",
        )
        for one in comparisons
    )


def write_cells(comparisons: Iterable[Comparison], path: Path) -> Path:
    """Write :func:`every_cell` as CSV (UTF-8, full numbers), whole or not at all; raises ``OSError``."""
    part = path.with_name(path.name + ".part")
    try:
        every_cell(comparisons).write_csv(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path
