"""One reader: whether its line is secure, what it reports, and what is being said to it.

A pulse is either on its way within a second or never: when the line falls, whatever waits is thrown away, and what
has already left is told as neither taken nor not taken, for nobody knows. When the line is back, the lock is shut
first of all: what a stalled line still delivered late does not last.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import osdp_sys

from helhet_door.reader import commands, texts
from helhet_door.reader.outbox import Command, Outbox, Pulse
from helhet_door.reader.reports import Reports
from helhet_door.reader.settings import Reader
from helhet_door.reader.wire import Wire
from helhet_door.words.clock import Clock
from helhet_door.words.events import Event, Line, Output, Relay, Signal

log = logging.getLogger(__name__)

QUIET = 2.0  # seconds after the line came back in which cards and keys are thrown away
SILENT = 0.5  # seconds without an answer: the line is lost
PULSE_LATEST = 1.0  # seconds after it was asked: a pulse that has not left by then never does
PAUSE = 0.25  # seconds between tries to get a reader back
STUCK = 10.0  # seconds after which a try that has neither succeeded nor failed is begun anew
STOOD = 1.0  # seconds between two looks, after which all that a reader kept meanwhile may be old
_STEP = 0.05  # seconds: the longest time between two looks that counts as silence; more is our own sluggishness
REFUSALS = 3  # in a row: fewer may be a noisy line
FORGIVEN = 60.0  # seconds after which a line that comes back is tried with everything again
INPUTS_EVERY = 1.0
LOCAL_EVERY = 3.0

_NEEDS = {
    "led": osdp_sys.CAP_READER_LED_CONTROL,
    "buzzer": osdp_sys.CAP_READER_AUDIBLE_OUTPUT,
    "text": osdp_sys.CAP_READER_TEXT_OUTPUT,
    "input_status": osdp_sys.CAP_CONTACT_STATUS_MONITORING,
}


class Flight(NamedTuple):
    """The one command that libosdp has: its kind, a pulse's token, and how many frames had left before it."""

    kind: str
    token: int | None
    sent: int


class Link:
    """``pulse``, ``output`` and ``show`` may be called from any thread; the rest belongs to the panel's."""

    def __init__(self, reader: Reader, index: int, wire: Wire, clock: Clock, emit: Callable[[Event], None]) -> None:
        self.reader = reader
        self.up = False
        self.flight: Flight | None = None
        self._index = index
        self._wire = wire
        self._clock = clock
        self._emit = emit
        self._context: Any = None
        self._lock = threading.Lock()
        self._outbox = Outbox()
        self._reports = Reports(reader, emit)
        self._why = ""
        self._up_at = 0.0
        self._waited = 0.0
        self._offline = False
        self._trying = True
        self._next_try = 0.0
        self._began = 0.0
        self._due = {"input_status": 0.0, "local_status": 0.0}
        self._refused: dict[str, tuple[int, float]] = {}  # kind of command: how often in a row it was refused, and when

    def attach(self, context: Any) -> None:
        """Begin, with libosdp's panel."""
        self._context = context
        self._began = self._clock.monotonic()
        self._tell(False, "start", self._began)

    def detach(self) -> None:
        """Let libosdp's panel go."""
        self._context = None

    # From any thread

    def pulse(self, seconds: float, token: int) -> bool:
        """Ask for a pulse. False: it was not accepted, and nothing more will be said of it."""
        asked = self._clock.monotonic()
        with self._lock:
            flying = self.flight is not None and self.flight.kind == "pulse"
            if not self.up or flying or self._outbox.pulse is not None or not 0 < seconds <= commands.LONGEST_PULSE:
                return False
            self._outbox.pulse = Pulse(token, seconds, asked)
        return True

    def output(self, output: Output, on: bool) -> bool:
        """Set a lasting output, now and after every gap. False: the reader has none, or it is the lock."""
        if output is Output.LOCK or output not in self.reader.outputs:
            return False
        with self._lock:
            self._outbox.put(f"output:{output}", commands.level(self.reader.outputs[output], on), lasting=True)
        return True

    def show(self, signal: Signal, when: str) -> None:
        """Lamp, sound and text for ``signal``; of several, the newest counts."""
        look = texts.LOOKS[signal]
        with self._lock:
            if look.sound is not None:
                self._outbox.put("buzzer", commands.buzzer(*look.sound), lasting=False)
            if signal is Signal.KEY:
                return
            self._outbox.put("led", commands.led(look.colour, look.blinks), lasting=True)
            if self.reader.display != "none":
                written = texts.line(signal, self.reader.language, when, self.reader.display)
                self._outbox.put("text", commands.text(written), lasting=True)

    # From the panel's thread

    def tick(self, now: float, secure: bool, step: float) -> None:
        """Look at the line and send the next command; ``secure`` is libosdp's word for the channel."""
        waiting = self._wire.waiting(self.reader.address)
        self._waited = self._waited + min(step, _STEP) if waiting else 0.0
        stood = step > STOOD  # and meanwhile nobody heard what was pressed, nor when
        if self.up and (not secure or self._waited > SILENT or stood or not self._wire.open):
            self._fall(now)
        elif not self.up and secure and self.reader.address not in self._wire.stopped:
            self._rise(now)
        if self._offline or (not self.up and now - self._began > STUCK):
            self._restart(now)
        if self.up:
            self._send(now)

    @property
    def eager(self) -> bool:
        """Whether something waits to leave."""
        return self.flight is not None and self._wire.sent.get(self.reader.address, 0) == self.flight.sent

    def heard(self, event: dict[str, Any], now: float) -> None:
        """An event from libosdp."""
        if event["event"] == osdp_sys.EVENT_NOTIFICATION:
            if event["type"] == osdp_sys.EVENT_NOTIFICATION_PD_STATUS and not event["arg0"]:
                self._offline, self._next_try = True, now + PAUSE
        elif self.up:
            drained = self.reader.address in self._wire.drained
            self._reports.take(event, now, quiet=not drained or now - self._up_at < QUIET)

    def completed(self, status: int) -> None:
        """The command that libosdp had is done with."""
        flight, self.flight = self.flight, None
        self._wire.latest.pop(self.reader.address, None)
        if flight is None:
            return
        done = status == osdp_sys.COMPLETION_OK
        if flight.kind == "pulse":
            if done:
                self._relay(flight.token, True)
            elif status == osdp_sys.COMPLETION_FLUSHED or not self._left(flight):
                self._relay(flight.token, False)
        elif done:
            self._reports.asked = flight.kind == "input_status"
            self._refused.pop(flight.kind, None)
        elif status == osdp_sys.COMPLETION_FAILED and self._answered() and flight.kind in {*_NEEDS, "local_status"}:
            times = self._refused.get(flight.kind, (0, 0.0))[0] + 1
            self._refused[flight.kind] = (times, self._clock.monotonic())
            if times == REFUSALS:
                log.warning("%s: the reader refuses %s; it is not asked again", self.reader.door, flight.kind)

    def stop(self) -> None:
        """The panel stops."""
        now = self._clock.monotonic()
        self._drop()
        if self.up:
            self._tell(False, "stopped", now)

    # The line

    def _rise(self, now: float) -> None:
        self._up_at, self._waited, self._trying = now, 0.0, False
        self._wire.drained.discard(self.reader.address)  # what it kept meanwhile comes first, however much it is
        self._refused = {kind: each for kind, each in self._refused.items() if now - each[1] < FORGIVEN}
        self._reports.begin()
        self._due = dict.fromkeys(self._due, now)
        with self._lock:
            self._outbox.again()
            self._outbox.put("relock", commands.locked(self.reader.outputs[Output.LOCK]), lasting=False)
        self._tell(True, "secure", now)

    def _fall(self, now: float) -> None:
        self._wire.stopped.add(self.reader.address)
        self._began = now
        self._tell(False, self._reason(), now)
        self._context.flush_commands(self._index)
        self._drop()
        self._wire.drop(self.reader.address)

    def _drop(self) -> None:
        with self._lock:
            pulse, self._outbox.pulse = self._outbox.pulse, None
        if pulse is not None:
            self._relay(pulse.token, False)

    def _restart(self, now: float) -> None:
        """libosdp would wait for 300 s: disabled and enabled, it tries again at once."""
        if self._context.is_pd_enabled(self._index):
            if self._trying:
                self._tell(False, self._reason(), now)
            self._trying = False
            self._context.disable_pd(self._index)
        elif now >= self._next_try and self._wire.open:
            self._offline, self._trying, self._began = False, True, now
            self._wire.forget([self.reader.address])
            self._context.enable_pd(self._index)

    def _reason(self) -> str:
        address = self.reader.address
        if not self._wire.open:
            return "device"
        if self._wire.waiting(address) and address not in self._wire.refused:
            return "silent"
        return self._wire.refused.get(address, "broken" if self.up else "refused")

    def _tell(self, secure: bool, why: str, now: float) -> None:
        if (secure, why) == (self.up, self._why):
            return
        with self._lock:
            self.up, self._why = secure, why
        log.info("%s: line %s", self.reader.door, why)
        self._emit(Line(self.reader.door, now, secure, why))

    # Sending

    def _send(self, now: float) -> None:
        if self.flight is not None:
            return
        with self._lock:
            for kind, due in self._due.items():
                if now >= due:
                    self._ask_status(kind, now)
            pulse, self._outbox.pulse = self._outbox.pulse, None
            following = None if pulse is not None else self._outbox.take()
        if pulse is not None and now - pulse.asked > PULSE_LATEST:
            self._relay(pulse.token, False)
        elif pulse is not None:
            self._submit("pulse", commands.timed_on(self.reader.outputs[Output.LOCK], pulse.seconds), pulse)
        elif following is not None:
            self._submit(*following)

    def _ask_status(self, kind: str, now: float) -> None:
        local = kind == "local_status"
        self._due[kind] = now + (LOCAL_EVERY if local else INPUTS_EVERY)
        if local or self.reader.inputs:
            report = osdp_sys.STATUS_REPORT_LOCAL if local else osdp_sys.STATUS_REPORT_INPUT
            self._outbox.put(kind, commands.status(report), lasting=False)

    def _submit(self, kind: str, command: Command, pulse: Pulse | None = None) -> None:
        if not self._can(kind, command):
            if pulse is not None:
                self._relay(pulse.token, False)
            return
        address = self.reader.address
        self.flight = Flight(kind, pulse.token if pulse else None, self._wire.sent.get(address, 0))
        if pulse is not None:
            self._wire.latest[address] = pulse.asked + PULSE_LATEST
        if not self._context.submit_command(self._index, command):
            self.completed(osdp_sys.COMPLETION_FLUSHED)

    def _can(self, kind: str, command: Command) -> bool:
        """Whether the reader says that it can: libosdp gives up the line of a reader that answers no."""
        if self._refused.get(kind, (0, 0.0))[0] >= REFUSALS:
            return False
        if command["command"] == osdp_sys.CMD_OUTPUT:
            level, outputs = self._context.check_capability(self._index, osdp_sys.CAP_OUTPUT_CONTROL)
            return bool(level) and command["output_no"] < outputs
        needs = _NEEDS.get(kind)
        return needs is None or bool(self._context.check_capability(self._index, needs)[0])

    def _left(self, flight: Flight) -> bool:
        return self._wire.sent.get(self.reader.address, 0) > flight.sent

    def _answered(self) -> bool:
        address = self.reader.address
        return not self._wire.waiting(address) and address not in self._wire.refused

    def _relay(self, token: int | None, taken: bool) -> None:
        if token is not None:
            self._emit(Relay(self.reader.door, self._clock.monotonic(), token, taken))
