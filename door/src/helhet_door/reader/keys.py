"""Secure-channel keys (SCBK, AES-128; OSDP 2.2, annex D): one a reader, from ``secrets``, in a file of mode 0600.

A key is never written to a log or into a fault's text.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path

from helhet_door.reader.settings import Reader
from helhet_door.words.durable import sync
from helhet_door.words.faults import Fault, Faults

LENGTH = 16
#: The key that every reader leaves the factory with (SCBK-D): known to everybody.
DEFAULT = bytes(range(0x30, 0x40))


def make() -> bytes:
    """A new key."""
    return secrets.token_bytes(LENGTH)


def write(path: Path, key: bytes) -> None:
    """``key`` into a new file that only its owner may read, durable when this returns. Never over an old file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        os.fchmod(descriptor, 0o600)
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(descriptor)
    sync(path.parent)


def load(readers: Sequence[Reader]) -> dict[str, bytes]:
    """The key of every door, or Faults with everything that is wrong with any of them."""
    found: dict[str, bytes] = {}
    wrong: list[Fault] = []
    for reader in readers:
        key, fault = _read(reader)
        if fault is not None:
            wrong.append(fault)
        elif key in found.values():
            wrong.append(_fault(reader, "holds another reader's key", "Provision one of the two readers again."))
        else:
            found[reader.door] = key
    if wrong:
        raise Faults(wrong)
    return found


def weak(key: bytes) -> bool:
    """Whether ``key`` is one that anybody would try: the default, or one byte all along."""
    return key == DEFAULT or len(set(key)) == 1


def _read(reader: Reader) -> tuple[bytes, Fault | None]:
    try:
        descriptor = os.open(reader.key_file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        return b"", _fault(reader, f"cannot be opened ({os.strerror(error.errno or 0)})", "Provision the reader.")
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            return b"", _fault(reader, "is no ordinary file", "Provision the reader.")
        if about.st_mode & 0o077:
            return b"", _fault(reader, "may be read by others than its owner", "Make its mode 0600, or a new key.")
        text = file.read(4 * LENGTH)
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != LENGTH:
        return b"", _fault(reader, "does not hold 32 hexadecimal digits", "Provision the reader.")
    if weak(key):
        return b"", _fault(reader, "holds a key that anybody would try", "Provision the reader.")
    return key, None


def _fault(reader: Reader, wrong: str, cure: str) -> Fault:
    return Fault("readers", f"{reader.door}.key_file", reader.key_file, wrong, cure)
