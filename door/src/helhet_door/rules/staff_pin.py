"""The PIN of a staff card: scrypt (RFC 7914), so that it works with the library system down and is not in the rules.

Four digits can be tried in full whatever they are hashed with. So what is hashed is the PIN, the card's tag and a
*pepper*: a key of the town that lies in a file of its own (mode 0600), never in the rules, the database or a log.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

N, R, P = 2**14, 8, 1
"""Cost: 16 MB and some 50 ms on a small box; run it outside of the event loop."""

_NAME = "scrypt"
_MOST_N = 2**17  # a longer one in the rules would be a way to stop the box
_SALT = 16
_BYTES = 32


def hashed(pin: str, pepper: bytes, tag: str) -> str:
    """``pin`` of the card with the list tag ``tag``, ready for ``StaffCard.pin``. Another salt every time."""
    if pin == "":
        raise ValueError("an empty PIN opens nothing and is not stored")
    salt = secrets.token_bytes(_SALT)
    return "$".join((_NAME, str(N), str(R), str(P), salt.hex(), _scrypt(pin, tag, pepper, salt, N, R, P).hex()))


def right(stored: str | None, pin: str, pepper: bytes, tag: str) -> bool:
    """Whether ``pin`` is the one stored. Takes the same time for a card that is no staff card (``stored`` None).

    Anything that cannot be read is no.
    """
    name, n, r, p, salt, digest = _parts(stored)
    found = _scrypt(pin, tag, pepper, salt, n, r, p)
    return hmac.compare_digest(found, digest) and name == _NAME and pin != ""


def _scrypt(pin: str, tag: str, pepper: bytes, salt: bytes, n: int, r: int, p: int) -> bytes:
    secret = hmac.new(pepper, f"staff\0{tag}\0{pin}".encode(), hashlib.sha256).digest()
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=256 * r * n, dklen=_BYTES)


def _parts(stored: str | None) -> tuple[str, int, int, int, bytes, bytes]:
    """The stored parts; parts that no PIN fits where there are none or they cannot be read."""
    nobody = ("", N, R, P, bytes(_SALT), bytes(_BYTES))
    if stored is None:
        return nobody
    try:
        name, n, r, p, salt, digest = stored.split("$")
        parts = (name, int(n), int(r), int(p), bytes.fromhex(salt), bytes.fromhex(digest))
    except ValueError:
        return nobody
    sane = parts[1] in {2**power for power in range(10, 18)} and parts[1] <= _MOST_N and (parts[2], parts[3]) == (R, P)
    return parts if sane and len(parts[4]) == _SALT and len(parts[5]) == _BYTES else nobody
