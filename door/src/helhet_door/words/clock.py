"""Time, as an argument: a wall clock for hours and rows, a monotonic one for every limit and timer."""

from __future__ import annotations

import datetime as dt
import time
from typing import Protocol


class Clock(Protocol):
    """Two clocks that are read together."""

    def monotonic(self) -> float:
        """Seconds that only go forward, from an unknown start."""
        ...

    def now(self) -> dt.datetime:
        """The time of day, in UTC and aware of it."""
        ...


class SystemClock:
    """The clocks of the machine."""

    def monotonic(self) -> float:
        """Seconds since the machine started."""
        return time.monotonic()

    def now(self) -> dt.datetime:
        """The machine's UTC."""
        return dt.datetime.now(dt.UTC)
