"""The three replays know only what was known on their days, and the page is written by the program that says so."""

from __future__ import annotations

import datetime as dt
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from helhet.case.case import Case
from helhet.pieces.plant import shares
from helhet.show.reading import COMES

DOCS = Path(__file__).parents[1] / "docs"
DAYS = {"spring_2017": dt.date(2017, 4, 30), "spring_2019": dt.date(2019, 3, 7), "end_2019": dt.date(2019, 12, 31)}
PLANT = ("plant_jobs", "plant_builders", "plant_prior")


def loaded(name: str) -> ModuleType:
    """A program of the documents, as a module."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def replays() -> Iterator[ModuleType]:
    """The program that makes the versions."""
    yield loaded("replays")
    sys.modules.pop("replays")


@pytest.fixture(scope="module")
def made(replays) -> Iterator[ModuleType]:
    """The program that writes the page, which imports the other one by its name."""
    assert sys.modules["replays"] is replays
    yield loaded("make_replays")
    sys.modules.pop("make_replays")


@pytest.fixture(scope="module")
def versions(replays: ModuleType, skelleftea: Case) -> dict[str, Case]:
    """The case on each day."""
    return replays.versions(skelleftea)


def test_each_version_has_the_knowledge_date_of_its_day(versions) -> None:
    assert {name: case.knowledge_date for name, case in versions.items()} == DAYS


def test_no_figure_is_later_than_the_day_that_uses_it(replays) -> None:
    used = [one for one in replays.figures() if one.replay != "afterwards"]
    assert {one.replay for one in used} == set(DAYS)
    assert [one for one in used if one.last > DAYS[one.replay]] == []


def test_what_happened_afterwards_is_later_than_every_day_and_makes_no_version(
    replays, skelleftea, monkeypatch
) -> None:
    after = [one for one in replays.figures() if one.replay == "afterwards"]
    assert all(one.last > max(DAYS.values()) for one in after)
    before = {name: replays.named(case, name).digest for name, case in replays.versions(skelleftea).items()}
    kept = [one for one in replays.figures() if one.replay != "afterwards"]
    monkeypatch.setattr(replays, "figures", lambda: kept)
    assert {name: replays.named(case, name).digest for name, case in replays.versions(skelleftea).items()} == before


def test_what_a_figure_of_a_year_or_a_month_may_be_as_late_as(replays) -> None:
    def last(known: str) -> dt.date:
        return replays.Figure("", "", "", "", known, "", "", "", "").last

    assert last("2019") == dt.date(2019, 12, 31)
    assert last("2016-02") == dt.date(2016, 2, 29)
    assert last("2017-04-26") == dt.date(2017, 4, 26)


@pytest.mark.parametrize("day", DAYS)
def test_the_plant_of_a_day_rests_on_no_later_year_or_source(day, versions) -> None:
    case, year = versions[day], DAYS[day].year
    for name in PLANT:
        assert all(int(one) <= year for one in case.tables[name]["year"]), name
        sources = {each for cell in case.tables[name]["source"] for each in str(cell).split()} - {"assumed"}
        assert all(int(case.sources[one].year) <= year for one in sources if one in case.sources), name
    assert all(signal.month > case.month(DAYS[day]) for signal in case.signals.values())


def test_nothing_of_the_letter_of_2019_is_in_the_plant_news_and_goals_of_2017(versions) -> None:
    case = versions["spring_2017"]
    cells = [cell for name in (*PLANT, "goals") for cell in case.tables[name]["source"]]
    cells += [signal.source for signal in case.signals.values()]
    assert not [cell for cell in cells if "2019" in cell or "2018" in cell]


def test_every_prior_that_is_lived_or_judged_by_adds_up_to_one(replays, versions, skelleftea) -> None:
    lived = [case for case, _ in replays.lived(skelleftea).values()]
    for case in (*versions.values(), *lived):
        assert sum(replays.prior(case).values()) == pytest.approx(1, abs=1e-12)
        assert shares(case).sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("chance", [0.1, 0.2, 1 / 3, 1.0])
def test_the_chance_of_being_chosen_scales_the_odds_of_the_plant(chance, replays, skelleftea) -> None:
    case = replays.spring_2017(skelleftea, chance)
    before, after = replays.prior(skelleftea), replays.prior(case)
    for outcome in (*COMES, "collapse"):
        assert after[outcome] == pytest.approx(chance * before[outcome])
    comes = sum(after[outcome] for outcome in COMES)
    site = case.signals["site"]
    assert comes * site.if_comes + (1 - comes) * site.if_not == pytest.approx(chance)


def test_a_plant_that_was_not_called_off_by_october_2019_is_a_little_surer(replays, versions) -> None:
    # Called off at any time in months 6 to 48: 38 of these 42 months come after October 2019, which is month 9.
    after = replays.prior(versions["end_2019"])
    assert after["cancelled"] == pytest.approx(0.2 * 38 / 42 / (0.8 + 0.2 * 38 / 42))
    assert after["full"] == pytest.approx(0.2 / (0.8 + 0.2 * 38 / 42))
    assert versions["end_2019"].settings["plant.stop"].low == 10


def test_the_announced_curves_are_those_of_the_day(versions) -> None:
    def last(name: str) -> tuple[dt.date, float]:
        case = versions[name]
        rows = case.tables["plant_jobs"]
        return case.date(int(rows["month"][-1])), rows["value"][-1]

    assert last("spring_2017") == (dt.date(2023, 12, 1), 2750)
    assert last("spring_2019") == (dt.date(2023, 12, 1), 2500)
    assert last("end_2019") == (dt.date(2024, 7, 1), 2500)
    first = versions["spring_2017"].tables["plant_builders"]["month"][0]
    assert versions["spring_2017"].date(int(first)) == dt.date(2018, 7, 1)


def test_the_head_of_planning_speaks_of_three_to_six_jobs_in_all_for_each_in_the_plant(replays, versions) -> None:
    own = replays.planning_head(versions["end_2019"]).settings["work.multiplier"]
    assert (own.low, own.high) == pytest.approx((2.2, 5.0))


def test_making_the_versions_leaves_the_default_case_as_it_is(replays, skelleftea) -> None:
    before = {name: rows["value"].copy() for name, rows in skelleftea.tables.items() if name in PLANT}
    settings = dict(skelleftea.settings)
    replays.lived(skelleftea)
    assert all(np.array_equal(skelleftea.tables[name]["value"], values) for name, values in before.items())
    assert skelleftea.settings == settings


def test_the_versions_are_told_apart_by_their_digests(replays, skelleftea) -> None:
    digests = [case.digest for case, _ in replays.lived(skelleftea).values()]
    assert len(set(digests)) == len(digests)


def static(text: str) -> list[str]:
    """The parts of a template between its fields."""
    return [part for part in re.split(r"\{\w+\}", text) if part.strip()]


def test_the_page_is_what_the_program_wrote(made, skelleftea) -> None:
    text = (DOCS / "explanation" / "replays.md").read_text(encoding="utf-8")
    place = 0
    for part in static((DOCS / "replays_page.txt").read_text(encoding="utf-8")):
        place = text.find(part, place)
        assert place >= 0, f"run docs/make_replays.py: the page lacks {part!r}"
        place += len(part)
    for part in (made.published(*made.HEADS), made.published("afterwards"), made.later(skelleftea)):
        assert part in text, "run: python docs/make_replays.py"


@pytest.fixture(scope="module")
def days(made, skelleftea, tmp_path_factory):
    """The three days, simulated in very few futures of the whole ten years."""
    return made.simulated(skelleftea, 6, tmp_path_factory.mktemp("replays"))


def test_every_field_of_the_text_is_filled_also_from_few_futures(made, days, skelleftea) -> None:
    text = made.page(skelleftea, days, 6)
    assert not re.search(r"\{\w+\}|\bnan\b|\binf\b", text)
    assert len(re.findall(r"^\| (?:Rental|Owned|Plots|Movable|Camp|Training|Commuter)", text, re.MULTILINE)) >= 20


def test_the_chance_moves_the_date_in_all_futures_and_not_the_one_given_the_plant(days, replays) -> None:
    day = days["spring_2017"]
    for measure in day.desk.measures:
        sure = day.overall(measure, 1.0)
        assert np.array_equal(np.sort(replays.slacks(day.desk, measure)), sure.slack)
        never = day.overall(measure, 0.0)
        assert np.array_equal(np.sort(replays.slacks(day.other, measure)), never.slack)


def test_nobody_needs_a_bed_where_another_town_was_chosen(days, replays) -> None:
    assert not replays.hits(days["spring_2017"].other, "beds", "nothing").any()
    assert days["spring_2017"].other.read.total("plant.builders", "nothing").sum() == 0
