"""Wrong guesses: never more than the limit reach the library system, whatever is tried, also over restarts."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from helhet_door.decide.limits import FORGETTING, LONGEST, Guesses, shift
from helhet_door.rules.model import Limits

MINUTE = 60.0
LIMITS = Limits()
FREE = Limits(reader_wrong=10**6)


def guess(guesses: Guesses, tag: str, door: str, at: float) -> bool:
    """A wrong guess that is asked only if it may; whether it was."""
    if guesses.card_limited(tag, at) or guesses.reader_limited(door, at):
        return False
    guesses.wrong(tag, door, at)
    return True


def asked(guesses: Guesses, seconds: range, door: str = "d") -> list[float]:
    return [float(at) for at in seconds if guess(guesses, "c", door, float(at))]


def test_ten_thousand_guesses_at_one_card() -> None:
    times = asked(Guesses(FREE), range(10_000))
    for start in times:
        assert sum(start <= time < start + 15 * MINUTE for time in times) <= 5
    assert len(times) == 20  # at 0, and after 15, 30 and 60 minutes: 105 minutes pass before a fifth lock ends


def test_locks_double_up_to_a_day_and_are_forgotten_after_a_quiet_one() -> None:
    guesses, at, lengths = Guesses(FREE), 0.0, []
    for _ in range(9):
        while not guesses.card_limited("c", at):
            guesses.wrong("c", "d", at)
        start = at
        while guesses.card_limited("c", at):
            at += MINUTE
        lengths.append((at - start) / MINUTE)
    assert lengths == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    at += FORGETTING
    assert lengths[-1] * MINUTE == LONGEST
    for _ in range(5):
        guesses.wrong("c", "d", at)
    assert guesses.card_limited("c", at + 15 * MINUTE - 1)
    assert not guesses.card_limited("c", at + 15 * MINUTE)


def test_the_window_slides() -> None:
    guesses = Guesses(FREE)
    for at in (0, 100, 200, 300):
        assert guess(guesses, "c", "d", at)
    assert guess(guesses, "c", "d", 15 * MINUTE)  # the first no longer counts
    assert not guesses.card_limited("c", 15 * MINUTE)
    assert guess(guesses, "c", "d", 15 * MINUTE + 1)
    assert guesses.card_limited("c", 15 * MINUTE + 1)


def test_a_reader_waits_after_twenty_whatever_the_cards() -> None:
    guesses = Guesses(LIMITS)
    done = [guess(guesses, f"c{number}", "d", float(number)) for number in range(30)]
    assert done == [True] * 20 + [False] * 10
    assert not guesses.reader_limited("other", 30.0)
    assert guesses.reader_limited("d", 599.9)
    assert not guesses.reader_limited("d", 600.0)


def test_it_says_when_a_card_or_reader_is_locked() -> None:
    guesses = Guesses(Limits(card_wrong=2, reader_wrong=3))
    locked = [guesses.wrong(tag, "d", at) for tag, at in (("a", 0.0), ("a", 1.0), ("b", 2.0))]
    assert [(each.card_locked, each.reader_locked) for each in locked] == [(False, False), (True, False), (False, True)]


def test_a_right_pin_takes_its_own_count_back_and_no_other() -> None:
    guesses = Guesses(FREE)
    for at in range(4):
        guesses.wrong("c", "d", at)
    guesses.wrong("c", "d", 4.0)
    assert guesses.card_limited("c", 5.0)
    guesses.right("c", "d", 4.0)  # the fifth was right: not locked, and four still count
    assert not guesses.card_limited("c", 5.0)
    guesses.wrong("c", "d", 5.0)
    assert guesses.card_limited("c", 5.0)
    guesses.right("c", "d", 3.5)  # never counted
    assert guesses.card_limited("c", 5.0)


def test_many_doors_at_once_get_no_more_than_one() -> None:
    guesses = Guesses(LIMITS)
    assert sum(guess(guesses, "c", f"d{door}", 0.0) for door in range(8)) == 5


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.booleans(), st.integers(0, 400)), min_size=12, max_size=60),
    st.booleans(),
)
def test_restarts_give_no_guess_for_free(steps: list[tuple[int, bool, int]], trusted: bool) -> None:
    """The wall clock runs on while the box is down, where it can be trusted; the monotonic one starts anew."""
    guesses, monotonic, wall, times = Guesses(FREE), 0.0, 1e9, []
    for wait, restart, down in steps:
        monotonic, wall = monotonic + wait, wall + wait
        if restart:
            rows, before = guesses.rows(), (monotonic, wall)
            monotonic, wall = random.Random(down).random() * 1000, wall + down
            guesses = Guesses(FREE)
            guesses.load(rows, shift(*before, monotonic, wall, trusted))
        if guess(guesses, "c", "d", monotonic):
            times.append(wall)
    for start in times:
        assert sum(start <= time < start + 15 * MINUTE - 1e-3 for time in times) <= 5


def test_a_clock_set_forward_or_back_over_a_restart_frees_nobody() -> None:
    guesses = Guesses(FREE)
    for at in range(5):
        guesses.wrong("c", "d", at)
    for wall, trusted in ((1e9 + 1e6, False), (0.0, True)):
        later = Guesses(FREE)
        later.load(guesses.rows(), shift(4.0, 1e9, 100.0, wall, trusted))
        assert later.card_limited("c", 100.0 + 15 * MINUTE - 5)


def test_a_hundred_thousand_cards_neither_fill_memory_nor_push_a_card_out() -> None:
    guesses = Guesses(LIMITS, most_cards=1000)
    for at in range(5):
        guesses.wrong("victim", "d", at)
    for number in range(100_000):
        guesses.wrong(f"c{number}", "d", 5.0)
    assert len(guesses.rows()) <= 1001
    assert guesses.card_limited("victim", 6.0)
    assert guesses.card_limited("somebody new", 6.0)  # on doubt no
    assert not guesses.card_limited("somebody new", 5.0 + 15 * MINUTE)  # and room again
    assert guesses.card_limited("victim", 15 * MINUTE)


def test_a_guess_that_nobody_answered_counts_for_the_card_and_not_for_the_reader() -> None:
    guesses = Guesses(Limits(card_wrong=2, reader_wrong=3))
    for number in range(3):
        guesses.wrong(f"{number:032x}", "main", 10.0 + number)
    assert guesses.reader_limited("main", 13.0)
    rows = guesses.silent("main", 11.0)
    assert [row.key for row in rows] == ["door:main"]
    assert not guesses.reader_limited("main", 13.0)
    guesses.wrong(f"{1:032x}", "main", 14.0)
    assert guesses.card_limited(f"{1:032x}", 15.0)
    assert guesses.silent("nosuch", 1.0) == ()
