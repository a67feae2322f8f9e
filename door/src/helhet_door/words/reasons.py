"""Why a person was let in or not: one word each, in the order in which they are looked at."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The first of these that holds decides. The order is the order of the class, and of the audit's reference.

    Agreement, age and suspension come after the PIN, so that the finder of a card learns nothing.
    """

    EVACUATION = "evacuation"
    READER_NOT_SECURE = "reader_not_secure"
    LINE_GAP = "line_gap"
    CLOCK = "clock"
    CHARACTERS = "characters"
    CARD_LIMIT = "card_limit"
    READER_LIMIT = "reader_limit"
    STAFF = "staff"  # lets in
    LOCKED_BY_STAFF = "locked_by_staff"
    HOLIDAY = "holiday"
    OUTSIDE_HOURS = "outside_hours"
    ARMING = "arming"
    ARMED = "armed"
    EMPTY_PIN = "empty_pin"
    LIBRARY_SILENT = "library_silent"
    LIBRARY_MALFORMED = "library_malformed"
    LIBRARY_OUT_OF_SEQUENCE = "library_out_of_sequence"
    UNKNOWN_CARD = "unknown_card"  # BL is not an explicit Y
    WRONG_PIN = "wrong_pin"  # CQ is not an explicit Y
    BLOCKED = "blocked"  # a flag that blocks: lost, debarred; or expired
    EXPIRED = "expired"
    NO_AGREEMENT = "no_agreement"
    OLD_AGREEMENT = "old_agreement"
    UNDER_AGE = "under_age"
    SUSPENDED = "suspended"
    FULL = "full"
    NOT_STORED = "not_stored"  # the audit row could not be committed: no row, no opening
    SAME_CARD = "same_card"  # the same card within seconds: no new pulse, counted once
    MEMBER_OFFLINE = "member_offline"  # lets in: approved within hours, library system silent
    MEMBER = "member"  # lets in


LETS_IN = frozenset({Reason.STAFF, Reason.MEMBER_OFFLINE, Reason.MEMBER})

#: A wrong guess: counted against the card and the reader.
GUESSES = frozenset({Reason.UNKNOWN_CARD, Reason.WRONG_PIN})

#: What a person at the door cannot tell apart, in what is shown or in how long it takes.
ALIKE = frozenset({Reason.UNKNOWN_CARD, Reason.WRONG_PIN, Reason.BLOCKED, Reason.EXPIRED})

#: The card is known to be somebody's only after the right PIN: before it, no pseudonym is kept.
NAMED = frozenset(
    {
        Reason.STAFF,
        Reason.BLOCKED,
        Reason.EXPIRED,
        Reason.NO_AGREEMENT,
        Reason.OLD_AGREEMENT,
        Reason.UNDER_AGE,
        Reason.SUSPENDED,
        Reason.FULL,
        Reason.SAME_CARD,
        Reason.MEMBER_OFFLINE,
        Reason.MEMBER,
    }
)
