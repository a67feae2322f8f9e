"""The command line: on its own, and as a command of helhet where that is installed."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest

from helhet_door.command import app, offered

BIN = Path(sys.executable).parent
WORDS = ("run", "check", "new", "provision", "demo", "centre")


def test_helhet_finds_it_and_it_stands_alone() -> None:
    for start in ([BIN / "helhet", "door"], [BIN / "helhet-door"]):
        said = subprocess.run([*start, "--help"], capture_output=True, text=True, check=True).stdout
        for word in WORDS:
            assert f"  {word} " in said
    assert "door" in subprocess.run([BIN / "helhet", "--help"], capture_output=True, text=True, check=True).stdout


def test_a_wrong_command_leaves_with_code_2_through_helhet_too() -> None:
    left = subprocess.run([BIN / "helhet", "door", "nosuch"], capture_output=True, text=True, check=False)
    assert left.returncode == 2
    assert "nosuch" in left.stderr
    assert "Traceback" not in left.stderr


def test_help_loads_none_of_the_work() -> None:
    code = "import sys; from helhet_door.command import offered; offered(['--help']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"aiohttp", "flask", "osdp_sys", "cryptography", "numpy"} & set(loaded)


def test_a_box_carries_nothing_of_the_simulation() -> None:
    needed = [each for each in requires("helhet-door") or [] if "extra ==" not in each]
    names = {each.split(">")[0].split("=")[0].strip() for each in needed}
    assert names == {"libosdp", "pyserial", "msgspec", "cryptography", "aiohttp", "typer", "tzdata"}
    code = "import sys, helhet_door.service.run, helhet_door.service.check; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"helhet", "numpy", "numba", "polars", "flask", "pysip2", "aiomqtt", "holidays"} & set(loaded)


@pytest.mark.parametrize("args", [["run", "nosuch.toml"], ["check", "nosuch.toml"], ["provision", "x", "--door", "y"]])
def test_a_file_that_is_not_there_is_one_clear_fault(args, capsys) -> None:
    assert offered(args) == 2
    said = capsys.readouterr().err
    assert "cannot be read" in said
    assert "Traceback" not in said


def test_every_command_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "door" / "commands.md").read_text(encoding="utf-8")
    commands = [("", app), *((f"{group.name} ", group.typer_instance) for group in app.registered_groups)]
    for before, group in commands:
        for command in group.registered_commands:
            name = command.name or command.callback.__name__
            assert f"## helhet door {before}{name}\n" in page, f"docs/door/commands.md lacks {before}{name}"
