"""A disk that is full, held or read-only, a file that is not ours: nothing is stored, and the kind is told."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from keep_helpers import BRANCH, Clock, happening, passage
from staging.patience import within

from helhet_door.keep.faults import FaultKind, StoreFault
from helhet_door.keep.schema import MIGRATIONS
from helhet_door.keep.store import Store
from helhet_door.words.clock import SystemClock


def in_small_file_system(folder: Path, size: str, script: str) -> str:
    """Run ``script`` (``folder`` is set) in a mount namespace with a file system of ``size``; what it says."""
    if shutil.which("unshare") is None:
        pytest.skip("no unshare: a file system cannot be mounted here")
    mount = f"mount -t tmpfs -o size={size},mode=0700 tmpfs '{folder}'"
    if subprocess.run(["unshare", "-rm", "sh", "-c", mount], check=False, capture_output=True).returncode:
        pytest.skip("a file system cannot be mounted here")
    helpers = Path(__file__).parent
    code = (
        f"import sys; sys.path.insert(0, {str(helpers)!r})\nfrom pathlib import Path\nfolder = Path({str(folder)!r})\n"
    )
    program = folder.with_suffix(".py")
    program.write_text(code + textwrap.dedent(script))
    run = ["unshare", "-rm", "sh", "-c", f"{mount} && exec '{sys.executable}' '{program}'"]
    done = subprocess.run(run, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_full_disk_refuses_the_row_keeps_the_others_and_recovers(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir(mode=0o700)
    said = in_small_file_system(
        folder,
        "3m",
        """
        from keep_helpers import BRANCH, Clock, passage
        from helhet_door.keep.faults import StoreFault
        from helhet_door.keep.store import Store

        store = Store.open(folder / "box.sqlite", Clock(), BRANCH)
        ballast = folder / "log"
        ballast.write_bytes(bytes(1_000_000))
        stored = []
        try:
            while True:
                row = passage()
                store.passage(row)
                stored.append(row)
        except StoreFault as fault:
            print(fault.kind.value)
        for again in (lambda: store.passage(passage()), store.probe):
            try:
                again()
            except StoreFault as fault:
                print(fault.kind.value)
        assert len(store.unsent(100_000).passages) == len(stored) > 10
        ballast.unlink()
        store.probe()
        assert store.passage(row), "the refused row was never stored, and now it is"
        store.check()
        store.close()
        again = Store.open(folder / "box.sqlite", Clock(), BRANCH)
        assert again.unsent(100_000).passages == (*stored, row)
        print("recovered")
        """,
    )
    assert said.split() == ["full", "full", "full", "recovered"]


def test_a_disk_too_full_to_open_on_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir(mode=0o700)
    said = in_small_file_system(
        folder,
        "64k",
        """
        from keep_helpers import BRANCH, Clock
        from helhet_door.keep.faults import StoreFault
        from helhet_door.keep.store import Store

        try:
            Store.open(folder / "box.sqlite", Clock(), BRANCH)
        except StoreFault as fault:
            print(fault.kind.value)
        """,
    )
    assert said.split() == ["full"]


def test_retention_that_finds_no_room_gives_no_proof_and_runs_again(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir(mode=0o700)
    said = in_small_file_system(
        folder,
        "10m",
        """
        import datetime as dt
        from keep_helpers import BRANCH, NOON, Clock, passage
        from helhet_door.keep.faults import StoreFault
        from helhet_door.keep.store import Store

        store = Store.open(folder / "box.sqlite", Clock(), BRANCH)
        for hour in range(2000):
            store.passage(passage(NOON - dt.timedelta(hours=hour)))
        store.sent(store.unsent(5000).numbers)
        store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ballast = open(folder / "log", "wb", buffering=0)
        try:
            while ballast.write(bytes(4096)): pass
        except OSError:
            pass
        try:
            store.retain(NOON)
        except StoreFault as fault:
            print(fault.kind.value)
        print(len(store.proofs()))
        ballast.truncate(0)
        print(store.due(NOON))
        store.retain(NOON)
        print(store.proofs()[-1].leftovers, store.due(NOON))
        """,
    )
    assert said.split() == ["full", "0", "True", "0", "False"]


def test_a_file_that_may_not_grow_is_full(store: Store) -> None:
    """The same without a file system of its own: SQLite's limit on pages gives the same code."""
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count={pages}")
    stored: list[str] = []
    with pytest.raises(StoreFault) as fault:  # noqa: PT012
        while True:
            row = passage()
            store.passage(row)
            stored.append(row.id)
    assert fault.value.kind is FaultKind.FULL
    assert [row.id for row in store.unsent(10_000).passages] == stored
    store._db.execute("PRAGMA max_page_count=100000")
    assert store.passage(passage())


def test_a_read_only_file_system_is_told_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir(mode=0o700)
    said = in_small_file_system(
        folder,
        "1m",
        """
        import subprocess
        from keep_helpers import BRANCH, Clock, passage
        from helhet_door.keep.faults import StoreFault
        from helhet_door.keep.store import Store

        store = Store.open(folder / "box.sqlite", Clock(), BRANCH)
        store.passage(passage())
        store.close()
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        for path in (folder / "box.sqlite", folder / "new.sqlite", folder / "new" / "box.sqlite"):
            try:
                Store.open(path, Clock(), BRANCH)
            except StoreFault as fault:
                print(fault.kind.value)
        """,
    )
    assert said.split() == ["read_only"] * 3


def test_a_store_that_becomes_read_only_refuses_rows(store: Store) -> None:
    row = passage()
    store._db.execute("PRAGMA query_only=ON")
    with pytest.raises(StoreFault) as fault:
        store.passage(row)
    assert fault.value.kind is FaultKind.READ_ONLY
    with pytest.raises(StoreFault):
        store.probe()
    store._db.execute("PRAGMA query_only=OFF")
    assert store.passage(row)


HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.timed
def test_a_file_that_another_process_holds_is_locked_for_a_short_time_only(store: Store, path: Path) -> None:
    import time

    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdout.readline()
        row = passage()
        begun = time.monotonic()
        with pytest.raises(StoreFault) as fault:
            store.passage(row)
        assert time.monotonic() - begun < within(1.0), "a person waits at the door"
        assert fault.value.kind is FaultKind.LOCKED
        with pytest.raises(StoreFault):
            store.probe()
        assert store.unsent().passages == (), "what is there can be read"
        other.stdin.close()
        other.wait(10)
    store.probe()
    assert store.passage(row)


def test_a_file_of_somebody_else_is_left_alone(path: Path, clock: Clock) -> None:
    path.parent.mkdir(mode=0o700)
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE theirs (x)")
    db.commit()
    db.close()
    path.chmod(0o600)
    before = path.read_bytes()
    with pytest.raises(StoreFault, match="another program"):
        Store.open(path, clock, BRANCH)
    assert path.read_bytes() == before


def test_a_file_of_a_newer_program_is_left_alone(store: Store, path: Path, clock: Clock) -> None:
    store._db.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    store.close()
    with pytest.raises(StoreFault, match="newer program"):
        Store.open(path, clock, BRANCH)


def test_the_file_is_its_owners_alone(store: Store, path: Path) -> None:
    old = os.umask(0)
    try:
        store.happening(happening())
        second = Store.open(path.with_name("second") / "box.sqlite", SystemClock(), BRANCH)
    finally:
        os.umask(old)
    second.close()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.with_name("second").stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir() if file.is_file()}
    assert modes == {"box.sqlite": 0o600, "box.sqlite-wal": 0o600, "box.sqlite-shm": 0o600}


def test_a_file_or_folder_that_is_open_to_others_is_refused(path: Path, clock: Clock) -> None:
    Store.open(path, clock, BRANCH).close()
    path.chmod(0o640)
    with pytest.raises(StoreFault, match="chmod 600"):
        Store.open(path, clock, BRANCH)
    path.chmod(0o600)
    path.parent.chmod(0o770)
    with pytest.raises(StoreFault, match="chmod 700"):
        Store.open(path, clock, BRANCH)


def test_a_closed_store_says_so_and_loses_nothing(store: Store) -> None:
    store.close()
    with pytest.raises(StoreFault):
        store.passage(passage())
