"""The town's own goals, and in how many futures each plan reaches them."""

from __future__ import annotations

import numpy as np

from helhet.case.case import Rows
from helhet.show.figure import DataTable
from helhet.show.grounds import source_words
from helhet.show.parts import Titled, plan_name
from helhet.show.reading import Reading
from helhet.show.units import unit
from helhet.show.voice import Voice
from helhet.words.arrays import Flags

FLOWS = (
    "homes.completed",
    "people.births",
    "people.deaths",
    "people.moved_in",
    "people.moved_out",
    "measures.spent",
)
"""Outcomes that happen during a year: a goal for one is a sum from the base date. Others are levels at a date."""


def reached(read: Reading, plan: str, outcome: str, month: int, value: float) -> Flags | None:
    """Futures in which ``outcome`` is at least ``value`` by ``month``, shape (futures,); None if it cannot be told.

    A yearly level is read at the last year end that is not after the month, since the goal's month itself is not
    simulated. None when the outcome is not declared, is repeated over a list, or the month lies outside the run.
    """
    declared = read.declared.get(outcome)
    if declared is None or declared.per:
        return None
    values = read.total(outcome, plan)
    if declared.scope == "month":
        return values[:, month] >= value if 0 <= month < values.shape[1] else None
    year = (month + 1) // 12 - 1
    if not 0 <= year < values.shape[1]:
        return None
    level = values[:, : year + 1].sum(axis=1) if outcome in FLOWS else values[:, year]
    return np.asarray(level >= value)


def _name(rows: Rows, i: int, voice: Voice) -> str:
    """The goal's name, and its note on a line below."""
    note = str(rows["note"][i]) if "note" in rows.columns else ""
    return "\n".join(part for part in (str(rows[f"name_{voice.language}"][i]), note) if part)


def goals_table(read: Reading, voice: Voice) -> Titled | None:
    """Every goal of the case with the odds that each plan reaches it; None when the case has no goals."""
    rows = read.case.tables.get("goals")
    if rows is None or not len(rows):
        return None
    said = []
    for i in range(len(rows)):
        outcome, month, value = str(rows["outcome"][i]), int(rows["by"][i]), float(rows["value"][i])
        odds = []
        for plan in read.plans:
            hit = reached(read, plan, outcome, month, value)
            odds.append("–" if hit is None else voice.odds(int(hit.sum()), len(hit)))
        said.append(
            (
                _name(rows, i, voice),
                f"{voice.plain(value)} {unit(str(rows['unit'][i]), voice.language)}",
                voice.month(read.case.date(month)),
                *odds,
                source_words(read.case, voice, str(rows["source"][i])),
            )
        )
    head = (
        voice.say("Goal"),
        voice.say("Amount"),
        voice.say("By"),
        *(plan_name(read, voice, plan) for plan in read.plans),
        voice.say("Source"),
    )
    note = voice.say("Futures in which the goal is reached in time. A dash: not compared here.")
    return Titled(voice.say("The town's own goals"), DataTable(head, tuple(said)), note)
