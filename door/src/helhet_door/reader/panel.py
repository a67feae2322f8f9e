"""All readers of a branch: one thread that talks to them, and the calls that the service makes.

libosdp's own loop sleeps 20 ms between steps and keeps every event in a queue that nobody empties; this one wakes
when a byte or a call comes, and keeps nothing.
"""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from helhet_door.reader import keys, library
from helhet_door.reader.bus import Bus
from helhet_door.reader.link import Link
from helhet_door.reader.settings import Reader, faults
from helhet_door.reader.wire import Wire
from helhet_door.words.clock import Clock
from helhet_door.words.events import Event, Output, Signal
from helhet_door.words.faults import Fault, Faults

log = logging.getLogger(__name__)

TICK = 0.005  # seconds between steps when nothing happens
EAGER = 0.001  # and when a command waits to leave


class Panel:
    """The panel of a branch. ``emit`` is called from its thread, and must be quick and not raise."""

    def __init__(self, readers: Sequence[Reader], emit: Callable[[Event], None], clock: Clock) -> None:
        self._readers = tuple(readers)
        self._emit = emit
        self._clock = clock
        self._links: dict[str, Link] = {}
        self._buses: list[Bus] = []
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._wake_out, self._wake_in = -1, -1

    def start(self) -> None:
        """Hold every device and begin. Faults: wrong settings or keys, or a device that another process holds."""
        wrong: list[Fault] = list(faults(self._readers))
        if wrong:
            raise Faults(wrong)
        found = keys.load(self._readers)
        library.hush()
        library.begin_chance()
        self._buses = [Bus(wire, on_it, found, self._clock, self._emit) for wire, on_it in self._hold()]
        self._links = {link.reader.door: link for bus in self._buses for link in bus.links}
        for bus in self._buses:
            bus.start()
        self._wake_out, self._wake_in = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="readers", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop and let every device go. What waits is thrown away."""
        if self._thread is None:
            return
        self._stopping.set()
        self._wake()
        self._thread.join()
        self._thread = None
        for end in (self._wake_out, self._wake_in):
            os.close(end)

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def pulse(self, door: str, seconds: float, token: int) -> bool:
        """Ask the reader to hold the lock's relay on for ``seconds`` (at most 25.5), by its own timer.

        False: not accepted, and no Relay follows. True: Relay(taken=True) when the reader has said yes,
        Relay(taken=False) when it is certain that it never will move, or a Line(secure=False) alone when the line
        fell while the pulse was on its way: then nobody knows, and the door contact tells.
        """
        accepted = self._links[door].pulse(seconds, token)
        self._wake()
        return accepted

    def show(self, door: str, signal: Signal, when: str = "") -> None:
        """Show ``signal``; ``when`` is a time of day for the signals that name one."""
        self._links[door].show(signal, when)
        self._wake()

    def output(self, door: str, output: Output, on: bool) -> bool:
        """Set a lasting output, now and again after every gap. False: there is none, or it is the lock."""
        set_ = self._links[door].output(output, on)
        self._wake()
        return set_

    def secure(self, door: str) -> bool:
        """Whether the reader is in secure channel."""
        return self.alive and self._links[door].up

    def _hold(self) -> list[tuple[Wire, list[Reader]]]:
        """Open every device once. All that cannot be held are told at once, and none is kept then."""
        held: list[tuple[Wire, list[Reader]]] = []
        wrong: list[Fault] = []
        for number, device in enumerate(dict.fromkeys(reader.device for reader in self._readers), start=1):
            on_it = [reader for reader in self._readers if reader.device == device]
            wire = Wire(device, on_it[0].baud, number, self._clock)
            try:
                wire.hold()
            except Faults as found:
                wrong.extend(found.faults)
            held.append((wire, on_it))
        if wrong:
            for wire, _ in held:
                wire.close()
            raise Faults(wrong)
        return held

    def _run(self) -> None:
        last = self._clock.monotonic()
        try:
            while not self._stopping.is_set():
                now = self._clock.monotonic()
                eager = [bus.tick(now, now - last) for bus in self._buses]
                last = now
                self._wait(EAGER if any(eager) else TICK)
        except Exception as error:
            log.error("the readers' thread failed: %s", type(error).__name__)
            raise
        finally:
            for bus in self._buses:
                bus.close()

    def _wait(self, seconds: float) -> None:
        """Until a byte or a call comes, or ``seconds`` have passed; never less than a moment, for a noisy line."""
        time.sleep(EAGER / 4)
        waited_for = [bus.wire.fileno() for bus in self._buses if bus.wire.open]
        ready, _, _ = select.select([*waited_for, self._wake_out], [], [], seconds)
        if self._wake_out in ready:
            with suppress(BlockingIOError):
                os.read(self._wake_out, 4096)

    def _wake(self) -> None:
        with suppress(OSError):
            os.write(self._wake_in, b"!")
