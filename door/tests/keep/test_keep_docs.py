"""Every table and every column is on the page, and nothing on the page is not there."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from helhet_door.centre import database
from helhet_door.keep.export import QUERIES
from helhet_door.keep.groups import Group
from helhet_door.keep.schema import BOX, SHARED

DOCS = Path(__file__).parents[3] / "docs" / "door"
PAGE = (DOCS / "storage.md").read_text("utf-8")


def tables() -> dict[str, list[str]]:
    """The tables that box and centre make, with their columns."""
    found: dict[str, list[str]] = {}
    for script in (";\n".join((*SHARED, *BOX)), database.SCHEMA.read_text("utf-8")):
        db = sqlite3.connect(":memory:")
        db.executescript(script)
        names = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (name,) in names.fetchall():
            found[name] = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
        db.close()
    return found


def documented() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for section in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]:
        name = re.match(r"`(\w+)`", section)
        assert name is not None
        own = re.split(r"^## ", section, flags=re.MULTILINE)[0]
        found[name[1]] = re.findall(r"^\| `(\w+)` \| \S", own, flags=re.MULTILINE)
    return found


def test_every_table_and_column_is_documented() -> None:
    assert documented() == tables()


def test_every_group_and_every_file_of_the_auditor_is_documented() -> None:
    assert all(f"`{group.value}`" in PAGE for group in Group)
    assert all(f"`{name}.jsonl`" in PAGE for name in QUERIES)


@pytest.mark.parametrize("page", ["data-protection.md", "dataskydd.md"])
def test_the_data_protection_sheet_names_every_table_of_people(page: str) -> None:
    """The columns that can be joined to a person: tags, seals, names of users."""
    sheet = (DOCS / page).read_text("utf-8")
    personal = {"tag", "sealed", "user", "name", "asked_by"}
    of_people = [name for name, columns in tables().items() if personal & set(columns) or name in ("counted", "rules")]
    assert len(of_people) > 6
    assert [name for name in of_people if f"`{name}`" not in sheet] == []
