"""Visitors who come and go at every door, and what must hold of a branch whatever is done to it meanwhile.

The reader is asked, not the service: its relays have timers of their own, and it notes every move of them.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence

from staging.stage import Stage, reader_name

from helhet_door.decide.visit import LATEST
from helhet_door.demo.people import Person
from helhet_door.demo.reader_control import Refused
from helhet_door.words.reasons import LETS_IN

MARGIN = 0.5  # seconds: from the command to the reader's relay, and from the reader's clock to ours
PULSE = 4.0  # seconds, as the rules have it


class Visitors:
    """Shows cards and presses keys until it is stopped; notes when the last key of every try was pressed."""

    def __init__(self, stage: Stage, people: Sequence[Person], seed: int) -> None:
        self._stage = stage
        self._people = people
        self._dice = random.Random(seed)
        self.last_keys: dict[int, list[float]] = {door: [] for door in range(1, stage.doors + 1)}
        self.cards: dict[int, int] = dict.fromkeys(self.last_keys, 0)  # shown, also where no key could follow
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin at every door."""
        self._tasks = [asyncio.create_task(self._come(door)) for door in self.last_keys]

    async def stop(self) -> None:
        """Leave."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _come(self, door: int) -> None:
        while True:
            person = self._dice.choice(self._people)
            pin = person.pin if self._dice.random() < 0.9 else "0000000"
            try:
                await self._stage.readers.card(person.card, door)
                self.cards[door] += 1
                await self._stage.readers.keys(pin, door)
                self.last_keys[door].append(time.monotonic())
                await self._stage.readers.keys("#", door)
                await asyncio.sleep(self._dice.uniform(0.05, 1.8))
                if self._dice.random() < 0.5:
                    await self._stage.readers.input(0, True, door)
                    await asyncio.sleep(self._dice.uniform(0.02, 0.3))
                    await self._stage.readers.input(0, False, door)
            except Refused:
                await asyncio.sleep(0.2)  # its line is cut


async def wrong(stage: Stage, visitors: Visitors, seconds: float = PULSE) -> list[str]:
    """What does not hold of everything that the relays did; nothing is right."""
    found: list[str] = []
    for door, keys in visitors.last_keys.items():
        pulses = await _pulses(stage, door)
        name = f"door{reader_name(stage, door)}"
        marks = ", ".join("?" * len(LETS_IN))
        query = f"SELECT count(*) FROM passages WHERE door = ? AND reason IN ({marks})"
        rows = stage.rows(query, name, *sorted(LETS_IN))[0][0]
        if len(pulses) > rows:
            found.append(f"{name}: {len(pulses)} unlocks and {rows} committed rows")
        for on, off in pulses:
            before = [key for key in keys if key <= on]
            if not before or on - before[-1] > LATEST + MARGIN:
                found.append(f"{name}: opened {on - before[-1] if before else 'ever'} s after the last key")
            end = off or time.monotonic()  # somebody else may have been let in meanwhile, and held it for longer
            last = max((key for key in keys if key <= end), default=on)
            if end - max(on, last + LATEST) > seconds + MARGIN:
                found.append(f"{name}: stuck open for {end - on:.1f} s")
    return found


def doubled(stage: Stage, visitors: Visitors) -> int:
    """How many rows are more than the cards that were shown, over all doors."""
    count = "SELECT count(*) FROM passages WHERE door = ?"
    rows = {door: stage.rows(count, f"door{reader_name(stage, door)}")[0][0] for door in visitors.cards}
    return sum(max(0, rows[door] - shown) for door, shown in visitors.cards.items())


async def _pulses(stage: Stage, door: int) -> list[tuple[float, float | None]]:
    """When the lock's relay went on and off."""
    pulses: list[tuple[float, float | None]] = []
    for change in await stage.readers.changes(door):
        if change.output != 0:
            continue
        if change.on:
            pulses.append((change.at, None))
        elif pulses:
            pulses[-1] = (pulses[-1][0], change.at)
    return pulses


async def unlocks(stage: Stage) -> int:
    """How often a lock was released, at all doors."""
    return sum([len(await _pulses(stage, door)) for door in range(1, stage.doors + 1)])
