"""Settings of the line: where the library system is, who we are to it, and which dialect it speaks."""

from __future__ import annotations

import re
import ssl
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from helhet_door.words.faults import Fault, Faults

_FIELD = re.compile(r"[A-Z][A-Z0-9]")
_LANGUAGE = re.compile(r"[0-9]{3}")
_NOT_IN_A_FIELD = re.compile(r"[|\x00-\x1f\x7f]")
_SECONDS = (
    "connect_seconds",
    "login_seconds",
    "retry_first_seconds",
    "retry_seconds",
    "beat_seconds",
    "answer_seconds",
)


class Library(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to reach and speak to the library system. Passwords lie in files of their own, mode 0600.

    A dead line is known after ``beat_seconds`` + ``answer_seconds`` at most; a returned system is found after
    ``connect_seconds`` or ``login_seconds``, plus ``retry_seconds``, at most. The two sums must stay under five.
    """

    host: str  # an address, or a name
    port: int
    user: str = ""  # CN; "" for no login
    password_file: str = ""  # CO
    institution: str = ""  # AO
    terminal_password_file: str = ""  # AC
    location: str = ""  # CP
    encoding: Literal["utf-8", "latin-1", "cp850"] = "utf-8"  # of what we send; of what comes only ASCII is read
    newline: Literal["\r", "\r\n"] = "\r"  # of what we send
    checksums: bool = True  # sequence numbers and checksums: sent, and demanded
    message: Literal["23", "63"] = "23"  # 63 makes the system send address, e-mail and telephone as well
    expiry_field: str = ""  # where the system sends a date on which the card ends
    birth_field: str = ""  # where the system sends a birth date, often PB; only with 63
    language: str = "000"
    zone: str = "Europe/Stockholm"  # whose midnight makes a person a year older
    lines: int = 4  # questions at the same time
    tls: bool = False
    tls_authority: str = ""  # a file of certificates to trust; "" for the machine's own
    connect_seconds: float = 2.0
    login_seconds: float = 2.0
    retry_first_seconds: float = 0.2
    retry_seconds: float = 1.0
    spare_seconds: float = 30.0  # between tries of a further line, while another works
    beat_seconds: float = 2.0  # between questions that only ask whether it is there
    answer_seconds: float = 2.0  # for an answer to these


class Secrets:
    """What the password files hold. It has no text form, so that no log can have it."""

    __slots__ = ("password", "terminal_password", "tls")

    def __init__(self, password: str, terminal_password: str, tls: ssl.SSLContext | None) -> None:
        self.password = password
        self.terminal_password = terminal_password
        self.tls = tls


def open_secrets(library: Library, file: str = "library") -> Secrets:
    """Check ``library`` (read from ``file``) and read its password files; raises ``Faults`` with all that is wrong."""
    faults = list(_faults(library, file))
    password = _read(library, "password_file", file, faults)
    terminal = _read(library, "terminal_password_file", file, faults)
    tls = _tls(library, file, faults)
    if faults:
        raise Faults(faults)
    return Secrets(password, terminal, tls)


def _faults(library: Library, file: str) -> Iterator[Fault]:
    """What is wrong with the settings themselves."""
    if not library.host or library.host.strip() != library.host:
        yield Fault(file, "host", library.host, "is no host", "Give an address or a name")
    if not 1 <= library.port <= 65535:
        yield Fault(file, "port", str(library.port), "is no port", "Give 1 to 65535")
    if not 1 <= library.lines <= 16:
        yield Fault(file, "lines", str(library.lines), "is too few or too many", "Give 1 to 16")
    if bool(library.user) != bool(library.password_file):
        yield Fault(file, "user", library.user, "and password_file do not fit", "Give both, or neither for no login")
    for key in ("user", "institution", "location"):
        yield from _sendable(library, key, getattr(library, key), file)
    for key in ("expiry_field", "birth_field"):
        if (value := getattr(library, key)) and not _FIELD.fullmatch(value):
            yield Fault(file, key, value, "is no field of SIP2", "Give two characters such as PB, or nothing")
    if library.birth_field and library.message == "23":
        yield Fault(file, "birth_field", library.birth_field, "does not come with message 23", "Set message to 63")
    if not _LANGUAGE.fullmatch(library.language):
        yield Fault(file, "language", library.language, "is no language of SIP2", "Give three digits: 000 for unknown")
    yield from _times(library, file)


def _times(library: Library, file: str) -> Iterator[Fault]:
    """What is wrong with the zone and the seconds."""
    try:
        zoneinfo.ZoneInfo(library.zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        yield Fault(file, "zone", library.zone, "is no time zone", "Give a name such as Europe/Stockholm")
    for key in _SECONDS:
        if not 0.01 <= (value := getattr(library, key)) <= 5:
            yield Fault(file, key, str(value), "is too short or too long", "Give 0.01 to 5 seconds")
    if library.beat_seconds + library.answer_seconds >= 5:
        yield Fault(file, "beat_seconds", str(library.beat_seconds), "finds a dead line too late", "Stay under 5 s")
    if max(library.connect_seconds, library.login_seconds) + library.retry_seconds >= 5:
        yield Fault(file, "retry_seconds", str(library.retry_seconds), "comes back too late", "Stay under 5 s")


def _sendable(library: Library, key: str, value: str, file: str) -> Iterator[Fault]:
    """Whether ``value`` can stand in a field; it is not repeated in the fault where it is secret."""
    shown = "…" if key.endswith("_file") else value
    if _NOT_IN_A_FIELD.search(value):
        yield Fault(file, key, shown, "holds | or a control character", "Choose another: SIP2 cannot carry it")
    try:
        value.encode(library.encoding)
    except UnicodeEncodeError:
        yield Fault(file, key, shown, f"cannot be written in {library.encoding}", "Choose another encoding")


def _read(library: Library, key: str, file: str, faults: list[Fault]) -> str:
    """The one line of a password file; "" where there is none to read."""
    name: str = getattr(library, key)
    if not name:
        return ""
    try:
        mode = Path(name).stat().st_mode
        text = Path(name).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError):
        faults.append(Fault(file, key, name, "cannot be read", "Put the password there, alone on its line"))
        return ""
    if mode & 0o077:
        faults.append(Fault(file, key, name, "can be read by others", f"chmod 600 {name}"))
    if not text:
        faults.append(Fault(file, key, name, "is empty", "Put the password there, alone on its line"))
    faults.extend(_sendable(library, key, text, file))
    return text


def _tls(library: Library, file: str, faults: list[Fault]) -> ssl.SSLContext | None:
    """How certificates are judged; None for a line in the clear."""
    if not library.tls:
        return None
    try:
        return ssl.create_default_context(cafile=library.tls_authority or None)
    except (OSError, ValueError):
        wrong = "holds no certificates"
        faults.append(Fault(file, "tls_authority", library.tls_authority, wrong, "Give a file in PEM form"))
        return None
