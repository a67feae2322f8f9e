"""What several tests of the door share: a clock that is set by hand."""

from __future__ import annotations

import datetime as dt

import pytest


class HandClock:
    """Two clocks that go only when they are told to; the wall can jump on its own."""

    def __init__(self, now: dt.datetime) -> None:
        self.wall = now
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> dt.datetime:
        return self.wall

    def go(self, seconds: float) -> None:
        """Both clocks go on."""
        self.seconds += seconds
        self.wall += dt.timedelta(seconds=seconds)

    def jump(self, seconds: float) -> None:
        """Only the wall moves."""
        self.wall += dt.timedelta(seconds=seconds)


@pytest.fixture
def hand_clock() -> HandClock:
    """A Tuesday in May, nine in the evening in Sweden."""
    return HandClock(dt.datetime(2019, 5, 14, 19, 0, tzinfo=dt.UTC))
