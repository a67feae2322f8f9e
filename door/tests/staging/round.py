"""One fault in every door state at once: what was seen, and what was wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

import msgspec
from staging.fault import Entry, Fault, Seen
from staging.guests import Try
from staging.hub import until
from staging.scene import Scene, name

from helhet_door.demo.reader_control import Refused
from helhet_door.words.events import Signal
from helhet_door.words.rows import Kind
from helhet_door.words.states import DoorState

PEN = 0.1  # seconds for which the row under way is still held up
NO = 1.5  # seconds from the last key to a no (Times.ask)
NO_MARGIN = 0.7  # seconds: polling, and a guest who looks now and then
AGAIN = 3.0  # seconds that one refused try may take
MOST = 20.0  # seconds of waiting for members to come in again
REACH = 10.0  # seconds for every row to reach the centre


class Outcome(msgspec.Struct):
    """What was seen of one fault."""

    fault: str
    states: tuple[str, ...] = ()  # in which it hit a door
    unlocks: int = 0
    tries: int = 0
    told: float = -1.0  # seconds until the centre saw it
    slowest_no: float = 0.0
    recovery: float = 0.0  # seconds until a member came in again, at the last of the doors
    wrong: list[str] = []
    reached: bool = False  # every door was in its state, and the fault was made
    broke_off: bool = False


class Round:
    """Plays one fault on a scene. ``slack``: seconds that a slow machine may take beyond the limits."""

    def __init__(self, scene: Scene, fault: Fault, order: Sequence[DoorState], slack: float = 0.0) -> None:
        self._scene = scene
        self._fault = fault
        self._slack = slack
        self._order = tuple(order)
        self._guests = scene.guests
        self.outcome = Outcome(fault.name)

    async def play(self) -> Outcome:
        """All of it. A round that cannot be played to its end says so among what was wrong."""
        scene, fault, out = self._scene, self._fault, self.outcome
        scene.said, scene.returned = [], None
        scene.prepare, scene.align = fault.prepare, fault.align
        try:
            await scene.witness.begin()
            first = len(self._guests.tries)
            begun = await scene.bring_about(self._order)
            out.reached = True
            began, mending, back = await self._stand(begun)
            await self._recover(back)
            tries = self._guests.tries[first:]
            out.tries = len(tries)
            self._judge(tries, began, mending, back)
            await self._settle()
        except Exception as error:
            out.wrong.append(f"the round broke off: {type(error).__name__} {error}")
            out.broke_off = True
            await self._break_off()
        out.wrong += scene.said + await scene.witness.wrong(fault.frozen)
        out.unlocks = scene.witness.unlocks()
        return out

    async def _break_off(self) -> None:
        """Leave the scene fit for the next fault."""
        self._scene.drop_pen()
        await self._guests.leave()
        with suppress(Exception):
            await self._fault.mend(self._scene)
        with suppress(Exception):
            await self._scene.alive()

    async def _stand(self, begun: dict[int, Try]) -> tuple[float, float, float]:
        """Inject, let visitors go on, and mend: when it began, when mending began, and when all was back."""
        scene, fault = self._scene, self._fault
        seen = set(scene.stage.hub.happenings)
        began = time.monotonic()
        pen = asyncio.create_task(self._let_the_row_be_written())
        injecting = asyncio.create_task(fault.inject(scene))
        await asyncio.sleep(0)
        self._guests.touch = fault.touch
        self._guests.wrong_share = 0.1
        self._guests.pause = fault.pause
        self._guests.start(self._go_on(begun))
        await injecting
        await pen
        self.outcome.states = self._hit(began)
        sight = asyncio.create_task(self._see(seen, began))
        await asyncio.sleep(max(0.0, began + fault.stands - time.monotonic()))
        self._guests.wrong_share = self._guests.pause = 0.0
        scene.witness.look()
        mending = time.monotonic()
        await fault.mend(scene)
        back = scene.returned or time.monotonic()
        await sight
        return began, mending, back

    async def _let_the_row_be_written(self) -> None:
        await asyncio.sleep(PEN)
        self._scene.drop_pen()

    def _hit(self, began: float) -> tuple[str, ...]:
        """The states in which the doors were, and were meant to be, when it began."""
        states = self._scene.states.at(began)
        stage = self._scene.stage
        return tuple(
            state.value for door, state in enumerate(self._order, 1) if states.get(name(stage, door)) == state.value
        )

    # Those who are at the doors when it happens

    def _go_on(self, begun: dict[int, Try]) -> dict[int, asyncio.Task[None]]:
        ways = {}
        for door, state in enumerate(self._order, 1):
            ways[door] = asyncio.create_task(self._whoever_is_there(state, door, begun.get(door)))
        return ways

    async def _whoever_is_there(self, state: DoorState, door: int, this: Try | None) -> None:
        with suppress(Refused, OSError):
            match state:
                case DoorState.PIN if this is not None:
                    await asyncio.sleep(0.4)
                    await self._guests.enter(this)
                case DoorState.ASK | DoorState.COMMIT if this is not None:
                    await self._guests.hear(this)
                case DoorState.PULSE if self._guests.touch:
                    await asyncio.sleep(0.5)
                    await self._guests.through(door, 0.3)
                case DoorState.OPEN | DoorState.HELD if self._guests.touch:
                    await asyncio.sleep(1.0)
                    await self._scene.stage.readers.input(0, False, door)

    # What is seen meanwhile, and afterwards

    async def _see(self, seen: set[str], began: float) -> None:
        """Wait for what the centre must see."""
        hub, fault = self._scene.stage.hub, self._fault

        def told() -> bool:
            if fault.seen is Kind.STORE and hub.last is not None and Kind.STORE.value in hub.last.health.faults:
                return True  # its row can only come when all is well again
            new = [row for key, row in hub.happenings.items() if key not in seen]
            return any(row.kind is fault.seen and fault.detail in row.detail for row in new)

        if fault.seen is Seen.NOTHING:
            return
        try:
            if fault.seen is Seen.SILENCE:
                await self._silence()
            else:
                await until(told, fault.within + self._slack, 0.02)
            self.outcome.told = time.monotonic() - began
        except AssertionError:
            self.outcome.wrong.append(f"the centre did not see {fault.seen} within {fault.within} s")

    async def _silence(self) -> None:
        """No report for a second."""
        hub = self._scene.stage.hub
        end = time.monotonic() + self._fault.within
        quiet_since, reports = time.monotonic(), hub.reports
        while time.monotonic() < end:
            if hub.reports != reports:
                quiet_since, reports = time.monotonic(), hub.reports
            if time.monotonic() - quiet_since > 1.0:
                return
            await asyncio.sleep(0.05)
        raise AssertionError

    async def _recover(self, back: float) -> None:
        """Until a member has come in again at every door, and what was promised can be judged."""
        doors = set(self._guests.presses)
        end = back + max(self._fault.recovery + AGAIN, MOST)
        while time.monotonic() < end:
            if all(self._first_in(door, back) for door in doors):
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        await self._guests.leave()

    def _first_in(self, door: int, back: float) -> Try | None:
        return next((t for t in self._guests.tries if t.door == door and t.welcome and t.press.before >= back), None)

    def _judge(self, tries: list[Try], began: float, mending: float, back: float) -> None:
        fault, wrong = self._fault, self.outcome.wrong
        if len(self.outcome.states) < len(self._order):
            wrong.append(f"it hit only {', '.join(self.outcome.states)}")
        right = [each for each in tries if each.right]
        during = [t for t in right if t.began >= began + fault.bites and t.told_at <= mending]
        if fault.entry is Entry.NOBODY:
            wrong += [f"door {t.door}: a member came in at {t.told_at - began:.1f} s" for t in during if t.welcome]
        if fault.entry is Entry.EVERYBODY:
            refused = [t for t in during if t.told_at and not t.welcome]
            wrong += [f"door {t.door}: a member was told {t.told} at {t.told_at - began:.1f} s" for t in refused]
        slow = [t.wait for t in tries if t.told not in (None, Signal.WELCOME) and t.began > began]
        self.outcome.slowest_no = max(slow, default=0.0)
        if fault.says_no and self.outcome.slowest_no > NO + NO_MARGIN + self._slack:
            wrong.append(f"a no took {self.outcome.slowest_no:.2f} s")
        self._judge_recovery(right, back)

    def _judge_recovery(self, right: list[Try], back: float) -> None:
        wrong, limit = self.outcome.wrong, self._fault.recovery + self._slack
        for door in self._guests.presses:
            first = self._first_in(door, back)
            if first is None:
                wrong.append(f"door {door}: nobody came in again")
                continue
            self.outcome.recovery = max(self.outcome.recovery, first.press.after - back)
            late = [t.began - back for t in right if t.door == door and t.began > back + limit and not t.welcome]
            if late:
                wrong.append(f"door {door}: a member was refused {max(late):.1f} s after it was mended")

    async def _settle(self) -> None:
        """Everything comes back to rest, and every row to the centre."""
        scene = self._scene
        self.outcome.wrong += await scene.witness.shut(self._slack)
        await scene.rest()
        with suppress(AssertionError):
            await until(scene.witness.all_sent, REACH, 0.1)
        self.outcome.wrong += scene.witness.lost(self._fault.loses_rows)
