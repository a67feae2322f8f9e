"""A bench for tests: simulated readers in a process of their own, and what a panel here says of them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from staging.patience import within

from helhet_door.demo.reader_control import Control
from helhet_door.reader import keys, link
from helhet_door.reader.panel import Panel
from helhet_door.reader.settings import Reader
from helhet_door.words.clock import SystemClock
from helhet_door.words.events import Card, Event, Key, Line, Meaning, Output, Relay

INPUTS = {0: Meaning.CONTACT, 1: Meaning.FIRE}


class Bench:
    """``async with Bench(folder, readers=2) as bench``: readers 1 and 2, doors "1" and "2", a panel not started.

    ``quiet`` seconds are what the panel throws cards away for after the line came back, to save time where that is
    not what is tested; None is as in service.
    """

    def __init__(
        self,
        folder: Path,
        readers: int = 1,
        arguments: Sequence[str] = (),
        quiet: float | None = 0.2,
        **settings: Any,
    ) -> None:
        self.folder = folder
        self._quiet, self._in_service = quiet, link.QUIET
        self.seen: list[Event] = []
        self.several = readers > 1
        shared = "--shared" in arguments
        for number in range(1, readers + 1):
            keys.write(self.key_file(number), keys.make())
        self.readers = [
            Reader(
                **{
                    "door": str(number),
                    "device": str(folder / ("line" if shared else "line" + self._ending(number))),
                    "address": number - 1 if shared else 0,
                    "key_file": str(self.key_file(number)),
                    "card_format": "ascii",
                    "inputs": INPUTS,
                    "outputs": {Output.LOCK: 0, Output.ALARM_ARM: 1},
                    **settings,
                }
            )
            for number in range(1, readers + 1)
        ]
        self.panel = Panel(self.readers, self.seen.append, SystemClock())
        self._command = [sys.executable, "-m", "helhet_door.demo.reader", "--link", str(folder / "line")]
        self._command += ["--key-file", str(folder / "key"), "--control", str(folder / "control")]
        self._command += ["--readers", str(readers), *arguments]

    def key_file(self, number: int = 1) -> Path:
        return self.folder / f"key{self._ending(number)}"

    def _ending(self, number: int) -> str:
        return f"-{number}" if self.several else ""

    async def __aenter__(self) -> Self:
        link.QUIET = self._in_service if self._quiet is None else self._quiet
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        await asyncio.to_thread(self._process.stdout.readline)
        self.control = await Control.connect(self.folder / "control")
        return self

    async def __aexit__(self, *_: object) -> None:
        self.panel.stop()
        link.QUIET = self._in_service
        await self.control.close()
        self._process.terminate()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    async def start(self) -> None:
        """Start the panel and wait for every line, and for the time in which cards are thrown away."""
        self.panel.start()
        await self.secure()
        await asyncio.sleep(link.QUIET + 0.1)

    async def secure(self, seconds: float = 5.0) -> float:
        """Seconds until every line is secure."""
        return await self.until(lambda: all(self.panel.secure(reader.door) for reader in self.readers), seconds)

    async def until(self, holds: Callable[[], Any], seconds: float = 3.0) -> float:
        """Wait until it holds; the seconds it took."""
        began = time.monotonic()
        while not holds():
            assert time.monotonic() - began < within(seconds), f"not within {within(seconds)} s; seen: {self.seen}"
            await asyncio.sleep(0.005)
        return time.monotonic() - began

    def of(self, kind: type[Any], door: str = "1") -> list[Any]:
        """What was seen of a kind at a door."""
        return [event for event in list(self.seen) if isinstance(event, kind) and event.door == door]

    def cards(self, door: str = "1") -> list[str]:
        return [event.text for event in self.of(Card, door)]

    def keys(self, door: str = "1") -> str:
        return "".join(event.key for event in self.of(Key, door))

    def lines(self, door: str = "1") -> list[tuple[bool, str]]:
        return [(event.secure, event.why) for event in self.of(Line, door)]

    def relays(self, door: str = "1") -> list[tuple[int, bool]]:
        return [(event.token, event.taken) for event in self.of(Relay, door)]
