"""The traps that others fell into, each of which fails here without its guard."""

from __future__ import annotations

import asyncio
import logging
import re
import socket

import pytest
from sip2_process import until
from sip2_scripted import CARD, PIN, Scripted, logged_in, on_line, opened, person, sealed, silent, yes

from helhet_door.sip2.trouble import Why
from helhet_door.words.answers import Answer, Kind

ILLEGAL_PINS = ["", " ", "1 2", "12a4", "1234567890123", "१२३४", "1234\r", "4321\n", "12|34", "\x00", "-123", "¹²³"]
ILLEGAL_CARDS = [
    "",
    "djfiander|AD6789",
    "20010001|ADx|BLY",
    "20010001\r24",
    "20010001\n",
    "2001 0001",
    "åäöåäö",
    "２００１０００１",
    "20010001\x00",
    "-2001000",
    "abc",
    "1" * 33,
    "\ud800abcd",
    "'; DROP--",
]


@pytest.mark.parametrize("pin", ILLEGAL_PINS)
async def test_trap_1_and_2_an_empty_or_illegal_pin_is_never_sent(line, pin):
    """The system says yes to everybody, as some do when the PIN is empty."""
    async with Scripted(on23=yes) as server:
        made = await line(server.port)
        assert await made.ask(CARD, pin, 0.5) == Answer(Kind.MALFORMED)
        assert server.asked("23") == 0


@pytest.mark.parametrize("card", ILLEGAL_CARDS)
async def test_trap_2_an_illegal_card_is_never_sent(line, card):
    async with Scripted(on23=yes) as server:
        made = await line(server.port)
        assert await made.ask(card, PIN, 0.5) == Answer(Kind.MALFORMED)
        assert server.asked("23") == 0


@pytest.mark.parametrize("said", [(), (b"BLY",), (b"CQY",), (b"BL", b"CQ"), (b"BLY", b"CQ"), (b"BL", b"CQY")])
async def test_trap_1_only_an_explicit_yes_twice_is_yes(line, said):
    async with Scripted(on23=lambda r: sealed(person(r.fields[b"AA"], *said), r.sequence)) as server:
        made = await line(server.port)
        answer = await made.ask(CARD, PIN, 1)
        assert not (answer.known is True and answer.pin_right is True)


async def test_trap_9_a_taken_worker_times_out_at_the_login_and_is_found_when_it_is_free(process, line):
    """Somebody else holds the only worker: our connection is accepted, and then nothing."""
    server = process(script="sip2_one_worker.py")
    with socket.create_connection(("127.0.0.1", server.port)) as other:
        other.sendall(b"9900002.00\r")
        other.recv(100)
        made = await line(server.port, up=False, login_seconds=0.5)
        await until(lambda: made.trouble is Why.NO_LOGIN, 2)
        assert not made.up
    await until(lambda: made.up, 5)
    assert (await made.ask(CARD, PIN, 1.5)).pin_right is True


async def test_trap_9_four_lines_to_one_worker_answer_as_one(process, line):
    """Three wait at the login for ever; every question goes to the one that works, at once."""
    server = process(script="sip2_one_worker.py")
    made = await line(server.port, lines=4, login_seconds=0.2, beat_seconds=0.3)
    for _ in range(20):
        said = await asyncio.gather(*(made.ask(CARD, PIN, 0.5) for _ in range(4)))
        assert all(answer.pin_right for answer in said)
        await asyncio.sleep(0.05)
    assert made.up


async def test_nothing_that_came_or_went_is_ever_logged(line, caplog):
    """Everything is logged, down to asyncio's own debugging, and the talk goes right and wrong."""
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    async with Scripted() as server:
        made = await line(server.port)
        server.says["23"] = lambda r: sealed(person(CARD.encode(), b"AEAnna Andersson", b"BLY", b"CQY"), r.sequence)
        assert (await made.ask(CARD, PIN, 1)).pin_right is True
        server.says["23"] = lambda r: sealed(person(b"2999", b"AEAnna Andersson", b"BLY", b"CQY"), r.sequence)
        assert (await made.ask(CARD, PIN, 1)).kind is Kind.OUT_OF_SEQUENCE
        server.says |= {"23": silent, "93": silent}
        await made.ask(CARD, PIN, 0.3)
    said = re.sub(r"127\.0\.0\.1(', |:)\d+|0x[0-9a-f]+", "", caplog.text)  # a port or an address may look like a PIN
    assert "library system" in said
    assert not [word for word in (CARD, PIN, "Anna", "hemlig", "2999", "AY", "AA2") if word in said]


async def test_the_status_comes_before_the_first_question(line):
    """Until 99 says 2.00, some systems answer as version 1 does, without BL and CQ."""
    async with Scripted() as server:
        made = await line(server.port)
        await made.ask(CARD, PIN, 1)
        assert [seen[:2] for seen in server.seen] == [b"93", b"99", b"23"]
        assert opened(server.seen[1]).body.endswith(b"2.00")


async def test_without_a_user_there_is_no_login(line):
    async with Scripted(on93=silent) as server:
        made = await line(server.port, user="", password_file="")
        assert (await made.ask(CARD, PIN, 1)).pin_right is True
        assert server.asked("93") == 0


async def test_the_heartbeat_speaks_when_nobody_asks(line):
    async with Scripted(on93=logged_in, on99=on_line) as server:
        made = await line(server.port, beat_seconds=0.1)
        await until(lambda: server.asked("99") > 3, 2)
        assert made.up
        assert server.connected == 1
