"""The line against a real server in a process of its own."""

from __future__ import annotations

import asyncio
import signal
import time

import pytest
from sip2_process import until
from sip2_scripted import CARD, PIN, Scripted
from staging.patience import within

from helhet_door.words.answers import Answer, Kind


async def test_the_right_pin_of_a_known_card(process, line):
    made = await line(process().port)
    answer = await made.ask("djfiander", "6789", 1.5)
    assert answer == Answer(Kind.ANSWERED, known=True, pin_right=True, flags=frozenset({2}))


@pytest.mark.parametrize("message", ["23", "63"])
async def test_every_kind_of_person(process, line, message):
    made = await line(process().port, message=message)
    said = {
        (card, pin): await made.ask(card, pin, 1.5)
        for card, pin in [("djfiander", "1"), ("nobody", "6789"), ("LOST-1", "1111"), ("OWES-1", "2222")]
    }
    assert all(answer.kind is Kind.ANSWERED for answer in said.values())
    assert [(a.known, a.pin_right) for a in said.values()] == [
        (True, False),
        (False, False),
        (True, True),
        (True, True),
    ]
    assert [sorted(a.flags) for a in said.values()] == [[2], [0, 1, 2, 3], [2, 4], [2, 10]]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp850"])
async def test_every_encoding(process, line, encoding):
    """The account's name and the person's have letters beyond ASCII; the answers' bytes differ, the answer does not."""
    made = await line(process("--encoding", encoding).port, encoding=encoding)
    assert (await made.ask("djfiander", "6789", 1.5)).pin_right is True


async def test_hundreds_of_questions_on_one_line_wrap_the_sequence(process, line):
    made = await line(process().port)
    for turn in range(300):
        right = turn % 3 == 0
        assert (await made.ask("djfiander", "6789" if right else "0000", 1.5)).pin_right is right


async def test_without_checksums(process, line):
    made = await line(process().port, checksums=False)
    assert (await made.ask("djfiander", "6789", 1.5)).pin_right is True


async def test_crlf_is_sent_where_it_is_wanted(line):
    async with Scripted() as server:
        made = await line(server.port, newline="\r\n")
        assert (await made.ask(CARD, PIN, 1.5)).pin_right is True


@pytest.mark.timed
async def test_eight_doors_are_not_held_up_by_slow_answers(process, line):
    made = await line(process("--seconds", "0.05").port, lines=4)
    await asyncio.sleep(0.3)

    async def timed() -> float:
        began = time.monotonic()
        assert (await made.ask("djfiander", "6789", 1.5)).pin_right
        return time.monotonic() - began

    assert max(await asyncio.gather(*(timed() for _ in range(8)))) < within(0.3)


@pytest.mark.timed
async def test_killed_and_started_again(process, line):
    """Down at once, no to everybody meanwhile, and back within five seconds by itself."""
    server = process()
    made = await line(server.port, lines=2)
    changes: list[bool] = []
    made.watch(changes.append)
    server.kill()
    assert await until(lambda: not made.up, 5) < within(1)
    began = time.monotonic()
    assert await made.ask("djfiander", "6789", 1.0) == Answer(Kind.SILENT)
    assert 0.9 < time.monotonic() - began < within(1.2)
    server.start()
    assert await until(lambda: made.up, 5) < within(5)
    assert (await made.ask("djfiander", "6789", 1.5)).pin_right is True
    assert changes == [False, True]


@pytest.mark.timed
async def test_frozen_and_thawed(process, line):
    """The peer is there and says nothing: known within five seconds though nobody asks, and back as fast."""
    server = process()
    made = await line(server.port, lines=2)
    server.running.send_signal(signal.SIGSTOP)
    assert await until(lambda: not made.up, 5) < within(5)
    server.running.send_signal(signal.SIGCONT)
    assert await until(lambda: made.up, 5) < within(5)
    assert (await made.ask("djfiander", "6789", 1.5)).pin_right is True
