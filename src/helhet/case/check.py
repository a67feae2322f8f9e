"""Checks within tables and between them: keys, references, units, years, dates, lead times, settings, plans."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from helhet.case.cells import limits, written
from helhet.case.check_deciding import check_deciding, in_order
from helhet.case.check_references import check_references
from helhet.case.columns import Columns, check_unit
from helhet.case.config import FILE, Config
from helhet.case.draw import undrawable
from helhet.case.found import Found, listed, nearest
from helhet.case.tables import fields_of
from helhet.words.declare import Declarations, MeasureKind, Setting

YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|2[0-2]\d\d)(?!\d)", re.ASCII)
DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)
FUTURE = ("goals", "measures", "plans")
"""Tables about what is to come: their years may lie after the knowledge date."""

Tables = Mapping[str, Columns]


def check_tables(tables: Tables, declared: Declarations, config: Config, found: Found) -> None:
    """Check each table by its declaration, then what the common tables say to one another."""
    for columns in tables.values():
        _keys(columns, found)
        _units(columns, found)
        _years(columns, config, found)
        _month_order(columns, found)
        for field in columns.cells:
            _references(columns, field, tables, declared, found)
    _settings(tables["settings"], declared, found)
    _measures(tables, declared, found)
    _plans(tables, config, found)
    _goals(tables, declared, config, found)
    _prior(tables, config, found)
    check_deciding(tables, declared, config, found)
    check_references(tables["references"], config, found)


def _keys(columns: Columns, found: Found) -> None:
    first: dict[tuple[Any, ...], int] = {}
    key = columns.table.key
    for line, *values in columns.complete(*key):
        place = tuple(values)
        if place in first:
            wrong = f"is there already, in row {first[place]}"
            shown = ", ".join(str(v) for v in place)
            found.add(columns.file, line, " + ".join(key), shown, wrong, "Keep one of the two rows")
        else:
            first[place] = line


def _units(columns: Columns, found: Found) -> None:
    unit = columns.table.unit
    if not columns.table.figures or unit == "*":
        return
    for line, given in columns.complete("unit"):
        check_unit(columns, line, "unit", given, unit, found)


def _years(columns: Columns, config: Config, found: Found) -> None:
    if "year" not in columns.cells:
        return
    for line, year, status in columns.rows("year", "status"):
        if year is None:
            continue
        years = [int(each) for each in YEAR.findall(year)]
        if not years:
            cure = "Write the year that the figure is of, such as 2018, 2009-2018 or 2019-03"
            found.add(columns.file, line, "year", year, "names no year", cure)
        elif config.knowledge_date and columns.table.name not in FUTURE and status != "claim":
            known = config.knowledge_date
            day = DAY.fullmatch(year)
            late = max(years) > known.year
            if day and not late and int(day[1]) == known.year:
                late = (int(day[2]), int(day[3] or 1)) > (known.month, known.day)
            if late:
                cure = "Use a figure known then; an announcement about later years has status 'claim'"
                found.add(columns.file, line, "year", year, f"is later than the knowledge date {known}", cure)


def _month_order(columns: Columns, found: Found) -> None:
    if columns.table.key != ("month",):
        return
    before = None
    for line, month in columns.complete("month"):
        if before is not None and month < before:
            found.add(columns.file, line, "month", written(month), "comes before the row above", "Sort rows by month")
        before = month


def _references(columns: Columns, name: str, tables: Tables, declared: Declarations, found: Found) -> None:
    refers = next((field.refers for field in fields_of(columns.table) if field.name == name), "")
    if not refers:
        return
    there = referred(refers, tables, declared)
    if there is None:
        return
    for line, value in ((line, each) for line, several in columns.complete(name) for each in several.split()):
        if value not in there:
            hint = found.hint(columns.file, value, there)
            cure = f"Add it to {refers.split('.')[0]}.csv or correct it.{hint}"
            found.add(columns.file, line, name, value, f"is not in {refers.split('.')[0]}.csv", cure)


def referred(refers: str, tables: Tables, declared: Declarations) -> set[str] | None:
    """The values that a reference to ``table.field`` may take; ``None`` if they are not known, for faults there.

    A field of words (``choice``) allows all its words, whichever occur.
    """
    table, name = refers.split(".")
    for each in declared.tables:
        for field in each.fields:
            if each.name == table and field.name == name and field.kind == "choice":
                return set(field.choices)
    columns = tables.get(table)
    if columns is None or not columns.whole or None in columns.cells[name]:
        return None
    return columns.values(name)


def _settings(columns: Columns, declared: Declarations, found: Found) -> None:
    known = {f"{piece}.{setting.name}": setting for piece, setting in declared.settings}
    given: set[str] = set()
    fields = ("piece", "name", "value", "low", "high", "distribution", "unit")
    for line, piece, name, value, low, high, distribution, unit in columns.rows(*fields):
        if piece is None or name is None:
            continue
        key = f"{piece}.{name}"
        given.add(key)
        setting = known.get(key)
        if setting is None:
            cure = f"Remove it or correct it.{found.hint(columns.file, key, known)}"
            found.add(columns.file, line, "piece + name", key, "is not a setting of any piece", cure)
            continue
        if unit is not None:
            check_unit(columns, line, "unit", unit, setting.unit, found)
        _distribution(columns, line, setting, (value, low, high), distribution, found)
    if columns.whole:
        for key, setting in known.items():
            if key not in given:
                cure = f"Add a row: {setting.meaning.en} ({setting.unit}, {limits(setting.low, setting.high)})"
                found.add(columns.file, 0, "piece + name", key, "is missing", cure)


def _distribution(
    columns: Columns, line: int, setting: Setting, given: tuple[Any, Any, Any], distribution: Any, found: Found
) -> None:
    outside = False
    for field, number in zip(("value", "low", "high"), given, strict=True):
        if number is not None and not setting.low <= number <= setting.high:
            wrong = f"is outside what is possible ({limits(setting.low, setting.high)})"
            found.add(columns.file, line, field, f"{number:g}", wrong, "Correct the figure")
            outside = True
    if outside or given[0] is None or distribution is None:
        return
    problem = undrawable(distribution, *(math.nan if number is None else number for number in given))
    if problem:
        shown = ", ".join("empty" if number is None else f"{number:g}" for number in given)
        field = "value, low, high"
        found.add(columns.file, line, field, shown, f"cannot be drawn as {distribution}: {problem[0]}", problem[1])


def _measures(tables: Tables, declared: Declarations, found: Found) -> None:
    columns = tables["measures"]
    kinds = {kind.name: kind for kind in declared.measures}
    for line, name, unit, district, detail in columns.rows("kind", "size_unit", "district", "detail"):
        kind = kinds.get(name)
        if name is not None and kind is None:
            cure = f"Use one of {listed(kinds)}.{found.hint(columns.file, name, kinds)}"
            found.add(columns.file, line, "kind", name, "is not a kind of measure", cure)
        if kind is None:
            continue
        if unit is not None:
            check_unit(columns, line, "size_unit", unit, kind.unit, found)
        _measure_district(columns, line, kind, district, found)
        there = referred(kind.detail, tables, declared) if kind.detail else set()
        _measure_detail(columns, line, kind, detail, there, found)
    for phase in ("prepare", "commit"):
        in_order(columns, tuple(f"{phase}_{end}" for end in ("low", "mode", "high")), found)


def _measure_district(columns: Columns, line: int, kind: MeasureKind, district: Any, found: Found) -> None:
    if kind.district and district is None:
        found.add(columns.file, line, "district", "", f"is empty, but {kind.name!r} needs one", "Write its district")
    elif district is not None and not kind.district:
        wrong = f"has no meaning: {kind.name!r} is not by district"
        found.add(columns.file, line, "district", district, wrong, "Leave it empty")


def _measure_detail(
    columns: Columns, line: int, kind: MeasureKind, detail: Any, there: set[str] | None, found: Found
) -> None:
    if kind.detail and detail is None:
        wrong = f"is empty, but {kind.name!r} needs one"
        found.add(columns.file, line, "detail", "", wrong, f"Write one from {kind.detail}")
    elif detail is not None and not kind.detail:
        found.add(columns.file, line, "detail", detail, f"has no meaning for {kind.name!r}", "Leave it empty")
    elif detail is not None and there is not None and detail not in there:
        cure = f"Use one of {listed(sorted(there))}.{found.hint(columns.file, detail, there)}"
        found.add(columns.file, line, "detail", detail, f"is not in {kind.detail}", cure)


def _plans(tables: Tables, config: Config, found: Found) -> None:
    columns = tables["plans"]
    base = config.base_date
    first = 12 * base.year + base.month if base else None
    for line, start, commit in columns.rows("start", "commit"):
        if start is not None and first is not None and start < first:
            wrong = f"comes before the first month after the base date ({written(first)})"
            found.add(columns.file, line, "start", written(start), wrong, "Start it then or later")
        if start is not None and commit is not None and commit < start:
            wrong = f"comes before its start {written(start)}"
            found.add(columns.file, line, "commit", written(commit), wrong, "Commit it at its start or later")
    if "pipeline" in tables and first is not None:
        for line, month in tables["pipeline"].complete("month"):
            if month < first:
                cure = "Count a home that stood on the base date in homes.csv instead"
                found.add(tables["pipeline"].file, line, "month", written(month), "is not after the base date", cure)


def _goals(tables: Tables, declared: Declarations, config: Config, found: Found) -> None:
    columns = tables["goals"]
    for line, by in columns.complete("by"):
        if config.base_date and by < 12 * config.base_date.year + config.base_date.month:
            found.add(columns.file, line, "by", written(by), "is not after the base date", "Write a month to come")
    outcomes = {outcome.name: outcome for outcome in declared.outcomes}
    for line, name, unit in columns.rows("outcome", "unit"):
        if name is None or not outcomes:
            continue
        repeated = (each for each in outcomes.values() if each.per and name.startswith(f"{each.name}."))
        outcome = outcomes.get(name) or next(repeated, None)
        if outcome is None:
            cure = f"Correct it, or leave it empty.{found.hint(columns.file, name, outcomes)}"
            found.add(columns.file, line, "outcome", name, "is not an outcome of any piece", cure)
        elif unit is not None:
            check_unit(columns, line, "unit", unit, outcome.unit, found)


def _prior(tables: Tables, config: Config, found: Found) -> None:
    prior = tables.get("plant_prior")
    if prior is None or not prior.whole or not config.prior or config.prior in prior.values("prior"):
        return
    there = prior.values("prior")
    cure = f"Use one of {listed(sorted(there))}.{nearest(config.prior, there)}"
    found.add(FILE, 0, "prior", config.prior, "is not in plant_prior.csv", cure)
