"""Texts and cast: both languages say the same things, and every fixed word of the service has plain words."""

from __future__ import annotations

import ast
import datetime as dt
import string
import tomllib
from pathlib import Path

import pytest

import helhet_door
from helhet_door.demo import cast, deeds
from helhet_door.demo.texts import FILE, LANGUAGES, Texts
from helhet_door.rules.model import Day, Span
from helhet_door.sip2.trouble import Why
from helhet_door.words.characters import legal_card, legal_pin

TEXTS = tomllib.loads(FILE.read_text(encoding="utf-8"))
HOME = Path(helhet_door.__file__).parent


@pytest.mark.parametrize("where", TEXTS)
def test_both_languages_say_everything_with_the_same_values(where: str) -> None:
    for what, text in TEXTS[where].items():
        assert set(text) == set(LANGUAGES), what
        assert all(text.values()), what
        braces = [sorted(name for _, name, _, _ in string.Formatter().parse(each) if name) for each in text.values()]
        assert braces[0] == braces[1], what


def fixed_words() -> set[str]:
    """The details of happenings that stand in the code of the machines."""
    found = set()
    for path in (HOME / "decide").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Record" and len(node.args) == 3:
                detail = node.args[2]
                if isinstance(detail, ast.Constant):
                    found.add(detail.value)
    return found


def test_every_fixed_word_of_the_machines_has_plain_words() -> None:
    words = fixed_words()
    assert len(words) >= 8
    known = Texts("sv").known
    assert [word for word in words if not known("detail", word)] == []


def test_what_is_wrong_with_the_library_system_has_plain_words() -> None:
    other = {Why.NO_NAME, Why.LOGIN_REFUSED, Why.OFFLINE, Why.TOO_LONG, Why.SENT_BACK, Why.CONFLICT}  # not in the demo
    assert [why for why in set(Why) - other if not Texts("en").known("detail", why)] == []


def test_every_fault_has_a_name_and_what_to_expect() -> None:
    for name in deeds.LIBRARY:
        for language in LANGUAGES:
            assert Texts(language).say("library_fault", name)
            assert Texts(language).say("library_fault", f"{name}_hint")


def test_cards_and_pins_are_such_as_the_door_takes_and_no_two_are_alike() -> None:
    assert len({each.card for each in cast.CAST}) == len({each.id for each in cast.CAST}) == len(cast.CAST)
    for each in cast.CAST:
        assert legal_card(each.card)
        assert legal_pin(each.pin)
        assert legal_pin(cast.wrong_pin(each.pin))
        assert cast.wrong_pin(each.pin) != each.pin
        assert each.card not in repr(each)
        assert each.pin not in repr(each)


def test_the_cleaner_is_in_her_hours_at_every_hour_of_the_day() -> None:
    for hour in range(24):
        span = cast.duties(dt.datetime(2019, 5, 14, hour, 59))["cleaner"].hours
        assert 0 <= span.start <= hour * 60 < (hour + 1) * 60 <= span.end <= 1440


@pytest.mark.parametrize(
    ("at", "left", "today", "tomorrow"),
    [
        ((12, 0), 2, Day(open_plus=(Span(0, 722),)), None),
        ((23, 57), 2, Day(open_plus=(Span(0, 1439),)), None),
        ((23, 58), 2, Day(open_plus=(Span(0, 1440),)), Day()),
        ((23, 59), 2, Day(open_plus=(Span(0, 1440),)), Day(open_plus=(Span(0, 1),))),
        ((0, 0), 0, Day(), None),
        ((12, 0), None, None, None),
    ],
)
def test_two_minutes_more_are_two_minutes_at_any_time(at, left, today, tomorrow) -> None:
    now = dt.datetime(2019, 5, 14, *at)
    assert deeds.days_of(now, left) == {now.date(): today, now.date() + dt.timedelta(days=1): tomorrow}
