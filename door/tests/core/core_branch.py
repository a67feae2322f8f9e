"""Rules for the tests of the pure core, and moments of their town."""

from __future__ import annotations

import datetime as dt
from typing import Any

from helhet_door.rules.model import Alarm, Day, Lists, Rules, Settings, Span, Week

UTC = dt.UTC


def day(staffed: str = "", open_plus: str = "") -> Day:
    """``day("10-18", "6-22")``: hours, or hours with minutes as 6.30."""
    return Day(spans(staffed), spans(open_plus))


def spans(text: str) -> tuple[Span, ...]:
    parts = (part.split("-") for part in text.split())
    return tuple(Span(minutes(start), minutes(end)) for start, end in parts)


def minutes(text: str) -> int:
    hour, _, minute = text.partition(".")
    return int(hour) * 60 + int(minute or 0)


def week(ordinary: Day, **days: Day) -> Week:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    first, *rest = (days.get(name, ordinary) for name in names)
    return Week((first, *rest))


def rules(hours: Week | None = None, lists: Lists | None = None, alarm: Alarm | None = None, **settings: Any) -> Rules:
    """A branch that is open to members 06 to 22 and staffed 10 to 18, every day."""
    made = Settings(
        branch="b",
        names={"sv": "B"},
        district="d",
        week=hours or week(day("10-18", "6-22")),
        alarm=alarm or Alarm(),
        **settings,
    )
    return Rules(1, "2026-01-01T00:00:00Z", made, lists or Lists())


def at(text: str) -> dt.datetime:
    """A moment in UTC: ``2026-03-02 21:00``."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)
