"""A client of the simulated readers' control socket, for tests and the demonstration's page."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, Self

from helhet_door.demo.relay import Change


class Refused(Exception):
    """The readers could not do what was asked."""


class Control:
    """One connection; calls wait for each other. Readers are counted from 1."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._turn = asyncio.Lock()

    @classmethod
    async def connect(cls, path: Path | str, seconds: float = 10.0) -> Self:
        """Connect, and wait so long for the socket to be there."""
        until = asyncio.get_running_loop().time() + seconds
        while True:
            try:
                return cls(*await asyncio.open_unix_connection(str(path), limit=1 << 26))
            except OSError:
                if asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(0.05)

    async def close(self) -> None:
        """Leave."""
        self._writer.close()
        await self._writer.wait_closed()

    async def do(self, deed: str, reader: int = 1, **told: Any) -> dict[str, Any]:
        """Do ``deed`` (reader_server.py) and return the answer; Refused where it cannot be done."""
        async with self._turn:
            self._writer.write(json.dumps({"do": deed, "reader": reader, **told}).encode() + b"\n")
            await self._writer.drain()
            line = await self._reader.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"ok": False, "wrong": "the readers are gone"}
        if not answer.pop("ok"):
            raise Refused(answer["wrong"])
        return answer

    async def card(self, text: str, reader: int = 1, card_format: str = "ascii") -> None:
        """Show a card."""
        await self.do("card", reader, text=text, format=card_format)

    async def keys(self, keys: str, reader: int = 1) -> None:
        """Press keys: digits, ``*`` and ``#``."""
        await self.do("keys", reader, keys=keys)

    async def input(self, number: int, on: bool, reader: int = 1) -> None:
        """Change an input."""
        await self.do("input", reader, number=number, on=on)

    async def cut(self, seconds: float | None = None, how: str = "wire", reader: int = 1) -> None:
        """Cut the line for some seconds, or until ``restore``: "wire", "stall" or "close"."""
        await self.do("cut", reader, how=how, seconds=seconds)

    async def restore(self, reader: int = 1) -> None:
        """Mend the line."""
        await self.do("restore", reader)

    async def state(self, reader: int = 1) -> dict[str, Any]:
        """Relays, inputs, what is shown, the channel and the line."""
        return await self.do("state", reader)

    async def changes(self, reader: int = 1, since: int = 0) -> list[Change]:
        """Every change of the reader's relays, with times of the machine's monotonic clock."""
        answer = await self.do("changes", reader, since=since)
        return [Change(*change) for change in answer["changes"]]
