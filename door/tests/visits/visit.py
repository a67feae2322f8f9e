"""One visit to a door, as data: what the world is like, who comes, what they do, and what the oracle is told of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from helhet_door.rules.model import StaffKind, Times
from helhet_door.words.answers import Kind
from helhet_door.words.states import BranchState, Panel

ZONE = ZoneInfo("Europe/Stockholm")


class World(msgspec.Struct, frozen=True):
    """The building, the box and the line to the reader, as somebody comes."""

    moment: dt.datetime  # UTC; a stage with a real clock uses its own now
    evacuation: bool
    secure: bool
    line_quiet: float  # seconds since the line was last broken
    clock_trusted: bool
    card_limited: bool
    reader_limited: bool
    branch: BranchState
    panel: Panel
    day: str  # open, holiday, outside
    last_entry_passed: bool
    stored: bool
    occupancy: int | None
    same_card_ago: float | None  # seconds since the same card was let in
    recent: bool

    @property
    def local(self) -> dt.datetime:
        """The moment on the branch's wall."""
        return self.moment.astimezone(ZONE)


class Written(msgspec.Struct, frozen=True):
    """What the rules of the branch say, in days from the moment where they are dates."""

    locked: bool
    offline_recent: bool
    blocking_flags: tuple[int, ...]
    agreement_version: int
    min_age: int
    consent_age: int | None
    occupancy_limit: int | None
    signed_version: int | None  # None: no agreement
    of_age_in: int | None  # days; None: was of age when signing
    consent: bool
    assistive: bool
    protected: bool
    suspended_to: int | None  # days to the last day of a suspension; None: never suspended
    staff: StaffKind | None
    staff_first: int
    staff_last: int
    staff_in_hours: bool
    staff_span: int  # which of three spans in, or out of, hours
    staff_disarms: bool
    staff_pin: str
    times: Times = Times()


class Told(msgspec.Struct, frozen=True):
    """What comes from the library system; ``bl`` and ``cq`` are the fields as sent, None where they are missing."""

    kind: Kind
    bl: str | None
    cq: str | None
    pin: str  # the one that the library system knows
    flags: tuple[int, ...]
    expires_in: int | None  # days
    age: int | None  # whole years


class Visit(msgspec.Struct, frozen=True):
    """All of it. ``conditions`` is what the oracle is told; everything else says the same in the door's own words."""

    number: int
    aim: int  # the row of the oracle's table that the visit was made for
    conditions: dict[str, str]
    card: str
    pin: str  # as keyed; "" for none
    world: World
    written: Written
    told: Told


def write(path: Path, visits: list[Visit]) -> None:
    """Keep visits as JSON lines, to look at one or to play it again."""
    path.write_bytes(b"".join(msgspec.json.encode(visit) + b"\n" for visit in visits))


def read(path: Path) -> list[Visit]:
    """Visits that were kept."""
    return [msgspec.json.decode(line, type=Visit) for line in path.read_bytes().splitlines()]
