"""Faults of the box's process: up again in 5 s, and nothing late."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
import time

from staging.fault import Deed, Entry, Fault, Seen
from staging.scene import Scene

UP = 5.0 + 2.0  # seconds: the process, and then the quiet after a line came back


async def _kill(scene: Scene) -> None:
    await scene.stage.kill()


async def _terminate(scene: Scene) -> None:
    if (code := await scene.stage.stop()) != 0:
        scene.said.append(f"it stopped with code {code}")


async def start(scene: Scene) -> None:
    scene.returned = time.monotonic()
    await scene.stage.start()


async def _start_and_kill_and_start(scene: Scene) -> None:
    """Power that comes and goes: killed while it still starts."""
    for seconds in (0.2, 0.6, 1.0):
        starting = await process(scene)
        await asyncio.sleep(seconds)
        starting.kill()
        await starting.wait()
    await start(scene)


async def process(scene: Scene) -> asyncio.subprocess.Process:
    stage = scene.stage
    return await asyncio.create_subprocess_exec(
        *(sys.executable, str(stage.program), str(stage.folder / "box.toml"), str(stage.folder / "clock")),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


def _signal(number: signal.Signals) -> Deed:
    async def send(scene: Scene) -> None:
        assert scene.stage.process is not None
        scene.stage.process.send_signal(number)

    return send


async def _second_process(scene: Scene) -> None:
    second = await process(scene)
    if (code := await asyncio.wait_for(second.wait(), 10)) != 2:
        scene.said.append(f"a second process ended with code {code}")


async def _no_more_files(scene: Scene) -> None:
    """Not one more file or connection may be opened."""
    assert scene.stage.process is not None
    scene.limit(resource.RLIMIT_NOFILE, len(os.listdir(f"/proc/{scene.stage.process.pid}/fd")))


async def unlimited(scene: Scene) -> None:
    scene.unlimit()


def dead(name: str, inject: Deed, mend: Deed = start, **more) -> Fault:
    return Fault(name=name, inject=inject, mend=mend, entry=Entry.NOBODY, seen=Seen.SILENCE, recovery=UP, **more)


PROCESS = (
    dead("killed", _kill),
    dead("stopped and started", _terminate),
    dead("killed again while it starts", _kill, _start_and_kill_and_start),
    Fault(
        name="the process stands still",
        inject=_signal(signal.SIGSTOP),
        mend=_signal(signal.SIGCONT),
        stands=4.5,
        pause=3.0,
        entry=Entry.NOBODY,
        seen=Seen.SILENCE,
        recovery=4.0,
    ),
    Fault(name="a second process for the same branch", inject=_second_process, entry=Entry.EVERYBODY),
    Fault(name="no more files may be opened", inject=_no_more_files, mend=unlimited, entry=Entry.EITHER, recovery=5.0),
)
