"""kill -9 at random points, again and again, with visitors at every door."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from staging.hub import until
from staging.stage import members, open_always, rules_for, staged
from staging.visitors import Visitors, doubled, unlocks, wrong

from helhet_door.demo.people import made_up
from helhet_door.rules.model import Limits, Times

RECOVERY = 5.0  # seconds from the start of the process until every reader is in secure channel
GENEROUS = Limits(card_wrong=10, card_minutes=1, reader_wrong=100, reader_minutes=1)


class Outcome(msgspec.Struct):
    """What was seen: ``lost`` rows are at the box or the centre alone; ``doubled`` are more than cards were shown."""

    kills: int = 0
    unlocks: int = 0
    rows: int = 0
    doubled: int = 0
    lost: int = 0
    slowest: float = 0.0
    wrong: list[str] = []


async def kill_often(
    folder: Path,
    kills: int,
    seed: int,
    doors: int = 4,
    longest: float = 5.0,
    killed: Callable[[float], None] = lambda _: None,
) -> Outcome:
    """Start, kill after up to ``longest`` seconds, start again, ``kills`` times; then look at all that happened.

    ``killed`` is told after each time how slow the slowest recovery was so far.
    """
    dice = random.Random(seed)
    people = made_up(40, seed, dt.date(2019, 5, 14))
    outcome = Outcome()
    async with staged(folder, people, doors) as stage:
        settings = open_always(limits=GENEROUS, times=Times(same_card=0.0))
        stage.hub.enforce(rules_for(settings, members(stage, people)))
        await stage.hub.obeyed(10)
        visitors = Visitors(stage, people, seed)
        visitors.start()
        for _ in range(kills):
            await asyncio.sleep(dice.uniform(0.0, longest))
            await stage.kill()
            outcome.kills += 1
            stage.hub.last = None
            began = time.monotonic()
            await stage.start()
            if dice.random() < 0.7:  # the others are killed while they still start
                await until(lambda: _secure(stage), 15)
                outcome.slowest = max(outcome.slowest, time.monotonic() - began)
            killed(outcome.slowest)
        await asyncio.sleep(5)
        await visitors.stop()
        await asyncio.sleep(5)
        outcome.wrong = await wrong(stage, visitors)
        outcome.unlocks = await unlocks(stage)
        await until(lambda: stage.rows("SELECT count(*) FROM outbox") == [(0,)], 15)
        here = {row[0] for row in stage.rows("SELECT id FROM passages")}
        outcome.rows = len(here)
        outcome.lost = len(here ^ stage.hub.passages.keys())
        outcome.doubled = doubled(stage, visitors) + len(stage.hub.unlike)
        if stage.rows("PRAGMA integrity_check") != [("ok",)]:
            outcome.wrong.append("the database is damaged")
    return outcome


def _secure(stage) -> bool:
    last = stage.hub.last
    return last is not None and all(door.secure for door in last.health.doors)
