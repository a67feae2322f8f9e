"""The connections that are free, and the questions that wait for one."""

from __future__ import annotations

import asyncio
from collections import deque

from helhet_door.sip2.connection import Connection


class Pool:
    """Who comes first is served first; the connection that last answered is the next to be asked."""

    def __init__(self) -> None:
        self._free: list[Connection] = []
        self._waiting: deque[asyncio.Future[Connection]] = deque()

    def give(self, connection: Connection) -> None:
        """It is free: to the first that waits, if any does."""
        if not connection.alive:
            return
        while self._waiting:
            if not (waiting := self._waiting.popleft()).done():
                waiting.set_result(connection)
                return
        self._free.append(connection)

    async def take(self) -> Connection:
        """A free and living connection, as soon as there is one. Give it back."""
        while self._free:
            if (connection := self._free.pop()).alive:
                return connection
        while True:
            if (connection := await self._wait()).alive:
                return connection

    def take_this(self, connection: Connection) -> bool:
        """Take ``connection``, if it is free."""
        if connection not in self._free:
            return False
        self._free.remove(connection)
        return True

    async def _wait(self) -> Connection:
        waiting: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self.give(waiting.result())
            raise
