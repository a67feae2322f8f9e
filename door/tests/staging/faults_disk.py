"""Faults of the disk and of the database on it: no row, no opening."""

from __future__ import annotations

import asyncio
import os
import random
import resource
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from staging.fault import Deed, Entry, Fault, nothing
from staging.faults_process import UP, dead, process, start, unlimited
from staging.scene import Scene

from helhet_door.words.rows import Kind

DISK_BACK = 2.0  # seconds: the store is tried every second
PAGE = 4096


def _database(scene: Scene, side: str = "") -> Path:
    return scene.stage.folder / "state" / f"door.sqlite{side}"


async def _locked(scene: Scene) -> None:
    scene.keep_pen()


async def _unlocked(scene: Scene) -> None:
    scene.give_pen_back()


async def _empty_log(scene: Scene) -> None:
    """Rows must grow the log, for it has no old pages left to write over."""
    with closing(sqlite3.connect(_database(scene), timeout=2)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def _no_growing(scene: Scene) -> None:
    """No file may be written to: every write fails with an error of its own kind (EFBIG)."""
    scene.limit(resource.RLIMIT_FSIZE, 1)


async def _full(scene: Scene) -> None:
    """Not one byte is left."""
    ballast = scene.stage.folder / "state" / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1 << 9, 1):
            try:
                while file.write(b"\0" * size) == size:
                    pass
            except OSError:
                continue


async def _room_again(scene: Scene) -> None:
    (scene.stage.folder / "state" / "ballast").unlink()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


async def _fails(scene: Scene) -> None:
    """As when a disk does not answer: the system itself makes it read-only, and every write is an error."""
    await asyncio.to_thread(_run, "mount", "-o", "remount,abort", str(scene.stage.folder / "state"))


async def _repaired(scene: Scene) -> None:
    """The box is started anew on a disk that was seen to."""
    await scene.stage.kill()
    await asyncio.to_thread(scene.disk.remount)
    await start(scene)


async def _read_only_at_the_start(scene: Scene) -> None:
    await scene.stage.kill()
    scene.drop_pen()  # or it is we who write there
    _run("mount", "-o", "remount,ro", str(scene.stage.folder / "state"))
    starting = await process(scene)
    if (code := await asyncio.wait_for(starting.wait(), 10)) != 2:
        scene.said.append(f"it ended with code {code}")


async def _writable(scene: Scene) -> None:
    _run("mount", "-o", "remount,rw", str(scene.stage.folder / "state"))
    await start(scene)


def _spoil(spoils: Callable[[Path, random.Random], None], side: str = "") -> Deed:
    async def spoil(scene: Scene) -> None:
        spoils(_database(scene, side), random.Random(1))

    return spoil


def _garbage(path: Path, dice: random.Random) -> None:
    """Every page but the first, as when another program wrote there."""
    with path.open("r+b") as file:
        size = path.stat().st_size
        for at in range(PAGE, size, PAGE):
            file.seek(at)
            file.write(dice.randbytes(PAGE))


def _half(path: Path, _: random.Random) -> None:
    os.truncate(path, path.stat().st_size // 2 // PAGE * PAGE)


def _gone(path: Path, _: random.Random) -> None:
    path.unlink()


def _disk(name: str, inject: Deed, mend: Deed, entry: Entry = Entry.NOBODY, **more) -> Fault:
    settings = {"bites": 0.5, "seen": Kind.STORE, "recovery": DISK_BACK} | more
    return Fault(name=name, inject=inject, mend=mend, entry=entry, **settings)


def _damaged(name: str, inject: Deed, **more) -> Fault:
    """Found at a look every ten seconds; the store then sees to it by itself."""
    settings = {"stands": 13.0, "within": 13.0, "recovery": 3.0, "loses_rows": True} | more
    return _disk(name, inject, nothing, Entry.EITHER, **settings)


DISK = (
    _disk("database locked by another process", _locked, _unlocked),
    _disk("disk full", _full, _room_again, prepare=_empty_log, bites=1.5, disk=True),
    _disk("disk fails", _fails, _repaired, disk=True, recovery=UP),
    dead("disk read-only at the start", _read_only_at_the_start, _writable, disk=True),
    _disk("disk takes no more bytes", _no_growing, unlimited),
    _damaged("pages of the database overwritten", _spoil(_garbage)),
    _damaged("database cut to half", _spoil(_half)),
    _damaged("database deleted", _spoil(_gone), stands=4.0, loses_rows=False),
    _damaged("log of the database overwritten", _spoil(_garbage, "-wal")),
    _damaged("log of the database deleted", _spoil(_gone, "-wal"), stands=4.0, loses_rows=False),
)
