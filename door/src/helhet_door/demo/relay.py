"""A reader's relay with its own timer, and every change of it with its time."""

from __future__ import annotations

import time
from collections import deque
from typing import NamedTuple

_REMEMBERED = 200_000


class Change(NamedTuple):
    """A relay went on or off, at a time of the machine's monotonic clock (the same in every process of it)."""

    output: int
    on: bool
    at: float


class Relays:
    """Outputs as OSDP knows them (osdp_OUT): a lasting state, and a timed one that runs out by itself."""

    def __init__(self, count: int) -> None:
        self._lasting = [False] * count
        self._timed: dict[int, tuple[bool, float]] = {}
        self._on = [False] * count
        self.changes: deque[Change] = deque(maxlen=_REMEMBERED)
        self.forgotten = 0

    @property
    def on(self) -> list[bool]:
        """The relays as they are."""
        return list(self._on)

    def command(self, output: int, code: int, tenths: int) -> bool:
        """Obey a control code; False where it is not known."""
        now = time.monotonic()
        if code in {1, 2, 3, 4}:
            self._lasting[output] = code in {2, 4}
            if code in {1, 2}:
                self._timed.pop(output, None)
        elif code in {5, 6} and tenths > 0:
            self._timed[output] = (code == 5, now + tenths / 10)
        elif code != 0:
            return False
        self.look()
        return True

    def look(self) -> None:
        """Let timers run out and note what changed."""
        now = time.monotonic()
        for output, (_, until) in list(self._timed.items()):
            if now >= until:
                del self._timed[output]
        for output, lasting in enumerate(self._lasting):
            on = self._timed[output][0] if output in self._timed else lasting
            if on != self._on[output]:
                self._on[output] = on
                self._note(Change(output, on, now))

    def next(self) -> float | None:
        """When the next timer runs out."""
        return min((until for _, until in self._timed.values()), default=None)

    def power_off(self) -> None:
        """As when the reader loses its power: everything falls."""
        self._lasting = [False] * len(self._lasting)
        self._timed = {}
        self.look()

    def since(self, number: int) -> tuple[list[Change], int]:
        """The changes from ``number`` on, and the number to ask from next time."""
        known = list(self.changes)[max(0, number - self.forgotten) :]
        return known, self.forgotten + len(self.changes)

    def _note(self, change: Change) -> None:
        if len(self.changes) == _REMEMBERED:
            self.forgotten += 1
        self.changes.append(change)
