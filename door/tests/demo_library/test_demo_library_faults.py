"""Every fault of the demo's library system, as the line hears it, and that the line is whole afterwards."""

from __future__ import annotations

import asyncio
import time

import pytest
from pysip2.codec import calculate_checksum, decode_message
from raw_line import QUIET, RIGHT, Raw, fields, status, whole_and_yes
from staging.patience import within

from helhet_door.demo.library_control import Clear, Delay, Running
from helhet_door.demo.library_faults import EVERYTHING, Fault, Kind, On

# What the line hears with each fault, and what it hears when it asks once more after the fault has happened once.


@pytest.mark.parametrize("kind", [Kind.HANG, Kind.HALF])
async def test_silence_leaves_the_line_open(library: Running, kind: Kind) -> None:
    line = await Raw.to(library.port)
    await library.control.fault(Fault(kind, times=1))
    assert await line.ask(RIGHT.card, RIGHT.pin, QUIET) is None
    waiting = bytes(line.reader._buffer)  # type: ignore[attr-defined]
    assert (len(waiting) > 20) == (kind is Kind.HALF)
    await line.say(status(RIGHT.card, RIGHT.pin))
    heard = await line.heard()
    assert (heard or b"").startswith(waiting or b"24")


@pytest.mark.parametrize(("kind", "least"), [(Kind.DROP, 0), (Kind.HALF_DROP, 20)])
async def test_a_dropped_line_ends_and_a_new_one_is_served(library: Running, kind: Kind, least: int) -> None:
    line = await Raw.to(library.port)
    await library.control.fault(Fault(kind, times=1))
    heard = await line.ask(RIGHT.card, RIGHT.pin)
    assert heard is not None
    assert not heard.endswith(b"\r")
    assert len(heard) >= least
    assert await whole_and_yes(await Raw.to(library.port))


async def test_a_slow_answer_is_late_and_alone(library: Running) -> None:
    slow, other = await Raw.to(library.port), await Raw.to(library.port)
    await library.control.fault(Fault(Kind.SLOW, seconds=1.5, times=1))
    began = time.monotonic()
    asked = asyncio.create_task(slow.ask(RIGHT.card, RIGHT.pin))
    await asyncio.sleep(0.1)
    assert await whole_and_yes(other)
    assert not asked.done()
    assert await asked
    assert time.monotonic() - began >= 1.5


@pytest.mark.timed
async def test_a_delay_holds_for_every_answer(library: Running) -> None:
    await library.control.order(Delay(0.05))
    line = await Raw.to(library.port)
    began = time.monotonic()
    for _ in range(4):
        assert await whole_and_yes(line)
    assert 0.2 <= time.monotonic() - began < within(3.0)


async def test_a_split_answer_is_whole_and_a_doubled_one_comes_twice(library: Running) -> None:
    line = await Raw.to(library.port)
    await library.control.fault(Fault(Kind.SPLIT, times=1))
    assert await whole_and_yes(line)
    await library.control.fault(Fault(Kind.DOUBLE, times=1))
    assert await line.ask(RIGHT.card, RIGHT.pin) == await line.heard()


async def test_a_malformed_answer_has_a_right_checksum(library: Running) -> None:
    line = await Raw.to(library.port)
    await library.control.fault(Fault(Kind.MALFORMED, times=1))
    heard = await line.ask(RIGHT.card, RIGHT.pin)
    assert heard
    assert len(heard) < 37
    assert calculate_checksum(heard[:-5]).encode() == heard[-5:-1]


async def test_sequence_checksum_and_echo_can_be_wrong(library: Running) -> None:
    line = await Raw.to(library.port)
    for kind in (Kind.WRONG_SEQUENCE, Kind.BAD_CHECKSUM, Kind.WRONG_ECHO):
        await library.control.fault(Fault(kind, times=1))
    sequence = await line.ask(RIGHT.card, RIGHT.pin)
    assert sequence
    assert decode_message(sequence).sequence_number == 1
    checksum = await line.ask(RIGHT.card, RIGHT.pin)
    assert checksum
    assert calculate_checksum(checksum[:-5]).encode() != checksum[-5:-1]
    echo = await line.ask(RIGHT.card, RIGHT.pin)
    assert echo
    decode_message(echo)
    assert fields(echo)[b"AA"] != RIGHT.card.encode()
    assert await whole_and_yes(line)


@pytest.mark.parametrize(("kind", "name"), [(Kind.NO_BL, b"BL"), (Kind.NO_CQ, b"CQ")])
async def test_a_field_can_be_missing_from_a_sound_answer(library: Running, kind: Kind, name: bytes) -> None:
    line = await Raw.to(library.port)
    await library.control.fault(Fault(kind, times=1))
    heard = await line.ask(RIGHT.card, RIGHT.pin)
    assert heard
    decode_message(heard)
    assert name not in fields(heard)
    assert await whole_and_yes(line)


async def test_any_field_can_be_set(library: Running) -> None:
    line = await Raw.to(library.port)
    await library.control.fault(Fault(Kind.FIELDS, fields={"BL": "y", "CQ": None, "AE": "Märta"}, times=1))
    said = fields(await line.ask(RIGHT.card, RIGHT.pin))
    assert (said[b"BL"], said.get(b"CQ"), said[b"AE"]) == (b"y", None, "Märta".encode())


async def test_a_resend_is_asked_and_then_answered_without_a_second_try(library: Running) -> None:
    line = await Raw.to(library.port)
    await library.control.fault(Fault(Kind.ASK_RESEND, times=1))
    assert await line.ask(RIGHT.card, RIGHT.pin) == b"96AZFEF6\r"
    line.sequence = 0
    assert await whole_and_yes(line)
    assert (await library.control.counts()).tries == {RIGHT.card: 1}
    line.writer.write(b"97AZFEF5\r")
    again = await line.heard()
    assert fields(again)[b"CQ"] == b"Y"


async def test_garbage_and_a_flood(library: Running) -> None:
    line = await Raw.to(library.port)
    await library.control.fault(Fault(Kind.GARBAGE, times=1))
    assert (await line.ask(RIGHT.card, RIGHT.pin) or b"")[0] > 127
    await library.control.fault(Fault(Kind.FLOOD, times=1))
    await line.say(status(RIGHT.card, RIGHT.pin))
    assert len(await line.reader.readexactly(2**20)) == 2**20


async def test_refusing_cuts_every_line_until_it_is_cleared(library: Running) -> None:
    line = await Raw.to(library.port)
    assert await whole_and_yes(line)
    await library.control.fault(Fault(Kind.REFUSE))
    assert await line.heard() == b""
    with pytest.raises(ConnectionRefusedError):
        await Raw.to(library.port)
    await library.control.clear()
    assert await whole_and_yes(await Raw.to(library.port))


async def test_a_server_with_one_worker_accepts_a_second_line_and_says_nothing(library: Running) -> None:
    await library.control.fault(Fault(Kind.ONE_LINE))
    first, second = await Raw.to(library.port), await Raw.to(library.port)
    assert await whole_and_yes(first)
    assert await second.ask(RIGHT.card, RIGHT.pin, QUIET) is None
    first.writer.close()
    assert (await second.heard() or b"").startswith(b"24")


async def test_a_login_can_be_refused_or_hang_alone(library: Running) -> None:
    line = await Raw.to(library.port)
    await library.control.fault(Fault(Kind.REFUSE_LOGIN, on=(On.LOGIN,), times=1))
    await line.say("9300CNdoor|COsecret|")
    assert (await line.heard() or b"").startswith(b"940AY0")
    await library.control.fault(Fault(Kind.HANG, on=(On.LOGIN, On.STATUS)))
    await line.say("9300CNdoor|COsecret|")
    assert await line.heard(QUIET) is None
    assert await whole_and_yes(line)


async def test_every_kind_of_fault_is_one_that_the_line_notices(library: Running) -> None:
    """No kind may be a name without an effect."""
    sound = await (await Raw.to(library.port)).ask(RIGHT.card, RIGHT.pin)
    for kind in set(Kind) - {Kind.SPLIT, Kind.DOUBLE, Kind.SLOW, Kind.REFUSE, Kind.ONE_LINE, Kind.REFUSE_LOGIN}:
        await library.control.fault(Fault(kind, on=EVERYTHING, fields={"AF": "x"}))
        try:
            line = await Raw.to(library.port)
            await line.say(status(RIGHT.card, RIGHT.pin))
            heard = await asyncio.wait_for(line.reader.read(4096), QUIET)
        except TimeoutError:
            heard = b""
        line.writer.transport.abort()
        assert heard[:2] != b"24" or len(heard) != len(sound or b"") or heard[37:] != (sound or b"")[37:], kind
        await library.control.order(Clear())
