"""The chapter on beds for the builders."""

from __future__ import annotations

import numpy as np

from helhet.show import charts, tolerance
from helhet.show.chapters.common import fan_key, first_figures, plans_figure
from helhet.show.dates import next_dates
from helhet.show.figure import DataTable, Figure
from helhet.show.grounds import assumptions
from helhet.show.ink import figure
from helhet.show.parts import Chapter, begins, in_odds, kinds_of, odds_of, plan_name, severity, shortage_table
from helhet.show.reading import Reading, Shortage, fan
from helhet.show.voice import Voice
from helhet.words.arrays import Floats

NEEDS = ("beds.needed", "beds.offered", "beds.short", "beds.in_homes", "beds.far")


def chapter(read: Reading, voice: Voice) -> Chapter:
    """Beds month by month: needed, offered, and where those without one end up."""
    plan = plan_name(read, voice, read.main)
    every = {one: tolerance.beds(read, one) for one in read.plans}
    short = every[read.main]
    last = int(short.years[-1])
    odds = in_odds(voice, short.hit)
    headline = voice.say(
        "In {odds} futures builders lack more than {share} of the beds needed, some month up to {last}.",
        odds=odds,
        share=voice.limit(read.case.needs["beds"].share),
        last=last,
    )
    if short.hit.any():
        headline += " " + voice.say(
            "Then about {median} beds ({span}) are missing in the worst month.", **severity(voice, short)
        )
    paragraphs = [
        voice.say(
            "If the plan “{plan}” is carried out and nothing more, builders are short of beds in {odds} futures up to "
            "{last}; given that the plant comes, in {given}.",
            plan=plan,
            odds=odds,
            given=in_odds(voice, short.hit[read.comes]),
            last=last,
        ),
        *([_where_they_go(read, voice, short)] if short.hit.any() else []),
        voice.say(
            "We call it a shortage when more than {share} of the beds needed in a year's busiest month are missing in "
            "its worst, and at least {least}. That tolerance is our assumption. With half of it the odds are {half}, "
            "with twice {double}.",
            share=voice.percent(read.case.needs["beds"].share),
            least=voice.number(read.case.needs["beds"].least),
            half=in_odds(voice, short.scaled(0.5).hit),
            double=in_odds(voice, short.scaled(2).hit),
        ),
    ]
    figures = [
        _months(read, voice),
        *first_figures(
            voice, "beds-first", short, voice.say("Beds begin to run short {when}", when=begins(voice, short))
        ),
        plans_figure(
            read,
            voice,
            "beds-plans",
            {one: each.missing for one, each in every.items()},
            voice.say("Beds missing in the worst month of the year, under each plan"),
        ),
    ]
    lacking = voice.say(
        "futures lack more than {share} of the beds needed", share=voice.limit(read.case.needs["beds"].share)
    )
    table = shortage_table(read, voice, every, voice.say("beds missing in the worst month"))
    return Chapter(
        "beds",
        voice.say("Beds for the builders"),
        headline,
        odds_of(read, voice, short.hit, lacking, begins(voice, short)),
        paragraphs,
        figures,
        [table],
        next_dates(read, voice, read.main, kinds_of("beds")),
        assumptions(read.case, voice, "beds"),
        [
            voice.say("Where in town a bed stands, its price and its standard: all beds count alike."),
            voice.say("Builders at other sites than the plant, and what hotel guests do who find no room."),
            voice.say("Day-to-day swings: the need is an average over each month."),
        ],
    )


def _where_they_go(read: Reading, voice: Voice, short: Shortage) -> str:
    """Where those without a bed end up, in the worst year of the futures that have a shortage."""
    years = len(short.years)
    homes, far = (
        voice.some(float(np.median(read.total(name, read.main)[short.hit][:, :years].max(axis=1))))
        for name in ("beds.in_homes", "beds.far")
    )
    return voice.say(
        "Where beds are short, {homes} builders at the most look for an ordinary home, in competition with "
        "residents, and {far} live far off.",
        homes=homes,
        far=far,
    )


def last_month(needed: Floats) -> int:
    """How many months to show: until a year after the need has all but gone in 95 of 100 futures, in whole years."""
    high = np.quantile(needed, 0.95, axis=0)
    busy = np.flatnonzero(high > 0.05 * max(float(high.max()), 1.0))
    end = int(busy[-1]) + 1 if len(busy) else 12
    return min(int(needed.shape[1]), 12 * (-(-(end + 6) // 12)))


def _months(read: Reading, voice: Voice) -> Figure:
    needed, offered = read.total("beds.needed", read.main), read.total("beds.offered", read.main)
    shown = last_month(needed)
    need, offer = fan(needed[:, :shown], read.futures), fan(offered[:, :shown], read.futures)
    start = read.case.date(0)
    times = start.year + (start.month - 1 + np.arange(shown)) / 12
    top = int(need.median.argmax())
    table = DataTable(
        (
            voice.say("Month"),
            voice.say("Beds needed: median"),
            voice.say("90 of 100 futures"),
            voice.say("Beds offered: median"),
            voice.say("90 of 100 futures"),
        ),
        tuple(
            (
                voice.month(read.case.date(month)),
                voice.rough(need.median[month]),
                voice.span(need.low90[month], need.high90[month]),
                voice.rough(offer.median[month]),
                voice.span(offer.low90[month], offer.high90[month]),
            )
            for month in range(shown)
        ),
    )
    message = voice.say(
        "Beds month by month: the middle future needs at most {need}, in {month}, when {offer} are offered",
        need=voice.some(need.median[top]),
        month=voice.month(read.case.date(top)),
        offer=voice.some(offer.median[top]),
    )
    key = (
        ("median alert", voice.say("beds needed, median")),
        *fan_key(voice, " alert")[1:],
        ("single", voice.say("single futures")),
        ("median calm", voice.say("beds offered, median and 90 of 100 futures")),
    )
    return figure(
        "beds-months",
        voice.language,
        message,
        lambda paper: charts.months_chart(
            paper, times, need, offer, voice.say("beds needed"), voice.say("beds offered")
        ),
        table,
        key,
    )
