"""How often a log-in may be wrong: per user and per address, on the monotonic clock, before any password is hashed."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

USER_WRONG, USER_SECONDS = 5, 15 * 60.0
ADDRESS_WRONG, ADDRESS_SECONDS = 20, 10 * 60.0
MOST = 10_000  # users and addresses remembered: the oldest are forgotten first


class Attempts:
    """Wrong log-ins of the last minutes. Kept in memory: a restart of the page forgives, a restart is not a guest's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrong: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def take(self, user: str, address: str, at: float) -> bool:
        """Whether a try is allowed at ``at`` (seconds). It counts as wrong until :meth:`forgive` takes it back."""
        keys = (
            (("user", user.casefold()), USER_WRONG, USER_SECONDS),
            (("address", address), ADDRESS_WRONG, ADDRESS_SECONDS),
        )
        with self._lock:
            if any(self._count(key, seconds, at) >= most for key, most, seconds in keys):
                return False
            for key, _, _ in keys:
                self._wrong.setdefault(key, deque()).append(at)
                self._wrong.move_to_end(key)
            while len(self._wrong) > MOST:
                self._wrong.popitem(last=False)
            return True

    def forgive(self, user: str, address: str) -> None:
        """After a right password: the user starts anew, and the address gets this one try back."""
        with self._lock:
            self._wrong.pop(("user", user.casefold()), None)
            tries = self._wrong.get(("address", address))
            if tries:
                tries.pop()

    def _count(self, key: tuple[str, str], seconds: float, at: float) -> int:
        tries = self._wrong.get(key)
        if tries is None:
            return 0
        while tries and tries[0] <= at - seconds:
            tries.popleft()
        return len(tries)
