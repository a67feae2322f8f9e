"""The three keys of the centre, each in a file of its own that only its owner may read.

``signing.key``  Ed25519, 32 bytes: signs the rules. Its public half, ``signing.pub``, goes to every box.
``list.key``     32 bytes: under it, cards become the tags of the lists. Every box of the town has it too.
``opening.key``  32 bytes, AES-256: card numbers are sealed under it. It never leaves the centre.
"""

from __future__ import annotations

import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from helhet_door.rules.signed import make_key, write_secret
from helhet_door.words.faults import Fault, Faults

FOLDER = "keys"
PUBLIC = "signing.pub"
NAMES = ("signing", "list", "opening")
BYTES = 32


@dataclass(frozen=True)
class Keys:
    """The keys as bytes. ``repr`` shows none of them."""

    signing: bytes
    list: bytes
    opening: bytes

    def __repr__(self) -> str:
        return "Keys(...)"


def make(folder: Path) -> None:
    """Make the keys that are missing, at random, and the public half of the signing key; those that are there stay."""
    (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
    signing, public = folder / FOLDER / "signing.key", folder / FOLDER / PUBLIC
    if not signing.exists():
        make_key(signing, public)
    for name in ("list", "opening"):
        path = folder / FOLDER / f"{name}.key"
        if not path.exists():
            write_secret(path, secrets.token_bytes(BYTES))


def read(folder: Path) -> Keys:
    """All keys. Raises :class:`Faults` for every one that is missing, open to others, or no key."""
    faults: list[Fault] = []
    found = {name: _one(folder, name, faults) for name in NAMES}
    if faults:
        raise Faults(faults)
    return Keys(**found)


def _one(folder: Path, name: str, faults: list[Fault]) -> bytes:
    file = f"{FOLDER}/{name}.key"
    path = folder / file
    try:
        mode, text = path.stat().st_mode, path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        faults.append(Fault(file, "the file", "", "is missing or cannot be read", "Restore it from your backup"))
        return b""
    if stat.S_IMODE(mode) & 0o077:
        shown = oct(stat.S_IMODE(mode))
        faults.append(Fault(file, "permissions", shown, "let others read the key", f"Run: chmod 600 {file}"))
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != BYTES:
        faults.append(Fault(file, "the key", "", "is not 64 hexadecimal digits", "Restore it from your backup"))
    return key
