"""A box to start from: a commented box.toml and the keys that are the box's own."""

from __future__ import annotations

import os
import secrets
from importlib import resources
from pathlib import Path

from helhet_door.words.faults import Fault, Faults

KEY_BYTES = 32


def new_box(folder: Path, branch: str) -> Path:
    """Make ``folder`` with box.toml and a limit key; its path. Raises :class:`Faults` if it is there already."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise Faults([Fault(str(folder), "the folder", folder.name, "exists already", "Name a new one.")]) from None
    text = (resources.files("helhet_door.service") / "start.toml").read_text(encoding="utf-8")
    (folder / "box.toml").write_text(text.replace("{branch}", branch), encoding="utf-8")
    (folder / "keys").mkdir(mode=0o700)
    write_key(folder / "keys" / "limit.key")
    return folder


def write_key(path: Path) -> None:
    """A fresh key, readable by its owner only from its first byte on. Raises FileExistsError."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(KEY_BYTES) + "\n")


def read_key(path: Path) -> bytes:
    """A key of 32 bytes. Raises :class:`Faults`; the fault never says what stands in the file."""

    def fault(wrong: str, cure: str) -> Faults:
        return Faults([Fault(str(path), "the key", "…", wrong, cure)])

    try:
        mode = path.stat().st_mode
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError:
        raise fault("cannot be read", "Put the key there.") from None
    except ValueError:
        raise fault("is no hexadecimal number", f"It must be {2 * KEY_BYTES} hexadecimal digits.") from None
    if mode & 0o077:
        raise fault("can be read by others", f"chmod 600 {path}")
    if len(key) != KEY_BYTES or len(set(key)) < 8:
        raise fault("is no key", f"It must be {2 * KEY_BYTES} hexadecimal digits, made at random.")
    return key
