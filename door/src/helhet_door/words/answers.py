"""What the library system said of a card and a PIN, with everything else already thrown away."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """Whether there was an answer at all."""

    ANSWERED = "answered"
    SILENT = "silent"  # not reachable, not logged in, or too late
    MALFORMED = "malformed"
    OUT_OF_SEQUENCE = "out_of_sequence"


class Answer(msgspec.Struct, frozen=True):
    """The library system's answer. ``None`` means that the field was missing, and missing is no.

    ``flags`` are the positions (0 to 13) of the patron status that carry a "Y".
    """

    kind: Kind
    known: bool | None = None  # BL
    pin_right: bool | None = None  # CQ
    flags: frozenset[int] = frozenset()
    expires: dt.date | None = None  # PA, where the dialect sends it
    age: int | None = None  # whole years, where the dialect sends a birth date; the date itself is dropped
