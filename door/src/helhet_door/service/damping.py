"""A bound on rows that a loose wire makes: a contact that flaps must not fill the disk, nor the centre.

A token bucket for each kind of happening at each door: ``BURST`` rows at once, then one every ``EVERY`` seconds. Rows
of people who come in, or are refused, are never left out. What is left out may be the last of a row of opposites ("line
lost", "line back"): how it is now, the box tells the centre with every report (condition.py), and not by these rows.
"""

from __future__ import annotations

from helhet_door.words.clock import Clock
from helhet_door.words.rows import Kind

BURST = 100
EVERY = 5.0  # seconds


class Damping:
    """Says of each happening whether it is stored."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left: dict[tuple[str, Kind], tuple[float, float]] = {}  # tokens, and when they were counted

    def passes(self, door: str, kind: Kind) -> bool:
        """Whether one more of this kind is stored; it counts then."""
        at = self._clock.monotonic()
        tokens, counted = self._left.get((door, kind), (float(BURST), at))
        tokens = min(float(BURST), tokens + max(0.0, at - counted) / EVERY)
        passes = tokens >= 1.0
        self._left[door, kind] = (tokens - passes, at)
        return passes
