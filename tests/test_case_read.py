"""A case folder is read as it is, and everything wrong with it is said at once."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from broken_cases import BROKEN, KINDS, Kind, cell, huge, remove, rows_of, setting, text, write_rows

from helhet.case.case import Case
from helhet.case.columns import NO_MONTH
from helhet.case.found import TOLD
from helhet.case.read import embedded, embedded_cases, read_case
from helhet.case.template import new_case
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.words.faults import Fault, Faults

DECLARED = declarations(pieces())


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small valid case, not to be changed."""
    folder = tmp_path_factory.mktemp("sound") / "town"
    new_case(folder, "en", DECLARED)
    return folder


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A small valid case of one's own."""
    return Path(shutil.copytree(sound, tmp_path / "town"))


def faults_of(folder: Path) -> list[Fault]:
    with pytest.raises(Faults) as raised:
        read_case(folder, DECLARED)
    return raised.value.faults


def assert_same_content(one: Case, other: Case) -> None:
    assert one.settings == other.settings
    assert one.measures == other.measures
    assert one.plans == other.plans
    assert one.sources == other.sources
    assert (one.needs, one.choices, one.signals, one.bodies) == (
        other.needs,
        other.choices,
        other.signals,
        other.bodies,
    )
    assert (one.occupations, one.employers) == (other.occupations, other.employers)
    for name, rows in one.tables.items():
        for field, column in rows.columns.items():
            np.testing.assert_array_equal(column, other.tables[name][field], err_msg=f"{name}.{field}")


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_each_kind_of_broken_case_is_told_with_place_value_and_cure(kind: Kind, folder: Path) -> None:
    kind.mutate(folder)
    told = faults_of(folder)
    fitting = [f for f in told if f.file == kind.file and f.field == kind.field and kind.says in f.wrong]
    assert fitting, "\n".join(map(str, told))
    fault = fitting[0]
    assert kind.value in fault.value
    assert kind.cure in fault.cure
    assert fault.file in str(fault)
    if fault.row:
        assert f"row {fault.row}" in str(fault)
        line = (folder / kind.file).read_text(encoding="utf-8", errors="replace").splitlines()[fault.row - 1]
        shown = [] if kind.field == "value, low, high" else re.split(r"[,. ]+|(?<=\d)-(?=\d\d$)", kind.value)
        assert all(part in line for part in shown)
    assert len(told) <= 3 * TOLD


def test_there_are_more_than_forty_kinds_of_broken_case_each_with_its_own_name() -> None:
    names = [name for name, _ in BROKEN]
    assert len(set(names)) == len(names) > 40


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.file.endswith(".csv")], ids=lambda kind: kind.name)
def test_a_fault_elsewhere_is_told_together_with_it(kind: Kind, folder: Path) -> None:
    kind.mutate(folder)
    text("case.toml", "years = 15", "years = 0")(folder)
    (folder / "notes.csv").write_text("a,b\n1,2\n")
    told = {fault.file for fault in faults_of(folder)}
    assert {kind.file, "case.toml", "notes.csv"} <= told


def test_five_faults_in_three_files_come_together(folder: Path) -> None:
    for mutate in (
        cell("jobs", 1, value="-1"),
        cell("jobs", 2, unit="%"),
        cell("homes", 0, district="atlantis"),
        setting("people.boys", value="7"),
        remove("seats.csv"),
    ):
        mutate(folder)
    told = [(fault.file, fault.field) for fault in faults_of(folder)]
    expected = [
        ("homes.csv", "district"),
        ("jobs.csv", "value"),
        ("jobs.csv", "unit"),
        ("seats.csv", ""),
        ("settings.csv", "value"),
    ]
    assert [each for each in told if each in expected] == expected


def test_a_file_with_many_faults_tells_the_first_and_counts_the_rest(folder: Path) -> None:
    heading, rows = rows_of(folder, "population")
    write_rows(folder, "population", heading, [row | {"value": f"x{n}"} for n, row in enumerate(rows)])
    told = [fault for fault in faults_of(folder) if fault.file == "population.csv"]
    assert len(told) == TOLD + 1
    assert [fault.row for fault in told[:TOLD]] == list(range(2, TOLD + 2))
    assert told[-1].wrong == f"and {len(rows) - TOLD} more faults in this file"
    assert told[-1].row == TOLD + 2


def test_the_same_fault_in_many_rows_is_told_once_with_its_rows(folder: Path) -> None:
    heading, rows = rows_of(folder, "jobs")
    write_rows(folder, "jobs", heading, [row | ({} if n == 2 else {"unit": "jobs"}) for n, row in enumerate(rows[:6])])
    told = [fault for fault in faults_of(folder) if fault.field == "unit"]
    assert [(fault.row, fault.value) for fault in told] == [(2, "jobs")]
    assert told[0].wrong.endswith("(and in rows 3, 5-7)")


def test_a_faulty_row_is_no_second_fault_where_it_is_referred_to(folder: Path) -> None:
    cell("occupations", 0, women="7")(folder)
    assert [(fault.file, fault.field) for fault in faults_of(folder)] == [("occupations.csv", "women")]


def test_a_list_that_is_missing_is_told_once_and_not_for_every_row_that_refers_to_it(folder: Path) -> None:
    remove("occupations.csv")(folder)
    assert [fault.file for fault in faults_of(folder)] == ["occupations.csv"]


def test_a_short_name_that_is_malformed_is_told_once_and_not_for_every_row_that_refers_to_it(folder: Path) -> None:
    cell("districts", 2, district="Söderby")(folder)
    assert [(fault.file, fault.value) for fault in faults_of(folder)] == [("districts.csv", "Söderby")]


def test_a_file_that_breaks_off_is_one_fault_and_says_nothing_about_the_rest(folder: Path) -> None:
    text("occupations.csv", "builders,", '"builders,')(folder)
    assert [(fault.file, fault.row > 0) for fault in faults_of(folder)] == [("occupations.csv", True)]


def test_a_folder_that_may_not_be_looked_into_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert [fault.wrong for fault in faults_of(folder)] == ["cannot be looked into: Permission denied"]


def test_each_fault_is_one_line_that_can_be_printed_whatever_names_hold(folder: Path) -> None:
    text("jobs.csv", ",note", ',"no\nte\x1b[31m"')(folder)
    (folder / "od\nd.csv").write_text("x")
    (folder / os.fsdecode(b"\xff.csv")).write_text("x")
    told = [str(fault) for fault in faults_of(folder)]
    assert len(told) == 3
    assert all(line.isprintable() and line.encode("utf-8") for line in told)


def test_the_same_faults_come_in_the_same_order_each_time(folder: Path) -> None:
    for mutate in (cell("jobs", 1, value="-1"), cell("homes", 0, district="atlantis"), remove("seats.csv")):
        mutate(folder)
    assert [str(fault) for fault in faults_of(folder)] == [str(fault) for fault in faults_of(folder)]


def test_a_file_that_may_not_be_read_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "jobs.csv" and allowed(path, mode))
    assert [(fault.file, fault.wrong) for fault in faults_of(folder)] == [("jobs.csv", "may not be read")]


def test_a_disk_that_fails_while_reading_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_open = Path.open

    def failing(path: Path, *given: object, **named: object) -> object:
        if path.name == "jobs.csv":
            raise OSError(5, "Input/output error")
        return plain_open(path, *given, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", failing)
    assert [(fault.file, fault.wrong) for fault in faults_of(folder)] == [
        ("jobs.csv", "cannot be read: Input/output error")
    ]


def test_a_folder_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    assert [fault.wrong for fault in faults_of(tmp_path / "nowhere")] == ["there is no such folder"]


@pytest.mark.parametrize("size", [64 << 20, 2 << 30])
def test_a_huge_line_is_refused_in_little_memory(folder: Path, size: int) -> None:
    huge("jobs", size)(folder)
    tracemalloc.start()
    told = faults_of(folder)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [fault.file for fault in told] == ["jobs.csv"]
    assert peak < 16 << 20


EXCEL_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def swedish(content: str) -> str:
    """The text of a table as Swedish Excel saves it: semicolons, decimal commas, thousands apart, padded rows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in csv.reader(io.StringIO(content)):
        cells = []
        for each in row:
            if re.fullmatch(r"20\d\d-\d\d", each):
                cells.append(f"{EXCEL_MONTHS[int(each[5:]) - 1]}-{each[2:4]}")
                continue
            try:
                number = float(each)
            except ValueError:
                cells.append(each)
                continue
            is_year = each in ("2018", "2019")
            spaced = f"{number:,.6f}".rstrip("0").rstrip(".").replace(",", "\u00a0").replace(".", ",")
            cells.append(each if is_year else spaced)
        writer.writerow([*cells, "", ""])
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_tables_as_swedish_excel_writes_them_give_the_same_case(sound: Path, folder: Path, encoding: str) -> None:
    for path in folder.glob("*.csv"):
        path.write_bytes(swedish(path.read_text(encoding="utf-8")).encode(encoding))
    assert_same_content(read_case(folder, DECLARED), read_case(sound, DECLARED))


def test_tabs_blank_lines_comments_and_a_careless_heading_give_the_same_case(sound: Path, folder: Path) -> None:
    heading, rows = rows_of(folder, "jobs")
    told = ["# jobs of the town", "", "\t".join(name.upper() + " " for name in heading), "\t" * len(heading)]
    for row in rows:
        told += ["\t".join(f" {row[name]} " for name in heading), ""]
    (folder / "jobs.csv").write_text("\n".join(told), encoding="utf-8")
    assert_same_content(read_case(folder, DECLARED), read_case(sound, DECLARED))


def test_a_year_that_a_spreadsheet_rewrote_is_read_as_the_month_it_was(folder: Path) -> None:
    cell("jobs", 1, year="2019-02")(folder)
    path = folder / "jobs.csv"
    told = path.read_text(encoding="utf-8").replace(",", ";")
    path.write_text(told.replace("2019-02", "feb-19"), encoding="utf-8")
    assert len(read_case(folder, DECLARED).tables["jobs"]) > 1
    path.write_text(told.replace("2019-02", "apr-19"), encoding="utf-8")
    assert [(fault.field, fault.value) for fault in faults_of(folder)] == [("year", "2019-04")]


def test_fields_may_stand_in_any_order(sound: Path, folder: Path) -> None:
    heading, rows = rows_of(folder, "jobs")
    write_rows(folder, "jobs", heading[::-1], rows)
    assert_same_content(read_case(folder, DECLARED), read_case(sound, DECLARED))


def test_the_row_named_is_the_line_in_the_file_even_after_comments_and_quoted_line_breaks(folder: Path) -> None:
    heading, rows = rows_of(folder, "jobs")
    rows[0]["note"] = "two\nlines"
    rows[3]["value"] = "x"
    write_rows(folder, "jobs", heading, rows)
    path = folder / "jobs.csv"
    path.write_text("# one\n\n# three\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert [fault.row for fault in faults_of(folder)] == [9]
    assert ",x," in path.read_text(encoding="utf-8").splitlines()[8]


def test_months_count_from_the_month_after_the_base_date(sound: Path) -> None:
    case = read_case(sound, DECLARED)
    assert case.plans["act_early"].starts[0].month == 3
    assert case.plans["act_early"].starts[1].commit_month == 8
    assert case.plans["act_early"].starts[0].commit_month is None
    assert case.tables["plant_jobs"]["month"].tolist() == [0, 29, 41, 71]
    assert case.tables["plans"]["commit"].tolist() == [NO_MONTH, 8, NO_MONTH]
    assert all(case.month(case.date(month)) == month for month in (-5, 0, 29, 71))


def test_columns_have_the_types_that_are_promised(sound: Path) -> None:
    case = read_case(sound, DECLARED)
    population, pipeline = case.tables["population"], case.tables["pipeline"]
    assert population["age"].dtype == np.int64
    assert population["value"].dtype == np.float64
    assert population["sex"].dtype == object
    assert set(population["year"]) == {"2018"}
    assert pipeline["month"].dtype == np.int64
    assert np.isnan(case.tables["plans"]["size"]).all()
    assert not population["value"].flags.writeable
    assert population["value"].sum() == sum(case.tables["districts"]["residents"]) == 2000


def test_a_claim_may_be_about_years_to_come(folder: Path) -> None:
    cell("plant_jobs", 3, year="2024", status="claim")(folder)
    assert read_case(folder, DECLARED).tables["plant_jobs"]["year"][3] == "2024"
    cell("plant_jobs", 3, year="2024", status="assumed")(folder)
    assert [fault.field for fault in faults_of(folder)] == ["year"]


def test_a_plan_takes_the_measures_size_where_it_gives_none(folder: Path) -> None:
    cell("plans", 1, size="25")(folder)
    sizes = [start.size for start in read_case(folder, DECLARED).plans["act_early"].starts]
    assert sizes == [40, 25, 20]


def test_a_certain_setting_has_its_value_for_range(sound: Path) -> None:
    boys = read_case(sound, DECLARED).settings["people.boys"]
    assert (boys.low, boys.value, boys.high) == (0.515, 0.515, 0.515)


def test_the_digest_changes_with_any_file_and_with_nothing_else(sound: Path, folder: Path) -> None:
    first = read_case(sound, DECLARED).digest
    assert read_case(folder, DECLARED).digest == first
    (folder / "README.md").write_text("other words")
    assert read_case(folder, DECLARED).digest == first
    cell("jobs", 0, value="111")(folder)
    assert read_case(folder, DECLARED).digest != first


def test_a_table_of_ones_own_stands_before_the_national_one(sound: Path, folder: Path) -> None:
    shutil.copy(embedded("sweden") / "mortality.csv", folder)
    national = read_case(sound, DECLARED).tables["mortality"]["value"]
    cell("mortality", 0, value="0.25")(folder)
    own = read_case(folder, DECLARED).tables["mortality"]["value"]
    assert own[0] == 0.25
    np.testing.assert_array_equal(own[1:], national[1:])


def test_sources_of_the_town_and_of_the_nation_are_put_together(sound: Path) -> None:
    case = read_case(sound, DECLARED)
    assert case.sources["made_up"].publisher == "helhet"
    cited = {each for name in ("mortality", "jobs") for cell in case.tables[name]["source"] for each in cell.split()}
    assert cited <= set(case.sources)


def test_outlines_are_read_with_longitude_first_and_their_schematic_mark(sound: Path) -> None:
    centre = read_case(sound, DECLARED).districts[0]
    assert centre.schematic
    assert centre.rings[0].shape == (5, 2)
    assert centre.rings[0][:, 0].mean() == pytest.approx(centre.longitude, abs=0.05)


def test_a_case_may_do_without_outlines(folder: Path) -> None:
    text("case.toml", 'districts = "districts.geojson"', "#")(folder)
    assert all(district.rings == () for district in read_case(folder, DECLARED).districts)


def test_a_case_embedded_in_helhet_is_found_by_name() -> None:
    assert "skelleftea" in embedded_cases()
    assert "sweden" not in embedded_cases()
    assert read_case(embedded("skelleftea"), DECLARED).id == "skelleftea"


@pytest.mark.parametrize("name", ["skeleftea", "", "..", "a/b", "x\0y"])
def test_an_unknown_embedded_case_is_a_fault_with_the_names_there_are(name: str) -> None:
    with pytest.raises(Faults, match="skelleftea"):
        embedded(name)
