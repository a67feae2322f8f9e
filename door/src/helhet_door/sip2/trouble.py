"""What can be wrong with the line, in fixed words: nothing that came over the line is ever told on."""

from __future__ import annotations

from enum import StrEnum

from helhet_door.words.answers import Kind


class Why(StrEnum):
    """One word each, fit for a log and for a page."""

    NO_NAME = "no_name"  # the host's name was not found
    NO_CONNECTION = "no_connection"
    NO_LOGIN = "no_login"  # connected, and then silence: a server with one worker, already taken
    LOGIN_REFUSED = "login_refused"
    OFFLINE = "offline"  # the library system itself says that it is not on line
    CLOSED = "closed"
    NO_ANSWER = "no_answer"
    TOO_LONG = "too_long"
    NO_CHECKSUM = "no_checksum"
    DAMAGED = "damaged"  # wrong checksum, or bytes that no message has
    SENT_BACK = "sent_back"  # it says that our message came damaged, again and again
    SHAPE = "shape"  # not the form of the message that it says it is
    CONFLICT = "conflict"  # a field twice, with two values
    OTHER_MESSAGE = "other_message"
    OTHER_SEQUENCE = "other_sequence"
    OTHER_CARD = "other_card"
    UNASKED = "unasked"  # it spoke although nothing was asked


_KINDS = {
    Why.TOO_LONG: Kind.MALFORMED,
    Why.NO_CHECKSUM: Kind.MALFORMED,
    Why.DAMAGED: Kind.MALFORMED,
    Why.SENT_BACK: Kind.MALFORMED,
    Why.SHAPE: Kind.MALFORMED,
    Why.CONFLICT: Kind.MALFORMED,
    Why.OTHER_MESSAGE: Kind.OUT_OF_SEQUENCE,
    Why.OTHER_SEQUENCE: Kind.OUT_OF_SEQUENCE,
    Why.OTHER_CARD: Kind.OUT_OF_SEQUENCE,
    Why.UNASKED: Kind.OUT_OF_SEQUENCE,
}


class Broken(Exception):
    """The talk cannot go on; the connection is dropped."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why

    @property
    def kind(self) -> Kind:
        """What the door is told."""
        return _KINDS.get(self.why, Kind.SILENT)
