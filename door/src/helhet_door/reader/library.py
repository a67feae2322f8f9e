"""What libosdp 3.2.9 leaves to its user, found by reading its source; each has a test.

- Its challenge to a reader (RND.A, OSDP 2.2, annex D) comes from C's ``rand``, which it never seeds: the same after
  every start, so that a recorded session could be played back. ``stir`` gives ``rand`` a state from ``secrets``.
- It keeps a reference to every event that it hands over: memory grows, with card numbers in it. ``release`` empties
  the event and gives that reference back.
"""

from __future__ import annotations

import ctypes
import secrets
from importlib.metadata import version
from typing import Any

import osdp_sys

KNOWN = "3.2.9"
_STATE_BYTES = 256  # the largest state that C's random(3) takes; its first four bytes say which kind it is

_libc = ctypes.CDLL(None)
_libc.initstate.restype = ctypes.c_void_p
_libc.initstate.argtypes = (ctypes.c_uint, ctypes.c_void_p, ctypes.c_size_t)
_libc.srand.argtypes = (ctypes.c_uint,)
_state = ctypes.create_string_buffer(_STATE_BYTES)
_counts_known = version("libosdp") == KNOWN
_forget = ctypes.pythonapi.Py_DecRef
_forget.argtypes = (ctypes.py_object,)
_forget.restype = None


def hush() -> None:
    """Keep libosdp from writing to standard error."""
    osdp_sys.set_loglevel(osdp_sys.LOG_EMERG)


def begin_chance() -> None:
    """Give C's ``rand`` a state of our own; once, before ``stir``."""
    _libc.initstate(secrets.randbits(32), ctypes.addressof(_state), _STATE_BYTES)


def stir() -> None:
    """Make what ``rand`` says next unforeseeable. Called before any step that may begin a secure channel."""
    _libc.srand(secrets.randbits(32))
    ctypes.memmove(ctypes.addressof(_state) + 4, secrets.token_bytes(_STATE_BYTES - 4), _STATE_BYTES - 4)


def release(event: dict[str, Any]) -> None:
    """Empty ``event`` and give back the reference that the library forgets. The last use of it, by its receiver."""
    event.clear()
    if _counts_known:
        _forget(event)
