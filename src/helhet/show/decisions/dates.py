"""The decision calendar: by when each measure must be prepared and committed, before whom, and what still helps."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite

import numpy as np

from helhet.decide.act_by import Dated
from helhet.decide.calendar import Meeting, walk_forward
from helhet.show.decisions.charts import dates_chart
from helhet.show.decisions.when import date_of, interval, rounded, said
from helhet.show.desk import Advice, Dates, Desk
from helhet.show.figure import DataTable, Figure
from helhet.show.ink import figure
from helhet.show.parts import Titled
from helhet.show.units import unit
from helhet.show.voice import Voice
from helhet.words.arrays import Floats

SHOWN = 48.0
"""Months before today that the chart of dates reaches back; earlier dates stand at its edge."""


def name(voice: Voice, advice: Advice) -> str:
    """The measure's name."""
    return advice.measure.name.say(voice.language)


def owned(voice: Voice, advice: Advice) -> str:
    """The measure's name with its owner on a second line."""
    owner = advice.measure.owner.say(voice.language)
    return name(voice, advice) + (f"\n{owner}" if owner else "")


def both_dates(desk: Desk, voice: Voice, dates: Dates) -> str:
    """Given that the plant comes the date and its interval, and on the last line the date over all futures."""
    overall = voice.say("overall: {date}", date=date_of(desk.case, voice, dates.overall))
    given = dates.given
    if given is None:
        return f"{date_of(desk.case, voice, dates.overall)}\n({interval(desk.case, voice, dates.overall)})"
    if given.month == inf:
        return f"{date_of(desk.case, voice, given)}\n{overall}"
    date = date_of(desk.case, voice, given)
    if given.state(desk.now) == "passed":
        date = voice.say("passed: {date}", date=date)
    return f"{date}\n({interval(desk.case, voice, given)})\n{overall}"


def late_now(desk: Desk, voice: Voice, dates: Dates) -> str:
    """In how many futures the measure comes too late if it begins today, given that the plant comes."""
    late = round(dates.first.share_late(desk.now) * dates.first.futures)
    return voice.odds(late, dates.first.futures)


def sittings(desk: Desk, voice: Voice, one: Advice) -> tuple[str, str]:
    """The meetings by which it must be decided to prepare and to commit; the soonest ones where it is too late.

    What is decided later than it can be is never said to be in time: a commitment is taken up when preparing is done,
    half of the times at the earliest.
    """
    prepare = _sat(desk, one.measure.prepare_body, one.prepare.first, desk.now)
    ready = (prepare[0][-1].month if prepare and prepare[0] else desk.now) + int(np.median(one.waiting.measure.prepare))
    commit = _sat(desk, one.measure.commit_body, one.commit.first, ready)
    return _said(desk, voice, prepare), _said(desk, voice, commit)


def _sat(desk: Desk, body: str, dated: Dated, since: int) -> tuple[tuple[Meeting, ...], bool] | None:
    """The meetings, and whether they are in time; None where nobody decides, or it is not needed."""
    if not body or body not in desk.case.bodies or dated.state(desk.now) == "not_needed":
        return None
    chain = desk.meetings(body, rounded(desk.case, dated))
    if chain and chain[0].month >= since:
        return chain, True
    return walk_forward(desk.case.bodies, body, since, desk.first_month), False


def _said(desk: Desk, voice: Voice, sat: tuple[tuple[Meeting, ...], bool] | None) -> str:
    if sat is None:
        return "–"
    chain, timely = sat
    said = _chain(desk, voice, chain)
    return said if timely else voice.say("soonest: {meetings}", meetings=said)


def _chain(desk: Desk, voice: Voice, chain: Sequence[Meeting]) -> str:
    return "; ".join(
        f"{desk.case.bodies[one.body].name.say(voice.language)} {voice.month_short(desk.case.date(one.month))}"
        for one in chain
    )


def signed(voice: Voice, value: float) -> str:
    """An amount in MSEK with its sign, no finer than a tenth."""
    if abs(value) < 0.05:
        return "0"
    shown = voice.number(abs(value)) if abs(value) >= 9.95 else voice.number(abs(value), 1)
    return ("+" if value > 0 else "−") + shown


def a_month(desk: Desk, voice: Voice, advice: Advice) -> str:
    """What a month of waiting costs over the coming year: given that the plant comes, and over all futures."""
    overall = signed(voice, advice.waiting.delay(desk.now, 12).per_month)
    if not desk.comes.any():
        return overall
    given = signed(voice, advice.waiting.delay(desk.now, 12, desk.comes).per_month)
    return given + "\n" + voice.say("overall: {date}", date=overall)


def calendar(desk: Desk, voice: Voice, advices: Sequence[Advice]) -> Titled:
    """A row for each measure, those that must be prepared first on top."""
    rows = []
    for one in in_order(advices):
        first = one.prepare.first
        rows.append(
            (
                owned(voice, one),
                both_dates(desk, voice, one.prepare),
                both_dates(desk, voice, one.commit),
                voice.odds(round(first.needed * first.futures), first.futures),
                late_now(desk, voice, one.prepare),
                a_month(desk, voice, one),
            )
        )
    head = (
        voice.say("Measure"),
        voice.say("Begin preparing by the end of"),
        voice.say("Begin committing by the end of"),
        voice.say("Needed in"),
        voice.say("Begun now, too late in"),
        voice.say("A month of waiting, MSEK"),
    )
    note = voice.say(
        "At a risk of {risk} that the measure comes too late, given that the plant comes; on the last line over all "
        "futures, where futures without the plant buy time that is gone if it comes after all. In brackets the "
        "interval that holds the date in 95 of 100 draws of as many futures. Dates are rounded down, and never said "
        "finer than their interval: by quarter where it is longer than three months, by year where it is longer than "
        "twelve. Each measure is dated as if it alone were to meet the need, which is read under a plan without it.",
        risk=voice.limit(desk.risk),
    )
    return Titled(voice.say("The decision calendar"), DataTable(head, tuple(rows)), note, "dates")


def meetings(desk: Desk, voice: Voice, advices: Sequence[Advice]) -> Titled | None:
    """The way of each measure through the meetings of the town; None where the case has no calendar."""
    if not desk.case.bodies:
        return None
    rows = tuple(
        (
            name(voice, one),
            *sittings(desk, voice, one),
        )
        for one in in_order(advices)
    )
    head = (voice.say("Measure"), voice.say("Decided, to prepare"), voice.say("Decided, to commit"))
    note = voice.say(
        "The last meetings at which it can be decided and still be in time if the plant comes, walked back through "
        "the town's decision calendar. Where it is too late for that, the soonest meetings: from today on to prepare, "
        "and to commit from when preparing is done half of the times."
    )
    return Titled(voice.say("Before whom, and at which meeting"), DataTable(head, rows), note, "text")


def in_order(advices: Sequence[Advice]) -> list[Advice]:
    """By the date to prepare, earliest first; the name decides between equals."""
    return sorted(advices, key=lambda one: (one.prepare.first.month, one.measure.id))


def dates_figure(desk: Desk, voice: Voice, advices: Sequence[Advice]) -> Figure:
    """The dates on a line of time, given that the plant comes."""
    order = [one for one in in_order(advices) if isfinite(one.prepare.first.month)]
    last = 12.0 * len(desk.read.odds_years)
    low = max(-SHOWN + desk.now, min(one.prepare.first.month for one in order)) if order else 0.0
    span = (_year(desk, low) - 0.3, _year(desk, last))
    sides = [_cut(desk, order, span, phase) for phase in ("prepare", "commit")]
    late = sum(one.prepare.first.state(desk.now) == "passed" for one in advices)
    message = voice.say(
        "Of {n} measures, {late} should already have begun to be prepared if the plant comes",
        n=len(advices),
        late=late,
    )
    names = [name(voice, one) for one in order]
    rows = tuple(
        (name(voice, one), said(desk.case, voice, one.prepare.first), said(desk.case, voice, one.commit.first))
        for one in order
    )
    table = DataTable(
        (voice.say("Measure"), voice.say("Begin preparing by the end of"), voice.say("Begin committing by the end of")),
        rows,
    )
    key = (
        ("median", voice.say("begin preparing by (dot) with its interval")),
        ("median calm", voice.say("begin committing by (ring)")),
    )
    note = voice.say(
        "Given that the plant comes, at a risk of {risk}. Dates before the chart's left edge stand on it.",
        risk=voice.limit(desk.risk),
    )
    today = voice.say("today: {month}", month=voice.month(desk.case.date(desk.now)))
    return figure(
        "dates-line",
        voice.language,
        message,
        lambda paper: dates_chart(paper, names, sides[0], sides[1], _year(desk, desk.now), today, span),
        table,
        key,
        note,
    )


def _year(desk: Desk, month: float) -> float:
    return desk.case.date(0).year + (desk.case.date(0).month - 1 + month) / 12


def _cut(desk: Desk, order: Sequence[Advice], span: tuple[float, float], phase: str) -> Floats:
    """Low, date and high of each measure in years, shape (measures, 3), cut to the span of the chart."""
    found = np.empty((len(order), 3))
    for row, one in zip(found, order, strict=True):
        dated = one.prepare.first if phase == "prepare" else one.commit.first
        row[:] = [_year(desk, month) for month in (dated.low, dated.month, dated.high)]
    return np.asarray(np.clip(found, span[0], span[1]))


def helps(desk: Desk, voice: Voice, advices: Sequence[Advice]) -> Titled | None:
    """For each need that some measure has come too late for: what could still help."""
    groups: dict[tuple[str, tuple[str, ...]], list[Advice]] = {}
    for one in advices:
        groups.setdefault((one.need.name, one.items), []).append(one)
    late = [own for own in groups.values() if any(one.prepare.first.state(desk.now) == "passed" for one in own)]
    rows = [_help(desk, voice, own) for own in late]
    if not rows:
        return None
    head = (
        voice.say("Need"),
        voice.say("More of it, in time"),
        voice.say("Or a tolerance of"),
        voice.say("To bridge at the least"),
        voice.say("Still in time (what each gives)"),
    )
    note = voice.say(
        "If the plant comes, at a risk of {risk}: how much more must stand in the worst month, without further "
        "measures; or how much shortage must be accepted instead; how many months must be bridged (temporary beds, a "
        "neighbour's agreement) even if the quickest measure begins today; and the measures still in time, with what "
        "each gives in full. One that is in time is not enough by itself where it gives less than is missing.",
        risk=voice.limit(desk.risk),
    )
    return Titled(voice.say("What could still help"), DataTable(head, tuple(rows)), note, "text")


def _help(desk: Desk, voice: Voice, own: Sequence[Advice]) -> tuple[str, ...]:
    """One need: how much more of it, a wider tolerance, and what the measures that are still in time give of it."""
    need, strain = own[0].need, own[0].strain.among(desk.comes if desk.comes.any() else ~desk.comes)
    more = float(np.quantile(strain.excess(), 1 - desk.risk, method="higher"))
    share, least = desk.case.needs[need.name].share, desk.case.needs[need.name].least
    # Where the least number decides what may be missing, no share would change it.
    by_share = strain.limit > least * (1 + 1e-9)
    worst = np.where(by_share, strain.missing / np.maximum(strain.limit, 1e-9), 0.0).max(axis=1)
    ratio = max(1.0, float(np.quantile(worst, 1 - desk.risk, method="higher")))
    timely = [one for one in own if one.prepare.first.state(desk.now) == "in_time"]
    return (
        needed(desk, voice, own[0]),
        f"{voice.rough(more)} {unit(need.unit, voice.language)}",
        voice.limit(round(share * ratio, 3)),
        _soonest(desk, voice, own),
        voice.listed(_gives(voice, one) for one in timely) or voice.say("none"),
    )


def _gives(voice: Voice, one: Advice) -> str:
    """A measure with how much it relieves when it stands in full."""
    return f"{name(voice, one)} ({voice.rough(one.waiting.measure.size)})"


def needed(desk: Desk, voice: Voice, advice: Advice) -> str:
    """What a measure is for, in words."""
    words = advice.need.meaning.say(voice.language)
    if not advice.items:
        return words
    per = desk.read.declared[advice.need.missing].per
    listed = desk.case.occupations if per == "occupation" else desk.case.employers
    names = [item.name.say(voice.language) for item in listed if item.id in advice.items]
    return f"{words}: {voice.listed(names)}"


def _soonest(desk: Desk, voice: Voice, own: Sequence[Advice]) -> str:
    """The measure that is least late if it begins now, how late it then is at the risk, and how much it gives."""
    late = {
        one.measure.id: float(
            np.quantile(np.maximum(desk.now - one.prepare.first.slack, 0), 1 - desk.risk, method="higher")
        )
        for one in own
    }
    first = min(own, key=lambda one: (late[one.measure.id], one.measure.id))
    months = voice.number(np.ceil(late[first.measure.id]))
    return voice.say("{n} months, then {measure}", n=months, measure=_gives(voice, first))
