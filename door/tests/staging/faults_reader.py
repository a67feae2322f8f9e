"""Faults of the readers and of the lines to them, at all doors at once: seen within 10 s, and back within 2 s.

What a line brings in the first two seconds after it came back is not believed, so a member comes in again after four.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from contextlib import suppress
from typing import Any

from staging.fault import Deed, Entry, Fault, Seen, nothing
from staging.faults_process import UP, start
from staging.scene import Scene

from helhet_door.demo.reader_control import Control
from helhet_door.words.rows import Kind

BACK = 2.0 + 2.0
SHOWN = 10.0
OUT = 0x68  # osdp_OUT
LED, BUZ, TEXT = 0x69, 0x6A, 0x6B
QUEUE = 3.5  # seconds: a reader hands on what it kept, one a poll, before anything new is believed
REMEMBERS = 64  # events that a simulated reader keeps while nobody asks it


def _everywhere(deed: str, **told: Any) -> Deed:
    """The same at every reader, at once."""

    async def do(scene: Scene) -> None:
        await asyncio.gather(*(scene.stage.readers.do(deed, door, **told) for door in scene.guests.presses))

    return do


_restore = _everywhere("restore")


def _line(name: str, inject: Deed, mend: Deed = _restore, **more: Any) -> Fault:
    """A fault that takes the line away."""
    settings = {"entry": Entry.NOBODY, "bites": 0.7, "seen": Kind.LINE_LOST, "within": SHOWN, "recovery": BACK} | more
    return Fault(name=name, inject=inject, mend=mend, says_no=False, **settings)


async def _own_keys(scene: Scene) -> None:
    for door in scene.guests.presses:
        await scene.stage.readers.do("key", door, file=str(scene.stage.folder / "keys" / f"reader-{door}"))


async def _stopped(scene: Scene) -> None:
    scene.stage.reader_process.send_signal(signal.SIGSTOP)


async def _continued(scene: Scene) -> None:
    scene.stage.reader_process.send_signal(signal.SIGCONT)


async def _killed(scene: Scene) -> None:
    await scene.witness.gather()
    scene.stage.reader_process.kill()
    await scene.stage.reader_process.wait()
    scene.witness.readers_died()


async def _started(scene: Scene) -> None:
    stage = scene.stage
    with suppress(OSError):
        await stage.readers.close()
    stage.reader_process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "helhet_door.demo.reader", "--link", str(stage.folder / "tty")),
        *("--key-file", str(stage.folder / "keys" / "reader"), "--control", str(stage.folder / "readers.sock")),
        *("--readers", str(stage.doors)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert stage.reader_process.stdout is not None
    assert await stage.reader_process.stdout.readline() == b"ready\n"
    scene.returned = time.monotonic()
    stage.readers = await Control.connect(stage.folder / "readers.sock")


async def _obeys_again(scene: Scene) -> None:
    """What a reader refuses is not asked for again, so the service is started anew when the reader was seen to."""
    await _everywhere("refuse", codes=[])(scene)
    await scene.stage.stop()
    await start(scene)


async def _cut_with_a_queue(scene: Scene) -> None:
    """Cards and right PINs wait at every reader, as many as it remembers, for the line to come back."""
    await _everywhere("cut", how="wire")(scene)
    for door in scene.guests.presses:
        for _ in range(REMEMBERS // 6):
            person = scene.guests.person()
            await scene.stage.readers.card(person.card, door)
            await scene.stage.readers.keys(person.pin, door)
            before = time.monotonic()
            await scene.stage.readers.keys("#", door)
            scene.guests.note(door, before)


async def _flickers(scene: Scene) -> None:
    """Every line is cut for a moment, again and again."""
    for _ in range(6):
        await _everywhere("cut", how="wire", seconds=0.25)(scene)
        await asyncio.sleep(0.5)


READER = (
    _line("wire cut", _everywhere("cut", how="wire")),
    _line("wire cut for a moment", _everywhere("cut", how="wire", seconds=0.8), nothing, stands=0.8, bites=0.7),
    _line("wire cut, cards and PINs wait at the reader", _cut_with_a_queue, touch=False, recovery=BACK + QUEUE),
    _line("line stalls", _everywhere("cut", how="stall")),
    _line("adapter pulled out", _everywhere("cut", how="close")),
    _line("line flickers", _flickers, entry=Entry.EITHER, stands=4.0),
    _line("line so noisy that little gets through", _everywhere("noise", seconds=4.0, share=0.9), nothing, stands=4.0),
    Fault(
        name="some noise on the line",
        inject=_everywhere("noise", seconds=3.0, share=0.05),
        entry=Entry.EITHER,
        recovery=BACK,
        says_no=False,
    ),
    _line("reader replaced by one with another key", _everywhere("replaced"), _own_keys),
    _line("reader replaced by one with the default key", _everywhere("fresh"), _own_keys),
    _line("reader loses power for a moment", _everywhere("restart"), nothing, stands=0.1, entry=Entry.EITHER),
    _line("reader says busy", _everywhere("busy", seconds=3.0), nothing, entry=Entry.EITHER, seen=Seen.NOTHING),
    _line("reader refuses to move its relay", _everywhere("refuse", codes=[OUT]), _everywhere("refuse", codes=[])),
    _line(
        "reader refuses lamp, sound and text",
        _everywhere("refuse", codes=[LED, BUZ, TEXT]),
        _obeys_again,
        entry=Entry.EITHER,
        recovery=UP,
    ),
    _line("reader stops for three seconds", _stopped, _continued, frozen=3.2),
    _line("reader killed and back", _killed, _started),
)
