"""Commands that other distributions add."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helhet.doors.command import app

ROOT = Path(__file__).parents[1]
CODE = """
import sys
print("loaded")

def main(words):
    print("the door heard", words)
    return 7
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder on the path with a distribution that adds the command ``door``."""
    (tmp_path / "helhet_door.py").write_text(CODE, encoding="utf-8")
    info = tmp_path / "helhet_door-1.0.dist-info"
    info.mkdir()
    about = "Metadata-Version: 2.1\nName: helhet_door\nVersion: 1.0\nSummary: Opens the library when it is closed.\n"
    (info / "METADATA").write_text(about, encoding="utf-8")
    (info / "entry_points.txt").write_text("[helhet.commands]\ndoor = helhet_door:main\n", encoding="utf-8")
    return tmp_path


def helhet(*words: str, path: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(path)])}
    command = [sys.executable, "-m", "helhet.doors.command", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_help_lists_an_outside_command_with_its_summary_without_loading_it(installed: Path) -> None:
    said = helhet("--help", path=installed)
    assert said.returncode == 0
    assert "door" in said.stdout
    assert "Opens the library when it is closed." in said.stdout
    assert "loaded" not in said.stdout


def test_an_outside_command_hears_every_word_and_gives_the_exit_code(installed: Path) -> None:
    said = helhet("door", "--help", "-x", "open", "--", "now", path=installed)
    assert said.stdout == "loaded\nthe door heard ['--help', '-x', 'open', '--', 'now']\n"
    assert said.returncode == 7


def test_our_own_commands_cannot_be_taken_over(installed: Path) -> None:
    points = "[helhet.commands]\ncheck = helhet_door:main\n"
    (installed / "helhet_door-1.0.dist-info" / "entry_points.txt").write_text(points, encoding="utf-8")
    said = helhet("check", "--help", path=installed)
    assert said.returncode == 0
    assert "loaded" not in said.stdout


@pytest.mark.parametrize(("word", "cure"), [("door", True), ("dooor", False)])
def test_without_the_distribution_there_is_no_such_command_and_a_cure_for_ours(
    monkeypatch: pytest.MonkeyPatch, word: str, cure: bool
) -> None:
    monkeypatch.setattr("helhet.doors.outside.entry_points", lambda **_: ())
    said = CliRunner().invoke(app, [word])
    assert said.exit_code == 2
    assert f"No such command '{word}'." in said.output
    assert ("pip install ./door" in said.output) is cure
