"""The inputs of a branch that are not a door's own: motion, fire, and what the alarm panel says of itself.

An input is known from when its reader first reported it, and unknown again when the line to that reader is lost.
Unknown is never taken for off, with one exception: no fire is observed where none was reported.
"""

from __future__ import annotations

import msgspec

from helhet_door.rules.model import Alarm
from helhet_door.words.events import Input, Line, Meaning
from helhet_door.words.states import Panel

BRANCH = frozenset({Meaning.MOTION, Meaning.FIRE, Meaning.ALARM_READY, Meaning.ALARM_ARMED})


class Inputs(msgspec.Struct, frozen=True):
    """By door and meaning: on, off, or None for unknown."""

    seen: tuple[tuple[str, Meaning, bool | None], ...] = ()

    def wired(self, meaning: Meaning) -> bool:
        """Whether any reader has ever reported such an input."""
        return any(each == meaning for _, each, _ in self.seen)

    def on(self, meaning: Meaning) -> bool | None:
        """On where one is on; off where all are known to be off; else None."""
        values = [on for _, each, on in self.seen if each == meaning]
        if any(values):
            return True
        return None if not values or None in values else False

    def panel(self, alarm: Alarm) -> Panel:
        """The alarm panel by its two inputs."""
        if not alarm.fitted:
            return Panel.NONE
        armed = self.on(Meaning.ALARM_ARMED)
        if armed is None:
            return Panel.UNKNOWN
        if armed:
            return Panel.ARMED
        return Panel.READY if self.on(Meaning.ALARM_READY) else Panel.NOT_READY


def take(inputs: Inputs, event: Input | Line) -> Inputs:
    """The inputs after an event. A fire that was on when the line was lost stays on until it is reported off."""
    if isinstance(event, Line):
        return inputs if event.secure else Inputs(tuple(_lost(event.door, each) for each in inputs.seen))
    if event.meaning not in BRANCH:
        return inputs
    others = (each for each in inputs.seen if each[:2] != (event.door, event.meaning))
    return Inputs(tuple(sorted((*others, (event.door, event.meaning, event.on)), key=lambda each: each[:2])))


def _lost(door: str, each: tuple[str, Meaning, bool | None]) -> tuple[str, Meaning, bool | None]:
    where, meaning, on = each
    return (where, meaning, on if where != door or meaning is Meaning.FIRE else None)
