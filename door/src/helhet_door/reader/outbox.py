"""What is to be said to one reader, most important first. At most one pulse, and only the newest of the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Command = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pulse:
    """An asked pulse: the relay on for ``seconds``, by the reader's own timer."""

    token: int
    seconds: float
    asked: float


@dataclass(slots=True)
class Outbox:
    """Commands that wait. A pulse goes first; levels and signals are wishes that outlive a gap, a pulse never does."""

    pulse: Pulse | None = None
    waiting: dict[str, Command] = field(default_factory=dict)
    wishes: dict[str, Command] = field(default_factory=dict)

    def put(self, kind: str, command: Command, lasting: bool) -> None:
        """Say ``command`` when there is time, instead of an older one of its kind; again after a gap if lasting."""
        self.waiting[kind] = command
        if lasting:
            self.wishes[kind] = command

    def take(self) -> tuple[str, Command] | None:
        """The next command that is no pulse."""
        if not self.waiting:
            return None
        kind = min(self.waiting, key=_rank)
        return kind, self.waiting.pop(kind)

    def again(self) -> None:
        """After a gap: only the wishes are left."""
        self.waiting = dict(self.wishes)


_ORDER = ("relock", "output", "led", "text", "buzzer", "input_status", "local_status")


def _rank(kind: str) -> int:
    return _ORDER.index(kind.partition(":")[0])
