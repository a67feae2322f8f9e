"""The letter says what the results say, in both languages, on one page that fetches nothing."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from show_town import OUTCOMES, known, written

from helhet.case.case import Case
from helhet.pieces.order import pieces
from helhet.results import Results
from helhet.show.letter import letter, write_letter
from helhet.show.summary import LINES, summary
from helhet.simulate import simulate
from helhet.words.declare import Text

NBSP = "\u00a0"


@pytest.fixture(scope="module")
def results(small: Case, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Results whose odds are known."""
    return written(small, tmp_path_factory.mktemp("known"))


@pytest.fixture(scope="module")
def english(small: Case, results: Results) -> str:
    """The letter in English."""
    return letter(small, results, OUTCOMES, "en")


@pytest.fixture(scope="module")
def swedish(small: Case, results: Results) -> str:
    """The letter in Swedish."""
    return letter(small, results, OUTCOMES, "sv")


def words(page: str) -> str:
    """The text of a page, without style and drawings, spaces made plain."""
    page = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", page, flags=re.S)
    text = html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u2060", "")
    return re.sub(r"\s+", " ", text.replace(NBSP, " "))


def test_the_odds_of_the_results_stand_in_the_letter(english: str, swedish: str) -> None:
    assert "In 40 of 100 futures homes run short some year up to" in words(english)
    assert "I 40 av 100 framtider saknas bostäder något år till och med" in words(swedish)
    # All 20 full and 20 of the 30 delayed of the 70 futures in which the plant comes.
    assert "given that the plant comes, in 40 of 70" in words(english)


def test_the_size_of_a_shortage_is_that_of_the_futures_that_have_one(english: str, small: Case) -> None:
    missing = 300 + len(small.districts) - 1
    assert f"Then about {round(missing, -1)} households ({round(missing, -1)}) look for a home" in words(english)


def test_the_lead_says_the_thresholds_and_claims_no_majority_of_districts(english: str, swedish: str) -> None:
    lead = words(english.split('id="plans-h"', maxsplit=1)[0])
    assert "by more than 0.5% of the town's homes" in lead
    assert "more than 10% of the beds needed" in lead
    assert "more than 3% of all jobs stand empty" in lead
    assert "than in any other district" in lead
    assert "90 of 100 of the futures that the sentence speaks of" in lead
    assert "fler än 0,5 % av kommunens bostäder" in words(swedish)
    assert "inget mer saknas" not in words(swedish)
    assert "mittfallet" not in swedish


@pytest.mark.parametrize(
    ("turned_away", "en", "sv"),
    [
        (150, "50% wanted to move here and do not come; 50% already live here", "50 % flytta hit och kommer inte"),
        (301, "hardly anybody who already lives here goes without", "knappt någon som redan bor här blir utan"),
        (0, "hardly anybody who wants to move here is turned away", "knappt någon som vill flytta hit blir utan"),
    ],
)
def test_who_goes_without_a_home_is_told_from_the_years_of_shortage(
    small: Case, tmp_path: Path, turned_away: int, en: str, sv: str
) -> None:
    values = known(small, list(small.plans)[1])
    # Turned away in other years than that of the shortage does not count.
    coming = values["homes.turned_away"]
    coming[:], coming[:, 2] = 1, turned_away
    few = {"homes.turned_away": coming, "homes.nest": coming * 0 + 1, "homes.vacant": values["homes.vacant"] * 0}
    results = written(small, tmp_path, dict.fromkeys(small.plans, few))
    english, swedish = (words(letter(small, results, OUTCOMES, language)) for language in ("en", "sv"))
    assert en in english
    assert sv in swedish
    assert "hardly anybody who lives with others is kept from a home of their own" in english
    assert "no homes stand empty" in english
    assert "knappt någon som bor hos andra hindras från en egen bostad" in swedish
    assert "inga bostäder står tomma" in swedish


def test_the_plans_are_compared_in_the_same_futures(english: str) -> None:
    table = words(english.split('id="plans-h"')[1].split("</table>", maxsplit=1)[0])
    assert "60 of 100" in table
    assert "40 of 100" in table


def test_every_judge_and_what_would_follow_from_each_is_shown(english: str, small: Case) -> None:
    text = words(english.split("<h3>If somebody else is right")[1].split("</table>", maxsplit=1)[0])
    for judge in dict.fromkeys(small.tables["plant_prior"]["prior"]):
        prior = small.tables["plant_prior"].where(prior=judge)
        share = dict(zip(prior["outcome"], prior["value"], strict=True))
        expected = share["full"] + share["delayed"] * 20 / 30
        shown = "40%" if judge == small.prior else f"{round(100 * expected)}%"
        assert shown in text, judge


def test_numbers_and_dates_are_in_the_readers_format(swedish: str, english: str, small: Case) -> None:
    assert f"{small.knowledge_date.day} " in words(swedish)
    assert "10 000" not in words(english).split("All settings")[0]
    assert re.search(r"\d,\d", words(swedish))
    assert "Everything that is counted" in english
    assert "Allt som räknas" in swedish


def test_the_same_results_give_the_same_page_byte_for_byte(small: Case, results: Results, english: str) -> None:
    assert letter(small, results, OUTCOMES, "en") == english


def test_the_page_fetches_nothing_and_runs_nothing(english: str) -> None:
    assert "<script" not in english
    assert re.findall(r'\b(?:src|srcset|action|data|poster)="[^"]*"', english) == []
    linked = re.findall(r'href="([^"]*)"', english)
    assert [address for address in linked if not address.startswith("#")] == ["data:,"]
    style = re.search(r"<style>(.*?)</style>", english, flags=re.S)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_no_two_elements_share_an_id_and_every_link_leads_somewhere(english: str) -> None:
    ids = re.findall(r'\bid="([^"]*)"', english)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', english)) <= set(ids)
    assert set(re.findall(r"url\(#([^)]*)\)", english)) <= set(ids)


def test_every_drawing_says_in_words_what_it_shows_and_has_its_numbers(english: str) -> None:
    drawings = re.findall(r"<svg ([^>]*)>", english)
    assert len(drawings) > 20
    assert all('aria-label="' in one or 'aria-hidden="true"' in one for one in drawings)
    figures = re.findall(r"<figure.*?</figure>", english, flags=re.S)
    assert all("<table" in one and "<h3>" in one for one in figures)


def test_small_numbers_of_a_district_are_not_told_apart(small: Case, tmp_path: Path) -> None:
    missing = known(small, list(small.plans)[1])["homes.missing"]
    missing[:, :, 1] = 3
    missing[:, 2, 1] = 4
    results = written(small, tmp_path, {plan: {"homes.missing": missing} for plan in small.plans})
    page = letter(small, results, OUTCOMES, "en")
    table = page.split('id="homes-where-map"')[1].split("</table>", maxsplit=1)[0]
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th>((?:<td>[^<]*</td>)+)</tr>', table)
    cells = dict(rows)[html.escape(small.districts[1].name)]
    assert re.findall(r"<td>([^<]*)</td>", cells) == ["&lt;5", "&lt;5"]


def test_every_setting_and_source_is_in_the_letter_with_its_status(english: str, small: Case) -> None:
    text = words(english)
    for key, setting in small.settings.items():
        assert f"({key})" in text
        assert setting.setting.meaning.en in text
    for source in small.sources.values():
        assert source.title in text
    assert "assumed by us" in text


def test_the_notes_of_goals_and_sources_stand_beside_them(skelleftea: Case, tmp_path: Path) -> None:
    page = words(letter(skelleftea, written(skelleftea, tmp_path), OUTCOMES, "sv"))
    for table in ("goals", "sources"):
        for note in skelleftea.tables[table]["note"]:
            assert str(note) in page
    assert "1 000 bäddar att erbjuda, dagens inräknade the letter gives no date" in page
    assert "i de fall som följer med helhet är de på engelska" in page


def test_how_to_do_it_again_is_said(english: str, small: Case, results: Results) -> None:
    again = words(english.split('id="again"')[1])
    assert f"helhet run {small.id} --futures 100 --seed 7 --years 12 --lang en" in again
    assert small.digest in again
    assert results.manifest.model in again


def test_the_command_that_was_given_is_the_one_shown(small: Case, results: Results) -> None:
    assert "helhet run mytown --seed 7" in letter(small, results, OUTCOMES, "en", "helhet run mytown --seed 7")


def test_a_pieces_new_outcome_appears_without_anything_written_for_it(
    small: Case, results: Results, english: str
) -> None:
    renamed = [
        replace(one, meaning=Text("nysnö", "fresh snow")) if one.name == "people.births" else one for one in OUTCOMES
    ]
    assert "fresh snow (people.births)" not in english
    assert "fresh snow (people.births)" in letter(small, results, renamed, "en")


def test_without_a_piece_its_chapter_is_left_out(small: Case, results: Results) -> None:
    fewer = [one for one in OUTCOMES if not one.name.startswith(("work.", "beds."))]
    page = letter(small, results, fewer, "en")
    assert 'id="homes"' in page
    assert 'id="work"' not in page
    assert 'id="beds"' not in page


def test_no_shortage_anywhere_is_said_plainly(small: Case, tmp_path: Path) -> None:
    nothing = {plan: {"homes.missing": np.zeros_like(known(small, plan)["homes.missing"])} for plan in small.plans}
    page = letter(small, written(small, tmp_path, nothing), OUTCOMES, "en")
    assert "In none of 100 futures homes run short" in words(page)
    assert "Then about" not in words(page).split("Beds")[0]


def test_what_a_case_writes_is_never_taken_for_html(small: Case, results: Results) -> None:
    page = letter(replace(small, name="<b>Town</b> & Co"), results, OUTCOMES, "en")
    assert "<b>Town</b>" not in page
    assert "&lt;b&gt;Town&lt;/b&gt; &amp; Co" in page


def test_the_page_is_written_whole_or_not_at_all(small: Case, results: Results, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "letter.html"
    assert write_letter(small, results, OUTCOMES, "en", target) == target
    assert target.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [path.name for path in target.parent.iterdir()] == ["letter.html"]


@pytest.mark.parametrize(("futures", "years"), [(1, 1), (4, 3)])
def test_a_run_of_one_future_and_one_year_has_a_letter_too(
    small: Case, tmp_path: Path, futures: int, years: int
) -> None:
    results = simulate(
        small, pieces(), plans=tuple(small.plans), futures=futures, years=years, seed=1, folder=tmp_path, workers=1
    )
    for language in ("sv", "en"):
        page = letter(small, results, OUTCOMES, language)
        assert "NaN" not in page
        assert "nan" not in words(page).split()
        assert len(summary(small, results, OUTCOMES, language).split("\n")) <= LINES


def test_a_letter_of_few_futures_counts_them_instead_of_speaking_of_a_hundred(small: Case, tmp_path: Path) -> None:
    results = simulate(
        small, pieces(), plans=tuple(small.plans), futures=4, years=3, seed=1, folder=tmp_path, workers=1
    )
    opening = words(letter(small, results, OUTCOMES, "en")).split("Homes.")[0]
    assert "through 4 futures" in opening
    assert "of 100" not in opening
