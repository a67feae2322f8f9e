"""The demonstration's own words (texts.toml), and the staff page's for what both have words for."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from helhet_door.words.faults import Fault, Faults

LANGUAGES = ("sv", "en")
FILE = Path(__file__).with_name("texts.toml")


@cache
def _read() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


class Texts:
    """Says things in one language. Raises ``LookupError`` for a text that is not there."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, where: str, what: str, /, **values: object) -> str:
        """The text ``what`` of the table ``where``, with ``values`` in its braces."""
        text = _read()[where][what][self.language]
        return text.format(**values) if values else text

    def known(self, where: str, what: str) -> bool:
        """Whether there is such a text."""
        return what in _read()[where]


def texts(language: str) -> Texts:
    """The texts of a language. Raises :class:`Faults` where it is not known."""
    if language not in LANGUAGES:
        cure = f"Known are: {', '.join(LANGUAGES)}."
        raise Faults([Fault("--lang", "the language", language, "is not known", cure)])
    return Texts(language)
