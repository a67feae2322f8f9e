"""The commands for those who decide: what they say, what they refuse, and what they leave behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from broken_cases import rows_of, write_rows
from test_command import helhet

from helhet.case.read import embedded


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of a small town in helhet-out and the town beside it."""
    made = tmp_path_factory.mktemp("decide")
    assert helhet("new", "town", "--lang", "en", folder=made).returncode == 0
    ran = helhet("run", "town", "--futures", "12", "--years", "10", folder=made)
    assert ran.returncode == 0, ran.stderr
    assert "Act now or wait, measure by measure: file://" in ran.stdout
    return made


def test_act_by_tells_every_measure_and_its_meetings(folder: Path) -> None:
    said = helhet("act-by", "--case", "town", folder=folder)
    assert said.returncode == 0, said.stderr
    assert "The decision calendar" in said.stdout
    assert "Before whom, and at which meeting" in said.stdout
    assert "Rental homes in Centrum" in said.stdout
    assert max(len(line) for line in said.stdout.splitlines()) <= 100


def test_one_measure_can_be_asked_for_by_its_short_name_and_in_swedish(folder: Path) -> None:
    said = helhet("act-by", "rentals_centrum", "--case", "town", "--lang", "sv", "--risk", "0.3", folder=folder)
    assert said.returncode == 0, said.stderr
    assert "Beslutskalendern" in said.stdout
    assert "30\u00a0%" in said.stdout
    assert "houses_norrby" not in said.stdout


def test_delay_tells_what_waiting_costs_and_the_card(folder: Path) -> None:
    said = helhet("delay", "--case", "town", folder=folder)
    assert said.returncode == 0, said.stderr
    for part in ("What waiting costs", "Commit, wait or prepare", "News that could come in time"):
        assert part in said.stdout


def test_compare_tells_how_often_the_plans_hold(folder: Path) -> None:
    said = helhet("compare", "--case", "town", folder=folder)
    assert said.returncode == 0, said.stderr
    assert "The plans side by side" in said.stdout
    assert "Net cost" in said.stdout


def test_act_by_inside_a_plan_lives_the_futures_and_puts_it_on_the_page(folder: Path) -> None:
    said = helhet("act-by", "--inside", "act_early", "--futures", "6", "--case", "town", "--lang", "en", folder=folder)
    assert said.returncode == 0, said.stderr
    assert "Inside the plan" in said.stdout
    page = folder / "helhet-out" / "my-town" / "decisions.html"
    assert "Inside the plan" in page.read_text(encoding="utf-8")
    assert str(page.relative_to(folder)) in said.stderr


def test_why_splits_the_difference_between_two_plans(folder: Path) -> None:
    said = helhet("why", "homes.missing", "--futures", "4", "--case", "town", "--lang", "en", folder=folder)
    assert said.returncode == 0, said.stderr
    assert "Households that looked and found no home" in said.stdout.replace("\n", " ")
    assert "new homes" in said.stdout


def test_why_splits_the_difference_between_two_versions_of_a_case(folder: Path) -> None:
    shutil.copytree(folder / "town", folder / "other")
    heading, rows = rows_of(folder / "other", "settings")
    for row in rows:
        if (row["piece"], row["name"]) == ("homes", "private"):
            row |= {"value": "0", "low": "", "high": "", "distribution": "certain"}
    write_rows(folder / "other", "settings", heading, rows)
    words = ("why", "homes.completed", "--against", "other", "--futures", "2", "--year", "2021", "--case", "town")
    said = helhet(*words, "--lang", "en", folder=folder)
    assert said.returncode == 0, said.stderr
    assert "private" in said.stdout


def test_a_search_lives_the_plans_it_finds(folder: Path) -> None:
    said = helhet("compare", "--search", "--futures", "4", "--case", "town", "--lang", "en", folder=folder)
    assert said.returncode == 0, said.stderr
    assert "Plans that the search found" in said.stdout


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("act-by", "helhet-out/my-town", "nosuch", "--case", "town"), "nosuch"),
        (("act-by", "--inside", "nosuch", "--case", "town"), "nosuch"),
        (("act-by", "helhet-out/my-town", "houses_norrby", "--inside", "act_early", "--case", "town"), "houses_norrby"),
        (("act-by", "--plan", "nosuch", "--case", "town"), "nosuch"),
        (("act-by",), "--case"),
        (("act-by", "--risk", "2", "--case", "town"), "--risk"),
        (("act-by", "nowhere", "nothing"), "nowhere"),
        (("delay", "helhet-out/my-town", "nosuch", "--case", "town"), "nosuch"),
        (("why", "helhet-out/my-town", "nosuch.outcome", "--case", "town"), "nosuch.outcome"),
        (("why", "--year", "1900", "--case", "town"), "1900"),
        (("why", "--plan", "nosuch", "--case", "town"), "nosuch"),
        (("why", "--plan", "act_early", "--plan", "act_early", "--case", "town"), "act_early"),
        (("why", "--against", "town", "--case", "town"), "nothing that decides a number is different"),
        (("compare", "--case", "skelleftea"), "another version of the case"),
    ],
)
def test_what_cannot_be_answered_is_told_with_exit_code_2(folder: Path, words: tuple[str, ...], named: str) -> None:
    said = helhet(*words, folder=folder)
    assert said.returncode == 2, said.stdout + said.stderr
    assert named in said.stderr
    assert "Traceback" not in said.stderr


def test_the_embedded_case_needs_not_be_named(tmp_path: Path) -> None:
    assert embedded("skelleftea").exists()
    ran = helhet("run", "--futures", "2", "--years", "2", "--lang", "en", folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    said = helhet("delay", "bus_pitea", "--lang", "en", folder=tmp_path)
    assert said.returncode == 0, said.stderr
    assert "Commuter bus from Piteå" in said.stdout


def test_what_was_found_by_one_future_can_be_read_again_and_goes_with_fresh(tmp_path: Path) -> None:
    assert helhet("new", "town", "--lang", "en", folder=tmp_path).returncode == 0
    run = ("run", "town", "--futures", "1", "--years", "3")
    assert helhet(*run, folder=tmp_path).returncode == 0
    why = helhet("why", "beds.short", "--case", "town", "--lang", "en", folder=tmp_path)
    assert why.returncode == 0, why.stderr
    again = helhet("why", "beds.offered", "--case", "town", "--lang", "en", folder=tmp_path)
    assert again.returncode == 0, again.stderr
    found = tmp_path / "helhet-out" / "my-town" / "decisions" / "found.json"
    assert found.exists()
    assert helhet("compare", "--search", "--case", "town", folder=tmp_path).returncode == 2
    assert helhet(*run, "--fresh", folder=tmp_path).returncode == 0
    assert not found.exists()


def test_a_page_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    assert helhet("new", "town", "--lang", "en", folder=tmp_path).returncode == 0
    assert helhet("run", "town", "--futures", "2", "--years", "2", folder=tmp_path).returncode == 0
    page = tmp_path / "helhet-out" / "my-town" / "decisions.html"
    page.unlink()
    page.mkdir()
    said = helhet("why", "beds.short", "--case", "town", "--lang", "en", folder=tmp_path)
    assert said.returncode == 2
    assert "the page of decisions cannot be written" in said.stderr


def test_a_shortage_that_costs_nothing_is_worth_any_risk(tmp_path: Path) -> None:
    assert helhet("new", "town", "--lang", "en", folder=tmp_path).returncode == 0
    heading, rows = rows_of(tmp_path / "town", "needs")
    write_rows(tmp_path / "town", "needs", heading, [row | {"cost": "0"} for row in rows])
    assert helhet("run", "town", "--futures", "2", "--years", "3", folder=tmp_path).returncode == 0
    said = helhet("delay", "--case", "town", "--lang", "en", folder=tmp_path)
    assert said.returncode == 0, said.stderr
    assert "always" in said.stdout
