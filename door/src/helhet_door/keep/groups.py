"""Reasons in the groups in which passages are counted: wide enough to say nothing of one person."""

from __future__ import annotations

from enum import StrEnum

from helhet_door.words.reasons import Reason


class Group(StrEnum):
    """What a passage is counted as."""

    MEMBER = "member"  # let in
    STAFF = "staff"  # let in: staff, cleaner, guard
    CARD_OR_PIN = "card_or_pin"  # unknown, wrong, blocked, expired, guessed too often, not a card
    CLOSED = "closed"
    AGREEMENT = "agreement"  # none, an old one, under age, suspended
    FULL = "full"
    AGAIN = "again"  # the same card within seconds: no entry of its own
    FAULT = "fault"  # reader, clock, library system or store


GROUPS: dict[Reason, Group] = {
    Reason.EVACUATION: Group.CLOSED,
    Reason.READER_NOT_SECURE: Group.FAULT,
    Reason.LINE_GAP: Group.FAULT,
    Reason.CLOCK: Group.FAULT,
    Reason.CHARACTERS: Group.CARD_OR_PIN,
    Reason.CARD_LIMIT: Group.CARD_OR_PIN,
    Reason.READER_LIMIT: Group.CARD_OR_PIN,
    Reason.STAFF: Group.STAFF,
    Reason.LOCKED_BY_STAFF: Group.CLOSED,
    Reason.HOLIDAY: Group.CLOSED,
    Reason.OUTSIDE_HOURS: Group.CLOSED,
    Reason.ARMING: Group.CLOSED,
    Reason.ARMED: Group.CLOSED,
    Reason.EMPTY_PIN: Group.CARD_OR_PIN,
    Reason.LIBRARY_SILENT: Group.FAULT,
    Reason.LIBRARY_MALFORMED: Group.FAULT,
    Reason.LIBRARY_OUT_OF_SEQUENCE: Group.FAULT,
    Reason.UNKNOWN_CARD: Group.CARD_OR_PIN,
    Reason.WRONG_PIN: Group.CARD_OR_PIN,
    Reason.BLOCKED: Group.CARD_OR_PIN,
    Reason.EXPIRED: Group.CARD_OR_PIN,
    Reason.NO_AGREEMENT: Group.AGREEMENT,
    Reason.OLD_AGREEMENT: Group.AGREEMENT,
    Reason.UNDER_AGE: Group.AGREEMENT,
    Reason.SUSPENDED: Group.AGREEMENT,
    Reason.FULL: Group.FULL,
    Reason.NOT_STORED: Group.FAULT,
    Reason.SAME_CARD: Group.AGAIN,
    Reason.MEMBER_OFFLINE: Group.MEMBER,
    Reason.MEMBER: Group.MEMBER,
}
