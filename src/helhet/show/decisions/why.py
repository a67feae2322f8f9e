"""Why a number changed: between two plans or two versions of the case, as a waterfall."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from helhet.case.case import Case
from helhet.decide.shapley import MOST, Waterfall
from helhet.decide.trial import Trials, Variant, declared
from helhet.decide.why import between_cases, between_plans, changes, differing
from helhet.show.decisions.charts import waterfall_chart
from helhet.show.decisions.kept import Change, Why
from helhet.show.desk import KINDS, Desk
from helhet.show.figure import DataTable, Figure
from helhet.show.grounds import status_word
from helhet.show.ink import figure
from helhet.show.parts import Titled, plan_name
from helhet.show.reading import names_of
from helhet.show.units import unit
from helhet.show.voice import Voice
from helhet.words.arrays import Floats, Ints
from helhet.words.declare import Outcome
from helhet.words.faults import Fault, Faults
from helhet.words.plan import Plan


@dataclass(frozen=True)
class Number:
    """The number asked about: an outcome of the whole town in one year, in each future.

    ``names`` are the stored outcomes that it is the sum of; one counted by month is that of the year's highest month.
    """

    outcome: Outcome
    names: tuple[str, ...]
    year: int
    place: int

    def value(self, lived: Mapping[str, Floats]) -> Floats:
        """The number, shape (futures,)."""
        values = np.asarray(sum((lived[name] for name in self.names), np.zeros(())))
        if self.outcome.scope == "month":
            return np.asarray(values.reshape(len(values), -1, 12)[:, self.place].max(axis=1))
        return np.asarray(values[:, self.place])


def number(desk: Desk, outcome: str, year: int | None) -> Number:
    """The number called ``outcome`` in ``year`` (None: the last that odds are counted over).

    Raises :class:`Faults` for an outcome or a year that the results lack.
    """
    read = desk.read
    wanted = read.results.about(outcome).of if outcome not in read.declared else outcome
    one = read.declared[declared(wanted, read.declared)]
    names = names_of(desk.case, one) if outcome in read.declared else (outcome,)
    years = [int(each) for each in read.odds_years]
    if year is not None and year not in years:
        wrong = f"odds are counted over {years[0]} to {years[-1]}"
        raise Faults([Fault(str(read.results.folder), 0, "year", str(year), wrong, "Name one of these years.")])
    chosen = years[-1] if year is None else year
    return Number(one, names, chosen, years.index(chosen))


def by_kind(desk: Desk, first: Plan, second: Plan) -> dict[str, frozenset[str]]:
    """The measures that differ between two plans, by their kind."""
    groups: dict[str, set[str]] = {}
    for measure in sorted(differing(first, second)):
        groups.setdefault(desk.case.measures[measure].kind, set()).add(measure)
    return {kind: frozenset(groups[kind]) for kind in KINDS if kind in groups}


def plans(desk: Desk, trials: Trials, asked: Number, first: str, second: str, futures: int) -> Why:
    """Why ``asked`` differs between two plans, split over the kinds of measure that differ.

    Raises :class:`Faults` where nothing differs, or too much.
    """
    one, two = desk.case.plans[first], desk.case.plans[second]
    groups = by_kind(desk, one, two)
    _bounded(tuple(groups), f"{first}, {second}")
    numbers = desk.read.futures[:futures]
    split = between_plans(trials, one, two, groups, numbers, asked.names, asked.value)
    return _why(asked, split, first, second, len(numbers))


def cases(desk: Desk, other: Case, lives: Callable[[Case], Trials], asked: Number, plan: str, futures: int) -> Why:
    """Why ``asked`` differs between the case and another version of it, under one plan.

    ``lives`` gives something to live the futures of a version with. Raises :class:`Faults` where nothing differs, or
    too much, or the other version lacks the plan.
    """
    names = changes(desk.case, other)
    _bounded(names, other.id)
    numbers = desk.read.futures[:futures]

    def lived(case: Case) -> Mapping[str, Floats]:
        return _lived(lives(case), case, plan, numbers, asked.names)

    split = between_cases(lived, desk.case, other, names, asked.value)
    return _why(asked, split, desk.case.id, f"{other.id} ({other.digest[:8]})", len(numbers))


def _lived(trials: Trials, case: Case, plan: str, numbers: Ints, names: Sequence[str]) -> Mapping[str, Floats]:
    if plan not in case.plans:
        raise Faults(
            [Fault("plans.csv", 0, "plan", plan, "one of the versions has no such plan", "Name another plan.")]
        )
    (outcomes,) = trials.run([Variant(case.plans[plan], numbers)], names)
    return outcomes


def _bounded(names: Sequence[str], where: str) -> None:
    if not names:
        wrong = "nothing that decides a number is different, so there is nothing to explain"
        raise Faults([Fault(where, 0, "", "", wrong, "Name two plans, or two versions of a case, that differ.")])
    if len(names) > MOST:
        wrong = f"{len(names)} inputs are different; a change is split over {MOST} at most: {', '.join(names)}"
        raise Faults([Fault(where, 0, "", "", wrong, "Change fewer at a time.")])


def _why(asked: Number, split: Waterfall, first: str, second: str, futures: int) -> Why:
    parts = tuple(Change(part.name, part.mean, part.error if np.isfinite(part.error) else None) for part in split.parts)
    name = asked.outcome.name if len(asked.names) != 1 else asked.names[0]
    return Why(name, asked.outcome.unit, asked.year, first, second, futures, split.before, split.after, parts)


def _part_name(desk: Desk, voice: Voice, name: str) -> str:
    """A kind of measure, a setting or a table in words, with source and status where it has them."""
    if name in KINDS:
        return KINDS[name].meaning.say(voice.language)
    if name in desk.case.settings:
        one = desk.case.settings[name]
        return f"{one.setting.meaning.say(voice.language)} ({status_word(voice, one.status)})"
    if name == "prior":
        return voice.say("odds of the plant")
    if name in desk.case.tables:
        return desk.case.tables[name].table.meaning.say(voice.language)
    return name


def _side(desk: Desk, voice: Voice, name: str) -> str:
    return plan_name(desk.read, voice, name) if name in desk.case.plans else name


def _outcome(desk: Desk, voice: Voice, why: Why) -> str:
    about = desk.read.results.about(why.outcome) if why.outcome not in desk.read.declared else None
    if about is None:
        return desk.read.declared[why.outcome].meaning.say(voice.language)
    return f"{about.meaning.say(voice.language)}: {about.item_name.say(voice.language)}"


def table(desk: Desk, voice: Voice, why: Why) -> Titled:
    """The change and its parts as a table."""
    rows = [(_side(desk, voice, why.first), voice.rough(why.before, 3), "–")]
    for part in sorted(why.parts, key=lambda part: -abs(part.mean)):
        rows.append(
            (
                _part_name(desk, voice, part.name),
                _signed(voice, part.mean),
                "–" if part.error is None else "± " + voice.rough(1.96 * part.error, 2),
            )
        )
    rows.append((_side(desk, voice, why.second), voice.rough(why.after, 3), "–"))
    head = (voice.say("From and to"), unit(why.unit, voice.language), voice.say("Margin"))
    note = voice.say(
        "Means over {n} futures, lived with every combination of what differs (Shapley values: the parts add up to the "
        "change). The margin is that of the draw of futures (95 of 100).",
        n=voice.number(why.futures),
    )
    return Titled(_message(desk, voice, why), DataTable(head, tuple(rows)), note)


def _signed(voice: Voice, value: float) -> str:
    shown = voice.rough(abs(value), 2)
    return shown if shown == "0" else ("+" if value > 0 else "−") + shown


def _message(desk: Desk, voice: Voice, why: Why) -> str:
    return voice.say(
        "{outcome}, {year}: from {before} ({first}) to {after} ({second})",
        outcome=_outcome(desk, voice, why).capitalize(),
        year=why.year,
        before=voice.rough(why.before, 3),
        after=voice.rough(why.after, 3),
        first=_side(desk, voice, why.first),
        second=_side(desk, voice, why.second),
    )


def waterfall(desk: Desk, voice: Voice, why: Why) -> Figure:
    """The change and its parts as a chart."""
    parts = sorted(why.parts, key=lambda part: -abs(part.mean))
    told = table(desk, voice, why)
    names = [row[0] for row in told.table.rows]
    steps = np.cumsum([why.before, *(part.mean for part in parts)])
    begin = np.array([0.0, *steps[:-1], 0.0])
    end = np.array([why.before, *steps[1:], why.after])
    texts = [row[1] for row in told.table.rows]
    identity = f"why-{why.outcome}-{why.first}-{why.second}-{why.year}"
    identity = "".join(c if c.isalnum() else "-" for c in identity.lower() if c.isascii())
    return figure(
        identity,
        voice.language,
        told.title,
        lambda paper: waterfall_chart(paper, names, begin, end, texts),
        told.table,
        note=told.note,
    )
