"""The process at a branch: everything put together, started, watched and stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

from helhet_door import __version__
from helhet_door.keep.faults import StoreFault
from helhet_door.keep.outbox import Unsent
from helhet_door.keep.store import Store
from helhet_door.reader.panel import Panel
from helhet_door.rules.signed import NotTaken, read_public
from helhet_door.service.centre_line import CentreLine
from helhet_door.service.condition import Condition
from helhet_door.service.config import Box, read_box
from helhet_door.service.doors import Doors
from helhet_door.service.headcount import Headcount
from helhet_door.service.house import House
from helhet_door.service.judging import Judging
from helhet_door.service.limiter import Limiter
from helhet_door.service.new import read_key
from helhet_door.service.notify import notify
from helhet_door.service.obeyed import Obeyed
from helhet_door.service.records import Records
from helhet_door.service.scenes import Scenes
from helhet_door.service.single import Single
from helhet_door.service.timekeeping import Timekeeper, kernel_synchronised
from helhet_door.sip2.line import Line as LibraryLine
from helhet_door.words.clock import Clock, SystemClock
from helhet_door.words.events import Event, Input, Line
from helhet_door.words.faults import Fault, Faults
from helhet_door.words.rows import SERIAL, TRUSTED_AGAIN, Kind
from helhet_door.words.wire import Report, Signed

STORE = "door.sqlite"
BEAT = 1.0  # seconds
RETENTION_LOOK = 60  # beats
WHOLE_LOOK = 10  # beats
AT_ONCE = 500  # rows in one report


class Service:
    """One branch. ``start`` raises :class:`Faults`; then ``run`` until cancelled, and ``stop``."""

    def __init__(
        self, box: Box, clock: Clock | None = None, synchronised: Callable[[], bool] = kernel_synchronised
    ) -> None:
        self.box = box
        self._clock = clock or SystemClock()
        folder = Path(box.folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._single = Single(folder)
        try:
            self._build(box, folder, synchronised)
        except BaseException:
            self._single.release()
            raise

    def _build(self, box: Box, folder: Path, synchronised: Callable[[], bool]) -> None:
        list_key, limit_key = read_key(Path(box.keys.list_file)), read_key(Path(box.keys.limit_file))
        obeyed = Obeyed(box.branch, read_public(Path(box.centre.public_key_file)))
        path = folder / STORE
        try:
            store = Store.open(path, self._clock, box.branch)
            known, kept = store.known(), store.rules()
        except StoreFault as fault:
            cure = "See that the disk is there, has room and can be written."
            raise Faults([Fault(str(path), "the store", fault.kind.value, "cannot be opened", cure)]) from None
        self._obeyed = obeyed
        self._not_kept = obeyed.start(kept)
        self._timekeeper = Timekeeper(self._clock, box.time_source, known, synchronised)
        self._records = Records(store, path, self._clock, self._stored)
        self._panel = Panel(box.doors, self._from_reader, self._clock)
        self._library = LibraryLine(box.library, self._clock)
        self._scenes = Scenes(box.scenes, box.branch, self._clock) if box.scenes else None
        self._house = House(
            box.doors,
            self._clock,
            self._timekeeper,
            obeyed,
            self._records,
            self._panel,
            self._scenes,
            Headcount(box.doors, folder / "inside"),
        )
        self._limiter = Limiter(self._records, self._clock, limit_key)
        self._judging = Judging(
            self._clock, self._timekeeper, obeyed, self._limiter, self._house, self._records, list_key
        )
        names = tuple(reader.door for reader in box.doors)
        self._doors = Doors(names, self._clock, self._panel, self._library, self._judging, self._records, self._house)
        self._house.rested = self._doors.rest
        self._condition = Condition(self._doors, self._house, self._timekeeper, self._records)
        self._centre = CentreLine(box.centre, self._report, self._held, self._new_rules, self._centre_changed)
        self._under_way: tuple[int, ...] = ()
        self._clock_wrong: str | None = None
        self._not_taken: str | None = None  # why the rules that the centre sends now are not obeyed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._retaining: asyncio.Task[None] | None = None

    # From start to stop

    async def start(self) -> None:
        """Hold the readers and begin. Raises :class:`Faults` with what is wrong."""
        self._loop = asyncio.get_running_loop()
        await self._limiter.start(self._timekeeper.trusted)
        self._limiter.obey(self._obeyed.rules.settings.limits)
        self._records.happening("", Kind.STARTED, f"version {__version__}")
        if self._not_kept is not None:
            self._records.happening("", Kind.RULES, f"kept rules not taken: {self._not_kept}")
        self._note_clock()
        self._library.watch(self._library_changed)
        await self._library.start()
        self._panel.start()

    async def run(self) -> None:
        """Serve until cancelled."""
        tasks: list[Coroutine[Any, Any, None]] = [self._beat(), self._centre.run()]
        if self._scenes is not None:
            tasks.append(self._scenes.run())
        notify("READY=1")
        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(task)

    async def stop(self) -> None:
        """Let the readers go, finish the rows, and end."""
        notify("STOPPING=1")
        self._panel.stop()
        self._doors.stop()
        await self._library.stop()
        if self._retaining is not None:
            self._retaining.cancel()
        self._records.happening("", Kind.STOPPED, "asked to")
        await self._records.close()
        self._single.release()

    # Events

    def _from_reader(self, event: Event) -> None:
        """From the readers' thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._take, event)

    def _take(self, event: Event) -> None:
        if isinstance(event, Input | Line):
            self._house.take(event)
        self._doors.take(event)
        if isinstance(event, Line):
            self._doors.rest()

    def _library_changed(self, up: bool) -> None:
        self._house.library_up = up
        word = self._library.trouble
        self._records.happening("", Kind.LIBRARY_BACK if up else Kind.LIBRARY_LOST, word.value if word else "")

    def _centre_changed(self, up: bool) -> None:
        self._records.happening("", Kind.CENTRE_BACK if up else Kind.CENTRE_LOST, "")

    def _stored(self) -> None:
        self._centre.wake()

    async def _beat(self) -> None:
        """Once a second: the clock, the branch, the readers' thread, the disk; once a minute: what must go."""
        beats = 0
        while True:
            self._timekeeper.look()
            self._note_clock()
            self._house.tick()
            if not self._panel.alive:
                raise RuntimeError("the readers' thread has ended")  # systemd starts us again
            await self._records.look(deep=beats % WHOLE_LOOK == 0)
            if self._records.fault is not None:
                await self._try_store()
            if beats % RETENTION_LOOK == 0:
                self._retain()
                self.forget_old()
            beats += 1
            notify("WATCHDOG=1")
            await asyncio.sleep(BEAT)

    def forget_old(self) -> None:
        """Drop the approvals that are too old for the offline rule."""
        self._judging.recent.forget_old(self._clock.monotonic(), self._obeyed.rules.settings.recent_hours)

    def _note_clock(self) -> None:
        """A row where the clock is believed no more, and where it is again: a visit may have looked before us."""
        wrong = None if self._timekeeper.trusted else self._timekeeper.why
        if wrong != self._clock_wrong:
            self._clock_wrong = wrong
            self._records.happening("", Kind.CLOCK, TRUSTED_AGAIN if wrong is None else f"not trusted: {wrong}")

    async def _try_store(self) -> None:
        with contextlib.suppress(StoreFault):
            await self._records.write(lambda store: store.probe())

    def _retain(self) -> None:
        if self._retaining is None or self._retaining.done():
            self._retaining = asyncio.get_running_loop().create_task(self._retain_now())

    async def _retain_now(self) -> None:
        """Retention by itself, when nobody is at a door: it holds the disk for a moment."""
        settings = self._obeyed.rules.settings
        scope = (settings.retention_days, settings.zone, self._timekeeper.trusted)
        with contextlib.suppress(StoreFault):
            now = self._clock.now()
            if not await self._records.read(lambda store: store.due(now, *scope)):
                return
            while any(door.state.value in ("pin", "ask", "commit") for door in self._doors.all):
                await asyncio.sleep(0.2)
            await self._records.write(lambda store: store.retain(now, *scope))

    # The centre

    async def _report(self) -> Report:
        try:
            unsent = await self._records.read(lambda store: store.unsent(AT_ONCE))
        except StoreFault:
            unsent = Unsent()
        self._under_way = unsent.numbers
        return Report(
            self.box.branch,
            self._obeyed.rules.serial,
            self._condition.health(),
            unsent.passages,
            unsent.opened,
            unsent.happenings,
            unsent.day_keys,
        )

    async def _held(self, _: Report) -> None:
        numbers = self._under_way
        with contextlib.suppress(StoreFault):  # then they are sent again, and are the same rows
            await self._records.write(lambda store: store.sent(numbers))

    async def _new_rules(self, signed: Signed) -> None:
        try:
            rules = self._obeyed.newer(signed)
        except NotTaken as not_taken:
            if not_taken.why != self._not_taken:  # told once: the centre sends them again with every answer
                self._not_taken = not_taken.why
                self._records.happening("", Kind.RULES, f"not taken: {not_taken.why}")
            return
        self._not_taken = None
        with contextlib.suppress(StoreFault):  # obeyed all the same: a withdrawal must bite
            await self._records.write(lambda store: store.keep_rules(signed))
        for tag in self._obeyed.take(rules):
            self._judging.recent.forget(tag)
        self._limiter.obey(rules.settings.limits)
        self._records.happening("", Kind.RULES, f"{SERIAL}{rules.serial}")
        self._house.tick()


def serve(path: Path) -> None:
    """Run the branch of the box file ``path`` until SIGTERM or SIGINT. Raises :class:`Faults`."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    box = read_box(path)
    asyncio.run(until_stopped(Service(box)))


async def until_stopped(service: Service, ready: Callable[[], Awaitable[None]] | None = None) -> None:
    """Start, run until SIGTERM or SIGINT, and stop."""
    loop = asyncio.get_running_loop()
    await service.start()
    running = loop.create_task(service.run())
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, running.cancel)
    if ready is not None:
        await ready()
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await running
    finally:
        await service.stop()
