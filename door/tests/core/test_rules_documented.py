"""The reference pages say what the code does: every setting with its range and default, every reason in its order."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import pytest

from helhet_door.decide.decide import SIGNALS
from helhet_door.rules.check import RANGES
from helhet_door.rules.model import (
    Agreement,
    Alarm,
    Day,
    Limits,
    Lists,
    Scene,
    Settings,
    Span,
    StaffCard,
    StaffKind,
    Times,
)
from helhet_door.words.reasons import LETS_IN, NAMED, Reason
from helhet_door.words.states import BranchState

DOCS = Path(__file__).parents[3] / "docs/door"
PARTS: dict[str, type[msgspec.Struct]] = {
    "": Settings,
    "limits.": Limits,
    "times.": Times,
    "alarm.": Alarm,
    "scenes.": Scene,
    "day.": Day,
    "span.": Span,
    "lists.": Lists,
    "agreement.": Agreement,
    "staff.": StaffCard,
}


def table(page: str, columns: int) -> list[list[str]]:
    """The rows of all tables of a page that have so many columns, without their heads."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in rows if len(row) == columns and row[0] not in ("key", "order", "---")]


RULES = {row[0].strip("`"): row for row in table("rules.md", 5)}


def written(default: Any) -> str | None:
    """A default as the page writes it; None where it is said in words."""
    match default:
        case bool():
            return f"`{str(default).lower()}`"
        case StrEnum() | str():
            return f'`"{default}"`'
        case int() | float():
            return f"`{default}`"
        case tuple() if default and all(isinstance(each, int) for each in default):
            return f"`{list(default)}`"
    return None


def test_every_setting_is_documented_and_nothing_else() -> None:
    fields = {prefix + field.name for prefix, kind in PARTS.items() for field in msgspec.structs.fields(kind)}
    assert set(RULES) == fields


@pytest.mark.parametrize("prefix", PARTS)
def test_defaults_are_those_of_the_code(prefix: str) -> None:
    for field in msgspec.structs.fields(PARTS[prefix]):
        said = RULES[prefix + field.name][4]
        assert RULES[prefix + field.name][1], "no meaning"
        if field.required:
            assert said == "none: must be written", field.name
            continue
        default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
        assert said == (written(default) or said), field.name
        assert said
        assert said != "none: must be written", field.name


def test_ranges_are_those_of_the_code() -> None:
    for key, (least, greatest) in RANGES.items():
        assert f"{least:g} to {greatest if isinstance(greatest, int) else format(greatest, 'g')}" in RULES[key][3], key


def test_states_and_kinds_are_all_named() -> None:
    assert [each.strip(" `") for each in RULES["scenes.state"][3].split(",")] == list(BranchState)
    assert [each.strip(" `") for each in RULES["staff.kind"][3].split(",")] == list(StaffKind)


def test_every_reason_in_its_order_and_as_it_is() -> None:
    rows = table("decisions.md", 5)
    assert [int(row[0]) for row in rows] == list(range(1, len(Reason) + 1))
    assert [row[1].strip("`") for row in rows] == list(Reason)
    for row in rows:
        reason = Reason(row[1].strip("`"))
        assert ("**lets in**" in row[2]) == (reason in LETS_IN), reason
        assert row[3] == SIGNALS[reason].name, reason
        assert row[4] == ("pseudonym" if reason in NAMED else "no pseudonym"), reason
