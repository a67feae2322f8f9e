"""Plays visits at the doors of a stage, and notes everything that can be seen of them from outside."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import TypeVar

import msgspec
from staging.hub import Hub
from staging.stage import Stage
from visit import Visit

from helhet_door.demo.people import Person
from helhet_door.demo.reader_control import Refused
from helhet_door.words.reasons import LETS_IN, Reason
from helhet_door.words.rows import Kind, Passage

BETWEEN = frozenset({"Ange PIN, avsluta med #", "Vänta ..."})
"""What a reader shows while a visit goes on."""
WELCOME = "Välkommen"
FELT = 0.3
"""Seconds after the last key was read, after which the reader shows that it waits."""
NO_SOONER = 1.5
"""Seconds after the last key at which every refusal is told."""
ROW = 4.0
"""Seconds within which a row must have come to the centre."""
SIGN = 8.0
GRACE = 1.3
"""Seconds after a pulse in which an opening of the door still belongs to it."""
QUIET = 2.0
"""Seconds after a line came back in which nothing that it brings is believed."""
LEAF = 0.25
"""Seconds for which somebody who comes in holds the leaf open."""
AGAIN = 3
TOO_SLOW = frozenset({None, Reason.LIBRARY_SILENT, Reason.NOT_STORED})
"""What a busy machine makes of a visit that is only to prepare another: it is made again."""
T = TypeVar("T")


class Seen(msgspec.Struct):
    """One visit, seen from outside. Times are the machine's monotonic seconds."""

    visit: Visit
    door: int
    rows: list[Passage]
    shown: str
    pulses: list[tuple[float, float | None]]  # the lock's relay on, and off again
    last_on: float | None  # when it went on before this visit
    keyed_at: float  # the last key was read, at the latest
    leaf: bool = False  # somebody opened the door
    asked: int = 0  # how often the library system was asked
    keys: dict[str, bytes] = {}  # under which pseudonyms are made, by day
    fell: bool = False  # the line fell by itself
    strange: str = ""  # it was not played as it was meant


class Rows:
    """What has come to the centre, by door and in order: rows, and the times at which a line was lost or came back."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._passages = self._happenings = 0
        self._doors: dict[str, list[Passage]] = defaultdict(list)
        self._lines: dict[str, list[float]] = defaultdict(list)

    def _read(self) -> None:
        passages, happenings = self._hub.passages, self._hub.happenings
        for passage in islice(passages.values(), self._passages, None):
            self._doors[passage.door].append(passage)
        for happening in islice(happenings.values(), self._happenings, None):
            if happening.kind in (Kind.LINE_LOST, Kind.LINE_BACK):
                self._lines[happening.door].append(time.monotonic())
        self._passages, self._happenings = len(passages), len(happenings)

    def of(self, door: int) -> list[Passage]:
        """The rows of one door."""
        self._read()
        return self._doors[f"door-{door}"]

    def line(self, door: int) -> list[float]:
        """When it was heard that the door's line was lost or came back."""
        self._read()
        return self._lines[f"door-{door}"]


def _cut(visit: Visit) -> bool:
    """Whether the line is cut for the visit, which takes its time."""
    return not visit.world.secure or visit.world.line_quiet < QUIET


class Player:
    """Everybody who comes to the doors of one stage."""

    def __init__(self, stage: Stage, doors: Sequence[int], secure: Callable[[int], bool]) -> None:
        self.stage = stage
        self.doors = tuple(doors)
        self.rows = Rows(stage.hub)
        self.odd: list[str] = []
        self.dropped = 0  # unlocks that rows let in for, and that did not come
        self._secure = secure
        self._changes = dict.fromkeys(doors, 0)
        self._last_on: dict[int, float | None] = dict.fromkeys(doors, None)

    async def share(self, work: Iterable[T], do: Callable[[int, T], Awaitable[None]]) -> None:
        """Do all of it, at all doors at once, one thing after the other at each; what lasts long comes first."""
        left = sorted(work, key=lambda each: isinstance(each, Visit) and _cut(each))

        async def at(door: int) -> None:
            while left:
                await do(door, left.pop())

        await asyncio.gather(*(at(door) for door in self.doors))

    async def come(self, door: int, visit: Visit) -> Seen:
        """One visit."""
        await self._rest(door)
        before, line = len(self.rows.of(door)), len(self.rows.line(door))
        strange = ""
        if not visit.world.secure:
            strange = await self._at_a_cut_line(door, visit)
            keyed_at, shown = time.monotonic(), await self._text(door)
        elif visit.world.line_quiet < QUIET:
            strange = await self._just_after_a_cut(door, visit)
            keyed_at, shown = time.monotonic(), await self._text(door)
        else:
            keyed_at, shown = await self.key(door, visit.card, visit.pin, before, visit.world.stored)
        seen = Seen(visit, door, self.rows.of(door)[before:], shown, [], self._last_on[door], keyed_at)
        seen.strange = strange
        await self._relays(door, seen)
        if len(self.rows.line(door)) > line + 2 * _cut(visit):
            seen.strange, seen.fell = "the line fell by itself", True
            await asyncio.sleep(ROW)  # its row may still come, and then counts as one whose unlock was dropped
            seen.rows = self.rows.of(door)[before:]
        self._account(seen, f"visit {visit.number}")
        return seen

    async def _rest(self, door: int, seen: Seen | None = None) -> None:
        """Wait until the line has been whole for a while, and the lock is shut again; ``seen`` is told what it did."""
        while time.monotonic() - max(self.rows.line(door)[-1:], default=0.0) < QUIET + 1.0:
            await asyncio.sleep(0.1)
        while (await self.stage.readers.state(door))["relays"][0]:
            await asyncio.sleep(0.1)
        if seen is None:
            self._changes[door] += len(await self.stage.readers.changes(door, self._changes[door]))
        else:
            await self._look(door, seen)

    async def key(self, door: int, card: str, pin: str, before: int, stored: bool = True) -> tuple[float, str]:
        """Show a card, press keys, and wait for the end of it: when the last key was read, and what is shown."""
        await self._show_and_press(door, card, pin)
        keyed_at = await self._delivered(door)
        await asyncio.sleep(FELT)
        while True:
            state = await self.stage.readers.state(door)
            waited = time.monotonic() - keyed_at
            row = len(self.rows.of(door)) > before or (not stored) or waited > ROW
            over = state["text"] not in BETWEEN and row and (waited > NO_SOONER or state["relays"][0])
            if over or waited > SIGN:
                return keyed_at, state["text"]
            await asyncio.sleep(0.07 if waited > NO_SOONER else min(0.2, NO_SOONER + 0.05 - waited))

    async def _show(self, door: int, card: str) -> None:
        data = card.encode()
        await self.stage.readers.do("card", door, hex=data.hex(), bits=8 * len(data))

    async def _show_and_press(self, door: int, card: str, pin: str) -> None:
        await self._show(door, card)
        await self.stage.readers.keys(pin + "#", door)

    async def _delivered(self, door: int) -> float:
        """When the reader has told all that it had to tell."""
        await asyncio.sleep(0.15)
        while (await self.stage.readers.state(door))["waiting"]:
            await asyncio.sleep(0.05)
        return time.monotonic()

    async def _text(self, door: int) -> str:
        return str((await self.stage.readers.state(door))["text"])

    async def _until(self, condition: Callable[[], bool | Awaitable[bool]], seconds: float = 15.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = condition()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("a line did not go or come")

    async def _at_a_cut_line(self, door: int, visit: Visit) -> str:
        """The line is cut, somebody comes, and the line is back: what the reader kept must come to nothing."""
        await self.stage.readers.cut(reader=door)
        await self._until(lambda: not self._secure(door))
        await self._show_and_press(door, visit.card, visit.pin)
        await asyncio.sleep(0.2)
        await self.stage.readers.restore(door)
        await self._until(lambda: self._secure(door))
        await asyncio.sleep(QUIET + 1.0)
        return ""

    async def _just_after_a_cut(self, door: int, visit: Visit) -> str:
        """The line was cut, and is back for less than two seconds, when somebody comes."""
        await self.stage.readers.cut(reader=door)
        await self._until(lambda: not self._secure(door))
        await self.stage.readers.restore(door)

        async def back() -> bool:
            return bool((await self.stage.readers.state(door))["secure"])

        await self._until(back)
        began = time.monotonic()
        await self._show(door, visit.card)
        took = await self._delivered(door) - began
        await self.stage.readers.keys(visit.pin + "#", door)
        await self._until(lambda: self._secure(door))
        await asyncio.sleep(QUIET + 1.0)
        return "" if took < QUIET else f"the card came {took:.1f} s after the line"

    async def _relays(self, door: int, seen: Seen) -> None:
        """Note what the lock's relay did; where it opened, come in or not, and wait until it is shut."""
        await self._look(door, seen)
        if not any(on > 0 for on, _ in seen.pulses):
            return
        if seen.visit.number % 2:
            seen.leaf = True
            await self.open_leaf(door)
        await self.wait_shut(door, seen)
        if not seen.leaf:
            await asyncio.sleep(GRACE)

    async def open_leaf(self, door: int) -> None:
        """Somebody comes in."""
        with suppress(Refused):
            await self.stage.readers.input(0, True, door)
            await asyncio.sleep(LEAF)
            await self.stage.readers.input(0, False, door)

    async def wait_shut(self, door: int, seen: Seen, seconds: float = 12.0) -> None:
        """Wait until the lock's relay is off."""
        end = time.monotonic() + seconds
        while seen.pulses and seen.pulses[-1][1] is None and time.monotonic() < end:
            await asyncio.sleep(0.1)
            await self._look(door, seen)

    async def _look(self, door: int, seen: Seen) -> None:
        changes = await self.stage.readers.changes(door, self._changes[door])
        self._changes[door] += len(changes)
        for change in changes:
            if change.output != 0:
                continue
            if change.on:
                seen.pulses.append((change.at, None))
                self._last_on[door] = change.at
            elif seen.pulses:
                seen.pulses[-1] = (seen.pulses[-1][0], change.at)
            else:
                seen.pulses.append((-1.0, change.at))  # the end of one that began before

    # What people did before

    async def let_in(self, door: int, card: str, pin: str) -> Reason | None:
        """Somebody comes who must be let in, and comes in."""
        await self.stage.library.people([Person(card, pin)])
        await self._rest(door)
        first = len(self.rows.of(door))
        seen = Seen(None, door, [], "", [], None, 0.0)  # type: ignore[arg-type]
        for _ in range(AGAIN):
            await self._rest(door, seen)
            before = len(self.rows.of(door))
            await self.key(door, card, pin, before)
            reason = self._reason(door, before)
            if reason not in TOO_SLOW:
                break
        await self._look(door, seen)
        await self.open_leaf(door)
        seen.rows = self.rows.of(door)[first:]  # of all the tries: the row of one may come in the next
        self._account(seen, "before a visit")
        return reason

    def _account(self, seen: Seen, what: str) -> None:
        """Note where rows that let in and unlocks do not go together: a pulse that cannot leave is dropped."""
        rows = sum(row.reason in LETS_IN for row in seen.rows)
        unlocks = sum(on > 0 for on, _ in seen.pulses)
        if rows != unlocks:
            self.dropped += rows - unlocks
            self.odd.append(f"door {seen.door}, {what}: {rows} rows that let in and {unlocks} unlocks {seen.strange}")

    async def guess(self, door: int, card: str, pin: str) -> Reason | None:
        """Somebody guesses a PIN."""
        before = len(self.rows.of(door))
        await self.key(door, card, pin, before)
        return self._reason(door, before)

    def _reason(self, door: int, before: int) -> Reason | None:
        rows = self.rows.of(door)[before:]
        return rows[0].reason if len(rows) == 1 else None
