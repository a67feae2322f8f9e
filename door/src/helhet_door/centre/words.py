"""The fixed words of logs and rows, as a person reads them. Source strings; the templates translate."""

from __future__ import annotations

from helhet_door.centre import troubles
from helhet_door.centre.audit import Action
from helhet_door.centre.forms.oversight import REASONS, ROLES
from helhet_door.centre.forms.staff import KINDS
from helhet_door.centre.texts import mark
from helhet_door.keep.groups import Group
from helhet_door.words.reasons import Reason
from helhet_door.words.rows import SERIAL, TRUSTED_AGAIN, Kind

__all__ = [
    "ACTIONS",
    "GROUPS",
    "HAPPENINGS",
    "KINDS",
    "OPENINGS",
    "PASSAGES",
    "REASONS",
    "ROLES",
    "happened",
    "troubles",
]

ACTIONS = {
    Action.LOGGED_IN: mark("logged in"),
    Action.LOG_IN_REFUSED: mark("was refused at log-in"),
    Action.LOGGED_OUT: mark("logged out"),
    Action.PASSWORD_CHANGED: mark("changed the own password"),
    Action.USER_ADDED: mark("added a user"),
    Action.USER_DISABLED: mark("disabled a user"),
    Action.USER_ENABLED: mark("enabled a user again"),
    Action.USER_ROLE: mark("changed a user's role"),
    Action.USER_PASSWORD: mark("gave a user a new password"),
    Action.EXCEPTION_SET: mark("set an exception day"),
    Action.EXCEPTION_REMOVED: mark("removed an exception day"),
    Action.LOCKED: mark("locked a branch"),
    Action.UNLOCKED: mark("unlocked a branch"),
    Action.CARD_LOOKED_UP: mark("looked up a card"),
    Action.AGREEMENT_GRANTED: mark("registered an agreement"),
    Action.AGREEMENT_WITHDRAWN: mark("withdrew an agreement"),
    Action.AGREEMENT_VERSION: mark("announced a version of the agreement"),
    Action.SUSPENDED: mark("suspended a card"),
    Action.SUSPENSION_LIFTED: mark("lifted a suspension"),
    Action.STAFF_CARD_ADDED: mark("added a staff card"),
    Action.STAFF_CARD_ENDED: mark("ended a staff card"),
    Action.PASSAGES_SHOWN: mark("looked at the passages of a day"),
    Action.OPENING_ASKED: mark("asked to open a pseudonym"),
    Action.OPENING_APPROVED: mark("approved the opening of a pseudonym"),
    Action.OPENING_REFUSED: mark("refused the opening of a pseudonym"),
    Action.OPENING_SHOWN: mark("was shown whose a pseudonym is"),
    Action.LOG_SHOWN: mark("looked at the log"),
    Action.EXPORTED: mark("exported"),
    Action.LOG_TRIMMED: mark("old rows of the log were deleted"),
    Action.ROWS_DIFFER: mark("sent a row again with other content"),
}

GROUPS = {
    Group.MEMBER: mark("Members let in"),
    Group.STAFF: mark("Staff, cleaners and guards let in"),
    Group.CARD_OR_PIN: mark("Refused: card or PIN"),
    Group.CLOSED: mark("Refused: closed"),
    Group.AGREEMENT: mark("Refused: agreement, age or suspension"),
    Group.FULL: mark("Refused: the library was full"),
    Group.AGAIN: mark("The same card again within seconds"),
    Group.FAULT: mark("Refused: a fault"),
}

PASSAGES = {
    Reason.EVACUATION: mark("Refused: evacuation"),
    Reason.READER_NOT_SECURE: mark("Refused: the reader's line was not secure"),
    Reason.LINE_GAP: mark("Refused: the reader's line had a gap"),
    Reason.CLOCK: mark("Refused: the clock was not trusted"),
    Reason.CHARACTERS: mark("Refused: not a library card"),
    Reason.CARD_LIMIT: mark("Refused: too many wrong tries with the card"),
    Reason.READER_LIMIT: mark("Refused: too many wrong tries at the reader"),
    Reason.STAFF: mark("Let in: staff, cleaner or guard"),
    Reason.LOCKED_BY_STAFF: mark("Refused: locked by staff"),
    Reason.HOLIDAY: mark("Refused: holiday"),
    Reason.OUTSIDE_HOURS: mark("Refused: outside the hours"),
    Reason.ARMING: mark("Refused: the alarm was being armed"),
    Reason.ARMED: mark("Refused: the alarm was armed"),
    Reason.EMPTY_PIN: mark("Refused: no PIN"),
    Reason.LIBRARY_SILENT: mark("Refused: the library system did not answer"),
    Reason.LIBRARY_MALFORMED: mark("Refused: the library system's answer could not be read"),
    Reason.LIBRARY_OUT_OF_SEQUENCE: mark("Refused: the library system's answer came out of order"),
    Reason.UNKNOWN_CARD: mark("Refused: unknown card"),
    Reason.WRONG_PIN: mark("Refused: wrong PIN"),
    Reason.BLOCKED: mark("Refused: the card is blocked in the library system"),
    Reason.EXPIRED: mark("Refused: the card has expired in the library system"),
    Reason.NO_AGREEMENT: mark("Refused: no agreement"),
    Reason.OLD_AGREEMENT: mark("Refused: an old agreement"),
    Reason.UNDER_AGE: mark("Refused: under age"),
    Reason.SUSPENDED: mark("Refused: suspended"),
    Reason.FULL: mark("Refused: full"),
    Reason.NOT_STORED: mark("Refused: the passage could not be stored"),
    Reason.SAME_CARD: mark("The same card again within seconds"),
    Reason.MEMBER_OFFLINE: mark("Let in: member, while the library system was silent"),
    Reason.MEMBER: mark("Let in: member"),
}

HAPPENINGS = {
    Kind.STARTED: mark("The box started"),
    Kind.STOPPED: mark("The box stopped"),
    Kind.RULES: mark("New rules took effect"),
    Kind.BRANCH: mark("The branch changed its state"),
    Kind.CLOCK: mark("The clock was not trusted"),
    Kind.LINE_LOST: mark("A reader did not answer"),
    Kind.LINE_BACK: mark("A reader answers again"),
    Kind.LIBRARY_LOST: mark("The library system did not answer"),
    Kind.LIBRARY_BACK: mark("The library system answers again"),
    Kind.CENTRE_LOST: mark("The box lost contact with this page"),
    Kind.CENTRE_BACK: mark("The box has contact with this page again"),
    Kind.DOOR_HELD: mark("A door was held open"),
    Kind.DOOR_FORCED: mark("A door was opened without being unlocked"),
    Kind.CONTACT_DISAGREES: mark("Door contact and lock disagreed"),
    Kind.TAMPER: mark("A reader was opened or moved"),
    Kind.EVACUATION: mark("The evacuation signal changed"),
    Kind.ALARM: mark("The burglar alarm"),
    Kind.STORE: mark("The box could not store"),
    Kind.CROWD: mark("More people came in than allowed"),
    Kind.RETENTION: mark("Old passages were deleted"),
    Kind.SCENE: mark("Lights or voice"),
    Kind.GUESSING: mark("Locked for a while after wrong PINs"),
}
NOT_TAKEN = mark("New rules were not taken")
TRUSTED = mark("The clock is trusted again")


def happened(kind: Kind, detail: str) -> str:
    """What a row of a happening says: some kinds are two opposite things, and the detail tells which."""
    if kind is Kind.RULES and not detail.startswith(SERIAL):
        return NOT_TAKEN
    if kind is Kind.CLOCK and detail == TRUSTED_AGAIN:
        return TRUSTED
    return HAPPENINGS[kind]


OPENINGS = {
    "waiting": mark("Waits for a second person"),
    "ready": mark("Ready to be shown once"),
    "refused": mark("Refused"),
    "shown": mark("Shown"),
    "old": mark("Too old: ask anew"),
}
