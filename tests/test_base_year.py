"""The first year without the plant resembles what was observed before it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from helhet.case.case import Case

ROOT = Path(__file__).parents[1]
FUTURES = 20
TOLERANCE = {"births": 0.08, "deaths": 0.08, "in_moves": 0.10, "out_moves": 0.10}
"""How far the mean of the first year may be from the mean of 2009-2018. Uncertain settings alone move the mean of
twenty futures by about 1.5 % (births) to 2.5 % (moves in), one standard error."""


@pytest.fixture(scope="module")
def made() -> ModuleType:
    """The program that writes the page."""
    spec = importlib.util.spec_from_file_location("make_base_year", ROOT / "docs" / "make_base_year.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def out(made: ModuleType, skelleftea: Case):
    """Twenty futures of one year."""
    return made.lived(skelleftea, FUTURES, years=1)


@pytest.mark.parametrize("flow", TOLERANCE)
def test_the_first_year_without_the_plant_is_near_the_observed_level(flow, made, out, skelleftea) -> None:
    observed = made.levels(skelleftea)[flow]
    assert out.total(flow).mean() == pytest.approx(observed, rel=TOLERANCE[flow])


def test_the_observed_ages_add_up_to_the_observed_levels(made, skelleftea) -> None:
    levels = made.levels(skelleftea)
    for flow in ("births", "in_moves", "out_moves"):
        assert made.observed()[flow].sum() == pytest.approx(levels[flow], abs=0.05)
    assert made.observed()["deaths_expected"].sum() == pytest.approx(levels["deaths"], rel=0.001)


def test_no_age_group_with_many_moves_or_births_is_off_by_half(made, out) -> None:
    for flow in ("births", "in_moves", "out_moves"):
        seen = made.observed()[flow]
        simulated = made.grouped(out.mean(flow))
        many = seen >= 40
        assert np.all(np.abs(simulated[many] / seen[many] - 1) < 0.5 + 3 / np.sqrt(FUTURES * seen[many])), flow


def test_the_events_account_for_the_change_in_residents(out) -> None:
    change = {flow: counts.sum() / FUTURES for flow, counts in out.flows.items()}
    # Everybody is at least a year old when asked about death: deaths at age 0 are of children never counted as born.
    deaths = change["deaths"] - out.flows["deaths"][..., 0].sum() / FUTURES
    gained = change["births"] - deaths + change["in_moves"] - change["out_moves"]
    assert out.last.people.sum() - out.first.people.sum() == pytest.approx(gained)


def test_the_first_day_has_the_residents_of_the_case(out, skelleftea) -> None:
    assert out.first.people.sum() == skelleftea.tables["population"]["value"].sum()
    given = skelleftea.tables["districts"]["residents"]
    assert np.abs(out.first.districts / given - 1).max() < 0.05


def test_nobody_builds_or_works_at_a_plant_that_never_comes(made, skelleftea) -> None:
    tables = made.without_plant(skelleftea).tables
    assert tables["plant_jobs"]["value"].sum() == 0
    assert tables["plant_builders"]["value"].sum() == 0
    assert skelleftea.tables["plant_jobs"]["value"].sum() > 0
