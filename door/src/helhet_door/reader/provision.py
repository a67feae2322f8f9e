"""Giving a fresh reader its key: a command of its own, for a few minutes, never within the running service.

The key travels under the default key that everybody knows (OSDP 2.2, annex D), so whoever listens to the wire in that
moment has it: do it at the bench, or on a wire that nobody else reaches. Only a reader in install mode takes it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import osdp_sys

from helhet_door.reader import keys, library
from helhet_door.reader.bus import Bus, described
from helhet_door.reader.frames import question
from helhet_door.reader.panel import TICK
from helhet_door.reader.settings import Reader, faults
from helhet_door.reader.wire import Wire
from helhet_door.words.clock import Clock, SystemClock
from helhet_door.words.durable import sync
from helhet_door.words.events import Event
from helhet_door.words.faults import Fault, Faults

LONGEST = 30.0  # minutes
VERIFY = 10.0  # seconds in which a reader must come back with its new key
_ATTEMPT = 3.0  # seconds before everything is begun anew
_KEYSET = 0x75


class Step(StrEnum):
    """How far it has come."""

    WAITING = "waiting"
    GIVEN = "given"
    VERIFIED = "verified"


TEXTS: dict[str, dict[Step, str]] = {
    "sv": {
        Step.WAITING: "Väntar på en läsare i installationsläge ...",
        Step.GIVEN: "Läsaren har fått en ny nyckel. Provar den ...",
        Step.VERIFIED: "Klart: läsaren svarar med sin nya nyckel.",
    },
    "en": {
        Step.WAITING: "Waiting for a reader in install mode ...",
        Step.GIVEN: "The reader has been given a new key. Trying it ...",
        Step.VERIFIED: "Done: the reader answers with its new key.",
    },
}


def provision(reader: Reader, minutes: float, report: Callable[[str], None], clock: Clock | None = None) -> None:
    """Give ``reader`` a new key within ``minutes`` (at most 30), try it, and keep it in the reader's key file.

    ``report`` is told every step in the reader's language. Faults where the settings are wrong, another process
    holds the device, no reader took the key in time, or the reader does not answer with it.
    """
    clock = clock or SystemClock()
    wrong = list(faults([reader]))
    if not 0 < minutes <= LONGEST:
        wrong.append(Fault("provision", "minutes", str(minutes), "is no time limit", f"Write 1 to {LONGEST:.0f}."))
    if wrong:
        raise Faults(wrong)
    library.hush()
    library.begin_chance()
    key_file = Path(reader.key_file)
    new = key_file.with_name(key_file.name + ".new")
    key = _left_over(reader, new, clock)
    if key is None:
        key = keys.make()
        report(TEXTS[reader.language][Step.WAITING])
        _give(reader, key, new, minutes, clock)
        report(TEXTS[reader.language][Step.GIVEN])
        if not _answers(reader, key, clock):
            raise Faults([_fault(reader, "does not answer with its new key", f"Run this again; the key is in {new}.")])
    os.replace(new, key_file)
    sync(key_file.parent)  # a renamed key file is found again after a power loss
    report(TEXTS[reader.language][Step.VERIFIED])


class _Giving(Wire):
    """A wire that notes whether a key went out."""

    given = False

    def write(self, buf: bytes) -> int:
        """Send one frame."""
        sent = super().write(buf)
        frame = question(buf)
        self.given |= sent > 0 and frame is not None and frame.code == _KEYSET
        return sent


def _give(reader: Reader, key: bytes, new: Path, minutes: float, clock: Clock) -> None:
    wire = _Giving(reader.device, reader.baud, 1, clock)
    wire.hold()
    if not wire.open:
        raise Faults([_fault(reader, "is not there", "Look at the cable and at the device's name.")])
    keys.write(new, key)
    context: Any = osdp_sys.ControlPanel([described(reader, wire, key, osdp_sys.FLAG_ENABLE_NOTIFICATION)])
    try:
        taken = _taken(context, wire, reader, clock.monotonic() + minutes * 60, clock)
    finally:
        wire.close()
    if not taken and not wire.given:
        new.unlink()
        raise Faults([_fault(reader, "did not take a key", "Put the reader in install mode, and look at the wiring.")])


def _taken(context: Any, wire: Wire, reader: Reader, until: float, clock: Clock) -> bool:
    """Let libosdp, which enforces nothing here, find the default key and set the new one."""
    began = clock.monotonic()
    while (now := clock.monotonic()) < until:
        wire.look(now)
        library.stir()
        context.refresh()
        if context.sc_status() & 1:
            return True
        if now - began > _ATTEMPT:
            if context.is_pd_enabled(0):
                context.disable_pd(0)
            else:
                wire.forget([reader.address])
                context.enable_pd(0)
                began = now
        time.sleep(TICK)
    return False


def _answers(reader: Reader, key: bytes, clock: Clock) -> bool:
    """Whether the reader comes into a secure channel with ``key``, enforced as in service."""
    wire = Wire(reader.device, reader.baud, 1, clock)
    wire.hold()
    bus = Bus(wire, [reader], {reader.door: key}, clock, _ignored)
    bus.start()
    until = clock.monotonic() + VERIFY
    try:
        while clock.monotonic() < until:
            bus.tick(clock.monotonic(), TICK)
            if bus.links[0].up:
                return True
            time.sleep(TICK)
        return False
    finally:
        bus.close()


def _left_over(reader: Reader, new: Path, clock: Clock) -> bytes | None:
    """The key of a run that was cut short, where the reader has taken it."""
    with suppress(Faults):
        key = keys.load([_with_key_file(reader, new)])[reader.door]
        if _answers(reader, key, clock):
            return key
    new.unlink(missing_ok=True)
    return None


def _with_key_file(reader: Reader, path: Path) -> Reader:
    return Reader(door=reader.door, device=reader.device, key_file=str(path))


def _fault(reader: Reader, wrong: str, cure: str) -> Fault:
    return Fault("readers", reader.door, reader.device, wrong, cure)


def _ignored(_event: Event) -> None:
    """Nobody listens while a key is tried."""
