"""Who was let in within the last hours, for the offline rule "recent": in memory only, gone at a restart.

A card and its PIN stand in it as one HMAC-SHA-256 (FIPS 198-1) under a key that is made at random when the process
starts and written nowhere. So there is nothing on disk that a PIN could be tried against, and a right card with a wrong
PIN is as unknown as any other.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

MOST = 20_000
"""Cards that are remembered; the oldest approval goes first, and its holder waits for the library system."""

LONGEST_HOURS = 24.0


class Recent:
    """The last approval of each card by the library system. ``tag`` is its list tag, ``at`` monotonic seconds."""

    def __init__(self, key: bytes | None = None, most: int = MOST) -> None:
        self._key = secrets.token_bytes(32) if key is None else key
        self._most = most
        self._seen: dict[str, tuple[bytes, float]] = {}

    def approve(self, tag: str, card: str, pin: str, at: float) -> None:
        """The library system has just said yes to this card and PIN. An earlier PIN of the card is forgotten."""
        self.forget(tag)
        if card == "" or pin == "":
            return
        self._seen[tag] = (self._sealed(card, pin), at)
        while len(self._seen) > self._most:
            del self._seen[next(iter(self._seen))]

    def holds(self, tag: str, card: str, pin: str, at: float, hours: float) -> bool:
        """Whether this card and PIN were approved within ``hours`` (24 at most) before ``at``."""
        sealed, approved = self._seen.get(tag, (b"", 0.0))
        fresh = 0.0 <= at - approved <= 3600.0 * min(hours, LONGEST_HOURS)
        return hmac.compare_digest(sealed, self._sealed(card, pin)) and fresh and card != "" and pin != ""

    def forget(self, tag: str) -> None:
        """The card was withdrawn or suspended, or the library system has said no to it."""
        self._seen.pop(tag, None)

    def forget_old(self, at: float, hours: float) -> None:
        """Drop what is older than ``hours``."""
        since = at - 3600.0 * min(hours, LONGEST_HOURS)
        self._seen = {tag: each for tag, each in self._seen.items() if each[1] >= since}

    def forget_all(self) -> None:
        """Forget everything, and the key with it."""
        self._seen = {}
        self._key = secrets.token_bytes(32)

    def __len__(self) -> int:
        return len(self._seen)

    def _sealed(self, card: str, pin: str) -> bytes:
        return hmac.new(self._key, f"{card}\0{pin}".encode(), hashlib.sha256).digest()
