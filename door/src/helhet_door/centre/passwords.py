"""Passwords of users: argon2id (RFC 9106), a rule for new ones after NIST SP 800-63B, and temporary ones."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from helhet_door.centre.texts import mark

SHORTEST, LONGEST = 12, 128
_HASHER = PasswordHasher()  # argon2id, the library's current parameters (64 MiB a guess)
_TURN = threading.BoundedSemaphore(2)  # so that a burst of log-ins cannot take the memory of the machine
_DUMMY = _HASHER.hash(secrets.token_hex(16))
_FEW = 5  # different characters, so that a row of the same is no password


def hashed(password: str) -> str:
    """``password`` as argon2id, with its parameters and salt."""
    with _TURN:
        return _HASHER.hash(password)


def right(stored: str | None, password: str) -> bool:
    """Whether ``password`` fits; with no stored hash the same work is done in vain, so that time tells nothing."""
    with _TURN:
        try:
            fits = _HASHER.verify(stored or _DUMMY, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return fits and stored is not None


def wrong_with(password: str, name: str) -> str | None:
    """What is wrong with a new password of the user ``name``: a message, or None."""
    if len(password) < SHORTEST:
        return mark("Use at least 12 characters. A few words in a row are easy to remember.")
    if len(password) > LONGEST:
        return mark("Use at most 128 characters.")
    if len(set(password)) < _FEW or (name and name.casefold() in password.casefold()):
        return mark("This password is too easy to guess. Leave out your user name and repeated characters.")
    return None


def temporary() -> str:
    """A password to hand over once: sixteen letters and digits in groups, without those that look alike."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
