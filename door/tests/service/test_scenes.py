"""Lights and voice over a real broker."""

from __future__ import annotations

import asyncio

import pytest
from staging.broker import Mosquitto, mosquitto
from staging.hub import until

from helhet_door.service.scenes import EXPIRES, WAITING, Broker, Scenes
from helhet_door.words.clock import SystemClock

pytestmark = pytest.mark.outside


async def hear(port: int, count: int, ready: asyncio.Event) -> list[tuple[str, str, int | None]]:
    import aiomqtt

    heard = []
    async with aiomqtt.Client("127.0.0.1", port, protocol=aiomqtt.ProtocolVersion.V5) as client:
        await client.subscribe("#", qos=1)
        ready.set()
        async for message in client.messages:
            expires = getattr(message.properties, "MessageExpiryInterval", None)
            heard.append((str(message.topic), message.payload.decode(), expires))
            if len(heard) == count:
                return heard
    return heard


async def test_a_scene_is_heard_and_says_when_it_is_worth_nothing(tmp_path) -> None:
    async with mosquitto(tmp_path) as broker:
        ready = asyncio.Event()
        heard = asyncio.create_task(hear(broker.port, 2, ready))
        await ready.wait()
        scenes = Scenes(Broker("127.0.0.1", broker.port), "ursviken", SystemClock())
        running = asyncio.create_task(scenes.run())
        scenes.publish("ursviken/light", "evening")
        scenes.publish("ursviken/voice", "closing-15")
        rows = await asyncio.wait_for(heard, 10)
        assert scenes.up
        running.cancel()
    assert [row[:2] for row in rows] == [("ursviken/light", "evening"), ("ursviken/voice", "closing-15")]
    assert all(expires is not None and 0 < expires <= EXPIRES for _, _, expires in rows)


async def test_a_scene_that_waited_too_long_for_the_broker_is_dropped(tmp_path, hand_clock, monkeypatch) -> None:
    monkeypatch.setattr("helhet_door.service.scenes.RETRY", 0.2)
    broker = Mosquitto(tmp_path)
    scenes = Scenes(Broker("127.0.0.1", broker.port), "ursviken", hand_clock)
    running = asyncio.create_task(scenes.run())
    scenes.publish("ursviken/voice", "old")
    await asyncio.sleep(0.3)
    assert not scenes.up
    hand_clock.go(EXPIRES + 1)
    await broker.start()
    try:
        ready = asyncio.Event()
        heard = asyncio.create_task(hear(broker.port, 1, ready))
        await ready.wait()
        scenes.publish("ursviken/voice", "new")
        assert [row[1] for row in await asyncio.wait_for(heard, 10)] == ["new"]
    finally:
        running.cancel()
        await broker.kill()


async def test_the_queue_is_short_and_the_oldest_goes_first(hand_clock) -> None:
    scenes = Scenes(Broker("127.0.0.1", 1), "ursviken", hand_clock)
    for number in range(WAITING + 5):
        scenes.publish("t", str(number))
    assert scenes._queue.qsize() == WAITING
    assert scenes._queue.get_nowait()[2] == "5"


async def test_the_box_subscribes_to_nothing(tmp_path) -> None:
    """Trap 7: nothing that lies in a queue can reach a lock. The broker itself says who asked for what."""
    async with mosquitto(tmp_path) as broker:
        scenes = Scenes(Broker("127.0.0.1", broker.port), "ursviken", SystemClock())
        running = asyncio.create_task(scenes.run())
        scenes.publish("helhet/ursviken/scene", "evening")
        for _ in range(200):
            log = broker.log.read_text()
            if "PUBACK to helhet-door-ursviken" in log:
                break
            await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert "Received PUBLISH from helhet-door-ursviken" in log
    assert "SUBSCRIBE" not in log


async def test_a_scene_that_finds_the_broker_gone_is_sent_when_it_is_back(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("helhet_door.service.scenes.RETRY", 0.3)
    broker = Mosquitto(tmp_path)
    await broker.start()
    scenes = Scenes(Broker("127.0.0.1", broker.port), "ursviken", SystemClock())
    running = asyncio.create_task(scenes.run())
    try:
        scenes.publish("ursviken/voice", "before")
        await until(lambda: "PUBACK to helhet-door-ursviken" in broker.log.read_text())
        await broker.kill()
        scenes.publish("ursviken/voice", "meanwhile")
        await asyncio.sleep(0.6)
        await broker.start()
        # The broker says what it took: a listener might come a moment after the scene, and hear nothing of it.
        await until(lambda: f"({len('meanwhile')} bytes)" in broker.log.read_text())
    finally:
        running.cancel()
        await broker.kill()
