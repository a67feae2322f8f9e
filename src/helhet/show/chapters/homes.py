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

FEW = 0.02
"""A share of those who look in vain below which it is said as hardly anybody."""

ONE = 1.5
"""Counts below this are said in words: about none and about one are false precision."""


def chapter(read: Reading, voice: Voice) -> Chapter:
    """Homes: odds of a shortage, when it begins, where, plans, dates and what it rests on."""
    plan = plan_name(read, voice, read.main)
    every = {one: tolerance.homes(read, one) for one in read.plans}
    short = every[read.main]
    year, last = int(short.years[short.worst]), int(short.years[-1])
    worst = spread(short.missing[:, short.worst])
    limit = float(np.median(short.limit[:, short.worst]))
    amount = {"year": year, "median": voice.some(worst.median)}
    where = read.values("homes.missing", read.main)[:, short.worst, :]
    where = where[short.hit] if short.hit.any() else where
    names = [district.name for district in read.case.districts]
    most = names[int(np.median(where, axis=0).argmax())]
    odds = in_odds(voice, short.hit)
    headline = voice.say(
        "In {odds} futures homes run short some year up to {last}, by more than {share} of the town's homes.",
        odds=odds,
        last=last,
        share=voice.limit(read.case.needs["homes"].share),
    )
    if short.hit.any():
        headline += " " + voice.say(
            "Then about {median} households ({span}) look for a home in the worst year and find none, more of them in "
            "{place} than in any other district.",
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
        *([_who(read, voice, short), _others(read, voice, short, year)] if short.hit.any() else []),
        _tolerance(read, voice, short, limit),
    ]
    figures = [
        fan_figure(
            read,
            voice,
            "homes-fan",
            short.missing,
            voice.say("Households that look for a home in the year and find none: {median} in {year}", **amount),
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
                    "Where homes are missing in {year}, when they run short: the largest number in {place}",
                    year=year,
                    place=most,
                ),
                voice.say("Households without a home in {year}, when homes run short, by district", year=year),
            ),
            caution=_caution(read, voice),
        ),
    ]
    lacking = voice.say(
        "futures lack more than {share} of the homes", share=voice.limit(read.case.needs["homes"].share)
    )
    table = shortage_table(read, voice, every, voice.say("households without a home"))
    return Chapter(
        "homes",
        voice.say("Homes"),
        headline,
        odds_of(read, voice, short.hit, lacking, begins(voice, short)),
        paragraphs,
        figures,
        [table],
        next_dates(read, voice, read.main, kinds_of("homes")),
        assumptions(read.case, voice, "homes"),
        [
            voice.say("Rents, prices and queues: a household takes a home that fits, whatever it costs."),
            voice.say(
                "Who comes first: within a year residents and newcomers take turns by a simple rule, and every vacant "
                "home is let wherever it stands. Real queues look different."
            ),
            voice.say("Holiday homes, sublets and rooms let between friends."),
            voice.say("Decisions of single builders: private building answers shortage as an average, and slowly."),
        ],
    )


def _caution(read: Reading, voice: Voice) -> str:
    """How sure the districts are, where their stock of homes is our assumption."""
    if "assumed" not in {str(status) for status in read.case.tables["homes"]["status"]}:
        return ""
    return voice.say(
        "Figures for districts rest on an assumed stock of homes and assumed wishes: they are the least certain of "
        "this letter."
    )


def _who(read: Reading, voice: Voice, short: Shortage) -> str:
    """Who goes without: newcomers against people of the town, in all years of shortage of all futures together."""
    beyond = short.beyond[:, : len(short.years)]
    missing = float(short.missing[:, : len(short.years)][beyond].sum())
    new = float(read.total("homes.turned_away", read.main)[:, : len(short.years)][beyond].sum()) / missing
    if new > 1 - FEW:
        return voice.say(
            "In the years of shortage nearly all the households that look in vain, more than {share} of them, "
            "wanted to move here and do not come; hardly anybody who already lives here goes without.",
            share=voice.limit(1 - FEW),
        )
    if new < FEW:
        return voice.say(
            "In the years of shortage nearly all the households that look in vain, more than {share} of them, "
            "already live here; hardly anybody who wants to move here is turned away.",
            share=voice.limit(1 - FEW),
        )
    return voice.say(
        "Of the households that look in vain in the years of shortage, {new} wanted to move here and do not come; "
        "{here} already live here.",
        new=voice.percent(new),
        here=voice.percent(1 - new),
    )


def _others(read: Reading, voice: Voice, short: Shortage, year: int) -> str:
    """What a shortage of homes does to others, in its worst year: medians over the futures that have one."""
    nest, coming, jobs, vacant = (
        float(np.median(read.total(f"homes.{name}", read.main)[short.hit, short.worst]))
        for name in ("nest", "turned_away", "jobs_lost", "vacant")
    )
    said = [
        voice.say("hardly anybody who lives with others is kept from a home of their own")
        if nest < ONE
        else voice.say(
            "about {n} who live with others, most of them young, find no home of their own", n=voice.rough(nest)
        ),
        voice.say("hardly any household that wanted to move here is turned away")
        if coming < ONE
        else voice.say("about {n} households that wanted to move here do not come", n=voice.rough(coming)),
        voice.say("hardly any job offer is lost for want of a home")
        if jobs < ONE
        else voice.say("about {n} job offers are lost for want of a home", n=voice.rough(jobs)),
        voice.say("no homes stand empty")
        if vacant < 0.5
        else voice.say("hardly any home stands empty")
        if vacant < ONE
        else voice.say("about {n} homes stand empty", n=voice.rough(vacant)),
    ]
    return voice.say(
        "Where homes run short, {year} looks like this (medians): {list}.", year=year, list=voice.both(said)
    )


def _tolerance(read: Reading, voice: Voice, short: Shortage, limit: float) -> str:
    return voice.say(
        "We call it a shortage when more than {share} of the town's homes (about {limit}) are missing in a year. That "
        "tolerance is our assumption. With half of it the odds are {half}, with twice {double}.",
        share=voice.limit(read.case.needs["homes"].share),
        limit=voice.rough(limit),
        half=in_odds(voice, short.scaled(0.5).hit),
        double=in_odds(voice, short.scaled(2).hit),
    )
