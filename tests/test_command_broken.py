"""Every kind of broken case, met at the command line: told in full, exit code 2, nothing run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from broken_cases import KINDS, Kind, cell
from typer.testing import CliRunner

from helhet.case.template import new_case
from helhet.doors.command import app
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations

COMMAND = CliRunner()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The English case that ``helhet new`` makes."""
    folder = tmp_path_factory.mktemp("sound") / "town"
    new_case(folder, "en", declarations(pieces()))
    return folder


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_broken_case_is_told_and_not_run(kind: Kind, sound: Path, tmp_path: Path) -> None:
    case, out = tmp_path / "town", tmp_path / "out"
    shutil.copytree(sound, case)
    kind.mutate(case)
    for words in (["check", str(case)], ["run", str(case), "--out", str(out), "--futures", "1"]):
        said = COMMAND.invoke(app, words)
        assert said.exit_code == 2, said.output
        assert isinstance(said.exception, SystemExit)
        assert kind.file in said.stderr
        assert kind.says in said.stderr
        assert said.stdout == ""
        assert not out.exists()


def test_several_faults_are_told_together_each_on_its_line(sound: Path, tmp_path: Path) -> None:
    case = tmp_path / "town"
    shutil.copytree(sound, case)
    cell("homes", 0, value="-1")(case)
    cell("population", 3, value="many")(case)
    cell("measures", 1, kind="castles")(case)
    said = COMMAND.invoke(app, ["check", str(case)])
    lines = said.stderr.splitlines()
    assert [line.split(",")[0] for line in lines[:3]] == ["homes.csv", "measures.csv", "population.csv"]
    assert lines[3] == "3 faults."


def test_a_case_that_fails_on_its_first_day_leaves_nothing_in_the_way_of_the_mended_one(
    sound: Path, tmp_path: Path
) -> None:
    case, out = tmp_path / "town", tmp_path / "out"
    shutil.copytree(sound, case)
    employers = case / "employers.csv"
    whole = employers.read_text(encoding="utf-8")
    named, _, rest = whole.splitlines()[-1].partition(",")
    more = "".join(f"{named}{i},{rest}\n" for i in range(60))
    employers.write_text(whole + more, encoding="utf-8")
    words = ["run", str(case), "--out", str(out), "--futures", "1", "--years", "2", "--lang", "en"]
    said = COMMAND.invoke(app, words)
    assert said.exit_code == 2
    assert "occupation groups are more than 250" in said.stderr
    assert not out.exists()
    employers.write_text(whole, encoding="utf-8")
    assert COMMAND.invoke(app, words).exit_code == 0
