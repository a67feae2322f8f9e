"""The service as a process whose readers are fed from within: for measuring the rest of it. Used by speed.py.

``python speed_box.py BOX CLOCK rate|hours N``: the readers' thread is replaced; SIP2, SQLite and the centre are real.
``python speed_box.py BOX CLOCK timed``: all is real, and what lies between the last key and the pulse is noted.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from helhet_door.demo import people
from helhet_door.demo.people import Person
from helhet_door.reader.settings import Reader
from helhet_door.service import run
from helhet_door.service.config import read_box
from helhet_door.service.run import Service, until_stopped
from helhet_door.words.clock import Clock
from helhet_door.words.events import Card, Event, Input, Key, Line, Meaning, Output, Relay, Signal

#: What ends a visit. A library system that is too slow is an answer too.
ANSWERS = frozenset({Signal.WELCOME, Signal.REFUSED, Signal.OUT_OF_ORDER, Signal.TOO_MANY})
WRONG = 0.02  # of the PINs
RATE = 50.0  # visits a second
SAYS = 50  # times
HOURS = 24


class GoingClock:
    """The machine's clocks, which both can be put forward, as if the time had passed."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        """Seconds."""
        return time.monotonic() + self.ahead

    def now(self) -> dt.datetime:
        """UTC."""
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.ahead)


class Fed:
    """Stands where the readers' thread is: always secure, and every pulse is taken at once."""

    def __init__(self, readers: Sequence[Reader], emit: Callable[[Event], None], clock: Clock) -> None:
        self.doors = [reader.door for reader in readers]
        self.told: dict[str, asyncio.Future[float]] = {}
        self._emit, self._clock = emit, clock
        self.alive = False

    def start(self) -> None:
        """Every line is there."""
        self.alive = True
        for door in self.doors:
            self._emit(Line(door, self._clock.monotonic(), True, "secure"))

    def stop(self) -> None:
        """Nothing is held."""

    def pulse(self, door: str, _: float, token: int) -> bool:
        """Taken."""
        self._tell(door)
        self._emit(Relay(door, self._clock.monotonic(), token, True))
        return True

    def show(self, door: str, signal: Signal, _: str = "") -> None:
        """Somebody is told something."""
        if signal in ANSWERS:
            self._tell(door)

    def output(self, _door: str, _output: Output, _on: bool) -> bool:
        """There is one."""
        return True

    def _tell(self, door: str) -> None:
        told = self.told.get(door)
        if told is not None and not told.done():
            told.set_result(self._clock.monotonic())


class Feeder:
    """Comes to doors that are free."""

    def __init__(self, service: Service, clock: Clock, known: Sequence[Person]) -> None:
        self._service, self._clock, self._known = service, clock, known
        self._panel: Fed = service._panel
        self._dice = random.Random(1)
        self.free: asyncio.Queue[str] = asyncio.Queue()
        for door in self._panel.doors:
            self.free.put_nowait(door)
        self.took: list[float] = []
        self.done = 0

    async def visit(self) -> None:
        """One visit at the next free door."""
        door = await self.free.get()
        person, right = self._dice.choice(self._known), self._dice.random() >= WRONG
        told = self._panel.told[door] = asyncio.get_running_loop().create_future()
        at = self._clock.monotonic()
        feed = self._service._from_reader
        feed(Card(door, at, person.card))
        for key in (person.pin if right else "00000") + "#":
            feed(Key(door, at, key))
        answered = await told
        if right:
            self.took.append(answered - at)
            feed(Input(door, self._clock.monotonic(), Meaning.CONTACT, True))
            feed(Input(door, self._clock.monotonic(), Meaning.CONTACT, False))
        self.done += 1
        self.free.put_nowait(door)


def rss() -> float:
    """Megabytes of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def say(**what: object) -> None:
    """To speed.py."""
    print(json.dumps(what), flush=True)


async def rate(feeder: Feeder, count: int) -> None:
    """``count`` visits at random moments (Poisson), ``RATE`` a second."""
    dice = random.Random(2)
    began, used = time.monotonic(), time.process_time()
    coming: set[asyncio.Task[None]] = set()
    due = began
    for _ in range(count):
        due += dice.expovariate(RATE)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        coming.add(asyncio.create_task(feeder.visit()))
    await asyncio.gather(*coming)
    seconds, cpu = time.monotonic() - began, time.process_time() - used
    say(offered=due - began, seconds=seconds, cpu=cpu, done=feeder.done, took=feeder.took)


async def hours(feeder: Feeder, clock: GoingClock, count: int) -> None:
    """``count`` visits as fast as they can be, while twenty-four hours pass."""
    began = time.monotonic()
    for part in range(SAYS):
        share = count // SAYS

        async def at_a_door(visits: list[None]) -> None:
            while visits:
                visits.pop()
                await feeder.visit()

        left = [None] * share
        await asyncio.gather(*(at_a_door(left) for _ in range(feeder.free.qsize())))
        feeder.took.clear()
        clock.ahead += HOURS * 3600.0 / SAYS
        await asyncio.sleep(1.5)  # the service's own beat, at the new hour
        say(part=part + 1, done=feeder.done, rss=rss(), hours=clock.ahead / 3600, seconds=time.monotonic() - began)


async def fed(box: Path, what: str, count: int) -> None:
    """The service, its readers replaced."""
    run.Panel = Fed
    clock = GoingClock()
    service = Service(read_box(box), clock, lambda: True)

    async def work() -> None:
        feeder = Feeder(service, clock, people.read(box.parent / "people.json"))
        await asyncio.sleep(4)  # lines, rules and two quiet seconds
        await (rate(feeder, count) if what == "rate" else hours(feeder, clock, count))

    async def ready() -> None:
        asyncio.get_running_loop().create_task(work())
        say(ready=True)

    await until_stopped(service, ready)


async def timed(box: Path) -> None:
    """The whole service; seconds from the last key, as its thread read it, to the pulse that it was told."""
    service = Service(read_box(box), None, lambda: True)
    last: dict[str, float] = {}
    took: list[float] = []
    take, pulse = service._take, service._panel.pulse

    def taken(event: Event) -> None:
        if isinstance(event, Key) and event.key == "#":
            last[event.door] = event.at
        take(event)

    def pulsed(door: str, seconds: float, token: int) -> bool:
        took.append(time.monotonic() - last[door])
        return pulse(door, seconds, token)

    service._take, service._panel.pulse = taken, pulsed

    async def ready() -> None:
        print("ready", flush=True)

    await until_stopped(service, ready)
    (box.parent / "took.json").write_text(json.dumps(took))


if __name__ == "__main__":
    if sys.argv[3] == "timed":
        asyncio.run(timed(Path(sys.argv[1])))
    else:
        asyncio.run(fed(Path(sys.argv[1]), sys.argv[3], int(sys.argv[4])))
