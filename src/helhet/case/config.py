"""``case.toml``: what the case is called, its dates, and where its other files are."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from helhet.case.cells import ID
from helhet.case.files import BROKEN_DISK, MB, regular
from helhet.case.found import Found, listed, nearest
from helhet.words.declare import Text

FILE = "case.toml"
LANGUAGES = ("sv", "en")
MOST_YEARS = 100
PLAIN_FILE = re.compile(r"[\w][\w. -]{0,100}")


@dataclass(frozen=True)
class Config:
    """What ``case.toml`` says. Dates are ``None`` if faulty."""

    id: str = ""
    name: str = ""
    language: str = "sv"
    base_date: dt.date | None = None
    knowledge_date: dt.date | None = None
    prior: str = ""
    years: int = 0
    national: str = ""
    currency: str = "SEK"
    districts: str = ""
    outline: str = ""
    notes: dict[str, Text] = field(default_factory=dict)
    sha256: str = ""


KEYS = {
    "id": "the case's short name, such as 'skelleftea'",
    "name": "the town's name, such as 'Skellefteå'",
    "language": "'sv' or 'en'",
    "base_date": "the day the figures describe, a 31 December, such as 2018-12-31",
    "knowledge_date": "the last day from which a figure may come, such as 2019-03-07",
    "prior": "the judge in plant_prior.csv whose odds are used",
    "years": f"how many years a run covers, 1 to {MOST_YEARS}",
    "national": "the embedded folder with national rates, such as 'sweden'",
    "currency": "the currency's code, such as 'SEK'",
    "districts": "the GeoJSON file with the districts' outlines",
    "outline": "the GeoJSON file with the town's outline",
    "notes": "texts in two languages: [notes.name] with sv = and en =",
}
OPTIONAL = ("national", "currency", "districts", "outline", "notes")


def read_config(folder: Path, found: Found) -> Config:
    """Read ``case.toml`` in ``folder``; a key that is faulty gets its default, and a fault."""
    path = folder / FILE
    if not regular(path, FILE, MB, found):
        return Config()
    try:
        data = path.read_bytes()
        told = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        found.add(FILE, 0, "", "", "is not UTF-8", "Save it again as UTF-8")
        return Config()
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        line = re.search(r"line (\d+)", str(error))
        wrong = f"is not TOML: {error}"[:200]
        found.add(FILE, int(line[1]) if line else 0, "", "", wrong, 'Write each line as key = "text"')
        return Config()
    except OSError as error:
        found.add(FILE, 0, "", "", f"cannot be read: {error.strerror}", BROKEN_DISK)
        return Config()
    for key in told:
        if key not in KEYS:
            cure = f"Remove it.{nearest(key, KEYS)} The keys are {listed(KEYS, 20)}"
            found.add(FILE, 0, key, "", "is not a key of case.toml", cure)
    for key, meaning in KEYS.items():
        if key not in told and key not in OPTIONAL:
            found.add(FILE, 0, key, "", "is missing", f"Write {meaning}")
    config = Config(
        id=_text(told, "id", found, ID),
        name=_text(told, "name", found),
        language=_text(told, "language", found, re.compile("sv|en")) or "sv",
        base_date=_date(told, "base_date", found),
        knowledge_date=_date(told, "knowledge_date", found),
        prior=_text(told, "prior", found, ID),
        years=_years(told, found),
        national=_text(told, "national", found, ID),
        currency=_text(told, "currency", found, re.compile("[A-Z]{3}")) or "SEK",
        districts=_text(told, "districts", found, PLAIN_FILE),
        outline=_text(told, "outline", found, PLAIN_FILE),
        notes=_notes(told, found),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    return _dates(config, found)


def _text(told: dict[str, Any], key: str, found: Found, form: re.Pattern[str] | None = None) -> str:
    if key not in told:
        return ""
    text = told[key]
    if isinstance(text, str) and 0 < len(text.strip()) <= 200 and (form is None or form.fullmatch(text)):
        return text.strip()
    if not (text == "" and key in OPTIONAL):
        found.add(FILE, 0, key, _shown(text), "cannot be used", f"Write {KEYS[key]}")
    return ""


def _shown(value: object) -> str:
    """A value as it is written, or nearly."""
    try:
        return str(value)
    except ValueError:  # Python refuses to write whole numbers of more than 4,300 digits
        return "a number of thousands of digits"


def _date(told: dict[str, Any], key: str, found: Found) -> dt.date | None:
    if key not in told:
        return None
    given = told[key]
    if isinstance(given, str):
        with contextlib.suppress(ValueError):  # told below, with the value
            given = dt.date.fromisoformat(given)
    if isinstance(given, dt.datetime):
        given = given.date()
    if isinstance(given, dt.date) and 1900 <= given.year <= 2200:
        return given
    found.add(FILE, 0, key, _shown(told[key]), "is not a date", f"Write {KEYS[key]}")
    return None


def _years(told: dict[str, Any], found: Found) -> int:
    years = told.get("years", 1)
    if isinstance(years, int) and not isinstance(years, bool) and 1 <= years <= MOST_YEARS:
        return years
    found.add(FILE, 0, "years", _shown(years), "is not a number of years", f"Write {KEYS['years']}")
    return 1


def _notes(told: dict[str, Any], found: Found) -> dict[str, Text]:
    notes = told.get("notes", {})
    good: dict[str, Text] = {}
    for name, note in notes.items() if isinstance(notes, dict) else [("", notes)]:
        if isinstance(note, dict) and set(note) == set(LANGUAGES) and all(isinstance(t, str) for t in note.values()):
            good[name] = Text(note["sv"], note["en"])
        else:
            found.add(FILE, 0, f"notes.{name}".rstrip("."), _shown(note), "is not a note", f"Write {KEYS['notes']}")
    return good


def _dates(config: Config, found: Found) -> Config:
    """The same, without a knowledge date that cannot be meant."""
    base, known = config.base_date, config.knowledge_date
    if base and (base.month, base.day) != (12, 31):
        cure = "Use a 31 December: the first year simulated is the calendar year that follows"
        found.add(FILE, 0, "base_date", str(base), "is not a 31 December", cure)
    if base and known and known < base:
        cure = "Use a knowledge date on or after the base date"
        found.add(FILE, 0, "knowledge_date", str(known), f"comes before the base date {base}", cure)
        return replace(config, knowledge_date=None)
    return config
