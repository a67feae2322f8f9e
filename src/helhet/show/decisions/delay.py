"""The cost of delay: what a month and a year of waiting cost, as a curve with its kink, and the risk worth taking."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from helhet.decide.delay import Curve, cheapest, kink, risk_worth_taking
from helhet.show.decisions.charts import delay_chart
from helhet.show.decisions.dates import name, signed
from helhet.show.desk import Advice, Desk
from helhet.show.figure import DataTable, Figure
from helhet.show.ink import ALERT, CALM, INK, MUTED, figure
from helhet.show.parts import Titled
from helhet.show.voice import Voice

REACH = 60
"""Months ahead over which the cost of delay is drawn."""


NOTICED = 0.1
"""A cost of waiting that rises by a smaller share of its steepest rise is not said to turn dear."""


def starts(desk: Desk) -> list[int]:
    """The starts compared: each month from today, for five years or as far as odds are counted."""
    return list(range(desk.now, min(desk.now + REACH, desk.months) + 1))


def curve(desk: Desk, advice: Advice) -> Curve:
    """The expected cost by start, over all futures."""
    return advice.waiting.curve(starts(desk))


def bend(desk: Desk, advice: Advice) -> int | None:
    """After which start waiting becomes dearer fastest, by half-years; None where it hardly does, or still saves."""
    along = advice.waiting.curve(starts(desk)[::6])
    turn = kink(along, least=NOTICED)
    if turn is None:
        return None
    after = int(np.flatnonzero(along.starts == turn)[0])
    return turn if along.total[after + 1] > along.total[after] else None


def worth(desk: Desk, advice: Advice) -> float:
    """The risk at which waiting a month pays for itself: a share, above one where waiting always does."""
    measure, choices = advice.measure, desk.case.choices
    late = advice.waiting.measure.size * advice.waiting.price
    if late <= 0:
        return inf  # a shortage that costs nothing is worth any risk
    return risk_worth_taking(
        (1 + choices["interest"]) ** (1 / 12) - 1,
        measure.commit_cost * (1 - measure.repaid),
        choices["hazard"],
        measure.commit_cost * (1 - measure.salvage),
        late,
    )


def delays(desk: Desk, voice: Voice, advices: Sequence[Advice]) -> Titled:
    """A row for each measure: a month, a year split in three, the kink, the cheapest start, the risk worth taking."""
    rows = []
    for one in advices:
        year, month, along = one.waiting.delay(desk.now, 12), one.waiting.delay(desk.now, 1), curve(desk, one)
        turn, least = bend(desk, one), cheapest(along)
        last = starts(desk)[-1]
        risk = worth(desk, one)
        rows.append(
            (
                name(voice, one),
                signed(voice, month.total),
                f"{signed(voice, year.total)}\n± {voice.number(1.96 * year.error, 1)}",
                signed(voice, year.shortage),
                signed(voice, year.capital),
                signed(voice, year.stranding),
                "–" if turn is None else voice.month(desk.case.date(turn)),
                voice.say("not before {month}", month=voice.month(desk.case.date(last)))
                if least == last
                else voice.month(desk.case.date(least)),
                voice.say("always") if risk >= 1 else voice.percent(risk),
            )
        )
    head = (
        voice.say("Measure"),
        voice.say("The next month"),
        voice.say("The next year"),
        voice.say("of which shortage"),
        voice.say("of which capital"),
        voice.say("of which stranding avoided"),
        voice.say("Turns dear after"),
        voice.say("Cheapest start"),
        voice.say("Risk worth taking"),
    )
    note = voice.say(
        "MSEK, over all futures; above zero waiting costs, below it saves. The year's sum has the margin that the "
        "luck of the draw leaves (95 of 100). Shortage: units missing times their price in the case. Capital: "
        "interest saved in futures where the plant stays. Stranding: spending avoided where it does not. The risk "
        "worth taking is that of coming too late at which a month of waiting pays for itself."
    )
    return Titled(voice.say("What waiting costs"), DataTable(head, tuple(rows)), note)


def dearest(desk: Desk, advices: Sequence[Advice]) -> list[Advice]:
    """For each need the measure for which a year of waiting costs most."""
    found: dict[str, tuple[float, Advice]] = {}
    for one in advices:
        cost = one.waiting.delay(desk.now, 12).total
        if one.need.name not in found or cost > found[one.need.name][0]:
            found[one.need.name] = (cost, one)
    return [one for _, one in found.values()]


def delay_figure(desk: Desk, voice: Voice, advice: Advice) -> Figure:
    """The cost of starting one measure later than today, in its three parts."""
    along = curve(desk, advice)
    base = desk.case.date(0).year + (desk.case.date(0).month - 1) / 12
    at = [base + month / 12 for month in starts(desk)]
    parts = [
        (voice.say("in all"), along.total - along.total[0], INK),
        (voice.say("shortage"), along.shortage - along.shortage[0], ALERT),
        (voice.say("capital"), along.capital - along.capital[0], MUTED),
        (voice.say("stranding"), along.stranding - along.stranding[0], CALM),
    ]
    turn = bend(desk, advice)
    year = advice.waiting.delay(desk.now, 12)
    message = voice.say(
        "{measure}: to begin a year later than {month} costs {cost} MSEK",
        measure=name(voice, advice),
        month=voice.month(desk.case.date(desk.now)),
        cost=signed(voice, year.total),
    )
    every = range(0, len(at), 6)
    rows = tuple(
        (voice.month(desk.case.date(starts(desk)[i])), *(signed(voice, float(values[i])) for _, values, _ in parts))
        for i in every
    )
    head = (voice.say("Start"), *(words for words, _, _ in parts))
    note = voice.say("MSEK more than with a start today, expected over all futures.")
    if turn is not None:
        note += " " + voice.say(
            "Dashed: after {month} waiting becomes dearer fastest.", month=voice.month(desk.case.date(turn))
        )
    kink_at = None if turn is None else base + turn / 12
    return figure(
        f"delay-{advice.measure.id}".replace("_", "-"),
        voice.language,
        message,
        lambda paper: delay_chart(paper, at, [(n, np.asarray(v), h) for n, v, h in parts], kink_at),
        DataTable(head, rows),
        note=note,
    )
