"""Orders to a running library system of the demo: JSON lines over a Unix socket, one order and one reply at a time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from helhet_door.demo.library_faults import Fault
from helhet_door.demo.people import Person

LONGEST = 16 * 2**20
"""Bytes of the longest order or reply: some ten thousand people."""


class Put(msgspec.Struct, frozen=True, tag="put"):
    """Let a fault stand."""

    fault: Fault


class Clear(msgspec.Struct, frozen=True, tag="clear"):
    """Take every fault away."""


class People(msgspec.Struct, frozen=True, tag="people"):
    """Know these people too, or (``only``) none but these; a card that is known already is changed."""

    people: tuple[Person, ...]
    only: bool = False


class Forget(msgspec.Struct, frozen=True, tag="forget"):
    """Know these cards no more."""

    cards: tuple[str, ...]


class Delay(msgspec.Struct, frozen=True, tag="delay"):
    """Let every answer take so many seconds."""

    seconds: float


class Tell(msgspec.Struct, frozen=True, tag="tell"):
    """Say what was counted, and (``people``) who is known."""

    people: bool = False


class Forgive(msgspec.Struct, frozen=True, tag="forgive"):
    """Count from nought again."""


Order = Put | Clear | People | Forget | Delay | Tell | Forgive


class Counts(msgspec.Struct, frozen=True):
    """What the library system has counted: PINs that it was asked to check, by card, and messages by number."""

    tries: dict[str, int] = {}
    empty_pins: int = 0
    frames: dict[str, int] = {}
    lines: int = 0  # open now
    accepted: int = 0  # ever


class Done(msgspec.Struct, frozen=True):
    """The reply to an order; ``wrong`` says why it was not carried out."""

    wrong: str = ""
    counts: Counts = Counts()
    people: tuple[Person, ...] = ()


class LibraryControl:
    """A client for the control socket of one library system."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer, self._turn = reader, writer, asyncio.Lock()

    @classmethod
    async def connect(cls, socket: Path) -> LibraryControl:
        """A client on ``socket``; raises ``OSError`` where nobody listens."""
        return cls(*await asyncio.open_unix_connection(str(socket), limit=LONGEST))

    async def order(self, order: Order) -> Done:
        """Carry out an order; raises ``ValueError`` where it is refused and ``ConnectionError`` where it is gone."""
        async with self._turn:
            self._writer.write(msgspec.json.encode(order) + b"\n")
            await self._writer.drain()
            line = await self._reader.readline()
        if not line:
            raise ConnectionError("the library system is gone")
        done = msgspec.json.decode(line, type=Done)
        if done.wrong:
            raise ValueError(done.wrong)
        return done

    async def fault(self, fault: Fault) -> None:
        """Let a fault stand."""
        await self.order(Put(fault))

    async def clear(self) -> None:
        """Take every fault away."""
        await self.order(Clear())

    async def people(self, people: Iterable[Person], only: bool = False) -> None:
        """Know these people."""
        await self.order(People(tuple(people), only))

    async def counts(self) -> Counts:
        """What was counted."""
        return (await self.order(Tell())).counts

    async def close(self) -> None:
        """Let go of the socket; the library system runs on."""
        self._writer.close()
        await self._writer.wait_closed()


class Running(msgspec.Struct, frozen=True):
    """A library system in a process of its own."""

    port: int
    pid: int
    control: LibraryControl


@asynccontextmanager
async def library_process(people: Path, control: Path, *options: str) -> AsyncIterator[Running]:
    """Start the demo's library system on a free port (or ``--port`` in ``options``), and stop it afterwards."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "helhet_door.demo.library", "--people", str(people), "--control", str(control)),
        *options,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        port = await process.stdout.readline()
        if not port:
            raise ConnectionError(f"the library system did not start: code {await process.wait()}")
        client = await LibraryControl.connect(control)
        yield Running(int(port), process.pid, client)
        await client.close()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
