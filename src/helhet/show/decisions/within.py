"""Measures inside a plan: by when each must begin if the rest of the plan stands, found by simulation."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite

import numpy as np

from helhet.decide.act_by import Dated, act_by, dated
from helhet.decide.latest import Ask, Question, lived, search, together
from helhet.decide.trial import Trials
from helhet.show.decisions.kept import Within
from helhet.show.decisions.when import said
from helhet.show.desk import Desk
from helhet.show.figure import DataTable
from helhet.show.parts import Titled
from helhet.show.voice import Voice
from helhet.words.arrays import Flags, Floats

GRID = 3
"""Months between the starts that are tried: finer than what homes and jobs, counted once a year, can tell apart."""


def grid(desk: Desk) -> list[int]:
    """The starts that are tried: every third month from today, as far as odds are counted."""
    return list(range(desk.now, desk.months, GRID))


def dates_within(
    desk: Desk, trials: Trials, plan: str, futures: int, measures: Sequence[str] = ()
) -> tuple[Within, ...]:
    """The latest start of each measure of ``plan`` (or of ``measures``) in the first ``futures`` futures."""
    rows = np.arange(min(futures, len(desk.read.futures)))
    numbers = desk.read.futures[rows]
    known = {one.id for one in desk.measures}
    starts = {start.measure: start.month for start in reversed(desk.case.plans[plan].starts)}
    chosen = [measure for measure in sorted(starts) if measure in known and (not measures or measure in measures)]
    questions = [_question(desk, plan, measure) for measure in chosen]
    held = {start.measure for start in desk.case.plans[plan].starts if start.commit_month is not None}
    searches = []
    for one in questions:
        # A start that is held back before committing is tried without that: the plan's results say nothing of it.
        short = desk.strain(plan, one.watch.need).hit(desk.months)[rows]
        searches.append(search(numbers, grid(desk), None if one.measure in held else (starts[one.measure], short)))
    months = together(searches, lambda asked: lived(trials, questions, asked))
    dates = [int(by) if isfinite(by := act_by(each, desk.risk)) else None for each in months]
    again = lived(trials, questions, [[] if date is None else [Ask(date, numbers)] for date in dates])
    return tuple(
        _within(desk, one, each, date, float(short[0].mean()) if short else None)
        for one, each, date, short in zip(questions, months, dates, again, strict=True)
    )


def _question(desk: Desk, plan: str, measure: str) -> Question:
    """That the whole need stays met, not only that of one occupation."""
    need, _ = desk.need(desk.case.measures[measure])
    return Question(desk.case.plans[plan], measure, desk.watch(need))


def _within(desk: Desk, question: Question, months: Floats, date: int | None, checked: float | None) -> Within:
    return Within(
        question.plan.id,
        question.measure,
        question.watch.need.name,
        desk.months,
        tuple(float(one) if np.isfinite(one) else None for one in months),
        tuple(bool(one == inf) for one in months),
        desk.risk,
        date,
        checked,
    )


def slacks(one: Within) -> Floats:
    """The latest starts as months, shape (futures,): ``-inf`` where it is too late, ``inf`` where it is not needed."""
    return np.array(
        [
            inf if free else -inf if month is None else month
            for month, free in zip(one.latest, one.unneeded, strict=True)
        ]
    )


def table(desk: Desk, voice: Voice, kept: Sequence[Within]) -> Titled | None:
    """A row for each measure of each plan: where it decides, by when, and the risk with it today and without it."""
    rows = []
    for one in kept:
        months = slacks(one)
        if len(months) > len(desk.comes):
            continue  # found in more futures than the results hold now
        comes = desk.comes[: len(months)]
        if not comes.any():
            continue
        given, overall = dated(months[comes], one.risk), dated(months, one.risk)
        rows.append(
            (
                desk.case.measures[one.measure].name.say(voice.language)
                + "\n"
                + desk.case.plans[one.plan].name.say(voice.language),
                _odds(voice, np.isfinite(months[comes])),
                _date(desk, voice, given),
                _date(desk, voice, overall),
                _odds(voice, months[comes] == -inf),
                _odds(voice, months[comes] < inf),
                "–" if one.checked is None else voice.percent(one.checked),
            )
        )
    if not rows:
        return None
    head = (
        voice.say("Measure"),
        voice.say("It decides in"),
        voice.say("Begin by the end of, if the plant comes"),
        voice.say("Begin by the end of, in all futures"),
        voice.say("Short even if begun today"),
        voice.say("Short without it"),
        voice.say("Short in all futures, lived at that date"),
    )
    note = voice.say(
        "By simulation of the whole town with the rest of the plan as it is: the latest start, of every third month, "
        "that keeps the need within its tolerance for {years} years in all but {risk} of {n} futures. It decides "
        "where a start today prevents a shortage that there is without it. The odds are given that the plant comes.",
        years=desk.months // 12,
        risk=voice.both(dict.fromkeys(voice.limit(one.risk) for one in kept)),
        n=voice.both(dict.fromkeys(voice.number(len(one.latest)) for one in kept)),
    )
    return Titled(voice.say("Inside the plan"), DataTable(head, tuple(rows)), note)


def _odds(voice: Voice, hit: Flags) -> str:
    return voice.odds(int(hit.sum()), len(hit))


def _date(desk: Desk, voice: Voice, one: Dated) -> str:
    """The date, or that no start keeps the risk."""
    if one.month == -inf:
        return voice.say("no start keeps this risk")
    return said(desk.case, voice, one)
