"""Whether the tables of a case agree with one another: ages that are all there, shares that sum to one, totals.

A table is looked for by name; one that no piece declares is not checked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from helhet.case.columns import Columns
from helhet.case.found import Found, listed, ranges

EVERY_AGE = ("population", "mortality")
"""Tables that must hold every age; in others, an age that is left out at either end has the rate zero."""
SUMS_TO_ONE = {"plant_prior": ("prior",), "plant_occupations": (), "schooling": ("sex",)}
"""Tables of shares that sum to one within each group of the fields named."""
EVERY_WORD = {"observed": "flow", "plant_prior": "outcome", "households": "persons", "choices": "choice"}
"""Tables in which every possible value of a field must occur (in each group)."""
SHARE_TOLERANCE = 0.001
TOTAL_TOLERANCE = 0.005
"""How far two totals that should be equal may differ, relative: published totals are rounded."""
MOST_OUTSIDE_HOUSEHOLDS = 0.2
LARGEST_HOUSEHOLD = 8
"""Persons in a household of six or more, at most, on average."""

Tables = Mapping[str, Columns]


def check_agreement(tables: Tables, found: Found) -> None:
    """Check what no single row can tell."""
    for columns in tables.values():
        if not columns.whole or not len(columns):
            continue
        if "age" in columns.table.key:
            _ages(columns, found)
        if "age_from" in columns.cells:
            _bands(columns, found)
        _sums(columns, found)
        _words(columns, found)
    _population(tables, found)
    _homes(tables, found)


def _by(
    columns: Columns, fields: Iterable[str], *names: str
) -> dict[tuple[object, ...], list[tuple[int, list[float]]]]:
    """Complete rows as (line, values), grouped by the values of ``fields``."""
    keys = tuple(fields)
    groups: dict[tuple[object, ...], list[tuple[int, list[float]]]] = defaultdict(list)
    for line, *rest in columns.complete(*keys, *names):
        groups[tuple(rest[: len(keys)])].append((line, rest[len(keys) :]))
    return groups


def _group_name(group: tuple[object, ...]) -> str:
    return " (" + ", ".join(str(part) for part in group) + ")" if group else ""


def _ages(columns: Columns, found: Found) -> None:
    age = next(field for field in columns.table.fields if field.name == "age")
    others = [name for name in columns.table.key if name != "age"]
    groups = _by(columns, others, "age")
    wanted = [field for field in columns.table.fields if field.name in others and field.choices]
    if len(others) == 1 and wanted:
        for word in wanted[0].choices:
            groups.setdefault((word,), [])
    for group, rows in groups.items():
        ages = {int(values[0]) for _, values in rows}
        if columns.table.name in EVERY_AGE and age.low is not None and age.high is not None:
            expected = set(range(int(age.low), int(age.high) + 1))
        else:
            expected = set(range(min(ages), max(ages) + 1)) if ages else {int(age.low or 0)}
        missing = expected - ages
        if missing:
            wrong = f"some ages are missing{_group_name(group)}"
            found.add(columns.file, 0, "age", ranges(missing), wrong, "Add a row for each (0 where there is nobody)")


def _bands(columns: Columns, found: Found) -> None:
    others = [name for name in columns.table.key if name != "age_from"]
    for group, rows in _by(columns, others, "age_from", "age_to").items():
        before = None
        for line, (low, high) in sorted(rows, key=lambda row: row[1]):
            shown = f"{low:g}-{high:g}"
            if low > high:
                found.add(columns.file, line, "age_from, age_to", shown, "ends before it begins", "Change places")
                continue
            if before is not None and low <= before:
                wrong = f"overlaps the ages up to {before:g}{_group_name(group)}"
                found.add(columns.file, line, "age_from, age_to", shown, wrong, f"Begin at {before + 1:g}")
            elif before is not None and low > before + 1:
                wrong = f"leaves out ages {before + 1:g} to {low - 1:g}{_group_name(group)}"
                found.add(columns.file, line, "age_from, age_to", shown, wrong, f"Begin at {before + 1:g}")
            before = high if before is None else max(before, high)


def _sums(columns: Columns, found: Found) -> None:
    if columns.table.name not in SUMS_TO_ONE:
        return
    for group, rows in _by(columns, SUMS_TO_ONE[columns.table.name], "value").items():
        total = sum(values[0] for _, values in rows)
        if abs(total - 1) > SHARE_TOLERANCE:
            wrong = f"the shares{_group_name(group)} do not sum to 1"
            found.add(columns.file, 0, "value", f"{total:g}", wrong, "Correct them so that they sum to 1")


def _words(columns: Columns, found: Found) -> None:
    name = EVERY_WORD.get(columns.table.name)
    if name is None:
        return
    field = next(field for field in columns.table.fields if field.name == name)
    words: set[object] = set(field.choices)
    if field.kind == "int" and field.low is not None and field.high is not None:
        words = set(range(int(field.low), int(field.high) + 1))
    others = [key for key in columns.table.key if key != name]
    for group, rows in _by(columns, others, name).items():
        missing = words - {values[0] for _, values in rows}
        if missing:
            wrong = f"some rows are missing{_group_name(group)}"
            shown = listed(sorted(str(word) for word in missing))
            found.add(columns.file, 0, name, shown, wrong, "Add a row for each (0 if there is none)")


def _total(tables: Tables, table: str, field: str = "value") -> float | None:
    """The sum of a field; ``None`` if the table is not there, not whole or has a faulty number."""
    columns = tables.get(table)
    if columns is None or not columns.whole or not len(columns) or None in columns.cells[field]:
        return None
    return float(sum(cell for cell in columns.cells[field] if isinstance(cell, int | float)))


def _population(tables: Tables, found: Found) -> None:
    people, residents = _total(tables, "population"), _total(tables, "districts", "residents")
    if people is not None and people < 1:
        found.add(
            tables["population"].file, 0, "value", f"{people:g}", "nobody lives in the town", "Write its residents"
        )
        return
    if people is None:
        return
    if residents is not None and abs(people - residents) > max(1.0, TOTAL_TOLERANCE * people):
        wrong = f"the residents of all districts are {residents:g}, but population.csv has {people:g}"
        found.add(tables["districts"].file, 0, "residents", f"{residents:g}", wrong, "Make the two totals agree")
    if _total(tables, "households") is None:
        return
    households = tables["households"]
    rows = list(households.complete("persons", "value"))
    if len(rows) < len(households):
        return
    least = sum(persons * number for _, persons, number in rows)
    largest = max(persons for _, persons, _ in rows)
    most = sum((LARGEST_HOUSEHOLD if persons == largest else persons) * number for _, persons, number in rows)
    if least > people * (1 + TOTAL_TOLERANCE) + 1:
        wrong = f"the households hold at least {least:g} people, but population.csv has {people:g}"
        found.add(households.file, 0, "value", f"{least:g}", wrong, "Make the two agree")
    elif most < people * (1 - MOST_OUTSIDE_HOUSEHOLDS):
        wrong = f"the households hold at most {most:g} people, but population.csv has {people:g}"
        found.add(households.file, 0, "value", f"{most:g}", wrong, "Make the two agree")


def _homes(tables: Tables, found: Found) -> None:
    homes, households = _total(tables, "homes"), _total(tables, "households")
    if homes is None:
        return
    if households is not None and households > homes + max(1.0, TOTAL_TOLERANCE * homes):
        wrong = f"there are {households:g} households but only {homes:g} homes: a household is the people of one home"
        found.add(tables["homes"].file, 0, "value", f"{homes:g}", wrong, "Make the two totals agree")
    if not tables["districts"].whole:
        return
    stock: dict[object, float] = defaultdict(float)
    for _, district, number in tables["homes"].complete("district", "value"):
        stock[district] += number
    for line, district, residents in tables["districts"].complete("district", "residents"):
        if residents > 0 and stock[district] <= 0:
            wrong = f"has {residents:g} residents but no homes in homes.csv"
            found.add(tables["districts"].file, line, "residents", district, wrong, "Add its homes")
