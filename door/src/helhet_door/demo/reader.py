"""Simulated OSDP readers on pseudo-terminals: real frames, real secure channel, relays with timers of their own.

``python -m helhet_door.demo.reader --link PATH --key-file FILE [--address N] [--control SOCKET] [--readers N]``

With several readers, number N (from 1) has the link ``PATH-N`` and the key file ``FILE-N``; with ``--shared`` all
are on one line, ``PATH``, at the addresses from ``--address`` up. "ready" on standard output says that all are there.
"""

from __future__ import annotations

import argparse
import selectors
import signal
import sys
import time
from pathlib import Path

from helhet_door.demo.pty import Line
from helhet_door.demo.reader_server import Server
from helhet_door.demo.simulated import Simulated

_SLOW = 0.05  # seconds between looks at timers when nothing happens


class Readers:
    """All simulated readers of a process, and the loop that they live in."""

    def __init__(self, readers: list[Simulated], server: Server | None) -> None:
        self._readers = readers
        self._server = server
        self._selector = selectors.DefaultSelector()
        self._watched: dict[tuple[int, int], Line] = {}
        if server is not None:
            server.join(self._selector)

    def run(self) -> None:
        """Until the process is told to stop."""
        while True:
            self._watch()
            for key, _ in self._selector.select(self._pause()):
                if isinstance(key.data, Line):
                    self._heard(key.data)
                elif self._server is not None:
                    self._server.serve(key)
            for reader in self._readers:
                reader.step()

    def _heard(self, line: Line) -> None:
        data = line.read()
        for reader in self._readers:
            if reader.line is line:
                reader.heard(data)

    def _watch(self) -> None:
        """Wait for what arrives on the lines as they are now; a mended line is a new one, its number may be an old."""
        lines = {(line.fileno(), line.opened): line for line in (r.line for r in self._readers) if line.listens}
        for number, _ in self._watched.keys() - lines.keys():
            self._selector.unregister(number)
        for new in lines.keys() - self._watched.keys():
            self._selector.register(new[0], selectors.EVENT_READ, lines[new])
        self._watched = lines

    def _pause(self) -> float:
        now = time.monotonic()
        timers = [until for reader in self._readers if (until := reader.next()) is not None]
        return min([_SLOW, *(max(0.0, until - now) for until in timers)])


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    told = _told(arguments)
    readers = _made(told)
    server = Server(Path(told.control), readers) if told.control else None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        print("ready", flush=True)
        Readers(readers, server).run()
    except KeyboardInterrupt:
        pass
    finally:
        for reader in readers:
            reader.line.close()
        if server is not None:
            server.close()


def _told(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="helhet_door.demo.reader", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--link", required=True, help="the name that the panel opens")
    parser.add_argument("--key-file", help="32 hexadecimal digits; without it the reader has the factory's default key")
    parser.add_argument("--address", type=int, default=0)
    parser.add_argument("--control", help="a Unix socket that takes JSON lines")
    parser.add_argument("--readers", type=int, default=1)
    parser.add_argument("--shared", action="store_true", help="all readers on one line")
    parser.add_argument("--inputs", type=int, default=8)
    parser.add_argument("--outputs", type=int, default=4)
    parser.add_argument("--mute", action="store_true", help="report inputs only when asked")
    return parser.parse_args(arguments)


def _made(told: argparse.Namespace) -> list[Simulated]:
    several = told.readers > 1
    shared = Line(Path(told.link)) if told.shared else None
    made = []
    for number in range(1, told.readers + 1):
        ending = f"-{number}" if several else ""
        line = shared or Line(Path(told.link + ending))
        key = bytes.fromhex(Path(told.key_file + ending).read_text().strip()) if told.key_file else None
        address = told.address + (number - 1 if shared else 0)
        made.append(Simulated(line, address, key, told.inputs, told.outputs, tells=not told.mute))
    return made


if __name__ == "__main__":
    main()
