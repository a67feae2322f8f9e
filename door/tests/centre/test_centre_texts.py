"""Every sentence in both languages, and nothing in the catalogue that nobody says."""

from __future__ import annotations

import datetime as dt
import re
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from centre_messages import HOME, counted, said

from helhet_door.centre import troubles, words
from helhet_door.centre.audit import Action
from helhet_door.centre.state import DOORS, PLANS, STATES
from helhet_door.centre.texts import CATALOGUES, Voice
from helhet_door.keep.groups import Group
from helhet_door.rules.hours import Plan
from helhet_door.words.reasons import Reason
from helhet_door.words.rows import ALERTS, Kind
from helhet_door.words.states import BranchState, DoorState

PO = CATALOGUES / "sv" / "LC_MESSAGES" / "centre.po"


def catalogue() -> tuple[dict[str, str], dict[tuple[str, str], tuple[str, ...]]]:
    with PO.open("rb") as file:
        read = [one for one in read_po(file, locale="sv") if one.id]
    one = {message.id: str(message.string) for message in read if isinstance(message.id, str)}
    many = {tuple(message.id): tuple(message.string) for message in read if not isinstance(message.id, str)}
    return one, many  # type: ignore[return-value]


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_catalogue_holds_what_is_said_and_nothing_else() -> None:
    one, many = catalogue()
    assert set(one) == set(said())
    assert set(many) == set(counted())
    assert all(one.values())
    assert len(said()) > 400


def test_a_translation_has_the_same_gaps_as_its_source() -> None:
    one, many = catalogue()
    assert {source for source, text in one.items() if holes(source) != holes(text)} == set()
    assert all(holes(source[0]) == holes(text) for source, texts in many.items() for text in texts)


def test_no_text_stands_in_a_template_outside_of_say() -> None:
    allowed = {"–", "←", "→", "·", "···", "(", ")", ".", ",", ":", "…", "!", "DOCTYPE html"}
    found = []
    for path in sorted((HOME / "templates").glob("*.html")):
        text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", "\n", path.read_text("utf-8"), flags=re.DOTALL)
        found += [
            (path.name, line.strip()) for line in text.splitlines() if line.strip() and line.strip() not in allowed
        ]
    assert found == []


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        (words.ACTIONS, Action),
        (words.GROUPS, Group),
        (words.PASSAGES, Reason),
        (words.HAPPENINGS, Kind),
        (STATES, BranchState),
        (DOORS, DoorState),
        (PLANS, Plan),
    ],
)
def test_every_word_of_a_row_has_words_for_people(table: dict[object, str], kinds: type) -> None:
    assert set(table) == set(kinds)


def test_every_alert_has_words_and_something_to_do() -> None:
    assert set(troubles.TROUBLES) >= ALERTS
    assert troubles.of("nonsense") is troubles.UNKNOWN


def test_a_missing_translation_is_a_fault() -> None:
    with pytest.raises(LookupError):
        Voice("sv").say("This was never translated.")
    with pytest.raises(LookupError):
        Voice("sv").count("{number} whale", "{number} whales", 2)
    with pytest.raises(ValueError, match="language"):
        Voice("de")


def test_dates_hours_and_plurals() -> None:
    sv, en = Voice("sv"), Voice("en")
    now = dt.datetime(2026, 12, 22, 16, 5)
    assert sv.day(now.date()) == "tisdag 22 december 2026"
    assert en.day(now.date()) == "Tuesday 22 December 2026"
    assert sv.soon(now.replace(hour=22), now) == "i dag 22:05"
    assert en.soon(now + dt.timedelta(days=1), now) == "tomorrow 16:05"
    assert en.soon(now + dt.timedelta(days=3), now) == "Friday 16:05"
    assert "2027" in en.soon(now + dt.timedelta(days=30), now)
    assert sv.count("{number} person inside", "{number} people inside", 1) == "1 person inne"
    assert sv.count("{number} person inside", "{number} people inside", 1200) == "1\N{NO-BREAK SPACE}200 personer inne"
    assert en.count("{number} person inside", "{number} people inside", 0) == "0 people inside"
    assert sv.both(["a", "b", "c"]) == "a, b och c"
