"""The two commands of the README set up what they say, with exact versions."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def normal(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~ \[;]", name)[0]).lower()


def test_the_readme_gives_the_two_commands_and_both_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ("run", "test"):
        assert f"```sh\nmake {command}\n```" in readme
        assert re.search(rf"^{command}:", makefile, re.MULTILINE)


def test_what_has_to_pass_is_the_readme_s_test_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").rstrip().endswith("exec make test")


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_the_test_command_runs_every_kind_of_check() -> None:
    told = subprocess.run(["make", "-n", "test"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for check in ("ruff format --check", "ruff check", "mypy --strict src", "lint-imports", "deptry src", "pytest"):
        assert check in told


@pytest.mark.parametrize("script", ["run", "venv", "browser"])
def test_the_scripts_are_sound_shell(script: str) -> None:
    shell = "bash" if script == "run" else "sh"
    assert subprocess.run([shell, "-n", str(ROOT / ".ci" / script)], check=False).returncode == 0


def test_every_dependency_has_one_exact_version_and_no_address() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.+!-]+", pin) for pin in pins)
    names = [normal(pin) for pin in pins]
    assert len(names) == len(set(names))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {normal(name) for name in project["dependencies"] + project["optional-dependencies"]["test"]}
    assert wanted <= set(names)
