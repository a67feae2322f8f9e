"""Worker processes: the same bytes as threads, an orderly end on Ctrl-C, and none left behind by a killed run."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from helhet.case.case import Case
from helhet.case.template import new_case
from helhet.doors.workers import LARGE, compile_backwards, hands
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.results import Results
from helhet.simulate import simulate

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals as on Unix")


def files(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def test_a_small_run_and_a_single_worker_need_no_processes():
    with hands(2, LARGE - 1) as few:
        assert few is None
    with hands(1, 10 * LARGE) as alone:
        assert alone is None


def test_processes_give_the_same_bytes_as_threads(small: Case, tmp_path: Path):
    asked = {"plans": list(small.plans), "futures": 45, "years": 3, "seed": 2}
    simulate(small, pieces(), **asked, folder=tmp_path / "threads", workers=2)
    with hands(2, LARGE) as executor:
        assert executor is not None
        simulate(small, pieces(), **asked, folder=tmp_path / "processes", executor=executor, workers=2)
    assert files(tmp_path / "threads") == files(tmp_path / "processes")


def asleep() -> None:
    time.sleep(3600)


def test_workers_go_at_once_when_the_work_is_over_whatever_they_are_at():
    with hands(2, LARGE) as executor:
        assert executor is not None
        busy = [executor.submit(asleep) for _ in range(2)]
        while not all(each.running() for each in busy):
            time.sleep(0.05)
        children = multiprocessing.active_children()
    assert len(children) == 2
    for child in children:
        child.join(60)
        assert not child.is_alive()


class Unknown:
    """Cannot be unpickled where it is sent."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return importlib.import_module, ("no_such_module",)


def test_a_worker_that_fails_says_why(capfd: pytest.CaptureFixture[str]):
    with hands(2, LARGE) as executor:
        assert executor is not None
        failed = executor.submit(print, Unknown())
        with pytest.raises(BrokenProcessPool):
            failed.result()
    assert "no_such_module" in capfd.readouterr().err


def test_a_year_lived_backwards_only_compiles(small: Case, tmp_path: Path):
    asked = {"plans": list(small.plans)[:1], "futures": 2, "years": 2, "seed": 2, "workers": 1}
    simulate(small, pieces(), **asked, folder=tmp_path / "before")
    compile_backwards()
    compile_backwards()  # nothing is kept between them that a second time would stumble on
    simulate(small, pieces(), **asked, folder=tmp_path / "after")
    assert files(tmp_path / "before") == files(tmp_path / "after")


def started(folder: Path, out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "helhet.doors.command", "run", str(folder), "--futures", "4000", "--years", "15"]
    return subprocess.Popen(
        [*command, "--out", str(out), "--lang", "en", "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def when_some_are_saved(process: subprocess.Popen[str], out: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if len(list(out.glob("results/*/*.sha256"))) >= 3:
            return
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.05)
    raise AssertionError("nothing was saved in two minutes")


def members(group: int) -> list[int]:
    """Processes of a process group that are not merely waiting to be reaped."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, pgrp = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(pgrp) == group and state != "Z":
            found.append(int(folder.name))
    return found


def soon_gone(group: int) -> bool:
    """Whether all of a process group end within twenty seconds (the last are those that clean up after the others)."""
    end = time.monotonic() + 20
    while members(group) and time.monotonic() < end:
        time.sleep(0.1)
    return not members(group)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    new_case(tmp_path / "town", "en", declarations(pieces()))
    return tmp_path / "town"


@pytest.mark.slow
def test_ctrl_c_stores_what_is_being_run_and_says_how_to_go_on(town: Path, tmp_path: Path):
    process = started(town, tmp_path / "out")
    when_some_are_saved(process, tmp_path / "out")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "Run the same command again" in said
    assert soon_gone(process.pid)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_killed_run_leaves_no_worker_behind_and_a_store_that_opens(town: Path, tmp_path: Path):
    process = started(town, tmp_path / "out")
    when_some_are_saved(process, tmp_path / "out")
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=10)
    assert soon_gone(process.pid)
    assert Results(tmp_path / "out").about("people.residents").unit == "persons"
