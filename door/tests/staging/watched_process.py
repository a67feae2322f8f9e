"""The service as box_process.py runs it, and beside it a file in which every change of every door's state stands.

``python watched_process.py BOX CLOCK``: the file is ``states`` beside CLOCK. A report to the centre is too seldom to
show a state that lasts for a tenth of a second; nothing else is different.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from pathlib import Path

from box_process import FileClock

from helhet_door.service.config import read_box
from helhet_door.service.run import Service, until_stopped
from helhet_door.words.events import Event
from helhet_door.words.faults import Faults


def watch(service: Service, path: Path) -> None:
    """Note every change of a door's state, with the monotonic time of it, from now on."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    doors = service._doors
    take = doors.take
    states = {door.name: "" for door in doors.all}

    def note(name: str) -> None:
        state = doors[name].state.value
        if states[name] != state:
            states[name] = state
            os.write(file, f"{time.monotonic():.4f} {name} {state}\n".encode())

    def watched(event: Event) -> None:
        take(event)
        note(event.door)

    for name in states:
        note(name)
    doors.take = watched


async def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    clock = FileClock(Path(sys.argv[2]))
    service = Service(read_box(Path(sys.argv[1])), clock, clock.synchronised)
    watch(service, Path(sys.argv[2]).with_name("states"))

    async def ready() -> None:
        print("ready", flush=True)

    await until_stopped(service, ready)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except Faults as faults:
        print(faults, file=sys.stderr)
        sys.exit(2)
