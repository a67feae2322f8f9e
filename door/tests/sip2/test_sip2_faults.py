"""A library system that is slow, silent, garbled, or answers something else: no, in time, and then back by itself."""

from __future__ import annotations

import asyncio
import random
import time

import pytest
from sip2_process import until
from sip2_scripted import CARD, PIN, Request, Scripted, honest, logged_in, on_line, person, sealed, silent, yes
from staging.patience import within

from helhet_door.sip2.trouble import Why
from helhet_door.words.answers import Answer, Kind

YES = Answer(Kind.ANSWERED, known=True, pin_right=True)


def raw(data: bytes):
    """Say exactly these bytes."""
    return lambda _: data


def fields(*parts: bytes):
    """A whole and sealed 24 with just these fields."""
    return lambda request: sealed(person(request.fields[b"AA"], *parts), request.sequence)


def body(change):
    """A 24 that says yes, changed before it is sealed."""
    return lambda request: sealed(change(person(request.fields[b"AA"], b"AEAsa", b"BLY", b"CQY")), request.sequence)


def off(steps: int):
    """Yes, with the sequence number of another question."""
    return lambda request: yes(request._replace(sequence=(request.sequence + steps) % 10))


def other_card(request: Request) -> bytes:
    return sealed(person(b"20010002", b"AEAsa", b"BLY", b"CQY"), request.sequence)


def bad_checksum(request: Request) -> bytes:
    whole = yes(request)
    return whole[:-2] + (b"0" if whole[-2:-1] != b"0" else b"1") + b"\r"


def only_summed(said: bytes) -> bytes:
    return said + b"AZ%04X\r" % (-sum(said + b"AZ") & 0xFFFF)


def cut_off(request: Request) -> bytes:
    return yes(request)[:40]


def closes(request: Request) -> None:
    request.talk.transport.abort()


def half_and_closes(request: Request) -> None:
    request.talk.write(yes(request)[:40])
    request.talk.close()


async def slow(request: Request) -> bytes:
    await asyncio.sleep(3)
    return yes(request)


async def drips(request: Request) -> None:
    for byte in yes(request):
        request.talk.write(bytes([byte]))
        await asyncio.sleep(0.1)


def floods(_: Request) -> bytes:
    return b"A" * 300_000


def many_lines(_: Request) -> bytes:
    return b"96\r" * 100_000


def says_it_twice(request: Request) -> bytes:
    return yes(request) + yes(request)


def no_and_yes(request: Request) -> bytes:
    return fields(b"BLY", b"CQN")(request) + yes(request)


BAD = {
    "silence": (silent, Kind.SILENT),
    "slow": (slow, Kind.SILENT),
    "byte by byte, too slowly": (drips, Kind.SILENT),
    "half a message": (cut_off, Kind.SILENT),
    "half a message, then closed": (half_and_closes, Kind.SILENT),
    "closed": (closes, Kind.SILENT),
    "another sequence number": (off(1), Kind.OUT_OF_SEQUENCE),
    "the last sequence number": (off(9), Kind.OUT_OF_SEQUENCE),
    "another card": (other_card, Kind.OUT_OF_SEQUENCE),
    "another message": (on_line, Kind.OUT_OF_SEQUENCE),
    "64 for 23": (body(lambda whole: b"64" + whole[2:]), Kind.OUT_OF_SEQUENCE),
    "twice": (says_it_twice, Kind.OUT_OF_SEQUENCE),
    "no and then yes": (no_and_yes, Kind.OUT_OF_SEQUENCE),
    "yes and half of something": (lambda request: yes(request) + b"24", Kind.OUT_OF_SEQUENCE),
    "bad checksum, always": (bad_checksum, Kind.MALFORMED),
    "no checksum": (lambda request: yes(request._replace(sequence=None)), Kind.MALFORMED),
    "checksum without sequence": (
        lambda _: only_summed(person(CARD.encode(), b"BLY", b"CQY")),
        Kind.OUT_OF_SEQUENCE,
    ),
    "96 for ever": (raw(b"96AZFEF6\r"), Kind.MALFORMED),
    "bare 96 for ever": (raw(b"96\r"), Kind.MALFORMED),
    "garbage": (raw(random.Random(4).randbytes(200) + b"\r"), Kind.MALFORMED),
    "NUL in the name": (fields(b"AEA\x00sa", b"BLY", b"CQY"), Kind.MALFORMED),
    "flood without an end": (floods, Kind.MALFORMED),
    "flood of lines": (many_lines, Kind.MALFORMED),
    "cut after BL": (body(lambda whole: whole[:-6]), Kind.MALFORMED),
    "no fixed part": (body(lambda whole: b"24" + whole[37:]), Kind.MALFORMED),
    "a flag that is neither": (body(lambda whole: whole[:2] + b"?" + whole[3:]), Kind.MALFORMED),
    "a field without a name": (fields(b" dag", b"BLY", b"CQY"), Kind.MALFORMED),
    "no card": (lambda r: sealed(person(b"", b"BLY", b"CQY"), r.sequence), Kind.MALFORMED),
    "BL both": (fields(b"BLY", b"CQY", b"BLN"), Kind.MALFORMED),
    "CQ both": (fields(b"BLY", b"CQN", b"CQY"), Kind.MALFORMED),
    "BL in lower case": (fields(b"BLy", b"CQY"), Kind.MALFORMED),
    "CQ yes and more": (fields(b"BLY", b"CQYes"), Kind.MALFORMED),
    "two cards": (lambda r: sealed(person(b"X", b"AA" + CARD.encode(), b"BLY", b"CQY"), r.sequence), Kind.MALFORMED),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.timed
async def test_a_bad_answer_is_no_and_the_connection_is_not_used_again(line, name):
    said, kind = BAD[name]
    async with Scripted(on23=said) as server:
        made = await line(server.port)
        began = time.monotonic()
        assert await made.ask(CARD, PIN, 0.5) == Answer(kind)
        assert time.monotonic() - began < within(0.6)
        server.says["23"] = honest
        assert await made.ask(CARD, PIN, 1.5) == YES
        assert server.connected == 2


MISSING = {
    "nothing": ((), None, None),
    "no BL": ((b"CQY",), None, True),
    "no CQ": ((b"BLY",), True, None),
    "empty BL": ((b"BL", b"CQY"), None, True),
    "empty CQ": ((b"BLY", b"CQ"), True, None),
    "BL no": ((b"BLN", b"CQY"), False, True),
    "CQ no": ((b"BLY", b"CQN"), True, False),
}


@pytest.mark.parametrize("name", MISSING)
async def test_what_is_missing_is_not_made_up(line, name):
    parts, known, right = MISSING[name]
    async with Scripted(on23=fields(*parts)) as server:
        made = await line(server.port)
        assert await made.ask(CARD, PIN, 1) == Answer(Kind.ANSWERED, known=known, pin_right=right)


async def test_a_late_answer_is_nobodys(line):
    """Yes to the first question comes while the second, with a wrong PIN, is asked."""

    async def late_yes_then_honest(request: Request) -> bytes | None:
        if server.asked("23") == 1:
            await asyncio.sleep(0.4)
            return yes(request)
        await asyncio.sleep(0.3)
        return honest(request)

    async with Scripted(on23=late_yes_then_honest) as server:
        made = await line(server.port, checksums=False)
        assert await made.ask(CARD, PIN, 0.2) == Answer(Kind.SILENT)
        assert (await made.ask(CARD, "0000", 1.5)).pin_right is False


async def test_what_nobody_asked_for_ends_the_connection(line):
    """A yes sent ahead, before any question: it must not be there when the question comes."""
    async with Scripted(on23=silent) as server:
        made = await line(server.port, checksums=False)
        for talk in server.talks:
            talk.write(person(CARD.encode(), b"BLY", b"CQY") + b"\r")
        await asyncio.sleep(0.05)
        assert await made.ask(CARD, PIN, 0.5) == Answer(Kind.SILENT)
        assert server.connected == 2


async def test_damaged_once_is_asked_for_again(line):
    async with Scripted(on23=bad_checksum, on97=lambda _: again) as server:
        made = await line(server.port)
        again = yes(Request(b"", b"", 2, {b"AA": CARD.encode()}, None))  # login was 0, status 1
        assert await made.ask(CARD, PIN, 1) == YES
        assert server.seen[-1] == b"97AZFEF5"
        assert server.connected == 1


async def test_asked_to_send_again_it_sends_the_same(line):
    async with Scripted(on23=lambda r: b"96AZFEF6\r" if server.asked("23") == 1 else honest(r)) as server:
        made = await line(server.port)
        assert await made.ask(CARD, PIN, 1) == YES
        first, second = (seen for seen in server.seen if seen.startswith(b"23"))
        assert first == second


async def test_split_packets_crlf_and_blank_lines(line):
    async def in_pieces(request: Request) -> None:
        whole = b"\r\n" + yes(request) + b"\n"
        for start in range(0, len(whole), 7):
            request.talk.write(whole[start : start + 7])
            await asyncio.sleep(0.002)

    async with Scripted(on23=in_pieces) as server:
        made = await line(server.port)
        for _ in range(3):
            assert await made.ask(CARD, PIN, 1) == YES
            await asyncio.sleep(0.05)
        assert server.connected == 1


HANGS = {
    "at the login": ({"on93": silent}, Why.NO_LOGIN),
    "at the status": ({"on99": silent}, Why.NO_LOGIN),
    "refused": ({"on93": lambda r: sealed(b"940", r.sequence)}, Why.LOGIN_REFUSED),
    "not on line": ({"on99": lambda r: sealed(b"98N" + on_line(r)[3:-10], r.sequence)}, Why.OFFLINE),
    "closed at once": ({"on93": closes}, Why.CLOSED),
    "login answered with yes and a person": ({"on93": lambda r: logged_in(r) + person(b"X") + b"\r"}, Why.UNASKED),
}


@pytest.mark.parametrize("name", HANGS)
async def test_a_line_that_does_not_come_up_says_why_and_comes_up_when_it_can(line, name):
    says, why = HANGS[name]
    async with Scripted(**says) as server:
        made = await line(server.port, up=False, login_seconds=0.3, retry_seconds=0.3)
        await until(lambda: made.trouble is why, 2)
        assert not made.up
        assert await made.ask(CARD, PIN, 0.1) == Answer(Kind.SILENT)
        server.says |= {"93": logged_in, "99": on_line}
        await until(lambda: made.up, 2)
        assert await made.ask(CARD, PIN, 1) == YES
        assert made.trouble is None


async def test_a_refusing_system_is_not_hammered(line):
    async with Scripted(on93=closes) as server:
        await line(server.port, up=False)
        await asyncio.sleep(1.5)
        assert server.connected <= 6


async def test_a_system_that_hangs_up_after_each_login_is_not_hammered(line):
    def then_hangs_up(request: Request) -> bytes:
        asyncio.get_running_loop().call_later(0.01, request.talk.close)
        return on_line(request)

    async with Scripted(on99=then_hangs_up) as server:
        await line(server.port, up=False)
        await asyncio.sleep(1.5)
        assert server.connected <= 6


@pytest.mark.timed
async def test_a_frozen_system_at_default_times_is_down_and_back_within_five_seconds(line):
    """It accepts and says nothing, then answers again, at the worst moment: the defaults hold the promise."""
    async with Scripted() as server:
        made = await line(server.port, lines=2)
        server.says |= {"93": silent, "99": silent}
        assert await until(lambda: not made.up, 5) < within(5)
        await asyncio.sleep(2.5)
        server.says |= {"93": logged_in, "99": on_line}
        assert await until(lambda: made.up, 5) < within(5)


async def test_a_cancelled_question_leaves_no_answer_behind(line):
    async with Scripted(on23=silent) as server:
        made = await line(server.port)
        asked = asyncio.create_task(made.ask(CARD, PIN, 5))
        await until(lambda: server.asked("23") == 1, 1)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        server.says["23"] = honest
        assert await made.ask(CARD, PIN, 1.5) == YES
        assert server.connected == 2


async def test_questions_queue_on_one_line_and_each_has_its_own_time(line):
    async def a_while(request: Request) -> bytes:
        await asyncio.sleep(0.2)
        return honest(request)

    async with Scripted(on23=a_while) as server:
        made = await line(server.port)
        said = await asyncio.gather(*(made.ask(CARD, PIN, 0.5) for _ in range(4)))
        assert [answer.kind for answer in said].count(Kind.ANSWERED) == 2
        assert [answer.kind for answer in said].count(Kind.SILENT) == 2
        assert server.asked("23") == 3  # two were never sent: the third was cut off, the fourth out of time
