"""The card of choices: commit now, wait for the news, or prepare and commit when it has come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helhet.decide.option import (
    CHOICES,
    Choice,
    best,
    costs,
    evpi,
    largest_regret,
    least_regret,
    option_value,
    ranges,
    signals_value,
)
from helhet.show.decisions.charts import ranges_chart
from helhet.show.decisions.dates import name
from helhet.show.desk import Advice, Desk
from helhet.show.figure import DataTable, Figure
from helhet.show.ink import figure
from helhet.show.judges import judge_name
from helhet.show.parts import Titled
from helhet.show.voice import Voice


def chosen(voice: Voice, choice: Choice) -> str:
    """A choice in words."""
    return {
        "commit": voice.say("commit now"),
        "wait": voice.say("wait"),
        "prepare": voice.say("prepare"),
    }[choice]


def _amount(voice: Voice, value: float) -> str:
    return voice.rough(value, 3) if abs(value) >= 100 else voice.number(value, 1)


def card(desk: Desk, voice: Voice, advices: Sequence[Advice]) -> Titled:
    """A row for each measure: expected costs, the best choice and where it stays best, regret, what news is worth."""
    p = desk.chance(desk.case.prior)
    signals = desk.signals
    rows = []
    for one in advices:
        option = one.option
        expected, regret, where = costs(option, p), largest_regret(option), ranges(option)
        prepared = where["prepare"]
        rows.append(
            (
                name(voice, one),
                chosen(voice, best(option, p)),
                *(_amount(voice, expected[choice]) for choice in CHOICES),
                "–" if prepared is None else _between(voice, prepared.low, prepared.high),
                f"{chosen(voice, least_regret(option))} ({_amount(voice, regret[least_regret(option)])})",
                _amount(voice, option_value(option, p)),
                _amount(voice, signals_value(option, p, signals)) if signals else "–",
                _amount(voice, evpi(option, p)),
            )
        )
    head = (
        voice.say("Measure"),
        voice.say("Best"),
        voice.say("Commit now"),
        voice.say("Wait"),
        voice.say("Prepare"),
        voice.say("Preparing is best for odds of"),
        voice.say("Least regret"),
        voice.say("Preparing is worth"),
        voice.say("The news would be worth today"),
        voice.say("Certainty would be worth today"),
    )
    late = np.isfinite(desk.known) & (desk.known > desk.news())
    note = voice.say(
        "Expected cost in MSEK with odds of {p} that the plant comes and stays, less the shortage that the measure "
        "relieves: below zero it is worth more than it costs, and zero is never to begin. Commit now: as soon as it is "
        "prepared. Wait: begin in {month}. Prepare: begin now, and commit in {month} at the earliest. Nobody commits "
        "once it is known that the plant does not stay, but in {late} of the futures where it does not that is known "
        "only after {month}.",
        p=voice.percent(p),
        month=voice.month(desk.case.date(desk.news())),
        late=voice.percent(float(late.sum() / max(1, np.isfinite(desk.known).sum()))),
    )
    return Titled(voice.say("Commit, wait or prepare"), DataTable(head, tuple(rows)), note)


def _between(voice: Voice, low: float, high: float) -> str:
    return voice.percents(low, high)


def ranges_figure(desk: Desk, voice: Voice, advices: Sequence[Advice]) -> Figure:
    """Which choice is best at which odds of the plant."""
    p = desk.chance(desk.case.prior)
    found = []
    for one in advices:
        best_for = ranges(one.option)
        found.append([(choice, r.low, r.high) for choice in CHOICES if (r := best_for[choice]) is not None])
    counts = {choice: sum(best(one.option, p) == choice for one in advices) for choice in CHOICES}
    message = voice.say(
        "With odds of {p} that the plant comes: {commit} measures to commit now, {prepare} to prepare, {wait} to wait "
        "with",
        p=voice.percent(p),
        **counts,
    )
    marks = [(desk.chance(judge), judge_name(voice, judge)) for judge in desk.read.judges]
    names = [name(voice, one) for one in advices]
    rows = tuple(
        (
            name(voice, one),
            *(_between(voice, *where) if (where := ranges(one.option)[choice]) else "–" for choice in CHOICES),
        )
        for one in advices
    )
    head = (voice.say("Measure"), voice.say("Commit now"), voice.say("Wait"), voice.say("Prepare"))
    key = (
        ("muted", voice.say("wait")),
        ("calm", voice.say("prepare")),
        ("main", voice.say("commit now")),
    )
    lines = voice.listed(f"{who} {voice.percent(share)}" for share, who in marks)
    return figure(
        "ranges",
        voice.language,
        message,
        lambda paper: ranges_chart(paper, names, found, marks),
        DataTable(head, rows),
        key,
        voice.say("Lines: the odds of each judge ({judges}).", judges=lines),
    )


def signals(desk: Desk, voice: Voice) -> Titled | None:
    """The news that could come in time, and how it would move the odds."""
    if not desk.signals:
        return None
    p = desk.chance(desk.case.prior)
    rows = []
    for one in desk.signals:
        seen = p * one.if_comes + (1 - p) * one.if_not
        after = p * one.if_comes / seen if seen > 0 else np.nan
        without = p * (1 - one.if_comes) / (1 - seen) if seen < 1 else np.nan
        rows.append(
            (
                one.name.say(voice.language),
                voice.month(desk.case.date(one.month)),
                voice.percent(one.if_comes),
                voice.percent(one.if_not),
                "–" if np.isnan(after) else voice.percent(after),
                "–" if np.isnan(without) else voice.percent(without),
            )
        )
    head = (
        voice.say("News"),
        voice.say("Expected"),
        voice.say("Comes if the plant will"),
        voice.say("Comes though it will not"),
        voice.say("Odds when it has come"),
        voice.say("Odds when it has not"),
    )
    note = voice.say("Each by itself, from odds of {p}. How often such news misleads is assumed.", p=voice.percent(p))
    return Titled(voice.say("News that could come in time"), DataTable(head, tuple(rows)), note)
