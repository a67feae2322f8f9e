"""A branch on a stage: simulated readers, a library system, the service and a centre, each with a socket of its own."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from staging.hub import Hub, until

from helhet_door.demo.library_control import LibraryControl, Running, library_process
from helhet_door.demo.people import Person, write
from helhet_door.demo.reader_control import Control
from helhet_door.rules.model import Agreement, Day, Lists, Rules, Settings, Span, Times, Week
from helhet_door.words.events import Meaning
from helhet_door.words.tags import list_tag

BRANCH = "ursviken"
ALWAYS = Day(open_plus=(Span(0, 1440),))
NEVER = Day()
INPUTS = (
    Meaning.CONTACT,
    Meaning.EXIT_BUTTON,
    Meaning.MOTION,
    Meaning.FIRE,
    Meaning.ALARM_READY,
    Meaning.ALARM_ARMED,
    Meaning.ENTRY_COUNTED,
    Meaning.EXIT_COUNTED,
)


def open_always(**changes) -> Settings:
    """A branch that never closes; ``changes`` are fields of Settings."""
    week = Week((ALWAYS,) * 7)
    settings = Settings(BRANCH, {"sv": "Ursviken"}, "ursviken", week, warn_minutes=())
    return msgspec.structs.replace(settings, **changes)


def rules_for(settings: Settings, lists: Lists | None = None) -> Rules:
    """Rules with any serial: the hub gives them the next."""
    return Rules(1, "2019-05-14T00:00:00Z", settings, lists or Lists())


class Stage:
    """What a test can reach: everything around the service, and the service's process."""

    def __init__(self, folder: Path, doors: int) -> None:
        self.folder = folder
        self.doors = doors
        self.hub = Hub(folder)
        self.list_key = secrets.token_bytes(32)
        self.readers: Control
        self.library: LibraryControl
        self.reader_process: asyncio.subprocess.Process
        self.library_pid = self.library_port = 0
        self.process: asyncio.subprocess.Process | None = None
        self.program = Path(__file__).with_name("box_process.py")
        self.offset = 0.0
        self.offsets: list[float] = []  # all that there were
        self.set_clock()

    # The clock

    def set_clock(self, offset: float | None = None, kept: bool = True) -> None:
        """Move the service's wall clock by so many seconds from the machine's."""
        self.offset = self.offset if offset is None else offset
        self.offsets.append(self.offset)
        new = self.folder / "clock.new"
        new.write_text(f"{self.offset} {'kept' if kept else 'free'}")
        new.replace(self.folder / "clock")

    def set_time(self, now: dt.datetime) -> None:
        """Move the service's wall clock to ``now``."""
        self.set_clock((now - dt.datetime.now(dt.UTC)).total_seconds())

    # The service

    async def start(self) -> None:
        """Start the service and wait until it holds its readers."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(self.program),
            str(self.folder / "box.toml"),
            str(self.folder / "clock"),
            stdout=asyncio.subprocess.PIPE,
            stderr=(self.folder / "service.log").open("ab"),
        )
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        assert line == b"ready\n", (self.folder / "service.log").read_text()

    async def stop(self) -> int:
        """Ask it to stop; its exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
        return await self.process.wait()

    async def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def secure(self, seconds: float = 10.0) -> None:
        """Wait until every reader is in secure channel, and believed."""

        def all_secure() -> bool:
            last = self.hub.last
            return (
                last is not None and len(last.health.doors) == self.doors and all(d.secure for d in last.health.doors)
            )

        await until(all_secure, seconds)
        await asyncio.sleep(2.1)

    # What is on the disk and at the door

    def rows(self, query: str, *values) -> list[tuple]:
        """Ask the service's database, from outside."""
        with closing(sqlite3.connect(f"file:{self.folder}/state/door.sqlite?mode=ro", uri=True)) as db:
            return db.execute(query, values).fetchall()

    def reasons(self) -> list[str]:
        """The reasons of every passage, in the order in which they were stored."""
        return [row[0] for row in self.rows("SELECT reason FROM passages ORDER BY rowid")]

    def kinds(self, door: str | None = None) -> list[tuple[str, str]]:
        """Kind and detail of every happening, in order."""
        rows = self.rows("SELECT kind, detail, door FROM happenings ORDER BY rowid")
        return [(kind, detail) for kind, detail, at in rows if door is None or at == door]

    async def visit(self, card: str, keys: str, reader: int = 1, seconds: float = 5.0) -> str:
        """Show a card, press keys, and wait for the row; its reason."""
        before = len(self.reasons())
        await self.readers.card(card, reader)
        await self.readers.keys(keys, reader)
        await until(lambda: len(self.reasons()) > before, seconds)
        await self.idle(reader)
        return self.reasons()[before]

    async def idle(self, reader: int = 1) -> None:
        """Wait until the door takes a new visit: till a refusal is shown it is busy."""
        before = self.hub.reports
        name = f"door{reader_name(self, reader)}"

        def free() -> bool:
            last = self.hub.last
            if last is None or self.hub.reports < before + 2:
                return False
            return all(door.state not in ("pin", "ask", "commit") for door in last.health.doors if door.door == name)

        await until(free, 5.0)

    async def relay(self, reader: int = 1) -> bool:
        """Whether the lock's relay is on now."""
        return any(change.on for change in [c for c in await self.readers.changes(reader) if c.output == 0][-1:])


@asynccontextmanager
async def staged(
    folder: Path,
    people: Iterable[Person] = (),
    doors: int = 1,
    rules: Rules | None = None,
    box: str = "",
    library: Sequence[str] = (),
    start: bool = True,
    line: str = "",
    library_system: Callable[..., AbstractAsyncContextManager[Running]] = library_process,
) -> AsyncIterator[Stage]:
    """A stage with everything running. ``box`` is added to box.toml; ``library`` are options of the library system.

    ``line`` is added to box.toml's [library]; ``library_system`` starts the library system.
    """
    stage = Stage(folder, doors)
    write(folder / "people.json", people)
    async with AsyncExitStack() as stack:
        await stage.hub.start()
        stack.push_async_callback(stage.hub.stop)
        if rules is not None:
            stage.hub.enforce(rules)
        running = await stack.enter_async_context(
            library_system(folder / "people.json", folder / "library.sock", *library)
        )
        stage.library, stage.library_pid, stage.library_port = running.control, running.pid, running.port
        _keys(stage)
        (folder / "box.toml").write_text(_box(stage, running.port, box, line))
        await stack.enter_async_context(_readers(stage))
        if start:
            await stage.start()
        try:
            yield stage
        finally:
            if stage.process is not None and stage.process.returncode is None:
                await asyncio.wait_for(stage.stop(), 10)


@asynccontextmanager
async def _readers(stage: Stage) -> AsyncIterator[None]:
    stage.reader_process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "helhet_door.demo.reader", "--link", str(stage.folder / "tty")),
        *("--key-file", str(stage.folder / "keys" / "reader"), "--control", str(stage.folder / "readers.sock")),
        *("--readers", str(stage.doors)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert stage.reader_process.stdout is not None
        assert await stage.reader_process.stdout.readline() == b"ready\n"
        stage.readers = await Control.connect(stage.folder / "readers.sock")
        yield
        await stage.readers.close()
    finally:
        if stage.reader_process.returncode is None:
            stage.reader_process.terminate()
        await stage.reader_process.wait()


def reader_name(stage: Stage, number: int) -> str:
    return f"-{number}" if stage.doors > 1 else ""


def _keys(stage: Stage) -> None:
    keys = stage.folder / "keys"
    keys.mkdir(mode=0o700)

    def secret(name: str, text: str) -> None:
        (keys / name).touch(mode=0o600)
        (keys / name).write_text(text)

    secret("list.key", stage.list_key.hex())
    secret("limit.key", secrets.token_hex(32))
    secret("token", "token-of-the-test")
    public = stage.hub.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    secret("centre.pub", public.hex())
    for number in range(1, stage.doors + 1):
        secret(f"reader{reader_name(stage, number)}", secrets.token_hex(16))


def _box(stage: Stage, port: int, more: str, line: str) -> str:
    doors = "".join(_door(stage, number) for number in range(1, stage.doors + 1))
    return f"""
branch = "{BRANCH}"
{more}
[keys]
list_file = "keys/list.key"
limit_file = "keys/limit.key"
[library]
host = "127.0.0.1"
port = {port}
{line}
[centre]
url = "http://127.0.0.1:{stage.hub.port}"
token_file = "keys/token"
public_key_file = "keys/centre.pub"
every_seconds = 0.2
{doors}"""


def _door(stage: Stage, number: int) -> str:
    name = reader_name(stage, number)
    inputs = "\n".join(f'{at} = "{meaning}"' for at, meaning in enumerate(INPUTS))
    return f"""
[[doors]]
door = "door{name}"
device = "{stage.folder}/tty{name}"
baud = 115200
key_file = "keys/reader{name}"
card_format = "ascii"
[doors.inputs]
{inputs if number == 1 else '0 = "contact"'}
[doors.outputs]
lock = 0
alarm_arm = 1
"""


def member(stage: Stage, person: Person, **changes) -> tuple[str, Agreement]:
    """The agreement of a person, as it stands in the lists."""
    return list_tag(stage.list_key, person.card), Agreement(1, **changes)


def members(stage: Stage, people: Iterable[Person]) -> Lists:
    """Lists in which all of them have a plain agreement."""
    return Lists(agreements=dict(member(stage, person) for person in people))


QUICK = Times(ask=0.8)
