"""Lines and seals of SIP2 2.00: where a message ends, and whether it came whole.

A message ends with a carriage return; some systems add a line feed. With error detection it ends in ``AY``, a sequence
number of one digit, ``AZ`` and four hexadecimal digits: the two's complement of the sum of all bytes before them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from helhet_door.sip2.trouble import Broken, Why

LONGEST = 16_384
"""Bytes of one message, at most: no answer to our questions comes near."""

_ENDS = re.compile(rb"[\r\n]+")
_SEAL = re.compile(rb"(?:AY([0-9]))?AZ([0-9A-Fa-f]{4})\Z")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_RESEND = b"96"


class Lines:
    """Cuts a stream into lines, however it was packed. CR, LF and CRLF end a line; empty lines are nothing."""

    def __init__(self) -> None:
        self._rest = b""

    @property
    def begun(self) -> bool:
        """Whether a line has begun and not ended."""
        return bool(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that ``data`` completes. Raises ``Broken`` where a line grows longer than ``LONGEST``."""
        *whole, self._rest = _ENDS.split(self._rest + data)
        if max(map(len, (*whole, self._rest))) > LONGEST:
            self._rest = b""
            raise Broken(Why.TOO_LONG)
        return [line for line in whole if line]


class Opened(NamedTuple):
    """A message without its seal; ``sequence`` is None where it carried none."""

    body: bytes
    sequence: int | None


def checksum(data: bytes) -> bytes:
    """Four hexadecimal digits for everything up to and with ``AZ``."""
    return b"%04X" % (-sum(data) & 0xFFFF)


def seal(body: bytes, sequence: int | None) -> bytes:
    """``body`` with sequence number and checksum; without a number (97) the checksum alone."""
    text = body + (b"AZ" if sequence is None else b"AY%dAZ" % sequence)
    return text + checksum(text)


def unseal(line: bytes, needed: bool) -> Opened:
    """Open one line. A checksum that is there must be right, and where it is ``needed`` it must be there.

    Only 96, the request to send again, may come bare: some systems have nothing better when they understood nothing.
    Raises ``Broken``.
    """
    if _CONTROL.search(line):
        raise Broken(Why.DAMAGED)
    found = _SEAL.search(line)
    if found is None:
        if needed and line != _RESEND:
            raise Broken(Why.NO_CHECKSUM)
        return Opened(line, None)
    if checksum(line[:-4]) != found[2].upper():
        raise Broken(Why.DAMAGED)
    return Opened(line[: found.start()], None if found[1] is None else int(found[1]))
