"""The last gate before a serial line, and time that runs away from a waiting pulse."""

from __future__ import annotations

import os
import time
from binascii import crc_hqx

import pytest
from reader_bench import Bench
from reader_tap import forged

from helhet_door.demo.peripheral import Code
from helhet_door.demo.pty import Line
from helhet_door.reader.frames import question
from helhet_door.reader.outbox import Pulse
from helhet_door.reader.wire import Wire
from helhet_door.words.clock import SystemClock


class Ahead(SystemClock):
    """The machine's clock, some seconds ahead."""

    seconds = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.seconds


@pytest.fixture
def line(tmp_path):
    line = Line(tmp_path / "line")
    yield line
    line.close()


@pytest.fixture
def clock():
    return Ahead()


@pytest.fixture
def wire(line, clock):
    wire = Wire(str(line.link), 9600, 1, clock)
    wire.hold()
    yield wire
    wire.close()


def _asked(address=0):
    poll = bytes([0x53, address, 8, 0, 4, Code.POLL])
    return poll + crc_hqx(poll, 0x1D0F).to_bytes(2, "little")


def _answer(line, wire, asked):
    line.write(forged(question(asked), Code.ACK, b""))
    time.sleep(0.02)
    wire.look(wire._clock.monotonic())


def test_a_question_goes_out_once(line, wire):
    asked = _asked()
    assert wire.write(asked) == len(asked)
    assert wire.write(asked) == -1  # still unanswered: no second time
    assert wire.refused == {0: "silent"}
    other = _asked(5)
    assert wire.write(other) == len(other)  # of another reader nothing is held back
    _answer(line, wire, other)
    assert not wire.waiting(5)
    assert wire.write(other) == len(other)
    time.sleep(0.02)
    assert line.read() == asked + other + other
    wire.forget([0])
    assert wire.write(asked) == len(asked)


def test_nothing_goes_out_when_a_pulse_is_too_old(wire, clock):
    wire.latest[0] = clock.monotonic() + 1.0
    clock.seconds = 1.1
    assert wire.write(_asked()) == -1
    assert wire.refused == {0: "late"}
    assert wire.write(_asked(5)) > 0
    assert wire.sent == {5: 1}


def test_answers_from_others_and_garbage_are_not_passed_on(line, wire):
    asked = _asked(3)
    wire.write(asked)
    for wrong in (forged(question(_asked(4)), Code.ACK, b""), b"S\x03\x08", os.urandom(50).replace(b"S", b"T")):
        line.write(wrong)
    time.sleep(0.02)
    wire.look(0.0)
    assert wire.read(64) == b""
    _answer(line, wire, asked)
    assert question(wire.read(64)) is not None
    assert wire.read(64) == b""


def test_what_comes_before_the_question_is_no_answer(line, wire):
    line.write(forged(question(_asked()), Code.ACK, b""))
    time.sleep(0.02)
    wire.look(0.0)
    wire.flush()
    wire.write(_asked())
    assert wire.read(64) == b""
    assert wire.waiting(0)


async def test_a_pulse_that_waited_too_long_never_leaves(tmp_path):
    """As when the machine was busy with other things, or asleep."""
    async with Bench(tmp_path) as bench:
        await bench.start()
        link = bench.panel._links["1"]
        with link._lock:
            link._outbox.pulse = Pulse(1, 1.0, time.monotonic() - 1.1)
        await bench.until(lambda: bench.relays() == [(1, False)])
        assert await bench.control.changes() == []
        assert bench.panel.secure("1")
