"""Somebody with a hand on the wire: hears every frame in both directions, and may put others in their place."""

from __future__ import annotations

import asyncio
import os
from binascii import crc_hqx
from collections.abc import Callable
from pathlib import Path

from helhet_door.demo.pty import Line
from helhet_door.reader.frames import Frame, split

Answers = Callable[[Frame, list[Frame]], list[bytes]]


class Tap:
    """Between the panel, which opens ``ours``, and a reader at ``theirs``, or nobody (None).

    ``answers`` is given each question and the reader's true answers to it, and says what the panel hears.
    """

    def __init__(self, ours: Path, theirs: Path | None, answers: Answers | None = None) -> None:
        self.line = Line(ours)
        self.asked: list[Frame] = []
        self.answered: list[Frame] = []
        self.answers = answers
        self._theirs = os.open(theirs, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK) if theirs else -1
        self._from_panel, self._from_reader = bytearray(), bytearray()
        loop = asyncio.get_running_loop()
        loop.add_reader(self.line.fileno(), self._panel_spoke)
        if self._theirs >= 0:
            loop.add_reader(self._theirs, self._reader_spoke)

    def close(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self.line.fileno())
        if self._theirs >= 0:
            loop.remove_reader(self._theirs)
            os.close(self._theirs)
        self.line.close()

    def _panel_spoke(self) -> None:
        self._from_panel += self.line.read()
        for frame in split(self._from_panel):
            self.asked.append(frame)
            if self._theirs >= 0:
                os.write(self._theirs, frame.raw)
            elif self.answers is not None:
                self._say(self.answers(frame, []))

    def _reader_spoke(self) -> None:
        self._from_reader += os.read(self._theirs, 4096)
        for frame in split(self._from_reader):
            self.answered.append(frame)
            self._say(self.answers(self.asked[-1], [frame]) if self.answers is not None else [frame.raw])

    def _say(self, answers: list[bytes]) -> None:
        for answer in answers:
            self.line.write(answer)


def forged(question: Frame, code: int, data: bytes, block: bytes = b"") -> bytes:
    """A whole, undamaged answer to ``question`` by somebody who has no key."""
    body = block + bytes([code]) + data
    control = (question.raw[4] & 3) | 0x04 | (0x08 if block else 0)
    length = 5 + len(body) + 2
    message = bytes([0x53, question.address | 0x80, length & 0xFF, length >> 8, control]) + body
    return message + crc_hqx(message, 0x1D0F).to_bytes(2, "little")
