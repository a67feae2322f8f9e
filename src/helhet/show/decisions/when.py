"""Dates as decision makers read them: never finer than they are known, and rounded down."""

from __future__ import annotations

from math import floor, inf, isfinite

from helhet.case.case import Case
from helhet.decide.act_by import Dated
from helhet.show.voice import Voice

NBSP = "\u00a0"
"""A space at which no line is broken."""

MONTH, QUARTER, YEAR = 1, 3, 12
"""The steps, in months, in which a date can be said."""


def step(dated: Dated) -> int:
    """The step in which a date is said: no finer than its interval is wide (a month, a quarter or a year)."""
    width = dated.high - dated.low
    if not isfinite(width) or width > YEAR:
        return YEAR
    return MONTH if width <= QUARTER else QUARTER


def by_end_of(case: Case, voice: Voice, month: float, every: int) -> str:
    """The last whole month, quarter or year that is over when ``month`` is over: rounded down, never up."""
    if month == inf:
        return voice.say("never")
    if month == -inf:
        return voice.say("the past")
    date = case.date(_last(case, month, every))
    if every == YEAR:
        return str(date.year)
    if every == QUARTER:
        quarter = voice.say("Q{quarter} {year}", quarter=(date.month + 2) // 3, year=date.year)
        return quarter.replace(" ", NBSP)
    return voice.month_short(date).replace(" ", NBSP)


def _last(case: Case, month: float, every: int) -> int:
    """The last month of the last whole step that is over when ``month`` is over."""
    shift = case.date(0).month - 1
    return (floor(month) + 1 + shift) // every * every - 1 - shift


def interval(case: Case, voice: Voice, dated: Dated) -> str:
    """The interval of a date, in the step of the date; a year that both ends share is said once."""
    low, high = (by_end_of(case, voice, month, step(dated)) for month in (dated.low, dated.high))
    if low == high:
        return low
    if dated.low == -inf and dated.high == inf:
        return voice.say("any date, or never")
    if dated.low == -inf:
        return voice.say("{date} or earlier", date=high)
    if dated.high == inf:
        return voice.say("{date} or later", date=low)
    first, _, year = low.rpartition(NBSP)
    return f"{first}–{high}" if first and high.endswith(NBSP + year) else f"{low}–{high}"


def rounded(case: Case, dated: Dated) -> float:
    """The month that is said for a date, rounded down as it is said; today where that would lie before today.

    Not finite where the date is not.
    """
    if not isfinite(dated.month):
        return dated.month
    month = _last(case, dated.month, step(dated))
    now = case.month(case.knowledge_date)
    return max(month, now) if dated.state(now) == "in_time" else month


def date_of(case: Case, voice: Voice, dated: Dated) -> str:
    """The date alone, or that the measure is not needed at this risk."""
    if dated.month == inf:
        return voice.say("not needed at this risk")
    now = case.month(case.knowledge_date)
    if dated.state(now) == "in_time" and _last(case, dated.month, step(dated)) < now:
        return voice.say("now")  # in time yet, but rounded down it would lie before today
    return by_end_of(case, voice, dated.month, step(dated))


def said(case: Case, voice: Voice, dated: Dated) -> str:
    """A date with its interval in brackets, and that it has passed where it has."""
    if dated.month == inf:
        return voice.say("not needed at this risk")
    date = f"{date_of(case, voice, dated)} ({interval(case, voice, dated)})"
    if dated.state(case.month(case.knowledge_date)) == "passed":
        return voice.say("passed: {date}", date=date)
    return date
