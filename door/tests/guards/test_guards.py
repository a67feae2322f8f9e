"""Every guard is missed by its test: the same test on a copy of the source without it must fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from guard_list import GUARDS, Guard

import helhet_door

SOURCE = Path(helhet_door.__file__).parent
TESTS = Path(__file__).parents[1]
FAILED = 1  # pytest's exit code for tests that ran and failed


def test_every_trap_has_a_guard() -> None:
    assert {guard.trap.partition(":")[0] for guard in GUARDS} == set("123456789")


def _copy(folder: Path) -> Path:
    copy = folder / "helhet_door"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def _tried(folder: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """The tests, on the copy of the source in ``folder``."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *tests],
        cwd=TESTS.parent,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.outside
def test_with_every_guard_all_these_tests_pass_on_a_copy(tmp_path: Path) -> None:
    _copy(tmp_path)
    done = _tried(tmp_path, *sorted({str(TESTS / guard.test) for guard in GUARDS}))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.mark.slow
@pytest.mark.outside
@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.trap.replace(" ", "_"))
def test_without_its_guard_the_test_fails(guard: Guard, tmp_path: Path) -> None:
    file = _copy(tmp_path) / guard.file
    text = file.read_text(encoding="utf-8")
    assert text.count(guard.kept) == 1, "the guard is not where the list says"
    file.write_text(text.replace(guard.kept, guard.without), encoding="utf-8")
    done = _tried(tmp_path, str(TESTS / guard.test))
    assert done.returncode == FAILED, done.stdout[-2000:] + done.stderr[-2000:]
    assert " error" not in done.stdout.splitlines()[-1], "it must fail, not break"
