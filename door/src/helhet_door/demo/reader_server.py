"""The control socket of the simulated readers: one JSON object a line in, one a line out.

``{"reader": 1, "do": "card", "text": "0123", "format": "ascii"}`` and so on; ``reader`` is 1 where it is left out.
The answer is ``{"ok": true, ...}`` or ``{"ok": false, "wrong": "..."}``. What can be done is in ``_DEEDS``.
"""

from __future__ import annotations

import json
import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from helhet_door.demo.cards import encoded
from helhet_door.demo.simulated import Simulated
from helhet_door.reader import keys

_LONGEST = 1 << 20
Told = dict[str, Any]


class Server:
    """Served from the loop of the readers, so that no lock is needed."""

    def __init__(self, path: Path, readers: list[Simulated]) -> None:
        self._path = path
        self._readers = readers
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        path.chmod(0o600)
        self._listener.listen()
        self._listener.setblocking(False)
        self._heard: dict[socket.socket, bytearray] = {}
        self._selector: selectors.BaseSelector | None = None

    def join(self, selector: selectors.BaseSelector) -> None:
        """Be woken by ``selector``."""
        self._selector = selector
        selector.register(self._listener, selectors.EVENT_READ, self)

    def serve(self, key: selectors.SelectorKey) -> None:
        """Something has come."""
        if key.fileobj is self._listener:
            connection, _ = self._listener.accept()
            self._heard[connection] = bytearray()
            if self._selector is not None:
                self._selector.register(connection, selectors.EVENT_READ, self)
        elif isinstance(key.fileobj, socket.socket):
            self._read(key.fileobj)

    def close(self) -> None:
        """Let the socket go."""
        for connection in list(self._heard):
            connection.close()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _read(self, connection: socket.socket) -> None:
        heard = self._heard[connection]
        try:
            data = connection.recv(65536)
        except OSError:
            data = b""
        heard += data
        if not data or len(heard) > _LONGEST:
            self._leave(connection)
            return
        while (end := heard.find(b"\n")) >= 0:
            line = bytes(heard[:end])
            del heard[: end + 1]
            with suppress(OSError):
                connection.sendall(json.dumps(self._answer(line)).encode() + b"\n")

    def _leave(self, connection: socket.socket) -> None:
        if self._selector is not None:
            self._selector.unregister(connection)
        del self._heard[connection]
        connection.close()

    def _answer(self, line: bytes) -> Told:
        try:
            told = json.loads(line)
            reader = self._readers[told.get("reader", 1) - 1]
            return {"ok": True, **(_DEEDS[told["do"]](reader, told) or {})}
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            return {"ok": False, "wrong": f"{type(error).__name__}: {error}"}


def _card(reader: Simulated, told: Told) -> None:
    """A card: ``text`` in a ``format`` of the reader's settings, or ``hex`` and ``bits``.

    ``formatted`` sends it as osdp_FMT, which libosdp does not take.
    """
    if "text" in told:
        data, bits = encoded(told.get("format", "ascii"), told["text"])
    else:
        data = bytes.fromhex(told["hex"])
        bits = told.get("bits", 8 * len(data))
    reader.card(data, bits, told.get("formatted", False))


def _keys(reader: Simulated, told: Told) -> None:
    reader.keys(told["keys"], told.get("together", False))


def _input(reader: Simulated, told: Told) -> None:
    reader.input(told["number"], told["on"])


def _tamper(reader: Simulated, told: Told) -> None:
    reader.tampered = told["on"]


def _cut(reader: Simulated, told: Told) -> None:
    if told.get("how", "wire") not in {"wire", "stall", "close"}:
        raise ValueError("how")
    reader.cut(told.get("how", "wire"), told.get("seconds"))


def _noise(reader: Simulated, told: Told) -> None:
    reader.noise(told["seconds"], told.get("share", 0.5))


def _key(reader: Simulated, told: Told) -> None:
    reader.restart(bytes.fromhex(Path(told["file"]).read_text().strip()))


def _changes(reader: Simulated, told: Told) -> Told:
    changes, following = reader.relays.since(told.get("since", 0))
    return {"changes": [list(change) for change in changes], "next": following}


_DEEDS: dict[str, Callable[[Simulated, Told], Told | None]] = {
    "card": _card,
    "keys": _keys,
    "input": _input,
    "tamper": _tamper,
    "cut": _cut,
    "restore": lambda reader, _: reader.restore(),
    "noise": _noise,
    "restart": lambda reader, _: reader.restart(reader.key),
    "replaced": lambda reader, _: reader.restart(keys.make()),
    "fresh": lambda reader, _: reader.restart(None),
    "key": _key,
    "busy": lambda reader, told: reader.busy(told["seconds"]),
    "refuse": lambda reader, told: reader.refuse(told["codes"]),
    "state": lambda reader, _: reader.state(),
    "changes": _changes,
}
