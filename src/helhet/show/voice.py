"""One voice in two languages: sentences from the catalogue, numbers and dates as their reader writes them.

Source strings are English and stand in the code; ``locale/<language>/LC_MESSAGES/helhet.po`` holds the others. The
catalogue is read as it is (a few hundred messages, some ten milliseconds), so nothing needs to be compiled.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from pathlib import Path

from babel.dates import format_date
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

CATALOGUES = Path(__file__).parent / "locale"
LANGUAGES = ("sv", "en")
_LOCALES = {"sv": "sv_SE", "en": "en_GB"}


def catalogue(language: str) -> dict[str, str]:
    """The messages of ``language`` by their English source; empty for English, which is the source."""
    if language == "en":
        return {}
    with (CATALOGUES / language / "LC_MESSAGES" / "helhet.po").open("rb") as file:
        read = read_po(file, locale=language)
    return {str(message.id): str(message.string) for message in read if message.id and message.string}


def significant(value: float, digits: int = 2) -> float:
    """``value`` rounded to ``digits`` significant digits, and to whole numbers below ten to the ``digits``.

    A simulated count is not known more finely than that, so it is not said more finely either.
    """
    if not math.isfinite(value) or value == 0:
        return 0.0
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return float(round(value, min(places, 0)))


class Voice:
    """Says things in one language.

    ``language`` is ``"sv"`` or ``"en"``; any other raises ``ValueError``. Raises ``LookupError`` when asked for a
    sentence that the catalogue lacks: an untranslated page is a fault, not a detail.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language {language!r} is none of {', '.join(LANGUAGES)}")
        self.language = language
        self.locale = _LOCALES[language]
        self._messages = catalogue(language)

    def say(self, message: str, /, **values: object) -> str:
        """The sentence in this language, with ``values`` in its braces."""
        if self.language == "en":
            said = message
        elif message in self._messages:
            said = self._messages[message]
        else:
            raise LookupError(f"no {self.language} translation of {message!r}")
        return said.format(**values) if values else said

    def number(self, value: float, decimals: int = 0) -> str:
        """A number as the reader writes it, with ``decimals`` places."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        text: str = format_decimal(round(value, decimals) + 0.0, format=pattern, locale=self.locale)
        return text.replace("-", "−")

    def plain(self, value: float) -> str:
        """A given (not simulated) number with the decimals it needs, at most four significant digits."""
        if value == int(value):
            return self.number(value)
        decimals = max(0, 3 - math.floor(math.log10(abs(value))))
        text: str = format_decimal(round(value, decimals), format="#,##0." + "#" * max(decimals, 1), locale=self.locale)
        return text.replace("-", "−")

    def rough(self, value: float, digits: int = 2) -> str:
        """A simulated count: ``digits`` significant digits, and at least three from ten thousand up.

        Large counts are mostly what is there today (residents, homes, jobs), which is known more finely.
        """
        return self.number(significant(value, max(digits, 3) if abs(value) >= 9999.5 else digits))

    def some(self, value: float) -> str:
        """A simulated count inside a sentence: about so many, or hardly any where about none or one would be said."""
        return self.say("hardly any") if value < 1.5 else self.say("about {number}", number=self.rough(value))

    def span(self, low: float, high: float, digits: int = 2) -> str:
        """From ``low`` to ``high``, roughly; one number when both round to the same."""
        first, last = self.rough(low, digits), self.rough(high, digits)
        if first == last:
            return first
        if low < 0:
            return self.say("{low} to {high}", low=first, high=last)
        return f"{first}–{last}"

    def about(self, median: float, low: float, high: float, digits: int = 2) -> str:
        """A median with its interval in brackets, all roughly; the median alone when the others round to the same."""
        middle, span = self.rough(median, digits), self.span(low, high, digits)
        return middle if middle == span else f"{middle} ({span})"

    def percent(self, share: float) -> str:
        """A share of one in whole percent; below one and above 99 percent it never says 0 or 100 by rounding."""
        whole = round(100 * share)
        if share > 0 and whole == 0:
            text = "<1"
        elif share < 1 and whole == 100:
            text = ">99"
        else:
            text = self.number(whole)
        return self.say("{number}%", number=text)

    def limit(self, share: float) -> str:
        """A given share of one in percent, with the decimals it needs."""
        return self.say("{number}%", number=self.plain(round(100 * share, 6)))

    def odds(self, hits: int, of: int) -> str:
        """``hits`` of ``of`` futures in a few words: of a hundred where there are so many, else the counts."""
        count = self.number(of)
        if hits == 0:
            return self.say("none of {n}", n=count)
        if hits == of:
            return self.say("all {n}", n=count)
        if of < 100:
            return self._of(hits, of)
        whole = round(100 * hits / of)
        if whole == 0:
            return self.say("fewer than 1 of 100")
        if whole == 100:
            return self.say("more than 99 of 100")
        return self._of(whole, 100)

    def _of(self, hits: int, of: int) -> str:
        """The two numbers kept on one line."""
        return self.say("{hits} of {n}", hits=self.number(hits), n=self.number(of)).replace(" ", "\u00a0")

    def day(self, date: dt.date) -> str:
        """7 mars 2019, 7 March 2019."""
        return str(format_date(date, "d MMMM y", locale=self.locale))

    def month(self, date: dt.date) -> str:
        """mars 2019, March 2019."""
        return str(format_date(date, "MMMM y", locale=self.locale))

    def month_short(self, date: dt.date) -> str:
        """apr. 2019, Apr 2019: for tables."""
        return str(format_date(date, "MMM y", locale=self.locale))

    def percents(self, low: float, high: float) -> str:
        """Two shares of one as a range in whole percent: 39–48 %."""
        first, last = self.percent(low), self.percent(high)
        return last if first == last else f"{self.number(round(100 * low))}–{last}"

    def listed(self, items: Iterable[str]) -> str:
        """a; b; c: for names that may themselves hold commas and conjunctions."""
        return "; ".join(items)

    def either(self, items: Iterable[str]) -> str:
        """a, or b, or c: for names that may themselves hold commas."""
        return self.say("; or ").join(items)

    def both(self, items: Iterable[str]) -> str:
        """a, b och c."""
        return str(format_list(list(items), locale=self.locale))
