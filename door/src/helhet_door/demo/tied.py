"""Ties a process to the one that started it: a killed demonstration leaves nothing running."""

from __future__ import annotations

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def tie(parent: int) -> None:
    """From now on this process gets SIGTERM when ``parent`` ends, however it ends (prctl(2), Linux only)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before it could be asked
        os.kill(os.getpid(), signal.SIGTERM)
