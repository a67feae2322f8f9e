"""What is looked at before a verdict, and what a verdict says."""

from __future__ import annotations

import datetime as dt

import msgspec

from helhet_door.rules.hours import DayKind
from helhet_door.words.events import Signal
from helhet_door.words.reasons import Reason
from helhet_door.words.states import BranchState, Panel


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is looked at. Who gathers it gathers it anew for every call."""

    evacuation: bool
    secure: bool  # the reader is in secure channel
    line_quiet: float  # seconds since the line last came back
    clock_trusted: bool
    card: str
    pin: str
    card_limited: bool
    reader_limited: bool
    branch: BranchState
    now_local: dt.datetime  # aware, on the branch's wall
    tag: str  # the list tag of the card
    staff_pin_right: bool
    day_kind: DayKind
    last_entry_passed: bool
    recent: bool  # approved, with this PIN, within the hours of the offline rule
    occupancy: int | None  # None: not counted
    stored_ok: bool  # the store takes rows
    same_card: bool  # this card was let in at this door within Times.same_card
    panel: Panel

    def __repr__(self) -> str:
        return f"Facts({self.branch}, {self.day_kind})"  # no card, no PIN in a log or a traceback


class Verdict(msgspec.Struct, frozen=True):
    """What is to be done. Exactly one of: ``ask`` the library system, ``open``, or neither (refused)."""

    reason: Reason | None  # None only with ask
    ask: bool = False
    signal: Signal = Signal.WAIT
    open: bool = False
    seconds: float = 0.0  # how long the lock is held
    disarm: bool = False  # ask the alarm panel to disarm, before the door opens
    guess: bool = False  # a wrong PIN that must count, whatever the reason says
    pseudonym: bool = False  # the row may carry the tag of the day
    party: int | None = 0  # people who may come in on it; None: not limited


SIGNALS: dict[Reason, Signal] = {
    Reason.EVACUATION: Signal.EVACUATE,
    Reason.READER_NOT_SECURE: Signal.OUT_OF_ORDER,
    Reason.LINE_GAP: Signal.OUT_OF_ORDER,
    Reason.CLOCK: Signal.OUT_OF_ORDER,
    Reason.CHARACTERS: Signal.REFUSED,
    Reason.CARD_LIMIT: Signal.TOO_MANY,
    Reason.READER_LIMIT: Signal.TOO_MANY,
    Reason.STAFF: Signal.WELCOME,
    Reason.LOCKED_BY_STAFF: Signal.CLOSED,
    Reason.HOLIDAY: Signal.CLOSED,
    Reason.OUTSIDE_HOURS: Signal.CLOSED,
    Reason.ARMING: Signal.CLOSED,
    Reason.ARMED: Signal.CLOSED,
    Reason.EMPTY_PIN: Signal.REFUSED,
    Reason.LIBRARY_SILENT: Signal.OUT_OF_ORDER,
    Reason.LIBRARY_MALFORMED: Signal.OUT_OF_ORDER,
    Reason.LIBRARY_OUT_OF_SEQUENCE: Signal.OUT_OF_ORDER,
    Reason.UNKNOWN_CARD: Signal.REFUSED,
    Reason.WRONG_PIN: Signal.REFUSED,
    Reason.BLOCKED: Signal.REFUSED,
    Reason.EXPIRED: Signal.REFUSED,
    Reason.NO_AGREEMENT: Signal.TALK_TO_STAFF,
    Reason.OLD_AGREEMENT: Signal.TALK_TO_STAFF,
    Reason.UNDER_AGE: Signal.TALK_TO_STAFF,
    Reason.SUSPENDED: Signal.TALK_TO_STAFF,
    Reason.FULL: Signal.FULL,
    Reason.NOT_STORED: Signal.OUT_OF_ORDER,
    Reason.SAME_CARD: Signal.WELCOME,
    Reason.MEMBER_OFFLINE: Signal.WELCOME,
    Reason.MEMBER: Signal.WELCOME,
}
"""What the reader tells the person, for each reason."""
