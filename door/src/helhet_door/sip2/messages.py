"""The messages of SIP2 2.00 that the door speaks: 93/94 login, 99/98 status, 23/24 and 63/64 one person.

What is read of an answer is an ``Answer`` and nothing else: names, addresses and texts are never decoded, let alone
kept. A yes must be explicit, for this card, and said once; whatever is not exactly of the message's form is broken.
"""

from __future__ import annotations

import datetime as dt
import re

from helhet_door.sip2.library import Library, Secrets
from helhet_door.sip2.trouble import Broken, Why
from helhet_door.words.answers import Answer, Kind

OLDEST = 120
"""Whole years. A birth date from before that is a stand-in for an unknown one, often 1900-01-01."""

_DATE = rb"[0-9]{8}[A-Z ]{4}[0-9]{6}"
_STATUS = rb"([YN ]{14})[0-9A-Za-z ]{3}" + _DATE
_PERSON = {
    "23": re.compile(rb"24" + _STATUS),
    "63": re.compile(rb"64" + _STATUS + rb"[0-9 ]{24}"),
}
_ID = re.compile(rb"[A-Z0-9]{2}")
_DAY = re.compile(rb"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[A-Z ]{4}[0-9]{6})?")
_YES_NO = {b"Y": True, b"N": False, b"": None}


def login(library: Library, secrets: Secrets) -> bytes:
    """93: who we are, in plain text as the standard has it."""
    parts = [("CN", library.user), ("CO", secrets.password)]
    if library.location:
        parts.append(("CP", library.location))
    return b"9300" + _written(library, parts)


def status() -> bytes:
    """99: all is well, we print nothing, version 2.00. Until it came some systems leave BL and CQ out, as version 1."""
    return b"9900002.00"


def person(library: Library, secrets: Secrets, card: str, pin: str, now: dt.datetime) -> bytes:
    """23 or 63 about one card, local time ``now``. With 63 no lists are asked for."""
    head = library.message + library.language + now.strftime("%Y%m%d    %H%M%S")
    if library.message == "63":
        head += " " * 10
    parts = [("AO", library.institution), ("AA", card), ("AC", secrets.terminal_password), ("AD", pin)]
    return head.encode("ascii") + _written(library, parts)


def read_login(body: bytes) -> None:
    """94. Raises ``Broken`` unless it says 1."""
    _demand(body[2:3], b"1", b"0", Why.LOGIN_REFUSED)


def read_status(body: bytes) -> None:
    """98. Raises ``Broken`` unless the system says that it is on line."""
    _demand(body[2:3], b"Y", b"N", Why.OFFLINE)


def read_person(body: bytes, library: Library, card: str, today: dt.date) -> Answer:
    """24 or 64 about ``card``. Raises ``Broken``; a no may leave the card number out, a yes may not."""
    head = _PERSON[library.message].match(body)
    if head is None:
        raise Broken(Why.SHAPE)
    wanted = {name.encode() for name in ("AA", "BL", "CQ", library.expiry_field, library.birth_field) if name}
    found = _fields(body[head.end() :], wanted)
    known = _yes_no(found.get(b"BL"))
    echoed = found.get(b"AA") or None
    if echoed is None and known is not False:
        raise Broken(Why.SHAPE)
    if echoed not in (None, card.encode("ascii")):
        raise Broken(Why.OTHER_CARD)
    birth = _day(found.get(library.birth_field.encode()))
    return Answer(
        kind=Kind.ANSWERED,
        known=known,
        pin_right=_yes_no(found.get(b"CQ")),
        flags=frozenset(place for place, flag in enumerate(head[1]) if flag == ord("Y")),
        expires=_day(found.get(library.expiry_field.encode())),
        age=None if birth is None else _age(birth, today),
    )


def _demand(said: bytes, yes: bytes, no: bytes, why: Why) -> None:
    if said != yes:
        raise Broken(why if said == no else Why.SHAPE)


def _written(library: Library, parts: list[tuple[str, str]]) -> bytes:
    return "".join(f"{name}{value}|" for name, value in parts).encode(library.encoding)


def _fields(data: bytes, wanted: set[bytes]) -> dict[bytes, bytes]:
    """The ``wanted`` fields, in whatever order; a field that comes twice must say the same twice."""
    if data and not data.endswith(b"|"):
        raise Broken(Why.SHAPE)
    kept: dict[bytes, bytes] = {}
    for piece in data.split(b"|"):
        if not piece:
            continue
        if not _ID.match(piece):
            raise Broken(Why.SHAPE)
        name, value = piece[:2], piece[2:]
        if name in wanted and kept.setdefault(name, value) != value:
            raise Broken(Why.CONFLICT)
    return kept


def _yes_no(value: bytes | None) -> bool | None:
    if value is None:
        return None
    if value not in _YES_NO:
        raise Broken(Why.SHAPE)
    return _YES_NO[value]


def _day(value: bytes | None) -> dt.date | None:
    """YYYYMMDD or YYYY-MM-DD, alone or as a SIP2 time; a date that cannot be read is no date to pass over."""
    if not value:
        return None
    found = _DAY.fullmatch(value)
    if found is None:
        raise Broken(Why.SHAPE)
    try:
        return dt.date(*map(int, found.groups()))
    except ValueError:
        raise Broken(Why.SHAPE) from None


def _age(birth: dt.date, today: dt.date) -> int | None:
    """Whole years; None where the date is a stand-in. Born on 29 February: a year older on 1 March."""
    years = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    if years < 0:
        raise Broken(Why.SHAPE)
    return years if years <= OLDEST else None
