"""One simulated reader: what is wired to it, what it shows, and its faults.

Its faults are simulated inside: a cut wire loses what is on it, a pulled adapter takes the device away, a stalled line
keeps bytes in the operating system's buffer and delivers them late, noise puts garbage between frames, a replaced
reader has another key, a fresh one none but the factory's.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from helhet_door.demo.peripheral import ACK, Code, No, Peripheral, Reply, no
from helhet_door.demo.pty import Line
from helhet_door.demo.relay import Relays
from helhet_door.reader import keys
from helhet_door.reader.frames import split

_KEY_BYTES = {**{key: ord(key) for key in "0123456789"}, "*": 0x7F, "#": 0x0D}
_REPLIES = {Code.ISTAT: Code.ISTATR, Code.OSTAT: Code.OSTATR, Code.LSTAT: Code.LSTATR, Code.RSTAT: Code.RSTATR}


class Simulated:
    """A reader on a line. ``key`` None: fresh from the factory. ``tells``: inputs are reported without being asked."""

    def __init__(
        self, line: Line, address: int, key: bytes | None, inputs: int, outputs: int, tells: bool = True
    ) -> None:
        self.line = line
        self.relays = Relays(outputs)
        self.inputs = [False] * inputs
        self.tampered = False
        self.shown: dict[str, Any] = {}
        self._tells = tells
        self._noise_until = self._noise_share = 0.0
        self._heard = bytearray()
        self._cut = ""
        self._cut_until: float | None = None
        self._refused: set[int] = set()
        identity = bytes([0x48, 0x45, 0x4C, 1, 1, address, 0, 0, 0, 0, 1, 0])
        self._device = Peripheral(address, key, keys.DEFAULT, identity, self._obey)
        self._power_on()

    # The loop's calls

    def heard(self, data: bytes) -> None:
        """Bytes from the panel."""
        if not self._cut:
            self._heard += data
            for frame in split(self._heard):
                answer = self._device.answer(frame)
                if answer:
                    self.line.write(self._noisy(answer))

    def step(self) -> None:
        """Timers."""
        self.relays.look()
        if self._cut and self._cut_until is not None and time.monotonic() >= self._cut_until:
            self.restore()

    def next(self) -> float | None:
        """When the next timer runs out."""
        return min((at for at in (self.relays.next(), self._cut_until) if at is not None), default=None)

    # What happens to a reader

    def card(self, data: bytes, bits: int, formatted: bool = False) -> None:
        """A card is shown. ``formatted``: as osdp_FMT, letters instead of bits, which panels have given up."""
        if formatted:
            self._device.events.append(Reply(Code.FMT, bytes([0, 0, len(data)]) + data))
        else:
            self._device.events.append(Reply(Code.RAW, bytes([0, 0]) + bits.to_bytes(2, "little") + data))

    def keys(self, pressed: str, together: bool) -> None:
        """Keys are pressed: digits, ``*`` and ``#``; each is a report of its own, or all are one."""
        for group in [pressed] if together else pressed:
            data = bytes(_KEY_BYTES[key] for key in group)
            self._device.events.append(Reply(Code.KEYPAD, bytes([0, len(data)]) + data))

    def input(self, number: int, on: bool) -> None:
        """An input changes, and is reported unless this reader only answers when asked."""
        self.inputs[number] = on
        if self._tells:
            self._device.events.append(Reply(Code.ISTATR, bytes(self.inputs)))

    def cut(self, how: str, seconds: float | None) -> None:
        """Cut the line: "wire" loses bytes, "stall" leaves them where they are, "close" takes the device away."""
        self._cut = how
        self._cut_until = None if seconds is None else time.monotonic() + seconds
        self.line.stalled = how == "stall"
        if how == "close":
            self.line.close()

    def restore(self) -> None:
        """Mend the line."""
        how, self._cut, self._cut_until = self._cut, "", None
        self._heard.clear()
        if how == "close":
            self.line.open()
        self.line.stalled = False

    def noise(self, seconds: float, share: float) -> None:
        """For some seconds, spoil this share of the frames and put garbage before the others."""
        self._noise_until, self._noise_share = time.monotonic() + seconds, share

    def busy(self, seconds: float) -> None:
        """For some seconds, say "busy" to every question."""
        self._device.busy_until = time.monotonic() + seconds

    def refuse(self, codes: list[int]) -> None:
        """Say no to these commands, though the reader's capabilities promise them."""
        self._refused = set(codes)

    def restart(self, key: bytes | None) -> None:
        """Power off and on, with this key."""
        self._device.key = key
        self._power_on()

    @property
    def key(self) -> bytes | None:
        """The key as it was set last."""
        return self._device.key

    def state(self) -> dict[str, Any]:
        """Everything, but for the key."""
        return {
            "relays": self.relays.on,
            "inputs": self.inputs,
            "tampered": self.tampered,
            "secure": self._device.secure,
            "fresh": self._device.key is None,
            "cut": self._cut,
            "waiting": len(self._device.events),
            **self.shown,
        }

    # Inside

    def _power_on(self) -> None:
        self._device.forget()
        self._heard.clear()
        self.relays.power_off()
        self.shown = {"led": None, "text": "", "buzzes": 0, "buzzer": None}

    def _noisy(self, frame: bytes) -> bytes:
        if time.monotonic() >= self._noise_until:
            return frame
        if secrets.randbelow(1000) < self._noise_share * 1000:
            spoilt = bytearray(frame)
            spoilt[secrets.randbelow(len(spoilt))] ^= 1 + secrets.randbelow(255)
            return bytes(spoilt)
        return secrets.token_bytes(secrets.randbelow(12)) + frame

    def _obey(self, code: int, data: bytes) -> Reply:
        if code in self._refused:
            return no(No.COMMAND)
        if code == Code.CAP:
            return Reply(Code.PDCAP, self._capabilities())
        if code in _REPLIES:
            return Reply(_REPLIES[Code(code)], self._report(code))
        if code == Code.OUT and len(data) == 4 and data[0] < len(self.relays.on):
            done = self.relays.command(data[0], data[1], data[2] | data[3] << 8)
            return ACK if done else no(No.RECORD)
        if code == Code.LED and len(data) == 14:
            self.shown["led"] = {"colour": data[12], "blinks": data[11] > 0}
        elif code == Code.BUZ and len(data) == 5:
            self.shown["buzzes"] += 1
            self.shown["buzzer"] = list(data[2:])
        elif code == Code.TEXT and len(data) == 6 + data[5]:
            self.shown["text"] = data[6:].decode(errors="replace")
        else:
            return no(No.COMMAND)
        return ACK

    def _report(self, code: int) -> bytes:
        reports = {
            Code.ISTAT: bytes(self.inputs),
            Code.OSTAT: bytes(self.relays.on),
            Code.LSTAT: bytes([self.tampered, 0]),
            Code.RSTAT: bytes(1),
        }
        return reports[Code(code)]

    def _capabilities(self) -> bytes:
        """Triples of function, level and count (OSDP 2.2, annex B): inputs, outputs, cards, lamp, sound, text ..."""
        return bytes(
            number
            for triple in (
                (1, 1, len(self.inputs)),
                (2, 1, len(self.relays.on)),
                (3, 1, 0),
                (4, 1, 1),
                (5, 1, 1),
                (6, 1, 1),
                (8, 1, 0),
                (9, 1, 1),
                (10, 0, 1),
                (14, 0, 1),
            )
            for number in triple
        )
