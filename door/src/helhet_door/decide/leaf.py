"""The leaf of a door: does the contact agree with what the lock was told? A part of the door machine (door.py)."""

from __future__ import annotations

from math import inf

import msgspec
from msgspec.structs import replace

from helhet_door.decide.commands import Command, Opened, Record, Show
from helhet_door.rules.model import Times
from helhet_door.words.events import Signal
from helhet_door.words.rows import Kind

GRACE = 1.0
"""Seconds after a pulse in which the contact may still say open: polling, and who pulled at the last moment."""

EXIT = 10.0
"""Seconds after the exit button in which the door may be opened from within."""

NEVER_OPENS = 3
"""Pulses in a row on which nobody opened, after which the contact or the lock is thought to be broken."""


class Leaf(msgspec.Struct, frozen=True):
    """What is known of the leaf. Times are seconds of the monotonic clock."""

    contact: bool = False  # the contact says open
    open_before_gap: bool = False
    waiting: tuple[int, ...] = ()  # visits that were let in and have not opened yet
    pulse_until: float = -inf  # until then an opening belongs to a pulse
    exit_until: float = -inf  # until then an opening belongs to the exit button
    open_since: float = -inf
    held: bool = False
    forced: bool = False
    unopened: int = 0  # pulses in a row on which nobody opened
    allowed: int | None = 0  # people who may come in on this opening; None: not limited
    entered: int = 0
    crowd: bool = False  # too many have come in on this opening


Result = tuple[Leaf, tuple[Command, ...]]


def pulsed(door: str, leaf: Leaf, visit: int, seconds: float, party: int | None, at: float) -> Result:
    """The lock is told to release for ``seconds``; up to ``party`` people may come in."""
    fresh = not leaf.contact and not leaf.waiting
    before, entered = (0, 0) if fresh else (leaf.allowed, leaf.entered)
    allowed = None if party is None or before is None else before + party
    leaf = replace(
        leaf,
        pulse_until=max(leaf.pulse_until, at + seconds + GRACE),
        allowed=allowed,
        entered=entered,
        crowd=leaf.crowd and not fresh,
    )
    if not leaf.contact:
        return replace(leaf, waiting=(*leaf.waiting, visit)), ()
    opened = (Opened(door, visit, True),)
    if leaf.held or leaf.forced:  # nobody knows any more what the contact means
        return leaf, (Record(door, Kind.CONTACT_DISAGREES, "open before the pulse"), *opened)
    return leaf, opened


def relay(door: str, leaf: Leaf, visit: int, taken: bool, at: float) -> Result:
    """What became of a pulse. A pulse that was not taken opens nothing, and says so."""
    if taken or visit not in leaf.waiting:
        return leaf, ()
    waiting = tuple(each for each in leaf.waiting if each != visit)
    leaf = replace(leaf, waiting=waiting, pulse_until=leaf.pulse_until if waiting else at)
    return leaf, (Opened(door, visit, False), Show(door, Signal.OUT_OF_ORDER))


def contact(door: str, leaf: Leaf, is_open: bool, at: float) -> Result:
    """The contact has changed."""
    if is_open and leaf.contact:
        return leaf, ()
    if not is_open:
        told = (Show(door, Signal.IDLE),) if leaf.held else ()
        return replace(leaf, contact=False, open_before_gap=False, held=False, forced=False), told
    by_pulse, by_exit = at < leaf.pulse_until, at < leaf.exit_until
    forced = not (by_pulse or by_exit or leaf.open_before_gap)
    opened = tuple(Opened(door, visit, True) for visit in leaf.waiting)
    leaf = replace(leaf, contact=True, open_before_gap=False, open_since=at, forced=forced, waiting=())
    if opened:
        leaf = replace(leaf, unopened=0)
    if not by_pulse:  # nobody may come in on this opening
        leaf = replace(leaf, allowed=0, entered=0, crowd=False)
    return leaf, (Record(door, Kind.DOOR_FORCED, "opened without a pulse"),) if forced else opened


def exit_button(leaf: Leaf, at: float) -> Leaf:
    """Somebody inside wants to leave."""
    return replace(leaf, exit_until=at + EXIT)


def entry(door: str, leaf: Leaf) -> Result:
    """One person was counted coming in."""
    leaf = replace(leaf, entered=leaf.entered + 1)
    if leaf.crowd or leaf.allowed is None or leaf.entered <= leaf.allowed:
        return leaf, ()
    return replace(leaf, crowd=True), (Record(door, Kind.CROWD, "more came in than may"),)


def gap(leaf: Leaf) -> Leaf:
    """The line is cut: nothing is known until the contact reports anew. Whether the waiting opened stays unknown."""
    return replace(
        leaf,
        contact=False,
        open_before_gap=leaf.contact or leaf.open_before_gap,
        waiting=(),
        held=False,
        forced=False,
    )


def expire(door: str, leaf: Leaf, at: float, times: Times) -> Result:
    """What is due at ``at``."""
    told: tuple[Command, ...] = ()
    if leaf.waiting and at >= leaf.pulse_until:
        told = tuple(Opened(door, visit, False) for visit in leaf.waiting)
        leaf = replace(leaf, waiting=(), unopened=min(leaf.unopened + 1, NEVER_OPENS + 1))
        if leaf.unopened == NEVER_OPENS:
            told = (*told, Record(door, Kind.CONTACT_DISAGREES, "never opens"))
    if leaf.contact and not leaf.held and at >= leaf.open_since + times.held:
        leaf = replace(leaf, held=True)
        told = (*told, Record(door, Kind.DOOR_HELD, "open too long"), Show(door, Signal.DOOR_HELD))
    return leaf, told


def due(leaf: Leaf, times: Times) -> float:
    """When :func:`expire` next has something to do; infinite if never."""
    pulse = leaf.pulse_until if leaf.waiting else inf
    return min(pulse, leaf.open_since + times.held if leaf.contact and not leaf.held else inf)
