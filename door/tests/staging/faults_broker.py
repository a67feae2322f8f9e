"""Faults of the broker for lights and voice: nobody at a door may notice."""

from __future__ import annotations

import asyncio
import signal

from staging.fault import Deed, Entry, Fault, nothing
from staging.hub import until
from staging.scene import Scene


async def _connected(scene: Scene) -> None:
    """The box has come to the broker: a fault of a broker that nobody speaks to would be none."""
    assert scene.broker is not None
    log = scene.broker.log
    await until(lambda: "as helhet-door-" in log.read_text(), 15)


async def _killed(scene: Scene) -> None:
    assert scene.broker is not None
    await scene.broker.kill()


async def _started(scene: Scene) -> None:
    assert scene.broker is not None
    await scene.broker.start()


def _told(number: signal.Signals) -> Deed:
    async def tell(scene: Scene) -> None:
        assert scene.broker is not None
        scene.broker.signal(number)

    return tell


async def _another_program(scene: Scene) -> None:
    """Something that is no broker listens on the port, and answers whatever it is told with garbage."""

    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1024):
            writer.write(b"\xff" * 4096)
        writer.close()

    await _killed(scene)
    assert scene.broker is not None
    scene.listener = await asyncio.start_server(garbage, "127.0.0.1", scene.broker.port)


async def _broker_again(scene: Scene) -> None:
    assert scene.listener is not None
    scene.listener.close()
    scene.listener = None
    await _started(scene)


def _broker(name: str, inject: Deed, mend: Deed = nothing) -> Fault:
    return Fault(name=name, prepare=_connected, inject=inject, mend=mend, entry=Entry.EVERYBODY, broker=True)


BROKER = (
    _broker("broker killed and back", _killed, _started),
    _broker("broker stands still", _told(signal.SIGSTOP), _told(signal.SIGCONT)),
    _broker("another program in the broker's place", _another_program, _broker_again),
)
