"""The embedded default case: complete, in agreement with itself, and ignorant of what came later."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import helhet
from helhet.case.case import Case
from helhet.case.read import embedded, read_case
from helhet.case.schedule import leads
from helhet.case.tables import COMMON, fields_of
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.words.declare import Table
from helhet.words.plan import Lead

CASES = Path(helhet.__file__).parent / "cases"
TOWN, NATIONAL = CASES / "skelleftea", CASES / "sweden"
RESIDENTS = 72_467
TABLES = {table.name: table for table in (*COMMON, *(table for piece in pieces() for table in piece.tables))}
STATUS = {"measured", "official", "claim", "assumed"}
OLDER_FIGURES_READ_LATER = {"fardigstallda_2021"}
"""Sources published after the knowledge date that carry a figure about the past; their note says so."""


def path(name: str) -> Path:
    """Where the table is read from: the town's folder, else the national one."""
    return next(folder / f"{name}.csv" for folder in (TOWN, NATIONAL) if (folder / f"{name}.csv").exists())


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    return tuple(rows(path(name)))


def total(name: str, field: str = "value", **equal: str) -> float:
    return sum(float(row[field]) for row in table(name) if all(row[key] == word for key, word in equal.items()))


def every_file() -> Iterator[Path]:
    for folder in (TOWN, NATIONAL):
        yield from sorted(folder.glob("*.csv"))


def sources() -> dict[str, dict[str, str]]:
    return {row["source"]: row for folder in (TOWN, NATIONAL) for row in rows(folder / "sources.csv")}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_declared_table_is_there_with_every_field(name: str) -> None:
    declared: Table = TABLES[name]
    there = set(table(name)[0])
    assert {field.name for field in fields_of(declared)} <= there


@pytest.mark.parametrize("name", sorted(name for name, declared in TABLES.items() if declared.figures))
def test_figures_are_in_the_declared_unit(name: str) -> None:
    units = {row["unit"] for row in table(name)}
    if TABLES[name].unit == "*":
        assert "" not in units
    else:
        assert units == {TABLES[name].unit}


def test_every_declared_setting_is_there_once_and_no_other() -> None:
    declared = {(piece.name, setting.name): setting.unit for piece in pieces() for setting in piece.settings}
    given = Counter((row["piece"], row["name"]) for row in table("settings"))
    assert set(given) == set(declared)
    assert set(given.values()) == {1}
    assert {(row["piece"], row["name"]): row["unit"] for row in table("settings")} == declared


def test_settings_have_limits_around_their_value_or_are_certain() -> None:
    for row in table("settings"):
        if row["distribution"] == "certain":
            assert (row["low"], row["high"]) == ("", "")
        else:
            assert float(row["low"]) <= float(row["value"]) <= float(row["high"]), row["name"]


def test_most_settings_are_uncertain() -> None:
    certain = [row["name"] for row in table("settings") if row["distribution"] == "certain"]
    assert certain == ["boys"]


def test_lognormal_settings_are_symmetric_in_ratio() -> None:
    """The value is the median, low and high the 5 % and 95 % quantiles: the ratios either way are alike."""
    for row in table("settings"):
        if row["distribution"] == "lognormal":
            up, down = float(row["high"]) / float(row["value"]), float(row["value"]) / float(row["low"])
            assert up == pytest.approx(down, rel=0.35), row["name"]


def test_the_delay_of_the_plant_has_its_stated_spread() -> None:
    row = next(row for row in table("settings") if row["name"] == "delay")
    assert float(row["value"]) == 24
    assert float(row["low"]) == pytest.approx(24 * 2.71828 ** (-1.645 * 0.67), abs=0.01)
    assert float(row["high"]) == pytest.approx(24 * 2.71828 ** (1.645 * 0.67), abs=0.1)


def test_the_population_is_exact_and_agrees_with_the_published_age_groups() -> None:
    groups = {(0, 15): 12_800, (16, 24): 7_091, (25, 44): 17_001, (45, 64): 18_521, (65, 110): 17_054}
    for (low, high), published in groups.items():
        assert sum(float(row["value"]) for row in table("population") if low <= int(row["age"]) <= high) == published
    assert total("population") == RESIDENTS


@pytest.mark.parametrize("name", ["population", "mortality", "out_moves", "in_moves", "leaving_home", "pairing"])
def test_tables_by_age_hold_every_age_of_both_sexes(name: str) -> None:
    ages = defaultdict(list)
    for row in table(name):
        ages[row["sex"]].append(int(row["age"]))
    assert dict(ages) == {"women": list(range(111)), "men": list(range(111))}


def test_national_tables_of_moves_let_a_new_town_scale_them() -> None:
    for name in ("out_moves", "in_moves"):
        assert len(rows(NATIONAL / f"{name}.csv")) == 222
    assert len(rows(NATIONAL / "fertility.csv")) == 111


def test_death_rates_rise_from_sixty_and_fall_short_of_certainty_until_the_last() -> None:
    for sex in ("women", "men"):
        rate = [float(row["value"]) for row in table("mortality") if row["sex"] == sex]
        assert all(later >= earlier for earlier, later in pairwise(rate[60:]))
        assert rate[109] < 1 < rate[110]


def test_observed_flows_are_the_published_ten_year_means() -> None:
    observed = {row["flow"]: float(row["value"]) for row in table("observed")}
    rounded = {"births": 734, "deaths": 828, "in_moves": 2291, "out_moves": 2144}
    for flow, level in rounded.items():
        assert observed[flow] == pytest.approx(level, abs=0.51)


def test_deaths_are_scaled_by_the_published_factor_and_the_towns_own_tables_are_left_alone() -> None:
    factor = {row["flow"]: float(row["value"]) / float(row["expected"]) for row in table("observed")}
    assert factor["deaths"] == pytest.approx(1.11352, abs=1e-4)
    for flow in ("births", "out_moves", "in_moves"):
        assert factor[flow] == pytest.approx(1, abs=1e-6)
    assert total("in_moves") == pytest.approx(2290.8)


def test_districts_add_up_to_the_town() -> None:
    assert total("districts", "residents") == RESIDENTS
    assert 18 <= len(table("districts")) <= 24


def test_every_district_has_homes_for_its_residents() -> None:
    for district in table("districts"):
        persons = float(district["residents"]) / total("homes", district=district["district"])
        assert 1.5 < persons < 2.6, district["district"]


def test_households_hold_the_residents_but_a_few_and_have_a_home_each() -> None:
    persons = sum(
        (6.3 if row["persons"] == "6" else float(row["persons"])) * float(row["value"]) for row in table("households")
    )
    assert 0 <= RESIDENTS - persons < 400
    vacant = total("homes") - total("households")
    assert 0.01 < vacant / total("homes") < 0.05


def test_what_households_want_adds_up_to_what_there_is() -> None:
    """Homes wanted by all households together are the homes lived in, by type: nothing drives them apart at first."""
    size = {row["persons"]: float(row["value"]) for row in table("households")}
    size["5"] += size.pop("6")
    wanted: dict[str, float] = defaultdict(float)
    for row in table("wanted"):
        wanted[row["type"]] += float(row["value"]) * size[row["persons"]]
    for kind, number in wanted.items():
        assert 0.94 < number / total("homes", type=kind) <= 1.0, kind


def test_as_many_women_as_men_live_with_a_partner() -> None:
    number = {"women": 0.0, "men": 0.0}
    age = {(row["sex"], int(row["age"])): float(row["value"]) for row in table("population")}
    for row in table("couples"):
        ages = range(int(row["age_from"]), int(row["age_to"]) + 1)
        number[row["sex"]] += float(row["value"]) * sum(age[row["sex"], a] for a in ages)
    assert number["women"] == pytest.approx(number["men"], rel=0.01)
    in_twos_or_more = sum(float(row["value"]) for row in table("households") if row["persons"] != "1")
    assert 0.7 < number["women"] / in_twos_or_more < 0.9


def test_jobs_are_filled_by_residents_from_nineteen_and_commuters_but_for_a_few() -> None:
    age = {(row["sex"], int(row["age"])): float(row["value"]) for row in table("population")}
    in_work = sum(
        float(row["value"]) * age[row["sex"], a]
        for row in table("employment")
        for a in range(max(19, int(row["age_from"])), int(row["age_to"]) + 1)
    )
    assert 34_000 < in_work < 36_000
    vacant = total("jobs") - in_work - total("commuting")
    assert 300 < vacant < 0.03 * total("jobs")
    assert total("jobs", employer="elsewhere") == 2208
    assert total("jobs", employer="plant") == 0


def test_shares_sum_to_one() -> None:
    assert total("plant_occupations") == pytest.approx(1)
    for sex in ("women", "men"):
        assert total("schooling", sex=sex) == pytest.approx(1, abs=1e-3)
    for prior in {row["prior"] for row in table("plant_prior")}:
        assert total("plant_prior", prior=prior) == pytest.approx(1)
    for persons in "12345":
        assert total("wanted", persons=persons) == pytest.approx(1, abs=1e-3)


def test_the_odds_of_the_plant_are_arguable() -> None:
    judges = {row["prior"] for row in table("plant_prior")}
    assert judges == {"default", "company", "sceptic", "reference_class"}
    assert {row["status"] for row in table("plant_prior")} == {"assumed"}


def test_every_figure_names_sources_that_exist() -> None:
    known = set(sources())
    for file in every_file():
        if file.name == "sources.csv":
            continue
        for number, row in enumerate(rows(file), 2):
            named = row["source"].split()
            assert set(named) <= known, (file.name, number)
            listed = ("districts", "measures", "needs", "bodies", "meetings", "steps", "signals")
            if "value" in row or file.stem in listed:
                assert named, (file.name, number)
                assert row["status"] in STATUS, (file.name, number)


def test_no_source_stands_in_both_folders() -> None:
    town, national = ({row["source"] for row in rows(folder / "sources.csv")} for folder in (TOWN, NATIONAL))
    assert not town & national


def test_assumptions_say_their_reason() -> None:
    for file in every_file():
        if file.name != "sources.csv":
            for number, row in enumerate(rows(file), 2):
                assert row["status"] != "assumed" or row["note"], (file.name, number)


def test_official_figures_do_not_rest_on_assumptions() -> None:
    for file in every_file():
        if file.name != "sources.csv":
            for number, row in enumerate(rows(file), 2):
                assert row["status"] not in ("official", "measured") or "assumed" not in row["source"].split(), (
                    file.name,
                    number,
                )


def test_no_figure_is_of_a_year_after_the_knowledge_date() -> None:
    for file in every_file():
        for number, row in enumerate(rows(file), 2):
            years = [int(year) for year in re.findall(r"\d{4}", row.get("year", ""))]
            assert all(year <= 2019 for year in years), (file.name, number)


def test_no_source_is_later_than_the_knowledge_date_unless_its_figure_is_older() -> None:
    later = {name for name, row in sources().items() if int(row["published"][:4]) > 2019}
    assert later == OLDER_FIGURES_READ_LATER
    for name in later:
        users = {file.name for file in every_file() for row in rows(file) if name in row.get("source", "").split()}
        assert users - {"sources.csv"} <= {"settings.csv", "pipeline.csv"}
        assert "years past" in sources()[name]["note"]


def test_nothing_the_town_plans_begins_before_it_knows() -> None:
    assert all(row["start"] >= "2019-03" for row in table("plans"))


def test_plans_are_the_three_promised_and_nothing_is_nothing() -> None:
    assert [row["plan"] for row in table("plan_names")] == ["nothing", "plan_2019", "act_early"]
    dated = Counter(row["plan"] for row in table("plans"))
    assert dated["nothing"] == 0
    assert 0 < dated["plan_2019"] < dated["act_early"]


def test_the_2019_plan_offers_the_thousand_beds_of_the_letter() -> None:
    beds = {row["measure"]: float(row["size"]) for row in table("measures") if row["kind"] == "beds"}
    assert sum(beds.get(row["measure"], 0) for row in table("plans") if row["plan"] == "plan_2019") == 1000


def test_measures_cover_every_kind_and_have_ordered_lead_times() -> None:
    kinds = {kind.name: kind.unit for piece in pieces() for kind in piece.measures}
    assert {row["kind"] for row in table("measures")} == set(kinds)
    assert len(table("measures")) >= 15
    for row in table("measures"):
        assert row["size_unit"] == kinds[row["kind"]]
        for step in ("prepare", "commit"):
            words = [row[f"{step}_{word}"] for word in ("low", "mode", "high")]
            if row["chain"]:
                assert words == ["", "", ""]
            else:
                low, mode, high = map(float, words)
                assert 0 <= low <= mode <= high


FUTURES = 4000
OLD_LEADS = {
    "homes_moro": ((12, 20, 38), (18, 24, 36)),
    "homes_bergsbyn": ((12, 20, 38), (14, 22, 40)),
    "homes_centre": ((3, 6, 12), (18, 24, 36)),
    "homes_kage": ((3, 6, 12), (14, 22, 40)),
    "homes_modular": ((3, 6, 11), (5, 8, 14)),
    "beds_skelleftehamn": ((3, 6, 11), (3, 5, 10)),
    "beds_reserve": ((3, 6, 12), (2, 4, 7)),
}
"""The one lead time of each phase that a chain of steps replaced, for one measure of each chain."""


@pytest.mark.parametrize("name", OLD_LEADS)
def test_chains_of_steps_take_about_as_long_as_the_one_lead_time_they_replaced(name: str, skelleftea: Case) -> None:
    measure = skelleftea.measures[name]
    prepare, commit = (Lead(*map(float, old)) for old in OLD_LEADS[name])
    plain = dataclasses.replace(measure, prepare=prepare, commit=commit, steps=())
    for new, old in zip(leads(measure, 1, FUTURES), leads(plain, 1, FUTURES), strict=True):
        assert new.mean() == pytest.approx(old.mean(), rel=0.1, abs=0.3)
        assert np.quantile(new, (0.05, 0.95)) == pytest.approx(np.quantile(old, (0.05, 0.95)), abs=2)


def test_every_chain_is_used_and_homes_and_camps_have_one() -> None:
    used = {row["chain"] for row in table("measures")} - {""}
    assert used == {row["chain"] for row in table("steps")}
    assert all(row["chain"] for row in table("measures") if row["kind"] == "homes")
    assert {row["chain"] for row in table("measures") if row["name_en"].startswith("Camp for")} == {"temporary_camp"}


def test_every_measure_has_an_owner_and_bodies_that_meet(skelleftea: Case) -> None:
    for measure in skelleftea.measures.values():
        assert measure.owner.sv
        assert measure.owner.en
        assert 0 <= measure.salvage <= 0.5
        assert {measure.prepare_body, measure.commit_body} <= set(skelleftea.bodies)
    assert all(body.months for body in skelleftea.bodies.values())


def test_large_sums_are_decided_by_the_council(skelleftea: Case) -> None:
    for measure in skelleftea.measures.values():
        last = skelleftea.bodies[measure.commit_body]
        while last.then:
            last = skelleftea.bodies[last.then]
        assert (last.id in ("council", "budget")) is (measure.kind not in ("recruitment",) and measure.commit_cost > 3)


def test_tolerances_are_those_the_letter_has_had(skelleftea: Case) -> None:
    told = {name: (need.share, need.least, need.months) for name, need in skelleftea.needs.items()}
    assert told == {"homes": (0.005, 0, 1), "work": (0.03, 0, 1), "beds": (0.1, 20, 1)}


def test_the_hazard_is_that_of_the_prior_and_of_when_it_may_stop(skelleftea: Case) -> None:
    stop = skelleftea.settings["plant.stop"]
    cancelled = total("plant_prior", prior="default", outcome="cancelled")
    monthly = 1 - (1 - cancelled) ** (1 / (stop.high - stop.low))
    assert skelleftea.choices["hazard"] == pytest.approx(monthly, abs=5e-4)


def test_news_is_expected_after_what_was_known_and_likelier_if_the_plant_comes(skelleftea: Case) -> None:
    known = skelleftea.month(skelleftea.knowledge_date)
    for signal in skelleftea.signals.values():
        assert signal.month > known
        assert signal.if_comes > signal.if_not
        assert signal.status == "assumed"


def test_the_plant_grows_as_announced() -> None:
    jobs = {row["month"]: float(row["value"]) for row in table("plant_jobs")}
    assert list(jobs) == sorted(jobs)
    assert jobs["2023-12"] == max(jobs.values()) == 2500
    assert next(row["status"] for row in table("plant_jobs") if row["month"] == "2023-12") == "claim"


def test_district_outlines_are_schematic_and_hold_their_point() -> None:
    shapes = json.loads((TOWN / "districts.geojson").read_text(encoding="utf-8"))["features"]
    assert [shape["properties"]["district"] for shape in shapes] == [row["district"] for row in table("districts")]
    for shape, district in zip(shapes, table("districts"), strict=True):
        assert shape["properties"]["schematic"] is True
        polygons = shape["geometry"]["coordinates"]
        rings = [polygons[0]] if shape["geometry"]["type"] == "Polygon" else [polygon[0] for polygon in polygons]
        assert any(inside(ring, float(district["longitude"]), float(district["latitude"])) for ring in rings)


def inside(ring: list[list[float]], x: float, y: float) -> bool:
    """Whether the point lies in the ring: an odd number of edges to the right of it."""
    crossings = 0
    for (x0, y0), (x1, y1) in pairwise(ring):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            crossings += 1
    return crossings % 2 == 1


def test_files_are_utf_8_with_plain_line_ends() -> None:
    for folder in (TOWN, NATIONAL):
        for file in folder.iterdir():
            data = file.read_bytes()
            assert b"\r" not in data
            assert data.decode("utf-8").endswith("\n")


def test_case_toml_says_what_the_issue_of_the_case_is() -> None:
    told = tomllib.loads((TOWN / "case.toml").read_text(encoding="utf-8"))
    assert (str(told["base_date"]), str(told["knowledge_date"])) == ("2018-12-31", "2019-03-07")
    assert (told["id"], told["prior"], told["national"], told["years"]) == ("skelleftea", "default", "sweden", 30)


def test_the_reader_finds_no_fault() -> None:
    case = read_case(embedded("skelleftea"), declarations(pieces()))
    assert case.name == "Skellefteå"
    assert len(case.settings) == len(table("settings"))
    assert set(case.plans) == {"nothing", "plan_2019", "act_early"}
    assert case.plans["nothing"].starts == ()
    assert all(district.schematic and district.rings for district in case.districts)
