"""What is seen of a visit: whole, alike where it must be, and with what goes before every reason."""

from __future__ import annotations

from oracle import conditions, table
from outcome import outcome, usual

from helhet_door.words.reasons import ALIKE, LETS_IN, NAMED, Reason

TABLE = table()
USUAL = usual()
EVERYDAY = {name: condition.everyday for name, condition in conditions().items()}


def test_there_is_an_outcome_for_every_reason() -> None:
    assert set(USUAL) == set(Reason)


def test_who_finds_a_card_learns_nothing_from_the_reader() -> None:
    assert len({USUAL[reason].shown for reason in ALIKE}) == 1


def test_a_pseudonym_is_kept_only_of_who_had_a_right_pin() -> None:
    assert {reason for reason, each in USUAL.items() if each.pseudonym} == NAMED


def test_welcome_is_said_to_who_comes_in() -> None:
    assert {reason for reason, each in USUAL.items() if each.shown == "Välkommen"} == LETS_IN | {Reason.SAME_CARD}


def test_nothing_is_seen_of_who_comes_to_a_cut_line() -> None:
    for name in ("reader_secure", "line_whole"):
        seen = outcome(EVERYDAY | {name: "no", "branch": "warning"}, TABLE, USUAL, False, "")
        assert (seen.row, seen.opens, seen.pseudonym, seen.asked) == (False, False, False, False)
        assert seen.shown == "Stänger snart"


def test_no_row_no_opening_not_even_for_staff() -> None:
    staff = EVERYDAY | {"staff_card": "staff", "staff_pin": "right"}
    assert outcome(staff, TABLE, USUAL, False, "").opens
    broken = outcome(staff | {"stored": "no"}, TABLE, USUAL, False, "")
    assert (broken.row, broken.opens, broken.shown) == (False, False, USUAL[Reason.NOT_STORED].shown)


def test_no_pseudonym_of_who_is_protected() -> None:
    assert outcome(EVERYDAY, TABLE, USUAL, False, "").pseudonym
    assert not outcome(EVERYDAY, TABLE, USUAL, True, "").pseudonym
