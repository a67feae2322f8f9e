"""``helhet door demo``: start a whole branch and a page to play with it, and stop all of it again."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

import typer

from helhet_door.demo import founding
from helhet_door.demo.branch import opened
from helhet_door.demo.founding import Place
from helhet_door.demo.texts import Texts, texts
from helhet_door.service.single import Single
from helhet_door.words.faults import Fault, Faults

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_SOCKET = 100  # bytes of a Unix socket's path: Linux takes 107


class Stop:
    """The wish to stop: heard once, for an impatient second Ctrl-C must not stop the stopping."""

    def __init__(self) -> None:
        self.asked = False
        self.task: asyncio.Task[None] | None = None

    def ask(self, *_: object) -> None:
        """A signal has come (signal(7)); from any point of the program."""
        if not self.asked:
            self.asked = True
            if self.task is not None:
                self.task.get_loop().call_soon_threadsafe(self.task.cancel)


def play(port: int, folder: Path | None, language: str) -> None:
    """Start everything, say where the page is, and go on until SIGINT, SIGTERM or SIGHUP.

    ``folder`` is kept and can be played on with; None: one that is removed. Raises :class:`Faults`.
    """
    said = texts(language)
    with ExitStack() as stack:
        stop = stack.enter_context(_signals())
        listening = stack.enter_context(_listen(port))
        run = _short_folder(stack)
        place = stack.enter_context(_place(folder, run))
        asyncio.run(_until_stopped(place, run, listening, said, stop))
    if folder is not None:
        typer.echo(said.say("terminal", "kept", folder=folder))


async def _until_stopped(place: Place, run: Path, listening: socket.socket, said: Texts, stop: Stop) -> None:
    """Everything from the first process to the last; a signal at any time stops it."""
    stop.task = asyncio.current_task()
    with contextlib.suppress(asyncio.CancelledError):
        if not stop.asked:
            await _play(place, run, listening, said)
    typer.echo(said.say("terminal", "stopped"))


async def _play(place: Place, run: Path, listening: socket.socket, said: Texts) -> None:
    began = time.monotonic()

    def say(word: str) -> None:
        typer.echo(f"{time.monotonic() - began:5.1f} s  {said.say('terminal', word)}")

    typer.echo(said.say("terminal", "begins"))
    made = founding.look(place.folder)
    async with opened(place, run, made, said.language, say) as branch:
        page = (await asyncio.to_thread(_page)).Page(branch, listening)
        await page.start()
        try:
            await branch.playable(lambda: say("wait"))
            typer.echo(said.say("terminal", "ready", address=page.address))
            await asyncio.Event().wait()
        finally:
            typer.echo(said.say("terminal", "stops"))
            await page.stop()


def _page() -> ModuleType:
    """The page's module: it takes a second to load, in which the other parts get on."""
    return import_module("helhet_door.demo.page")


@contextmanager
def _signals() -> Iterator[Stop]:
    """Signals ask to stop, until everything has been cleared away."""
    stop = Stop()
    before = {each: signal.signal(each, stop.ask) for each in STOPS}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def _listen(port: int) -> Iterator[socket.socket]:
    """Loopback's ``port``, taken before anything is started. Raises :class:`Faults` where somebody else has it."""
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except (OSError, OverflowError):
        cure = "Stop what listens there, or name another port; 0 takes a free one."
        raise Faults([Fault("--port", "the port", str(port), "is in use, or no port", cure)]) from None
    with listening:
        yield listening


@contextmanager
def _place(folder: Path | None, run: Path) -> Iterator[Place]:
    """The folder to play in, held against a second demonstration."""
    place = Place(run / "all" if folder is None else folder.resolve())
    try:
        place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        single = Single(place.folder)
    except OSError as error:
        cure = "Name a folder that can be written to."
        raise Faults(
            [Fault("--folder", "the folder", str(folder), f"cannot be used ({error.strerror})", cure)]
        ) from None
    try:
        yield place
    finally:
        single.release()


def _short_folder(stack: ExitStack) -> Path:
    """A folder for sockets, whose paths must be short; it is removed with everything in it."""
    run = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="helhet-door-", ignore_cleanup_errors=True)))
    if len(bytes(run / "library.sock")) > LONGEST_SOCKET:
        fault = Fault(
            "TMPDIR", "the folder", str(run), "has too long a path for a socket", "Set TMPDIR to a short one."
        )
        raise Faults([fault])
    return run
