"""Small numbers are hidden so that no attacker gets them back: by algebra, ranges, or the program itself."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helhet_door.keep.counts import Count
from helhet_door.keep.publish import Cell, Page, Place, published

TODAY = dt.date(2026, 6, 1)
WEEK = "2026-W10"
MONDAY = dt.date(2026, 3, 2)
CAP = 400  # more than any total here: no hidden number is larger in the attacker's eyes
Table = dict[Place, int]


def day(number: int) -> str:
    return (MONDAY + dt.timedelta(days=number)).isoformat()


def show(table: Table, threshold: int = 5) -> list[Cell]:
    counts = [Count(b, d, h or 0, "member", n, 0) for (b, d, h), n in table.items() if n]
    return published(counts, TODAY, threshold)


def number(cells: list[Cell], week: str, what: str, place: Place) -> int | None:
    return Page(cells, week, what).number(*place)


def totals(table: Table) -> Table:
    """The numbers of every place, worked out apart from the program."""
    all_of: Table = defaultdict(int)
    for (branch, date, hour), amount in table.items():
        for place in (("", "", None), (branch, "", None), (branch, date, None), (branch, date, hour)):
            all_of[place] += amount
    return {place: amount for place, amount in all_of.items() if amount}


def parts(cells: list[Cell], above: Cell) -> list[Cell]:
    def parent(cell: Cell) -> Place | None:
        if cell.hour is not None:
            return (cell.branch, cell.day, None)
        return (cell.branch, "", None) if cell.day else ("", "", None) if cell.branch else None

    return [cell for cell in cells if parent(cell) == (above.branch, above.day, above.hour)]


def tables(dice: random.Random) -> Table:
    """A week at one to three branches: some busy, some with single visitors."""
    return {
        (branch, day(date), hour): max(0, int(dice.choice((dice.gauss(2, 2), dice.gauss(12, 8)))))
        for branch in ("a", "b", "c")[: dice.randint(1, 3)]
        for date in range(dice.randint(1, 4))
        for hour in range(17, 17 + dice.randint(1, 4))
    }


def possible(cells: list[Cell], small: dict[Place, bool], threshold: int, fixed: Place, value: int) -> bool:
    """Whether ``fixed`` could be ``value``, to somebody who knows what is shown and which hidden numbers are small.

    Sets of sums as bits of one long number: a way of its own, with nothing of the program's intervals.
    """
    everything = (1 << CAP) - 1

    def sums(cell: Cell) -> int:
        place = (cell.branch, cell.day, cell.hour)
        here = everything & ~1
        if cell.number is not None:
            here = 1 << cell.number
        elif small[place]:
            here &= (1 << threshold) - 1
        else:
            here &= ~((1 << threshold) - 1)
        if place == fixed:
            here &= 1 << value
        below = parts(cells, cell)
        if below:
            total = 1
            for part in below:
                ways, total_before, total = sums(part), total, 0
                while ways:
                    lowest = ways & -ways
                    total |= total_before << (lowest.bit_length() - 1)
                    ways ^= lowest
                total &= everything
            here &= total
        return here

    return sums(cells[0]) != 0


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), threshold=st.sampled_from((3, 5, 10)))
def test_what_is_shown_is_true_and_nothing_small_is_shown(seed: int, threshold: int) -> None:
    table = tables(random.Random(seed))
    truth, cells = totals(table), show(table, threshold)
    for cell in cells:
        true = truth[cell.branch, cell.day, cell.hour]
        assert cell.number in (None, true)
        assert cell.number is None or cell.number >= threshold
    page = Page(cells, WEEK, "member")
    for place in itertools.chain(truth, table):
        shown = page.number(*place)
        assert shown is None or shown == truth.get(place, 0)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), threshold=st.sampled_from((3, 5)))
def test_every_small_number_stays_as_open_as_small_numbers_are(seed: int, threshold: int) -> None:
    table = tables(random.Random(seed))
    truth, cells = totals(table), show(table, threshold)
    small = {place: amount < threshold for place, amount in truth.items()}
    for cell in cells:
        place = (cell.branch, cell.day, cell.hour)
        if cell.number is None and small[place]:
            assert all(possible(cells, small, threshold, place, value) for value in range(1, threshold)), place


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_hidden_number_can_be_solved_for(seed: int) -> None:
    """All equations of the page, brought to their simplest form: none has a single unknown left."""
    cells = show(tables(random.Random(seed)))
    unknown = [cell for cell in cells if cell.number is None]
    column = {cell: index for index, cell in enumerate(unknown)}
    equations = []
    for cell in cells:
        below = parts(cells, cell)
        if below:
            equation = [Fraction(0)] * (len(unknown) + 1)
            for term, sign in ((cell, 1), *((part, -1) for part in below)):
                if term.number is None:
                    equation[column[term]] += sign
                else:
                    equation[-1] -= sign * term.number
            equations.append(equation)
    for pivot in range(len(unknown)):
        row = next((e for e in equations if e[pivot] and not any(e[:pivot])), None)
        if row is None:
            continue
        row[:] = [value / row[pivot] for value in row]
        for other in equations:
            if other is not row and other[pivot]:
                other[:] = [a - other[pivot] * b for a, b in zip(other, row, strict=True)]
    assert all(sum(value != 0 for value in equation[:-1]) != 1 for equation in equations)


def test_a_single_visitor_is_not_what_is_missing_from_the_day() -> None:
    """The plain attack: the day less the hours that are shown."""
    evening = {("a", day(0), 17): 12, ("a", day(0), 18): 1, ("a", day(0), 19): 30}
    cells = show(evening)
    hours = [number(cells, WEEK, "member", place) for place in evening]
    assert hours.count(None) >= 2
    assert number(cells, WEEK, "member", ("a", day(0), None)) == 43


def test_two_small_numbers_do_not_cover_each_other() -> None:
    """2 and 3 of 12, with the 7 shown: that they may cover each other only where they are 5 together would tell it."""
    evening = {("a", day(0), 17): 2, ("a", day(0), 18): 3, ("a", day(0), 19): 7, ("a", day(0), 20): 40}
    cells = show(evening)
    assert [number(cells, WEEK, "member", place) for place in evening] == [None, None, None, 40]


def test_a_single_visitor_is_not_the_week_less_the_days() -> None:
    week = {("a", day(0), 18): 1, ("a", day(1), 18): 40, ("a", day(2), 18): 50, ("a", day(3), 18): 60}
    cells = show(week)
    days = [number(cells, WEEK, "member", (branch, date, None)) for branch, date, _ in week]
    assert days == [None, None, 50, 60]
    assert number(cells, WEEK, "member", ("a", day(1), 18)) is None, "its only hour would tell the day"


def test_a_small_branch_is_not_all_less_the_others() -> None:
    town = {("a", day(0), 18): 2, ("b", day(0), 18): 40, ("c", day(0), 18): 60}
    cells = show(town)
    assert number(cells, WEEK, "member", ("", "", None)) == 102
    assert [number(cells, WEEK, "member", (b, "", None)) for b in "abc"] == [None, None, 60]


def test_where_nobody_came_0_is_shown_but_not_below_a_small_total() -> None:
    cells = show({("a", day(0), 18): 40, ("a", day(1), 18): 2, ("a", day(2), 18): 40, ("a", day(3), 18): 40})
    assert number(cells, WEEK, "member", ("a", day(2), 3)) == 0
    assert number(cells, WEEK, "member", ("a", day(5), 18)) == 0
    assert number(cells, WEEK, "member", ("a", day(1), 3)) is None
    assert number(show({("a", day(0), 18): 2}), WEEK, "member", ("a", day(4), 12)) is None
    assert number([], WEEK, "member", ("a", day(4), 12)) == 0


def test_a_week_is_shown_when_it_is_over() -> None:
    counts = [Count("a", day(6), 18, "member", 50, 0)]
    assert published(counts, dt.date(2026, 3, 8)) == []
    assert published(counts, dt.date(2026, 3, 9))


def test_not_even_by_running_the_program_on_every_possible_table() -> None:
    """Two small shapes, all of their tables: whoever sees a page and knows the program has two answers at least."""
    for shape, most in (([(0, 17), (0, 18), (0, 19)], 12), ([(0, 17), (0, 18), (1, 17)], 12)):
        places = [("a", day(date), hour) for date, hour in shape]
        seen: dict[tuple[tuple[Place, int | None], ...], list[tuple[int, ...]]] = defaultdict(list)
        for values in itertools.product(range(most + 1), repeat=len(places)):
            cells = show(dict(zip(places, values, strict=True)))
            seen[tuple(((c.branch, c.day, c.hour), c.number) for c in cells)].append(values)
        for page, answers in seen.items():
            if any(most in answer for answer in answers):
                continue  # tables beyond the largest look the same
            for index, place in enumerate(places):
                found = {answer[index] for answer in answers}
                assert len(found) > 1 or min(found) == 0 or min(found) >= 5 or (place, min(found)) in page, page


def test_a_threshold_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="3 or more"):
        published([], TODAY, 2)
