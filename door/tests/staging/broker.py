"""A real MQTT broker of a test's own."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_PLACES = ("mosquitto", "/usr/sbin/mosquitto")
PROGRAM = next((found for place in _PLACES if (found := shutil.which(place))), None)


class Mosquitto:
    """Listens on a port of its own; its log says who asked for what."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "mosquitto.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._config = folder / "mosquitto.conf"
        self._config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")
        self._process: asyncio.subprocess.Process | None = None

    @property
    def box(self) -> str:
        """What box.toml says of it."""
        return f'[scenes]\nhost = "127.0.0.1"\nport = {self.port}\n'

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        assert PROGRAM is not None, "mosquitto is not installed"
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(PROGRAM, "-v", "-c", str(self._config), stderr=log)
        for _ in range(100):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
        raise AssertionError("mosquitto did not start")

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def kill(self) -> None:
        """kill -9, and wait for its end."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def mosquitto(folder: Path) -> AsyncIterator[Mosquitto]:
    """A broker that runs, and is gone afterwards."""
    broker = Mosquitto(folder)
    await broker.start()
    try:
        yield broker
    finally:
        await broker.kill()
