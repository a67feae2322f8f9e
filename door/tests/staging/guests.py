"""People at the doors of a stage who look at what the reader tells them, as people do.

A guest waits for "Ange PIN" before pressing keys, and for an answer after the last. What was pressed and told is noted,
and when. Nobody is cancelled in the middle of a word to the readers: guests are asked to leave, and do so.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Sequence

import msgspec
from staging.stage import Stage

from helhet_door.demo.people import Person
from helhet_door.demo.reader_control import Refused
from helhet_door.reader.texts import TEXTS
from helhet_door.words.events import Signal

LOOK = 0.08  # seconds between looks at the reader
CARD_SEEN = 0.8  # seconds in which a reader asks for the PIN, or the guest begins anew
TYPED = 0.3  # seconds that the reader takes to hand on four digits
PATIENCE = 3.2  # seconds after the last key

_SAID = {text.partition("{")[0].strip(): signal for signal, text in TEXTS["sv"].items() if text}
BETWEEN = frozenset({Signal.IDLE, Signal.ENTER_PIN, Signal.WAIT, Signal.DOOR_HELD})


class Press(msgspec.Struct, frozen=True):
    """The last key of a try: it was pressed between these times. ``right``: card and PIN belong together."""

    before: float
    after: float
    right: bool


class Try(msgspec.Struct):
    """One try to come in, as the guest saw it. Times are monotonic seconds."""

    door: int
    right: bool
    began: float
    press: Press | None = None
    told: Signal | None = None
    told_at: float = 0.0

    @property
    def welcome(self) -> bool:
        return self.told is Signal.WELCOME

    @property
    def wait(self) -> float:
        """Seconds from the last key to what was told."""
        return self.told_at - self.press.after if self.press is not None and self.told is not None else 0.0


class Guests:
    """Everybody who is at the doors, and all that they did."""

    def __init__(self, stage: Stage, people: Sequence[Person], seed: int) -> None:
        self._stage = stage
        self._dice = random.Random(seed)
        self._next = itertools.cycle(people)
        self._staying = False
        self._tasks: list[asyncio.Task[None]] = []
        self.tries: list[Try] = []
        self.presses: dict[int, list[Press]] = {door: [] for door in range(1, stage.doors + 1)}
        self.wrong_share = 0.0
        self.pause = 0.0  # seconds
        self.touch = True  # guests open the door that lets them in

    def person(self) -> Person:
        """The next, each as seldom as can be, so that nobody's wrong PINs add up."""
        return next(self._next)

    # Coming and going

    def start(self, begin: dict[int, asyncio.Task[None]] | None = None) -> None:
        """Guests at every door, one after another; at a door with something under way, when that is over."""
        self._staying = True
        begin = begin or {}
        self._tasks = [asyncio.create_task(self._come_and_go(door, begin.get(door))) for door in self.presses]

    async def leave(self) -> None:
        """Let everybody finish."""
        self._staying = False
        await asyncio.gather(*self._tasks)
        self._tasks = []

    async def _come_and_go(self, door: int, first: asyncio.Task[None] | None) -> None:
        if first is not None:
            await first
            await asyncio.sleep(self.pause)
        while self._staying:
            try:
                done = await self.come(door, right=self._dice.random() >= self.wrong_share)
                if done.welcome and self.touch and self._dice.random() < 0.4:
                    await self.through(door, 0.1)
            except (Refused, OSError):
                await asyncio.sleep(0.2)  # the readers are gone
            await asyncio.sleep(self.pause + self._dice.uniform(0.05, 0.25))

    # One try

    async def come(self, door: int, person: Person | None = None, right: bool = True) -> Try:
        """Show a card, enter a PIN, and wait for what is told."""
        person = person or self.person()
        this = Try(door, right, time.monotonic())
        self.tries.append(this)
        await self._stage.readers.card(person.card, door)
        if not await self._shown(door, {Signal.ENTER_PIN}, CARD_SEEN):
            return this
        await self._stage.readers.keys(person.pin if right else _other(person.pin), door)
        await asyncio.sleep(TYPED)
        await self.enter(this)
        return this

    async def enter(self, this: Try) -> None:
        """The last key of a try, and what is told on it."""
        before = time.monotonic()
        await self._stage.readers.keys("#", this.door)
        this.press = self.note(this.door, before, this.right)
        await self.hear(this)

    def note(self, door: int, before: float, right: bool = True) -> Press:
        """The last key was pressed between ``before`` and now."""
        press = Press(before, time.monotonic(), right)
        self.presses[door].append(press)
        return press

    async def hear(self, this: Try) -> None:
        """Wait for what is told."""
        said = await self._shown(this.door, set(Signal) - BETWEEN, PATIENCE)
        this.told, this.told_at = said, time.monotonic()

    async def through(self, door: int, seconds: float) -> None:
        """Open the door, and let it fall shut."""
        await self._stage.readers.input(0, True, door)
        await asyncio.sleep(seconds)
        await self._stage.readers.input(0, False, door)

    async def _shown(self, door: int, wanted: set[Signal], seconds: float) -> Signal | None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await asyncio.sleep(LOOK)
            said = await self.said(door)
            if said in wanted:
                return said
        return None

    async def said(self, door: int) -> Signal | None:
        """What stands on the reader."""
        text = (await self._stage.readers.state(door)).get("text", "")
        return next((signal for words, signal in _SAID.items() if text.startswith(words)), None)


def _other(pin: str) -> str:
    return f"{(int(pin) + 1) % 10 ** len(pin):0{len(pin)}d}"
