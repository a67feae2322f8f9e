"""The line to the centre, against a real HTTP server."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from aiohttp import web
from staging.hub import until

from helhet_door.service.centre_line import Centre, CentreLine
from helhet_door.words.reasons import Reason
from helhet_door.words.rows import Passage
from helhet_door.words.states import BranchState
from helhet_door.words.wire import PATH, Health, Reply, Report, Signed

HEALTH = Health(BranchState.OPEN_PLUS, (), True, True, None, (), "0")
ROW = Passage("0" * 32, "2019-05-14T19:00:00Z", "main", Reason.OUTSIDE_HOURS, None)


class Hub:
    """A centre that answers as it is told."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.tokens: list[str | None] = []
        self.answer = web.Response(status=500)
        self.reply = Reply(held=True)
        self.broken = False

    async def handle(self, request: web.Request) -> web.Response:
        self.tokens.append(request.headers.get("Authorization"))
        self.reports.append(msgspec.json.decode(await request.read(), type=Report))
        if self.broken:
            return web.Response(status=503)
        return web.Response(body=msgspec.json.encode(self.reply))


class Box:
    """What the service gives the line."""

    def __init__(self) -> None:
        self.waiting = [ROW]
        self.taken: list[Signed] = []
        self.changes: list[bool] = []

    async def collect(self) -> Report:
        return Report("ursviken", 3, HEALTH, passages=tuple(self.waiting))

    async def held(self, report: Report) -> None:
        self.waiting = [row for row in self.waiting if row not in report.passages]

    async def rules(self, signed: Signed) -> None:
        self.taken.append(signed)


@pytest.fixture
async def hub(tmp_path):
    centre = Hub()
    application = web.Application()
    application.router.add_post(PATH, centre.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    token = tmp_path / "token"
    token.write_text("secret\n")
    centre.settings = Centre(f"http://127.0.0.1:{port}", str(token), "", every_seconds=0.05)
    yield centre
    await runner.cleanup()


async def test_rows_go_and_rules_come(hub) -> None:
    box = Box()
    hub.reply = Reply(held=True, rules=Signed(b"rules", b"signature"))
    line = CentreLine(hub.settings, box.collect, box.held, box.rules, box.changes.append)
    running = asyncio.create_task(line.run())
    await until(lambda: not box.waiting and box.taken)
    running.cancel()
    assert hub.tokens[0] == "Bearer secret"
    assert hub.reports[0].passages == (ROW,)
    assert box.taken[0] == Signed(b"rules", b"signature")
    assert box.changes == [True]


@pytest.mark.parametrize("reply", [Reply(held=False), None])
async def test_a_row_that_is_not_held_stays(hub, reply) -> None:
    box = Box()
    hub.broken = reply is None
    hub.reply = reply or hub.reply
    line = CentreLine(hub.settings, box.collect, box.held, box.rules, box.changes.append)
    running = asyncio.create_task(line.run())
    await until(lambda: len(hub.reports) >= 3)
    assert box.waiting == [ROW]
    hub.broken, hub.reply = False, Reply(held=True)
    await until(lambda: not box.waiting)
    running.cancel()
    assert all(report.passages == (ROW,) for report in hub.reports[:3])


async def test_a_wake_does_not_wait_for_the_round_and_a_broken_net_is_no_busy_loop(hub) -> None:
    box = Box()
    slow = msgspec.structs.replace(hub.settings, every_seconds=0.5)
    line = CentreLine(slow, box.collect, box.held, box.rules, box.changes.append)
    running = asyncio.create_task(line.run())
    await until(lambda: not box.waiting)
    box.waiting = [ROW]
    before = len(hub.reports)
    line.wake()
    await until(lambda: len(hub.reports) > before, 0.3)
    hub.broken = True
    before = len(hub.reports)
    for _ in range(50):
        line.wake()
        await asyncio.sleep(0.01)
    assert len(hub.reports) - before <= 4
    await until(lambda: box.changes == [True, False])
    running.cancel()
