"""The latest start of a measure inside a plan, by simulation, with the rest of the plan as it is.

For each future ``f`` the latest start ``L_f`` is the last month of a grid in which the measure can begin and the need
still stays within its tolerance: ``inf`` where it stays so without the measure too, ``-inf`` where not even a start in
the first month of the grid prevents the shortage. Then

    P(shortage | start s) = share of futures with L_f < s,

so the latest start at risk alpha is an order statistic of ``L``, as it is of slack for a single measure
(:mod:`helhet.decide.act_by`).

Each ``L_f`` is found by bisection on the very same future. That takes for granted that a later start never helps: if
the measure prevents the shortage when it begins in month ``s``, it does so when it begins earlier. In a coupled town
this can fail for a single future (one that is served first changes who is served next), so who asks lives all futures
once more at the date found.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from helhet.decide.strain import Watch
from helhet.decide.trial import Trials, Variant, shifted
from helhet.words.arrays import Flags, Floats, Ints
from helhet.words.plan import Plan


@dataclass(frozen=True)
class Question:
    """What is asked of a measure in a plan: that there is no such shortage as ``watch`` looks for."""

    plan: Plan
    measure: str
    watch: Watch


@dataclass(frozen=True)
class Ask:
    """Is there a shortage when the measure begins in ``month`` (None: never), in the futures ``numbers``?"""

    month: int | None
    numbers: Ints


Search = Generator[list[Ask], list[Flags], Floats]
"""Asks round by round, is sent the answers in the same order, and ends with the latest starts."""

Hit = Callable[[Ask], Flags]
"""Answers one question."""


def search(numbers: Ints, grid: Sequence[int], known: tuple[int, Flags] | None = None) -> Search:
    """The latest start in each of the futures ``numbers``, shape (futures,), found by asking.

    ``grid`` holds the months in which the measure may begin, in order. ``known`` is a month in which it is already
    known where there is a shortage (the plan as it stands), shape (futures,): by the same rule that a later start never
    helps, that halves what must be lived. All questions of a round can be answered at the same time.
    """
    low = np.full(len(numbers), -1, dtype=np.int64)  # place of a start with no shortage; -1: none yet
    high = np.full(len(numbers), len(grid) + 1, dtype=np.int64)  # place of one with; len(grid) is never, + 1 none yet
    if known is not None:
        month, short = known
        low[~short] = np.searchsorted(grid, month, side="right") - 1
        high[short] = np.searchsorted(grid, month, side="left")
    while (places := _next(low, high, len(grid))).max(initial=-1) >= 0:
        rows = [np.flatnonzero(places == place) for place in np.unique(places[places >= 0])]
        asked = [int(places[own[0]]) for own in rows]
        answers = yield [
            Ask(grid[place] if place < len(grid) else None, numbers[own])
            for place, own in zip(asked, rows, strict=True)
        ]
        for place, own, short in zip(asked, rows, answers, strict=True):
            high[own[short]] = place
            low[own[~short]] = place
    found = np.where(low >= len(grid), inf, np.asarray([*grid, inf], dtype=np.float64)[low])
    return np.where(high == 0, -inf, found)


def _next(low: Ints, high: Ints, never: int) -> Ints:
    """The place to ask about next in each future, shape (futures,); -1 where nothing is left to ask."""
    places = np.where(high - low > 1, (low + high) // 2, -1)
    places[(low >= 0) & (high > never)] = never  # is it needed at all?
    places[(low < 0) & (high > 0)] = 0  # would a start today do?
    return np.where(low >= never, -1, places)


def latest(hit: Hit, numbers: Ints, grid: Sequence[int], known: tuple[int, Flags] | None = None) -> Floats:
    """:func:`search` with its questions answered one after the other by ``hit``."""
    (found,) = together([search(numbers, grid, known)], lambda asked: [[hit(ask) for ask in asks] for asks in asked])
    return found


def together(
    searches: Sequence[Search], answer: Callable[[Sequence[list[Ask]]], Sequence[list[Flags]]]
) -> list[Floats]:
    """The ends of several searches, their questions of each round answered at the same time.

    ``answer`` is given the questions of every search (none for one that has ended) and gives the answers likewise.
    """
    found: list[Floats | None] = [None] * len(searches)
    asks: list[list[Ask]] = [[] for _ in searches]
    for i, one in enumerate(searches):
        asks[i] = _sent(one, None, i, found)
    while any(asks):
        answers = answer(asks)
        for i, one in enumerate(searches):
            if found[i] is None:
                asks[i] = _sent(one, answers[i], i, found)
    return [each for each in found if each is not None]


def _sent(one: Search, answers: list[Flags] | None, place: int, found: list[Floats | None]) -> list[Ask]:
    """Send answers to a search (None: begin it) and give what it asks next; its end is noted in ``found``."""
    try:
        return next(one) if answers is None else one.send(answers)
    except StopIteration as end:
        found[place] = end.value
        return []


def lived(trials: Trials, questions: Sequence[Question], asked: Sequence[list[Ask]]) -> list[list[Flags]]:
    """Answers by living the futures: the questions asked about each of ``questions``, all at the same time."""
    answers: list[list[Flags]] = [[] for _ in questions]
    for watch in dict.fromkeys(question.watch for question in questions):
        own = [i for i, asks in enumerate(asked) if asks and questions[i].watch == watch]
        variants = [
            Variant(shifted(questions[i].plan, questions[i].measure, ask.month), ask.numbers)
            for i in own
            for ask in asked[i]
        ]
        told = iter(trials.hits(variants, watch))
        for i in own:
            answers[i] = [next(told) for _ in asked[i]]
    return answers
