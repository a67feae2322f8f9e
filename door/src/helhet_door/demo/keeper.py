"""Keeps the door service running as systemd does at a branch: told when it is ready, and started again when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path

from helhet_door.demo.process import Part

RESTART = 0.5  # seconds between its end and its next start
TOO_OFTEN = 5  # ends without having been ready
FAULTY = 2  # its exit code when its own files are not in order: no new start cures that


class Keeper:
    """Runs ``helhet-door run BOX``. ``socket`` is where it says that it is ready (the protocol of sd_notify(3))."""

    def __init__(self, box: Path, log: Path, notify: Path) -> None:
        self._box = box
        self._notify = notify
        self._part = Part("the door service", "helhet_door.command", log)
        self._ready = asyncio.Event()
        self._given_up = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self.starts = 0

    @property
    def ready(self) -> bool:
        """Whether it runs and has said that it is ready."""
        return self._ready.is_set() and self._part.running

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises :class:`Faults` where it does not get so far."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: _Heard(self._ready), local_addr=str(self._notify), family=socket.AF_UNIX
        )
        self._task = loop.create_task(self._keep())
        waits = {loop.create_task(self._ready.wait()), loop.create_task(self._given_up.wait())}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if not self._ready.is_set():
            raise self._part.failed()

    async def _keep(self) -> None:
        unready = 0
        while True:
            self.starts += 1
            self._ready.clear()
            environment = {"NOTIFY_SOCKET": str(self._notify)}
            await self._part.start("run", str(self._box), environment=environment)
            code = await self._part.ended()
            unready = 0 if self._ready.is_set() else unready + 1
            self._ready.clear()
            if code == FAULTY or unready == TOO_OFTEN:
                self._given_up.set()
                return
            await asyncio.sleep(RESTART)

    def kill(self) -> None:
        """kill -9; it is started again."""
        self._part.kill()

    async def stop(self) -> None:
        """Let it end, for good."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._part.stop()
        if self._transport is not None:
            self._transport.close()


class _Heard(asyncio.DatagramProtocol):
    """What the service says of itself."""

    def __init__(self, ready: asyncio.Event) -> None:
        self._ready = ready

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002  the protocol's own signature
        """One word of the service."""
        if data == b"READY=1":
            self._ready.set()
