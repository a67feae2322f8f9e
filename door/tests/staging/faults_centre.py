"""Faults of the centre, of the way to it, and of the rules that it gives out: the door works on the last good ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import msgspec
from staging.fault import Deed, Entry, Fault, Seen
from staging.scene import Scene

from helhet_door.rules.model import Rules
from helhet_door.rules.signed import sign
from helhet_door.words.rows import Kind
from helhet_door.words.wire import Signed

# The centre


def _hub(**what: bool) -> Deed:
    async def do(scene: Scene) -> None:
        for name, value in what.items():
            setattr(scene.stage.hub, name, value)

    return do


async def _hub_stops(scene: Scene) -> None:
    await scene.stage.hub.stop()


async def _hub_starts(scene: Scene) -> None:
    await scene.stop_listener()
    await scene.stage.hub.start()


def _other_hub(answer: bytes | None) -> Deed:
    """Somebody else listens there: says this to everybody, or nothing at all."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            await reader.read(1)
            if answer is None:
                await asyncio.sleep(60)
            else:
                writer.write(answer)
                await writer.drain()
        writer.close()

    async def do(scene: Scene) -> None:
        await scene.stage.hub.stop()
        scene.listener = await asyncio.start_server(handle, "127.0.0.1", scene.stage.hub.port)

    return do


def _answer(status: str, body: bytes, more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}Connection: close\r\n\r\n".encode() + body


def _centre(name: str, inject: Deed, mend: Deed = _hub_starts, seen: Kind | Seen = Seen.SILENCE, **more) -> Fault:
    return Fault(name=name, inject=inject, mend=mend, entry=Entry.EVERYBODY, seen=seen, **more)


CENTRE = (
    _centre("centre answers 503", _hub(down=True), _hub(down=False)),
    _centre("centre's answers are lost", _hub(deaf=True), _hub(deaf=False), Kind.CENTRE_LOST),
    _centre("centre not there", _hub_stops),
    _centre("centre hangs", _other_hub(None), within=8.0),
    _centre("something else answers for the centre", _other_hub(_answer("200 OK", b"<html>Log in</html>"))),
    _centre(
        "the net sends the box to a log-in page",
        _other_hub(_answer("302 Found", b"", "Location: http://127.0.0.1:9/\r\n")),
    ),
)


# The rules


def _bad_rules(make: Callable[[Scene, Rules], Signed]) -> Deed:
    async def do(scene: Scene) -> None:
        hub = scene.stage.hub
        hub.serial += 1
        hub.signed = make(scene, msgspec.structs.replace(scene.rules(), serial=hub.serial))

    return do


def _changed(scene: Scene, rules: Rules) -> Signed:
    signed = sign(rules, scene.stage.hub.key)
    return Signed(signed.body.replace(b'"locked":false', b'"locked":true '), signed.signature)


def _older(scene: Scene, rules: Rules) -> Signed:
    locked = msgspec.structs.replace(rules.lists, locked=True)
    return sign(msgspec.structs.replace(rules, serial=rules.serial - 1, lists=locked), scene.stage.hub.key)


def _elsewhere(scene: Scene, rules: Rules) -> Signed:
    settings = msgspec.structs.replace(rules.settings, branch="norrby")
    return sign(msgspec.structs.replace(rules, settings=settings), scene.stage.hub.key)


def _senseless(scene: Scene, rules: Rules) -> Signed:
    times = msgspec.structs.replace(rules.settings.times, pulse=3600.0)
    return sign(
        msgspec.structs.replace(rules, settings=msgspec.structs.replace(rules.settings, times=times)),
        scene.stage.hub.key,
    )


async def _good_rules(scene: Scene) -> None:
    await scene.enforce(scene.rules())


def _rules(name: str, make: Callable[[Scene, Rules], Signed], why: str) -> Fault:
    """They are not taken; the last good ones stay in force."""
    return Fault(
        name=name,
        inject=_bad_rules(make),
        mend=_good_rules,
        entry=Entry.EVERYBODY,
        seen=Kind.RULES,
        detail=f"not taken: {why}",
    )


RULES = (
    _rules("rules changed on the way", _changed, "signature"),
    _rules("older rules", _older, "serial"),
    _rules("rules of another branch", _elsewhere, "branch"),
    _rules("rules out of range", _senseless, "settings"),
)
