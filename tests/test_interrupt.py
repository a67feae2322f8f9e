"""A run that is stopped, killed or runs out of disk loses no finished future, and continues to the same bytes."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from toy_town import Counter, contents, run_toy

from helhet.pieces.piece import Turn
from helhet.results import Results
from helhet.simulate import CHUNK, Progress
from helhet.town import Town
from helhet.words.faults import Faults

FUTURES = 200
SCRIPT = """
import resource, signal, sys
from pathlib import Path
from helhet.words.faults import Faults
from toy_town import run_toy

folder, futures, limit, handler = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]

def tell(progress):
    print(progress.finished, flush=True)
    if limit and progress.runs >= 80:
        signal.signal(signal.SIGXFSZ, getattr(signal, handler))
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

try:
    run_toy(folder, futures=futures, progress=tell)
except Faults as faults:
    sys.exit(str(faults))
"""
MEMORY = """
import resource, sys
from pathlib import Path
from toy_town import Wide, run_toy, wide_case

for futures in (60, 600):
    run_toy(Path(sys.argv[1]) / str(futures), futures=futures, case=wide_case(), pieces=[Wide()])
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of the run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    run_toy(folder, futures=FUTURES)
    return contents(folder)


def stop_after(runs: int) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        if progress.runs >= runs:
            raise KeyboardInterrupt

    return tell


def with_our_paths() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


@contextlib.contextmanager
def another_process(folder: Path, limit: int = 0, handler: str = "SIG_IGN") -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SCRIPT, str(folder), str(FUTURES), str(limit), handler]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=with_our_paths(), stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_runs_are_stored(process: subprocess.Popen[str], lines: int) -> None:
    assert process.stdout is not None
    for _ in range(lines):
        assert process.stdout.readline(), process.stderr.read() if process.stderr else ""


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_run_keeps_what_is_finished_and_continues_to_the_same_bytes(
    tmp_path: Path, whole: dict[str, bytes], workers: int
) -> None:
    for runs in (20, 110, 300):
        with pytest.raises(KeyboardInterrupt):
            run_toy(tmp_path, futures=FUTURES, workers=workers, progress=stop_after(runs))
        stored = contents(tmp_path)
        assert stored.items() <= whole.items()
        assert len(stored) - 1 >= 4 * runs // CHUNK  # three scopes and a seal for each chunk, and the manifest
    part = Results(tmp_path)
    assert 0 < part.futures < FUTURES
    told: list[Progress] = []
    results = run_toy(tmp_path, futures=FUTURES, progress=told.append)
    assert told[0].finished == part.futures
    assert results.complete
    assert contents(tmp_path) == whole


class Waits(Counter):
    """Stops in the second chunk until it is told to go on."""

    def __init__(self) -> None:
        self.there, self.go = threading.Event(), threading.Event()

    def begin(self, town: Town, turn: Turn) -> None:
        super().begin(town, turn)
        if turn.future.number == CHUNK:
            self.there.set()
            assert self.go.wait(30)


def test_what_is_being_run_when_interrupted_is_finished_and_kept_and_the_rest_is_dropped(tmp_path: Path) -> None:
    piece = Waits()

    def tell(progress: Progress) -> None:
        if progress.runs == CHUNK:
            assert piece.there.wait(30)
            threading.Timer(0.1, piece.go.set).start()
            raise KeyboardInterrupt

    with ThreadPoolExecutor(1) as thread, pytest.raises(KeyboardInterrupt):
        run_toy(tmp_path, pieces=[piece], futures=FUTURES, plans=["more"], progress=tell, executor=thread, workers=2)
    assert Results(tmp_path).numbers.tolist() == list(range(2 * CHUNK))


def test_a_second_interrupt_does_not_wait_for_what_is_being_run(tmp_path: Path) -> None:
    piece = Waits()

    def tell(progress: Progress) -> None:
        if progress.runs == CHUNK:
            assert piece.there.wait(30)
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
            raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            run_toy(tmp_path, pieces=[piece], workers=1, plans=["more"], progress=tell)
        assert Results(tmp_path).numbers.tolist() == list(range(CHUNK))
    finally:
        piece.go.set()


def test_an_interrupt_before_anything_is_run_leaves_a_store_to_continue(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_toy(tmp_path, progress=stop_after(0))
    assert list(contents(tmp_path)) == ["manifest.json"]
    with pytest.raises(Faults, match="no future is finished yet"):
        Results(tmp_path)
    assert run_toy(tmp_path).complete


def test_worker_processes_can_be_interrupted_and_continued_by_threads(tmp_path: Path, whole: dict[str, bytes]) -> None:
    with ProcessPoolExecutor(2) as processes, pytest.raises(KeyboardInterrupt):
        run_toy(tmp_path, futures=FUTURES, executor=processes, workers=2, progress=stop_after(60))
    assert contents(tmp_path).items() <= whole.items()
    run_toy(tmp_path, futures=FUTURES)
    assert contents(tmp_path) == whole


def test_the_interrupt_key_ends_the_run_and_leaves_a_store_that_opens(tmp_path: Path, whole: dict[str, bytes]) -> None:
    with another_process(tmp_path) as process:
        wait_until_runs_are_stored(process, 5)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    assert contents(tmp_path).items() <= whole.items()
    assert Results(tmp_path).futures >= 20
    run_toy(tmp_path, futures=FUTURES)
    assert contents(tmp_path) == whole


def test_an_interrupt_while_a_file_is_written_leaves_no_part_of_it(
    tmp_path: Path, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []

    def fsync(descriptor: int) -> None:
        flushed.append(descriptor)
        if len(flushed) == 6:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("helhet.results.store.os.fsync", fsync)
        with pytest.raises(KeyboardInterrupt):
            run_toy(tmp_path, futures=FUTURES)
    assert contents(tmp_path).items() <= whole.items()
    run_toy(tmp_path, futures=FUTURES)
    assert contents(tmp_path) == whole


@pytest.mark.parametrize("luck", range(4))
def test_a_run_killed_at_any_moment_continues_to_the_same_bytes(
    tmp_path: Path, whole: dict[str, bytes], luck: int
) -> None:
    dice = random.Random(luck)
    finished = 0
    for lines in (1, 3):
        with another_process(tmp_path) as process:
            wait_until_runs_are_stored(process, lines)
            time.sleep(dice.uniform(0, 0.03))
            process.kill()
        stored = {name: content for name, content in contents(tmp_path).items() if not name.endswith(".part")}
        assert stored.items() <= whole.items()
        with contextlib.suppress(Faults):  # killed before the first chunk: there is nothing to open yet
            now = Results(tmp_path).futures
            assert now >= finished
            finished = now
    run_toy(tmp_path, futures=FUTURES)
    assert contents(tmp_path) == whole


def test_a_run_killed_in_the_middle_of_writing_a_file_leaves_no_torn_results(
    tmp_path: Path, whole: dict[str, bytes]
) -> None:
    with another_process(tmp_path, limit=500, handler="SIG_DFL") as process:
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGXFSZ  # the system itself kills the process at the 501st byte
    stored = contents(tmp_path)
    half = [name for name in stored if name.endswith(".part")]
    assert [len(stored.pop(name)) for name in half] == [500]
    assert stored.items() <= whole.items()
    assert Results(tmp_path).futures >= 40
    run_toy(tmp_path, futures=FUTURES)
    assert contents(tmp_path) == whole


def test_a_run_killed_while_it_extends_another_leaves_both_chunks_and_the_longer_counts(tmp_path: Path) -> None:
    run_toy(tmp_path / "whole", futures=60)
    run_toy(tmp_path / "short", futures=25)
    for path in sorted((tmp_path / "whole").rglob("*-00020-00029.*")):
        shutil.copy(path, tmp_path / "short" / path.relative_to(tmp_path / "whole"))
    assert Results(tmp_path / "short").futures == 30
    run_toy(tmp_path / "short", futures=60)
    assert contents(tmp_path / "short") == contents(tmp_path / "whole")


def test_a_file_that_the_system_refuses_to_write_is_one_clear_fault(tmp_path: Path, whole: dict[str, bytes]) -> None:
    with another_process(tmp_path, limit=500) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "cannot be written: File too large. Raise the limit on file size" in errors
    assert "Traceback" not in errors
    assert contents(tmp_path).items() <= whole.items()
    assert Results(tmp_path).futures >= 40
    run_toy(tmp_path, futures=FUTURES)
    assert contents(tmp_path) == whole


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 160 kilobytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(disk)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine does not let us mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_keeps_every_finished_future_and_room_made_lets_it_continue(
    small_disk: Path, whole: dict[str, bytes]
) -> None:
    with pytest.raises(Faults, match=r"cannot be written: No space left on device\. Make room on the disk"):
        run_toy(small_disk, futures=FUTURES)
    stored = contents(small_disk)
    assert stored.items() <= whole.items()
    finished = Results(small_disk).futures
    assert 20 <= finished < FUTURES
    subprocess.run(["mount", "-o", "remount,size=10m", str(small_disk)], check=True)
    told: list[Progress] = []
    run_toy(small_disk, futures=FUTURES, progress=told.append)
    assert told[0].finished == finished
    assert contents(small_disk) == whole


def test_a_disk_that_is_full_from_the_start_leaves_no_half_written_results(small_disk: Path) -> None:
    with contextlib.suppress(OSError), (small_disk / "filling").open("wb") as filling:
        while True:
            filling.write(bytes(4096))
            filling.flush()
    with pytest.raises(Faults, match="No space left on device"):
        run_toy(small_disk)
    assert not [name for name in contents(small_disk) if name != "filling"]


def test_memory_does_not_grow_with_the_number_of_futures(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MEMORY, str(tmp_path)]
    done = subprocess.run(command, env=with_our_paths(), capture_output=True, text=True, check=True)
    few, many = (int(line) for line in done.stdout.split())
    assert many - few < 40_000, done.stdout  # kilobytes; the 540 futures more are 86 megabytes of numbers a plan
