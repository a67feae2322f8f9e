"""The summary fits on one screen and says what the results say; tables of `helhet show` too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from show_town import OUTCOMES, known, written

from helhet.case.case import Case
from helhet.doors.finding import HOME
from helhet.doors.showing import Wanted, show
from helhet.results import Results
from helhet.show.grid import fit, grid
from helhet.show.summary import LINES, WIDTH, summary
from helhet.show.tables import listing, table
from helhet.words.faults import Faults

NBSP = "\u00a0"


@pytest.fixture(scope="module")
def folder(small: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where results with known odds are."""
    where = tmp_path_factory.mktemp("known")
    written(small, where)
    return where


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_summary_fits_on_one_screen(small: Case, folder: Path, language: str) -> None:
    lines = summary(small, Results(folder), OUTCOMES, language).split("\n")
    assert len(lines) <= LINES
    assert max(len(line) for line in lines) <= WIDTH


def test_the_summary_says_the_odds_of_each_plan(small: Case, folder: Path) -> None:
    said = summary(small, Results(folder), OUTCOMES, "en").replace(NBSP, " ")
    homes = next(line for line in said.split("\n") if line.startswith("Homes: shortage in"))
    others = ["40", "of", "100", "[57%]"] * (len(small.plans) - 1)
    assert homes.split("in", 1)[1].split() == ["60", "of", "100", "[86%]", *others]
    assert "70 of 100" in said


def test_the_first_numbers_come_from_one_plan_and_few_futures(small: Case, folder: Path) -> None:
    early = Results(folder, plans=[next(iter(small.plans))], futures=20)
    said = summary(small, early, OUTCOMES, "sv").replace(NBSP, " ")
    assert "20 framtider" in said
    assert "Bostäder: brist i" in said
    assert "alla 20" in said


def test_a_case_with_many_plans_shows_three_and_says_how_many_more(small: Case, tmp_path: Path) -> None:
    extra = {f"p{i}": replace(next(iter(small.plans.values())), id=f"p{i}") for i in range(5 - len(small.plans))}
    many = replace(small, plans=extra | dict(small.plans))
    said = summary(many, written(many, tmp_path), OUTCOMES, "en")
    assert "2 more plans: helhet show" in said
    main = next(plan for plan in many.plans.values() if plan.starts)
    assert main.name.en in said
    assert max(len(line) for line in said.split("\n")) <= WIDTH


def test_text_tables_line_up_and_long_text_is_cut() -> None:
    assert grid([("", "one"), ("first", "2"), ("b", "1,000")]) == ["         one", "first      2", "b      1,000"]
    assert grid([]) == []
    assert fit("abcdef", 4) == "abc…"
    assert fit("abcd", 4) == "abcd"


def test_the_list_of_outcomes_names_each_once_with_unit_and_meaning(folder: Path) -> None:
    said = listing(Results(folder), "sv")
    assert said.count("work.vacant ") == 1
    for outcome in OUTCOMES:
        assert any(line.startswith(f"{outcome.name} ") and outcome.meaning.sv in line for line in said.split("\n"))


def test_a_table_has_a_row_for_each_year_and_a_column_for_each_plan(small: Case, folder: Path) -> None:
    lines = table(Results(folder), "homes.missing", "en").split("\n")
    assert lines[0].endswith("(homes.missing), households")
    third = next(line for line in lines if line.startswith("2021"))
    total = 300 + len(small.districts) - 1
    few = len(small.districts)
    assert third.split() == ["2021", f"{round(total, -1)}", f"({few}–{round(total, -1)})"] + [
        f"{few}",
        f"({few}–{round(total, -1)})",
    ] * (len(small.plans) - 1)


def test_a_table_of_one_plan_shows_the_middle_half_too(small: Case, folder: Path) -> None:
    only = Results(folder, plans=[next(iter(small.plans))])
    assert "half of the futures" in table(only, "people.residents", "en")


def test_a_table_can_be_spread_out_by_district_month_and_item(small: Case, folder: Path) -> None:
    results = Results(folder)
    districts = table(results, "homes.missing", "en", "district", 2021)
    assert "households, 2021" in districts
    assert all(district.name in districts for district in small.districts)
    months = table(results, "beds.needed", "sv", "month", 2020).split("\n")
    assert [line.split()[0] for line in months[4:]] == [f"2020-{month:02d}" for month in range(1, 13)]
    items = table(results, "work.vacant", "sv", "item", 2022)
    assert all(item.name.sv in items for item in small.occupations)
    assert f"{10 * len(small.occupations)}" in table(results, "work.vacant", "en", "year", 2022)
    one = small.occupations[0]
    assert one.name.en in table(results, f"work.vacant.{one.id}", "en")


def test_a_table_ends_with_the_last_year_and_says_how_to_get_those_left_out(folder: Path) -> None:
    lines = table(Results(folder), "homes.missing", "en").split("\n")
    assert [line.split()[0] for line in lines[4:-2]] == [str(year) for year in (*range(2019, 2029), 2030)]
    assert lines[-1].endswith("such as --year 2029.")
    assert "--year" not in table(Results(folder), "homes.missing", "en", "year", 2029)
    assert "--year" in table(Results(folder), "work.vacant", "sv", "item")


def test_what_becomes_of_the_plant_is_shown_as_shares_and_not_as_a_median_of_codes(folder: Path) -> None:
    lines = table(Results(folder), "plant.outcome", "en").split("\n")
    shares = {line.rsplit("  ", 1)[0].split("  ")[0]: line.split()[-1] for line in lines[4:]}
    assert shares == {
        "full, about on time": "20%",
        "delayed": "30%",
        "smaller": "20%",
        "cancelled before operation": "20%",
        "collapses after ramp-up": "10%",
    }
    assert "median" not in "".join(lines)


def test_a_single_word_that_is_no_folder_is_an_outcome_of_the_results_that_are_here(
    small: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(small, tmp_path / HOME / "town")
    monkeypatch.chdir(tmp_path)
    asked = Wanted(None, None, None, None, None, None, None)
    assert show(replace(asked, out="homes.missing"), "en") == 0
    assert "(homes.missing), households" in capsys.readouterr().out
    assert show(replace(asked, out=str(HOME / "town")), "en") == 0
    assert "Plans: " in capsys.readouterr().out
    assert show(replace(asked, out="homes.mising"), "en") == 2
    assert "homes.missing" in capsys.readouterr().err


def test_levels_of_residents_in_a_small_town_have_three_digits_and_flows_two(small: Case, tmp_path: Path) -> None:
    many = known(small, next(iter(small.plans)))["people.residents"]
    many[:] = 1234 / many.shape[-1] if many.ndim == 3 else 1234
    changed = {plan: {"people.residents": many, "homes.missing": many} for plan in small.plans}
    results = written(small, tmp_path, changed)
    assert "1,230" in table(results, "people.residents", "en")
    assert "1,200" in table(results, "homes.missing", "en")
    assert "1,230" in summary(small, results, OUTCOMES, "en")


def test_a_monthly_outcome_by_year_is_its_highest_month(small: Case, tmp_path: Path) -> None:
    needed = known(small, next(iter(small.plans)))["beds.needed"]
    needed[:, 14] = 470
    results = written(small, tmp_path, {plan: {"beds.needed": needed} for plan in small.plans})
    assert next(line for line in table(results, "beds.needed", "en", "year").split("\n") if line.startswith("2020"))
    assert "470" in table(results, "beds.needed", "en", "year", 2020)


@pytest.mark.parametrize(
    ("name", "by", "year", "wrong"),
    [
        ("homes.mising", None, None, "homes.missing"),
        ("work.jobs", "district", None, "cannot be spread out like that"),
        ("homes.missing", None, 1999, "cover 2019 to 2030"),
    ],
)
def test_what_cannot_be_shown_is_said_with_a_cure(
    folder: Path, name: str, by: str | None, year: int | None, wrong: str
) -> None:
    with pytest.raises(Faults, match=wrong):
        table(Results(folder), name, "en", by, year)
