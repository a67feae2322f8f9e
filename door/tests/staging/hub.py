"""A centre for tests: takes every report by real HTTP, and gives out whatever rules a test wants in force."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TypeVar

import msgspec
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from staging.patience import within

from helhet_door.rules.model import Rules
from helhet_door.rules.signed import sign
from helhet_door.words.rows import Happening, Passage
from helhet_door.words.wire import PATH, Reply, Report, Signed

Row = TypeVar("Row", Passage, Happening)


class Hub:
    """Keeps rows by id, and notes what came twice. ``down`` answers nothing but 503."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = Ed25519PrivateKey.generate()
        self.signed: Signed | None = None
        self.serial = 0
        self.passages: dict[str, Passage] = {}
        self.opened: dict[str, bool] = {}
        self.happenings: dict[str, Happening] = {}
        self.day_keys: dict[str, str] = {}
        self.last: Report | None = None
        self.reports = 0
        self.unlike: list[str] = []  # ids that came again with something else in them
        self.down = False
        self.deaf = False  # takes the rows but its answer is lost
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        application = web.Application(client_max_size=16 * 2**20)
        application.router.add_post(PATH, self._handle)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def enforce(self, rules: Rules) -> int:
        """Give these rules out from now on, with the next serial."""
        self.serial += 1
        self.signed = sign(msgspec.structs.replace(rules, serial=self.serial), self.key)
        return self.serial

    async def obeyed(self, seconds: float = 5.0) -> None:
        """Wait until the box says that it obeys the newest rules."""
        await until(lambda: self.last is not None and self.last.rules_serial == self.serial, seconds)

    async def _handle(self, request: web.Request) -> web.Response:
        if self.down:
            return web.Response(status=503)
        try:
            report = msgspec.json.decode(await request.read(), type=Report)
        except msgspec.MsgspecError:
            return web.Response(status=400)
        self.last = report
        self.reports += 1
        for passage in report.passages:
            self._keep(self.passages, passage)
        for opened in report.opened:
            self.opened[opened.passage] = opened.opened
        for happening in report.happenings:
            self._keep(self.happenings, happening)
        for key in report.day_keys:
            self.day_keys[key.day] = key.key
        if self.deaf:
            return web.Response(status=503)
        newer = self.signed if report.rules_serial < self.serial else None
        return web.Response(body=msgspec.json.encode(Reply(True, newer)))

    def _keep(self, rows: dict[str, Row], row: Row) -> None:
        """Keep it once; the same row may come again, and must be the same."""
        if rows.setdefault(row.id, row) != row:
            self.unlike.append(row.id)


async def until(condition, seconds: float = 5.0, every: float = 0.01):
    """Wait for a condition, and return what it gave; AssertionError where it does not come in time."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within(seconds)
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        if loop.time() > end:
            raise AssertionError(f"it did not come within {within(seconds)} s")
        await asyncio.sleep(every)
