"""Seven doors of one branch, each brought into another state at the same moment.

Nothing reaches into the service for it: guests, a library system that takes its time and, for the tenth of a second
in which a row is being stored, the pen of the database in another hand.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import resource
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from staging.broker import PROGRAM, Mosquitto, mosquitto
from staging.disk import Disk, mounted
from staging.guests import Guests, Try
from staging.hub import until
from staging.stage import Stage, members, open_always, reader_name, rules_for, staged
from staging.witness import Witness

from helhet_door.demo.library_control import Delay
from helhet_door.demo.people import Person, made_up
from helhet_door.rules.model import Limits, Rules, Settings, StaffCard, StaffKind, Times
from helhet_door.rules.staff_pin import hashed
from helhet_door.words.states import DoorState
from helhet_door.words.tags import list_tag

DOORS = len(DoorState)
HELD = 5.0  # seconds: the least that rules may say
PULSE = 4.0
PIN = 12.0
SLOW = 1.2  # seconds that the library system takes while a door is in ASK
TRIES = 4  # to bring all doors into their states at once
PEOPLE = 150
STAFF = Person("5550001234", "4711")


class NotReached(Exception):
    """The doors did not come into their states."""


class States:
    """What watched_process.py notes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self._left = b""
        self.now: dict[str, str] = {}
        self.changes: list[tuple[float, str, str]] = []

    def look(self) -> dict[str, str]:
        """The states as they are now."""
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            file.seek(self._read)
            *lines, self._left = (self._left + (new := file.read())).split(b"\n")
            self._read += len(new)
            for line in lines:
                at, door, state = line.decode().split()
                self.changes.append((float(at), door, state))
                self.now[door] = state
        return self.now

    def at(self, when: float) -> dict[str, str]:
        """The states as they were."""
        self.look()
        return {door: state for at, door, state in self.changes if at <= when}


class Scene:
    """A stage with guests and a witness, and what faults need to reach."""

    def __init__(self, stage: Stage, stack: AsyncExitStack, seed: int) -> None:
        self.stage = stage
        self.stack = stack
        self.people = made_up(PEOPLE, seed, dt.date.today())
        self.guests = Guests(stage, self.people, seed)
        self.witness = Witness(stage, self.guests, PULSE)
        self.states = States(stage.folder / "states")
        self.returned: float | None = None  # when what was broken came back, where that is before the mending ends
        self.said: list[str] = []  # what a fault itself found wrong
        self.disk: Disk | None = None
        self.prepare: Callable[[Scene], Awaitable[None]] | None = None  # before the doors are brought into their states
        self.align: Callable[[Scene], Awaitable[None]] | None = None  # a second before they are in them
        self.listener: asyncio.Server | None = None  # where the centre or the broker was
        self.broker: Mosquitto | None = None
        self._pen: sqlite3.Connection | None = None
        self._kept_pen: sqlite3.Connection | None = None
        self._limits: dict[int, tuple[int, int]] = {}

    # The rules

    def settings(self, **changes) -> Settings:
        """Open at all times, with limits and times that do not get in the way."""
        limits = Limits(card_wrong=10, card_minutes=1, reader_wrong=100, reader_minutes=1)
        return open_always(limits=limits, times=Times(pin=PIN, held=HELD, pulse=PULSE, same_card=0.0), **changes)

    def rules(self, **changes) -> Rules:
        """Rules in which everybody is a member, and one has a staff card."""
        key = self.stage.list_key
        tag = list_tag(key, STAFF.card)
        always = (dt.date(2000, 1, 1), dt.date(2100, 1, 1))
        card = StaffCard(StaffKind.STAFF, *always, hashed(STAFF.pin, key, tag))
        lists = members(self.stage, self.people)
        lists.staff[tag] = card
        return rules_for(self.settings(**changes), lists)

    async def enforce(self, rules: Rules) -> None:
        """Give rules out and wait until they are obeyed."""
        self.stage.hub.enforce(rules)
        await self.stage.hub.obeyed(10)

    # Before a fault

    async def rest(self, seconds: float = 25.0) -> None:
        """Wait until every door is shut, secure and idle, and the branch without faults."""
        for door in self.guests.presses:
            await self.stage.readers.input(0, False, door)
        before = self.stage.hub.reports

        def resting() -> bool:
            last = self.stage.hub.last
            if last is None or self.stage.hub.reports < before + 2 or not last.health.library_up:
                return False
            idle = all(door.secure and door.state == DoorState.IDLE for door in last.health.doors)
            return idle and last.health.clock_trusted and not last.health.faults

        await until(resting, seconds, 0.05)

    async def alive(self) -> None:
        """Start the service where it is dead."""
        if self.stage.process is None or self.stage.process.returncode is not None:
            await self.stage.start()

    async def bring_about(self, order: Sequence[DoorState]) -> dict[int, Try]:
        """Bring door 1 into the first state of ``order``, and so on; tries that are under way, by door."""
        for _ in range(TRIES):
            try:
                if self.prepare is not None:
                    await self.prepare(self)
                await self.rest()
                return await self._bring_about({state: door for door, state in enumerate(order, 1)})
            except (NotReached, sqlite3.OperationalError, AssertionError):
                self.drop_pen()
                await self.stage.library.order(Delay(0.0))
                await asyncio.sleep(1.0)
        raise NotReached("the doors did not come into their states together")

    async def _bring_about(self, door: dict[DoorState, int]) -> dict[int, Try]:
        readers = self.stage.readers
        await self._let_in(door[DoorState.HELD])
        await readers.input(0, True, door[DoorState.HELD])
        await asyncio.sleep(HELD - 2.5)
        await self._let_in(door[DoorState.OPEN])
        await readers.input(0, True, door[DoorState.OPEN])
        begun = {}
        for state in (DoorState.PIN, DoorState.ASK, DoorState.COMMIT):
            begun[state] = await self._begin(door[state], STAFF if state is DoorState.COMMIT else None)
        await self._in(door[DoorState.HELD], "held", 3.0)
        if self.align is not None:
            await self.align(self)
        await self._let_in(door[DoorState.PULSE])
        await self._ask(begun[DoorState.ASK])
        await self._commit(begun[DoorState.COMMIT])
        wanted = {name(self.stage, number): state.value for state, number in door.items()}
        if self.states.look() != wanted:
            raise NotReached
        return {this.door: this for this in begun.values()}

    async def _let_in(self, door: int) -> None:
        if not (await self.guests.come(door)).welcome:
            raise NotReached

    async def _begin(self, door: int, person: Person | None) -> Try:
        """A card and a PIN, but for the last key; half a PIN where nobody is in a hurry."""
        person = person or self.guests.person()
        this = Try(door, True, time.monotonic())
        self.guests.tries.append(this)
        await self.stage.readers.card(person.card, door)
        await self._in(door, "pin", 1.0)
        await self.stage.readers.keys(person.pin, door)
        return this

    async def _ask(self, this: Try) -> None:
        """The library system has heard the question, and takes its time."""
        before = sum((await self.stage.library.counts()).tries.values())
        await self.stage.library.order(Delay(SLOW))
        await self._press(this)
        await until(lambda: self._asked(before), 1.0)
        await self.stage.library.order(Delay(0.0))

    async def _asked(self, before: int) -> bool:
        return sum((await self.stage.library.counts()).tries.values()) > before

    async def _commit(self, this: Try) -> None:
        """The pen of the database is in our hand when the row is to be written."""
        await self._press(this)
        await self._in(this.door, "ask", 0.5)
        self.take_pen()
        await self._in(this.door, "commit", 0.4)

    async def _press(self, this: Try) -> None:
        before = time.monotonic()
        await self.stage.readers.keys("#", this.door)
        this.press = self.guests.note(this.door, before)

    async def _in(self, door: int, state: str, seconds: float) -> None:
        await until(lambda: self.states.look().get(name(self.stage, door)) == state, seconds, 0.003)

    # The pen of the database

    def take_pen(self) -> None:
        """Nobody else can write from now on."""
        self._pen = sqlite3.connect(self.stage.folder / "state" / "door.sqlite", timeout=0.1, isolation_level=None)
        self._pen.execute("BEGIN IMMEDIATE")

    def drop_pen(self) -> None:
        """Others may write again."""
        if self._pen is not None:
            with suppress(sqlite3.Error):
                self._pen.close()
        self._pen = None

    def keep_pen(self) -> None:
        """Nobody else can write until it is given back."""
        if self._pen is None:
            self.take_pen()
        self._kept_pen, self._pen = self._pen, None

    def give_pen_back(self) -> None:
        """Others may write again."""
        if self._kept_pen is not None:
            self._kept_pen.close()
        self._kept_pen = None

    # What the service's process may do

    def limit(self, what: int, to: int) -> None:
        """Limit a resource of the process (setrlimit(2))."""
        assert self.stage.process is not None
        self._limits[what] = resource.prlimit(self.stage.process.pid, what)
        resource.prlimit(self.stage.process.pid, what, (to, self._limits[what][1]))

    def unlimit(self) -> None:
        """As before."""
        assert self.stage.process is not None
        for what, was in self._limits.items():
            resource.prlimit(self.stage.process.pid, what, was)
        self._limits = {}

    async def stop_listener(self) -> None:
        """Whoever listened in the place of the centre is gone."""
        if self.listener is not None:
            self.listener.close()
        self.listener = None


def name(stage: Stage, door: int) -> str:
    return f"door{reader_name(stage, door)}"


@asynccontextmanager
async def scene(folder: Path, seed: int, disk: bool = False) -> AsyncIterator[Scene]:
    """A branch at rest. ``disk``: its state lies on a small disk of its own."""
    async with AsyncExitStack() as stack:
        own = stack.enter_context(mounted(folder, "state")) if disk else None
        people = made_up(PEOPLE, seed, dt.date.today())
        broker = await stack.enter_async_context(mosquitto(folder)) if PROGRAM else None
        box = broker.box if broker else ""
        stage = await stack.enter_async_context(staged(folder, people, DOORS, start=False, box=box))
        stage.program = Path(__file__).with_name("watched_process.py")
        this = Scene(stage, stack, seed)
        this.disk, this.broker = own, broker
        stage.hub.enforce(this.rules())
        await stage.start()
        await stage.hub.obeyed(15)
        await this.rest()
        await asyncio.sleep(2.1)
        yield this
