"""What the letter is made of: chapters with odds, figures, tables, dates and assumptions, all finished text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from helhet.case.case import Case
from helhet.pieces.order import pieces
from helhet.show.ink import DataTable, Figure
from helhet.show.reading import Fan, Flags, Reading, Shortage, spread
from helhet.show.voice import Voice


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
    """A table with its heading and a note."""

    title: str
    table: DataTable
    note: str = ""


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
    """When a shortage begins, in the futures that have one: the middle year and the middle nine tenths."""
    first = shortage.first
    if not len(first):
        return voice.say("in no year up to {last}", last=int(shortage.years[-1]))
    low, middle, high = (int(value) for value in np.quantile(first, (0.05, 0.5, 0.95), method="nearest"))
    if low == high:
        return voice.say("{middle} in nearly all of them", middle=middle)
    return voice.say("most often by {middle} ({low}–{high})", middle=middle, low=low, high=high)


def fan_table(voice: Voice, times: Sequence[int], drawn: Fan) -> DataTable:
    """A fan chart as a table, every point in time."""
    head = (voice.say("Year"), voice.say("Median"), voice.say("50 of 100 futures"), voice.say("90 of 100 futures"))
    rows = tuple(
        (
            str(time),
            voice.rough(drawn.median[i]),
            voice.span(drawn.low50[i], drawn.high50[i]),
            voice.span(drawn.low90[i], drawn.high90[i]),
        )
        for i, time in enumerate(times)
    )
    return DataTable(head, rows)


def plans_table(voice: Voice, times: Sequence[int], fans: Sequence[tuple[str, Fan]]) -> DataTable:
    """Several plans' medians and 90 percent intervals as a table."""
    head = (voice.say("Year"), *(name for name, _ in fans))
    rows = tuple(
        (str(time), *(f"{voice.rough(f.median[i])} ({voice.span(f.low90[i], f.high90[i])})" for _, f in fans))
        for i, time in enumerate(times)
    )
    return DataTable(head, rows)


def shortage_table(read: Reading, voice: Voice, shortages: dict[str, Shortage], amount: str) -> Titled:
    """Every plan's odds, first year and amount in its worst year: overall, and given what becomes of the plant."""
    groups = (
        (voice.say("all futures"), np.ones(len(read.futures), dtype=bool)),
        (voice.say("the plant comes"), read.comes),
        (voice.say("it is cancelled"), read.turned_out("cancelled")),
        (voice.say("it collapses"), read.turned_out("collapse")),
    )
    rows = []
    for plan, shortage in shortages.items():
        for label, group in groups:
            if not group.any():
                continue
            part = Shortage(shortage.missing[group], shortage.limit[group], shortage.beyond[group], shortage.years)
            worst = spread(part.missing[:, part.worst])
            rows.append(
                (
                    plan_name(read, voice, plan),
                    label,
                    voice.odds(int(part.hit.sum()), len(part.hit)),
                    begins(voice, part),
                    str(int(part.years[part.worst])),
                    f"{voice.rough(worst.median)} ({voice.span(worst.low, worst.high)})",
                )
            )
    head = (
        voice.say("Plan"),
        voice.say("Futures counted"),
        voice.say("Shortage in"),
        voice.say("Begins"),
        voice.say("Worst year"),
        amount,
    )
    note = voice.say(
        "Futures in which the plant is cancelled make the town's odds look better than they are for anyone who has to "
        "be ready when it comes. So both are shown."
    )
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
