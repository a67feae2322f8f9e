"""A library system that does as it is told, for faults that no honest one commits. Its checksums are its own."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import re
import ssl
from collections.abc import Callable
from typing import NamedTuple

CARD, PIN = "20010001", "4321"
DATE = b"20250301    120000"
Says = Callable[["Request"], object]


class Request(NamedTuple):
    """What came from the door, already cut up."""

    line: bytes
    body: bytes
    sequence: int | None
    fields: dict[bytes, bytes]
    talk: asyncio.StreamWriter | None


def sealed(body: bytes, sequence: int | None) -> bytes:
    """A message with its end; without a number, bare."""
    if sequence is None:
        return body + b"\r"
    text = body + b"AY" + str(sequence).encode() + b"AZ"
    total = 0
    for byte in text:
        total = (total + byte) % 65536
    return text + format((65536 - total) % 65536, "04X").encode() + b"\r"


def person(card: bytes, *fields: bytes, flags: bytes = b" " * 14) -> bytes:
    """A 24 about ``card`` with just these fields."""
    return b"24" + flags + b"000" + DATE + b"".join(part + b"|" for part in (b"AOSKE", b"AA" + card, *fields))


def yes(request: Request) -> bytes:
    """The most welcome answer there is, to whomever it was asked about."""
    return sealed(person(request.fields[b"AA"], b"AE", b"BLY", b"CQY"), request.sequence)


def honest(request: Request) -> bytes:
    """Yes to one card and its PIN, no to all others."""
    known = request.fields[b"AA"] == CARD.encode()
    right = known and request.fields[b"AD"] == PIN.encode()
    fields = (b"AEAsa", b"BL" + b"NY"[known : known + 1], b"CQ" + b"NY"[right : right + 1])
    return sealed(person(request.fields[b"AA"], *fields), request.sequence)


def logged_in(request: Request) -> bytes:
    """94 that lets us in."""
    return sealed(b"941", request.sequence)


def on_line(request: Request) -> bytes:
    """98 of a system that is there."""
    body = b"98YYYYYY100003" + DATE + b"2.00AOSKE|BXYYYYYYYYYYYYYYYY|"
    return sealed(body, request.sequence)


def silent(_: Request) -> None:
    """Nothing at all."""


def opened(line: bytes, writer: asyncio.StreamWriter | None = None) -> Request:
    """Cut up what came from the door."""
    seal = re.search(rb"(?:AY(\d))?AZ[0-9A-F]{4}$", line)
    body = line[: seal.start()] if seal else line
    fields = {part[:2]: part[2:] for part in body[2 + 3 + 18 :].split(b"|")}
    return Request(line, body, int(seal[1]) if seal and seal[1] else None, fields, writer)


class Scripted:
    """Serves on one port of this machine. ``says`` maps the first two characters of a message to what is sent back.

    An answer is bytes, None for silence, or an awaitable of either. ``seen`` holds every line that came.
    """

    def __init__(self, **says: Says) -> None:
        self.says: dict[str, Says] = {"93": logged_in, "99": on_line, "23": honest, "63": honest}
        self.says["97"] = lambda _: self.last
        self.says.update({name.removeprefix("on"): said for name, said in says.items()})
        self.seen: list[bytes] = []
        self.last = b""
        self.talks: set[asyncio.StreamWriter] = set()
        self.connected = 0
        self.port = 0
        self.tls: ssl.SSLContext | None = None
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Scripted:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; the same port the second time."""
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more and cut every talk."""
        assert self._server is not None
        self._server.close()
        for talk in self.talks.copy():
            talk.transport.abort()
        await asyncio.sleep(0)

    def asked(self, message: str) -> int:
        """How many messages of this kind came."""
        return sum(line.startswith(message.encode()) for line in self.seen)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.add(writer)
        self.connected += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                await self._answer((await reader.readuntil(b"\r")).strip(b"\r\n"), writer)
        self.talks.discard(writer)
        writer.close()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        self.seen.append(line)
        request = opened(line, writer)
        said = self.says.get(request.body[:2].decode("latin-1"), silent)(request)
        if inspect.isawaitable(said):
            said = await said
        if isinstance(said, bytes):
            self.last = said
            writer.write(said)
