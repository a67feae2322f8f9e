"""A whole branch on one machine: reader, library system, service and centre, each a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from math import inf
from pathlib import Path

import aiohttp

from helhet_door.demo import founding, rows
from helhet_door.demo.cast import Character
from helhet_door.demo.founding import Made, Place
from helhet_door.demo.keeper import Keeper
from helhet_door.demo.library_control import LibraryControl
from helhet_door.demo.process import START, Part
from helhet_door.demo.reader_control import Control
from helhet_door.demo.surroundings import Surroundings
from helhet_door.rules import hours
from helhet_door.words.faults import Fault, Faults
from helhet_door.words.rows import Kind
from helhet_door.words.states import BranchState

BEAT = 0.1  # seconds between two looks at what stands around the reader
LOOK = 0.05
QUIET = 2.1  # seconds after the line came up in which nothing that it brings is believed

Say = Callable[[str], None]


class Branch:
    """Everything that runs, and what is known of it from outside."""

    def __init__(self, place: Place, run: Path, made: Made, language: str) -> None:
        self.place = place
        self.made = made
        self.language = language
        self.device = run / "tty"
        self.service = Keeper(place.box_file, place.logs / "service.log", run / "notify")
        self.centre = Part("the centre", "helhet_door.command", place.logs / "centre.log")
        self.centre_port = 0
        self.reader: Control
        self.library: LibraryControl
        self.surroundings: Surroundings
        self.shown: Character | None = None  # whose card was shown last
        self.library_fault = ""  # what is wrong with the library system now
        self._secure_at = inf  # monotonic seconds since when the line has been whole
        self.stranger = False  # another reader hangs in the place of ours

    @property
    def desk(self) -> str:
        """The address of the staff page."""
        return f"http://127.0.0.1:{self.centre_port}/"

    async def start_centre(self) -> None:
        """Start the centre on its port."""
        await self.centre.start("centre", "serve", str(self.place.centre), "--port", str(self.centre_port))

    async def centre_answers(self) -> None:
        """Wait until the staff page answers. Raises :class:`Faults`."""
        until = time.monotonic() + START
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < until and self.centre.running:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.desk}login"):
                        return
                await asyncio.sleep(LOOK)
        raise self.centre.failed()

    async def playable(self, nearly: Callable[[], None]) -> None:
        """Wait until a member would be let in; tell ``nearly`` when only time is missing. Raises :class:`Faults`."""
        until = time.monotonic() + START
        while time.monotonic() < until:
            if self.missing() is None:
                nearly()
                await asyncio.sleep(self._secure_at + QUIET - time.monotonic())
                return
            await asyncio.sleep(LOOK)
        cure = f"See {self.place.logs}."
        raise Faults([Fault(str(self.place.folder), "the branch", str(self.missing()), "is not ready", cure)])

    def missing(self) -> str | None:
        """What a member would still wait for; None for nothing."""
        stored = rows.read(self.place.rows)
        if stored is None or stored.rules is None:
            return "rules"
        if self._secure_at == inf:
            return Kind.LINE_BACK.value
        last = stored.last
        for kind, other in ((Kind.LINE_BACK, Kind.LINE_LOST), (Kind.LIBRARY_BACK, Kind.LIBRARY_LOST)):
            found = last(kind, other)
            if found is None or found[0] is not kind:
                return kind.value
        closed = hours.plan_at(stored.rules, dt.datetime.now(dt.UTC)) is hours.Plan.CLOSED
        return None if closed or last(Kind.BRANCH) is not None else BranchState.CLEARING.value

    async def _live(self) -> None:
        """What stands around the reader moves on."""
        while True:
            state = await self.reader.state()
            secure = state["secure"] and not state["cut"]
            self._secure_at = min(self._secure_at, time.monotonic()) if secure else inf
            await self.surroundings.tick(state["relays"], secure)
            await asyncio.sleep(BEAT)


@asynccontextmanager
async def opened(place: Place, run: Path, made: Made | None, language: str, say: Say) -> AsyncIterator[Branch]:
    """Start a branch in ``place``, made there first where ``made`` is None, with its sockets in ``run``; stop it after.

    ``say`` is told the names of the parts as they come up. Raises :class:`Faults`.
    """
    now = dt.datetime.now(dt.UTC)
    place.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    founding.write_people(place, now)
    async with AsyncExitStack() as stack:
        key = founding.key_of_reader(place)
        library = await _library(stack, place, run)
        readers = await _readers(stack, place, run, key)
        if made is None:
            made = await asyncio.to_thread(founding.make, place, language, now)
            say("made")
        branch = Branch(place, run, made, language)
        branch.centre_port = _free_port()
        await branch.start_centre()
        stack.push_async_callback(branch.centre.stop)
        port = int(await library.first_word())
        branch.library = await LibraryControl.connect(run / "library.sock")
        stack.push_async_callback(branch.library.close)
        say("library")
        await readers.first_word()
        branch.reader = await Control.connect(run / "reader.sock")
        stack.push_async_callback(branch.reader.close)
        branch.surroundings = Surroundings(branch.reader)
        say("reader")
        founding.settle(place, port, branch.centre_port, branch.device, language)
        living = asyncio.get_running_loop().create_task(branch._live())
        stack.callback(living.cancel)
        stack.push_async_callback(branch.service.stop)
        await branch.service.start()
        say("service")
        await branch.centre_answers()
        say("centre")
        yield branch


async def _library(stack: AsyncExitStack, place: Place, run: Path) -> Part:
    part = Part("the library system", "helhet_door.demo.library", place.logs / "library.log")
    stack.push_async_callback(part.stop)
    await part.start("--people", str(place.people), "--control", str(run / "library.sock"))
    return part


async def _readers(stack: AsyncExitStack, place: Place, run: Path, key: Path) -> Part:
    part = Part("the reader", "helhet_door.demo.reader", place.logs / "reader.log")
    stack.push_async_callback(part.stop)
    await part.start("--link", str(run / "tty"), "--key-file", str(key), "--control", str(run / "reader.sock"))
    return part


def _free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
