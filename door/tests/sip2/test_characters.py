"""The lists of what a card number and a PIN may consist of: exactly these, and an answer to anything."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from helhet_door.words.characters import legal_card, legal_pin

CARD = set(string.ascii_letters + string.digits + "-")
PIN = set(string.digits)


@given(st.text())
def test_any_text_has_an_answer_and_it_is_the_definition(text):
    assert legal_card(text) == (4 <= len(text) <= 32 and set(text) <= CARD and text[0] != "-")
    assert legal_pin(text) == (1 <= len(text) <= 12 and set(text) <= PIN)


@given(st.text(alphabet=sorted(CARD), max_size=40))
def test_legal_characters_in_any_number(text):
    assert legal_card(text) == (4 <= len(text) <= 32 and text[0] != "-")


@given(st.text(alphabet=sorted(PIN), max_size=20))
def test_digits_in_any_number(text):
    assert legal_pin(text) == (1 <= len(text) <= 12)


def test_every_other_character_of_unicode_is_refused():
    for code in range(0x110000):
        character = chr(code)
        assert legal_pin(character) == (character in PIN)
        assert legal_card("a" * 3 + character) == (character in CARD)
