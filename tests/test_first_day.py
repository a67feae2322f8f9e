"""The first day is compared with every table it was made from, and no difference is hidden."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from helhet.case.case import Case, Rows
from helhet.case.template import new_case
from helhet.doors.command import app
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.show.comparison import Comparison, comparison, every_cell, write_cells
from helhet.show.first_day import compare
from helhet.show.misses import WIDTH, summary_lines, summary_rows, summary_table
from helhet.simulate import first_day
from helhet.town import Town
from helhet.words.declare import Text
from helhet.words.person import EMPTY

YEARS = 5
TABLES = (
    "population",
    "districts",
    "homes",
    "vacancy",
    "households",
    "leaving_home",
    "couples",
    "employment",
    "jobs",
    "jobs_of_residents",
    "occupations",
    "commuting",
)

GOLDEN = """\
The first day: tables against the made town
                                 Table   Made  All misses         Largest miss
Residents by sex and age         2,000  2,000        0.0%  exact
Residents by district            2,000  2,000        3.7%    −37  Centrum
Homes by district, type, size    1,000  1,000        0.0%  exact
Vacant homes by type                35     35        0.0%  exact
Households by size                 965    965       10.8%    −47  2 persons
With parents or others             524    598       18.7%    +39  men, aged 40–110
With a partner, by sex and age     888    874        8.8%     −9  men, aged 55–59
In work, by sex and age            934    883        7.0%    −13  women, aged 25–34
Jobs by employer and occupation    940    940        0.0%  exact
Residents in work by occupation    890    883        1.2%     −6  Process operators
Women in work by occupation        444    413        7.6%    −15  Trade and services
Commuters from outside              50     50        0.0%  exact

All misses: their sum as a share of the table. helhet run writes every cell to first-day.csv."""


@pytest.fixture(scope="module", params=["small", "skelleftea"])
def made(request: pytest.FixtureRequest) -> tuple[Case, Town]:
    """Each case with its first day."""
    case = request.getfixturevalue(request.param)
    return case, first_day(case, pieces(), YEARS)


@pytest.fixture(scope="module")
def village(small: Case) -> tuple[Case, Town]:
    """The small case with its first day."""
    return small, first_day(small, pieces(), YEARS)


def compared(made: tuple[Case, Town]) -> dict[str, Comparison]:
    return {one.id: one for one in compare(*made)}


def changed(case: Case, name: str, value: np.ndarray) -> Case:
    """The case with other values in one of its tables."""
    rows = case.tables[name]
    return replace(case, tables={**case.tables, name: Rows(rows.table, {**rows.columns, "value": value})})


def test_every_table_of_the_base_date_is_compared(made: tuple[Case, Town]) -> None:
    assert tuple(compared(made)) == TABLES


@pytest.mark.parametrize("table", ["population", "homes", "jobs", "commuting"])
def test_what_can_be_met_is_met_to_the_last_one(made: tuple[Case, Town], table: str) -> None:
    one = compared(made)[table]
    assert one.rows["miss"].abs().max() == 0
    assert one.wanted == one.made == made[0].tables[table]["value"].sum()
    assert one.off == 0


def test_every_job_is_filled_once_or_vacant(made: tuple[Case, Town]) -> None:
    _, town = made
    job = town.read("people", "job")
    cells = {name: town.read("cells", name) for name in ("demand", "commuters", "lodgers")}
    holders = np.bincount(job[job >= 0], minlength=len(cells["demand"]))
    vacant = cells["demand"] - holders - cells["commuters"] - cells["lodgers"]
    assert (vacant >= 0).all()
    one = compared(made)["jobs"]
    assert one.made == cells["demand"].sum()
    residents = compared(made)["jobs_of_residents"]
    assert residents.made == holders.sum()
    assert residents.wanted - residents.made == pytest.approx(vacant.sum())


def test_residents_of_a_district_are_near_the_table(skelleftea: Case) -> None:
    one = compared((skelleftea, first_day(skelleftea, pieces(), YEARS)))["districts"]
    assert one.relative is not None
    assert abs(one.relative.share) <= 0.04
    assert one.wanted == one.made


def test_residents_of_the_small_town_s_districts_are_missed_by_a_little_and_that_is_said(
    village: tuple[Case, Town],
) -> None:
    one = compared(village)["districts"]
    assert one.off <= 0.04
    assert one.relative is not None
    assert (one.relative.where.en, round(one.relative.share, 2)) == ("Söderby", 0.07)


def test_households_are_counted_as_somebody_going_from_door_to_door_would(made: tuple[Case, Town]) -> None:
    case, town = made
    head, following = town.read("homes", "head"), town.read("people", "next")
    sizes = []
    for first in head[: int(town.count("homes")[0])]:
        person, persons = int(first), 0
        while person >= 0:
            person, persons = int(following[person]), persons + 1
        sizes.append(min(persons, 6))
    seen = np.bincount(sizes, minlength=7)
    one, vacant = compared(made)["households"], compared(made)["vacancy"]
    assert one.rows["made"].to_list() == seen[1:].tolist()
    assert one.rows["miss"].to_list() == (seen[1:] - case.tables["households"]["value"]).tolist()
    assert one.rows["miss"].abs().max() > 0, "no household table has been met so far: say so when it is"
    assert vacant.made == seen[0]


def test_couples_and_people_at_home_are_counted_from_their_roles(made: tuple[Case, Town]) -> None:
    town = made[1]
    state, role = (town.read("people", name)[: int(town.count("people")[0])] for name in ("state", "role"))
    couples, home = compared(made)["couples"], compared(made)["leaving_home"]
    assert couples.made == (role == 2).sum()
    assert home.made == (role == 0).sum()
    women = (state % 2 == 0) & (state // 2 == 20) & (role == 0)
    row = home.rows.filter((pl.col("sex") == "women") & (pl.col("age") == "20"))
    assert row["made"].to_list() == [women.sum()]


def test_people_at_home_are_those_whom_no_flow_has_taken_away(village: tuple[Case, Town]) -> None:
    case, _ = village
    tables = {name: case.tables[name].where(sex="women") for name in ("population", "leaving_home", "out_moves")}
    rate = sum(
        float(tables[name].where(age=age)["value"].sum()) for name in ("leaving_home", "out_moves") for age in (18, 19)
    )
    rows = compared(village)["leaving_home"].rows.filter((pl.col("sex") == "women") & (pl.col("age") == "19"))
    expected = float(tables["population"].where(age=19)["value"][0]) * np.exp(-rate)
    assert rows["wanted"].to_list() == [pytest.approx(expected)]


def test_a_share_in_work_is_taken_of_the_residents_of_its_ages(village: tuple[Case, Town]) -> None:
    case, town = village
    share = case.tables["employment"].where(sex="women", age_from=25)
    people = case.tables["population"].where(sex="women")
    band = (people["age"] >= 25) & (people["age"] <= share["age_to"][0])
    row = compared(village)["employment"].rows.filter((pl.col("sex") == "women") & pl.col("age").str.starts_with("25-"))
    assert row["wanted"].to_list() == [pytest.approx(people["value"][band].sum() * share["value"][0])]
    state, job = town.read("people", "state"), town.read("people", "job")
    ages = (state // 2 >= 25) & (state // 2 <= share["age_to"][0]) & (state % 2 == 0) & (state < EMPTY)
    assert row["made"].to_list() == [(ages & (job >= 0)).sum()]


def test_somebody_lost_is_missed_in_their_own_cell(village: tuple[Case, Town]) -> None:
    case, town = village
    twin = town.copy()
    row = int(np.flatnonzero(twin.read("people", "job") >= 0)[0])
    state, cell = int(twin.read("people", "state")[row]), int(twin.read("people", "job")[row])
    twin.own("people", "people", "state")[row] = EMPTY
    now = compared((case, twin))
    assert now["population"].largest.size == -1
    assert now["population"].largest.where.en == f"{('women', 'men')[state % 2]}, aged {state // 2}"
    assert now["population"].rows["miss"].sum() == -1
    jobs = now["jobs"].largest
    employer, occupation = divmod(cell, len(case.occupations))
    assert (jobs.size, jobs.where) == (
        -1,
        Text(
            f"{case.employers[employer].name.sv}, {case.occupations[occupation].name.sv}",
            f"{case.employers[employer].name.en}, {case.occupations[occupation].name.en}",
        ),
    )


def test_something_made_that_no_table_asks_for_is_shown(village: tuple[Case, Town]) -> None:
    case, town = village
    twin = town.copy()
    wanted = set(zip(*(case.tables["homes"][name] for name in ("district", "type", "size")), strict=True))
    assert len(wanted) == 27
    rows = case.tables["homes"]
    fewer = Rows(rows.table, {name: column[1:] for name, column in rows.columns.items()})
    now = compared((replace(case, tables={**case.tables, "homes": fewer}), twin))["homes"]
    assert now.rows.height == 27
    assert (now.largest.size, isnan(now.largest.share)) == (rows["value"][0], True)
    assert now.rows["status"][0] == ""


def test_a_table_changed_after_the_town_was_made_is_missed_by_the_change(village: tuple[Case, Town]) -> None:
    case, town = village
    value = case.tables["commuting"]["value"].copy()
    value[0] += 25
    now = compared((changed(case, "commuting", value), town))["commuting"]
    assert (now.largest.size, now.largest.where.en) == (-25, "all neighbours")


@pytest.fixture
def tiny(small: Case) -> Comparison:
    return comparison(
        small,
        "tiny",
        Text("Liten", "Tiny"),
        "persons",
        keys={"sex": ["women", "women", "men", "men"], "age": ["0-17", "18", "0-17", "18"]},
        wanted=[100, 50, 5, 0],
        made=[90, 56, 9, 2],
        status=["official", "official", "official", "assumed"],
    )


def test_a_tiny_comparison_says_what_a_reader_would_reckon(tiny: Comparison) -> None:
    assert tiny.rows["miss"].to_list() == [-10, 6, 4, 2]
    assert (tiny.wanted, tiny.made) == (155, 157)
    assert (tiny.largest.size, tiny.largest.share, tiny.largest.where.sv) == (-10, -0.1, "kvinnor, 0–17 år")
    assert tiny.relative is not None, "the men's cells are too small for percents"
    assert (tiny.relative.size, tiny.relative.share, tiny.relative.where.en) == (6, 0.12, "women, aged 18")
    assert tiny.mean_share == pytest.approx((0.10 + 0.12) / 2)
    assert tiny.off == pytest.approx(22 / 155)
    assert summary_rows([tiny], "en") == [
        ("Tiny", "4", "155", "157", "14.2%", "−10\nwomen, aged 0–17", "+12%\nwomen, aged 18")
    ]
    assert summary_rows([tiny], "sv")[0][4] == "14,2\N{NO-BREAK SPACE}%"


def test_a_comparison_of_small_cells_gives_no_percents(tiny: Comparison) -> None:
    few = replace(tiny, rows=tiny.rows[2:], cells=tiny.cells[2:])
    assert few.relative is None
    assert isnan(few.mean_share)
    assert summary_rows([few], "en")[0][-1] == "–"


def test_an_empty_table_gives_no_share(small: Case) -> None:
    none = comparison(
        small, "none", Text("Inget", "None"), "jobs", keys={"age": [1]}, wanted=[0], made=[3], status="official"
    )
    assert isnan(none.off)
    assert summary_rows([none], "en") == [("None", "1", "0", "3", "–", "+3\naged 1", "–")]


def test_less_than_half_a_person_is_not_called_exact(small: Case) -> None:
    near = comparison(
        small, "near", Text("Nära", "Near"), "persons", keys={"age": [1]}, wanted=[1000.3], made=[1000], status=""
    )
    assert summary_rows([near], "en") == [("Near", "1", "1,000", "1,000", "<0.1%", "<1\naged 1", "<1%\naged 1")]


def test_the_summary_of_the_small_town_is_this(village: tuple[Case, Town]) -> None:
    assert "\n".join(summary_lines(compare(*village), "en")) == GOLDEN


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_summary_fits_one_screen(made: tuple[Case, Town], language: str) -> None:
    lines = summary_lines(compare(*made), language)
    assert len(lines) <= 18
    assert max(map(len, lines)) <= WIDTH
    assert (
        lines[0]
        == {
            "sv": "Basdagen: tabellerna mot den skapade staden",
            "en": "The first day: tables against the made town",
        }[language]
    )
    assert not any(line.endswith("…") for line in lines)


def test_a_town_made_again_compares_the_same_and_changes_nothing(village: tuple[Case, Town]) -> None:
    case, town = village
    once = every_cell(compare(case, town))
    assert every_cell(compare(case, first_day(case, pieces(), YEARS))).equals(once)


def test_the_file_holds_every_cell_with_full_numbers(made: tuple[Case, Town], tmp_path: Path) -> None:
    comparisons = compare(*made)
    read = pl.read_csv(write_cells(comparisons, tmp_path / "first-day.csv"), schema_overrides={"key": pl.String})
    assert read.columns == ["table", "key", "wanted", "made", "unit", "status"]
    assert read.height == sum(one.rows.height for one in comparisons)
    assert read.select("table", "key").is_unique().all()
    for one in comparisons:
        mine = read.filter(pl.col("table") == one.id)
        assert mine["wanted"].to_list() == one.rows["wanted"].to_list()
        assert mine["made"].to_list() == one.rows["made"].to_list()
        assert set(mine["unit"]) == {one.unit}
    assert set(read["status"]) <= {"measured", "official", "claim", "assumed"}
    assert [path.name for path in tmp_path.iterdir()] == ["first-day.csv"]


def test_a_file_that_cannot_be_written_leaves_nothing(village: tuple[Case, Town], tmp_path: Path) -> None:
    (tmp_path / "first-day.csv").mkdir()
    with pytest.raises(OSError, match="first-day"):
        write_cells(compare(*village), tmp_path / "first-day.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["first-day.csv"]


def test_the_status_is_that_of_the_figure_or_of_the_least_sure_behind_it(skelleftea: Case) -> None:
    now = compared((skelleftea, first_day(skelleftea, pieces(), YEARS)))
    assert set(now["population"].rows["status"]) == {"official"}
    assert set(now["vacancy"].rows["status"]) == {"assumed"}
    jobs = skelleftea.tables["jobs"].where(employer="plant")
    plant = now["jobs"].rows.filter(pl.col("employer") == "plant")
    assert plant["status"].to_list() == jobs["status"].tolist()


def test_the_table_for_the_letter_says_what_its_columns_mean(village: tuple[Case, Town]) -> None:
    table = summary_table(compare(*village), "sv")
    assert len(table.table.rows) == len(TABLES)
    assert {len(row) for row in table.table.rows} == {len(table.table.head)}
    assert "first-day.csv" in table.note


def test_check_tells_the_first_day_and_run_writes_it_beside_the_letter(tmp_path: Path) -> None:
    case, out = tmp_path / "town", tmp_path / "out"
    new_case(case, "en", declarations(pieces()))
    checked = CliRunner().invoke(app, ["check", str(case)])
    assert checked.exit_code == 0, checked.output
    first, blank, *rest = checked.stdout.rstrip("\n").split("\n")
    assert ": no faults." in first
    assert (blank, "\n".join(rest)) == ("", GOLDEN)
    words = ["run", str(case), "--out", str(out), "--futures", "1", "--years", "1", "--plan", "nothing_more"]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    assert (out / "first-day.csv").read_text(encoding="utf-8").startswith("table,key,wanted,made,unit,status\n")
    page = (out / "letter.html").read_text(encoding="utf-8")
    assert page.count("<details><summary>The first day: tables against the made town</summary>") == 1
    assert "<td>−47<br><span>2 persons</span></td>" in page
