"""The readers of one serial line, in one libosdp panel that takes only secure channels."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import osdp_sys

from helhet_door.reader.library import release, stir
from helhet_door.reader.link import Link
from helhet_door.reader.settings import Reader
from helhet_door.reader.wire import Wire
from helhet_door.words.clock import Clock
from helhet_door.words.events import Event

log = logging.getLogger(__name__)

#: Without the first, libosdp gives its key to any reader that answers to the default key.
FLAGS = osdp_sys.FLAG_ENFORCE_SECURE | osdp_sys.FLAG_ENABLE_NOTIFICATION


class Bus:
    """Used by the panel's thread only, but for the links' own public calls."""

    def __init__(
        self, wire: Wire, readers: Sequence[Reader], keys: dict[str, bytes], clock: Clock, emit: Callable[[Event], None]
    ) -> None:
        self.wire = wire
        self.links = [Link(reader, index, wire, clock, emit) for index, reader in enumerate(readers)]
        self._clock = clock
        self._context: Any = osdp_sys.ControlPanel(
            [described(reader, wire, keys[reader.door], FLAGS) for reader in readers]
        )
        self._context.set_event_callback(self._event)
        self._context.set_command_completion_callback(self._completed)

    def start(self) -> None:
        """Tell of every line that it is not secure yet."""
        for link in self.links:
            link.attach(self._context)

    def tick(self, now: float, step: float) -> bool:
        """One step of everything, ``step`` seconds after the last; whether the next should follow at once."""
        self.wire.look(now)
        if not all(link.up for link in self.links):
            stir()
        self._context.refresh()
        secure = self._context.sc_status()
        for index, link in enumerate(self.links):
            link.tick(now, bool(secure >> index & 1), step)
        return any(link.eager for link in self.links)

    def close(self) -> None:
        """Stop, and let the line go. libosdp's object and this one hold each other: the knot is undone here."""
        for link in self.links:
            link.stop()
        self._context.set_event_callback(_nothing)
        self._context.set_command_completion_callback(_nothing)
        self._context = None
        for link in self.links:
            link.detach()
        self.wire.close()

    def _event(self, index: int, event: dict[str, Any]) -> int:
        try:
            self.links[index].heard(event, self._clock.monotonic())
        except Exception as error:  # libosdp's binding cannot take one; its text may hold a card
            log.error("an event of a reader could not be handed on: %s", type(error).__name__)
        release(event)
        return 0

    def _completed(self, index: int, _command: dict[str, Any], status: int) -> None:
        try:
            self.links[index].completed(status)
        except Exception as error:  # as above
            log.error("the end of a command could not be handed on: %s", type(error).__name__)


def described(reader: Reader, wire: Wire, key: bytes, flags: int) -> dict[str, Any]:
    """A reader as libosdp wants it told."""
    return {
        "name": reader.door[:15],
        "address": reader.address,
        "flags": flags,
        "scbk": key,
        "channel": wire,
        "version": 1,
        "model": 1,
        "vendor_code": 0,
        "serial_number": 0,
        "firmware_version": 0,
    }


def _nothing(*_args: object) -> int:
    return 0
