"""The demo's library system in its own process, and a line to it that speaks bytes."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pysip2.codec import calculate_checksum, decode_message

from helhet_door.demo import people as people_file
from helhet_door.demo.library_control import Running, library_process
from helhet_door.demo.library_faults import taken_apart
from helhet_door.demo.people import Person

RIGHT = Person("2000001", "1234", "Åsa Provmark", expires=dt.date(2031, 5, 6), birth=dt.date(1990, 2, 3))
LOST = Person("2000002", "4321", "Örjan Låtsberg", flags=(2, 4), address="Provgatan 1", mail="o@example.org")
PEOPLE = (RIGHT, LOST)
QUIET = 0.25
"""Seconds without an answer that count as silence here; answers take some milliseconds."""


@asynccontextmanager
async def running(tmp_path: Path, *options: str) -> AsyncIterator[Running]:
    people_file.write(tmp_path / "people.json", PEOPLE)
    async with library_process(tmp_path / "people.json", tmp_path / "control", *options) as library:
        yield library


class Raw:
    """A line that speaks bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer, self.sequence = reader, writer, 0

    @classmethod
    async def to(cls, port: int) -> Raw:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def say(self, body: str, ending: bytes = b"\r") -> None:
        whole = f"{body}AY{self.sequence}AZ".encode()
        self.sequence = (self.sequence + 1) % 10
        self.writer.write(whole + calculate_checksum(whole).encode() + ending)
        await self.writer.drain()

    async def heard(self, seconds: float = 2.0) -> bytes | None:
        """One message; None after silence, b"" (or a part of one) where the connection is closed."""
        try:
            return await asyncio.wait_for(self.reader.readuntil(b"\r"), seconds)
        except asyncio.IncompleteReadError as short:
            return short.partial
        except ConnectionError:
            return b""
        except TimeoutError:
            return None

    async def ask(self, card: str, pin: str, seconds: float = 2.0) -> bytes | None:
        await self.say(status(card, pin))
        return await self.heard(seconds)


def status(card: str, pin: str) -> str:
    return f"2300120260727    120000AOdemo|AA{card}|AC|AD{pin}|"


def fields(frame: bytes | None) -> dict[bytes, bytes]:
    assert frame
    return dict(taken_apart(frame.rstrip(b"\r")).fields)


async def whole_and_yes(line: Raw) -> bool:
    frame = await line.ask(RIGHT.card, RIGHT.pin)
    assert frame
    decode_message(frame)  # checks the checksum
    said = fields(frame)
    return (said[b"AA"], said[b"BL"], said[b"CQ"]) == (RIGHT.card.encode(), b"Y", b"Y")
