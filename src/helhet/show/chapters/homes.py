"""The chapter on homes."""

from __future__ import annotations

import numpy as np

from helhet.show import tolerance
from helhet.show.chapters.common import district_figures, fan_figure, first_figures, plans_figure
from helhet.show.dates import next_dates
from helhet.show.grounds import assumptions
from helhet.show.parts import Chapter, begins, in_odds, kinds_of, odds_of, plan_name, severity, shortage_table
from helhet.show.reading import Reading, Shortage, spread
from helhet.show.voice import Voice

NEEDS = ("homes.missing", "homes.stock", "homes.vacant", "homes.turned_away", "homes.jobs_lost", "homes.nest")


def chapter(read: Reading, voice: Voice) -> Chapter:
    """Homes: odds of a shortage, when it begins, where, plans, dates and what it rests on."""
    plan = plan_name(read, voice, read.main)
    every = {one: tolerance.homes(read, one) for one in read.plans}
    short = every[read.main]
    year, last = int(short.years[short.worst]), int(short.years[-1])
    worst = spread(short.missing[:, short.worst])
    limit = float(np.median(short.limit[:, short.worst]))
    amount = {"year": year, "median": voice.rough(worst.median), "span": voice.span(worst.low, worst.high)}
    where = read.values("homes.missing", read.main)[:, short.worst, :]
    where = where[short.hit] if short.hit.any() else where
    names = [district.name for district in read.case.districts]
    most = names[int(np.median(where, axis=0).argmax())]
    odds = in_odds(voice, short.hit)
    headline = voice.say("In {odds} futures homes run short some year up to {last}.", odds=odds, last=last)
    if short.hit.any():
        headline += " " + voice.say(
            "Then about {median} households ({span}) look for a home in the worst year and find none, most of them in "
            "{place}.",
            place=most,
            **severity(voice, short),
        )
    paragraphs = [
        voice.say(
            "If the plan “{plan}” is carried out and nothing more, homes run short in {odds} futures up to {last}; "
            "given that the plant comes, in {given}.",
            plan=plan,
            odds=odds,
            given=in_odds(voice, short.hit[read.comes]),
            last=last,
        ),
        *([_others(read, voice, short, year)] if short.hit.any() else []),
        _tolerance(voice, short, limit),
    ]
    figures = [
        fan_figure(
            read,
            voice,
            "homes-fan",
            short.missing,
            voice.say("Households that look for a home in the year and find none: about {median} in {year}", **amount),
            (limit, voice.say("tolerance {limit}", limit=voice.rough(limit))),
        ),
        *first_figures(
            voice, "homes-first", short, voice.say("Homes begin to run short {when}", when=begins(voice, short))
        ),
        plans_figure(
            read,
            voice,
            "homes-plans",
            {one: each.missing for one, each in every.items()},
            voice.say("Households without a home under each plan"),
            limit,
        ),
        *district_figures(
            read,
            voice,
            "homes-where",
            where,
            (
                voice.say(
                    "Where homes are missing in {year}, when they run short: most in {place}", year=year, place=most
                ),
                voice.say("Households without a home in {year}, when homes run short, by district", year=year),
            ),
        ),
    ]
    table = shortage_table(read, voice, every, voice.say("households without a home"))
    return Chapter(
        "homes",
        voice.say("Homes"),
        headline,
        odds_of(read, voice, short.hit, voice.say("futures have a shortage of homes"), begins(voice, short)),
        paragraphs,
        figures,
        [table],
        next_dates(read, voice, read.main, kinds_of("homes")),
        assumptions(read.case, voice, "homes"),
        [
            voice.say("Rents, prices and queues: a household takes a home that fits, whatever it costs."),
            voice.say("Holiday homes, sublets and rooms let between friends."),
            voice.say("Decisions of single builders: private building answers shortage as an average, and slowly."),
        ],
    )


def _others(read: Reading, voice: Voice, short: Shortage, year: int) -> str:
    """What a shortage of homes does to others, in its worst year: medians over the futures that have one."""
    values = {
        name: voice.rough(float(np.median(read.total(f"homes.{name}", read.main)[short.hit, short.worst])))
        for name in ("nest", "turned_away", "jobs_lost", "vacant")
    }
    return voice.say(
        "Where homes run short, in {year}, about {nest} young people cannot leave home, {turned_away} households that "
        "wanted to move here do not come and {jobs_lost} job offers are lost for want of a home, while about {vacant} "
        "homes stand empty (medians).",
        year=year,
        **values,
    )


def _tolerance(voice: Voice, short: Shortage, limit: float) -> str:
    return voice.say(
        "We call it a shortage when more than {share} of the town's homes (about {limit}) are missing in a year. That "
        "tolerance is our assumption. With half of it the odds are {half}, with twice {double}.",
        share=voice.say("{number}%", number=voice.number(100 * tolerance.HOMES, 1)),
        limit=voice.rough(limit),
        half=in_odds(voice, short.scaled(0.5).hit),
        double=in_odds(voice, short.scaled(2).hit),
    )
