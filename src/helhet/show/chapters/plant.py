"""The chapter on the plant: the one thing the town does not decide, and how sure anybody can be of it."""

from __future__ import annotations

import numpy as np

from helhet.pieces.plant import OUTCOMES
from helhet.show import charts
from helhet.show.chapters.common import fan_figure
from helhet.show.figure import DataTable, Figure
from helhet.show.grounds import assumptions
from helhet.show.ink import figure
from helhet.show.judges import judge_name, outcome_words
from helhet.show.parts import Chapter, Titled
from helhet.show.reading import Reading, spread
from helhet.show.voice import Voice
from helhet.words.arrays import Flags

__all__ = ["NEEDS", "chapter", "judge_name", "outcome_words"]

NEEDS = ("plant.outcome", "plant.jobs")


def chapter(read: Reading, voice: Voice, hits: dict[str, Flags]) -> Chapter:
    """What may become of the plant, by whose judgement, and how much that judgement matters.

    ``hits`` are the futures with a shortage, by the heading of the chapter that counts them.
    """
    words = outcome_words(voice)
    prior = read.prior(read.case.prior)
    ranked = sorted(OUTCOMES, key=lambda name: (-prior.get(name, 0.0), OUTCOMES.index(name)))
    paragraphs = [
        voice.say(
            "The town does not decide what becomes of the plant, and nobody knows. Five outcomes are drawn, as likely "
            "as this judgement says: {prior}. The judgement is an assumption; the table of judges below shows how much "
            "it matters.",
            prior=voice.both(f"{words[name]} {voice.percent(prior.get(name, 0.0))}" for name in ranked),
        ),
    ]
    figures = [
        _prior_figure(voice, ranked, prior, words),
        fan_figure(
            read,
            voice,
            "plant-jobs",
            read.total("plant.jobs", read.main),
            voice.say("Jobs at the plant at the end of the year"),
        ),
    ]
    tables = [_by_outcome(read, voice, hits, words), _judges(read, voice, hits, words)]
    return Chapter(
        "plant",
        voice.say("The plant: five outcomes"),
        "",
        None,
        paragraphs,
        figures,
        tables,
        None,
        assumptions(read.case, voice, "plant"),
        [
            voice.say(
                "Why the plant would be late, smaller or cancelled: markets, money and technology are not modelled."
            ),
            voice.say("Other plants: only this one is drawn."),
        ],
    )


def _prior_figure(voice: Voice, ranked: list[str], prior: dict[str, float], words: dict[str, str]) -> Figure:
    shares = [prior.get(name, 0.0) for name in ranked]
    texts = [voice.percent(share) for share in shares]
    names = [words[name] for name in ranked]
    table = DataTable(
        (voice.say("Outcome"), voice.say("How likely")),
        tuple(zip(names, texts, strict=True)),
    )
    return figure(
        "plant-prior",
        voice.language,
        voice.say("How likely each outcome of the plant is, by the judgement in use"),
        lambda paper: charts.shares_chart(paper, names, shares, texts),
        table,
        note=voice.say("A judgement, not a measurement."),
    )


def _by_outcome(read: Reading, voice: Voice, hits: dict[str, Flags], words: dict[str, str]) -> Titled:
    column = len(read.odds_years) - 1
    jobs = read.total("plant.jobs", read.main)[:, column]
    head = (
        voice.say("Outcome"),
        voice.say("Futures drawn"),
        voice.say("Jobs at the plant {year}", year=int(read.odds_years[-1])),
        *(voice.say("Shortage: {piece}", piece=piece.lower()) for piece in hits),
    )
    rows = []
    for name in OUTCOMES:
        group = read.turned_out(name)
        count = int(group.sum())
        one = spread(jobs[group])
        odds = (voice.odds(int(hit[group].sum()), count) if count else "–" for hit in hits.values())
        amount = voice.about(one.median, one.low, one.high) if count else "–"
        rows.append((words[name], voice.number(count), amount, *odds))
    return Titled(
        voice.say("Given each outcome: in how many futures there is a shortage"), DataTable(head, tuple(rows))
    )


def _judges(read: Reading, voice: Voice, hits: dict[str, Flags], words: dict[str, str]) -> Titled:
    head = (
        voice.say("Judge"),
        *(words[name] for name in OUTCOMES),
        *(voice.say("Shortage: {piece}", piece=piece.lower()) for piece in hits),
    )
    rows = []
    for judge in read.judges:
        prior = read.prior(judge)
        name = judge_name(voice, judge)
        if judge == read.case.prior:
            name = voice.say("{judge} (in use)", judge=name)
        chances = []
        for hit in hits.values():
            chance = float(np.mean(hit)) if judge == read.case.prior else read.reweighed(hit, judge)
            chances.append("–" if chance is None else voice.percent(chance))
        rows.append((name, *(voice.percent(prior.get(outcome, 0.0)) for outcome in OUTCOMES), *chances))
    note = voice.say(
        "The same futures, weighed as each judge would. A dash: an outcome the judge thinks possible was never drawn."
    )
    title = voice.say("If somebody else is right: the odds by other judges of the plant")
    return Titled(title, DataTable(head, tuple(rows)), note)
