"""What a box and the centre say to each other: one request, ``POST /box/v1/sync``, its token in ``Authorization``."""

from __future__ import annotations

import msgspec

from helhet_door.words.rows import DayKey, Happening, Opened, Passage
from helhet_door.words.states import BranchState

PATH = "/box/v1/sync"


class DoorHealth(msgspec.Struct, frozen=True):
    """A door as it is now."""

    door: str
    secure: bool
    state: str


class Health(msgspec.Struct, frozen=True):
    """A branch as it is now. ``faults`` are kinds of happenings that still last."""

    state: BranchState
    doors: tuple[DoorHealth, ...]
    library_up: bool
    clock_trusted: bool
    occupancy: int | None
    faults: tuple[str, ...]
    version: str


class Report(msgspec.Struct, frozen=True):
    """From a box. Rows stay with the box until the centre has said that it holds them."""

    branch: str
    rules_serial: int
    health: Health
    passages: tuple[Passage, ...] = ()
    opened: tuple[Opened, ...] = ()
    happenings: tuple[Happening, ...] = ()
    day_keys: tuple[DayKey, ...] = ()


class Signed(msgspec.Struct, frozen=True):
    """Rules with an Ed25519 signature over exactly these bytes (base64 in JSON)."""

    body: bytes
    signature: bytes


class Reply(msgspec.Struct, frozen=True):
    """From the centre: the rules where they are newer than the box's, and that every row of the report is held."""

    held: bool
    rules: Signed | None = None
