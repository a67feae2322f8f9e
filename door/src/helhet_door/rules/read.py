"""A branch's file (TOML) to its settings, with everything that is wrong in it told at once.

The keys are the fields of :class:`~helhet_door.rules.model.Settings`; only the week is written as ``[hours]``, a line
for each day, and spans as a person writes them: ``"06:00-22:00"``. What is not known is a fault: a misspelt key would
otherwise be a rule that nobody keeps.
"""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from helhet_door.rules.check import DAYS, check
from helhet_door.rules.model import Alarm, Day, Limits, Scene, Settings, Span, Times, Week
from helhet_door.words.faults import Fault, Faults

START = Path(__file__).parent / "start.toml"
"""A commented example to start from."""

BRANCHES = Path(__file__).parent / "branches"
"""The branches of Skellefteå, as far as they are known."""

_SPAN = re.compile(r"(\d\d):(\d\d)\s*[-–]\s*(\d\d):(\d\d)")
_PARTS: dict[str, type[msgspec.Struct]] = {"limits": Limits, "times": Times, "alarm": Alarm}


class Reading(msgspec.Struct, frozen=True):
    """A file that could be read."""

    settings: Settings
    warnings: tuple[Fault, ...]


def read(path: Path) -> Reading:
    """The settings in a file; raises :class:`Faults` with all of them."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as wrong:
        fault = Fault(path.name, "the file", "", f"cannot be read ({type(wrong).__name__})", "Write it in UTF-8.")
        raise Faults([fault]) from wrong
    except tomllib.TOMLDecodeError as wrong:
        raise Faults([Fault(path.name, "the file", "", f"is no TOML: {wrong}", "See https://toml.io.")]) from wrong
    return read_table(table, path.name)


def read_table(table: dict[str, Any], file: str) -> Reading:
    """The settings in a table as TOML gives it; ``file`` is how the faults call it."""
    reader = _Reader(file)
    values = reader.settings(table)
    if reader.faults:
        raise Faults(reader.faults)
    settings = Settings(**values)
    checked = check(settings, file)
    if checked.faults:
        raise Faults(checked.faults)
    return Reading(settings, checked.warnings)


class _Reader:
    """Reads on after a fault, to find them all."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, where: str, value: object, wrong: str, cure: str) -> None:
        self.faults.append(Fault(self.file, where, str(value), wrong, cure))

    def settings(self, table: dict[str, Any]) -> dict[str, Any]:
        """The keyword arguments of Settings."""
        table = dict(table)
        week = self.week(table.pop("hours", None))
        special: dict[str, Any] = {"week": week}
        if "on_holidays" in table:
            special["on_holidays"] = self.day("on_holidays", table.pop("on_holidays"))
        for name, part in _PARTS.items():
            if name in table:
                special[name] = self.struct(name, table.pop(name), part)
        if "scenes" in table:
            special["scenes"] = self.scenes(table.pop("scenes"))
        return self.fields("", table, Settings, done=special)

    def fields(
        self, at: str, table: dict[str, Any], kind: type[msgspec.Struct], done: dict[str, Any]
    ) -> dict[str, Any]:
        """``table`` as the fields of a struct, apart from those ``done`` already."""
        values = dict(done)
        known = {field.name: field for field in msgspec.structs.fields(kind)}
        for name, value in table.items():
            if name not in known or name == "week":
                self.unknown(at + name, name, [each for each in known if each != "week"] + ["hours"] * (not at))
                continue
            try:
                values[name] = msgspec.convert(value, known[name].type)
            except msgspec.ValidationError as wrong:
                self.fault(at + name, value, f"is not what stands there: {wrong}", "See docs/door/rules.md.")
        for name, field in known.items():
            if field.required and name not in table and name not in done:
                self.fault(at + name, "", "is missing", "It has no default. See docs/door/rules.md.")
        return values

    def unknown(self, where: str, name: str, known: list[str]) -> None:
        close = get_close_matches(name, known, n=1)
        cure = f"Is {close[0]} meant?" if close else f"Known are: {', '.join(sorted(known))}."
        self.fault(where, name, "is no known key", cure)

    def struct(self, where: str, table: object, kind: type[msgspec.Struct]) -> msgspec.Struct | None:
        if not isinstance(table, dict):
            self.fault(where, table, "is no table", f"Write [{where}] and its keys under it.")
            return None
        before = len(self.faults)
        values = self.fields(f"{where}.", table, kind, {})
        return kind(**values) if len(self.faults) == before else None

    def scenes(self, rows: object) -> tuple[msgspec.Struct | None, ...]:
        if not isinstance(rows, list):
            self.fault("scenes", rows, "is no list of tables", "Write [[scenes]] for each.")
            return ()
        return tuple(self.struct(f"scenes.{number}", row, Scene) for number, row in enumerate(rows, 1))

    def week(self, table: object) -> Week | None:
        cure = 'Write [hours] and seven lines: monday = { open_plus = ["06:00-22:00"] }; {} is closed.'
        if not isinstance(table, dict):
            self.fault("hours", "" if table is None else table, "is missing or no table", cure)
            return None
        for name in table:
            if name not in DAYS:
                self.unknown(f"hours.{name}", name, list(DAYS))
        for name in DAYS:
            if name not in table:
                self.fault(f"hours.{name}", "", "is missing", cure)
        first, *rest = (self.day(f"hours.{name}", table.get(name, {})) for name in DAYS)
        return Week((first, *rest))  # type: ignore[arg-type]  # seven, as DAYS

    def day(self, where: str, table: object) -> Day:
        if not isinstance(table, dict):
            self.fault(where, table, "is no day", 'Write { staffed = ["10:00-18:00"], open_plus = ["06:00-22:00"] }.')
            return Day()
        for name in table:
            if name not in ("staffed", "open_plus"):
                self.unknown(f"{where}.{name}", name, ["staffed", "open_plus"])
        staffed, open_plus = (self.spans(f"{where}.{name}", table.get(name, [])) for name in ("staffed", "open_plus"))
        return Day(staffed, open_plus)

    def spans(self, where: str, texts: object) -> tuple[Span, ...]:
        if not isinstance(texts, list):
            self.fault(where, texts, "is no list of spans", 'Write ["06:00-22:00"].')
            return ()
        return tuple(span for text in texts if (span := self.span(where, text)) is not None)

    def span(self, where: str, text: object) -> Span | None:
        found = _SPAN.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            self.fault(where, text, "is no span", 'Write "06:00-22:00": hours and minutes with two digits each.')
            return None
        start_hour, start_minute, end_hour, end_minute = (int(part) for part in found.groups())
        span = Span(start_hour * 60 + start_minute, end_hour * 60 + end_minute)
        if start_minute > 59 or end_minute > 59 or not 0 <= span.start < span.end <= 24 * 60:
            cure = "A span ends after it starts and by 24:00; hours past midnight belong to the next day."
            self.fault(where, text, "is no span of one day", cure)
            return None
        return span
