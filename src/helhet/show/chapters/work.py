"""The chapter on work and skills."""

from __future__ import annotations

import numpy as np

from helhet.show import charts, tolerance
from helhet.show.chapters.common import fan_figure, first_figures, plans_figure
from helhet.show.dates import next_dates
from helhet.show.figure import DataTable, Figure
from helhet.show.grounds import assumptions
from helhet.show.ink import figure
from helhet.show.parts import Chapter, begins, in_odds, kinds_of, odds_of, plan_name, severity, shortage_table
from helhet.show.reading import Reading, spread
from helhet.show.voice import Voice
from helhet.words.arrays import Floats

NEEDS = ("work.vacant", "work.jobs", "work.vacant_at", "work.switched", "work.commuters")


def chapter(read: Reading, voice: Voice) -> Chapter:
    """Jobs that nobody holds: odds, occupations, who loses staff to the plant, plans, dates."""
    plan = plan_name(read, voice, read.main)
    every = {one: tolerance.jobs(read, one) for one in read.plans}
    short = every[read.main]
    year, last = int(short.years[short.worst]), int(short.years[-1])
    worst = spread(short.missing[:, short.worst])
    limit = float(np.median(short.limit[:, short.worst]))
    amount = {"year": year, "median": voice.some(worst.median)}
    vacant = read.per("work.vacant", read.main)
    titles = [item.name.say(voice.language) for item in read.case.occupations]
    hardest = np.argsort(-np.median(vacant[:, :, short.worst], axis=1), kind="stable")[:3]
    named = voice.listed(titles[i][:1].lower() + titles[i][1:] for i in hardest)
    odds = in_odds(voice, short.hit)
    headline = voice.say(
        "In {odds} futures more than {share} of all jobs stand empty at the end of some year up to {last}.",
        odds=odds,
        share=voice.limit(read.case.needs["work"].share),
        last=last,
    )
    if short.hit.any():
        headline += " " + voice.say(
            "Then about {median} jobs ({span}) have no holder in the worst year, most of them for {names}.",
            names=named,
            **severity(voice, short),
        )
    paragraphs = [
        voice.say(
            "If the plan “{plan}” is carried out and nothing more, too many jobs stand empty in {odds} futures up to "
            "{last}; given that the plant comes, in {given}.",
            plan=plan,
            odds=odds,
            given=in_odds(voice, short.hit[read.comes]),
            last=last,
        ),
        _care_and_school(read, voice, last),
        voice.say(
            "We call it a shortage when more than {share} of all jobs (about {limit}) have no holder at the end of a "
            "year. That tolerance is our assumption. With half of it the odds are {half}, with twice {double}.",
            share=voice.percent(read.case.needs["work"].share),
            limit=voice.rough(limit),
            half=in_odds(voice, short.scaled(0.5).hit),
            double=in_odds(voice, short.scaled(2).hit),
        ),
    ]
    figures = [
        fan_figure(
            read,
            voice,
            "work-fan",
            short.missing,
            voice.say("Jobs that nobody holds at the end of the year: {median} in {year}", **amount),
            (limit, voice.say("tolerance {limit}", limit=voice.rough(limit))),
        ),
        *first_figures(
            voice,
            "work-first",
            short,
            voice.say("Too many jobs begin to stand empty {when}", when=begins(voice, short)),
        ),
        _occupations(read, voice, vacant, titles, named),
        _switchers(read, voice, last),
        plans_figure(
            read,
            voice,
            "work-plans",
            {one: each.missing for one, each in every.items()},
            voice.say("Jobs that nobody holds, under each plan"),
            limit,
        ),
    ]
    table = shortage_table(read, voice, every, voice.say("jobs that nobody holds"))
    return Chapter(
        "work",
        voice.say("Work and skills"),
        headline,
        odds_of(
            read,
            voice,
            short.hit,
            voice.say(
                "futures have more than {share} of the jobs empty", share=voice.limit(read.case.needs["work"].share)
            ),
            begins(voice, short),
        ),
        paragraphs,
        figures,
        [table],
        next_dates(read, voice, read.main, kinds_of("work", "study")),
        assumptions(read.case, voice, "work", "study", "movers"),
        [
            voice.say("Wages, part-time work and the quality of a match: a job has one holder or none."),
            voice.say("Skills finer than the occupation groups, and jobs that could be redesigned."),
            voice.say("Firms that nobody has announced, or that leave for other reasons than the plant."),
        ],
    )


def _until(read: Reading, last: int) -> int:
    return int((read.years <= last).sum())


def _care_and_school(read: Reading, voice: Voice, last: int) -> str:
    """How many go to the plant from care and from schools, over the years that odds are counted over."""
    years = _until(read, last)
    switched = read.per("work.switched", read.main)[:, :, :years].sum(axis=2)
    by_sector = {
        sector: spread(switched[[item.sector == sector for item in read.case.employers]].sum(axis=0))
        for sector in ("care", "school")
    }
    others = voice.some(float(np.median(switched.sum(axis=0))))
    return voice.say(
        "Up to {last} the plant draws {others} people from the town's other employers, {care} of them from "
        "care ({care_span}) and {school} from schools and preschools ({school_span}). What they leave behind is "
        "counted as vacant there.",
        last=last,
        others=others,
        care=voice.some(by_sector["care"].median),
        care_span=voice.span(by_sector["care"].low, by_sector["care"].high),
        school=voice.some(by_sector["school"].median),
        school_span=voice.span(by_sector["school"].low, by_sector["school"].high),
    )


def _occupations(read: Reading, voice: Voice, vacant: Floats, titles: list[str], named: str) -> Figure:
    """Median vacancies of each occupation over the years; ``vacant`` has shape (occupations, futures, years)."""
    middle = np.median(vacant, axis=1)
    order = [int(i) for i in np.argsort(-middle.max(axis=1), kind="stable")]
    low, high = np.quantile(vacant, (0.05, 0.95), axis=1)
    worst = middle.argmax(axis=1)
    years = [int(year) for year in read.years]
    texts = [voice.rough(middle[i, worst[i]]) for i in order]
    table = DataTable(
        (voice.say("Occupation group"), voice.say("Worst year"), voice.say("Median"), voice.say("90 of 100 futures")),
        tuple(
            (
                titles[i],
                str(years[worst[i]]),
                voice.rough(middle[i, worst[i]]),
                voice.span(low[i, worst[i]], high[i, worst[i]]),
            )
            for i in order
        ),
    )
    shares = middle[order] / max(float(middle.max()), 1.0)
    return figure(
        "work-occupations",
        voice.language,
        voice.say("The hardest to find: {names}", names=named),
        lambda paper: charts.heat_chart(paper, years, [titles[i] for i in order], shares, texts, voice.say("at most")),
        table,
        note=voice.say("Each cell is a year: the darker, the more jobs nobody holds (median over futures)."),
    )


def _switchers(read: Reading, voice: Voice, last: int) -> Figure:
    """Who loses people to the plant, over the years that odds are counted over."""
    total = read.per("work.switched", read.main)[:, :, : _until(read, last)].sum(axis=2)
    items = read.case.employers
    rows = [i for i in range(len(items)) if items[i].sector != "plant"]
    low, middle, high = np.quantile(total[rows], (0.05, 0.5, 0.95), axis=1)
    order = np.argsort(-middle, kind="stable")
    names = [items[rows[i]].name.say(voice.language) for i in order]
    table = DataTable(
        (voice.say("Employer"), voice.say("Median"), voice.say("90 of 100 futures")),
        tuple(
            (name, voice.rough(middle[i]), voice.span(low[i], high[i])) for name, i in zip(names, order, strict=True)
        ),
    )
    texts = [voice.rough(middle[i]) for i in order]
    return figure(
        "work-switched",
        voice.language,
        voice.say("Who loses staff to the plant up to {last}; most: {name}", last=last, name=names[0]),
        lambda paper: charts.span_chart(paper, names, low[order], middle[order], high[order], texts),
        table,
        note=voice.say("Dot and number: median. Line: 90 of 100 futures."),
    )
