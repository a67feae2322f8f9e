"""Why: when a plan fails, which uncertain inputs drive what is missing, waterfalls, and the reference cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from helhet.decide.boxes import Bound
from helhet.decide.breaks import Break, breaks
from helhet.decide.drivers import Driver
from helhet.decide.prior import audits, challenge
from helhet.pieces.plant import OUTCOMES
from helhet.show import charts, tolerance
from helhet.show.decisions.kept import Kept
from helhet.show.decisions.why import waterfall
from helhet.show.desk import PLANT, Desk
from helhet.show.figure import DataTable, Figure
from helhet.show.grounds import source_words, status_word
from helhet.show.ink import figure
from helhet.show.judges import judge_name, outcome_words
from helhet.show.parts import Chapter, Titled, plan_name
from helhet.show.references import references_table
from helhet.show.units import unit
from helhet.show.voice import Voice
from helhet.words.arrays import Flags
from helhet.words.declare import Need

NAMED = 6
"""How many drivers of a need are named."""

FEWEST = 40
"""With fewer futures nothing is said of when a plan fails or what drives it: it would be noise."""


def failures(desk: Desk, plan: str) -> Mapping[str, Flags]:
    """The futures in which each need has a shortage under ``plan``, by the need's name."""
    return {need.name: desk.strain(plan, need).hit(desk.months) for need in tolerance.needs(desk.read)}


def chapter(desk: Desk, voice: Voice, kept: Kept) -> Chapter:
    """It fails when …, what drives it, and why numbers changed."""
    plan = desk.read.main
    paragraphs = [
        voice.say(
            "When does the plan “{plan}” fail? Simple bounds on what nobody chooses, found in half of the futures and "
            "tried on the other half; the figures are those of the other half.",
            plan=plan_name(desk.read, voice, plan),
        )
    ]
    tables = [table for need in tolerance.needs(desk.read) if (table := fails_when(desk, voice, plan, need))]
    tables.append(sources(desk, voice, plan))
    figures = [one for need in tolerance.needs(desk.read) if (one := drivers_figure(desk, voice, plan, need))]
    return Chapter(
        "why",
        voice.say("It fails when …, and why"),
        "",
        None,
        paragraphs,
        [*figures, *(waterfall(desk, voice, why) for why in kept.why)],
        tables,
        unknown=[
            voice.say("Only what the case holds to be uncertain can show up here; a figure held certain never does."),
            voice.say("Bounds describe where failures are common. They are no causes, and a future outside can fail."),
        ],
    )


def fails_when(desk: Desk, voice: Voice, plan: str, need: Need) -> Titled | None:
    """The bounds that tell when a need is not met; None when it is met in every future, or in none."""
    fails = failures(desk, plan)[need.name]
    if not fails.any() or fails.all() or len(fails) < FEWEST:
        return None
    found = breaks(desk.inputs, fails, codes=(PLANT,))
    rows = tuple(_box(desk, voice, number, one) for number, one in enumerate(found))
    title = voice.say(
        "{need}: short in {odds}, above all when …",
        need=need.meaning.say(voice.language).capitalize(),
        odds=voice.odds(int(fails.sum()), len(fails)),
    )
    if not rows:
        rows = ((voice.say("nothing simple tells when"), "–", "–", "–"),)
    head = (voice.say("When"), voice.say("Fails there"), voice.say("Fails otherwise"), voice.say("Of all failures"))
    return Titled(title, DataTable(head, rows))


def _box(desk: Desk, voice: Voice, number: int, one: Break) -> tuple[str, ...]:
    words = voice.say("; and ").join(_bound(desk, voice, bound) for bound in one.tested.bounds)
    if number:
        words = voice.say("otherwise, {bounds}", bounds=words)
    box = one.tested
    outside = (box.base - box.density * box.mass) / (1 - box.mass) if box.mass < 1 else 0.0
    return (words, voice.percent(box.density), voice.percent(max(0.0, outside)), voice.percent(box.coverage))


def _bound(desk: Desk, voice: Voice, bound: Bound) -> str:
    """A bound in words."""
    if bound.codes:
        words = outcome_words(voice)
        named = voice.either(words[OUTCOMES[code]] for code in bound.codes)
        return voice.say("the plant is: {outcomes}", outcomes=named)
    setting = desk.case.settings[bound.name].setting
    name = setting.meaning.say(voice.language)
    low, high = (_value(voice, value, setting.unit) for value in (bound.low, bound.high))
    if not np.isfinite(bound.low):
        return voice.say("{name} is at most {high}", name=name, high=high)
    if not np.isfinite(bound.high):
        return voice.say("{name} is at least {low}", name=name, low=low)
    return voice.say("{name} is {low} to {high}", name=name, low=low, high=high)


def _value(voice: Voice, value: float, of: str) -> str:
    """A bound with its unit, two significant digits: it is no finer than the futures lie apart."""
    if not np.isfinite(value):
        return ""
    if of == "share":
        return voice.percent(value)
    said = voice.plain(float(f"{value:.2g}"))
    return said if of == "ratio" else f"{said} {unit(of, voice.language)}"


def driving(desk: Desk, plan: str, need: Need) -> Sequence[Driver]:
    """The inputs that drive a need, strongest first, those above the noise."""
    return desk.drivers(plan, need).named[:NAMED] if len(desk.read.futures) >= FEWEST else ()


def input_name(desk: Desk, voice: Voice, name: str) -> str:
    """An uncertain input in words."""
    if name == PLANT:
        return voice.say("what becomes of the plant")
    return desk.case.settings[name].setting.meaning.say(voice.language)


def drivers_figure(desk: Desk, voice: Voice, plan: str, need: Need) -> Figure | None:
    """How much of the differences between futures each input explains by itself."""
    found = driving(desk, plan, need)
    if not found:
        return None
    names = [input_name(desk, voice, one.name) for one in found]
    shares = [one.share for one in found]
    texts = [voice.percent(share) for share in shares]
    title = voice.say(
        "{need}: what is missing in the worst month depends most on {name}",
        need=need.meaning.say(voice.language).capitalize(),
        name=names[0],
    )
    rows = tuple(
        (name, voice.percent(one.share), voice.percents(max(one.low, 0.0), one.high))
        for name, one in zip(names, found, strict=True)
    )
    head = (voice.say("Input"), voice.say("Explains by itself"), voice.say("90 of 100 draws"))
    note = voice.say(
        "Share of the differences between futures that vanish if the input is known (first-order index), under the "
        "plan “{plan}”. Inputs that cannot be told from noise are left out.",
        plan=plan_name(desk.read, voice, plan),
    )
    return figure(
        f"drivers-{need.name}",
        voice.language,
        title,
        lambda paper: charts.shares_chart(paper, names, shares, texts),
        DataTable(head, rows),
        note=note,
    )


def sources(desk: Desk, voice: Voice, plan: str) -> Titled:
    """Who said so: value, range, source and status of every input that drives a need."""
    found = dict.fromkeys(one.name for need in tolerance.needs(desk.read) for one in driving(desk, plan, need))
    rows = []
    for name in found:
        if name == PLANT:
            rows.append(
                (
                    input_name(desk, voice, name),
                    "–",
                    judge_name(voice, desk.case.prior),
                    status_word(voice, "assumed"),
                    "–",
                )
            )
            continue
        one = desk.case.settings[name]
        span = f"{voice.plain(one.value)} ({voice.plain(one.low)}–{voice.plain(one.high)})"
        of = unit(one.setting.unit, voice.language)
        source = source_words(desk.case, voice, one.source)
        rows.append(
            (input_name(desk, voice, name), f"{span} {of}", source, status_word(voice, one.status), one.note or "–")
        )
    head = (
        voice.say("Input"),
        voice.say("Value and range"),
        voice.say("Source"),
        voice.say("How sure"),
        voice.say("Note"),
    )
    return Titled(voice.say("Who said so"), DataTable(head, tuple(rows)), look="text")


def references(desk: Desk, voice: Voice) -> Chapter | None:
    """The reference cases, and how they challenge the odds in use; None where the case has none."""
    table = references_table(desk.case, voice)
    if table is None:
        return None
    words = outcome_words(voice)
    rows = []
    for outcome, one in challenge(desk.case).items():
        rows.append(
            (
                words[outcome],
                voice.percent(one.prior),
                voice.say("{n} of {of}", n=one.count, of=one.of),
                voice.percents(one.low, one.high),
                voice.say("outside") if one.outside else voice.say("within"),
            )
        )
    head = (
        voice.say("Outcome"),
        voice.say("Odds in use"),
        voice.say("Plants"),
        voice.say("Range from them"),
        voice.say("The odds lie"),
    )
    kept = [one.mean for one in audits(desk.case).values()]
    paragraphs = [
        voice.say(
            "What became of other plants that were announced, as far as it was known on {day}. They are few and were "
            "written about because they stood out: evidence of what can happen, not of how often.",
            day=voice.day(desk.case.knowledge_date),
        )
    ]
    if kept:
        paragraphs.append(
            voice.say(
                "Audits of many promises found between {low} and {high} of them kept.",
                low=voice.percent(min(kept)),
                high=voice.percent(max(kept)),
            )
        )
    return Chapter(
        "references",
        voice.say("Other towns, other plants"),
        "",
        None,
        paragraphs,
        [],
        [
            Titled(voice.say("The reference cases"), table, look="text"),
            Titled(
                voice.say("The odds in use, held against them"),
                DataTable(head, tuple(rows)),
                voice.say("Range: the middle 90 percent of what so few plants say (Jeffreys' prior)."),
            ),
        ],
    )
