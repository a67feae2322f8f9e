"""Lights and voice over MQTT 5. Never the lock: a message that waits in a queue would open a door late.

A scene that could not be sent within ``EXPIRES`` seconds is worth nothing and is dropped, by us and (message expiry
interval) by the broker.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from helhet_door.words.clock import Clock

if TYPE_CHECKING:
    import aiomqtt

EXPIRES = 30  # seconds
RETRY = 5.0  # seconds
WAITING = 32  # scenes; the oldest goes first


class Broker(msgspec.Struct, frozen=True):
    """Where the scenes go."""

    host: str
    port: int = 1883
    user: str = ""
    password_file: str = ""
    tls: bool = False


class Scenes:
    """Publishes scenes in the background; a broken broker never holds up a door."""

    def __init__(self, broker: Broker, branch: str, clock: Clock) -> None:
        self._broker = broker
        self._branch = branch
        self._clock = clock
        self._queue: asyncio.Queue[tuple[float, str, str]] = asyncio.Queue(WAITING)
        self._under_way: tuple[float, str, str] | None = None  # not known to have been sent
        self.up = False

    def publish(self, topic: str, payload: str) -> None:
        """Send soon, or not at all."""
        while self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait((self._clock.monotonic() + EXPIRES, topic, payload))

    async def run(self) -> None:
        """Connect, publish, and connect again, until cancelled."""
        import aiomqtt  # noqa: PLC0415  an extra: only a branch with scenes has it

        while True:
            with contextlib.suppress(aiomqtt.MqttError, OSError, TimeoutError):
                async with self._client() as client:
                    self.up = True
                    await self._send(client)
            self.up = False
            await asyncio.sleep(RETRY)

    def _client(self) -> aiomqtt.Client:
        import aiomqtt  # noqa: PLC0415

        broker = self._broker
        password = Path(broker.password_file).read_text(encoding="utf-8").strip() if broker.password_file else None
        return aiomqtt.Client(
            broker.host,
            broker.port,
            username=broker.user or None,
            password=password,
            identifier=f"helhet-door-{self._branch}",
            protocol=aiomqtt.ProtocolVersion.V5,
            tls_params=aiomqtt.TLSParameters() if broker.tls else None,
            timeout=RETRY,
        )

    async def _send(self, client: aiomqtt.Client) -> None:
        from paho.mqtt.packettypes import PacketTypes  # noqa: PLC0415
        from paho.mqtt.properties import Properties  # noqa: PLC0415

        while True:
            if self._under_way is None:
                self._under_way = await self._queue.get()
            until, topic, payload = self._under_way
            left = int(until - self._clock.monotonic())
            if left <= 0:
                self._under_way = None
                continue
            properties = Properties(PacketTypes.PUBLISH)
            properties.MessageExpiryInterval = left
            await client.publish(topic, payload, qos=1, properties=properties)
            self._under_way = None
