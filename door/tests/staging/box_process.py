"""The service as a process for tests: all of it is real but the clock on the wall, which a file moves.

``python box_process.py BOX CLOCK``: CLOCK holds seconds to add to the machine's time, and whether a time server has it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import sys
import time
from pathlib import Path

from helhet_door.service.config import read_box
from helhet_door.service.run import Service, until_stopped
from helhet_door.words.faults import Faults


class FileClock:
    """The machine's clocks, with the wall's moved by what stands in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = -1.0
        self._offset, self._synchronised = 0.0, True

    def _look(self) -> None:
        if time.monotonic() - self._read_at < 0.02:
            return
        self._read_at = time.monotonic()
        try:
            offset, synchronised = self._path.read_text().split()
        except (OSError, ValueError):
            return
        self._offset, self._synchronised = float(offset), synchronised == "kept"

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> dt.datetime:
        self._look()
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self._offset)

    def synchronised(self) -> bool:
        self._look()
        return self._synchronised


async def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    clock = FileClock(Path(sys.argv[2]))
    service = Service(read_box(Path(sys.argv[1])), clock, clock.synchronised)

    async def ready() -> None:
        print("ready", flush=True)

    await until_stopped(service, ready)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except Faults as faults:
        print(faults, file=sys.stderr)
        sys.exit(2)
