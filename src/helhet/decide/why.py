"""Why a number changed: between two plans, or two versions of a case, split over what is different between them.

The number is lived anew with every combination of the differences, in the same futures, and split by Shapley values
(:mod:`helhet.decide.shapley`), so the parts add up to the change whatever depends on what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from helhet.case.case import Case, Rows
from helhet.decide.shapley import Waterfall, shapley, subsets
from helhet.decide.trial import Trials, Variant
from helhet.words.arrays import Floats, Ints
from helhet.words.faults import Fault, Faults
from helhet.words.plan import Plan

Value = Callable[[Mapping[str, Floats]], Floats]
"""The number asked about, shape (futures,), from the outcomes that a trial gives."""

MEASURES = ("measures", "steps")
PLANS = ("plans", "plan_names")
ELSEWHERE = frozenset(
    {
        *("settings", "plant_prior", "steps", "plan_names"),
        *("sources", "goals", "references", "signals", "choices", "needs", "bodies", "meetings"),
    }
)
"""Tables that are compared otherwise, or that decide no outcome: how they are judged, and when it is decided."""


def mixed(first: Plan, second: Plan, chosen: frozenset[str]) -> Plan:
    """``first`` in which the measures ``chosen`` are as in ``second``: all of them gives ``second``."""
    kept = tuple(start for start in first.starts if start.measure not in chosen)
    return replace(first, starts=kept + tuple(start for start in second.starts if start.measure in chosen))


def differing(first: Plan, second: Plan) -> frozenset[str]:
    """The measures that do not stand alike in both plans."""
    measures = {start.measure for start in (*first.starts, *second.starts)}

    def own(plan: Plan, measure: str) -> list[object]:
        return [start for start in plan.starts if start.measure == measure]

    return frozenset(measure for measure in measures if own(first, measure) != own(second, measure))


def between_plans(
    trials: Trials,
    first: Plan,
    second: Plan,
    groups: Mapping[str, frozenset[str]],
    numbers: Ints,
    outcomes: Sequence[str],
    value: Value,
) -> Waterfall:
    """The change from ``first`` to ``second``, split over ``groups`` of measures (by name, at most eight).

    Measures that are in no group stay as in ``first``. Raises ``ValueError`` for more than eight groups.
    """
    names = list(groups)
    asked = subsets(names)
    variants = [
        Variant(mixed(first, second, frozenset().union(*(groups[name] for name in subset))), numbers)
        for subset in asked
    ]
    lived = trials.run(variants, outcomes)
    values = {subset: value(outcome) for subset, outcome in zip(asked, lived, strict=True)}
    return shapley(names, values.__getitem__)


def changes(first: Case, second: Case) -> tuple[str, ...]:
    """What is different between two versions of a case: settings by ``piece.name``, ``prior``, and tables by name.

    Only what decides numbers counts: values, ranges and distributions, not notes and sources.
    """
    if (first.base_date, len(first.districts)) != (second.base_date, len(second.districts)):
        wrong = "the two cases have different base dates or districts: they are two towns, not two versions of one"
        raise Faults([Fault(second.id, 0, "base_date", str(second.base_date), wrong, "Compare versions of one case.")])
    found = [key for key in first.settings if _drawn(first, key) != _drawn(second, key)]
    if first.prior != second.prior or not _same(first.tables["plant_prior"], second.tables["plant_prior"]):
        found.append("prior")
    tables = sorted(first.tables.keys() | second.tables.keys())
    for name in tables:
        if name in ELSEWHERE:
            continue
        if name not in first.tables or name not in second.tables or not _same(first.tables[name], second.tables[name]):
            found.append(name)
    if "measures" not in found and first.measures != second.measures:
        found.append("measures")
    return tuple(found)


def _drawn(case: Case, key: str) -> tuple[object, ...]:
    one = case.settings[key]
    return one.distribution, one.value, one.low, one.high


def _same(first: Rows, second: Rows) -> bool:
    """Whether two tables hold the same numbers, whatever their notes say."""
    told = [name for name in first.columns if name not in ("source", "status", "note", "year")]
    if len(first) != len(second):
        return False
    return all(
        name in second.columns and list(map(str, first[name])) == list(map(str, second[name]))  # so that NaN is NaN
        for name in told
    )


def versions(first: Case, second: Case, chosen: frozenset[str]) -> Case:
    """``first`` with the differences ``chosen`` (names as of :func:`changes`) taken from ``second``."""
    settings = {key: (second if key in chosen else first).settings[key] for key in first.settings}
    case = replace(first, settings=settings)
    tables = dict(first.tables)
    for name in chosen & (first.tables.keys() | second.tables.keys()):
        tables[name] = second.tables[name]
    if "prior" in chosen:
        tables["plant_prior"] = second.tables["plant_prior"]
        case = replace(case, prior=second.prior)
    case = replace(case, tables=tables)
    if chosen & set(MEASURES):
        case = replace(case, measures=second.measures)
    if chosen & set(PLANS):
        case = replace(case, plans=second.plans)
    if chosen & {"occupations", "employers"}:
        case = replace(case, occupations=second.occupations, employers=second.employers)
    return case


def between_cases(
    lived: Callable[[Case], Mapping[str, Floats]], first: Case, second: Case, names: Sequence[str], value: Value
) -> Waterfall:
    """The change from ``first`` to ``second``, split over the differences ``names`` (at most eight).

    ``lived`` gives the outcomes of a version of the case, in the same futures each time.
    """
    values = {subset: np.asarray(value(lived(versions(first, second, subset)))) for subset in subsets(names)}
    return shapley(names, values.__getitem__)
