"""Rules signed by the centre (Ed25519, RFC 8032): the box obeys what this key has signed, and nothing older.

Keys are files of 32 bytes in hexadecimal. The private key is readable by its owner alone, and never on a box.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from helhet_door.rules.check import check, check_lists
from helhet_door.rules.model import Rules
from helhet_door.words.faults import Fault, Faults
from helhet_door.words.wire import Signed

PREFIX = b"helhet-door rules 1\0"
"""Signed before the body, so that a signature under the same key for anything else is none for rules."""


class NotTaken(Exception):
    """Rules that the box does not take; ``why`` is a fixed word, and the rules that it has stay in force."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def make_key(private: Path, public: Path) -> None:
    """Write a new pair of keys; raises FileExistsError rather than replace one."""
    key = Ed25519PrivateKey.generate()
    write_secret(private, key.private_bytes_raw())
    public.write_text(key.public_key().public_bytes_raw().hex() + "\n", encoding="ascii")


def write_secret(path: Path, secret: bytes) -> None:
    """Write a key in hexadecimal to a new file that only its owner can read (mode 0600 from the first moment)."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_private(path: Path) -> Ed25519PrivateKey:
    """The private key in a file; raises :class:`Faults` where others can read it, or it is no key."""
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0
    if mode & 0o077:
        cure = "Make a new key: this one may be known. Files of keys have mode 0600."
        raise Faults([Fault(path.name, "the file", f"{mode:04o}", "can be read by others", cure)])
    return Ed25519PrivateKey.from_private_bytes(_bytes(path))


def read_public(path: Path) -> Ed25519PublicKey:
    """The public key in a file; raises :class:`Faults` where it is none."""
    return Ed25519PublicKey.from_public_bytes(_bytes(path))


def _bytes(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as wrong:
        cure = "A file of a key holds 64 hexadecimal digits."
        raise Faults([Fault(path.name, "the file", "", f"is no key ({type(wrong).__name__})", cure)]) from wrong
    if len(key) != 32:
        cure = "A file of a key holds 64 hexadecimal digits."
        raise Faults([Fault(path.name, "the file", f"{len(key)} bytes", "is no key", cure)])
    return key


def sign(rules: Rules, key: Ed25519PrivateKey) -> Signed:
    """``rules`` as bytes, and the signature over exactly these."""
    body = msgspec.json.encode(rules)
    return Signed(body, key.sign(PREFIX + body))


def verify(signed: Signed, key: Ed25519PublicKey, branch: str, at_least: int) -> Rules:
    """The rules in ``signed``, if they are for ``branch`` and their serial is ``at_least`` or more.

    Raises :class:`NotTaken`. At a start ``at_least`` is the serial of the rules that were kept; on new ones, that plus
    one: the serial never goes back.
    """
    try:
        key.verify(signed.signature, PREFIX + signed.body)
    except InvalidSignature:
        raise NotTaken("signature") from None
    try:
        rules = msgspec.json.decode(signed.body, type=Rules)
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise NotTaken("form") from None
    if rules.settings.branch != branch:
        raise NotTaken("branch")
    if rules.serial < at_least:
        raise NotTaken("serial")
    if check(rules.settings, "rules").faults or check_lists(rules.lists, "rules"):
        raise NotTaken("settings")
    return rules
