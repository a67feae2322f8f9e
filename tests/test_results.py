"""The store and its reader: what is in the files, what is refused, what is mended."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from toy_town import Breaks, Counter, contents, run_toy, toy_case

from helhet.results import Results, clear
from helhet.simulate import Progress
from helhet.words.faults import Faults
from helhet.words.plan import Plan, Start


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stored")
    run_toy(folder)
    return folder


def said(folder: Path, **changes: object) -> list[str]:
    with pytest.raises(Faults) as raised:
        run_toy(folder, **changes)
    return [str(fault) for fault in raised.value.faults]


def test_the_files_are_wide_parquet_that_any_tool_opens(stored: Path) -> None:
    home = stored / "results" / "more"
    district = pl.read_parquet(home / "district-*.parquet")
    assert district.schema == {
        "future": pl.UInt32,
        "year": pl.Int16,
        "district": pl.String,
        "counter.visits": pl.Float32,
    }
    assert district.rows()[0][:3] == (0, 2019, "north")
    assert district.rows()[-1][:3] == (49, 2022, "söder")
    assert district.height == 50 * 4 * 2
    town = pl.read_parquet(home / "town-*.parquet")
    assert town.columns == ["future", "year", "counter.all", "counter.by.nurse", "counter.by.welder"]
    month = pl.read_parquet(home / "month-*.parquet")
    assert month["month"].to_list()[:13] == [f"2019-{m:02d}" for m in range(1, 13)] + ["2020-01"]


def test_the_seals_are_checked_by_the_tool_that_everybody_has(stored: Path) -> None:
    home = stored / "results" / "more"
    for seal in sorted(home.glob("chunk-*.sha256")):
        lines = [line.split("  ") for line in seal.read_text().splitlines()]
        assert [name.split("-")[0] for _, name in lines] == ["district", "month", "town"]
        assert all(hashlib.sha256((home / name).read_bytes()).hexdigest() == digest for digest, name in lines)


def test_the_manifest_says_what_was_run_and_who_said_so(stored: Path) -> None:
    manifest = json.loads((stored / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["version"], manifest["seed"], manifest["years"], manifest["futures"]) == (1, 7, 4, 50)
    assert manifest["case"]["digest"] == "d1"
    assert manifest["case"]["base_date"] == "2018-12-31"
    assert [plan["id"] for plan in manifest["plans"]] == ["nothing", "more"]
    assert manifest["districts"][1] == {"id": "söder", "name": "Söder"}
    assert manifest["settings"][0]["status"] == "official"
    assert manifest["tables"] == [
        {"table": "visits", "source": "scb2018", "status": "official", "rows": 1},
        {"table": "visits", "source": "town2018", "status": "assumed", "rows": 1},
    ]
    nurse = next(outcome for outcome in manifest["outcomes"] if outcome["name"] == "counter.by.nurse")
    assert nurse["of"] == "counter.by"
    assert nurse["item_name"] == {"sv": "sjuksköterska", "en": "nurse"}
    assert nurse["better"] == "lower"


def test_the_reader_gives_arrays_by_future(stored: Path) -> None:
    results = Results(stored)
    assert results.plans == ("nothing", "more")
    assert results.futures == 50
    assert results.complete
    assert results.years == [2019, 2020, 2021, 2022]
    assert (results.months[0], results.months[-1], len(results.months)) == ("2019-01", "2022-12", 48)
    assert results.districts == ("north", "söder")
    assert results.outcome("counter.visits", "more").shape == (50, 4, 2)
    assert results.outcome("counter.all", "more").shape == (50, 4)
    assert results.outcome("counter.monthly", "more").shape == (50, 48)
    assert results.outcome("counter.all", "more").dtype == np.float32
    assert results.about("counter.monthly").unit == "visits"


def test_a_table_for_export_is_long_and_says_its_unit(stored: Path) -> None:
    results = Results(stored)
    table = results.table("counter.visits", "more")
    assert table.columns == ["plan", "outcome", "future", "year", "district", "value", "unit"]
    assert table.height == 400
    np.testing.assert_array_equal(
        table["value"].to_numpy().reshape(50, 4, 2), results.outcome("counter.visits", "more")
    )
    assert results.table("counter.monthly", "nothing").columns[2:4] == ["future", "month"]


def test_a_frame_is_lazy_and_holds_all_outcomes_of_a_scope(stored: Path) -> None:
    frame = Results(stored, futures=7).frame("town", "more")
    assert isinstance(frame, pl.LazyFrame)
    assert frame.collect()["future"].unique().to_list() == list(range(7))


def test_a_run_in_the_middle_of_a_year_names_the_right_months(tmp_path: Path) -> None:
    case = dataclasses.replace(toy_case(), base_date=toy_case().base_date.replace(month=6, day=30))
    results = run_toy(tmp_path, case=case, futures=1, plans=["nothing"])
    assert results.months[:7] == ["2018-07", "2018-08", "2018-09", "2018-10", "2018-11", "2018-12", "2019-01"]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda r: r.outcome("counter.visit", "more"),
            "no such outcome ('counter.visit'). Did you mean counter.visits",
        ),
        (lambda r: r.outcome("xyz", "more"), "There are: counter.visits, counter.all, counter.monthly"),
        (lambda r: r.outcome("counter.visits", "moore"), "no such plan ('moore'). Did you mean more?"),
        (lambda r: r.frame("distrikt", "more"), "no such scope ('distrikt'). Did you mean district?"),
        (lambda r: Results(r.folder, plans=["mor"]), "no such plan ('mor'). Did you mean more?"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest_ones(stored: Path, ask: object, message: str) -> None:
    with pytest.raises(Faults) as raised:
        ask(Results(stored))
    assert message in str(raised.value)


def test_a_missing_folder_or_manifest_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Faults, match="there is no such folder of results"):
        Results(tmp_path / "nowhere")
    with pytest.raises(Faults, match="the manifest is missing"):
        Results(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b"\xff\xfe\x00", b'{"version": 1}', b'{"version": "one"}', b"null"]
)
def test_a_manifest_that_cannot_be_read_is_said_so_with_the_cure(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(Faults, match=r"the manifest cannot be read: .* Run again with --fresh"):
        Results(tmp_path)
    assert "--fresh" in said(tmp_path)[0]


def test_a_store_of_a_later_version_is_refused(stored: Path, tmp_path: Path) -> None:
    manifest = json.loads((stored / "manifest.json").read_text(encoding="utf-8"))
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"version": 2, "outcomes": "otherwise"}))
    with pytest.raises(Faults, match=r"written by a later helhet .*Install a later helhet"):
        Results(tmp_path)


def test_a_store_without_a_finished_future_is_said_so(stored: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes((stored / "manifest.json").read_bytes())
    with pytest.raises(Faults, match="no future is finished yet under nothing, more"):
        Results(tmp_path)


def test_only_futures_finished_under_every_plan_are_shown(tmp_path: Path) -> None:
    run_toy(tmp_path)
    whole = Results(tmp_path).outcome("counter.visits", "more")
    (tmp_path / "results" / "nothing" / "chunk-00000-00009.sha256").unlink()
    part = Results(tmp_path)
    assert part.futures == 40
    assert not part.complete
    assert part.numbers.tolist() == list(range(10, 50))
    np.testing.assert_array_equal(part.outcome("counter.visits", "more"), whole[10:])
    assert part.table("counter.all", "more")["future"].min() == 10
    assert Results(tmp_path, plans=["more"]).futures == 50


class Renamed(Counter):
    """The same piece under another name: other program text."""


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 8}, "another seed than 8"),
        ({"years": 5}, "another number of years than 5"),
        ({"case": toy_case(digest="d2")}, "another content of the case than d2"),
        ({"case": toy_case(prior="gloomy")}, "another prior than gloomy"),
        ({"pieces": [Renamed()]}, "another program files"),
        ({"pieces": [Breaks()]}, "another program files"),
    ],
)
def test_results_of_different_runs_never_share_a_folder(stored: Path, changes: dict, message: str) -> None:
    before = contents(stored)
    faults = said(stored, **changes)
    assert len(faults) == 1
    assert message in faults[0]
    assert "--out" in faults[0]
    assert "--fresh" in faults[0]
    assert contents(stored) == before


def test_everything_that_differs_is_said_at_once(stored: Path) -> None:
    assert len(said(stored, seed=8, years=5, case=toy_case(digest="d2", prior="gloomy"))) == 4


def test_a_changed_setting_plan_or_district_is_told_apart_even_with_the_same_digest(stored: Path) -> None:
    case = toy_case()
    setting = dataclasses.replace(case.settings["counter.rate"], high=6.0)
    assert "counter.rate" in said(stored, case=dataclasses.replace(case, settings={"counter.rate": setting}))[0]
    plan = Plan("more", case.plans["more"].name, (Start("more", 6, 12),))
    assert "measures of the plan" in said(stored, case=dataclasses.replace(case, plans={**case.plans, "more": plan}))[0]
    fewer = dataclasses.replace(case, districts=case.districts[:1])
    assert "outcomes or districts" in said(stored, case=fewer)[0]


def test_results_without_a_manifest_are_not_taken_over(tmp_path: Path) -> None:
    run_toy(tmp_path)
    (tmp_path / "manifest.json").unlink()
    assert "there are results here but no manifest" in said(tmp_path)[0]


def test_clearing_removes_the_store_and_nothing_else(tmp_path: Path) -> None:
    run_toy(tmp_path)
    (tmp_path / "letter.html").write_text("kept")
    (tmp_path / "results" / "more" / "notes.txt").write_text("kept")
    clear(tmp_path)
    assert sorted(contents(tmp_path)) == ["letter.html", "results/more/notes.txt"]
    assert run_toy(tmp_path, seed=8).futures == 50


def garbage(content: bytes) -> bytes:
    return b"\x00" * len(content)


def torn(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    at = len(content) // 3
    return content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]


def nothing(_: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [garbage, torn, flipped, nothing])
@pytest.mark.parametrize(
    "name", ["district-00020-00029.parquet", "town-00020-00029.parquet", "chunk-00020-00029.sha256"]
)
def test_a_damaged_file_is_found_and_made_again(stored: Path, tmp_path: Path, damage: object, name: str) -> None:
    run_toy(tmp_path)
    path = tmp_path / "results" / "more" / name
    path.write_bytes(damage(path.read_bytes()))
    told: list[Progress] = []
    run_toy(tmp_path, progress=told.append)
    assert (told[0].finished, told[0].runs) == (40, 90)
    assert contents(tmp_path) == contents(stored)


def test_a_file_put_in_another_ones_place_is_found(stored: Path, tmp_path: Path) -> None:
    run_toy(tmp_path)
    home = tmp_path / "results" / "more"
    (home / "town-00020-00029.parquet").write_bytes((home / "town-00000-00009.parquet").read_bytes())
    run_toy(tmp_path)
    assert contents(tmp_path) == contents(stored)


@pytest.mark.parametrize("damage", [garbage, torn, flipped, nothing])
def test_a_damaged_file_that_is_read_is_said_so(tmp_path: Path, damage: object) -> None:
    run_toy(tmp_path)
    path = tmp_path / "results" / "more" / "town-00020-00029.parquet"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(
        Faults, match=r"town-00020-00029.parquet: the file is missing, or has changed since it was written.*mends"
    ):
        Results(tmp_path).outcome("counter.all", "more")


def test_what_a_killed_run_left_half_written_is_swept_away(stored: Path, tmp_path: Path) -> None:
    run_toy(tmp_path)
    home = tmp_path / "results" / "more"
    (home / "town-00020-00029.parquet").rename(home / "town-00020-00029.parquet.part")
    (tmp_path / "manifest.json.part").write_bytes(b"half")
    (home / "town-00060-00079.parquet.part").write_bytes(b"half")
    assert Results(tmp_path).futures == 40
    run_toy(tmp_path)
    assert contents(tmp_path) == contents(stored)


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, not a folder")
    assert "cannot be written: Not a directory" in said(tmp_path / "file")[0]
    assert "cannot be written" in said(tmp_path / "file" / "below")[0]
