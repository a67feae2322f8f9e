"""``decide`` against the table: on visits that reach every row, and with errors planted in the table."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from generate import visits
from oracle import Row, Table, table
from played import Played, agrees, told

from helhet_door.words.events import Signal
from helhet_door.words.reasons import ALIKE, GUESSES, LETS_IN, NAMED, Reason

SEED = 20260727
TABLE = table()
ROWS = len(TABLE.rows)
ASKED_FROM = next(number for number, row in enumerate(TABLE.rows) if "library" in row.when)
"""The first row for which the library system must have been asked."""


@pytest.fixture(scope="module")
def played() -> list[Played]:
    return [Played(visit) for visit in visits(300 * ROWS, SEED)]


def test_decide_says_what_the_table_says(played: list[Played]) -> None:
    wrong = [one for one in played if not agrees(one, TABLE)]
    assert not wrong, told(wrong, TABLE)


@pytest.mark.slow
def test_decide_says_what_the_table_says_many_times() -> None:
    wrong = [one for one in map(Played, visits(3_000 * ROWS, SEED + 1)) if not agrees(one, TABLE)]
    assert not wrong, told(wrong, TABLE)


def test_the_library_system_is_asked_only_when_nothing_before_it_decides(played: list[Played]) -> None:
    """Who is refused or let in by the door alone is not asked about: no PIN leaves the door for them."""
    for one in played:
        row = TABLE.decides(one.visit.conditions)
        if TABLE.rows.index(row) >= ASKED_FROM:
            assert (one.before.ask, one.before.reason, one.before.open) == (True, None, False), one.visit
        else:
            assert not one.before.ask, one.visit
            assert (one.before.reason, one.before.open) == (one.after.reason, one.after.open), one.visit


def test_the_door_opens_for_the_reasons_that_let_in_and_for_as_long_as_the_rules_say(played: list[Played]) -> None:
    for one in played:
        assert one.after.open == (one.after.reason in LETS_IN)
        if one.after.reason is not Reason.SAME_CARD:  # who was let in seconds ago is still welcome
            assert (one.after.signal is Signal.WELCOME) == one.after.open, one.visit
        assert (one.after.seconds > 0) == one.after.open, one.visit
        if one.after.open and one.after.reason is not Reason.STAFF:
            assert one.after.seconds == (8.0 if one.visit.written.assistive else 4.0), one.visit


def test_a_finder_of_a_card_is_told_the_same_whatever_is_wrong(played: list[Played]) -> None:
    said = {(one.after.signal, one.after.seconds, one.after.party) for one in played if one.after.reason in ALIKE}
    assert len(said) == 1


def test_wrong_guesses_count_and_right_pins_do_not(played: list[Played]) -> None:
    for one in played:
        if one.after.reason in GUESSES:
            assert one.after.guess, one.visit
        if one.after.reason in NAMED:
            assert not one.after.guess, one.visit


def test_a_wrong_pin_for_a_staff_card_in_its_time_is_a_guess_where_the_library_is_not_asked(
    played: list[Played],
) -> None:
    """Else staff PINs could be tried without end when the branch is closed."""
    tried = 0
    for one in played:
        answers = one.visit.conditions
        in_time = (answers["staff_dates"], answers["staff_hours"], answers["pin"]) == ("in", "in", "given")
        shut = one.after.reason in ("holiday", "outside_hours", "arming", "armed", "locked_by_staff")
        if answers["staff_card"] != "none" and in_time and answers["staff_pin"] == "wrong" and shut:
            tried += 1
            assert one.after.guess, one.visit
    assert tried > 30


def test_no_pseudonym_before_a_right_pin_and_none_of_a_protected_person(played: list[Played]) -> None:
    for one in played:
        protected = one.visit.written.protected and one.visit.written.signed_version is not None
        assert one.after.pseudonym <= (one.after.reason in NAMED and not protected), one.visit


def test_only_a_card_that_may_disarm_disarms(played: list[Played]) -> None:
    disarmed = 0
    for one in played:
        answers = one.visit.conditions
        if one.after.disarm:
            disarmed += 1
            assert (one.after.reason, answers["staff_disarms"], answers["staff_pin"]) == ("staff", "yes", "right")
        if one.after.open and answers["alarm"] in ("armed", "unknown"):
            assert one.after.disarm, one.visit
    assert disarmed > 100


# Errors planted in the table: the comparison is worth something only if it finds them.


def _with(rows: tuple[Row, ...], number: int, *instead: Row) -> Table:
    return Table((*rows[:number], *instead, *rows[number + 1 :]))


def _swapped() -> Iterator[tuple[str, Table]]:
    for number in range(ROWS - 1):
        first, second = TABLE.rows[number : number + 2]
        if first.reason != second.reason and not _exclusive(first, second):
            rows = (*TABLE.rows[:number], second, first, *TABLE.rows[number + 2 :])
            yield f"swapped: {first.words} / {second.words}", Table(rows)


def _exclusive(first: Row, second: Row) -> bool:
    """Whether no visit fits both rows, so that their order says nothing."""
    return any(not first.when[name] & second.when[name] for name in first.when.keys() & second.when.keys())


def _missing() -> Iterator[tuple[str, Table]]:
    for number, row in enumerate(TABLE.rows):
        yield f"missing: {row.words}", _with(TABLE.rows, number)


def _flipped() -> Iterator[tuple[str, Table]]:
    for number, row in enumerate(TABLE.rows):
        yield f"flipped: {row.words}", _with(TABLE.rows, number, msgspec.structs.replace(row, opens=not row.opens))


def _wider() -> Iterator[tuple[str, Table]]:
    for number, row in enumerate(TABLE.rows):
        for name in row.when:
            fewer = {other: answers for other, answers in row.when.items() if other != name}
            wider = msgspec.structs.replace(row, when=fewer)
            yield f"wider by {name}: {row.words}", _with(TABLE.rows, number, wider)


PLANTED = dict([*_swapped(), *_missing(), *_flipped(), *_wider()])

SAID_ABOVE = frozenset(
    {
        *(
            f"wider by offline_rule: The library system {says} and the person is not recently approved"
            for says in ("says nothing", "answers nonsense", "answers another question")
        ),
        "wider by consent: Not of age by the agreement where consent does not help",
        "wider by offline_rule: Recently approved while the library system is gone",
        "wider by recent: Recently approved while the library system is gone",
        "wider by library: Everything is right",
    }
)
"""Cells that repeat what the rows above have left, so that a row can be read alone."""

CANNOT_BE = frozenset(
    {
        *(
            f"wider by {name}: A staff card in its time {rest}"
            for name in ("staff_card", "pin")  # no PIN goes with a card that is not listed, and none is never right
            for rest in ("and the alarm is off", "that may disarm")
        ),
        "wider by consent_helps: Young and without a guardian's consent",  # else the age is "too young"
    }
)
"""Cells whose opposite no visit can have."""


@pytest.fixture(scope="module")
def agreeing(played: list[Played]) -> list[Played]:
    return [one for one in played if agrees(one, TABLE)]


def test_planted_errors_are_found(agreeing: list[Played]) -> None:
    missed = {name for name, planted in PLANTED.items() if all(_same(one, planted) for one in agreeing)}
    assert missed == SAID_ABOVE | CANNOT_BE


def _same(one: Played, planted: Table) -> bool:
    fitting = next((row for row in planted.rows if row.fits(one.visit.conditions)), None)
    return fitting is not None and (one.after.reason, one.after.open) == (fitting.reason, fitting.opens)
