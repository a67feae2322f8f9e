"""What the command says and with which exit code it leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SMALL = ("--futures", "2", "--years", "2", "--plan", "nothing")


def helhet(*words: str, folder: Path, language: str = "C.UTF-8", **kept: str) -> subprocess.CompletedProcess[str]:
    """Say ``words`` to helhet in ``folder``, in a process of its own."""
    command = [sys.executable, "-m", "helhet.doors.command", *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "LC_ALL": language, "COLUMNS": "100"} | kept
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def test_help_names_every_command_and_loads_nothing_heavy(tmp_path: Path) -> None:
    said = helhet("--help", folder=tmp_path)
    assert said.returncode == 0
    for command in ("run", "new", "check", "show"):
        assert f"\n  {command} " in said.stdout
    heavy = ("numpy", "numba", "polars", "altair", "rich", "babel")
    code = f"import sys, helhet.doors.command; print([name for name in {heavy} if name in sys.modules])"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    loaded = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"


def test_the_version_is_that_of_the_package(tmp_path: Path) -> None:
    said = helhet("--version", folder=tmp_path)
    assert (said.returncode, said.stdout) == (0, f"helhet {version('helhet')}\n")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("fly",), "fly"),
        (("run", "--futures", "0"), "--futures"),
        (("run", "--futures", "many"), "--futures"),
        (("run", "--years", "101"), "--years"),
        (("run", "--seed", "-1"), "--seed"),
        (("run", "--workers", "0"), "--workers"),
        (("run", "--lang", "no"), "--lang"),
        (("run", "--colour", "red"), "--colour"),
        (("run", "one", "two"), "two"),
        (("check",), "DIR"),
        (("new",), "DIR"),
    ],
)
def test_a_wrong_word_is_named_and_nothing_is_run(words: tuple[str, ...], named: str, tmp_path: Path) -> None:
    said = helhet(*words, folder=tmp_path)
    assert said.returncode == 2
    assert named in said.stderr
    assert "Traceback" not in said.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("run", "--plan", "notting"), "Did you mean nothing?"),
        (("run", "--plan", "qqqqqq"), "There are: "),
        (("run", "--prior", "qqqqqq"), "plant_prior.csv, prior: there is no such prior ('qqqqqq')"),
        (("run", "skelefteå"), "there is no such case"),
        (("run", "not/here"), "there is no such folder"),
        (("check", "skellefta"), "Did you mean 'skelleftea'?"),
        (("show", "nowhere"), "there is no such folder of results"),
        (("new", "town", "--like", "skelleftå"), "Did you mean skelleftea?"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_what_is(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    said = helhet(*words, folder=tmp_path)
    assert said.returncode == 2, said.stderr
    assert told in said.stderr
    assert "Traceback" not in said.stderr
    assert said.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_faults_are_counted_in_the_reader_s_language(tmp_path: Path) -> None:
    assert helhet("check", "nowhere", folder=tmp_path).stderr.endswith("\n1 fault.\n")
    assert helhet("check", "nowhere", folder=tmp_path, language="sv_SE.UTF-8").stderr.endswith("\n1 fel.\n")
    assert helhet("run", "nowhere", folder=tmp_path).stderr.endswith("\n1 fault. Nothing was run.\n")
    assert helhet("run", "nowhere", "--lang", "sv", folder=tmp_path).stderr.endswith("\n1 fel. Inget kördes.\n")


def test_the_embedded_case_has_no_faults(tmp_path: Path) -> None:
    said = helhet("check", "skelleftea", folder=tmp_path)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("Skellefteå: inga fel.")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A small run of the embedded case in Swedish, in its default folder."""
    folder = tmp_path_factory.mktemp("ran")
    return folder, helhet("run", *SMALL, folder=folder)


def test_a_run_tells_the_first_day_the_summary_and_where_the_letter_is(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, said = ran
    assert said.returncode == 0, said.stderr
    lines = said.stdout.splitlines()
    assert lines[0].startswith("Skellefteå, 31 december 2018: 72\N{NO-BREAK SPACE}467 invånare i ")
    letter = folder / "helhet-out" / "skelleftea" / "brev.html"
    assert letter.is_file()
    assert letter.as_uri() in said.stdout
    assert len(lines) <= 50, "one screen"


def test_a_run_told_to_speak_english_does(tmp_path: Path) -> None:
    said = helhet("run", *SMALL, "--lang", "en", "--out", "out", folder=tmp_path)
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("Skellefteå, 31 December 2018: 72,467 residents in ")
    assert "Open it in a browser: file://" in said.stdout


def test_the_same_run_again_simulates_nothing_and_says_the_same(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, first = ran
    files = {path: path.stat().st_mtime_ns for path in folder.rglob("*.parquet")}
    again = helhet("run", *SMALL, folder=folder)
    assert again.returncode == 0
    assert again.stdout == first.stdout
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.parquet")} == files


def test_another_seed_in_the_same_folder_is_refused_until_fresh(
    ran: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder, _ = ran
    refused = helhet("run", *SMALL, "--seed", "2", folder=folder)
    assert refused.returncode == 2
    assert "--fresh" in refused.stderr
    words = ("run", *SMALL, "--out", str(tmp_path / "out"))
    assert helhet(*words, folder=tmp_path).returncode == 0
    assert helhet(*words, "--seed", "2", "--fresh", folder=tmp_path).returncode == 0


def test_an_output_folder_that_cannot_be_made_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    said = helhet("run", *SMALL, "--out", "taken", folder=tmp_path)
    assert said.returncode == 2
    assert "taken" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_reader_who_stops_listening_is_left_in_peace(ran: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = ran
    command = f"'{sys.executable}' -m helhet.doors.command show helhet-out/skelleftea | true"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    said = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert said.stderr == ""


def test_an_interrupted_run_says_what_is_saved_and_goes_on_from_there(tmp_path: Path) -> None:
    words = ("run", "--futures", "2000", "--years", "10", "--plan", "nothing", "--lang", "en", "--out", "out")
    command = [sys.executable, "-m", "helhet.doors.command", *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    running = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 120
    while time.monotonic() < until and not list(tmp_path.rglob("*.parquet")):
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=120)
    assert running.returncode == 130
    assert "Interrupted. " in told
    assert "of 2,000 futures are saved in out." in told
    assert "Traceback" not in told


def test_show_lists_the_outcomes_and_shows_and_exports_one(
    ran: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder, _ = ran
    listed = helhet("show", folder=folder)
    assert listed.returncode == 0, listed.stderr
    assert "homes.missing" in listed.stdout
    shown = helhet("show", "helhet-out/skelleftea", "homes.missing", folder=folder)
    assert shown.returncode == 0, shown.stderr
    assert "2020" in shown.stdout
    file = tmp_path / "missing.csv"
    exported = helhet("show", "helhet-out/skelleftea", "homes.missing", "--csv", str(file), folder=folder)
    assert exported.returncode == 0, exported.stderr
    assert file.read_text(encoding="utf-8").startswith("plan,outcome,future,year,district,value,unit\n")


def test_an_unknown_outcome_is_told_with_the_nearest(ran: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = ran
    said = helhet("show", "helhet-out/skelleftea", "homes.mising", folder=folder)
    assert said.returncode == 2
    assert "Did you mean homes.missing" in said.stderr
