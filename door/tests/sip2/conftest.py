"""What the tests of the line share: a system in a process of its own, and lines that are stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from sip2_process import Process, until

from helhet_door.sip2 import Library, Line
from helhet_door.words.clock import SystemClock

OpenLine = Callable[..., Awaitable[Line]]


@pytest.fixture
def process() -> Iterator[Callable[..., Process]]:
    """Start pysip2, or another script, with options."""
    started: list[Process] = []

    def start(*options: str, **script: str) -> Process:
        started.append(Process(*options, **script))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def password(tmp_path: Path) -> str:
    """The file with the password of our account."""
    file = tmp_path / "password"
    file.write_text("hemlig\n", encoding="utf-8")
    file.chmod(0o600)
    return str(file)


@pytest.fixture
async def line(password: str) -> AsyncIterator[OpenLine]:
    """Start a line with settings, by default logged in and with one connection; wait until it is up, if it shall be."""
    started: list[Line] = []

    async def start(port: int, up: bool = True, **settings: object) -> Line:
        own = {"host": "127.0.0.1", "user": "dörr", "password_file": password, "institution": "SKE", "lines": 1}
        made = Line(Library(port=port, **(own | settings)), SystemClock())
        started.append(made)
        await made.start()
        if up:
            await until(lambda: made.up, 5)
        return made

    yield start
    for made in started:
        await made.stop()
