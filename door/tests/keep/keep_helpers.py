"""A clock to set, and rows to store."""

from __future__ import annotations

import datetime as dt
import random

from helhet_door.keep.times import text
from helhet_door.words.reasons import Reason
from helhet_door.words.rows import Happening, Kind, Passage

BRANCH = "norrby"
NOON = dt.datetime(2026, 3, 10, 11, tzinfo=dt.UTC)  # noon on the wall in Skellefteå


class Clock:
    """Two clocks that a test sets."""

    def __init__(self) -> None:
        self.wall = NOON
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> dt.datetime:
        return self.wall

    def wait(self, **time: float) -> dt.datetime:
        """Both clocks go on together; the new time of day."""
        passed = dt.timedelta(**time)
        self.wall += passed
        self.seconds += passed.total_seconds()
        return self.wall


def name(dice: random.Random | None = None) -> str:
    """An id or a tag."""
    return f"{(dice or random).getrandbits(128):032x}"


def passage(
    at: dt.datetime = NOON, reason: Reason = Reason.MEMBER, tag: str | None = "", door: str = "main"
) -> Passage:
    """A passage with a new id, and a new tag where none is given."""
    return Passage(name(), text(at), door, reason, name() if tag == "" else tag)


def happening(at: dt.datetime = NOON, kind: Kind = Kind.DOOR_HELD) -> Happening:
    """A happening with a new id."""
    return Happening(name(), text(at), "main", kind, "held")
