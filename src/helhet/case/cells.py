"""One cell of a table: from text to a value, or a fault that says how to write it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from helhet.words.declare import Field, Text

Value = float | int | str

ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
GROUPED = re.compile(r"([+-]?\d{1,3})((?:[ \u00a0\u202f]\d{3})+)((?:[.,]\d*)?)", re.ASCII)
MONTH = re.compile(r"(\d{4})-(\d{2})(?:-01)?", re.ASCII)
REWRITTEN = re.compile(r"([a-z]{3})-(\d{2})", re.ASCII)
MONTHS = {
    name: number
    for names in ("jan feb mar apr maj jun jul aug sep okt nov dec", "jan feb mar apr may jun jul aug sep oct nov dec")
    for number, name in enumerate(names.split(), 1)
}
LOST = re.compile("\ufffd|Ã[¥¤¶…„–\u0084\u0085\u0096]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
LONGEST_TEXT = 2000
LONGEST_ID = 60


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a cell, and the cure."""

    wrong: str
    cure: str


def number(text: str, decimal_comma: bool) -> float | Wrong:
    """A finite number. With ``decimal_comma``, ``1 234,5`` is read as Swedish spreadsheets write it."""
    bare = text.replace("\u2212", "-")
    if decimal_comma:
        grouped = GROUPED.fullmatch(bare)
        if grouped:
            bare = grouped[1] + re.sub("[ \u00a0\u202f]", "", grouped[2]) + grouped[3]
        if bare.count(",") == 1 and "." not in bare:
            bare = bare.replace(",", ".")
    if NUMBER.fullmatch(bare):
        value = float(bare)
        return value if math.isfinite(value) else Wrong("is too large a number", "Write a finite number")
    return Wrong("is not a number", _number_cure(text, decimal_comma))


def _number_cure(text: str, decimal_comma: bool) -> str:
    if text.startswith("#"):
        return "It is an error of the spreadsheet: write the number itself"
    if text.endswith("%"):
        return "Write the share itself: 0.12 instead of 12 %"
    if text.casefold() in (
        "nan",
        "inf",
        "-inf",
        "+inf",
        "infinity",
        "-infinity",
        "null",
        "none",
        "na",
        "n/a",
        "-",
        "..",
    ):
        return "Write a figure; if there is none, an assumed one with status 'assumed'"
    if "," in text and not decimal_comma:
        return "Write a decimal point and no separator of thousands, or separate the fields by semicolons"
    return "Write digits only, such as 1234.5"


def whole(text: str, decimal_comma: bool) -> int | Wrong:
    """A whole number."""
    value = number(text, decimal_comma)
    if isinstance(value, Wrong):
        return value
    return int(value) if value == int(value) else Wrong("is not a whole number", "Write a whole number")


def respelled(text: str) -> str:
    """A month as a spreadsheet rewrites it, ``maj-19``, as ``2019-05``; any other text as it is.

    Spreadsheets take 2019-05 for a date and leave only this, in Swedish or English, with two digits of the year.
    """
    match = REWRITTEN.fullmatch(text.casefold())
    return f"20{match[2]}-{MONTHS[match[1]]:02d}" if match and match[1] in MONTHS else text


def month(text: str) -> int | Wrong:
    """A month ``YYYY-MM`` as ``12 * year + month - 1``: counted from a fixed point until the base date is known."""
    match = MONTH.fullmatch(text)
    if match and 1 <= int(match[2]) <= 12 and 1800 <= int(match[1]) <= 2300:
        return 12 * int(match[1]) + int(match[2]) - 1
    return Wrong("is not a month", "Write year and month as 2020-05 (in a spreadsheet, format the cells as text)")


def written(month: int) -> str:
    """A month counted as in :func:`month`, as ``YYYY-MM``."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def identity(text: str) -> str | Wrong:
    """A short name."""
    if ID.fullmatch(text) and len(text) <= LONGEST_ID:
        return text
    return Wrong("is not a short name", f"Use a-z, 0-9, - and _ only, at most {LONGEST_ID} characters")


def words(text: str) -> str | Wrong:
    """A text of people's own."""
    if LOST.search(text):
        return Wrong("has letters that were lost in an earlier conversion", "Write å, ä and ö again and save as UTF-8")
    if len(text) > LONGEST_TEXT:
        return Wrong(f"is longer than {LONGEST_TEXT} characters", "Shorten it")
    if CONTROL.search(text):
        return Wrong("holds a control character", "Remove it")
    return text


PLAIN: dict[str, Callable[[str], Value | Wrong]] = {"month": month, "id": identity, "text": words}


def value(field: Field, text: str, decimal_comma: bool) -> Value | Wrong:
    """The value that ``text`` (not empty) gives ``field``, or what is wrong with it."""
    if field.kind == "choice":
        return _choice(field, text)
    if field.kind in PLAIN:
        dated = decimal_comma and (field.kind == "month" or field.name == "year")
        return PLAIN[field.kind](respelled(text) if dated else text)
    told = (whole if field.kind == "int" else number)(text, decimal_comma)
    if isinstance(told, Wrong):
        return told
    if (field.low is not None and told < field.low) or (field.high is not None and told > field.high):
        return Wrong(f"is outside what is possible ({limits(field.low, field.high)})", _range_cure(field, told))
    return told


def _choice(field: Field, text: str) -> str | Wrong:
    word = text.casefold()
    return word if word in field.choices else Wrong("is not one of the words allowed", f"Write {either(field.choices)}")


def _range_cure(field: Field, told: float) -> str:
    if field.high == 1 and 1 < told <= 100:
        return "Write a share of one, not a percentage: 0.12 instead of 12"
    return "Correct the figure"


def limits(low: float | None, high: float | None, language: str = "en") -> str:
    """Limits in words."""
    if low is None:
        return Text(f"högst {high:g}", f"at most {high:g}").say(language)
    if high is None:
        return Text(f"minst {low:g}", f"at least {low:g}").say(language)
    return Text(f"{low:g} till {high:g}", f"{low:g} to {high:g}").say(language)


def either(words: tuple[str, ...]) -> str:
    """Words as alternatives."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
