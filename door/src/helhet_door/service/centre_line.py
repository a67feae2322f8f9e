"""The line to the centre: rows go there and rules come back; without it the box works on the last signed rules.

One request, again and again. A row stays in the box's outbox until the centre has said that it holds it; the same row
sent twice is one row there. Rules are taken only with the centre's signature, for this branch, with a higher serial.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import msgspec

from helhet_door.words.wire import PATH, Reply, Report, Signed

SECONDS = 5.0  # for one request
LARGEST = 8 * 1024 * 1024  # bytes of a reply


class Centre(msgspec.Struct, frozen=True):
    """Where the centre is, and how each knows the other."""

    url: str  # https, or http on loopback only
    token_file: str
    public_key_file: str
    every_seconds: float = 1.0
    authority_file: str = ""  # a certificate authority of the municipality's own


class CentreLine:
    """Reports in the background. ``collect`` makes the report; ``held`` and ``rules`` take what comes back."""

    def __init__(
        self,
        centre: Centre,
        collect: Callable[[], Awaitable[Report]],
        held: Callable[[Report], Awaitable[None]],
        rules: Callable[[Signed], Awaitable[None]],
        changed: Callable[[bool], None],
    ) -> None:
        self._centre = centre
        self._collect = collect
        self._held = held
        self._rules = rules
        self._changed = changed
        self._wake = asyncio.Event()
        self.up = False

    def wake(self) -> None:
        """There is something to tell: do not wait for the next round."""
        self._wake.set()

    async def run(self) -> None:
        """Report until cancelled."""
        token = Path(self._centre.token_file).read_text(encoding="ascii").strip()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        limits = aiohttp.ClientTimeout(total=SECONDS)
        async with aiohttp.ClientSession(headers=headers, timeout=limits) as session:
            while True:
                self._wake.clear()
                more = await self._round(session)
                if not more:
                    await self._pause()

    async def _pause(self) -> None:
        # Not wait_for: before Python 3.12 it can swallow a cancellation that comes together with the wake.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._centre.every_seconds):
                await self._wake.wait()

    async def _round(self, session: aiohttp.ClientSession) -> bool:
        """One request; True where more rows wait than one report takes."""
        report = await self._collect()
        try:
            reply = await self._ask(session, report)
        except (aiohttp.ClientError, TimeoutError, OSError, msgspec.MsgspecError):
            self._set(False)
            await asyncio.sleep(self._centre.every_seconds)  # a wake must not turn a broken net into a busy loop
            return False
        self._set(True)
        rows = len(report.passages) + len(report.opened) + len(report.happenings) + len(report.day_keys)
        if reply.held and rows:
            await self._held(report)
        if reply.rules is not None:
            await self._rules(reply.rules)
        return reply.held and rows > 0

    async def _ask(self, session: aiohttp.ClientSession, report: Report) -> Reply:
        url = self._centre.url.rstrip("/") + PATH
        body = msgspec.json.encode(report)
        async with session.post(url, data=body, ssl=trusted(self._centre), allow_redirects=False) as response:
            response.raise_for_status()
            if response.status != 200:
                raise aiohttp.ClientError(f"status {response.status}")
            answer = bytearray()
            async for piece in response.content.iter_chunked(65536):
                answer += piece
                if len(answer) > LARGEST:
                    raise aiohttp.ClientError("a reply that is too long")
        return msgspec.json.decode(answer, type=Reply)

    def _set(self, up: bool) -> None:
        if up != self.up:
            self.up = up
            self._changed(up)


def trusted(centre: Centre) -> ssl.SSLContext | bool:
    """Whose certificates are believed: the machine's authorities, or the municipality's own."""
    return ssl.create_default_context(cafile=centre.authority_file) if centre.authority_file else True
