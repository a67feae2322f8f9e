"""The demo's library system with faults that stand for one card each, so that many doors can be visited at once.

A fault is about the card in its own field AA; it stands until all are cleared. As a process: the options of
``helhet_door.demo.library``.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from helhet_door.demo import library, library_line
from helhet_door.demo.library_control import LibraryControl, Running
from helhet_door.demo.library_faults import Fault, Standing


class ByCard(Standing):
    """Faults by card; those without one stand as they always do."""

    def __init__(self) -> None:
        super().__init__()
        self._cards: dict[bytes, Fault] = {}

    def put(self, fault: Fault) -> None:
        """Let ``fault`` stand."""
        card = fault.fields.get("AA")
        if card is None:
            super().put(fault)
        else:
            self._cards[card.encode()] = fault

    def clear(self) -> None:
        """Nothing is wrong any more."""
        super().clear()
        self._cards.clear()

    def take(self, frame: bytes) -> Fault | None:
        """The fault for this answer."""
        card = frame.partition(b"|AA")[2].partition(b"|")[0]
        return self._cards.get(card) or super().take(frame)


@asynccontextmanager
async def library_by_card(people: Path, control: Path, *options: str) -> AsyncIterator[Running]:
    """Start it on a free port, and stop it afterwards."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, __file__, "--people", str(people), "--control", str(control)),
        *options,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        port = await process.stdout.readline()
        assert port, "the library system did not start"
        client = await LibraryControl.connect(control)
        yield Running(int(port), process.pid, client)
        await client.close()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


if __name__ == "__main__":
    library_line.Standing = ByCard
    library.main()
