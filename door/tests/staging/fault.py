"""What a fault is: how it is made and mended, what must be seen meanwhile, and how soon all is well again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum

import msgspec
from staging.scene import Scene

from helhet_door.words.rows import Kind

Deed = Callable[[Scene], Awaitable[None]]


class Entry(StrEnum):
    """What members with a right PIN meet while a fault stands."""

    NOBODY = "nobody"  # comes in
    EVERYBODY = "everybody"  # comes in, as ever
    EITHER = "either"  # not promised: some may, and each with a stored row


class Seen(StrEnum):
    """What the centre sees where it is no row."""

    SILENCE = "silence"  # no report
    NOTHING = "nothing"


async def nothing(_: Scene) -> None:
    """It mends itself."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault. Seconds are of the machine's monotonic clock."""

    name: str  # as in docs/door/faults.md
    inject: Deed
    mend: Deed = nothing
    prepare: Deed = nothing  # while the branch is still at rest
    align: Deed = nothing  # a second before it is injected
    stands: float = 3.0  # seconds before it is mended
    entry: Entry
    bites: float = 0.3  # seconds until that holds
    seen: Kind | Seen = Seen.NOTHING  # what the centre is told, within ``within`` seconds
    detail: str = ""  # of that row
    within: float = 5.0
    recovery: float = 0.0  # seconds after it was mended: from then on every member comes in
    frozen: float = 0.0  # seconds for which the readers' own timers stand still
    says_no: bool = True  # a refusal can be shown, and is in time
    touch: bool = True  # guests open the doors
    pause: float = 0.0  # seconds between guests, beside the usual
    disk: bool = False  # the state folder must be a disk of its own, which only root can make
    broker: bool = False  # there must be a broker for lights and voice, which is installed or not
    loses_rows: bool = False  # the disk itself is lost: rows that the centre does not hold go with it
