"""One connection to the library system: one question, one answer, and nothing unasked between them.

Whatever goes wrong drops the connection. So an answer that comes late comes to nobody, and cannot be taken for the
answer to a later question.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import zoneinfo
from collections import deque
from typing import cast

from helhet_door.sip2 import messages
from helhet_door.sip2.frame import Lines, Opened, seal, unseal
from helhet_door.sip2.library import Library, Secrets
from helhet_door.sip2.trouble import Broken, Why
from helhet_door.words.answers import Answer
from helhet_door.words.clock import Clock

MOST_RESENDS = 2
"""How often one question or its answer is sent again, before the line is given up."""
MOST_WAITING = 8
"""Lines that may wait to be read: an answer is one."""

_RESEND_TO_US = b"96"
_RESEND_TO_THEM = b"97"
_ANSWERS = {b"93": b"94", b"99": b"98", b"23": b"24", b"63": b"64"}


class Connection(asyncio.Protocol):
    """A talk with the library system. Made by ``open_connection``; every question may raise ``Broken``."""

    def __init__(self, library: Library, secrets: Secrets, clock: Clock) -> None:
        self.lost = asyncio.Event()
        self._library = library
        self._secrets = secrets
        self._clock = clock
        self._zone = zoneinfo.ZoneInfo(library.zone)
        self._transport: asyncio.Transport | None = None
        self._cut = Lines()
        self._lines: deque[bytes] = deque()
        self._woken = asyncio.Event()
        self._asking = False
        self._sequence = 0
        self._why: Why | None = None

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._why is None

    @property
    def why(self) -> Why:
        """Why it was dropped."""
        return self._why or Why.CLOSED

    def drop(self, why: Why) -> None:
        """Give it up, at once and for good; the first reason stays."""
        if self._why is not None:
            return
        self._why = why
        self._lines.clear()
        self._woken.set()
        self.lost.set()
        if self._transport is not None:
            self._transport.abort()

    async def login(self) -> None:
        """93/94, where there is a user, and 99/98."""
        if self._library.user:
            messages.read_login(await self._talk(messages.login(self._library, self._secrets)))
        await self.status()

    async def status(self) -> None:
        """99/98: it is there, and says that it is on line."""
        messages.read_status(await self._talk(messages.status()))

    async def person(self, card: str, pin: str) -> Answer:
        """23/24 or 63/64 about one card; both must be legal (words/characters.py)."""
        now = self._clock.now().astimezone(self._zone)
        question = messages.person(self._library, self._secrets, card, pin, now)
        return self._read(await self._talk(question), card, now.date())

    def _read(self, body: bytes, card: str, today: dt.date) -> Answer:
        try:
            return messages.read_person(body, self._library, card, today)
        except Broken as broken:
            self.drop(broken.why)
            raise

    async def _talk(self, body: bytes) -> bytes:
        """Ask and return the answer without its seal. Not answered to the end, for whatever reason, it is dropped."""
        if self._why is not None:
            raise Broken(self._why)
        self._asking = True
        try:
            answer = await self._exchange(body)
        except Broken as broken:
            self.drop(broken.why)
            raise
        finally:
            if self._asking:
                self.drop(Why.NO_ANSWER)
        return answer

    async def _exchange(self, body: bytes) -> bytes:
        sequence = self._next_sequence()
        self._send(seal(body, sequence) if self._library.checksums else body)
        for _ in range(MOST_RESENDS + 1):
            opened = await self._opened()
            if opened is None:
                self._send(seal(_RESEND_TO_THEM, None))
            elif opened.body == _RESEND_TO_US:
                self._send(seal(body, sequence) if self._library.checksums else body)
            else:
                self._check(opened, _ANSWERS[body[:2]], sequence)
                return opened.body
        raise Broken(Why.SENT_BACK if opened else Why.DAMAGED)

    def _check(self, opened: Opened, wanted: bytes, sequence: int) -> None:
        """That it answers this question, and that nothing follows it."""
        if opened.body[:2] != wanted:
            raise Broken(Why.OTHER_MESSAGE)
        if self._library.checksums and opened.sequence != sequence:
            raise Broken(Why.OTHER_SEQUENCE)
        if self._lines or self._cut.begun:
            raise Broken(Why.UNASKED)
        self._asking = False

    async def _opened(self) -> Opened | None:
        """The next line, opened; None where it came damaged and can be asked for again."""
        line = await self._line()
        try:
            return unseal(line, self._library.checksums)
        except Broken as broken:
            if broken.why is Why.DAMAGED and self._library.checksums:
                return None
            raise

    async def _line(self) -> bytes:
        while not self._lines:
            if self._why is not None:
                raise Broken(self._why)
            self._woken.clear()
            await self._woken.wait()
        return self._lines.popleft()

    def _next_sequence(self) -> int:
        sequence, self._sequence = self._sequence, (self._sequence + 1) % 10
        return sequence

    def _send(self, message: bytes) -> None:
        if self._transport is not None:
            self._transport.write(message + self._library.newline.encode("ascii"))

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to send."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Cut it into lines; what nobody asked for ends the connection."""
        if self._why is not None:
            return
        if not self._asking and data.strip(b"\r\n"):
            self.drop(Why.UNASKED)
            return
        try:
            self._lines.extend(self._cut.feed(data))
        except Broken as broken:
            self.drop(broken.why)
            return
        if len(self._lines) > MOST_WAITING:
            self.drop(Why.TOO_LONG)
        self._woken.set()

    def connection_lost(self, _exc: Exception | None) -> None:
        """It was closed, or broke."""
        self.drop(Why.CLOSED)


async def open_connection(library: Library, secrets: Secrets, clock: Clock, address: str) -> Connection:
    """Connect to ``address`` and log in, each within its time. Raises ``Broken``; nothing is left open then."""
    loop = asyncio.get_running_loop()
    name = library.host if secrets.tls else None
    try:
        async with asyncio.timeout(library.connect_seconds):
            _, connection = await loop.create_connection(
                lambda: Connection(library, secrets, clock),
                address,
                library.port,
                ssl=secrets.tls,
                server_hostname=name,
            )
    except (OSError, TimeoutError):
        raise Broken(Why.NO_CONNECTION) from None
    try:
        async with asyncio.timeout(library.login_seconds):
            await connection.login()
    except TimeoutError:
        raise Broken(Why.NO_LOGIN) from None
    except Broken as broken:
        connection.drop(broken.why)
        raise
    return connection
