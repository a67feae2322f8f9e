"""Reference cases are read as they are written, refused when they could not have been known, and told to people."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import importlib.resources
from pathlib import Path

import pytest

from helhet.case.case import Case, Rows, Source
from helhet.case.check_references import check_references
from helhet.case.columns import Columns, arrays, convert, empty
from helhet.case.config import Config
from helhet.case.csvfile import read_sheet
from helhet.case.found import Found
from helhet.case.references import REFERENCES, SETTLED, Reference, read
from helhet.case.tables import COMMON, fields_of
from helhet.show.references import references_table
from helhet.show.voice import Voice
from helhet.words.faults import Faults

TOWN = Path(str(importlib.resources.files("helhet"))) / "cases" / "skelleftea"
NAMES = [field.name for field in fields_of(REFERENCES)]
KNOWN = dt.date(2019, 3, 7)
PLANT = {
    "reference": "works_a",
    "name": "Works A",
    "place": "Aby",
    "country": "SE",
    "kind": "plant",
    "announced_year": "2010",
    "announced_jobs": "400",
    "planned_year": "2012",
    "began_year": "2013",
    "realised_jobs": "250.5",
    "realised_year": "2017",
    "outcome": "smaller",
    "source": "a",
    "status": "claim",
}
AUDIT = {
    "reference": "audit",
    "name": "Audit",
    "place": "Aby",
    "country": "SE",
    "kind": "class",
    "realised_year": "2014",
    "deals": "70",
    "kept": "39",
    "source": "a b",
    "status": "measured",
    "note": "kept late too",
}


def columns(folder: Path, *rows: dict[str, str]) -> Columns:
    """The table read from a file in ``folder``."""
    path = folder / "references.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, NAMES)
        writer.writeheader()
        writer.writerows(rows)
    return _columns(path)


def _columns(path: Path) -> Columns:
    found = Found()
    sheet = read_sheet(path, path.name, fields_of(REFERENCES), found)
    assert sheet is not None
    made = convert(REFERENCES, sheet, found)
    found.check()
    return made


def rows(folder: Path, *given: dict[str, str]) -> Rows:
    return arrays(columns(folder, *given), 0)


def config(known: dt.date = KNOWN) -> Config:
    """A configuration of which only the knowledge date matters."""
    blank = {field.name: None for field in dataclasses.fields(Config)}
    return Config(**(blank | {"knowledge_date": known}))  # type: ignore[arg-type]


def faults(folder: Path, *given: dict[str, str]) -> str:
    """What is said of the rows, one fault a line; empty when they are sound."""
    found = Found()
    check_references(columns(folder, *given), config(), found)
    try:
        found.check()
    except Faults as told:
        return str(told)
    return ""


def with_references(case: Case, made: Rows) -> Case:
    sources = {name: Source(name, f"Title {name}", f"Paper {name.upper()}", "2016", "") for name in "ab"}
    return dataclasses.replace(case, tables={**case.tables, "references": made}, sources=sources)


def default() -> tuple[Reference, ...]:
    return read(arrays(_columns(TOWN / "references.csv"), 0))


def test_a_row_is_read_as_written_and_what_is_left_empty_is_none(tmp_path: Path) -> None:
    plant, audit = read(rows(tmp_path, PLANT, AUDIT))
    assert (plant.id, plant.kind, plant.outcome, plant.source) == ("works_a", "plant", "smaller", "a")
    assert (plant.announced_year, plant.realised_jobs, plant.deals, plant.note) == (2010, 250.5, None, "")
    assert (audit.kept, audit.deals, audit.outcome, audit.began_year) == (39, 70, "", None)


def test_no_table_is_no_references() -> None:
    assert read(arrays(empty(REFERENCES, "references.csv"), 0)) == ()


def test_the_table_is_a_common_one_that_may_be_missing() -> None:
    assert REFERENCES in COMMON
    assert not REFERENCES.required


@pytest.mark.parametrize("year", ["announced_year", "began_year", "realised_year", "before_year", "after_year"])
def test_what_happened_after_the_year_of_the_knowledge_date_is_refused(year: str, tmp_path: Path) -> None:
    later = PLANT | {"people_before": "1", "before_year": "2010", "people_after": "2", "after_year": "2015"}
    assert faults(tmp_path, later) == ""
    said = faults(tmp_path, later | {year: "2020"})
    assert f"references.csv, row 2, {year}: is later than the year of the knowledge date, 2019" in said


def test_a_plan_may_lie_ahead_of_the_knowledge_date(tmp_path: Path) -> None:
    assert faults(tmp_path, PLANT | {"planned_year": "2032", "began_year": "", "outcome": "open"}) == ""


@pytest.mark.parametrize(
    ("row", "changed", "says"),
    [
        (PLANT, {"outcome": ""}, "outcome: is empty, but 'plant' needs one"),
        (PLANT, {"kind": "works", "outcome": ""}, "outcome: is empty, but 'works' needs one"),
        (PLANT, {"kind": "boom"}, "outcome: has no meaning for 'boom' ('smaller')"),
        (PLANT, {"outcome": "cancelled"}, "began_year: is the year it began, but it was cancelled"),
        (PLANT, {"began_year": "2009"}, "began_year: comes before announced_year, 2010"),
        (PLANT, {"realised_year": "2009"}, "realised_year: comes before announced_year, 2010"),
        (PLANT, {"people_before": "5"}, "before_year: is empty, but people_before is not"),
        (PLANT, {"after_year": "2015"}, "people_after: is empty, but after_year is not"),
        (PLANT, {"deals": "5"}, "deals: has no meaning for 'plant'"),
        (AUDIT, {"kept": ""}, "kept: is empty, but 'class' needs it"),
        (AUDIT, {"kept": "71"}, "kept: is more than the 70 deals"),
        (AUDIT, {"outcome": "full"}, "outcome: has no meaning for 'class'"),
    ],
)
def test_a_row_must_say_what_its_kind_must_say(
    row: dict[str, str], changed: dict[str, str], says: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, row) == ""
    assert says in faults(tmp_path, row | changed)


def test_the_default_case_knows_nothing_later_than_its_knowledge_date() -> None:
    found = Found()
    check_references(_columns(TOWN / "references.csv"), config(), found)
    found.check()
    with (TOWN / "sources.csv").open(encoding="utf-8", newline="") as file:
        published = {row["source"]: int(row["published"]) for row in csv.DictReader(file)}
    for one in default():
        assert one.source, one.id
        for source in one.source.split():
            assert published[source] <= KNOWN.year, (one.id, source)


def test_the_default_case_does_not_learn_from_its_own_fate() -> None:
    said = " ".join(f"{one.id} {one.name} {one.place} {one.note}" for one in default()).casefold()
    assert "northvolt" not in said
    assert "skellefte" not in said
    assert {one.country for one in default()} == {"US", "GB"}


def test_the_default_case_has_plants_that_did_well_and_plants_that_did_not() -> None:
    outcomes = [one.outcome for one in default() if one.kind == "plant"]
    assert {name: outcomes.count(name) for name in (*SETTLED, "open")} == {
        "full": 2,
        "delayed": 1,
        "smaller": 3,
        "cancelled": 1,
        "collapse": 2,
        "open": 2,
    }


def test_the_six_cell_makers_of_the_2009_grants_are_all_there() -> None:
    assert sum("battery_grants_2009" in one.source.split() for one in default()) == 6


def test_people_read_promise_and_count_with_their_years(small: Case, tmp_path: Path) -> None:
    people = {"people_before": "72467", "before_year": "2010", "people_after": "80000", "after_year": "2016"}
    table = references_table(with_references(small, rows(tmp_path, PLANT | people, AUDIT)), Voice("en"))
    assert table is not None
    assert all(len(row) == len(table.head) for row in table.rows)
    plant, audit = (dict(zip(table.head, row, strict=True)) for row in table.rows)
    assert plant["Reference case"] == "Works A\nAby, SE (plant)"
    assert (plant["Jobs promised"], plant["Jobs counted"]) == ("400 (2010)", "250.5 (2017)")
    assert plant["Was to begin / began"] == "2012 / 2013"
    assert plant["Residents before and after"] == "72,467 (2010)\n80,000 (2016)"
    assert plant["What became of it"] == "smaller (2017)"
    assert (plant["Source"], plant["How sure"]) == ("Paper A 2016", "claim by a company or the town")
    assert audit["What became of it"] == "39 of 70 promises kept (2014)"
    assert (audit["Jobs promised"], audit["Residents before and after"], audit["Note"]) == ("–", "–", "kept late too")
    assert (audit["Was to begin / began"], audit["Source"]) == ("– / –", "Paper A 2016; Paper B 2016")


def test_without_references_there_is_no_table(small: Case) -> None:
    none = arrays(empty(REFERENCES, "references.csv"), 0)
    assert references_table(with_references(small, none), Voice("en")) is None
    bare = {name: table for name, table in small.tables.items() if name != "references"}
    assert references_table(dataclasses.replace(small, tables=bare), Voice("en")) is None
