"""Faults of the clock on the wall, and the two nights in which it is changed."""

from __future__ import annotations

import asyncio
import datetime as dt

from staging.fault import Deed, Entry, Fault
from staging.scene import Scene

from helhet_door.words.rows import Kind

SETTLES = 5.0  # seconds after a jump of the clock: a time server's word is taken after three, at the next look


def _jump(seconds: float) -> Deed:
    async def jump(scene: Scene) -> None:
        scene.stage.set_clock(scene.stage.offset + seconds)

    return jump


def _jumps(name: str, seconds: float) -> Fault:
    return Fault(
        name=name,
        inject=_jump(seconds),
        stands=2.5,
        entry=Entry.NOBODY,
        seen=Kind.CLOCK,
        detail="not trusted: jumped",
        recovery=SETTLES - 2.5,
    )


async def _time_server_lost(scene: Scene) -> None:
    scene.stage.set_clock(kept=False)


async def _time_server_back(scene: Scene) -> None:
    scene.stage.set_clock(kept=True)


async def _started_without_time(scene: Scene) -> None:
    await scene.stage.kill()
    scene.stage.set_clock(kept=False)
    await scene.stage.start()


BEFORE = dt.timedelta(seconds=12)  # long enough for the doors to come into their states
STEP = 1.85  # seconds: what a clock may be set by without being said to jump


def _night(name: str, at: dt.datetime) -> Fault:
    """A night in which the clocks are changed: it happens while every door is in another state."""

    def left(scene: Scene) -> float:
        return (at - dt.datetime.now(dt.UTC)).total_seconds() - scene.stage.offset

    async def prepare(scene: Scene) -> None:
        scene.stage.set_time(at - BEFORE)
        await asyncio.sleep(1.0)

    async def align(scene: Scene) -> None:
        await asyncio.sleep(max(0.0, left(scene) - 2 * STEP))
        scene.stage.set_clock(scene.stage.offset + max(0.0, min(STEP, left(scene) - STEP)))

    async def inject(scene: Scene) -> None:
        if 0 < left(scene) < STEP:
            scene.stage.set_clock(scene.stage.offset + left(scene) - 0.05)
        else:
            scene.said.append(f"the hour was changed {-left(scene):.1f} s too early")

    return Fault(name=name, prepare=prepare, align=align, inject=inject, entry=Entry.EVERYBODY)


CLOCK = (
    _jumps("clock one hour ahead", 3600.0),
    _jumps("clock one hour back", -3600.0),
    _jumps("clock one day ahead", 86400.0),
    _jumps("clock three seconds ahead", 3.0),
    _jumps("clock three seconds back", -3.0),
    Fault(name="clock set by a second", inject=_jump(1.0), entry=Entry.EVERYBODY),
    Fault(
        name="time server lost",
        inject=_time_server_lost,
        mend=_time_server_back,
        entry=Entry.EVERYBODY,
    ),
    Fault(
        name="started without a time server",
        inject=_started_without_time,
        mend=_time_server_back,
        stands=7.0,
        entry=Entry.NOBODY,
        seen=Kind.CLOCK,
        detail="never_synchronised",
        within=10.0,
        recovery=3.0,
    ),
    _night("the night to summer time", dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)),
    _night("the night to winter time", dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC)),
)
