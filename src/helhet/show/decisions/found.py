"""The plans that the search found: their table, and what being short less often costs."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10

import numpy as np

from helhet.decide.robust import Share, share
from helhet.show import tolerance
from helhet.show.decisions.charts import Spot, trade_chart
from helhet.show.decisions.kept import Found
from helhet.show.desk import Desk
from helhet.show.figure import DataTable, Figure
from helhet.show.ink import figure
from helhet.show.parts import Titled, plan_name
from helhet.show.voice import Voice
from helhet.words.plan import Measure


def net_cost(desk: Desk, measure: Measure, size: float) -> float:
    """What ``size`` of a measure costs, MSEK: less what is repaid where the plant stays, and what comes back where not.

    In proportion to the size, and the mean over all futures of the run.
    """
    stays = float(np.isinf(desk.known).mean())
    own = stays * (1 - measure.repaid) + (1 - stays) * (1 - measure.salvage)
    return size / measure.size * (measure.prepare_cost + measure.commit_cost * own)


def with_interval(voice: Voice, one: Share) -> str:
    """A share as odds, with its interval."""
    return f"{voice.odds(one.hits, one.futures)}\n({voice.percents(one.low, one.high)})"


def found_table(desk: Desk, voice: Voice, found: Sequence[Found]) -> Titled | None:
    """The plans that the search found: cost, risk where they were searched and in other futures, and what they hold."""
    if not found:
        return None
    bounded = any(one.bound is not None for one in found)
    rows = [
        (
            voice.say("{cost} MSEK", cost=voice.rough(one.cost, 3)),
            voice.percent(one.risk),
            with_interval(voice, _lived(one)),
            *((_cheaper(voice, one),) if bounded else ()),
            voice.say("{cost} MSEK", cost=voice.rough(_down(one.floor), 3)) if one.floor else "–",
            _starts(desk, voice, one) or voice.say("nothing"),
        )
        for one in sorted(found, key=lambda each: each.cost)
    ]
    head = (
        voice.say("Cost"),
        voice.say("Short in, where it was searched"),
        voice.say("Short in, other futures"),
        *((voice.say("Could be cheaper by at most"),) if bounded else ()),
        voice.say("No plan of this risk is below"),
        voice.say("Measures and starts"),
    )
    note = voice.say(
        "Found by mixed-integer programming on a reckoning of what each measure relieves (chance-constrained, a sample "
        "of futures), lived with the whole town, corrected by what was then missing, and so on; last lived in futures "
        "that the search has not seen. Where the two differ, believe the others; the interval is that of the draw (95 "
        "of 100). What no plan is below is reckoned before any correction, for the larger of the two risks and all "
        "futures that there could be (95 of 100)."
    )
    if bounded:
        note += " " + voice.say(
            "By how much a plan could be cheaper is reckoned after the last correction, where it was searched."
        )
    return Titled(voice.say("Plans that the search found"), DataTable(head, tuple(rows)), note, look="text")


def _cheaper(voice: Voice, one: Found) -> str:
    """By how much a plan of the same risk could be cheaper at most, where that is known."""
    if one.bound is None:
        return "–"
    return voice.percent((one.cost - one.bound) / one.cost if one.cost else 0.0)


def _down(value: float) -> float:
    """The largest number of three digits that is not above ``value``: a floor is never rounded up."""
    step = 10.0 ** (floor(log10(value)) - 2)
    return step * floor(value / step + 1e-9)


def _starts(desk: Desk, voice: Voice, one: Found) -> str:
    """What begins in each month."""
    months: dict[int, list[str]] = {}
    for measure, month, size in sorted(one.starts, key=lambda start: (start[1], start[0])):
        months.setdefault(month, []).append(_sized(desk, voice, measure, size))
    return " ".join(
        voice.say(
            "{month}: {measures}.", month=voice.month(desk.case.date(month)).capitalize(), measures=voice.listed(names)
        )
        for month, names in months.items()
    )


def _sized(desk: Desk, voice: Voice, measure: str, size: float) -> str:
    """A measure, and how much of it where that is not all."""
    name, whole = desk.case.measures[measure].name.say(voice.language), desk.case.measures[measure].size
    return name if size == whole else voice.say("{share} of {measure}", share=voice.percent(size / whole), measure=name)


def _lived(one: Found) -> Share:
    """How often it is short in futures that the search has not seen."""
    return share(np.arange(one.futures) < round(one.lived * one.futures))


def trade_figure(desk: Desk, voice: Voice, found: Sequence[Found]) -> Figure:
    """What the plans cost against how often something is short: those found, and those of the case."""
    ours = [_spot(desk, voice, plan) for plan in desk.read.plans]
    theirs = [Spot("", one.cost, _lived(one)) for one in sorted(found, key=lambda each: each.cost)]
    rows = [
        (one.name or voice.say("found by the search"), voice.rough(one.cost, 3), with_interval(voice, one.short))
        for one in (*ours, *theirs)
    ]
    message = voice.say("What it costs to be short less often")
    return figure(
        "trade",
        voice.language,
        message,
        lambda paper: trade_chart(paper, theirs, ours, voice.say("MSEK")),
        DataTable((voice.say("Plan"), voice.say("Net cost, MSEK"), voice.say("Short in")), tuple(rows)),
        (("main", voice.say("found by the search")), ("ink", voice.say("the plans of the case"))),
        voice.say(
            "In how many futures any need is short within {years} years, with the interval that the luck of the draw "
            "leaves (95 of 100), against the net cost of all measures in full, the mean over futures.",
            years=desk.months // 12,
        ),
    )


def _spot(desk: Desk, voice: Voice, plan: str) -> Spot:
    """A plan of the case, its cost reckoned as that of the plans found is."""
    measures = ((desk.case.measures[start.measure], start.size) for start in desk.case.plans[plan].starts)
    cost = sum(net_cost(desk, measure, size) for measure, size in measures if measure.size)
    strains = [desk.strain(plan, need) for need in tolerance.needs(desk.read)]
    short = np.any([one.hit(desk.months) for one in strains], axis=0)
    return Spot(plan_name(desk.read, voice, plan), cost, share(short))
