"""``centre.toml``: what the town sets for the whole of the centre, read with all faults at once."""

from __future__ import annotations

import hashlib
import hmac
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from helhet_door.words.faults import Fault, Faults

FILE = "centre.toml"
BRANCH = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

Minutes = Annotated[int, msgspec.Meta(ge=1, le=240)]
Hours = Annotated[int, msgspec.Meta(ge=1, le=24)]


class Centre(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings. ``address`` is how a browser reaches the page: empty means this computer only."""

    town: str
    language: Literal["sv", "en"] = "sv"
    address: str = ""
    proxy: str = ""  # the address of the server in front, which does the encryption
    idle_minutes: Minutes = 20
    longest_hours: Hours = 10
    two_people: Literal["protected", "always"] = "protected"
    audit_days: Annotated[int, msgspec.Meta(ge=30, le=3660)] = 730
    smallest_count: Annotated[int, msgspec.Meta(ge=3, le=50)] = 5  # counts below it are hidden
    boxes: dict[str, str] = {}  # branch: SHA-256 of its box's token

    @property
    def host(self) -> str:
        """The host in ``address``; "" where the page is for this computer only."""
        return urlsplit(self.address).hostname or ""

    def branch_of(self, token: str) -> str | None:
        """Whose box has this token; every hash is compared, each in constant time."""
        digest, found = token_hash(token), None
        for branch, known in self.boxes.items():
            if hmac.compare_digest(digest, known):
                found = branch
        return found


def token_hash(token: str) -> str:
    """What stands in ``centre.toml`` instead of a token. Tokens are 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def read(folder: Path) -> Centre:
    """Read ``folder/centre.toml``. Raises :class:`Faults` with everything that is wrong in it."""
    try:
        raw = tomllib.loads((folder / FILE).read_text("utf-8"))
    except OSError:
        raise _refused(
            "the file", "", "is missing or cannot be read", "Make a centre with: helhet door centre new"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _refused("the file", "", f"is not TOML: {error}", "Mend the line that is named") from None
    try:
        centre = msgspec.convert(raw, Centre, strict=True)
    except msgspec.ValidationError as error:
        said, _, where = str(error).partition(" - at `$.")
        raise _refused(where.rstrip("`") or "the file", "", said, "Compare it with a new centre.toml") from None
    faults = list(_faults(centre))
    if faults:
        raise Faults(faults)
    return centre


def _faults(centre: Centre) -> list[Fault]:
    found = []
    if not centre.town.strip():
        found.append(Fault(FILE, "town", centre.town, "is empty", "Write the town's name"))
    if centre.address and (urlsplit(centre.address).scheme != "https" or not centre.host):
        cure = 'Write it as "https://host", or leave it empty for a page on this computer only'
        found.append(Fault(FILE, "address", centre.address, "is not an https address", cure))
    if centre.address and not centre.proxy:
        cure = "Write the address of the server in front that does the encryption, such as 127.0.0.1"
        found.append(Fault(FILE, "proxy", "", "is empty, though the page has an address", cure))
    for branch, digest in centre.boxes.items():
        if not BRANCH.fullmatch(branch):
            cure = "Use small letters, digits, - and _"
            found.append(Fault(FILE, f"boxes.{branch}", branch, "is no name of a branch", cure))
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            cure = "Make a token with: helhet door centre add-box"
            found.append(Fault(FILE, f"boxes.{branch}", "", "is not the SHA-256 of a token", cure))
    return found


def _refused(where: str, value: str, wrong: str, cure: str) -> Faults:
    return Faults([Fault(FILE, where, value, wrong, cure)])
