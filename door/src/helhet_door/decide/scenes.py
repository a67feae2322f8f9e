"""When lights and voice change: some minutes after a branch came into a state, or before it is going to by schedule."""

from __future__ import annotations

import datetime as dt

import msgspec
from msgspec.structs import replace

from helhet_door.decide import commands
from helhet_door.rules import hours
from helhet_door.rules.model import Rules, Scene
from helhet_door.words.states import BranchState

SOON = 2
"""Days ahead that are looked at for a negative offset."""


class Waiting(msgspec.Struct, frozen=True):
    """Scenes to come (by monotonic seconds), and those already played before their moment (UTC)."""

    later: tuple[tuple[float, Scene], ...] = ()
    early: tuple[tuple[dt.datetime, Scene], ...] = ()


Result = tuple[Waiting, tuple[commands.Command, ...]]


def entered(waiting: Waiting, state: BranchState, at: float, rules: Rules) -> Waiting:
    """The branch came into ``state``: its scenes are due, those of other states no more."""
    mine = (each for each in rules.settings.scenes if each.state == state and each.offset_minutes >= 0)
    return replace(waiting, later=tuple((at + 60.0 * each.offset_minutes, each) for each in mine))


def play(waiting: Waiting, at: float, now: dt.datetime | None, rules: Rules) -> Result:
    """What is due at ``at`` and, where the clock is trusted, ``now``."""
    due = [scene for when, scene in waiting.later if at >= when]
    waiting = replace(waiting, later=tuple(each for each in waiting.later if at < each[0]))
    if now is not None:
        early = tuple(each for each in _early(rules, now) if each not in waiting.early)
        due += [scene for _, scene in early]
        waiting = replace(waiting, early=tuple(each for each in (*waiting.early, *early) if each[0] > now))
    return waiting, tuple(commands.Scene("", each.topic, each.payload) for each in due)


def _early(rules: Rules, now: dt.datetime) -> list[tuple[dt.datetime, Scene]]:
    """Scenes whose state begins, by schedule, within the minutes of their negative offset; with that moment."""
    found = []
    for scene in rules.settings.scenes:
        if scene.offset_minutes >= 0:
            continue
        moment = _next_start(rules, now, scene.state)
        if moment is not None and now >= moment + scene.offset_minutes * hours.MINUTE:
            found.append((moment, scene))
    return found


def _next_start(rules: Rules, now: dt.datetime, state: str) -> dt.datetime | None:
    if state == BranchState.STAFFED:
        return hours.next_start(rules, now, hours.Plan.STAFFED, SOON)
    if state == BranchState.OPEN_PLUS:
        return hours.next_start(rules, now, hours.Plan.OPEN_PLUS, SOON)
    closing = hours.closing(rules, now)
    if closing is None or state == BranchState.CLEARING:
        return closing
    warning = closing - max(rules.settings.warn_minutes, default=0) * hours.MINUTE
    return warning if state == BranchState.WARNING and warning > now else None
