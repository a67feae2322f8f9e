"""A new case is valid, commented in the reader's language, and follows the declarations."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from helhet.case.read import embedded, read_case
from helhet.case.tables import fields_of
from helhet.case.template import new_case
from helhet.pieces.order import pieces
from helhet.pieces.piece import Piece, declarations
from helhet.words.declare import Field, MeasureKind, Setting, Table, Text
from helhet.words.faults import Faults

DECLARED = declarations(pieces())


@pytest.fixture(scope="module")
def swedish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "ort"
    new_case(folder, "sv", DECLARED)
    return folder


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "town"
    new_case(folder, "en", DECLARED)
    return folder


def test_a_new_case_can_be_read_as_it_is(english: Path) -> None:
    case = read_case(english, DECLARED)
    assert len(case.districts) == 3
    assert case.tables["population"]["value"].sum() == 2000
    assert set(case.plans) >= {"nothing_more", "act_early"}
    assert {measure.kind for measure in case.measures.values()} == {kind.name for kind in DECLARED.measures}


def test_a_swedish_case_holds_the_same_figures_in_the_form_of_a_swedish_spreadsheet(
    swedish: Path, english: Path
) -> None:
    sv, en = read_case(swedish, DECLARED), read_case(english, DECLARED)
    assert sv.language == "sv"
    assert {key: (s.value, s.low, s.high) for key, s in sv.settings.items()} == {
        key: (s.value, s.low, s.high) for key, s in en.settings.items()
    }
    told = (swedish / "occupations.csv").read_bytes()
    assert told.startswith(b"\xef\xbb\xbf# Yrkesgrupper\r\n")
    assert "operators;Processoperatörer;Process operators;0,25;yes;".encode() in told


def test_every_figure_of_the_template_says_that_it_is_assumed(english: Path) -> None:
    case = read_case(english, DECLARED)
    for table in DECLARED.tables:
        if (english / f"{table.name}.csv").exists() and "status" in case.tables[table.name].columns:
            assert set(case.tables[table.name]["status"]) == {"assumed"}, table.name
            assert set(case.tables[table.name]["source"]) == {"made_up"}, table.name


def test_tables_that_the_nation_has_are_borrowed_unless_they_are_the_towns_own(english: Path) -> None:
    assert not (english / "mortality.csv").exists()
    assert (embedded("sweden") / "mortality.csv").exists()
    assert (english / "population.csv").exists()
    assert "`mortality.csv`" in (english / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_readme_explains_every_table_field_setting_and_measure(language: str, swedish: Path, english: Path) -> None:
    told = ((swedish if language == "sv" else english) / "README.md").read_text(encoding="utf-8")
    for table in DECLARED.tables:
        assert f"### `{table.name}.csv`" in told
        assert table.meaning.say(language) in told
        for field in fields_of(table):
            assert f"- `{field.name}`: {field.meaning.say(language)}" in told
    for piece, setting in DECLARED.settings:
        assert f"| `{piece}.{setting.name}` | {setting.unit} |" in told
        assert setting.meaning.say(language) in told
    for kind in DECLARED.measures:
        assert f"| `{kind.name}` | {kind.unit} |" in told
    for need in DECLARED.needs:
        assert f"| `{need.name}` | {need.unit} | {need.meaning.say(language)} |" in told


def test_every_setting_has_a_considered_example_and_not_only_its_middle(english: Path) -> None:
    case = read_case(english, DECLARED)
    assert [key for key, setting in case.settings.items() if "middle of what is possible" in setting.note] == []


def test_a_new_piece_is_in_the_template_without_anybody_adding_it(tmp_path: Path) -> None:
    class Libraries(Piece):
        name = "libraries"
        tables = (
            Table(
                "branches",
                Text("Bibliotek", "Libraries"),
                (
                    Field("district", "id", Text("stadsdel", "district"), refers="districts.district"),
                    Field("opened", "month", Text("öppnat", "opened")),
                    Field("kind", "choice", Text("slag", "kind"), choices=("main", "branch")),
                ),
                ("district",),
                "loans per year",
                100,
            ),
        )
        settings = (Setting("evenings", "share", Text("besök om kvällen", "visits in the evening"), 0, 0.5),)
        measures = (MeasureKind("libraries", "branches", Text("nya bibliotek", "new libraries")),)

    declared = declarations((*pieces(), Libraries()))
    new_case(tmp_path / "town", "en", declared)
    case = read_case(tmp_path / "town", declared)
    branches = case.tables["branches"]
    assert (branches["district"][0], branches["kind"][0], branches["value"][0]) == ("centrum", "main", 100)
    evenings = case.settings["libraries.evenings"]
    assert (evenings.value, evenings.distribution) == (0.25, "certain")
    assert "middle of what is possible" in evenings.note


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Faults, match="is there already"):
        new_case(tmp_path, "en", DECLARED)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_not_taken_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "town").write_text("mine")
    with pytest.raises(Faults, match="is there already"):
        new_case(tmp_path / "town", "en", DECLARED)
    with pytest.raises(Faults, match="cannot be written"):
        new_case(tmp_path / "town" / "below", "en", DECLARED)


def test_a_disk_that_is_full_leaves_no_half_written_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == "jobs.csv":
            write(path, content[:10])
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(Faults, match="cannot be written: No space left on device"):
        new_case(tmp_path / "town", "en", DECLARED)
    assert list((tmp_path / "town").iterdir()) == []


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    new_case(tmp_path, "sv", DECLARED)
    assert read_case(tmp_path, DECLARED).name == "Min ort"


def test_two_pieces_may_not_declare_the_same_setting() -> None:
    class Twice(Piece):
        name = "people"
        settings = (Setting("boys", "share", Text("pojkar", "boys"), 0, 1),)

    with pytest.raises(ValueError, match=r"setting people\.boys is declared twice"):
        declarations((*pieces(), Twice()))


def test_the_declarations_are_plain_data() -> None:
    assert dataclasses.is_dataclass(DECLARED)
    assert len(DECLARED.tables) == len({table.name for table in DECLARED.tables})
