"""The line to the library system, kept alive: it comes back and logs in again by itself.

``lines`` connections stand ready, so that a slow answer at one door does not hold up another. Each that is free asks
every ``beat_seconds`` whether the system is there. A system that serves one connection only leaves the others waiting
at the login: they are tried again now and then, and the one that works is used.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from helhet_door.sip2.connection import Connection, open_connection
from helhet_door.sip2.library import Library, Secrets, open_secrets
from helhet_door.sip2.names import Names
from helhet_door.sip2.pool import Pool
from helhet_door.sip2.trouble import Broken, Why
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.characters import legal_card, legal_pin
from helhet_door.words.clock import Clock

_log = logging.getLogger(__name__)


class Line:
    """Ask the library system about a card and a PIN. For one event loop; timers are the loop's own, monotonic."""

    def __init__(self, library: Library, clock: Clock) -> None:
        self._library = library
        self._clock = clock
        self._pool = Pool()
        self._names = Names(library.host)
        self._keepers: list[asyncio.Task[None]] = []
        self._watching: list[Callable[[bool], None]] = []
        self._ready: set[Connection] = set()
        self._all_lost = asyncio.Event()
        self._trouble: Why | None = None

    @property
    def up(self) -> bool:
        """Whether at least one connection is logged in and answered when last asked."""
        return bool(self._ready)

    @property
    def trouble(self) -> Why | None:
        """What went wrong last, in one word; None while all is well."""
        return self._trouble

    def watch(self, callback: Callable[[bool], None]) -> None:
        """Call ``callback`` with every new value of ``up``, from the event loop."""
        self._watching.append(callback)

    async def start(self) -> None:
        """Read the password files, raising ``Faults``, and begin to connect; it does not wait for that."""
        secrets = open_secrets(self._library)
        self._keepers = [asyncio.create_task(self._keep(secrets)) for _ in range(self._library.lines)]

    async def stop(self) -> None:
        """End every connection; nobody is told. Questions that wait are answered ``SILENT`` when their time is out."""
        self._watching.clear()
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        self._keepers = []
        self._names.close()

    async def ask(self, card: str, pin: str, seconds: float) -> Answer:
        """What the system says of ``card`` and ``pin``, within ``seconds``. Never raises, and asks only once.

        An empty PIN or an illegal character is never sent, and answered ``MALFORMED``.
        """
        if not (legal_card(card) and legal_pin(pin)):
            return Answer(Kind.MALFORMED)
        try:
            async with asyncio.timeout(seconds):
                connection = await self._pool.take()
                try:
                    return await connection.person(card, pin)
                finally:
                    self._pool.give(connection)
        except TimeoutError:
            return Answer(Kind.SILENT)
        except Broken as broken:
            return Answer(broken.kind)

    async def _keep(self, secrets: Secrets) -> None:
        """Keep one connection: open it, watch it until it is lost, and again."""
        pause = self._library.retry_first_seconds
        while True:
            try:
                connection = await self._open(secrets)
            except Broken as broken:
                self._note(broken.why)
            else:
                began = self._clock.monotonic()
                await self._stay(connection)
                if self._clock.monotonic() - began > self._library.beat_seconds:
                    pause = self._library.retry_first_seconds
            pause = await self._pause(pause)

    async def _open(self, secrets: Secrets) -> Connection:
        address = await self._names.address(self._library.connect_seconds)
        return await open_connection(self._library, secrets, self._clock, address)

    async def _stay(self, connection: Connection) -> None:
        """Offer it, and ask every so often whether it is there, until it is lost."""
        self._arrive(connection)
        try:
            while connection.alive:
                if not await _within(connection.lost, self._library.beat_seconds):
                    await self._beat(connection)
        finally:
            connection.drop(Why.CLOSED)
            self._leave(connection)

    async def _beat(self, connection: Connection) -> None:
        """Ask whether it is there; one that is being asked about a card shows that by itself."""
        if not self._pool.take_this(connection):
            return
        try:
            async with asyncio.timeout(self._library.answer_seconds):
                await connection.status()
        except TimeoutError:
            connection.drop(Why.NO_ANSWER)
        except Broken as broken:
            connection.drop(broken.why)
        self._pool.give(connection)

    async def _pause(self, pause: float) -> float:
        """Wait before the next try, and return the pause after it: longer, within what ``up`` allows.

        While another connection works there is no hurry; when the last is lost, there is.
        """
        if not self.up:
            await asyncio.sleep(min(pause, self._library.retry_seconds))
            return min(pause * 2, self._library.retry_seconds)
        if await _within(self._all_lost, pause):
            return self._library.retry_first_seconds
        return min(pause * 2, self._library.spare_seconds)

    def _arrive(self, connection: Connection) -> None:
        self._ready.add(connection)
        self._all_lost.clear()
        self._trouble = None
        if len(self._ready) == 1:
            self._tell(True)
        self._pool.give(connection)

    def _leave(self, connection: Connection) -> None:
        self._pool.take_this(connection)
        self._ready.discard(connection)
        self._note(connection.why)
        if not self._ready:
            self._all_lost.set()
            self._tell(False)

    def _note(self, why: Why) -> None:
        """Remember the trouble, and log it when it is a new one: a word, never what came over the line."""
        if not self.up and why is not self._trouble:
            self._trouble = why
            _log.warning("library system: %s", why.value)

    def _tell(self, up: bool) -> None:
        _log.log(logging.INFO if up else logging.WARNING, "library system: %s", "up" if up else "down")
        loop = asyncio.get_running_loop()
        for callback in self._watching:
            loop.call_soon(callback, up)


async def _within(event: asyncio.Event, seconds: float) -> bool:
    """Whether ``event`` came within ``seconds``."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
