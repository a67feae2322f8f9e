"""Pseudonyms: a card under a key. HMAC-SHA-256 (FIPS 198-1), cut to 128 bits, one domain a purpose.

A card number is short enough to be tried in full, so everything rests on the keys. Those of lists and limits lie in
files of their own (mode 0600), never in the database, the rules or a log; the key of a day lies beside its passages,
and is destroyed with them.
"""

from __future__ import annotations

import hashlib
import hmac

BYTES = 16


def tag(key: bytes, purpose: str, card: str) -> str:
    """``card`` under ``key`` as 32 hexadecimal digits; ``purpose`` keeps tags of different uses apart."""
    return hmac.new(key, f"{purpose}\0{card}".encode(), hashlib.sha256).digest()[:BYTES].hex()


def list_tag(key: bytes, card: str) -> str:
    """The tag under which a card stands in the rules: agreements, suspensions, staff. The same at every branch."""
    return tag(key, "list", card)


def day_tag(key: bytes, card: str) -> str:
    """The tag of a passage, under the key of its branch and day: two days cannot be joined without both keys."""
    return tag(key, "day", card)


def limit_tag(key: bytes, card: str) -> str:
    """The tag under which wrong guesses are counted at one box."""
    return tag(key, "limit", card)
