"""What is different between two plans or two versions of a case, and how a change is split over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from helhet.case.case import Case, Rows
from helhet.decide.strain import Get
from helhet.decide.trial import Trials, Variant
from helhet.decide.why import between_cases, between_plans, changes, differing, mixed, versions
from helhet.pieces.order import pieces
from helhet.words.arrays import Floats
from helhet.words.declare import Text
from helhet.words.faults import Faults
from helhet.words.plan import Plan, Start

NAME = Text("plan", "plan")
FIRST = Plan("first", NAME, (Start("a", 1, 1.0), Start("b", 2, 1.0)))
SECOND = Plan("second", NAME, (Start("b", 3, 1.0), Start("c", 4, 1.0)))


def test_the_measures_that_differ_are_those_that_do_not_stand_alike() -> None:
    assert differing(FIRST, SECOND) == {"a", "b", "c"}
    assert differing(FIRST, replace(FIRST, starts=FIRST.starts[::-1])) == frozenset()


def test_a_mixed_plan_takes_the_chosen_measures_from_the_second() -> None:
    assert mixed(FIRST, SECOND, frozenset()).starts == FIRST.starts
    assert mixed(FIRST, SECOND, frozenset("abc")).starts == SECOND.starts
    assert [(one.measure, one.month) for one in mixed(FIRST, SECOND, frozenset("b")).starts] == [("a", 1), ("b", 3)]


def changed(case: Case, **settings: float) -> Case:
    """The case with some settings held certain at other values."""
    new = dict(case.settings)
    for key, value in settings.items():
        name = key.replace("__", ".")
        new[name] = replace(new[name], value=value, low=value, high=value, distribution="certain")
    return replace(case, settings=new)


def test_only_what_decides_numbers_counts_as_a_change(small: Case) -> None:
    assert changes(small, small) == ()
    noted = {key: replace(one, note="another note", source="elsewhere") for key, one in small.settings.items()}
    assert changes(small, replace(small, settings=noted)) == ()
    other = changed(small, homes__private=3.0)
    assert changes(small, other) == ("homes.private",)
    assert changes(small, replace(other, prior="another")) == ("homes.private", "prior")


def test_a_changed_table_is_told_by_its_name(small: Case) -> None:
    rows = small.tables["commuting"]
    columns = {**rows.columns, "value": np.asarray(rows["value"]) + 5}
    other = replace(small, tables={**small.tables, "commuting": Rows(rows.table, columns)})
    assert changes(small, other) == ("commuting",)
    assert versions(small, other, frozenset({"commuting"})).tables["commuting"] is other.tables["commuting"]
    assert versions(small, other, frozenset()).tables["commuting"] is rows


def test_two_towns_are_not_two_versions_of_one(small: Case, skelleftea: Case) -> None:
    with pytest.raises(Faults, match="two towns, not two versions of one"):
        changes(small, skelleftea)


def test_the_split_between_versions_adds_up_to_the_change(small: Case) -> None:
    other = changed(small, homes__private=9.0, homes__demolition=0.0)

    def lived(case: Case) -> Mapping[str, Floats]:
        private, demolition = (case.settings[f"homes.{name}"].value for name in ("private", "demolition"))
        return {"number": np.array([private * (1 + demolition), private])}

    names = changes(small, other)
    split = between_cases(lived, small, other, names, lambda outcomes: outcomes["number"])
    assert [part.name for part in split.parts] == list(names)
    assert sum(part.mean for part in split.parts) == pytest.approx(split.after - split.before)


def test_the_split_between_plans_is_of_the_very_numbers_that_the_plans_give(small: Case) -> None:
    plans = list(small.plans.values())
    first, second = plans[0], next(plan for plan in plans if plan.starts)
    beds = {start.measure for start in second.starts if small.measures[start.measure].kind == "beds"}
    rest = differing(first, second) - beds
    trials, numbers = Trials(small, pieces(), seed=4, years=4), np.arange(6)

    def value(lived: Mapping[str, Floats]) -> Floats:
        get: Get = lived.__getitem__
        return np.asarray(get("beds.short").sum(axis=1))

    groups = {"beds": frozenset(beds), "the rest": rest}
    split = between_plans(trials, first, second, groups, numbers, ["beds.short"], value)
    whole = [value(one) for one in trials.run([Variant(plan, numbers) for plan in (first, second)], ["beds.short"])]
    assert split.before == pytest.approx(whole[0].mean())
    assert split.after == pytest.approx(whole[1].mean())
    assert split.parts[1].mean == pytest.approx(0)  # nothing but beds relieves beds
