"""The settings: all that is wrong, at once, with a cure; and one look at the system that says what is wrong there."""

from __future__ import annotations

import msgspec
import pytest
from sip2_process import until
from sip2_scripted import Scripted, on_line, sealed, silent, yes

from helhet_door.sip2 import Library, Line
from helhet_door.sip2.check import check
from helhet_door.sip2.library import open_secrets
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.clock import SystemClock
from helhet_door.words.faults import Faults


def wrong(library: Library) -> list[str]:
    """Where it is wrong."""
    with pytest.raises(Faults) as found:
        open_secrets(library, "box.toml")
    assert all(fault.cure and fault.file == "box.toml" for fault in found.value.faults)
    return [fault.where for fault in found.value.faults]


def test_all_faults_at_once():
    library = Library(
        host=" sip",
        port=0,
        user="dörr",
        institution="a|b",
        location="陳",
        encoding="latin-1",
        birth_field="pb",
        expiry_field="P",
        language="sv",
        zone="Europe/Nowhere",
        lines=0,
        beat_seconds=3,
        connect_seconds=4.5,
        retry_first_seconds=0,
    )
    keys = {"host", "port", "lines", "user", "institution", "location", "expiry_field", "birth_field", "language"}
    keys |= {"zone", "retry_first_seconds", "beat_seconds", "retry_seconds"}
    assert set(wrong(library)) == keys


@pytest.mark.parametrize(("text", "mode"), [("", 0o600), ("hemlig", 0o644), ("a|b", 0o600), ("a\nb", 0o600)])
def test_a_password_file_holds_one_line_for_us_alone(tmp_path, text, mode):
    file = tmp_path / "password"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    assert wrong(Library("127.0.0.1", 6001, user="u", password_file=str(file))) == ["password_file"]
    assert wrong(Library("127.0.0.1", 6001, user="u", password_file=str(tmp_path / "none"))) == ["password_file"]


def test_a_password_is_never_in_a_fault(tmp_path):
    file = tmp_path / "password"
    file.write_text("hemlig|å", encoding="utf-8")
    file.chmod(0o644)
    with pytest.raises(Faults) as found:
        open_secrets(Library("127.0.0.1", 6001, user="u", password_file=str(file)))
    assert "hemlig" not in str(found.value)


def test_the_text_of_settings_and_secrets_holds_no_password(password):
    library = Library("127.0.0.1", 6001, user="dörr", password_file=password)
    secrets = open_secrets(library)
    assert secrets.password == "hemlig"
    assert "hemlig" not in repr(library) + repr(secrets)


def test_a_misspelt_key_is_not_passed_over():
    with pytest.raises(msgspec.ValidationError, match="checksum"):
        msgspec.convert({"host": "h", "port": 1, "checksum": False}, Library)


async def test_start_raises_what_is_wrong():
    with pytest.raises(Faults):
        await Line(Library("", 0), SystemClock()).start()


async def test_a_stopped_line_leaves_nothing_open(line):
    async with Scripted(on23=yes) as server:
        made = await line(server.port, lines=3)
        told: list[bool] = []
        made.watch(told.append)
        await made.stop()
        await until(lambda: not server.talks, 1)
        assert not made.up
        assert told == []
        assert await made.ask("20010001", "1", 0.1) == Answer(Kind.SILENT)


async def test_a_name_is_looked_up(line):
    async with Scripted(on23=yes) as server:
        made = await line(server.port, host="localhost")
        assert (await made.ask("20010001", "1", 1)).known is True


async def test_a_name_that_is_nowhere(line):
    made = await line(6001, up=False, host="nowhere.invalid", connect_seconds=0.2)
    assert await made.ask("20010001", "1", 0.3) == Answer(Kind.SILENT)


LOOKS = {
    "well": ({}, []),
    "refused": ({"on93": lambda r: sealed(b"940", r.sequence)}, ["user"]),
    "hangs": ({"on93": silent}, ["host"]),
    "not on line": ({"on99": lambda r: sealed(b"98N" + on_line(r)[3:-10], r.sequence)}, ["host"]),
    "without checksums": ({"on93": lambda _: b"941\r"}, ["checksums"]),
    "something else": ({"on93": lambda _: b"HTTP/1.1 400 Bad Request\r\n"}, ["checksums"]),
    "another message": ({"on93": on_line}, ["host"]),
}


@pytest.mark.parametrize("name", LOOKS)
async def test_one_look_says_what_is_wrong(password, name):
    says, where = LOOKS[name]
    async with Scripted(**says) as server:
        library = Library("127.0.0.1", server.port, user="dörr", password_file=password, login_seconds=0.2)
        assert [fault.where for fault in await check(library, SystemClock())] == where


async def test_one_look_at_nothing(password):
    library = Library("127.0.0.1", 1, user="dörr", password_file=password)
    (fault,) = await check(library, SystemClock(), "box.toml")
    assert "does not answer on this port" in str(fault)
