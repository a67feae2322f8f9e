"""The doors of a branch: reader events into the machines, and what the machines ask for, done.

Everything here runs on the event loop. What takes longer (the library system, the disk, a staff PIN's scrypt) runs as a
task, and comes back as an event with its visit's number; the machine drops what comes too late.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from helhet_door.decide import commands as do
from helhet_door.decide import door as machine
from helhet_door.decide.door import Door
from helhet_door.decide.replies import Answered, Assist, Decided, Stored, Tick
from helhet_door.service.judging import Judging
from helhet_door.service.records import Records
from helhet_door.sip2.line import Line
from helhet_door.words.answers import Answer
from helhet_door.words.clock import Clock
from helhet_door.words.events import Card, Event, Relay, Signal
from helhet_door.words.reasons import Reason

log = logging.getLogger(__name__)
SOONEST = 0.001  # seconds
REMEMBERED = 16  # visits of a door whose opening may still be told


class ReaderPanel(Protocol):
    """What is asked of the readers (reader/panel.py)."""

    def pulse(self, door: str, seconds: float, token: int) -> bool:
        """Release the lock, now or never."""
        ...

    def show(self, door: str, signal: Signal, when: str = "") -> None:
        """Tell the person something."""
        ...


class House(Protocol):
    """What a door asks of its branch (service/house.py)."""

    def disarm(self) -> None:
        """A staff card that may has asked for it."""
        ...

    def asked(self, answer: Answer) -> None:
        """What became of a question about a person."""
        ...

    def resting(self) -> Signal:
        """What a reader shows when nobody uses it."""
        ...

    def opens(self) -> str:
        """When the branch opens next, as a person reads it; "" if that is not known."""
        ...


class Doors:
    """Runs every door's machine. ``tell`` takes the events of the branch's own machine out of the doors' commands."""

    def __init__(
        self,
        names: tuple[str, ...],
        clock: Clock,
        panel: ReaderPanel,
        library: Line,
        judging: Judging,
        records: Records,
        house: House,
    ) -> None:
        self._doors = {name: Door(name) for name in names}
        self._clock = clock
        self._panel = panel
        self._library = library
        self._judging = judging
        self._records = records
        self._house = house
        self._tasks: dict[str, set[asyncio.Task[None]]] = {name: set() for name in names}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._rows: dict[tuple[str, int], asyncio.Future[str | None]] = {}
        self._do: dict[type[do.Command], Callable[[Any], None]] = {
            do.Decide: self._decide,
            do.Ask: self._ask,
            do.Commit: self._commit,
            do.Pulse: self._pulse,
            do.Show: self._show,
            do.Record: self._record,
            do.Opened: self._opened,
            do.Wipe: self._wipe,
            do.Disarm: self._disarm,
        }

    def __getitem__(self, name: str) -> Door:
        return self._doors[name]

    @property
    def all(self) -> tuple[Door, ...]:
        """Every door as it is now."""
        return tuple(self._doors.values())

    def take(self, event: Event) -> None:
        """Give an event to its door, do what it asks for, and wake it when it is next due."""
        at = self._clock.monotonic()
        times = self._judging.times
        door, commands = machine.step(self._doors[event.door], event, at, times)
        self._doors[event.door] = door
        for command in commands:
            self._do[type(command)](command)
        if isinstance(event, Card) and self._judging.assistive(event.text):
            self.take(Assist(event.door, at, self._doors[event.door].visit.number))
            return
        self._wake(event.door)

    def rest(self) -> None:
        """The branch shows something else from now on: tell the readers that nobody uses."""
        for door in self._doors.values():
            if door.state.value == "idle" and door.secure:
                self._panel.show(door.name, self._house.resting(), self._house.opens())

    def stop(self) -> None:
        """Await nothing any more."""
        for timer in self._timers.values():
            timer.cancel()
        for tasks in self._tasks.values():
            for task in tasks:
                task.cancel()

    def _wake(self, name: str) -> None:
        if name in self._timers:
            self._timers.pop(name).cancel()
        due = machine.due(self._doors[name], self._judging.times)
        if due == float("inf"):
            return
        wait = max(SOONEST, due - self._clock.monotonic())
        self._timers[name] = asyncio.get_running_loop().call_later(wait, self._tick, name)

    def _tick(self, name: str) -> None:
        self._timers.pop(name, None)
        self.take(Tick(name, self._clock.monotonic()))

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[name].add(task)
        task.add_done_callback(self._tasks[name].discard)
        task.add_done_callback(_report)

    # Commands

    def _decide(self, command: do.Decide) -> None:
        self._start(command.door, self._judge(command))

    async def _judge(self, command: do.Decide) -> None:
        verdict = await self._judging.verdict(lambda: self._doors[command.door], command)
        self.take(Decided(command.door, self._clock.monotonic(), command.visit, verdict))

    def _ask(self, command: do.Ask) -> None:
        async def ask() -> None:
            answer = await self._library.ask(command.card, command.pin, command.seconds)
            self._house.asked(answer)
            self.take(Answered(command.door, self._clock.monotonic(), command.visit, answer))

        self._start(command.door, ask())

    def _commit(self, command: do.Commit) -> None:
        row: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._rows = {key: each for key, each in self._rows.items() if self._young(key, command)}
        self._rows[command.door, command.visit] = row
        task = asyncio.get_running_loop().create_task(self._store(command, row))
        task.add_done_callback(_report)

    @staticmethod
    def _young(row: tuple[str, int], command: do.Commit) -> bool:
        return row[0] != command.door or row[1] > command.visit - REMEMBERED

    async def _store(self, command: do.Commit, row: asyncio.Future[str | None]) -> None:
        """Not one of the door's tasks: a row is stored whatever becomes of the visit."""
        verdict = command.verdict
        reason = verdict.reason or Reason.NOT_STORED
        card = command.card if verdict.pseudonym else None
        row.set_result(await self._records.passage(command.door, reason, card, self._judging.today()))
        ok = row.result() is not None
        if ok and verdict.open:
            self._judging.granted(command.door, command.card)
        self.take(Stored(command.door, self._clock.monotonic(), command.visit, ok))

    def _pulse(self, command: do.Pulse) -> None:
        if not self._panel.pulse(command.door, command.seconds, command.token):
            event = Relay(command.door, self._clock.monotonic(), command.token, False)
            asyncio.get_running_loop().call_soon(self.take, event)

    def _show(self, command: do.Show) -> None:
        signal = self._house.resting() if command.signal is Signal.IDLE else command.signal
        self._panel.show(command.door, signal, self._house.opens() if signal is Signal.CLOSED else "")

    def _record(self, command: do.Record) -> None:
        self._records.happening(command.door, command.kind, command.detail)

    def _opened(self, command: do.Opened) -> None:
        if not command.opened:
            self._judging.not_opened(command.door)
        row = self._rows.get((command.door, command.visit))
        if row is None:
            return

        def store(done: asyncio.Future[str | None]) -> None:
            passage = None if done.cancelled() else done.result()
            if passage is not None:
                self._records.opened(passage, command.opened)

        row.add_done_callback(store)

    def _wipe(self, command: do.Wipe) -> None:
        for task in tuple(self._tasks[command.door]):
            task.cancel()

    def _disarm(self, _: do.Disarm) -> None:
        self._house.disarm()


def _report(task: asyncio.Task[None]) -> None:
    """A task that failed is a fault of ours: say where, never what was in it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
        log.error("a task failed: %s at %s", type(error).__name__, where)
