"""The line against invenio-sip2, an implementation with nothing in common with ours, in an environment of its own.

It needs ``redis-server`` and, in HELHET_DOOR_INVENIO_PYTHON, a Python with ``invenio-sip2==1.0.0`` and with what that
forgets to ask for (docs/door/connect.md).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sip2_process import HERE, until

from helhet_door.words.answers import Answer, Kind

pytestmark = pytest.mark.outside
PYTHON = "HELHET_DOOR_INVENIO_PYTHON"


@pytest.fixture(scope="module")
def invenio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a running server."""
    python, redis = os.environ.get(PYTHON, ""), shutil.which("redis-server")
    assert Path(python).is_file(), f"set {PYTHON} to a Python that has invenio-sip2"
    assert redis, "install redis-server"
    folder = tmp_path_factory.mktemp("invenio")
    store, port = free_port(), free_port()
    redis_options = ["--port", str(store), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with (
        running([redis, *redis_options, "--dir", str(folder)], folder / "redis.log", store),
        running([python, str(HERE / "sip2_invenio.py"), str(port), str(store)], folder / "sip2.log", port),
    ):
        yield port


@contextlib.contextmanager
def running(command: list[str], log: Path, port: int) -> Iterator[None]:
    """Run a server until the end of the block; it must listen within twenty seconds."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.1):
                break
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        else:
            pytest.fail(log.read_text())
        yield
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def test_every_kind_of_person(invenio, line):
    """With 63 a PIN is looked at; BL comes only where a handler of its own adds it, and what is missing is no."""
    made = await line(invenio, user="door", message="63")
    yes = Answer(Kind.ANSWERED, known=True, pin_right=True)
    assert await made.ask("TOLD-1", "4321", 1.5) == yes
    assert await made.ask("TOLD-1", "1111", 1.5) == Answer(Kind.ANSWERED, known=True, pin_right=False)
    assert await made.ask("20010001", "4321", 1.5) == Answer(Kind.ANSWERED, known=None, pin_right=True)
    assert await made.ask("20010009", "4321", 1.5) == Answer(Kind.ANSWERED, known=None, pin_right=False)
    assert (await made.ask("LOST-1", "1111", 1.5)).flags == {4}


async def test_with_23_it_looks_at_no_pin_and_says_neither_yes_nor_no(invenio, line):
    made = await line(invenio, user="door")
    assert await made.ask("TOLD-1", "4321", 1.5) == Answer(Kind.ANSWERED, known=None, pin_right=None)


async def test_forty_questions_on_four_lines(invenio, line):
    made = await line(invenio, user="door", message="63", lines=4, beat_seconds=0.2)
    for turn in range(40):
        right = turn % 2 == 0
        assert (await made.ask("TOLD-1", "4321" if right else "0", 1.5)).pin_right is right


async def test_a_refused_login(invenio, line):
    made = await line(invenio, up=False, user="somebody")
    await until(lambda: made.trouble == "login_refused", 5)
    assert not made.up


async def test_a_handler_that_raises_is_silence_and_then_it_goes_on(invenio, line):
    made = await line(invenio, user="door", message="63")
    assert await made.ask("RAISES-1", "4321", 0.5) == Answer(Kind.SILENT)
    await until(lambda: made.up, 5)
    assert (await made.ask("TOLD-1", "4321", 1.5)).pin_right is True
