"""What the letter is made of: chapters with odds, figures, tables, dates and assumptions, all finished text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from helhet.case.case import Case
from helhet.pieces.order import pieces
from helhet.show.figure import DataTable, Figure
from helhet.show.reading import Fan, Reading, Shortage, spread
from helhet.show.voice import Voice
from helhet.words.arrays import Flags


@dataclass(frozen=True)
class Odds:
    """In how many futures something happens, for the board and the head of a chapter.

    ``dots`` of a hundred are filled. ``if_comes`` is the same given that the plant comes, ``when`` says what year it
    begins and ``of_what`` what is counted.
    """

    count: str
    dots: int
    of_what: str
    if_comes: str
    when: str = ""


@dataclass(frozen=True)
class Titled:
    """A table with its heading and a note; ``look`` is its class in the style sheet."""

    title: str
    table: DataTable
    note: str = ""
    look: str = ""


@dataclass(frozen=True)
class Assumptions:
    """What a chapter rests on: counts by status in words, and the settings in full."""

    summary: str
    table: DataTable


@dataclass
class Chapter:
    """A piece of the town in the letter. ``headline`` is its sentence in the lead of the letter."""

    id: str
    heading: str
    headline: str
    odds: Odds | None
    paragraphs: list[str]
    figures: list[Figure] = field(default_factory=list)
    tables: list[Titled] = field(default_factory=list)
    dates: Titled | None = None
    assumptions: Assumptions | None = None
    unknown: list[str] = field(default_factory=list)


def odds_of(read: Reading, voice: Voice, hit: Flags, of_what: str, when: str = "") -> Odds:
    """The odds of ``hit``, shape (futures,), overall and given that the plant comes."""
    given = hit[read.comes]
    if_comes = voice.odds(int(given.sum()), len(given)) if len(given) else "–"
    dots = round(100 * float(hit.mean()))
    return Odds(voice.odds(int(hit.sum()), len(hit)), dots, of_what, if_comes, when)


def in_odds(voice: Voice, hit: Flags) -> str:
    """``74 of 100``: for use inside a sentence about futures."""
    return voice.odds(int(hit.sum()), len(hit))


def begins(voice: Voice, shortage: Shortage) -> str:
    """When a shortage begins, in the futures that have one: the middle year and the middle nine tenths.

    Empty when no future has one.
    """
    first = shortage.first
    if not len(first):
        return ""
    low, middle, high = (int(value) for value in np.quantile(first, (0.05, 0.5, 0.95), method="nearest"))
    if low == high:
        return voice.say("in {middle}, nearly always", middle=middle)
    return voice.say("in {middle} in the median case ({low}–{high})", middle=middle, low=low, high=high)


def severity(voice: Voice, shortage: Shortage) -> dict[str, str]:
    """How bad it is in the worst year of the futures that have a shortage: ``median`` and ``span``, for a sentence."""
    worst = spread(shortage.peak)
    return {"median": voice.rough(worst.median), "span": voice.span(worst.low, worst.high)}


def fan_table(voice: Voice, times: Sequence[int], drawn: Fan, digits: int = 2) -> DataTable:
    """A fan chart as a table, every point in time."""
    head = (voice.say("Year"), voice.say("Median"), voice.say("50 of 100 futures"), voice.say("90 of 100 futures"))
    rows = tuple(
        (
            str(time),
            voice.rough(drawn.median[i], digits),
            voice.span(drawn.low50[i], drawn.high50[i], digits),
            voice.span(drawn.low90[i], drawn.high90[i], digits),
        )
        for i, time in enumerate(times)
    )
    return DataTable(head, rows)


def plans_table(voice: Voice, times: Sequence[int], fans: Sequence[tuple[str, Fan]], digits: int = 2) -> DataTable:
    """Several plans' medians and 90 percent intervals as a table."""
    head = (voice.say("Year"), *(name for name, _ in fans))
    rows = tuple(
        (str(time), *(voice.about(f.median[i], f.low90[i], f.high90[i], digits) for _, f in fans))
        for i, time in enumerate(times)
    )
    return DataTable(head, rows)


def shortage_table(read: Reading, voice: Voice, shortages: dict[str, Shortage], amount: str) -> Titled:
    """Every plan's odds and the size of its shortages: overall, and given what becomes of the plant.

    ``amount`` says what is missing.
    """
    groups = (
        (voice.say("All futures"), np.ones(len(read.futures), dtype=bool)),
        (voice.say("The plant comes"), read.comes),
        (voice.say("It is cancelled"), read.turned_out("cancelled")),
        (voice.say("It collapses"), read.turned_out("collapse")),
    )
    rows = []
    for plan, shortage in shortages.items():
        cells = []
        for _, group in groups:
            part = shortage.among(group)
            hits = int(part.hit.sum())
            worst = spread(part.peak)
            size = voice.about(worst.median, worst.low, worst.high) if hits else ""
            cells.append(f"{voice.odds(hits, len(part.hit))}\n{size}" if len(part.hit) else "–")
        rows.append((plan_name(read, voice, plan), *cells))
    note = voice.say(
        "First line: in how many of those futures there is a shortage. Second line, in those that have one: {amount} "
        "in the worst year (90 of 100 futures). Futures in which the plant is cancelled make the odds look better than "
        "they are for anyone who must be ready when it comes, so both are shown.",
        amount=amount,
    )
    head = (voice.say("Plan"), *(label for label, _ in groups))
    return Titled(voice.say("All futures, and given what becomes of the plant"), DataTable(head, tuple(rows)), note)


def plan_name(read: Reading, voice: Voice, plan: str) -> str:
    """The plan's name in the reader's language."""
    return read.case.plans[plan].name.say(voice.language)


def kinds_of(*names: str) -> tuple[str, ...]:
    """The kinds of measure that the named pieces carry out."""
    return tuple(kind.name for piece in pieces() if piece.name in names for kind in piece.measures)


def tables_of(case: Case, *names: str) -> tuple[str, ...]:
    """The case's tables that belong to the named pieces."""
    own = (table.name for piece in pieces() if piece.name in names for table in piece.tables)
    return tuple(name for name in own if name in case.tables)
