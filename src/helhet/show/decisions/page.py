"""The decision page: one self-contained page for those who decide, in Swedish or English."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from helhet.decide.option import CHOICES, best
from helhet.show.decisions import card, dates, delay, plans, reasons, within
from helhet.show.decisions.kept import Kept
from helhet.show.decisions.when import said
from helhet.show.desk import Advice, Desk
from helhet.show.letter import TEMPLATES, command_of, environment, facts_of
from helhet.show.parts import Chapter, Titled, plan_name
from helhet.show.voice import Voice
from helhet.words.declare import Text

PAGE_FILE = Text("beslut.html", "decisions.html")


def write_decisions(desk: Desk, voice: Voice, path: Path, kept: Kept | None = None) -> Path:
    """Write the page to ``path``, whole or not at all, and return it. Raises ``OSError`` where it cannot be written."""
    part = path.with_name(path.name + ".part")
    part.write_text(decisions(desk, voice, kept or Kept()), encoding="utf-8")
    part.replace(path)
    return path


def decisions(desk: Desk, voice: Voice, kept: Kept) -> str:
    """The page as HTML. The same results give the same page, byte for byte."""
    advices = desk.all
    chapters = [
        _dates(desk, voice, advices, kept),
        _card(desk, voice, advices),
        _delay(desk, voice, advices),
        plans.chapter(desk, voice, kept),
        reasons.chapter(desk, voice, kept),
        reasons.references(desk, voice),
    ]
    return (
        environment()
        .get_template("decisions.html")
        .render(
            say=voice.say,
            language=voice.language,
            style=(TEMPLATES / "letter.css").read_text(encoding="utf-8"),
            title=voice.say("{town}: act now, or wait?", town=desk.case.name),
            town=desk.case.name,
            day=voice.day(desk.case.knowledge_date),
            lead=_lead(desk, voice, advices),
            chapters=[chapter for chapter in chapters if chapter is not None],
            command=command_of(desk.case, desk.read.results, voice.language),
            facts=facts_of(desk.case, desk.read.results, voice),
        )
    )


def _lead(desk: Desk, voice: Voice, advices: Sequence[Advice]) -> list[str]:
    """The page in four sentences: dates, the dearest delay, choices, and the plans."""
    passed = [one for one in advices if one.prepare.first.state(desk.now) == "passed"]
    timely = [one for one in dates.in_order(advices) if one.prepare.first.state(desk.now) == "in_time"]
    free = len(advices) - len(passed) - len(timely)
    lead = [
        voice.say(
            "Of {n} measures, {passed} should already have been begun if the plant comes and the risk of being late "
            "is to be at most {risk}; {timely} have a date ahead of them, and {free} are not needed at that risk.",
            n=len(advices),
            passed=len(passed),
            timely=len(timely),
            free=free,
            risk=voice.limit(desk.risk),
        )
    ]
    if timely:
        lead.append(
            voice.say(
                "The next date: {measure}, where preparing must begin by the end of {date}.",
                measure=dates.name(voice, timely[0]),
                date=said(desk.case, voice, timely[0].prepare.first),
            )
        )
    dear = max(advices, key=lambda one: one.waiting.delay(desk.now, 12).total, default=None)
    if dear is not None:
        lead.append(
            voice.say(
                "Waiting is dearest for {measure}: {cost} MSEK for the coming year, expected over all futures.",
                measure=dates.name(voice, dear),
                cost=dates.signed(voice, dear.waiting.delay(desk.now, 12).total),
            )
        )
    p = desk.chance(desk.case.prior)
    wanted = [*passed, *timely]
    counts = {choice: sum(best(one.option, p) == choice for one in wanted) for choice in CHOICES}
    lead.append(
        voice.say(
            "With odds of {p} that the plant comes and stays, it is cheapest to commit to {commit} of the measures "
            "now, to prepare {prepare} and to wait with {wait}.",
            p=voice.percent(p),
            **counts,
        )
    )
    return [*lead, *plans.lead(desk, voice)]


def _dates(desk: Desk, voice: Voice, advices: Sequence[Advice], kept: Kept) -> Chapter:
    figures = [dates.dates_figure(desk, voice, advices)] if advices else []
    tables = [
        dates.calendar(desk, voice, advices),
        dates.meetings(desk, voice, advices),
        dates.helps(desk, voice, advices),
        within.table(desk, voice, kept.within),
    ]
    background = sorted({one.background for one in advices})
    return Chapter(
        "dates",
        voice.say("By when"),
        "",
        None,
        [
            voice.say(
                "For each future we know the month in which a need bites and how long the measure takes. The "
                "difference is how long one can wait. The date is the last one at which at most {risk} of the futures "
                "come too late. The needs are those under the plan “{plan}”.",
                risk=voice.limit(desk.risk),
                plan=voice.both(plan_name(desk.read, voice, plan) for plan in background),
            )
        ],
        figures,
        _there(tables),
        unknown=[
            voice.say("Needs counted once a year are read along a straight line between two year ends."),
            voice.say(
                "What a measure needs besides time: staff, land, money and a decision that is not appealed again."
            ),
            voice.say("The decision calendar of the case is a usual one, if the town has not put in its own."),
        ],
    )


def _there(tables: Sequence[Titled | None]) -> list[Titled]:
    return [table for table in tables if table is not None]


def _card(desk: Desk, voice: Voice, advices: Sequence[Advice]) -> Chapter:
    return Chapter(
        "card",
        voice.say("Commit, wait or prepare"),
        "",
        None,
        [
            voice.say(
                "Each measure is an option. To commit now is to pay for a plant that may not come; to wait is to be "
                "late if it does; to prepare is to pay a little to be less late. Which is best depends on how likely "
                "the plant is."
            )
        ],
        [card.ranges_figure(desk, voice, advices)] if advices else [],
        _there([card.card(desk, voice, advices), card.signals(desk, voice)]),
        unknown=[
            voice.say(
                "A plant that comes late or smaller counts as one that comes; one that collapses, as one that does not."
            ),
            voice.say(
                "What rents and fees repay, and what comes back, are judgements of the case, counted as if paid at "
                "once."
            ),
        ],
    )


def _delay(desk: Desk, voice: Voice, advices: Sequence[Advice]) -> Chapter:
    return Chapter(
        "delay",
        voice.say("What waiting costs"),
        "",
        None,
        [
            voice.say(
                "A later start lets more go missing, saves interest, and saves spending in futures where the plant is "
                "called off before the commitment. The sum of the three is the cost of delay, on the same futures."
            )
        ],
        [delay.delay_figure(desk, voice, one) for one in delay.dearest(desk, advices)],
        [delay.delays(desk, voice, advices)],
        unknown=[
            voice.say("Nobody moves, builds or hires differently because one measure is late: this is a first order."),
            voice.say("Only what is missing beyond the tolerance has a price; below it, waiting costs nothing."),
            voice.say("What falls after the years that are counted is not missing, but is paid."),
            voice.say(
                "A date says when a need would no longer be met in time, not that meeting it pays: a measure can be "
                "late by its date and still be cheaper to wait with."
            ),
            voice.say("Two measures for one need both count the whole of it as theirs."),
            voice.say(
                "The prices of what is missing are judgements of the case: twice the price is twice the cost of the "
                "shortage."
            ),
        ],
    )
