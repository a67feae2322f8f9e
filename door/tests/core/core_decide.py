"""A member at whom nothing is wrong, to change one thing at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from core_branch import rules
from msgspec.structs import replace

from helhet_door.decide.decide import Facts
from helhet_door.rules.hours import DayKind
from helhet_door.rules.model import Agreement, Lists, Rules, StaffCard, StaffKind
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.states import BranchState, Panel

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
TODAY = NOON.date()
RIGHT = Answer(Kind.ANSWERED, known=True, pin_right=True, flags=frozenset({2}))
SILENT = Answer(Kind.SILENT)
AGREED = Agreement(version=1)


def facts(**changes: Any) -> Facts:
    """Everything is well."""
    well = Facts(
        evacuation=False,
        secure=True,
        line_quiet=60.0,
        clock_trusted=True,
        card="12345678",
        pin="1234",
        card_limited=False,
        reader_limited=False,
        branch=BranchState.OPEN_PLUS,
        now_local=NOON,
        tag="t",
        staff_pin_right=False,
        day_kind=DayKind.OPEN,
        last_entry_passed=False,
        recent=False,
        occupancy=None,
        stored_ok=True,
        same_card=False,
        panel=Panel.NONE,
    )
    return replace(well, **changes)


def written(agreement: Agreement | None = AGREED, lists: dict[str, Any] | None = None, **settings: Any) -> Rules:
    """Rules with one agreement, of the card with the tag ``t``."""
    agreements = {} if agreement is None else {"t": agreement}
    return rules(lists=Lists(agreements=agreements, **(lists or {})), **settings)


def staff_card(**changes: Any) -> StaffCard:
    """A cleaner's card for this week, from 5 to 8 and at noon."""
    card = StaffCard(StaffKind.CLEANER, TODAY, TODAY + dt.timedelta(days=6), "scrypt")
    return replace(card, **changes)
