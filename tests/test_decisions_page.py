"""The decision page says what the desk found, in both languages, on one page that fetches nothing."""

from __future__ import annotations

import re
from math import inf
from pathlib import Path

import numpy as np
import pytest
from show_town import OUTCOMES, written
from test_show_letter import words

from helhet.case.case import Case
from helhet.decide.act_by import dated
from helhet.show.decisions import when
from helhet.show.decisions.found import net_cost
from helhet.show.decisions.kept import Change, Found, Kept, Why, Within, keep, read_kept
from helhet.show.decisions.page import decisions, write_decisions
from helhet.show.desk import Desk
from helhet.show.reading import Reading
from helhet.show.voice import Voice
from helhet.words.faults import Faults

EN = Voice("en")


@pytest.fixture(scope="module")
def desk(small: Case, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The desk over known results."""
    return Desk(Reading(small, written(small, tmp_path_factory.mktemp("known")), OUTCOMES))


@pytest.fixture(scope="module")
def kept(desk: Desk) -> Kept:
    """Findings of every kind."""
    plan = desk.read.main
    measure = desk.case.plans[plan].starts[0].measure
    latest = tuple([None] * 10 + [24.0] * 30 + [None] * 60)
    free = tuple([False] * 40 + [True] * 60)
    first, second = desk.read.plans[0], plan
    parts = (Change("homes", -90.0, 5.0), Change("training", -10.0, 2.0))
    return Kept(
        (Within(plan, measure, "homes", 120, latest, free, 0.1, 24, 0.13),),
        (Why("homes.missing", "households", int(desk.read.odds_years[-1]), first, second, 50, 300.0, 200.0, parts),),
        (Found(0.3, 0.42, 50, 120.0, 114.0, ((measure, 6, desk.case.measures[measure].size / 2),), 103.0, 0.97),),
    )


@pytest.fixture(scope="module")
def english(desk: Desk, kept: Kept) -> str:
    """The page in English."""
    return decisions(desk, EN, kept)


@pytest.fixture(scope="module")
def swedish(desk: Desk, kept: Kept) -> str:
    """The page in Swedish."""
    return decisions(desk, Voice("sv"), kept)


def test_every_measure_stands_in_the_calendar_with_its_owner(english: str, desk: Desk) -> None:
    table = words(english.split("<h3>The decision calendar</h3>")[1].split("</table>", maxsplit=1)[0])
    for one in desk.all:
        assert one.measure.name.en in table
        assert one.measure.owner.en in table


def test_every_part_that_was_asked_for_is_on_the_page(english: str, swedish: str) -> None:
    for chapter in ("dates", "card", "delay", "plans", "why", "references"):
        assert f'id="{chapter}"' in english
    for part in ("The decision calendar", "Commit, wait or prepare", "The stress test", "The plans side by side"):
        assert part in words(english)
    for part in ("Beslutskalendern", "Genomföra, vänta eller förbereda", "Stresstestet", "Planerna sida vid sida"):
        assert part in words(swedish)


def test_what_simulation_found_is_on_the_page(english: str, desk: Desk) -> None:
    text = words(english)
    assert "from 300 (Nothing more) to 200" in text
    assert "− 90" in text or "−90" in text
    inside = words(english.split("<h3>Inside the plan</h3>")[1].split("</table>", maxsplit=1)[0])
    assert "30 of 70" in inside  # it decides where its latest start is a month
    assert "10 of 70" in inside  # short even if begun today
    assert "13%" in inside  # lived once more at the date found
    search = words(english.split("<h3>Plans that the search found</h3>")[1].split("</table>", maxsplit=1)[0])
    assert "120 MSEK" in search
    assert "30%" in search
    assert "21 of 50" in search
    assert "5%" in search  # (120 - 114) / 120
    assert "103 MSEK" in search
    assert f"{EN.month(desk.case.date(6)).capitalize()}: 50% of " in search


def test_the_plans_hold_as_often_as_they_were_made_to(english: str) -> None:
    table = words(english.split("<h3>The plans side by side</h3>")[1].split("</table>", maxsplit=1)[0])
    assert "60 of 100" in table  # homes are missing in 40 futures
    assert "40 of 100" in table  # and in 60 under the plan that does nothing


def test_the_same_results_give_the_same_page_byte_for_byte(desk: Desk, kept: Kept, english: str) -> None:
    assert decisions(Desk(desk.read), Voice("en"), kept) == english


def test_the_page_fetches_nothing_and_runs_nothing(english: str) -> None:
    assert "<script" not in english
    assert re.findall(r'\b(?:src|srcset|action|data|poster)="[^"]*"', english) == []
    linked = re.findall(r'href="([^"]*)"', english)
    assert [address for address in linked if not address.startswith("#")] == ["data:,"]


def test_no_two_elements_share_an_id_and_every_link_leads_somewhere(english: str) -> None:
    ids = re.findall(r'\bid="([^"]*)"', english)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', english)) <= set(ids)


def test_the_page_is_written_whole(desk: Desk, tmp_path: Path) -> None:
    written_to = write_decisions(desk, EN, tmp_path / "decisions.html")
    assert written_to.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [path.name for path in tmp_path.iterdir()] == ["decisions.html"]


def test_findings_are_kept_beside_the_results_and_read_back(desk: Desk, kept: Kept) -> None:
    keep(desk.read.results, kept)
    assert read_kept(desk.read.results) == kept


def test_findings_of_other_results_are_not_shown(small: Case, kept: Kept, tmp_path: Path) -> None:
    results = written(small, tmp_path)
    keep(results, kept)
    path = tmp_path / "decisions" / "found.json"
    path.write_text(path.read_text(encoding="utf-8").replace(small.digest, "another"), encoding="utf-8")
    assert read_kept(results) == Kept()


def test_findings_that_cannot_be_read_are_told(small: Case, kept: Kept, tmp_path: Path) -> None:
    results = written(small, tmp_path)
    keep(results, kept)
    (tmp_path / "decisions" / "found.json").write_text("{", encoding="utf-8")
    with pytest.raises(Faults, match=r"found\.json.*Delete it"):
        read_kept(results)


@pytest.mark.parametrize(
    ("month", "every", "said"),
    [
        (14.9, when.MONTH, "Mar 2020"),
        (14.9, when.QUARTER, "Q1 2020"),
        (13.0, when.QUARTER, "Q4 2019"),
        (14.9, when.YEAR, "2019"),
        (23.0, when.YEAR, "2020"),
        (-1.0, when.MONTH, "Dec 2018"),
        (-14.0, when.YEAR, "2016"),
        (inf, when.MONTH, "never"),
        (-inf, when.MONTH, "the past"),
    ],
)
def test_a_date_is_rounded_down_to_the_last_whole_step(skelleftea: Case, month: float, every: int, said: str) -> None:
    assert when.by_end_of(skelleftea, EN, month, every).replace(when.NBSP, " ") == said


@pytest.mark.parametrize(("spread", "step"), [(0.0, when.MONTH), (60.0, when.QUARTER), (200.0, when.YEAR)])
def test_a_date_is_never_said_finer_than_its_interval(spread: float, step: int) -> None:
    slack = 40 + spread * np.linspace(-0.5, 0.5, 200)
    assert when.step(dated(slack, 0.1)) == step


def test_an_interval_names_a_year_once_where_both_ends_share_it(skelleftea: Case) -> None:
    slack = np.r_[np.full(6, 24.0), np.full(6, 25.0), np.full(88, 26.0)]
    text = when.interval(skelleftea, EN, dated(slack, 0.1)).replace(when.NBSP, " ")
    assert text in {"Jan–Feb 2021", "Jan–Mar 2021"}
    assert when.interval(skelleftea, EN, dated(np.full(50, 24.0), 0.1)).replace(when.NBSP, " ") == "Jan 2021"


@pytest.mark.parametrize(
    ("slack", "text"),
    [
        ([*[-inf] * 10, *[24.0] * 80, *[inf] * 10], "2020 or earlier"),
        ([*[24.0] * 11, *[inf] * 89], "2020 or later"),
        ([*[-inf] * 5, *[24.0] * 11, *[inf] * 84], "any date, or never"),
    ],
)
def test_an_interval_without_an_end_says_so(skelleftea: Case, slack: list[float], text: str) -> None:
    one = dated(np.array(slack), 0.1)
    assert one.month == 24
    assert when.interval(skelleftea, EN, one) == text


def test_a_date_that_is_still_in_time_is_never_rounded_down_into_the_past(skelleftea: Case) -> None:
    now = skelleftea.month(skelleftea.knowledge_date)
    slack = now + 3 + 60 * np.linspace(-0.1, 0.9, 200)
    assert when.step(dated(slack, 0.1)) == when.QUARTER
    assert when.date_of(skelleftea, EN, dated(slack, 0.1)) == "Q2\u00a02019"
    soon = np.r_[np.full(19, now), now + np.linspace(0.2, 9, 181)]
    assert dated(soon, 0.1).state(now) == "in_time"
    assert when.date_of(skelleftea, EN, dated(soon, 0.1)) in {"now", "Mar\u00a02019"}


def test_a_date_that_has_passed_says_so(skelleftea: Case) -> None:
    assert when.said(skelleftea, EN, dated(np.full(50, -3.0), 0.1)).startswith("passed: ")
    assert when.said(skelleftea, EN, dated(np.full(50, inf), 0.1)) == "not needed at this risk"


def test_the_plans_found_stand_in_a_chart_beside_those_of_the_case(english: str, desk: Desk) -> None:
    trade = english.rsplit("What it costs to be short less often", maxsplit=1)[-1].split("</table>", maxsplit=1)[0]
    table = words(trade)
    assert "found by the search" in table
    for plan in desk.read.plans:
        assert desk.case.plans[plan].name.en in table


def test_a_plan_of_the_case_costs_in_the_chart_what_its_measures_cost_net(desk: Desk) -> None:
    """By hand: what is prepared, and what is committed less what comes back, each in its share of futures."""
    measure = next(one for one in desk.case.measures.values() if one.size and one.commit_cost)
    stays = np.isinf(desk.known).mean()
    back = stays * measure.repaid + (1 - stays) * measure.salvage
    expected = 0.5 * (measure.prepare_cost + measure.commit_cost * (1 - back))
    assert net_cost(desk, measure, measure.size / 2) == pytest.approx(expected)
