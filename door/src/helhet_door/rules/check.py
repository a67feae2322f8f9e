"""Whether the settings of a branch make sense: the ranges of numbers, and what only means something together.

The reader of files uses it (read.py), and so does the box on rules that are signed: a signature says from whom they
are, not that they make sense, and the promises of the door rest on these ranges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

from helhet_door.rules.model import Day, Lists, Settings, Span
from helhet_door.words.faults import Fault
from helhet_door.words.states import BranchState

MIDNIGHT = 24 * 60
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

RANGES: dict[str, tuple[float, float]] = {
    "warn_minutes": (1, 120),
    "last_entry_minutes": (0, 120),
    "min_age": (0, 120),
    "consent_age": (0, 120),
    "blocking_flags": (0, 13),
    "agreement_version": (1, 1_000_000),
    "recent_hours": (1, 24),
    "occupancy_limit": (1, 100_000),
    "companions": (0, 20),
    "retention_days": (1, 30),
    "limits.card_wrong": (1, 10),
    "limits.card_minutes": (1, 1440),
    "limits.reader_wrong": (1, 100),
    "limits.reader_minutes": (1, 1440),
    "times.pin": (5.0, 20.0),
    "times.pin_assistive": (5.0, 120.0),
    "times.ask": (0.1, 1.5),
    "times.pulse": (0.5, 10.0),
    "times.pulse_assistive": (0.5, 20.0),
    "times.held": (5.0, 600.0),
    "times.same_card": (0.0, 60.0),
    "alarm.quiet_minutes": (1, 120),
    "alarm.answer_seconds": (10, 600),
    "scenes.offset_minutes": (-120, 240),
}
"""Least and greatest of every number of the settings, both allowed. For a list: of each number in it."""

FORESEEN = frozenset({BranchState.STAFFED, BranchState.OPEN_PLUS, BranchState.WARNING, BranchState.CLEARING})
"""States that a schedule tells beforehand; only they can have a scene before them."""

_ID = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
_TOPIC = re.compile(r"[^+#\x00-\x1f]{1,200}")


class Checked(msgspec.Struct, frozen=True):
    """Faults stop the settings; warnings are told, and may be meant so."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def check(settings: Settings, file: str) -> Checked:
    """Everything that is wrong or odd in ``settings``; ``file`` is how the faults call where they come from."""
    faults = [
        Fault(file, *each) for part in (_numbers, _names, _ages, _spans, _scenes, _lists) for each in part(settings)
    ]
    return Checked(tuple(faults), tuple(Fault(file, *each) for each in _odd(settings)))


def check_lists(lists: Lists, file: str) -> tuple[Fault, ...]:
    """Everything that is wrong in what the staff page changes."""
    return tuple(Fault(file, *each) for each in _list_spans(lists))


Found = Iterator[tuple[str, str, str, str]]
"""Where, the value, what is wrong, and the cure."""


def _numbers(settings: Settings) -> Found:
    for where, (least, greatest) in RANGES.items():
        for place, value in _values(settings, where):
            if value is None or least <= value <= greatest:
                continue  # so written, a NaN is a fault
            yield place, str(value), "is out of range", f"Allowed is {least:g} to {greatest:g}."


def _values(settings: Settings, where: str) -> Iterator[tuple[str, float | None]]:
    """The numbers that stand at ``where``: one, or each of a list."""
    name, _, part = where.partition(".")
    found = getattr(settings, name)
    if not isinstance(found, tuple):
        yield where, getattr(found, part) if part else found
        return
    for number, each in enumerate(found, 1):
        yield f"{name}, number {number}{', ' + part if part else ''}", getattr(each, part) if part else each


def _names(settings: Settings) -> Found:
    for where, value in (("branch", settings.branch), ("district", settings.district)):
        if _ID.fullmatch(value) is None:
            yield where, value, "is no id", "Use small letters a to z, digits, _ and - in between, at most 64."
    if not settings.names or not all(name.strip() for name in settings.names.values()):
        yield "names", str(settings.names), "has no name, or an empty one", 'Write sv = "Ursvikens bibliotek".'
    try:
        ZoneInfo(settings.zone)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        yield "zone", settings.zone, "is no time zone", 'Write a name of the IANA database: "Europe/Stockholm".'
    if settings.holidays and re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", settings.holidays) is None:
        yield "holidays", settings.holidays, "is no country", 'Write a code of ISO 3166: "SE", or "" for none.'


def _ages(settings: Settings) -> Found:
    if settings.consent_age is not None and settings.consent_age >= settings.min_age:
        cure = "It is the age from which a guardian's consent helps: below min_age, or left out."
        yield "consent_age", str(settings.consent_age), "is not below min_age", cure


def _lists(settings: Settings) -> Found:
    for where, values in (("warn_minutes", settings.warn_minutes), ("blocking_flags", settings.blocking_flags)):
        if len(set(values)) < len(values):
            yield where, str(list(values)), "has a number twice", "Take one of them out."


def _days(settings: Settings) -> Iterator[tuple[str, Day]]:
    for name, day in zip(DAYS, settings.week.days, strict=True):
        yield f"hours.{name}", day
    yield "on_holidays", settings.on_holidays


def _lists_of_spans(settings: Settings) -> Iterator[tuple[str, tuple[Span, ...]]]:
    for where, day in _days(settings):
        yield f"{where}.staffed", day.staffed
        yield f"{where}.open_plus", day.open_plus


def clock(minute: int) -> str:
    """Minutes after midnight as a person writes them: 22:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def written(span: Span) -> str:
    """A span as a person writes it: 06:00-22:00."""
    return f"{clock(span.start)}-{clock(span.end)}"


def _spans(settings: Settings) -> Found:
    for where, spans in _lists_of_spans(settings):
        yield from _not_spans(where, spans)


def _not_spans(where: str, spans: tuple[Span, ...]) -> Found:
    for span in spans:
        if not 0 <= span.start < span.end <= MIDNIGHT:
            cure = "A span ends after it starts and by 24:00; hours past midnight belong to the next day."
            yield where, written(span), "is no span of one day", cure


def _list_spans(lists: Lists) -> Found:
    for date, day in lists.exceptions.items():
        yield from _not_spans(f"exceptions.{date}", (*day.staffed, *day.open_plus))
    for number, card in enumerate(lists.staff.values(), 1):
        yield from _not_spans(f"staff, number {number}, hours", card.hours)


def _scenes(settings: Settings) -> Found:
    for number, scene in enumerate(settings.scenes, 1):
        where = f"scenes, number {number}"
        if scene.state not in set(BranchState):
            yield f"{where}, state", scene.state, "is no state", f"It is one of: {', '.join(BranchState)}."
        elif scene.offset_minutes < 0 and scene.state not in FORESEEN:
            cure = f"A scene may come before: {', '.join(sorted(FORESEEN))}."
            yield f"{where}, offset_minutes", str(scene.offset_minutes), f"is before {scene.state}: unforeseen", cure
        if _TOPIC.fullmatch(scene.topic) is None:
            yield f"{where}, topic", scene.topic, "is no topic to publish to", "No + and no #, and not empty (MQTT 5)."


def _odd(settings: Settings) -> Found:
    for where, spans in _lists_of_spans(settings):
        for first, second in pairwise(sorted(spans, key=lambda span: span.start)):
            if second.start < first.end:
                yield where, f"{written(first)}, {written(second)}", "overlap", "Write them as one."
    if not any(spans for _, spans in _lists_of_spans(settings)):
        yield "hours", "", "has no opening hours on any day", "A member will never be let in. Is it meant so?"
    if list(settings.warn_minutes) != sorted(settings.warn_minutes, reverse=True):
        yield "warn_minutes", str(list(settings.warn_minutes)), "is not in falling order", "Write [15, 10, 5]."
    if not {0, 4} <= set(settings.blocking_flags):
        cure = "Flag 0 is debarred and 4 a card reported lost (SIP2 2.00)."
        yield "blocking_flags", str(list(settings.blocking_flags)), "lets lost or debarred cards in", cure
