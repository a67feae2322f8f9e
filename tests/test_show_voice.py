"""What helhet says is said in both languages, and numbers are written as their reader writes them."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import helhet.show.voice
from helhet.pieces.order import pieces
from helhet.show.units import UNITS
from helhet.show.voice import Voice, catalogue, significant

SHOW = Path(helhet.show.voice.__file__).parent
NBSP = "\u00a0"


def sentences() -> set[str]:
    """Every sentence in the code and the templates of the pages."""
    found = extract_from_dir(
        str(SHOW),
        method_map=[("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")],
        keywords={"say": None},
    )
    return {str(message) for _, _, message, _, _ in found}


def test_every_sentence_is_translated_and_no_translation_is_left_over() -> None:
    translated = set(catalogue("sv"))
    assert sentences() - translated == set()
    assert translated - sentences() == set()
    assert len(translated) > 150


def test_a_translation_keeps_the_placeholders_of_its_sentence() -> None:
    for message, translation in catalogue("sv").items():
        assert sorted(re.findall(r"{(\w+)}", message)) == sorted(re.findall(r"{(\w+)}", translation)), message


def test_every_unit_that_a_piece_declares_has_words() -> None:
    used = {outcome.unit for piece in pieces() for outcome in piece.outcomes}
    used |= {setting.unit for piece in pieces() for setting in piece.settings}
    used |= {kind.unit for piece in pieces() for kind in piece.measures}
    assert used - set(UNITS) == set()


def test_a_sentence_without_translation_stops_the_page() -> None:
    with pytest.raises(LookupError, match="Never written"):
        Voice("sv").say("Never written")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'no' is none of sv, en"):
        Voice("no")


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    assert Voice("sv").number(72467) == f"72{NBSP}467"
    assert Voice("en").number(72467) == "72,467"
    assert Voice("sv").number(0.5, 1) == "0,5"
    assert Voice("en").number(-3) == "−3"
    assert Voice("sv").number(-0.2) == "0"
    assert Voice("sv").plain(0.033) == "0,033"
    assert Voice("en").plain(1234.56) == "1,235"
    assert Voice("sv").percent(0.3) == f"30{NBSP}%"
    assert Voice("en").percent(0.3) == "30%"


def test_shares_are_not_rounded_to_never_or_always() -> None:
    assert Voice("en").percent(0.0004) == "<1%"
    assert Voice("en").percent(0.9996) == ">99%"
    assert Voice("en").percent(0) == "0%"
    assert Voice("en").percent(1) == "100%"


def test_simulated_counts_have_two_significant_digits_and_large_ones_three() -> None:
    voice = Voice("en")
    assert [voice.rough(value) for value in (0, 3.4, 47, 123, 1876, 9994, 74_832)] == [
        "0",
        "3",
        "47",
        "120",
        "1,900",
        "10,000",
        "74,800",
    ]
    assert significant(-1876) == -1900


def test_about_none_and_about_one_are_said_in_words() -> None:
    assert Voice("en").some(1.4) == "hardly any"
    assert Voice("sv").some(0) == "knappt några"
    assert Voice("en").some(123) == "about 120"


def test_a_limit_has_the_decimals_it_needs() -> None:
    assert [Voice("en").limit(share) for share in (0.005, 0.03, 0.1)] == ["0.5%", "3%", "10%"]
    assert Voice("sv").limit(0.005) == f"0,5{NBSP}%"


def test_levels_can_have_three_significant_digits() -> None:
    assert Voice("en").about(1234, 996, 12345, 3) == "1,230 (996–12,300)"


def test_an_interval_that_rounds_to_one_number_is_said_as_one() -> None:
    voice = Voice("en")
    assert voice.span(600.4, 1900) == "600–1,900"
    assert voice.span(3.1, 3.2) == "3"
    assert voice.span(-20, 30) == "−20 to 30"
    assert voice.about(0, 0, 0) == "0"
    assert voice.about(1200, 600, 1900) == "1,200 (600–1,900)"


def test_odds_are_of_a_hundred_when_there_are_so_many_futures_and_counts_otherwise() -> None:
    voice = Voice("en")
    assert voice.odds(740, 1000) == f"74{NBSP}of{NBSP}100"
    assert voice.odds(9, 20) == f"9{NBSP}of{NBSP}20"
    assert voice.odds(0, 1000) == "none of 1,000"
    assert voice.odds(1000, 1000) == "all 1,000"
    assert voice.odds(1, 1000) == "fewer than 1 of 100"
    assert voice.odds(999, 1000) == "more than 99 of 100"
    assert Voice("sv").odds(0, 1000) == f"ingen av 1{NBSP}000"


def test_dates_are_in_the_readers_language() -> None:
    assert Voice("sv").day(dt.date(2019, 3, 7)) == "7 mars 2019"
    assert Voice("en").day(dt.date(2019, 3, 7)) == "7 March 2019"
    assert Voice("sv").month(dt.date(2021, 5, 1)) == "maj 2021"
