"""What must hold whatever is done to a branch: seen at the readers' relays, in the store and at the centre.

Nothing here believes the service. A relay of a simulated reader has a timer of its own, and notes every move.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from contextlib import suppress

from staging.guests import Guests
from staging.stage import Stage, reader_name

from helhet_door.decide.visit import LATEST
from helhet_door.demo.reader_control import Refused
from helhet_door.demo.relay import Change
from helhet_door.keep.times import instant
from helhet_door.words.reasons import LETS_IN

MARGIN = 0.5  # seconds: from the command to the reader's relay, and from the reader's clock to ours
BROKEN = ("a task failed", "Traceback", "could not be handed on", "thread failed")


class Witness:
    """Watches one stage, round by round."""

    def __init__(self, stage: Stage, guests: Guests, pulse: float) -> None:
        self._stage = stage
        self._guests = guests
        self._pulse = pulse
        self._since: dict[int, int] = dict.fromkeys(guests.presses, 0)
        self._moves: dict[int, list[Change]] = {door: [] for door in guests.presses}
        self._from: dict[int, int] = dict.fromkeys(guests.presses, 0)  # the first move of this round
        self._granted: dict[str, tuple[str, str]] = {}  # id of a passage that let in: its door, and when
        self._first_offset = 0  # of those that the clock had in this round
        self._committed: set[str] = set()
        self._unlocks: Counter[int] = Counter()  # in all rounds before this one
        self._rows: Counter[int] = Counter()
        self._log = 0

    # What is gathered

    async def gather(self) -> None:
        """Take down every move of the relays since the last time; nothing while the readers are gone."""
        for door, since in self._since.items():
            try:
                answer = await self._stage.readers.do("changes", door, since=since)
            except (Refused, OSError):
                return
            self._since[door] = answer["next"]
            self._moves[door] += [Change(*change) for change in answer["changes"] if change[0] == 0]

    def readers_died(self) -> None:
        """Their relays fell with them, and what they have noted begins anew."""
        for door, moves in self._moves.items():
            self._since[door] = 0
            if moves and moves[-1].on:
                moves.append(Change(0, False, time.monotonic()))

    def _read_rows(self) -> None:
        """Passages that let in: of the store, and of the centre, which keeps what a lost disk does not."""
        marks = ", ".join("?" * len(LETS_IN))
        try:
            rows = self._stage.rows(f"SELECT id, door, at FROM passages WHERE reason IN ({marks})", *sorted(LETS_IN))
        except sqlite3.Error:
            rows = []
        self._granted.update({key: (door, at) for key, door, at in rows})
        held = self._stage.hub.passages.values()
        self._granted.update({row.id: (row.door, row.at) for row in held if row.reason in LETS_IN})

    # What is wrong

    async def begin(self) -> None:
        """From here on a new round counts."""
        await self.gather()
        self._read_rows()
        self._unlocks, self._rows = self._count_unlocks(), self._count_rows()
        self._from = {door: len(moves) for door, moves in self._moves.items()}
        self._first_offset = len(self._stage.offsets) - 1

    async def wrong(self, frozen: float = 0.0) -> list[str]:
        """What does not hold of this round. ``frozen``: seconds for which the readers' own clocks stood still."""
        await self.gather()
        self._read_rows()
        found = []
        unlocks, rows = self._count_unlocks(), self._count_rows()
        for door in self._moves:
            here, stored = unlocks[door] - self._unlocks[door], rows[door] - self._rows[door]
            if here > stored:
                found.append(f"door {door}: {here} unlocks and {stored} committed rows")
            found += self._without_a_row(door)
            found += self._late_or_stuck(door, frozen)
        welcomed = [each.door for each in self._guests.tries if each.welcome and not each.right]
        found += [f"door {door}: a wrong PIN was welcomed" for door in welcomed]
        return found + self._broken()

    async def shut(self, slack: float) -> list[str]:
        """Wait for every lock to be shut again; what is not, when nobody has come for long enough."""
        found = []
        for door in self._moves:
            last = max((t.told_at for t in self._guests.tries if t.door == door and t.welcome), default=0.0)
            while await self._stage.relay(door):
                if time.monotonic() > last + self._pulse + MARGIN + slack:
                    found.append(f"door {door}: still open {time.monotonic() - last:.1f} s after the last welcome")
                    break
                await asyncio.sleep(0.1)
        return found

    def unlocks(self) -> int:
        """Unlocks of this round."""
        return sum((self._count_unlocks() - self._unlocks).values())

    def look(self) -> None:
        """Every row that is committed now must reach the centre, whatever comes."""
        with suppress(sqlite3.Error):
            self._committed = self._here()

    def all_sent(self) -> bool:
        """Whether the centre has said of every row that it holds it."""
        with suppress(sqlite3.Error):
            return self._stage.rows("SELECT count(*) FROM outbox") == [(0,)]
        return False

    def lost(self, disk: bool = False) -> list[str]:
        """Rows that have not reached the centre, or are gone. ``disk``: it was damaged, and what was on it is gone."""
        hub = self._stage.hub
        held = hub.passages.keys() | hub.happenings.keys()
        found = []
        try:
            missing = self._here() - held
        except sqlite3.Error as error:
            return [f"the database cannot be read: {error}"]
        if missing:
            found.append(f"{len(missing)} rows have not reached the centre")
        if not disk and (gone := self._committed - held):
            found.append(f"{len(gone)} committed rows are lost")
        if hub.unlike:
            found.append(f"{len(hub.unlike)} rows came again with something else in them")
            hub.unlike.clear()
        self._committed = set()
        return found

    def _here(self) -> set[str]:
        return {row[0] for row in self._stage.rows("SELECT id FROM passages UNION ALL SELECT id FROM happenings")}

    def _count_unlocks(self) -> Counter[int]:
        return Counter({door: sum(move.on for move in moves) for door, moves in self._moves.items()})

    def _count_rows(self) -> Counter[int]:
        doors = {f"door{reader_name(self._stage, door)}": door for door in self._moves}
        return Counter(doors[door] for door, _ in self._granted.values())

    def _without_a_row(self, door: int) -> list[str]:
        """Every unlock has a committed row of its own, made before it and not long before.

        The relay of a lock that is released already does not move; so it is not enough to count.
        """
        name = f"door{reader_name(self._stage, door)}"
        free = sorted(instant(at).timestamp() for each, at in self._granted.values() if each == name)
        found = []
        for move in self._moves[door][self._from[door] :]:
            if not move.on:
                continue
            wall = time.time() - time.monotonic() + move.at
            row = next(
                (
                    at
                    for at in free
                    if any(_just_before(at - by, wall) for by in self._stage.offsets[self._first_offset :])
                ),
                None,
            )
            if row is None:
                found.append(f"door {door}: an unlock without a committed row before it")
            else:
                free.remove(row)
        return found

    def _late_or_stuck(self, door: int, frozen: float) -> list[str]:
        """Every unlock belongs to a right try of its own, just before; and ends when the rules say."""
        found = []
        right = [press for press in self._guests.presses[door] if press.right]
        free = list(right)
        moves = self._moves[door]
        ons = [number for number in range(self._from[door], len(moves)) if moves[number].on]
        for number in ons:
            on = moves[number].at
            mine = next((each for each in free if each.before <= on <= each.after + LATEST + MARGIN + frozen), None)
            if mine is None:
                ago = min((on - each.after for each in right if each.before <= on), default=float("inf"))
                found.append(f"door {door}: opened {ago:.1f} s after the last right try")
            else:
                free.remove(mine)
            end = moves[number + 1].at if number + 1 < len(moves) else time.monotonic()
            last = max((each.after for each in right if each.before <= end), default=on)
            if end - max(on, last + LATEST) > self._pulse + MARGIN + frozen:
                found.append(f"door {door}: stuck open for {end - on:.1f} s")
        return found

    def _broken(self) -> list[str]:
        """Faults of the program itself, in its log."""
        log = (self._stage.folder / "service.log").read_text(errors="replace")
        new, self._log = log[self._log :], len(log)
        return [f"in the log: {line}" for line in new.splitlines() if any(word in line for word in BROKEN)]


def _just_before(row: float, unlock: float) -> bool:
    """Rows carry whole seconds."""
    return -MARGIN <= unlock - row <= LATEST + MARGIN + 1.0
