"""A serial line as libosdp sees it, and the last gate before it.

Nothing goes out for an address that is stopped, whose pulse has become too old, or whose last question is still
unanswered: libosdp would ask again 0.8 s later, up to eight times, and a door could open nine seconds late.
"""

from __future__ import annotations

import errno
import os
import termios
from collections.abc import Iterable
from contextlib import suppress

import osdp
import serial

from helhet_door.reader.frames import ACK, POLL, Frame, fits, question, split
from helhet_door.words.clock import Clock
from helhet_door.words.faults import Fault, Faults

REOPEN = 0.5  # seconds between tries to open a device that is gone
_READ = 4096


class Wire(osdp.Channel):
    """One serial device, held by this process alone. Used by the panel's thread only."""

    def __init__(self, device: str, baud: int, number: int, clock: Clock) -> None:
        self.id = number  # libosdp: readers of one channel take turns; 0 would mean that nobody waits
        self.device = device
        self._baud = baud
        self._clock = clock
        self._port: serial.Serial | None = None
        self._next_open = 0.0
        self._heard = bytearray()
        self._ready = bytearray()
        self._asked: dict[int, Frame] = {}
        self._last: int | None = None  # the address that may answer now
        self.stopped: set[int] = set()
        self.latest: dict[int, float] = {}  # address: the time after which nothing may be sent to it
        self.sent: dict[int, int] = {}  # address: frames that went out
        self.refused: dict[int, str] = {}  # address: why something was first held back
        self.drained: set[int] = set()  # addresses that have answered a poll with nothing to tell

    # Opening and closing

    @property
    def open(self) -> bool:
        """Whether the device is there."""
        return self._port is not None

    def fileno(self) -> int:
        """The descriptor to wait for, or -1."""
        return self._port.fileno() if self._port is not None else -1

    def hold(self) -> None:
        """Open the device if it is there. Faults where another process holds it, or may not be opened by us."""
        try:
            self._open()
        except OSError as error:
            if error.errno in {errno.EWOULDBLOCK, errno.EACCES, errno.EPERM}:
                raise Faults([self._fault(error.errno)]) from error

    def look(self, now: float) -> None:
        """Try to open a device that is gone, now and then; take in what has arrived."""
        if self._port is None:
            if now >= self._next_open:
                self._next_open = now + REOPEN
                with suppress(OSError):
                    self._open()
            return
        try:
            self._heard += os.read(self._port.fileno(), _READ)
        except BlockingIOError:
            return
        except OSError:
            self._lose()
            return
        self._sort()

    def close(self) -> None:
        """Let the device go."""
        if self._port is not None:
            with suppress(OSError):
                self._port.close()
        self._port = None

    def _open(self) -> None:
        self._port = serial.Serial(self.device, self._baud, timeout=0, write_timeout=0, exclusive=True)
        self._drop()

    def _lose(self) -> None:
        self.close()
        self._drop()

    def _fault(self, number: int) -> Fault:
        if number == errno.EWOULDBLOCK:
            return Fault("readers", "device", self.device, "is held by another process", "Stop that process first.")
        return Fault("readers", "device", self.device, "may not be opened", "Give the service's user the device.")

    # What libosdp calls: these never raise, for its binding does not expect it

    def read(self, max_bytes: int) -> bytes:
        """Whole frames that answer the last question, and nothing else."""
        chunk = bytes(self._ready[:max_bytes])
        del self._ready[:max_bytes]
        return chunk

    def write(self, buf: bytes) -> int:
        """Send one frame; -1 where it must not go out, which makes libosdp give up at once."""
        frame = question(buf)
        if frame is None:
            return -1
        if self._port is None or (why := self._held_back(frame.address)):
            self.refused.setdefault(frame.address, "device" if self._port is None else why)
            return -1
        self._last, self._asked[frame.address] = frame.address, frame
        self.sent[frame.address] = self.sent.get(frame.address, 0) + 1
        try:
            return os.write(self._port.fileno(), buf)
        except BlockingIOError:
            return -1
        except OSError:
            self._lose()
            return -1

    def flush(self) -> None:
        """Forget what came too late to be an answer."""
        self._heard.clear()
        self._ready.clear()
        if self._port is not None:
            with suppress(OSError, termios.error):
                termios.tcflush(self._port.fileno(), termios.TCIFLUSH)

    # What the panel calls

    def waiting(self, address: int) -> bool:
        """Whether a question to ``address`` is unanswered."""
        return address in self._asked

    def forget(self, addresses: Iterable[int]) -> None:
        """Begin anew with these addresses."""
        for address in addresses:
            self._asked.pop(address, None)
            self.stopped.discard(address)
            self.refused.pop(address, None)
            self.latest.pop(address, None)

    def drop(self, address: int) -> None:
        """Throw away what is on its way to and from ``address``: an old question must not arrive late.

        Not where another reader of the line has been asked since: the old question has left long ago.
        """
        if self._last not in {address, None}:
            return
        self._drop()

    def _drop(self) -> None:
        self.flush()
        if self._port is not None:
            with suppress(OSError, termios.error):
                termios.tcflush(self._port.fileno(), termios.TCOFLUSH)

    def _held_back(self, address: int) -> str:
        """Why nothing may go out to ``address`` now, or ""."""
        if self._clock.monotonic() > self.latest.get(address, float("inf")):
            return "late"
        if address in self._asked or address in self.stopped:
            return "silent"
        return ""

    def _sort(self) -> None:
        for frame in split(self._heard):
            asked = self._asked.get(self._last) if self._last is not None else None
            if asked is not None and fits(asked, frame):
                del self._asked[asked.address]
                if (asked.code, frame.code) == (POLL, ACK):
                    self.drained.add(asked.address)
                self._ready += frame.raw
