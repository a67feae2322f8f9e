"""The rows that the box commits, keeps and sends on. No name, no card number, no PIN has a place in them."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from helhet_door.words.reasons import Reason


class Passage(msgspec.Struct, frozen=True):
    """One try to come in. ``tag`` is a pseudonym under the key of the day, or None where none may be kept."""

    id: str  # 32 hexadecimal digits, unguessable, made once: the same row sent twice is one row
    at: str  # UTC, ISO 8601, whole seconds, ending in Z
    door: str
    reason: Reason
    tag: str | None


class Opened(msgspec.Struct, frozen=True):
    """What the door contact said after an opening."""

    passage: str
    opened: bool


class Kind(StrEnum):
    """What can happen beside passages."""

    STARTED = "started"
    STOPPED = "stopped"
    RULES = "rules"  # new rules took effect, or were not taken
    BRANCH = "branch"  # the branch changed state
    CLOCK = "clock"
    LINE_LOST = "line_lost"
    LINE_BACK = "line_back"
    LIBRARY_LOST = "library_lost"
    LIBRARY_BACK = "library_back"
    CENTRE_LOST = "centre_lost"
    CENTRE_BACK = "centre_back"
    DOOR_HELD = "door_held"
    DOOR_FORCED = "door_forced"
    CONTACT_DISAGREES = "contact_disagrees"
    TAMPER = "tamper"
    EVACUATION = "evacuation"
    ALARM = "alarm"
    STORE = "store"  # full, locked, corrupt or read-only
    CROWD = "crowd"  # more people came in on one opening than the rules allow
    RETENTION = "retention"
    SCENE = "scene"
    GUESSING = "guessing"  # a card or a reader was locked for wrong guesses


#: Details that say which of two opposite things a happening is.
SERIAL = "serial "  # RULES: these took effect
TRUSTED_AGAIN = "trusted again"  # CLOCK

#: What somebody must be told within five seconds.
ALERTS = frozenset(
    {
        Kind.CLOCK,
        Kind.LINE_LOST,
        Kind.LIBRARY_LOST,
        Kind.DOOR_HELD,
        Kind.DOOR_FORCED,
        Kind.CONTACT_DISAGREES,
        Kind.TAMPER,
        Kind.EVACUATION,
        Kind.ALARM,
        Kind.STORE,
        Kind.CROWD,
        Kind.GUESSING,
    }
)


class Happening(msgspec.Struct, frozen=True):
    """Something that happened to a door ("" for the whole branch); ``detail`` is a few fixed words, never free text."""

    id: str
    at: str
    door: str
    kind: Kind
    detail: str


class DayKey(msgspec.Struct, frozen=True):
    """The key under which the pseudonyms of one day were made. Deleted with the day: copies are then worthless."""

    day: str  # YYYY-MM-DD, local
    key: str  # 64 hexadecimal digits
