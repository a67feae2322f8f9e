"""Whether the clock on the wall may be believed.

Hours and dates need it; limits and timers do not (they run on the monotonic clock). The clock is believed when

* it has not jumped: wall less monotonic time has moved by less than ``JUMP`` seconds since the last look, and
* the kernel says that a time server keeps it (``adjtimex`` without ``STA_UNSYNC``), or said so within ``HOLDOVER``
  seconds. A quartz of 50 millionths loses 13 s in the three days of the holdover.

A box set to ``source = "none"`` has no time server by choice. There the clock is believed when it has not jumped and is
not before the last time that the box knew to have come (a box whose battery died wakes up in the past).

After a jump the clock is believed again when the time server has it, or, without one, only after a new start.
"""

from __future__ import annotations

import ctypes
import datetime as dt
from collections.abc import Callable
from enum import StrEnum

from helhet_door.words.clock import Clock

JUMP = 2.0  # seconds
HOLDOVER = 72 * 3600.0  # seconds
SETTLE = 3.0  # seconds after a jump before a time server's word is taken
_UNSYNC = 0x0040  # STA_UNSYNC, linux/timex.h


class _Timex(ctypes.Structure):
    """``struct timex`` of linux/timex.h as far as it is read, with room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),  # zero: only read
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 512),
    )


class Source(StrEnum):
    """Who keeps the clock of the box."""

    KERNEL = "kernel"  # a time server, as the kernel knows it
    NONE = "none"


def kernel_synchronised() -> bool:
    """Whether the kernel's clock is kept by a time server now. False where the kernel cannot be asked."""
    try:
        call = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return False
    timex = _Timex()
    return bool(call(ctypes.byref(timex)) >= 0 and not timex.status & _UNSYNC)


class Timekeeper:
    """Looks at the two clocks, and says whether the wall's may be believed and what has changed."""

    def __init__(
        self,
        clock: Clock,
        source: Source,
        not_before: dt.datetime | None,
        synchronised: Callable[[], bool] = kernel_synchronised,
    ) -> None:
        self._clock = clock
        self._source = source
        self._not_before = not_before
        self._synchronised = synchronised
        self._offset = self._difference()
        self._jumped_at: float | None = None
        self._synced_at: float | None = None
        self.jumps = 0.0  # seconds that the wall has jumped, in all
        self.trusted = False
        self.why = "start"
        self.look()

    def _difference(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    def look(self) -> bool:
        """Look again; True where trust, or its reason, has changed."""
        before = (self.trusted, self.why)
        now = self._clock.monotonic()
        difference = self._difference()
        if abs(difference - self._offset) > JUMP:
            self.jumps += difference - self._offset
            self._jumped_at = now
            self._synced_at = None
        self._offset = difference  # slow drift, as a time server makes it, is followed
        self.trusted, self.why = self._judge(now)
        return (self.trusted, self.why) != before

    def _judge(self, now: float) -> tuple[bool, str]:
        if self._source is Source.NONE:
            return self._judge_alone()
        if self._jumped_at is not None and now - self._jumped_at < SETTLE:
            return False, "jumped"
        if self._synchronised():
            self._synced_at, self._jumped_at = now, None
            return True, "synchronised"
        if self._synced_at is not None and now - self._synced_at < HOLDOVER:
            return True, "holdover"
        return False, "jumped" if self._jumped_at is not None else "never_synchronised"

    def _judge_alone(self) -> tuple[bool, str]:
        if self._not_before is not None and self._clock.now() < self._not_before - dt.timedelta(seconds=JUMP):
            return False, "before_known_time"
        return (True, "no_source") if self._jumped_at is None else (False, "jumped")
