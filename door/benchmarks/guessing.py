"""The long job: PIN guesses by the ten thousand, against what judges, counts and stores them, and a library system.

Only the readers are left out, which would take a guess in two seconds; and the clocks are moved ahead by hand.

``python benchmarks/guessing.py --guesses 10000``
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from staging.stage import Stage, members, open_always, rules_for, staged

from helhet_door.decide.commands import Decide
from helhet_door.decide.door import Door
from helhet_door.demo.people import Person, made_up
from helhet_door.service.config import read_box
from helhet_door.service.run import Service
from helhet_door.words.answers import Kind
from helhet_door.words.reasons import LETS_IN

DOORS = 8
QUARTER = 15 * 60.0  # seconds
DAY = 24 * 3600.0
RESTART = 250  # guesses, about, between two kills
ALLOWED = 5


class MovedClock:
    """The machine's clocks, both moved ahead by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.ahead)


class Attacker:
    """Guesses at all doors of a box at once, and pulls its plug now and then."""

    def __init__(self, stage: Stage, people: Sequence[Person], seed: int) -> None:
        self.clock = MovedClock()
        self.reached: list[tuple[float, str]] = []  # when a guess went to the library system, and with which card
        self.let_in = self.guesses = self.restarts = self._visit = 0
        self._stage = stage
        self._people = people
        self._dice = random.Random(seed)
        self._service: Service | None = None

    async def plug_in(self, people) -> None:
        """Start a box; the one before it was killed."""
        service = Service(read_box(self._stage.folder / "box.toml"), self.clock, lambda: True)
        service._obeyed.take(rules_for(open_always(), members(self._stage, people)))
        await service._limiter.start(trusted=True)
        await service._library.start()
        while not service._library.up:
            await asyncio.sleep(0.01)
        service._house.tick()
        self._service = service

    async def pull_plug(self) -> None:
        """Nothing is tidied up: what is not on the disk is gone."""
        assert self._service is not None
        self.restarts += 1
        await self._service._library.stop()
        await self._service._records.close()
        self._service._single.release()

    async def guess(self, door: int) -> None:
        """One guess, as a door's visit goes."""
        service = self._service
        assert service is not None
        self.guesses += 1
        self._visit += 1
        person = self._dice.choice(self._people)
        visit, card, pin = self._visit, person.card, self._other(person.pin)
        here = Door(f"door-{door}", secure=True, line_at=-1e9)
        verdict = await service._judging.verdict(lambda: here, Decide(here.name, visit, card, pin, None))
        if not verdict.ask:
            return
        answer = await service._library.ask(card, pin, 1.5)
        if answer.kind is Kind.ANSWERED:
            self.reached.append((self.clock.monotonic(), card))
        if self._dice.random() < 0.05:
            return  # the plug is pulled before the answer is judged
        verdict = await service._judging.verdict(lambda: here, Decide(here.name, visit, card, pin, answer))
        self.let_in += verdict.reason in LETS_IN

    def _other(self, pin: str) -> str:
        """Any PIN but the right one: whoever is let in is let in wrongly."""
        return f"{(int(pin) + self._dice.randrange(1, 10_000)) % 10_000:04d}"

    async def attack(self, people, guesses: int, pause: float) -> None:
        """``guesses`` in all, ``pause`` seconds between two rounds of guesses at all doors."""
        await self.plug_in(people)
        until_restart = RESTART
        while self.guesses < guesses:
            await asyncio.gather(*(self.guess(door) for door in range(1, DOORS + 1)))
            self.clock.ahead += pause
            until_restart -= DOORS
            if until_restart <= 0:
                await self.pull_plug()
                await self.plug_in(people)
                until_restart = self._dice.randrange(2 * RESTART)
        await self.pull_plug()

    def most(self) -> int:
        """The most guesses about one card within any quarter of an hour."""
        best = 0
        for person in self._people:
            times = [at for at, card in self.reached if card == person.card]
            best = max([best, *(sum(at <= each < at + QUARTER for each in times) for at in times)])
        return best


async def attacked(name: str, seed: int, guesses: int, cards: int, seconds: float) -> bool:
    """Attack ``cards`` cards within ``seconds``, and print what reached the library system; whether that is allowed."""
    people = made_up(40, seed, dt.date.today())
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder), people, DOORS, start=False) as stage:
            attacker = Attacker(stage, people[:cards], seed)
            began = time.monotonic()
            await attacker.attack(people, guesses, seconds * DOORS / guesses)
            tries = Counter((await stage.library.counts()).tries)
    most = max(attacker.most(), max(tries.values()) if seconds <= QUARTER else 0)
    print(f"{name}")
    print(f"  guesses                                     {attacker.guesses:>8,}")
    print(f"  restarts                                    {attacker.restarts:>8,}")
    print(f"  reached the library system                  {sum(tries.values()):>8,}")
    print(f"  most for one card in a quarter of an hour   {most:>8,}")
    print(f"  let in                                      {attacker.let_in:>8,}")
    print(f"  took                                        {time.monotonic() - began:>8,.0f} s", flush=True)
    return most <= ALLOWED and attacker.let_in == 0


def main() -> None:
    """Run, and print what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--guesses", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    logging.disable(logging.CRITICAL)  # a line that is closed on purpose, hundreds of times
    jobs = (
        ("one card, at eight doors, within a quarter of an hour", 1, 0.5 * QUARTER),
        ("forty cards, at eight doors, within a quarter of an hour", 40, 0.5 * QUARTER),
        ("one card, at eight doors, for a day and a night", 1, DAY),
    )
    held = [asyncio.run(attacked(name, told.seed, told.guesses, cards, seconds)) for name, cards, seconds in jobs]
    sys.exit(not all(held))


if __name__ == "__main__":
    main()
