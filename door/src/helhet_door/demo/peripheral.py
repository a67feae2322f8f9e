"""An OSDP peripheral device (OSDP 2.2, chapters 5 to 7 and annex D): one command in, one reply out.

It is written apart from libosdp, so that what is tested against it is not tested against itself; and because
libosdp's Python binding loses the report that a device answers to a question about its inputs.
"""

from __future__ import annotations

import time
from binascii import crc_hqx
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from helhet_door.demo.session import MAC_SENT, Session
from helhet_door.reader.frames import CRC, FROM_READER, SECURED, START, Frame

SESSION_SECONDS = 8.0  # a silent channel ends
_HELD = 64  # events that a reader keeps while nobody asks it


class Code(IntEnum):
    """Commands and replies."""

    POLL = 0x60
    ID = 0x61
    CAP = 0x62
    LSTAT = 0x64
    ISTAT = 0x65
    OSTAT = 0x66
    RSTAT = 0x67
    OUT = 0x68
    LED = 0x69
    BUZ = 0x6A
    TEXT = 0x6B
    KEYSET = 0x75
    CHLNG = 0x76
    SCRYPT = 0x77
    ACK = 0x40
    NAK = 0x41
    PDID = 0x45
    PDCAP = 0x46
    LSTATR = 0x48
    ISTATR = 0x49
    OSTATR = 0x4A
    RSTATR = 0x4B
    RAW = 0x50
    FMT = 0x51
    KEYPAD = 0x53
    CCRYPT = 0x76
    RMAC_I = 0x78
    BUSY = 0x79


class No(IntEnum):
    """Why not: the data of a NAK."""

    LENGTH = 0x02
    COMMAND = 0x03
    SEQUENCE = 0x04
    SECURITY_UNSUPPORTED = 0x05
    SECURITY_NEEDED = 0x06
    RECORD = 0x09


class Reply(NamedTuple):
    """A reply's code and data; ``block`` is the kind of its security block within the handshake."""

    code: int
    data: bytes = b""
    block: tuple[int, int] | None = None


ACK = Reply(Code.ACK)


def no(why: No) -> Reply:
    """A NAK."""
    return Reply(Code.NAK, bytes([why]))


class Peripheral:
    """``obey`` answers the commands that are the application's; ``key`` None is a reader that nobody has given one."""

    def __init__(
        self, address: int, key: bytes | None, default: bytes, identity: bytes, obey: Callable[[int, bytes], Reply]
    ) -> None:
        self.address = address
        self.key = key
        self.events: deque[Reply] = deque(maxlen=_HELD)
        self.busy_until = 0.0
        self._default = default
        self._identity = identity
        self._obey = obey
        self._session: Session | None = None
        self._secure_at = 0.0
        self._sequence = 0
        self._last = b""

    def forget(self) -> None:
        """As after a loss of power: no channel, no events."""
        self.events.clear()
        self._session = None
        self._sequence, self._last = 0, b""

    @property
    def secure(self) -> bool:
        """Whether a secure channel stands."""
        fresh = time.monotonic() - self._secure_at < SESSION_SECONDS
        return self._session is not None and self._session.active and fresh

    def answer(self, frame: Frame) -> bytes:
        """The bytes of the reply to ``frame``, or nothing where it is not for this reader."""
        if frame.from_reader or frame.address != self.address:
            return b""
        control = frame.raw[4]
        sequence = control & 3
        if sequence == 0:
            self._session = None
        elif sequence == self._sequence and self._last:
            return self._last  # asked again: said again, done once
        elif sequence != self._sequence % 3 + 1:
            self._session = None
            return self._framed(no(No.SEQUENCE), control, False)
        if time.monotonic() < self.busy_until:
            return self._framed(Reply(Code.BUSY), control & ~3, False)
        self._sequence = sequence
        self._last = self._answered(frame, control)
        return self._last

    def _answered(self, frame: Frame, control: int) -> bytes:
        data = self._opened(frame)
        if data is None:
            self._session = None
            return self._framed(no(No.SECURITY_NEEDED), control, False)
        secured = frame.block in {0x15, 0x17}
        reply = self._handshake(frame, data) or self._replied(frame.code, data, secured)
        answer = self._framed(reply, control, secured)
        if frame.code == Code.KEYSET and reply is ACK:
            self.key, self._session = data[2:], None
        return answer

    def _opened(self, frame: Frame) -> bytes | None:
        """The command's data; None where it is not secured as it should be."""
        end = len(frame.raw) - (2 if frame.raw[4] & CRC else 1)
        at = 6 + (frame.raw[5] if frame.block is not None else 0)
        if frame.block not in {0x15, 0x17}:
            handshake = frame.code in {Code.ID, Code.CAP, Code.CHLNG, Code.SCRYPT}
            return frame.raw[at:end] if handshake or (self.key is None and not self.secure) else None
        if self._session is None or not self.secure:
            return None
        end -= MAC_SENT
        data = self._session.opened(frame.raw[:end], frame.raw[end : end + MAC_SENT], frame.raw[at:end])
        if data is not None:
            self._secure_at = time.monotonic()
        return data

    def _handshake(self, frame: Frame, data: bytes) -> Reply | None:
        if frame.block == 0x11 and frame.code == Code.CHLNG and len(data) == 8:
            fresh = self.key is None
            if fresh and frame.raw[7] != 0:
                return no(No.SECURITY_UNSUPPORTED)
            self._session = Session(self.key or self._default, data)  # with a key of its own, it knows no other
            return Reply(Code.CCRYPT, self._identity[:8] + self._session.answer(), (0x12, int(not fresh)))
        if frame.block == 0x13 and frame.code == Code.SCRYPT and self._session is not None:
            first = self._session.accept(data)
            if first is None:
                self._session = None
                return no(No.SECURITY_UNSUPPORTED)
            self._secure_at = time.monotonic()
            return Reply(Code.RMAC_I, first, (0x14, 1))
        return None

    def _replied(self, code: int, data: bytes, secured: bool) -> Reply:
        if code == Code.POLL:
            return self.events.popleft() if self.events else ACK
        if code == Code.ID:
            return Reply(Code.PDID, self._identity)
        if code == Code.KEYSET:
            return ACK if secured and len(data) == 18 and data[:2] == b"\x01\x10" else no(No.SECURITY_NEEDED)
        if code in {Code.CHLNG, Code.SCRYPT}:
            return no(No.SECURITY_UNSUPPORTED)
        return self._obey(code, data)

    def _framed(self, reply: Reply, control: int, secured: bool) -> bytes:
        """``reply`` as it travels: secured like the command that it answers."""
        check = 2 if control & CRC else 1
        body = bytes([reply.code]) + reply.data
        block = b""
        if reply.block is not None:
            block = bytes([3, *reply.block])
        elif secured and self._session is not None:
            block = bytes([2, 0x18 if reply.data else 0x16])
            body = bytes([reply.code]) + (self._session.closed(reply.data) if reply.data else b"")
        mac = MAC_SENT if secured and block else 0
        length = 5 + len(block) + len(body) + mac + check
        flags = (control & 7) | (SECURED if block else 0)
        head = bytes([START, self.address | FROM_READER, length & 0xFF, length >> 8, flags])
        message = head + block + body
        if mac and self._session is not None:
            message += self._session.code(message)
        if check == 2:
            return message + crc_hqx(message, 0x1D0F).to_bytes(2, "little")
        return message + bytes([-sum(message) & 0xFF])
