"""The how-to names every address with its roles, and every page by the words that it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_centre_access import ALL, ROUTES

DOCS = Path(__file__).parents[3] / "docs" / "door"
ROW = re.compile(r"^\| (GET|POST) \| `([^`]+)` \| ([^|]+) \|", re.MULTILINE)


def test_every_address_is_documented_with_who_may_use_it() -> None:
    found = {
        (method, path): who.strip() for method, path, who in ROW.findall((DOCS / "staff-page.md").read_text("utf-8"))
    }
    assert set(found) == set(ROUTES)
    for route, roles in ROUTES.items():
        if roles is None:
            assert found[route] in {"anybody", "a box's token"}
        elif roles == ALL:
            assert found[route] == "all roles", route
        else:
            assert set(found[route].split(", ")) == roles, route


def test_the_words_in_bold_are_on_the_pages() -> None:
    from centre_messages import said

    text = (DOCS / "staff-page.md").read_text("utf-8").split("## Every address")[0].replace("\n", " ")
    words = {re.sub(r"\s+", " ", found) for found in re.findall(r"\*\*([^*]+)\*\*", text)}
    known = set(said()) | {"Your name", "not"}
    assert {word for word in words if word not in known and f"{word}." not in known} == set()


@pytest.mark.parametrize("name", ["staff-page.md", "threat-model.md"])
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (DOCS / name).read_text("utf-8")):
        assert (DOCS / target).exists(), target


def test_the_figures_in_the_threat_model_are_those_of_the_program() -> None:
    from helhet_door.centre import attempts, box, config, passwords

    text = (DOCS / "threat-model.md").read_text("utf-8")
    assert f"{box.LARGEST // 1024**2} MB at most" in text
    assert f"{attempts.USER_WRONG} tries a name, {attempts.ADDRESS_WRONG} an address" in text
    assert f"at least {passwords.SHORTEST} characters" in text
    made = config.Centre(town="x")
    assert f"{made.idle_minutes} minutes idle, {made.longest_hours} hours at most" in text
