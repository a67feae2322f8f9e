"""The rules of one branch, whole: what the centre signs and the box obeys, with the net or without it.

``Settings`` is what a person writes for a branch (one TOML file); ``Lists`` is what the staff page changes while people
come and go. Both travel together as ``Rules``. No name, card number or PIN is in them: cards stand as tags.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec


class Span(msgspec.Struct, frozen=True):
    """From and to, minutes after local midnight by the clock on the wall; ``end`` is not in it, 1440 is midnight."""

    start: int
    end: int


class Day(msgspec.Struct, frozen=True):
    """One day's hours. Staffed goes before open_plus where they overlap; neither is closed."""

    staffed: tuple[Span, ...] = ()
    open_plus: tuple[Span, ...] = ()


class Week(msgspec.Struct, frozen=True):
    """Hours of an ordinary week, Monday first: seven days."""

    days: tuple[Day, Day, Day, Day, Day, Day, Day]


class Offline(StrEnum):
    """Whom to let in when the library system does not answer."""

    NOBODY = "nobody"
    RECENT = "recent"  # who was let in within the last hours, remembered in memory only


class Limits(msgspec.Struct, frozen=True):
    """How often a guess may be wrong, before the door asks the library system no more."""

    card_wrong: int = 5
    card_minutes: int = 15  # the window, and the first lock; every further lock is twice the last
    reader_wrong: int = 20
    reader_minutes: int = 10


class Times(msgspec.Struct, frozen=True):
    """Seconds."""

    pin: float = 20.0
    pin_assistive: float = 60.0
    ask: float = 1.5
    pulse: float = 4.0
    pulse_assistive: float = 8.0
    held: float = 30.0
    same_card: float = 10.0


class Alarm(msgspec.Struct, frozen=True):
    """How the branch is armed. Ready and armed are inputs of a reader; the wish to arm is an output."""

    fitted: bool = False
    quiet_minutes: int = 10  # no motion for so long
    answer_seconds: int = 90  # then it is a fault


class Scene(msgspec.Struct, frozen=True):
    """Lights or voice: publish ``payload`` to ``topic`` when the branch comes into ``state``, some minutes off it."""

    state: str
    topic: str
    payload: str
    offset_minutes: int = 0


class Settings(msgspec.Struct, frozen=True):
    """What a person writes for a branch."""

    branch: str
    names: dict[str, str]  # language: name
    district: str  # the district's id in the town's case
    week: Week
    zone: str = "Europe/Stockholm"
    holidays: str = ""  # a country whose public holidays are kept: "SE"; "" for none
    on_holidays: Day = Day()
    warn_minutes: tuple[int, ...] = (15, 10, 5)
    last_entry_minutes: int = 0  # no member comes in so shortly before closing
    min_age: int = 18
    consent_age: int | None = None  # from here with a guardian's consent; None: consent does not help
    blocking_flags: tuple[int, ...] = (0, 4)
    agreement_version: int = 1  # older agreements must be signed anew
    offline: Offline = Offline.NOBODY
    recent_hours: int = 24
    occupancy_limit: int | None = None  # only where exits are counted
    companions: int = 0  # people a member may bring
    retention_days: int = 14
    limits: Limits = Limits()
    times: Times = Times()
    alarm: Alarm = Alarm()
    scenes: tuple[Scene, ...] = ()


class Agreement(msgspec.Struct, frozen=True):
    """A signed agreement. No birth date: only whether consent was given and when it is no longer needed."""

    version: int
    of_age_on: dt.date | None = None  # None: was of age when signing
    consent: bool = False
    assistive: bool = False  # longer time for the PIN and the door
    protected: bool = False  # protected identity: no pseudonym is kept of a passage


class StaffKind(StrEnum):
    """Who a staff card belongs to."""

    STAFF = "staff"
    CLEANER = "cleaner"
    GUARD = "guard"


class StaffCard(msgspec.Struct, frozen=True):
    """A card that opens outside members' rules, from a date to a date, with a PIN of its own.

    ``pin`` is scrypt over the PIN and the tag's key (rules/staff_pin.py): it works with the library system down.
    """

    kind: StaffKind
    first: dt.date
    last: dt.date  # the last day it works: there is always one
    pin: str
    hours: tuple[Span, ...] = (Span(0, 1440),)
    disarms: bool = False  # may enter, and ask to disarm, when the alarm is armed


class Lists(msgspec.Struct, frozen=True):
    """What the staff page changes. Keys are list tags (words/tags.py)."""

    agreements: dict[str, Agreement] = {}
    suspended: dict[str, dt.date] = {}  # the last day of the suspension
    staff: dict[str, StaffCard] = {}
    exceptions: dict[dt.date, Day] = {}  # these days go before holidays and the week
    holidays: tuple[dt.date, ...] = ()  # worked out by the centre from Settings.holidays, two years ahead
    locked: bool = False  # locked by staff until they unlock


class Rules(msgspec.Struct, frozen=True):
    """All of it, with a serial that only grows: an older one is never taken."""

    serial: int
    made: str  # UTC, ISO 8601
    settings: Settings
    lists: Lists = Lists()
