"""OSDP frames as they pass on the wire (OSDP 2.2, chapter 5): found among noise, and matched, answer to question.

libosdp 3.2.9 checks the authentication code of an answer only where the answer says that it carries one: an answer
in the dress of the handshake passes unchecked within a secure channel. So an answer is matched to its question here,
before libosdp sees it.
"""

from __future__ import annotations

from binascii import crc_hqx
from typing import NamedTuple

START = 0x53
FROM_READER = 0x80
SECURED = 0x08  # bits of the control byte
CRC = 0x04
LONGEST = 256  # of libosdp's buffer
SHORTEST = 7
POLL = 0x60
ACK = 0x40
NAK = 0x41
BUSY = 0x79

#: What kind of security block may answer which. None: none at all.
_ANSWERS: dict[int | None, frozenset[int | None]] = {
    None: frozenset({None}),
    0x11: frozenset({0x12}),
    0x13: frozenset({0x14}),
    0x15: frozenset({0x16, 0x18}),
    0x17: frozenset({0x16, 0x18}),
}


class Frame(NamedTuple):
    """One frame: whose address, the kind of its security block, the command's or reply's code, and its bytes."""

    address: int
    from_reader: bool
    block: int | None
    code: int
    raw: bytes


def split(heard: bytearray) -> list[Frame]:
    """The whole and undamaged frames in ``heard``; what is left in it may become one."""
    found: list[Frame] = []
    kept = place = 0
    waiting = False
    while (place := heard.find(START, place)) >= 0:
        length = _length(heard, place)
        if length < 0:
            place += 1
        elif length == 0:
            kept, waiting = (kept, True) if waiting else (place, True)
            place += 1
        else:
            frame = _frame(bytes(heard[place : place + length]))
            place += length if frame else 1
            if frame:
                found.append(frame)
                kept, waiting = place, False
    del heard[: kept if waiting else len(heard)]
    return found


def question(data: bytes) -> Frame | None:
    """The frame that is about to be sent, or None where it is none."""
    frames = split(bytearray(data))
    return frames[0] if len(frames) == 1 else None


def fits(asked: Frame, answer: Frame) -> bool:
    """Whether ``answer`` may be given to ``asked``: from the same reader and as well secured, or a plain "no"."""
    if answer.address != asked.address or not answer.from_reader:
        return False
    if answer.block is None and answer.code in {NAK, BUSY}:
        return True
    return answer.block in _ANSWERS.get(asked.block, frozenset())


def _length(heard: bytearray, place: int) -> int:
    """Bytes of the frame that starts at ``place``; 0 where it is not all there yet, -1 where it is no frame."""
    if len(heard) - place < 4:
        return 0
    length = heard[place + 2] | heard[place + 3] << 8
    if not SHORTEST <= length <= LONGEST:
        return -1
    return length if len(heard) - place >= length else 0


def _frame(raw: bytes) -> Frame | None:
    control = raw[4]
    block: int | None = None
    code_at = 5
    if control & SECURED:
        block, code_at = raw[6], 5 + raw[5]
    if not _undamaged(raw) or code_at >= len(raw) - 1:
        return None
    return Frame(raw[1] & 0x7F, bool(raw[1] & FROM_READER), block, raw[code_at], raw)


def _undamaged(raw: bytes) -> bool:
    if raw[4] & CRC:
        return crc_hqx(raw[:-2], 0x1D0F) == raw[-2] | raw[-1] << 8
    return sum(raw) & 0xFF == 0
