# ruff: noqa: E501 - a table of kinds reads best with one kind on a line
"""Kinds of broken case: what to break in a valid one, and what the reader must say about it.

``BROKEN`` lists ``(name, mutate)``; ``mutate(folder)`` breaks the English case that ``helhet.case.template.new_case``
wrote into ``folder``. ``KINDS`` says besides which file and field are to be named, and what is said.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helhet.case.read import embedded

Mutate = Callable[[Path], None]


@dataclass(frozen=True)
class Kind:
    """A kind of broken case. ``value`` must stand on the line that the fault names, unless the row is 0."""

    name: str
    mutate: Mutate
    file: str
    field: str
    value: str
    says: str
    cure: str


def rows_of(folder: Path, table: str) -> tuple[list[str], list[dict[str, str]]]:
    """The heading and rows of a table, without its comments."""
    text = (folder / f"{table}.csv").read_text(encoding="utf-8-sig")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    return list(rows[0]) if rows else lines[0].split(","), rows


def write_rows(folder: Path, table: str, heading: list[str], rows: list[dict[str, str]]) -> None:
    """Write a table back, without comments."""
    out = io.StringIO()
    writer = csv.DictWriter(out, heading, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    (folder / f"{table}.csv").write_text(out.getvalue(), encoding="utf-8")


def cell(table: str, row: int, **new: str) -> Mutate:
    """Put other values into row number ``row`` (0 is the first)."""

    def mutate(folder: Path) -> None:
        heading, rows = rows_of(folder, table)
        rows[row].update(new)
        write_rows(folder, table, heading, rows)

    return mutate


def own(table: str, row: int, **new: str) -> Mutate:
    """Take a national table into the case, with other values in one row."""

    def mutate(folder: Path) -> None:
        (folder / f"{table}.csv").write_bytes((embedded("sweden") / f"{table}.csv").read_bytes())
        cell(table, row, **new)(folder)

    return mutate


def setting(key: str, **new: str) -> Mutate:
    """Put other values into the row of a setting ``piece.name``."""

    def mutate(folder: Path) -> None:
        heading, rows = rows_of(folder, "settings")
        next(row for row in rows if f"{row['piece']}.{row['name']}" == key).update(new)
        write_rows(folder, "settings", heading, rows)

    return mutate


def drop(table: str, keep: Callable[[dict[str, str]], bool]) -> Mutate:
    """Keep only some rows."""

    def mutate(folder: Path) -> None:
        heading, rows = rows_of(folder, table)
        write_rows(folder, table, heading, [row for row in rows if keep(row)])

    return mutate


def again(table: str, row: int) -> Mutate:
    """Write a row twice."""

    def mutate(folder: Path) -> None:
        heading, rows = rows_of(folder, table)
        write_rows(folder, table, heading, [*rows, rows[row]])

    return mutate


def text(file: str, old: str, new: str) -> Mutate:
    """Replace the first ``old`` in a file by ``new``."""

    def mutate(folder: Path) -> None:
        told = (folder / file).read_text(encoding="utf-8")
        assert old in told, f"{old!r} is not in {file}"
        (folder / file).write_text(told.replace(old, new, 1), encoding="utf-8")

    return mutate


def data(file: str, content: bytes) -> Mutate:
    """Write these bytes instead of the file."""
    return lambda folder: _write(folder / file, content)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def recode(table: str, change: Callable[[str], bytes]) -> Mutate:
    """Write the file's text in another way."""
    return lambda folder: _write(folder / f"{table}.csv", change((folder / f"{table}.csv").read_text(encoding="utf-8")))


def geo(change: Callable[[dict[str, Any]], None]) -> Mutate:
    """Change the districts' outlines."""

    def mutate(folder: Path) -> None:
        path = folder / "districts.geojson"
        told = json.loads(path.read_text(encoding="utf-8"))
        change(told)
        path.write_text(json.dumps(told), encoding="utf-8")

    return mutate


def points(change: Callable[[list[list[float]]], list[list[float]]]) -> Mutate:
    """Change the outline of the first district."""

    def mutate(told: dict[str, Any]) -> None:
        polygon = told["features"][0]["geometry"]["coordinates"]
        polygon[0] = change(polygon[0])

    return geo(mutate)


def remove(file: str) -> Mutate:
    """Delete a file."""
    return lambda folder: (folder / file).unlink()


def instead(file: str, make: Callable[[Path], None]) -> Mutate:
    """Put something that is not an ordinary file in its place."""

    def mutate(folder: Path) -> None:
        (folder / file).unlink()
        make(folder / file)

    return mutate


def huge(table: str, size: int) -> Mutate:
    """A file of ``size`` bytes in one line; it has a hole, so it takes no room on the disk."""

    def mutate(folder: Path) -> None:
        with (folder / f"{table}.csv").open("wb") as file:
            file.write(b"x")
            file.truncate(size)
            file.seek(size - 1)
            file.write(b"x")

    return mutate


def long_line(folder: Path) -> None:
    """A note of three million letters."""
    cell("jobs", 0, note="x" * 3_000_000)(folder)


def both(*several: Mutate) -> Mutate:
    """One after the other."""

    def mutate(folder: Path) -> None:
        for each in several:
            each(folder)

    return mutate


def sweref(x: float, y: float) -> list[float]:
    """Degrees to (roughly) metres of SWEREF 99 TM."""
    return [500000 + (x - 15) * 48000, y * 111000]


KINDS = [
    # files
    Kind("a table is missing", remove("jobs.csv"), "jobs.csv", "", "", "is missing", "heading employer,occupation"),
    Kind("case.toml is missing", remove("case.toml"), "case.toml", "", "", "no such file", "Add it"),
    Kind("a table is empty", data("jobs.csv", b""), "jobs.csv", "", "", "is empty", "heading"),
    Kind("a table is blank", data("jobs.csv", b"\n \n;;\n"), "jobs.csv", "", "", "no heading", "employer,occupation"),
    Kind("a table has a heading only", drop("jobs", lambda _: False), "jobs.csv", "", "", "no rows", "Add rows"),
    Kind("a table is a folder", instead("jobs.csv", Path.mkdir), "jobs.csv", "", "", "is a folder", "ordinary file"),
    Kind(
        "a link runs in a ring",
        instead("jobs.csv", lambda path: path.symlink_to(path)),
        "jobs.csv",
        "",
        "",
        "cannot be opened",
        "ordinary file",
    ),
    Kind(
        "a link points nowhere",
        instead("jobs.csv", lambda path: path.symlink_to("gone.csv")),
        "jobs.csv",
        "",
        "",
        "no such file",
        "Add it",
    ),
    Kind("a table is a pipe", instead("jobs.csv", os.mkfifo), "jobs.csv", "", "", "not an ordinary", "ordinary file"),
    Kind(
        "a table's name is misspelt",
        lambda folder: (folder / "pipeline.csv").rename(folder / "pipelines.csv") and None,
        "pipelines.csv",
        "",
        "",
        "is not a table",
        "'pipeline.csv'",
    ),
    Kind("a table is 2 GB in one line", huge("jobs", 2 << 30), "jobs.csv", "", "2048 MB", "larger than", "Keep only"),
    Kind("a line of 100 MB", huge("jobs", 100 << 20), "jobs.csv", "", "", "longer than 1 MB", "line break"),
    Kind("a line of 3 MB", long_line, "jobs.csv", "", "", "longer than 1 MB", "quotation mark"),
    Kind("a million lines", lambda folder: _write(folder / "jobs.csv", b"a,b\n" * 1_000_000), "jobs.csv", "", "", "200,000 lines", "Keep only"),
    Kind("a thousand fields", lambda folder: _write(folder / "jobs.csv", b"a," * 1000 + b"\n"), "jobs.csv", "", "", "200 fields", "employer"),
    # encodings and the form of CSV
    Kind("zero bytes", recode("jobs", lambda t: t.encode("utf-16-le")), "jobs.csv", "", "", "zero byte", "UTF-8"),
    Kind(
        "Windows letters with commas",
        recode("districts", lambda t: t.encode("cp1252")),
        "districts.csv",
        "",
        "",
        "is not UTF-8",
        "CSV UTF-8",
    ),
    Kind(
        "bytes of no encoding",
        recode("districts", lambda t: t.replace(",", ";").encode() + b"\x81;\x8d\xff"),
        "districts.csv",
        "",
        "",
        "is not UTF-8",
        "CSV UTF-8",
    ),
    Kind(
        "UTF-16 that breaks off",
        recode("jobs", lambda t: t.encode("utf-16")[:-1]),
        "jobs.csv",
        "",
        "",
        "does not go on so",
        "CSV UTF-8",
    ),
    Kind(
        "letters lost in conversion",
        cell("districts", 2, name="SÃ¶derby"),
        "districts.csv",
        "name",
        "SÃ¶derby",
        "lost",
        "å, ä and ö",
    ),
    Kind(
        "a quotation mark left open",
        text("jobs.csv", "industry,operators", '"industry,operators'),
        "jobs.csv",
        "",
        "",
        "cannot be split",
        "quotation mark",
    ),
    Kind(
        "a comma in a text without quotation marks",
        text("districts.csv", "Centrum,", "Centrum, Norr,"),
        "districts.csv",
        "",
        "",
        "more cells than the heading",
        "quotation marks",
    ),
    Kind("a row cut short", text("jobs.csv", "operators,110,persons,2018", "operators,110"), "jobs.csv", "", "", "cells where", "Fill the row"),
    Kind(
        "a field is missing",
        text("jobs.csv", "value,unit,year", "value,unit,note2"),
        "jobs.csv",
        "year",
        "",
        "missing from the heading",
        "Add the column",
    ),
    Kind("a field is misspelt", text("jobs.csv", ",value,", ",vaule,"), "jobs.csv", "vaule", "", "is not a field", "'value'"),
    Kind("a field is there twice", text("jobs.csv", ",note", ",year"), "jobs.csv", "year", "", "stands twice", "Remove"),
    # cells
    Kind("an empty value", cell("jobs", 1, value=""), "jobs.csv", "value", "", "is empty", "Write the value (persons)"),
    Kind("not a number", cell("jobs", 1, value="many"), "jobs.csv", "value", "many", "is not a number", "digits"),
    Kind("not-a-number", cell("jobs", 1, value="NaN"), "jobs.csv", "value", "NaN", "is not a number", "assumed"),
    Kind("infinity", cell("jobs", 1, value="inf"), "jobs.csv", "value", "inf", "is not a number", "figure"),
    Kind("a number beyond all", cell("jobs", 1, value="1e999"), "jobs.csv", "value", "1e999", "too large", "finite"),
    Kind("a decimal comma between commas", cell("jobs", 1, value="40,5"), "jobs.csv", "value", "40,5", "not a number", "decimal point"),
    Kind("an error of the spreadsheet", cell("jobs", 1, value="#REF!"), "jobs.csv", "value", "#REF!", "not a number", "spreadsheet"),
    Kind("a negative number", cell("jobs", 1, value="-40"), "jobs.csv", "value", "-40", "outside what is possible (at least 0)", "Correct"),
    Kind("a percentage for a share", cell("occupations", 0, women="25"), "occupations.csv", "women", "25", "outside", "0.12 instead of 12"),
    Kind("a per cent sign", cell("occupations", 0, women="25 %"), "occupations.csv", "women", "25 %", "not a number", "0.12"),
    Kind("half a month", cell("measures", 0, over_months="12.5"), "measures.csv", "over_months", "12.5", "not a whole number", "whole"),
    Kind("a wrong unit", cell("jobs", 1, unit="thousands"), "jobs.csv", "unit", "thousands", "is not the unit", "'persons'"),
    Kind("per cent as a unit", cell("plant_occupations", 0, unit="percent"), "plant_occupations.csv", "unit", "percent", "is not the unit", "Divide by 100"),
    Kind("a wrong status", cell("jobs", 1, status="guess"), "jobs.csv", "status", "guess", "not one of the words", "measured, official, claim or assumed"),
    Kind("a wrong word", cell("employers", 1, sector="factory"), "employers.csv", "sector", "factory", "not one of the words", "plant, industry"),
    Kind("a malformed short name", cell("districts", 2, district="Söderby"), "districts.csv", "district", "Söderby", "not a short name", "a-z"),
    Kind("a month as the spreadsheet writes it", cell("pipeline", 0, month="sep-19"), "pipeline.csv", "month", "sep-19", "not a month", "2020-05"),
    Kind("a thirteenth month", cell("pipeline", 0, month="2019-13"), "pipeline.csv", "month", "2019-13", "not a month", "2020-05"),
    Kind("a text beyond measure", cell("jobs", 1, note="x" * 3000), "jobs.csv", "note", "xxx", "longer than 2000", "Shorten"),
    Kind("a year that is none", cell("jobs", 1, year="last year"), "jobs.csv", "year", "last year", "names no year", "2009-2018"),
    Kind("a figure from after the knowledge date", cell("jobs", 1, year="2021"), "jobs.csv", "year", "2021", "later than the knowledge date 2019-03-07", "claim"),
    Kind("a month after the knowledge date", cell("jobs", 1, year="2019-04"), "jobs.csv", "year", "2019-04", "later than", "known then"),
    # references and keys
    Kind("an unknown district", cell("homes", 0, district="centrun"), "homes.csv", "district", "centrun", "not in districts.csv", "'centrum'"),
    Kind("an unknown occupation", cell("jobs", 1, occupation="wizards"), "jobs.csv", "occupation", "wizards", "not in occupations.csv", "Add it"),
    Kind("jobs for an unknown employer", cell("jobs", 1, employer="industri"), "jobs.csv", "employer", "industri", "not in employers.csv", "'industry'"),
    Kind("an unknown source", cell("jobs", 1, source="made_up hearsay"), "jobs.csv", "source", "hearsay", "not in sources.csv", "Add it"),
    Kind("no source", cell("jobs", 1, source=""), "jobs.csv", "source", "", "is empty", "Write the source"),
    Kind("a duplicate row", again("jobs", 0), "jobs.csv", "employer + occupation", "industry, operators", "is there already, in row 2", "Keep one"),
    Kind(
        "a source that means something else nationally",
        both(text("sources.csv", "made_up,", "assumed,")),
        "sources.csv",
        "source",
        "assumed",
        "another source in sweden/sources.csv",
        "short name",
    ),
    # case.toml
    Kind("not TOML", text("case.toml", 'id = "my-town"', "id = my-town"), "case.toml", "", "", "is not TOML", "Write each line"),
    Kind("a missing key", text("case.toml", "years = 15", ""), "case.toml", "years", "", "is missing", "how many years"),
    Kind("an unknown key", text("case.toml", "years =", "yeras ="), "case.toml", "yeras", "", "is not a key", "'years'"),
    Kind("a base date within the year", text("case.toml", "2018-12-31", "2018-06-30"), "case.toml", "base_date", "2018-06-30", "not a 31 December", "31 December"),
    Kind("a knowledge date before the base date", text("case.toml", "2019-03-07", "2017-03-07"), "case.toml", "knowledge_date", "2017-03-07", "before the base date", "on or after"),
    Kind("a date that does not exist", text("case.toml", "2018-12-31", '"2018-12-32"'), "case.toml", "base_date", "2018-12-32", "is not a date", "31 December"),
    Kind("too many years", text("case.toml", "years = 15", "years = 5000"), "case.toml", "years", "5000", "number of years", "1 to 100"),
    Kind("a language we do not speak", text("case.toml", '"en"', '"no"'), "case.toml", "language", "no", "cannot be used", "'sv' or 'en'"),
    Kind("an unknown prior", text("case.toml", '"default"', '"optimist"'), "case.toml", "prior", "optimist", "not in plant_prior.csv", "default"),
    Kind("an unknown national folder", text("case.toml", '"sweden"', '"sverige"'), "case.toml", "national", "sverige", "not an embedded folder", "sweden"),
    Kind("a file outside the folder", text("case.toml", '"districts.geojson"', '"../districts.geojson"'), "case.toml", "districts", "../districts.geojson", "cannot be used", "GeoJSON"),
    # totals and orders
    Kind("districts that do not sum to the population", cell("districts", 0, residents="1400"), "districts.csv", "residents", "2400", "population.csv has 2000", "agree"),
    Kind("more people in households than in town", cell("households", 1, value="900"), "households.csv", "value", "3140", "at least 3140 people", "agree"),
    Kind("far too few people in households", cell("households", 1, value="0") , "households.csv", "value", "1360", "at most 1360 people", "agree"),
    Kind("more households than homes", cell("homes", 2, value="0"), "homes.csv", "value", "905", "965 households but only 905 homes", "agree"),
    Kind("a district without homes", drop("homes", lambda row: row["district"] != "soderby"), "districts.csv", "residents", "soderby", "no homes", "Add its homes"),
    Kind("odds that do not sum to one", cell("plant_prior", 0, value="0.5"), "plant_prior.csv", "value", "1.3", "do not sum to 1", "sum to 1"),
    Kind("an outcome without odds", drop("plant_prior", lambda row: row["outcome"] != "cancelled"), "plant_prior.csv", "outcome", "cancelled", "some rows are missing (default)", "Add a row"),
    Kind("plant occupations that do not sum to one", cell("plant_occupations", 0, value="0.5"), "plant_occupations.csv", "value", "0.9", "do not sum to 1", "sum to 1"),
    Kind("schooling that does not sum to one", cell("schooling", 0, value="0.9"), "schooling.csv", "value", "", "the shares (women) do not sum", "sum to 1"),
    Kind("missing ages", drop("population", lambda row: row["age"] not in ("7", "40", "41")), "population.csv", "age", "7, 40-41", "some ages are missing (women)", "Add a row"),
    Kind("an age beyond all", cell("population", 110, age="111"), "population.csv", "age", "111", "outside what is possible (0 to 110)", "Correct"),
    Kind("only women", drop("population", lambda row: row["sex"] == "women"), "population.csv", "age", "0-110", "missing (men)", "Add a row"),
    Kind("ages in two bands", own("couples", 1, age_from="17"), "couples.csv", "age_from, age_to", "17-19", "overlaps the ages up to 17 (women)", "Begin at 18"),
    Kind("ages in no band", own("couples", 2, age_from="23"), "couples.csv", "age_from, age_to", "23-24", "leaves out ages 20 to 22 (women)", "Begin at 20"),
    Kind("a band that ends before it begins", own("couples", 2, age_to="19"), "couples.csv", "age_from, age_to", "20-19", "ends before it begins", "Change places"),
    Kind("a death rate is missing", both(own("mortality", 0), drop("mortality", lambda row: row["age"] != "110")), "mortality.csv", "age", "110", "some ages are missing (men)", "Add a row"),
    Kind("an observed flow is missing", drop("observed", lambda row: row["flow"] != "births"), "observed.csv", "flow", "births", "some rows are missing", "Add a row"),
    Kind("months out of order", cell("plant_jobs", 1, month="2023-06"), "plant_jobs.csv", "month", "2022-06", "before the row above", "Sort"),
    Kind("a plan that starts before the base date", cell("plans", 0, start="2018-04"), "plans.csv", "start", "2018-04", "before the first month after the base date (2019-01)", "then or later"),
    Kind("a plan committed before it starts", cell("plans", 1, commit="2019-03"), "plans.csv", "commit", "2019-03", "before its start 2019-04", "at its start or later"),
    Kind("homes ready before the base date", cell("pipeline", 0, month="2018-09"), "pipeline.csv", "month", "2018-09", "not after the base date", "homes.csv"),
    Kind("a plan with an unknown measure", cell("plans", 0, measure="castle"), "plans.csv", "measure", "castle", "not in measures.csv", "Add it"),
    Kind("a plan without a name", cell("plans", 0, plan="act_erly"), "plans.csv", "plan", "act_erly", "not in plan_names.csv", "'act_early'"),
    # measures, goals and settings
    Kind("lead times out of order", cell("measures", 0, prepare_low="40"), "measures.csv", "prepare_low, prepare_mode, prepare_high", "40, 18, 36", "not in order", "least first"),
    Kind("an unknown kind of measure", cell("measures", 0, kind="castles"), "measures.csv", "kind", "castles", "not a kind of measure", "homes"),
    Kind("a detail that does not exist", cell("measures", 0, detail="palace"), "measures.csv", "detail", "palace", "not in homes.type", "rental"),
    Kind("a measure without its detail", cell("measures", 3, detail=""), "measures.csv", "detail", "", "needs one", "occupations.occupation"),
    Kind("homes nowhere", cell("measures", 0, district=""), "measures.csv", "district", "", "needs one", "Write its district"),
    Kind("training in a district", cell("measures", 3, district="centrum"), "measures.csv", "district", "centrum", "not by district", "empty"),
    Kind("a measure in a wrong unit", cell("measures", 0, size_unit="m2"), "measures.csv", "size_unit", "m2", "is not the unit", "'dwellings'"),
    Kind("a goal in the past", cell("goals", 0, by="2018-12"), "goals.csv", "by", "2018-12", "not after the base date", "to come"),
    Kind("a goal in a wrong unit", cell("goals", 0, unit="homes"), "goals.csv", "unit", "homes", "is not the unit", "'persons'"),
    Kind("a goal about nothing", cell("goals", 0, outcome="people.happy"), "goals.csv", "outcome", "people.happy", "not an outcome", "Correct"),
    Kind("a missing setting", drop("settings", lambda row: row["name"] != "boys"), "settings.csv", "piece + name", "people.boys", "is missing", "boys among births"),
    Kind("an unknown setting", setting("people.boys", name="boy"), "settings.csv", "piece + name", "people.boy", "not a setting", "'people.boys'"),
    Kind("a setting outside what is possible", setting("people.boys", value="0.9"), "settings.csv", "value", "0.9", "0.4 to 0.6", "Correct"),
    Kind("a triangle whose peak is outside", setting("work.seek", value="0.9"), "settings.csv", "value, low, high", "0.9, 0.25, 0.55", "cannot be drawn as triangular", "Correct the value"),
    Kind("a range the wrong way round", setting("plant.slip", low="12", high="0"), "settings.csv", "value, low, high", "6, 12, 0", "cannot be drawn as uniform", "smaller number"),
    Kind("a distribution without a range", setting("work.seek", low="", high=""), "settings.csv", "value, low, high", "0.4, empty, empty", "low or high is empty", "'certain'"),
    Kind("a lognormal at zero", setting("work.multiplier", low="0"), "settings.csv", "value, low, high", "0.5, 0, 1.25", "not above zero", "range above zero"),
    Kind("a lopsided normal", setting("people.fertility", high="3"), "settings.csv", "value, low, high", "1, 0.88, 3", "too far from the middle", "'triangular'"),
    Kind("certain with a range", setting("people.boys", low="0.5", high="0.52"), "settings.csv", "value, low, high", "0.515, 0.5, 0.52", "no meaning when certain", "empty"),
    # deciding
    Kind("no table of needs", remove("needs.csv"), "needs.csv", "", "", "is missing", "heading need,tolerance"),
    Kind("a need without a row", drop("needs", lambda row: row["need"] != "beds"), "needs.csv", "need", "beds", "is missing", "beds for builders (beds)"),
    Kind("an unknown need", cell("needs", 2, need="home"), "needs.csv", "need", "home", "not a need of any piece", "'homes'"),
    Kind("a need in a wrong unit", cell("needs", 2, need_unit="dwellings"), "needs.csv", "need_unit", "dwellings", "is not the unit", "'households'"),
    Kind("a tolerance in per cent", cell("needs", 0, tolerance="3"), "needs.csv", "tolerance", "3", "outside what is possible (0 to 1)", "0.12 instead of 12"),
    Kind("a shortage of no months", cell("needs", 0, months="0"), "needs.csv", "months", "0", "outside what is possible (1 to 120)", "Correct"),
    Kind("bodies in a circle", cell("bodies", 2, then="board"), "bodies.csv", "then", "council", "in a circle: board > council > board", "for good"),
    Kind("a body that goes on to itself", cell("bodies", 0, then="committee"), "bodies.csv", "then", "committee", "in a circle: committee > committee", "for good"),
    Kind("a body that never meets", drop("meetings", lambda row: row["body"] != "council"), "bodies.csv", "body", "council", "never meets", "meetings.csv"),
    Kind("a body that goes on to nobody known", cell("bodies", 1, then="parliament"), "bodies.csv", "then", "parliament", "not in bodies.csv", "Add it"),
    Kind("a last body with a time ahead", cell("bodies", 2, ahead="2"), "bodies.csv", "ahead", "2", "nothing goes on from here", "Write 0"),
    Kind("a meeting of an unknown body", cell("meetings", 0, body="comittee"), "meetings.csv", "body", "comittee", "not in bodies.csv", "'committee'"),
    Kind("a meeting in a thirteenth month", cell("meetings", 0, month="13"), "meetings.csv", "month", "13", "outside what is possible (1 to 12)", "Correct"),
    Kind("a measure decided by nobody known", cell("measures", 0, commit_body="king"), "measures.csv", "commit_body", "king", "not in bodies.csv", "Add it"),
    Kind("a salvage in per cent", cell("measures", 0, salvage="30"), "measures.csv", "salvage", "30", "outside what is possible (0 to 1)", "0.12 instead of 12"),
    Kind("a measure with an unknown chain", cell("measures", 1, chain="new_plans"), "measures.csv", "chain", "new_plans", "not in steps.csv", "'new_plan'"),
    Kind("no lead time", cell("measures", 0, prepare_low="", prepare_mode="", prepare_high=""), "measures.csv", "prepare_low, prepare_mode, prepare_high", "", "are empty, and there is no chain", "Write the three numbers"),
    Kind("a chain without the steps for it", cell("measures", 1, commit_low="", commit_mode="", commit_high=""), "measures.csv", "commit_low, commit_mode, commit_high", "", "the chain 'new_plan' has no such steps", "name a chain"),
    Kind("a lead time beside a chain", cell("measures", 1, prepare_low="1", prepare_mode="2", prepare_high="3"), "measures.csv", "prepare_low, prepare_mode, prepare_high", "1, 2, 3", "beside the steps that 'new_plan' has", "Leave these empty"),
    Kind("half a lead time", cell("measures", 0, prepare_low=""), "measures.csv", "prepare_low, prepare_mode, prepare_high", "18, 36", "not all there", "all three"),
    Kind("a step out of order", cell("steps", 0, mode="40"), "steps.csv", "low, mode, high", "6, 40, 18", "not in order", "least first"),
    Kind("a step more than sure", cell("steps", 1, chance="1.5"), "steps.csv", "chance", "1.5", "outside what is possible (0 to 1)", "0.12 instead of 12"),
    Kind("a step of no phase", cell("steps", 1, phase="plan"), "steps.csv", "phase", "plan", "not one of the words", "prepare or commit"),
    Kind("a step twice", again("steps", 1), "steps.csv", "chain + step", "new_plan, appeal", "is there already", "Keep one"),
    Kind("news that has come", cell("signals", 0, month="2018-12"), "signals.csv", "month", "2018-12", "not after the base date", "plant_prior.csv"),
    Kind("news in per cent", cell("signals", 0, if_comes="90"), "signals.csv", "if_comes", "90", "outside what is possible (0 to 1)", "0.12 instead of 12"),
    Kind("no table of choices", remove("choices.csv"), "choices.csv", "", "", "is missing", "heading choice,value"),
    Kind("a choice not made", drop("choices", lambda row: row["choice"] != "risk"), "choices.csv", "choice", "risk", "some rows are missing", "Add a row"),
    Kind("a choice in a wrong unit", cell("choices", 1, unit="share per year"), "choices.csv", "unit", "share per year", "is not the unit", "'share per month'"),
    Kind("a choice that is none", cell("choices", 1, choice="luck"), "choices.csv", "choice", "luck", "not one of the words", "interest, hazard or risk"),
    # outlines
    Kind("not JSON", data("districts.geojson", b"{"), "districts.geojson", "", "", "is not GeoJSON", "Export"),
    Kind("JSON without shapes", data("districts.geojson", b"[1, 2]"), "districts.geojson", "", "", "no polygons", "FeatureCollection"),
    Kind("JSON nested beyond all", data("districts.geojson", b"[" * 100_000), "districts.geojson", "", "", "is not GeoJSON", "Export"),
    Kind("a missing file of outlines", remove("districts.geojson"), "case.toml", "districts", "districts.geojson", "no such file", "Add it"),
    Kind("an outline that is not closed", points(lambda ring: ring[:-1]), "districts.geojson", "feature 1", "", "not closed", "begins with"),
    Kind("an outline of two points", points(lambda ring: ring[:2]), "districts.geojson", "feature 1", "", "fewer than four", "three corners"),
    Kind("an outline in metres", points(lambda ring: [sweref(*p) for p in ring]), "districts.geojson", "feature 1", "", "SWEREF 99 TM", "EPSG:4326"),
    Kind("latitude before longitude", points(lambda ring: [[y, x] for x, y in ring]), "districts.geojson", "centrum", "", "far from its point", "changed places"),
    Kind("an outline without area", points(lambda ring: [ring[0], ring[1], ring[0], ring[0]]), "districts.geojson", "feature 1", "", "without area", "around"),
    Kind("a point that is words", points(lambda ring: [["x", "y"], *ring[1:]]), "districts.geojson", "feature 1", "", "not two numbers", "degrees"),
    Kind("a district without outline", geo(lambda told: told["features"].pop()), "districts.geojson", "district", "soderby", "has no outline", "Draw one"),
    Kind("an outline of an unknown district", geo(lambda told: told["features"][0]["properties"].update(district="centre")), "districts.geojson", "district", "centre", "not a district", "property 'district'"),
    Kind("a line for an outline", geo(lambda told: told["features"][0]["geometry"].update(type="LineString")), "districts.geojson", "feature 1", "LineString", "not a polygon", "Polygon"),
]  # fmt: skip

BROKEN: list[tuple[str, Mutate]] = [(kind.name, kind.mutate) for kind in KINDS]
