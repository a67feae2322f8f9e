"""Plans that hold: the plans side by side, their collapse stress test, and what the search found beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from helhet.decide.robust import Compared, Stress, Tried, compared, difference, pareto, ranked, stress
from helhet.pieces.plant import OUTCOMES
from helhet.show import tolerance
from helhet.show.decisions.charts import stack_chart
from helhet.show.decisions.dates import signed
from helhet.show.decisions.found import found_table, trade_figure, with_interval
from helhet.show.decisions.kept import Kept
from helhet.show.desk import Desk
from helhet.show.figure import DataTable, Figure
from helhet.show.ink import ALERT, INK, MAIN, figure
from helhet.show.judges import outcome_words
from helhet.show.parts import Chapter, Titled, plan_name
from helhet.show.voice import Voice
from helhet.words.arrays import Flags, Floats


def tried(desk: Desk, plan: str) -> Tried:
    """A plan of the results in every future, over the years that odds are counted over."""
    needs = tolerance.needs(desk.read)
    strains = {need.name: desk.strain(plan, need) for need in needs}
    shortage = sum(
        (desk.case.needs[name].cost * one.over.sum(axis=1) for name, one in strains.items()),
        np.zeros(len(desk.read.futures)),
    )
    spent = desk.read.total("measures.spent", plan)[:, : desk.months // 12].sum(axis=1)
    holds = {name: ~one.hit(desk.months) for name, one in strains.items()}
    leaves = np.isfinite(desk.known)
    net = spent - np.where(leaves, *(back(desk, plan, share) for share in ("salvage", "repaid")))
    return Tried(plan, holds, net, shortage, np.where(leaves, net, 0.0))


def back(desk: Desk, plan: str, share: Literal["salvage", "repaid"]) -> Floats:
    """What comes back of the plan's commitments, MSEK, shape (futures,): as salvage, or paid by those who use them."""
    total = np.zeros(len(desk.read.futures))
    for start in desk.case.plans[plan].starts:
        measure = desk.case.measures[start.measure]
        if not measure.size:
            continue
        prepare, commit = desk.leads(measure)
        committed = start.month + prepare
        if start.commit_month is not None:
            committed = np.maximum(committed, start.commit_month)
        part = measure.salvage if share == "salvage" else measure.repaid
        value = part * measure.commit_cost * start.size / measure.size
        # As much as is spent of it in the years counted: evenly from commitment to delivery, as the results have it.
        total += value * np.clip((desk.months - committed) / np.maximum(commit, 1), 0.0, 1.0)
    return total


def all_tried(desk: Desk) -> list[Tried]:
    """Every plan of the results."""
    return [tried(desk, plan) for plan in desk.read.plans]


def _amount(voice: Voice, value: float) -> str:
    return voice.rough(value, 2)


def side_by_side(desk: Desk, voice: Voice, among: Flags | None = None) -> Titled:
    """A row for each plan: how often each need and all of them hold, regret, cost. ``among``: only these futures."""
    plans = [one if among is None else one.among(among) for one in all_tried(desk)]
    found = ranked(compared(plans))
    needs = tolerance.needs(desk.read)
    best, unbeaten = _unbeaten(found), voice.say("beaten by none")
    rows = []
    for one in found:
        rows.append(
            (
                plan_name(desk.read, voice, one.name) + ("\n" + unbeaten if one.name in best else ""),
                *(with_interval(voice, one.holds[need.name]) for need in needs),
                with_interval(voice, one.whole),
                "\n".join(filter(None, (_amount(voice, one.largest), _when(desk, voice, one, among)))),
                _amount(voice, one.regret),
                _amount(voice, one.spent),
                _amount(voice, one.shortage),
                _amount(voice, one.stranded),
            )
        )
    head = (
        voice.say("Plan"),
        *(need.meaning.say(voice.language).capitalize() for need in needs),
        voice.say("All hold"),
        voice.say("Largest regret"),
        voice.say("Mean regret"),
        voice.say("Net cost"),
        voice.say("Shortage"),
        voice.say("Stranded"),
    )
    title = voice.say("The plans side by side") if among is None else voice.say("The same, given that the plant comes")
    note = voice.say(
        "In how many futures each need stays within its tolerance for {years} years, with the interval that the luck "
        "of the draw leaves (95 of 100). MSEK, means over futures. Net cost: what is spent, less what rents and fees "
        "repay where the plant stays and what comes back where it does not; stranded is the part of it where it does "
        "not. Regret: net cost and shortage beyond those of the cheapest of these plans in the same future. Beaten by "
        "none: no other plan holds as often, at no more regret and cost.",
        years=desk.months // 12,
    )
    return Titled(title, DataTable(head, tuple(rows)), note if among is None else "", "roomy")


def _when(desk: Desk, voice: Voice, one: Compared, among: Flags | None) -> str:
    """What becomes of the plant in the future with the largest regret; nothing where there is none."""
    if one.largest <= 0:
        return ""
    row = one.worst if among is None else int(np.flatnonzero(among)[one.worst])
    return voice.say("plant: {outcome}", outcome=outcome_words(voice)[desk.outcome_of(row)])


def _unbeaten(found: Sequence[Compared]) -> set[str]:
    points = np.array([[-one.whole.share, one.largest, one.total] for one in found])
    return {found[int(row)].name for row in pareto(points)}


def _lost(one: Stress) -> float:
    return one.stranded


def _kept(one: Stress) -> float:
    return one.spent - one.stranded


def _short(one: Stress) -> float:
    return one.shortage


def stress_figure(desk: Desk, voice: Voice) -> Figure:
    """What each plan costs in each outcome of the plant."""
    plans = all_tried(desk)
    words = outcome_words(voice)
    groups = [code for code in range(len(OUTCOMES)) if (desk.read.code == code).any()]
    names = [plan_name(desk.read, voice, plan.name) for plan in plans]

    tested = stress(plans, desk.read.code)
    lost, spent, short = (
        np.array([[part(tested[code][plan.name]) for plan in plans] for code in groups])
        for part in (_lost, _kept, _short)
    )
    parts = [
        (voice.say("net cost"), spent, MAIN),
        (voice.say("stranded"), lost, INK),
        (voice.say("shortage"), short, ALERT),
    ]
    titles = [
        f"{words[OUTCOMES[code]]} ({voice.odds(int((desk.read.code == code).sum()), len(desk.read.code))})"
        for code in groups
    ]
    total = spent + lost + short
    texts = [voice.rough(float(total[g, i]), 2) for g in range(len(groups)) for i in range(len(names))]
    rows = tuple(
        (
            f"{titles[g]}: {names[i]}",
            *(voice.rough(float(values[g, i]), 2) for _, values, _ in parts),
            texts[g * len(names) + i],
        )
        for g in range(len(groups))
        for i in range(len(names))
    )
    head = (voice.say("Outcome of the plant and plan"), *(name for name, _, _ in parts), voice.say("in all"))
    key = (("main", parts[0][0]), ("ink", parts[1][0]), ("alert", parts[2][0]))
    return figure(
        "stress",
        voice.language,
        voice.say(
            "The stress test: what each plan costs in {years} years, whatever becomes of the plant",
            years=desk.months // 12,
        ),
        lambda paper: stack_chart(paper, titles, names, parts, texts),
        DataTable(head, rows),
        key,
        voice.say("MSEK, means over the futures with that outcome. Shortage is priced as the case says."),
    )


def differences(desk: Desk, voice: Voice) -> Titled | None:
    """Each plan less the one that does least, future by future."""
    plans = sorted(all_tried(desk), key=lambda one: len(desk.case.plans[one.name].starts))
    if len(plans) < 2 or len(desk.read.futures) < 2:
        return None
    base, rows = plans[0], []
    for one in plans[1:]:
        for name, first, second in (
            (voice.say("net cost and shortage"), base.total, one.total),
            (voice.say("shortage alone"), base.shortage, one.shortage),
        ):
            found = difference(first, second)
            rows.append(
                (
                    f"{plan_name(desk.read, voice, one.name)}: {name}",
                    f"{signed(voice, found.mean)} ± {voice.rough(1.96 * found.error, 2)}",
                    f"± {voice.rough(1.96 * found.apart, 2)}",
                    voice.percent(found.ratio),
                )
            )
    head = (
        voice.say("Difference, MSEK"),
        voice.say("In the same futures"),
        voice.say("With futures of their own"),
        voice.say("Variance left"),
    )
    title = voice.say("Against “{plan}”", plan=plan_name(desk.read, voice, base.name))
    note = voice.say("The same luck under every plan makes differences surer than each plan's own figures.")
    return Titled(title, DataTable(head, tuple(rows)), note)


def chapter(desk: Desk, voice: Voice, kept: Kept) -> Chapter:
    """The plans compared."""
    tables = [side_by_side(desk, voice)]
    if desk.comes.any() and not desk.comes.all():
        tables.append(side_by_side(desk, voice, desk.comes))
    more = [differences(desk, voice), found_table(desk, voice, kept.found)]
    return Chapter(
        "plans",
        voice.say("Plans that hold"),
        "",
        None,
        [
            voice.say(
                "There is no single index: first how often a plan holds, then its largest regret, then its cost. A "
                "plan that holds everywhere may cost more than the shortages it prevents."
            )
        ],
        [stress_figure(desk, voice), *([trade_figure(desk, voice, kept.found)] if kept.found else [])],
        [*tables, *(table for table in more if table is not None)],
        unknown=[
            voice.say("Plans here are carried out as dated, even when the plant is called off: nobody stops them."),
            voice.say("Regret depends on which plans are compared."),
        ],
    )


def lead(desk: Desk, voice: Voice) -> list[str]:
    """One sentence: how often each plan holds."""
    found = ranked(compared(all_tried(desk)))
    said = [f"{plan_name(desk.read, voice, one.name)} {voice.odds(one.whole.hits, one.whole.futures)}" for one in found]
    return [
        voice.say(
            "Every need stays within its tolerance for {years} years in: {plans}.",
            plans=voice.listed(said),
            years=desk.months // 12,
        )
    ]
