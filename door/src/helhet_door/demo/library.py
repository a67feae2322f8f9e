"""The demo's library system as a process: SIP2 2.00 for invented people, and faults on command.

``python -m helhet_door.demo.library --people people.json --control library.sock [--port 6001] [--delay-ms 50]``

Prints its port when it answers, then serves until it is told to stop (SIGTERM, SIGINT).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from helhet_door.demo import people as people_file
from helhet_door.demo.library_control import (
    LONGEST,
    Clear,
    Counts,
    Delay,
    Done,
    Forget,
    Forgive,
    Order,
    People,
    Put,
    Tell,
)
from helhet_door.demo.library_line import Front
from helhet_door.demo.library_system import Dialect, LibrarySystem
from helhet_door.words.faults import Faults


class Library:
    """The library system, its front and what may be ordered of them."""

    def __init__(self, system: LibrarySystem, front: Front) -> None:
        self.system, self.front = system, front

    async def carry_out(self, order: Order) -> Done:
        """Do what was ordered and reply."""
        match order:
            case Put(fault):
                await self.front.put(fault)
            case Clear():
                await self.front.clear()
            case People(people, only):
                self._know(people, only)
            case Forget(cards):
                for card in cards:
                    self.system.people.pop(card, None)
            case Delay(seconds):
                self.front.delay = seconds
            case Forgive():
                self._forgive()
            case Tell(people):
                return Done(counts=self._counts(), people=tuple(self.system.people.values()) if people else ())
        return Done()

    def _know(self, people: Sequence[people_file.Person], only: bool) -> None:
        if only:
            self.system.people.clear()
        self.system.people.update({person.card: person for person in people})

    def _forgive(self) -> None:
        self.system.tries.clear()
        self.system.empty_pins = 0
        self.front.frames.clear()

    def _counts(self) -> Counts:
        system, front = self.system, self.front
        return Counts(dict(system.tries), system.empty_pins, dict(front.frames), front.lines, front.accepted)

    async def controlled(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take orders from one client until it goes."""
        # Gone, a line without an end, or the end of the process.
        with contextlib.suppress(OSError, ValueError, asyncio.CancelledError):
            while line := await reader.readline():
                try:
                    done = await self.carry_out(msgspec.json.decode(line, type=Order))
                except msgspec.MsgspecError as wrong:
                    done = Done(wrong=f"not an order: {wrong}")
                writer.write(msgspec.json.encode(done) + b"\n")
                await writer.drain()
        writer.close()


async def serve(wanted: argparse.Namespace) -> None:
    """Run until a signal says stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    system = LibrarySystem(people_file.read(wanted.people), _dialect(wanted))
    async with system.server().start() as behind:
        front = Front(wanted.host, wanted.port, behind, system.dialect.newline, system.told_more)
        front.delay = wanted.delay_ms / 1000
        library = Library(system, front)
        wanted.control.unlink(missing_ok=True)
        control = await asyncio.start_unix_server(library.controlled, str(wanted.control), limit=LONGEST)
        os.chmod(wanted.control, 0o600)
        await front.listen()
        print(front.port, flush=True)
        await stop.wait()
        control.close()
        await front.deafen()
        wanted.control.unlink(missing_ok=True)


def _dialect(wanted: argparse.Namespace) -> Dialect:
    return Dialect(
        encoding=wanted.encoding,
        newline=b"\r\n" if wanted.newline == "crlf" else b"\r",
        birth_field=wanted.birth_field,
        expiry_field=wanted.expiry_field,
        user=wanted.user,
        password=wanted.password_file.read_text().strip() if wanted.password_file else "",
        empty_pin_passes=wanted.empty_pin_passes,
    )


def _wanted(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="helhet_door.demo.library", description="A SIP2 server for invented people.")
    parser.add_argument("--people", type=Path, required=True, help="JSON list of people")
    parser.add_argument("--control", type=Path, required=True, help="Unix socket for orders")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--delay-ms", type=float, default=0.0, help="how long every answer takes")
    parser.add_argument("--encoding", choices=("utf-8", "latin-1", "cp850"), default="utf-8")
    parser.add_argument("--newline", choices=("cr", "crlf"), default="cr")
    parser.add_argument("--birth-field", default="PB", help='"": not sent')
    parser.add_argument("--expiry-field", default="PA", help='"": not sent')
    parser.add_argument("--user", default="", help='"": no log-in is needed')
    parser.add_argument("--password-file", type=Path)
    parser.add_argument("--empty-pin-passes", action="store_true", help="as real systems do that allow empty passwords")
    return parser.parse_args(arguments)


def main() -> None:
    """Serve; bad input ends with code 2 and everything that is wrong with it."""
    try:
        asyncio.run(serve(_wanted(sys.argv[1:])))
    except Faults as faults:
        print(faults, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
