"""What a reader reports, as events: cards, keys, inputs and tampering.

Reports that a reader held back while the line was cut carry no time of their own. So cards and keys are thrown away
for a while after the line came back, and inputs are believed only where the reader was asked after it came back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import osdp_sys

from helhet_door.reader import cards
from helhet_door.reader.settings import Reader
from helhet_door.words.events import Card, Event, Input, Key, Meaning

#: "*" comes as DELETE and "#" as RETURN (OSDP 2.2, osdp_KEYPAD), from some readers as themselves.
_KEYS = {**{ord(key): key for key in "0123456789*#"}, 0x7F: "*", 0x0D: "#"}


class Reports:
    """One reader's reports since its line came back."""

    def __init__(self, reader: Reader, emit: Callable[[Event], None]) -> None:
        self._reader = reader
        self._emit = emit
        self._known: dict[Meaning, bool] = {}
        # Who leaves presses the button first: within one report it must not seem that the door was forced.
        self._in_order = sorted(reader.inputs.items(), key=lambda each: each[1] is not Meaning.EXIT_BUTTON)
        self.asked = False  # the report of inputs that comes now was asked for

    def begin(self) -> None:
        """The line came back: what was known of the inputs may be old."""
        self._known = {}
        self.asked = False

    def take(self, event: dict[str, Any], now: float, quiet: bool) -> None:
        """Emit what ``event`` means; ``quiet``: the line came back just now."""
        kind = event["event"]
        if kind == osdp_sys.EVENT_STATUS:
            self._status(event, now, quiet)
        elif quiet:
            return
        elif kind == osdp_sys.EVENT_CARDREAD:
            self._card(event, now)
        elif kind == osdp_sys.EVENT_KEYPRESS:
            for byte in event["data"]:
                if byte in _KEYS:
                    self._emit(Key(self._reader.door, now, _KEYS[byte]))

    def _card(self, event: dict[str, Any], now: float) -> None:
        written = cards.text(self._reader.card_format, event["data"], event.get("length", 0))
        self._emit(Card(self._reader.door, now, written))

    def _status(self, event: dict[str, Any], now: float, quiet: bool) -> None:
        asked, self.asked = self.asked, False
        report = event["report"]
        if event["type"] == osdp_sys.STATUS_REPORT_LOCAL:
            if Meaning.TAMPER not in self._reader.inputs.values():
                self._changed(Meaning.TAMPER, bool(report[0]), now)
        elif event["type"] == osdp_sys.STATUS_REPORT_INPUT and (asked or not quiet):
            for number, meaning in self._in_order:
                if number < len(report):
                    self._changed(meaning, bool(report[number]) != (number in self._reader.inverted), now)

    def _changed(self, meaning: Meaning, on: bool, now: float) -> None:
        if self._known.get(meaning) is not on:
            self._known[meaning] = on
            self._emit(Input(self._reader.door, now, meaning, on))
