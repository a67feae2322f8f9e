"""The demo's library system in its own process: what an unrelated client hears of it, its people and its counts."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import stat
from pathlib import Path

import pytest
from pysip2.codec import calculate_checksum
from raw_line import LOST, RIGHT, Raw, fields, running, status
from Sip2.wrapper import Sip2Wrapper

from helhet_door.demo import people as people_file
from helhet_door.demo.library_control import (
    Forget,
    Forgive,
    LibraryControl,
    Running,
    Tell,
    library_process,
)
from helhet_door.demo.library_faults import put_together, taken_apart
from helhet_door.demo.people import Person
from helhet_door.words.faults import Faults


def unrelated(port: int, encoding: str = "utf-8") -> Sip2Wrapper:
    client = Sip2Wrapper(
        {"hostName": "127.0.0.1", "hostPort": port, "tlsEnable": False, "hostEncoding": encoding}, False
    )
    client._sip2.log = logging.getLogger("unrelated")  # else it writes a file where it stands
    assert client.connect()
    return client


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp850"])
async def test_an_unrelated_client_logs_in_and_asks(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "password").write_text("long and secret\n")
    options = ("--user", "door", "--password-file", str(tmp_path / "password"), "--encoding", encoding)

    def visit(port: int) -> None:
        client = unrelated(port, encoding)
        assert client.login_device("door", "long and secret")
        assert client.login_patron(RIGHT.card, RIGHT.pin)
        said = client.get_patron_status()
        assert said["variable"]["AE"] == ["Åsa Provmark"]
        assert (said["variable"]["BL"], said["variable"]["CQ"]) == (["Y"], ["Y"])
        sip2 = client._sip2  # the wrapper prefers message 63; 23 is asked by hand
        short = sip2.sip_patron_status_response(sip2.get_response(sip2.sip_patron_status_request()))
        assert short["variable"]["AE"] == ["Åsa Provmark"]
        assert short["fixed"]["PatronStatus"] == "  Y" + " " * 11
        assert not client.login_patron(RIGHT.card, "0000")
        assert not client.login_patron("9999999", RIGHT.pin)
        client.disconnect()

    async with running(tmp_path, *options) as library:
        await asyncio.to_thread(visit, library.port)
        counts = await library.control.counts()
        assert counts.tries == {RIGHT.card: 3, "9999999": 1}
        assert counts.frames == {"93": 1, "99": 1, "63": 3, "23": 1, "35": 1}


async def test_a_wrong_login_is_refused_and_nothing_is_answered_before_one(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret")
    async with running(tmp_path, "--user", "door", "--password-file", str(tmp_path / "password")) as library:
        line = await Raw.to(library.port)
        await line.say("9300CNdoor|COwrong|")
        assert (await line.heard() or b"").startswith(b"940")
        assert await line.heard() == b""
        assert await (await Raw.to(library.port)).ask(RIGHT.card, RIGHT.pin) == b""
        assert (await library.control.counts()).tries == {}


async def test_status_and_information_say_what_is_known_of_a_person(library: Running) -> None:
    line = await Raw.to(library.port)
    assert fields(await line.ask(RIGHT.card, RIGHT.pin))[b"PB"] == b"19900203"
    lost = await line.ask(LOST.card, LOST.pin)
    assert (lost or b"")[2:16] == b"  Y Y         "
    await line.say(f"6300120260727    120000          AOdemo|AA{LOST.card}|AC|AD{LOST.pin}|")
    told = fields(await line.heard())
    assert (told[b"BD"], told[b"BE"], told[b"CQ"]) == (b"Provgatan 1", b"o@example.org", b"Y")
    await line.say(f"6300120260727    120000          AOdemo|AA{RIGHT.card}|")
    assert fields(await line.heard())[b"PA"] == b"20310506"


async def test_an_unknown_card_and_a_wrong_pin_are_no(library: Running) -> None:
    line = await Raw.to(library.port)
    unknown, wrong = fields(await line.ask("123", "1234")), fields(await line.ask(RIGHT.card, "1235"))
    assert (unknown[b"BL"], unknown[b"CQ"]) == (b"N", b"N")
    assert (wrong[b"BL"], wrong[b"CQ"]) == (b"Y", b"N")


async def test_an_empty_pin_passes_only_where_the_system_is_such(tmp_path: Path, library: Running) -> None:
    assert fields(await (await Raw.to(library.port)).ask(RIGHT.card, ""))[b"CQ"] == b"N"
    other = tmp_path / "other"
    other.mkdir()
    async with running(other, "--empty-pin-passes") as lax:
        assert fields(await (await Raw.to(lax.port)).ask(RIGHT.card, ""))[b"CQ"] == b"Y"
        assert (await lax.control.counts()).empty_pins == 1


async def test_lines_end_as_the_dialect_says_and_split_questions_are_heard(tmp_path: Path) -> None:
    async with running(tmp_path, "--newline", "crlf", "--birth-field", "", "--expiry-field", "ZE") as library:
        line = await Raw.to(library.port)
        await line.say(status(RIGHT.card, RIGHT.pin), ending=b"")
        await asyncio.sleep(0.05)
        line.writer.write(b"\r\n")
        first = await line.heard()
        assert b"PB" not in fields(first)
        assert fields(first)[b"ZE"] == b"20310506"
        assert await line.reader.readexactly(1) == b"\n"
        await line.say(status(RIGHT.card, RIGHT.pin), ending=b"\r\n")
        assert await line.heard()


async def test_guesses_are_counted_by_card_on_many_lines_at_once(library: Running) -> None:
    lines = await asyncio.gather(*(Raw.to(library.port) for _ in range(20)))
    await asyncio.gather(*(line.ask(RIGHT.card, f"{number:04d}") for number, line in enumerate(lines)))
    counts = await library.control.counts()
    assert (counts.tries, counts.frames, counts.lines) == ({RIGHT.card: 20}, {"23": 20}, 20)
    await library.control.order(Forgive())
    assert (await library.control.counts()).tries == {}


async def test_people_come_change_and_go_while_it_runs(library: Running) -> None:
    line = await Raw.to(library.port)
    await library.control.people([Person("77", "1"), Person(RIGHT.card, "9")])
    assert fields(await line.ask("77", "1"))[b"CQ"] == b"Y"
    assert fields(await line.ask(RIGHT.card, RIGHT.pin))[b"CQ"] == b"N"
    await library.control.order(Forget(("77",)))
    assert fields(await line.ask("77", "1"))[b"BL"] == b"N"
    await library.control.people([RIGHT], only=True)
    assert (await library.control.order(Tell(people=True))).people == (RIGHT,)


@pytest.mark.usefixtures("library")
async def test_the_control_socket_is_for_its_owner_and_survives_nonsense(tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "control").stat().st_mode) == 0o600
    reader, writer = await asyncio.open_unix_connection(str(tmp_path / "control"))
    writer.write(b'{"type":"put","fault":{"kind":"unheard of"}}\nnonsense\n')
    assert b"not an order" in await reader.readline()
    assert b"not an order" in await reader.readline()
    second = await LibraryControl.connect(tmp_path / "control")
    assert (await second.counts()).tries == {}


async def test_bad_people_stop_it_with_everything_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text('[{"card":"1"},{"card":"2","pin":"3","flags":[14]},{"card":"","pin":"3"}]')
    with pytest.raises(Faults) as wrong:
        people_file.read(tmp_path / "people.json")
    assert len(wrong.value.faults) == 3
    with pytest.raises(ConnectionError, match="code 2"):
        async with library_process(tmp_path / "people.json", tmp_path / "control"):
            pass


def test_made_up_people_are_the_same_for_a_seed_and_all_different(tmp_path: Path) -> None:
    today = dt.date(2026, 3, 1)
    people = people_file.made_up(500, seed=4, today=today)
    assert people == people_file.made_up(500, seed=4, today=today)
    assert len({person.card for person in people}) == 500
    people_file.write(tmp_path / "people.json", people)
    assert people_file.read(tmp_path / "people.json") == people


def test_an_answer_taken_apart_and_put_together_is_the_same() -> None:
    frame = b"24" + b" " * 14 + b"00020260727    120000AOdemo|AA1|AEx|BLY|CQY|AY3AZ"
    frame += calculate_checksum(frame).encode()
    assert put_together(taken_apart(frame)) == frame
