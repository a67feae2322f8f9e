"""The chapter on people."""

from __future__ import annotations

import numpy as np

from helhet.show.chapters.common import district_figures, fan_figure, plans_figure
from helhet.show.figure import DataTable
from helhet.show.grounds import assumptions
from helhet.show.ink import MAIN
from helhet.show.parts import Chapter, Titled, in_odds, odds_of, plan_name
from helhet.show.reading import Reading, spread
from helhet.show.units import digits
from helhet.show.voice import Voice

NEEDS = ("people.residents", "people.births", "people.deaths", "people.moved_in", "people.moved_out")

LEVEL = digits("people.residents")
"""Significant digits of how many live here."""


def chapter(read: Reading, voice: Voice) -> Chapter:
    """Residents: how many, whether fewer than today, ages, where."""
    residents = {plan: read.total("people.residents", plan) for plan in read.plans}
    main = residents[read.main]
    last = int(read.odds_years[-1])
    column = len(read.odds_years) - 1
    today = float(read.case.tables["population"]["value"].sum())
    fewer = main[:, column] < today
    then = spread(main[:, column])
    amount = {"year": last, "median": voice.rough(then.median, LEVEL), "span": voice.span(then.low, then.high, LEVEL)}
    headline = voice.say(
        "At the end of {year} about {median} people live here ({span}); in {odds} futures fewer than today's {today}.",
        odds=in_odds(voice, fewer),
        today=voice.number(today),
        **amount,
    )
    comes = spread(main[read.comes, column])
    paragraphs = [
        voice.say(
            "Given that the plant comes, about {median} people live here at the end of {year} ({span}); given that it "
            "is cancelled, about {cancelled}.",
            year=last,
            median=voice.rough(comes.median, LEVEL),
            span=voice.span(comes.low, comes.high, LEVEL),
            cancelled=voice.rough(spread(main[read.turned_out("cancelled"), column]).median, LEVEL),
        ),
        _sums(read, voice, last),
    ]
    where = read.values("people.residents", read.main)[:, column, :]
    names = [district.name for district in read.case.districts]
    place = names[int(np.median(where, axis=0).argmax())]
    figures = [
        fan_figure(
            read,
            voice,
            "people-fan",
            main,
            voice.say("Residents at the end of the year: about {median} in {year}", **amount),
            (today, voice.say("today {number}", number=voice.number(today))),
            zero=False,
            digits=LEVEL,
        ),
        plans_figure(
            read,
            voice,
            "people-plans",
            residents,
            voice.say("Residents under each plan"),
            limit=today,
            zero=False,
            digits=LEVEL,
        ),
        *district_figures(
            read,
            voice,
            "people-where",
            where,
            (
                voice.say(
                    "Where people live at the end of {year}: the largest number in {place}", year=last, place=place
                ),
                voice.say("Residents by district at the end of {year}", year=last),
            ),
            MAIN,
            LEVEL,
        ),
    ]
    odds = odds_of(read, voice, fewer, voice.say("futures have fewer residents in {year} than today", year=last))
    return Chapter(
        "people",
        voice.say("People"),
        headline,
        odds,
        paragraphs,
        figures,
        [_ages(read, voice)],
        None,
        assumptions(read.case, voice, "people"),
        [
            voice.say("Why a single person moves: moves follow age, sex, work and homes, as averages."),
            voice.say("Wars, epidemics, laws and the country's economy, beyond the range given to each rate."),
            voice.say("Anything of a real person: every resident here is made up, from tables."),
        ],
    )


def _sums(read: Reading, voice: Voice, last: int) -> str:
    years = len(read.odds_years)
    sums = {
        name: voice.rough(float(np.median(read.total(f"people.{name}", read.main)[:, :years].sum(axis=1))) / years)
        for name in ("births", "deaths", "moved_in", "moved_out")
    }
    return voice.say(
        "Under the plan “{plan}”, up to {last}, about {births} children are born each year and {deaths} residents die, "
        "{moved_in} move in and {moved_out} move out (medians).",
        last=last,
        plan=plan_name(read, voice, read.main),
        **sums,
    )


def _ages(read: Reading, voice: Voice) -> Titled:
    """Age groups in a few years: what schools, care and the tax base will meet."""
    groups = [name for name in read.declared if name.startswith("people.age_")]
    shown = sorted({0, min(4, len(read.years) - 1), len(read.odds_years) - 1, len(read.years) - 1})
    rows = []
    for name in groups:
        values = read.total(name, read.main)
        cells = []
        for column in shown:
            one = spread(values[:, column])
            cells.append(voice.about(one.median, one.low, one.high, digits(name)))
        rows.append((read.declared[name].meaning.say(voice.language), *cells))
    head = (voice.say("Age group"), *(str(int(read.years[column])) for column in shown))
    return Titled(
        voice.say("Age groups at the end of the year: median (90 of 100 futures)"), DataTable(head, tuple(rows))
    )
