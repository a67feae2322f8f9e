"""The side of the demo's library system that the door sees: connections, delays and faults on what is answered.

Stands in front of the server proper and passes bytes on, so that a fault can be any bytes at any time. Connections do
not wait for each other; on one connection an answer waits for the one before it, as in real systems.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable

from helhet_door.demo.library_faults import Fault, Kind, Standing, changed, pieces

CLOSES = frozenset({Kind.DROP, Kind.HALF_DROP})
LIMIT = 65_536
"""The longest message that is passed on, in bytes."""


class Front:
    """Listens on ``host`` and ``port`` for a server on the loopback port ``behind``."""

    def __init__(self, host: str, port: int, behind: int, newline: bytes, told_more: Callable[[bytes], bytes]) -> None:
        self.host, self.port = host, port
        self.standing = Standing()
        self.delay = 0.0
        self.frames: Counter[str] = Counter()
        self.accepted = 0
        self._behind, self._newline, self._told_more = behind, newline, told_more
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._server: asyncio.Server | None = None
        self._first = asyncio.Lock()

    @property
    def lines(self) -> int:
        """How many connections are open."""
        return len(self._open)

    async def listen(self) -> None:
        """Accept connections; a port of 0 becomes a free one, which is kept."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accepted, self.host, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def deafen(self) -> None:
        """Accept no more connections and cut all that are open, without a word."""
        if self._server is not None:
            self._server.close()
            self._server = None
        tasks = list(self._open)
        for task, writer in list(self._open.items()):
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def put(self, fault: Fault) -> None:
        """Let a fault stand; refusing cuts every connection at once."""
        self.standing.put(fault)
        if fault.kind is Kind.REFUSE:
            await self.deafen()

    async def clear(self) -> None:
        """Take every fault away and listen again."""
        self.standing.clear()
        await self.listen()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = writer
        self.accepted += 1
        try:
            if self.standing.has(Kind.ONE_LINE):
                async with self._first:
                    await self._passed_on(reader, writer)
            else:
                await self._passed_on(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other end is gone, or it was cut from here
        finally:
            del self._open[task]
            writer.transport.abort()

    async def _passed_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._behind)
        ways = {
            asyncio.create_task(self._questions(reader, inner_writer)),
            asyncio.create_task(self._answers(inner_reader, writer)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            inner_writer.transport.abort()

    async def _questions(self, reader: asyncio.StreamReader, inner: asyncio.StreamWriter) -> None:
        async for frame in _frames(reader):
            self.frames[frame[:2].decode("ascii", "replace")] += 1
            inner.write(frame + b"\r")
            await inner.drain()

    async def _answers(self, inner: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async for frame in _frames(inner):
            await asyncio.sleep(self.delay)
            fault = self.standing.take(frame)
            answer = self._told_more(frame)
            if fault is None:
                writer.write(answer + self._newline)
            elif not await self._with_fault(answer, fault, writer):
                return
            await writer.drain()

    async def _with_fault(self, frame: bytes, fault: Fault, writer: asyncio.StreamWriter) -> bool:
        """Send what the fault leaves of an answer; False where the connection is to be closed."""
        await asyncio.sleep(fault.seconds)
        for piece in pieces(changed(frame, fault) + self._newline, fault.kind):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        if fault.kind in CLOSES:
            writer.close()  # flushes what was written, unlike abort
            await writer.wait_closed()
            return False
        return True


async def _frames(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Messages without their endings (CR or CR LF), until the other end closes."""
    waiting = b""
    while got := await reader.read(LIMIT):
        *whole, waiting = (waiting + got).split(b"\r")
        for frame in whole:
            yield frame.lstrip(b"\n")
        if len(waiting) > LIMIT:
            return
