"""What can go wrong with a library system's answers, as changes of the bytes on the line.

The server (``pysip2``) only sends answers that follow SIP2 2.00. Real systems, their networks and whoever sits between
do worse, so each fault is put on an answer after the server has made it, with checksum and sequence number worked
out again, unless they are the fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec
from pysip2.codec import calculate_checksum

FIXED = {b"24": 37, b"64": 61, b"94": 3, b"98": 36, b"96": 2}
"""How many characters of each answer stand before its first field, the message number among them."""


class On(StrEnum):
    """Which answers a fault is put on."""

    PATRON = "patron"  # 24 and 64
    LOGIN = "login"  # 94
    STATUS = "status"  # 98


ANSWERS = {b"24": On.PATRON, b"64": On.PATRON, b"94": On.LOGIN, b"98": On.STATUS}
EVERYTHING = tuple(On)


class Kind(StrEnum):
    """What becomes of an answer."""

    SLOW = "slow"  # comes after ``seconds``
    HANG = "hang"  # never comes; the connection stays
    HALF = "half"  # the first half comes, then nothing
    HALF_DROP = "half_drop"  # the first half comes, then the connection is closed
    SPLIT = "split"  # whole, but in single bytes
    DOUBLE = "double"  # comes twice
    DROP = "drop"  # the connection is closed instead
    MALFORMED = "malformed"  # too short to be what it says it is, with a right checksum
    WRONG_SEQUENCE = "wrong_sequence"  # the number of another question
    BAD_CHECKSUM = "bad_checksum"
    WRONG_ECHO = "wrong_echo"  # about another card
    NO_BL = "no_bl"
    NO_CQ = "no_cq"
    FIELDS = "fields"  # any fields set or (None) taken away
    GARBAGE = "garbage"  # bytes that are no message
    FLOOD = "flood"  # a megabyte without an end
    ASK_RESEND = "ask_resend"  # 96: say it again
    REFUSE_LOGIN = "refuse_login"
    REFUSE = "refuse"  # no connection is accepted and all are cut
    ONE_LINE = "one_line"  # the first connection is served; others are accepted and hear nothing


LISTENING = frozenset({Kind.REFUSE, Kind.ONE_LINE})
"""Faults of the listening side; all others are faults of one answer."""

OTHER_CARD = "0000000000"


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault that stands until it has happened ``times`` times (None: until it is cleared).

    ``seconds`` pass before an answer with the fault leaves.
    """

    kind: Kind
    seconds: float = 0.0
    on: tuple[On, ...] = (On.PATRON,)
    times: int | None = None
    fields: dict[str, str | None] = {}


class Standing:
    """The faults that stand, oldest first."""

    def __init__(self) -> None:
        self._faults: list[tuple[Fault, int | None]] = []

    def put(self, fault: Fault) -> None:
        """Let ``fault`` stand, behind those that stand already."""
        self._faults.append((fault, fault.times))

    def clear(self) -> None:
        """Nothing is wrong any more."""
        self._faults.clear()

    def has(self, kind: Kind) -> bool:
        """Whether a fault of the listening side stands."""
        return any(fault.kind is kind for fault, _ in self._faults)

    def take(self, frame: bytes) -> Fault | None:
        """The oldest fault for this answer; one time of it is used up."""
        about = ANSWERS.get(frame[:2])
        for place, (fault, left) in enumerate(self._faults):
            if fault.kind in LISTENING or about not in fault.on:
                continue
            if left is None:
                return fault
            if left <= 1:
                del self._faults[place]
            else:
                self._faults[place] = (fault, left - 1)
            return fault
        return None


class Frame(msgspec.Struct):
    """An answer taken apart; ``sequence`` and ``checked`` are its trailer (AY, AZ)."""

    fixed: bytes
    fields: list[tuple[bytes, bytes]]
    sequence: bytes | None
    checked: bool


def taken_apart(frame: bytes) -> Frame:
    """An answer, without its ending, in parts."""
    checked = frame[-6:-4] == b"AZ"
    body = frame[:-6] if checked else frame
    sequence = body[-1:] if body[-3:-1] == b"AY" else None
    body = body[:-3] if sequence is not None else body
    length = FIXED.get(body[:2], len(body))
    fields = [(part[:2], part[2:]) for part in body[length:].split(b"|") if part]
    return Frame(body[:length], fields, sequence, checked)


def put_together(frame: Frame) -> bytes:
    """The parts as bytes, with the checksum that belongs to them and without an ending."""
    body = frame.fixed + b"".join(name + value + b"|" for name, value in frame.fields)
    if frame.sequence is not None:
        body += b"AY" + frame.sequence
    return body + b"AZ" + calculate_checksum(body + b"AZ").encode() if frame.checked else body


def with_fields(frame: bytes, changes: dict[str, str | None], encoding: str = "utf-8") -> bytes:
    """The answer with fields set, or added at the end, or (None) taken away."""
    parts = taken_apart(frame)
    left = {name.encode(): value for name, value in changes.items()}
    fields = [(name, value) for name, value in parts.fields if name not in left]
    fields += [(name, value.encode(encoding)) for name, value in left.items() if value is not None]
    parts.fields = fields
    return put_together(parts)


def changed(frame: bytes, fault: Fault) -> bytes:
    """The answer as the fault makes it; faults of when and whether it comes leave it as it is."""
    match fault.kind:
        case Kind.MALFORMED:
            return _with_fixed(frame, frame[:20], keep_fields=False)
        case Kind.WRONG_SEQUENCE:
            return _next_sequence(frame)
        case Kind.BAD_CHECKSUM:
            return frame[:-4] + (b"0000" if frame[-4:] != b"0000" else b"1111")
        case Kind.WRONG_ECHO:
            return with_fields(frame, {"AA": OTHER_CARD})
        case Kind.NO_BL:
            return with_fields(frame, {"BL": None})
        case Kind.NO_CQ:
            return with_fields(frame, {"CQ": None})
        case Kind.FIELDS:
            return with_fields(frame, fault.fields)
        case Kind.REFUSE_LOGIN:
            return _with_fixed(frame, b"940", keep_fields=True)
        case Kind.GARBAGE:
            return bytes(range(128, 192)) + b"BLY|CQY|"
        case Kind.ASK_RESEND:
            return b"96AZ" + calculate_checksum(b"96AZ").encode()
        case _:
            return frame


def _with_fixed(frame: bytes, fixed: bytes, keep_fields: bool) -> bytes:
    parts = taken_apart(frame)
    parts.fixed = fixed
    parts.fields = parts.fields if keep_fields else []
    return put_together(parts)


def _next_sequence(frame: bytes) -> bytes:
    parts = taken_apart(frame)
    number = 0 if parts.sequence is None else int(parts.sequence)
    parts.sequence = b"%d" % ((number + 1) % 10)
    return put_together(parts)


def pieces(whole: bytes, kind: Kind) -> Iterator[bytes]:
    """The bytes that leave, in the pieces in which they leave."""
    match kind:
        case Kind.HANG | Kind.DROP:
            return
        case Kind.HALF | Kind.HALF_DROP:
            yield whole[: len(whole) // 2]
        case Kind.SPLIT:
            yield from (whole[place : place + 1] for place in range(len(whole)))
        case Kind.DOUBLE:
            yield whole + whole
        case Kind.FLOOD:
            yield from (b"24" + b"Y" * 65_534 for _ in range(16))
        case _:
            yield whole
