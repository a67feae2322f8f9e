"""Units as people read them. The case and the declarations write them in English."""

from __future__ import annotations

from helhet.words.declare import Text

UNITS = {
    "persons": Text("personer", "persons"),
    "dwellings": Text("bostäder", "dwellings"),
    "households": Text("hushåll", "households"),
    "beds": Text("bäddar", "beds"),
    "jobs": Text("jobb", "jobs"),
    "months": Text("månader", "months"),
    "years": Text("år", "years"),
    "minutes": Text("minuter", "minutes"),
    "share": Text("andel", "share"),
    "ratio": Text("kvot", "ratio"),
    "code": Text("kod", "code"),
    "MSEK": Text("mnkr", "SEK million"),
    "persons per year": Text("personer per år", "persons per year"),
    "seats per year": Text("platser per år", "seats per year"),
    "seats": Text("platser", "seats"),
    "dwellings per year": Text("bostäder per år", "dwellings per year"),
    "dwellings per missing": Text("bostäder per saknad", "dwellings per missing one"),
    "share per year": Text("andel per år", "share per year"),
    "jobs per job": Text("jobb per jobb", "jobs per job"),
    "per person-year": Text("per personår", "per person-year"),
}
"""Every unit that helhet's own pieces use; another unit is shown as it is written."""


def unit(name: str, language: str) -> str:
    """The unit in the reader's language."""
    return UNITS[name].say(language) if name in UNITS else name


def digits(outcome: str) -> int:
    """Significant digits of a simulated ``outcome``: three for levels of residents, two for all else.

    How many live in a town is mostly how many live there today, which is known to the person; what changes is not.
    """
    return 3 if outcome == "people.residents" or outcome.startswith("people.age_") else 2
