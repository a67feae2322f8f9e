"""Everything that can be met is documented, and the reference is what the code declares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from helhet.doors import reference
from helhet.doors.command import app
from helhet.pieces.order import ORDER, pieces
from helhet.pieces.piece import declarations
from helhet.words.declare import Text

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md")) + [ROOT / name for name in ("README.md", "CHANGELOG.md", "LICENSE.md")]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_reference_page_is_what_the_declarations_say(name: str) -> None:
    committed = (DOCS / "reference" / name).read_text(encoding="utf-8")
    assert committed == reference.PAGES[name](), "run: make docs"


def page(name: str) -> str:
    return reference.PAGES[name]()


def test_every_piece_is_in_the_year_with_its_reason() -> None:
    for kind, reason in ORDER:
        assert f"`{kind.name}`" in page("year.md")
        assert reason in page("year.md")
        assert f"## {kind.name}\n" in page("columns.md")


def test_every_table_and_field_is_in_the_reference() -> None:
    for table in declarations(pieces()).tables:
        _, _, section = page("tables.md").partition(f"### {table.name}.csv\n")
        section = section.partition("### ")[0]
        for field in table.fields:
            assert f"`{field.name}`" in section, f"{table.name}.{field.name}"


def test_every_setting_outcome_column_and_kind_of_measure_is_in_the_reference() -> None:
    for piece in pieces():
        assert all(f"`{piece.name}.{setting.name}`" in page("settings.md") for setting in piece.settings)
        assert all(f"`{outcome.name}`" in page("outcomes.md") for outcome in piece.outcomes)
        assert all(f"`{column.table}.{column.name}`" in page("columns.md") for column in piece.columns)
        assert all(f"`{kind.name}`" in page("measures.md") for kind in piece.measures)
        assert all(f"`{need.name}`" in page("measures.md") for need in piece.needs)


def test_every_command_and_option_is_in_the_reference_with_a_meaning() -> None:
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined] # a group, by its callback
        section = page("commands.md").partition(f"## helhet {name}\n")[2].partition("## ")[0]
        assert command.help
        for option in command.params:
            assert option.help, f"{name} {option.name}"
            assert f"`{option.opts[0]}`" in section or f"`{option.metavar}`" in section


def test_everything_declared_is_said_in_both_languages() -> None:
    said: list[Text] = []
    for piece in pieces():
        said += [
            thing.meaning for thing in (*piece.settings, *piece.outcomes, *piece.columns, *piece.measures, *piece.needs)
        ]
    said += [table.meaning for table in declarations(pieces()).tables]
    said += [field.meaning for table in declarations(pieces()).tables for field in table.fields]
    for text in said:
        assert text.sv.strip(), text
        assert text.en.strip(), text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_every_page_can_be_reached_from_the_map() -> None:
    seen: set[Path] = set()
    waiting = [DOCS / "index.md"]
    while waiting:
        here = waiting.pop()
        seen.add(here)
        targets = [(here.parent / link).resolve() for link in LINK.findall(here.read_text(encoding="utf-8"))]
        waiting += [target for target in targets if target.suffix == ".md" and target.exists() and target not in seen]
    assert [path for path in sorted(DOCS.rglob("*.md")) if path not in seen] == []


def test_the_glossary_has_the_ten_words_in_both_languages() -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    for words in (
        "case | fall",
        "piece | bit",
        "town | kommun",
        "future | framtid",
        "measure | åtgärd",
        "plan | plan",
        "turn | omgång",
        "outcome | utfall",
        "results | resultat",
        "board | nämnd",
    ):
        assert f"| {words}" in glossary
