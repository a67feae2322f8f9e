"""The clock that is set by hand, for fixtures that outlive one test."""

from __future__ import annotations

import datetime as dt
from typing import Any


class Hand:
    """Two clocks that go only when they are told to."""

    def __init__(self) -> None:
        self.wall = dt.datetime(2019, 5, 14, 19, 0, tzinfo=dt.UTC)
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> dt.datetime:
        return self.wall

    def go(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall += dt.timedelta(seconds=seconds)


def clock() -> Any:
    """A Tuesday in May, nine in the evening in Sweden."""
    return Hand()
