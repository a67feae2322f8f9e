"""What a resident costs in towns of different size: ``python benchmarks/size.py [--years 10] [--futures 4]``.

The embedded case is scaled in memory: every table of counts (people, homes, households, jobs, beds, moves, the plant
...) and the settings that are homes a year, by one factor. Shares and rates stay. Prints the nanoseconds of a
resident-year, all pieces, on one thread, from the median future of each size; sizes alternate, so that whatever else
the machine does falls on all of them. The first day is laid out once for all futures and told apart.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import replace
from typing import Any

import numpy as np

from helhet.case.case import Case, Rows, Uncertain
from helhet.case.draw import draw
from helhet.case.read import embedded, read_case
from helhet.pieces.order import pieces
from helhet.pieces.piece import Future, declarations
from helhet.simulate import first_day, live

SIZES = (20_000, 72_467, 250_000, 1_000_000)
FLAT = 0.25
COUNTS = ("persons", "persons per year", "dwellings", "households", "beds", "seats per year")
"""Units of tables whose values grow with the town."""
ALSO = {"districts": ("residents",), "commuting": ("most",), "observed": ("expected",)}
"""Further columns that do."""

Array = np.ndarray[Any, Any]


def whole(values: Array) -> Array:
    """Whole numbers whose running sum is the rounded running sum: nothing is lost by rounding many small counts."""
    return np.diff(np.floor(np.cumsum(values) + 0.5), prepend=0.0)


def scaled_rows(rows: Rows, factor: float) -> Rows:
    """The table with its counts times ``factor``, as whole numbers where they are counts of things on the first day."""
    columns = dict(rows.columns)
    names = ALSO.get(rows.table.name, ())
    if rows.table.unit in COUNTS:
        names = (*names, "value")
    for name in names:
        values = columns[name] * factor
        columns[name] = whole(values) if rows.table.unit in ("persons", "dwellings", "households") else values
    return replace(rows, columns=columns)


def scaled_setting(setting: Uncertain, factor: float) -> Uncertain:
    """The setting, times ``factor`` if it is homes a year."""
    if setting.setting.unit != "dwellings per year":
        return setting
    return replace(setting, value=setting.value * factor, low=setting.low * factor, high=setting.high * factor)


def scaled(case: Case, residents: int) -> Case:
    """The case with ``residents`` residents and everything else in proportion."""
    factor = residents / float(case.tables["population"]["value"].sum())
    tables = {
        # The plant's curves are read between their rows, not counted.
        name: replace(rows, columns={**rows.columns, "value": rows["value"] * factor})
        if name in ("plant_jobs", "plant_builders")
        else scaled_rows(rows, factor)
        for name, rows in case.tables.items()
    }
    settings = {key: scaled_setting(setting, factor) for key, setting in case.settings.items()}
    return replace(case, tables=tables, settings=settings)


class Sized:
    """A town of some size, ready to live futures in."""

    def __init__(self, case: Case, residents: int, years: int) -> None:
        self.case, self.years, self.pieces = scaled(case, residents), years, pieces()
        began = time.perf_counter()
        self.first = first_day(self.case, self.pieces, years)
        self.laid_out = time.perf_counter() - began
        self.town = self.first.copy()

    def nanoseconds(self, number: int) -> float:
        """Per resident-year of future ``number`` under the first plan (processor time)."""
        future = Future(number, 1, draw(self.case, 1, number))
        plan = next(iter(self.case.plans.values()))
        began = time.thread_time()
        out = live(self.case, self.pieces, self.first, self.town, plan, future, self.years)
        took = time.thread_time() - began
        return float(1e9 * took / out["people.residents"].sum())


def main() -> None:
    """Time every size and tell how far apart they are."""
    parser = argparse.ArgumentParser(description="Cost of a resident-year in towns of different size.")
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--futures", type=int, default=4)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    asked = parser.parse_args()
    case = read_case(embedded("skelleftea"), declarations(pieces()))
    towns = {size: Sized(case, size, asked.years) for size in asked.sizes}
    towns[asked.sizes[0]].nanoseconds(0)  # compiles
    times: dict[int, list[float]] = {size: [] for size in towns}
    for number in range(asked.futures):
        for size, town in towns.items():
            times[size].append(town.nanoseconds(number))
    medians = {size: statistics.median(took) for size, took in times.items()}
    middle = (max(medians.values()) + min(medians.values())) / 2
    for size, median in medians.items():
        first = towns[size].laid_out
        print(
            f"{size:>9,} residents: {median:6.1f} ns a resident-year ({median / middle - 1:+.0%} of the middle); ",
            end="",
        )
        print(f"first day {first:.1f} s")
    spread = max(medians.values()) / middle - 1
    print(f"spread ±{spread:.1%} over {asked.futures} futures of {asked.years} years ", end="")
    print(f"(target ±{FLAT:.0%}: {'met' if spread <= FLAT else 'MISSED'})")


if __name__ == "__main__":
    main()
