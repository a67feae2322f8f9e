"""One voice in two languages: sentences from the catalogue, plurals, dates and hours as their reader writes them.

Source strings are English and stand in the code and the templates; ``locale/<language>/LC_MESSAGES/centre.po`` holds
the others, as text, and is compiled by babel when the page starts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cache
from gettext import c2py
from pathlib import Path

from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

CATALOGUES = Path(__file__).parent / "locale"
LANGUAGES = {"sv": "Svenska", "en": "English"}
_LOCALES = {"sv": "sv_SE", "en": "en_GB"}


def mark(message: str) -> str:
    """``message`` as it is: it stands in the catalogue, and is translated where it is shown."""
    return message


class Voice:
    """Says things in one language, ``"sv"`` or ``"en"``; any other raises ``ValueError``.

    Raises ``LookupError`` for a sentence that the catalogue lacks: an untranslated page is a fault, not a detail.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language {language!r} is none of {', '.join(LANGUAGES)}")
        self.language = language
        self.locale = _LOCALES[language]
        self._one: dict[str, str] = {}
        self._many: dict[str, tuple[str, ...]] = {}
        self._form: Callable[[int], int] = c2py("n != 1")
        if language != "en":
            self._compile()

    def _compile(self) -> None:
        """Read the catalogue, with its rule for plurals."""
        with (CATALOGUES / self.language / "LC_MESSAGES" / "centre.po").open("rb") as file:
            read = read_po(file, locale=self.language)
        self._form = c2py(read.plural_expr)
        for message in read:
            if not isinstance(message.id, str):
                self._many[message.id[0]] = tuple(message.string or ())
            elif message.id and message.string:
                self._one[message.id] = str(message.string)

    def say(self, message: str, /, **values: object) -> str:
        """The sentence in this language, with ``values`` in its braces."""
        said = message if self.language == "en" else self._one.get(message, "")
        if not said:
            raise LookupError(f"no {self.language} translation of {message!r}")
        return said.format(**values) if values else said

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The sentence that fits ``number``, which stands in it as ``{number}``."""
        forms = (one, many) if self.language == "en" else self._many.get(one, ())
        if not all(forms) or not forms:
            raise LookupError(f"no {self.language} translation of {one!r}")
        return forms[self._form(number)].format(number=self.number(number), **values)

    def number(self, value: int) -> str:
        """A whole number as the reader writes it."""
        return str(format_decimal(value, locale=self.locale)).replace("-", "−")

    def day(self, date: dt.date) -> str:
        """torsdag 24 december 2026, Thursday 24 December 2026."""
        return str(format_date(date, "EEEE d MMMM y", locale=self.locale))

    def day_short(self, date: dt.date) -> str:
        """24 dec. 2026, 24 Dec 2026: for tables."""
        return str(format_date(date, "d MMM y", locale=self.locale))

    def day_shorter(self, date: dt.date) -> str:
        """24 dec., 24 Dec: where the year is plain."""
        return str(format_date(date, "d MMM", locale=self.locale))

    def weekday(self, date: dt.date) -> str:
        """torsdag, Thursday."""
        return str(format_date(date, "EEEE", locale=self.locale))

    def hour(self, at: dt.datetime | dt.time) -> str:
        """16:05, as both languages write it here."""
        return str(format_time(at, "HH:mm", locale=self.locale))

    def moment(self, at: dt.datetime) -> str:
        """24 dec. 2026 16:05."""
        return f"{self.day_short(at.date())} {at:%H:%M}"

    def soon(self, at: dt.datetime, now: dt.datetime) -> str:
        """``at`` as said at ``now``, both local: today 16:05, tomorrow 08:00, Monday 08:00, else with its date."""
        days = (at.date() - now.date()).days
        if days in {0, 1}:
            said = self.say("today {time}") if days == 0 else self.say("tomorrow {time}")
            return said.format(time=self.hour(at))
        return f"{self.weekday(at.date()) if 1 < days < 7 else self.day(at.date())} {self.hour(at)}"

    def both(self, items: Iterable[str]) -> str:
        """a, b och c; a, b and c."""
        return str(format_list(list(items), locale=self.locale))


def first_capital(text: str) -> str:
    """``text`` with a capital first, the rest as it is."""
    return text[:1].upper() + text[1:]


@cache
def voice(language: str) -> Voice:
    """The voice of ``language``, compiled once."""
    return Voice(language)
