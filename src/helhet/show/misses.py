"""Comparisons told: as a table for the letter, and on one screen for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from helhet.show.comparison import FEW, Comparison, Miss
from helhet.show.figure import DataTable
from helhet.show.grid import fit, grid
from helhet.show.parts import Titled
from helhet.show.voice import Voice

WIDTH = 100


def summary_rows(comparisons: Sequence[Comparison], language: str) -> list[tuple[str, ...]]:
    """One row for each comparison: name, cells, total in the table, total made, all misses, largest miss and where,
    largest miss in percent and where. A line break parts a number from its place.
    """
    voice = Voice(language)
    rows: list[tuple[str, ...]] = []
    for one in comparisons:
        relative = one.relative
        rows.append(
            (
                one.name.say(language),
                voice.number(one.rows.height),
                voice.number(one.wanted),
                voice.number(one.made),
                _off(voice, one),
                _told(voice, one.largest, _size(voice, one.largest.size)),
                "–" if relative is None else _told(voice, relative, _percent(voice, relative.share)),
            )
        )
    return rows


def summary_table(comparisons: Sequence[Comparison], language: str) -> Titled:
    """The comparisons as a table with its heading and what its columns mean."""
    voice = Voice(language)
    head = (
        voice.say("Table"),
        voice.say("Cells"),
        voice.say("In the table"),
        voice.say("Made"),
        voice.say("All misses"),
        voice.say("Largest miss"),
        voice.say("Largest miss in percent"),
    )
    note = voice.say(
        "Nothing is corrected afterwards: where the tables cannot all be met, the difference stands here. All misses: "
        "their sum, whatever their sign, as a share of the table's total. In percent: of cells with at least {few} in "
        "the table. Every cell is in first-day.csv.",
        few=FEW,
    )
    title = voice.say("The first day: tables against the made town")
    return Titled(title, DataTable(head, tuple(summary_rows(comparisons, language))), note)


def summary_lines(comparisons: Sequence[Comparison], language: str) -> list[str]:
    """The comparisons for the terminal: four lines more than there are comparisons, none longer than ``WIDTH``."""
    voice = Voice(language)
    rows = [("", voice.say("Table"), voice.say("Made"), voice.say("All misses"), "")]
    places = [voice.say("Largest miss")]
    for one in comparisons:
        worst = one.largest
        numbers = voice.number(one.wanted), voice.number(one.made), _off(voice, one), _size(voice, worst.size)
        rows.append((one.name.say(language), *numbers))
        places.append(worst.where.say(language) if worst.size else "")
    width = max(len(line) for line in grid(rows))
    table = (f"{line.ljust(width)}  {place}".rstrip() for line, place in zip(grid(rows), places, strict=True))
    note = voice.say("All misses: their sum as a share of the table. helhet run writes every cell to first-day.csv.")
    title = voice.say("The first day: tables against the made town")
    return [fit(line, WIDTH) for line in (title, *table, "", note)]


def _told(voice: Voice, miss: Miss, number: str) -> str:
    return f"{number}\n{miss.where.say(voice.language)}" if miss.size else number


def _size(voice: Voice, size: float) -> str:
    """A miss with its sign; a fraction of a person is said as such."""
    if size == 0:
        return voice.say("exact")
    return "<1" if abs(size) < 0.5 else _sign(size) + voice.number(abs(size))


def _sign(value: float) -> str:
    return "+" if value > 0 else "−"


def _percent(voice: Voice, share: float) -> str:
    if share == 0:
        return voice.say("exact")
    number = "<1" if abs(share) < 0.005 else _sign(share) + voice.number(100 * abs(share))
    return voice.say("{number}%", number=number)


def _off(voice: Voice, one: Comparison) -> str:
    """The sum of all misses in percent of the table's total, with one decimal; a dash where the table is empty."""
    if isnan(one.off):
        return "–"
    number = "<" + voice.number(0.1, 1) if 0 < one.off < 0.0005 else voice.number(100 * one.off, 1)
    return voice.say("{number}%", number=number)
