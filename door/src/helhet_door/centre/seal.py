"""Card numbers, sealed: AES-256-GCM (NIST SP 800-38D) under the opening key, bound to the tag that they belong to.

They are opened for one thing: to find out whose a passage was, with a reason and a row in the log.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
WIDTH = 64  # every card is filled up to this, so that a sealed one does not tell its length


def seal(key: bytes, tag: str, card: str) -> bytes:
    """``card`` sealed: nonce, cipher text and authentication tag. Raises ``ValueError`` for one that is too long."""
    text = card.encode()
    if len(text) >= WIDTH:
        raise ValueError("card too long")
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text.ljust(WIDTH, b"\0"), tag.encode())


def unseal(key: bytes, tag: str, sealed: bytes) -> str | None:
    """The card, or None where the seal was broken, moved to another tag, or made under another key."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], tag.encode()).rstrip(b"\0").decode()
    except InvalidTag:
        return None
