"""The demonstration as a process, as a person starts it; what it leaves behind, and what it does when asked."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from staging.patience import within

from helhet_door.demo.founding import Place
from helhet_door.demo.rows import Rows, read

COMMAND = (sys.executable, "-c", "from helhet_door.command import main; main()", "demo")
START = 60.0  # seconds on a busy machine


class Demo:
    """A demonstration that is running in ``folder``."""

    def __init__(self, process: subprocess.Popen[str], folder: Path, address: str, said: list[str]) -> None:
        self.process = process
        self.place = Place(folder)
        self.address = address
        self.said = said

    @property
    def origin(self) -> str:
        """Without the language."""
        return self.address.rsplit("/", 1)[0]

    def do(self, deed: str, how: str = "", **headers: str) -> tuple[int, str]:
        """Ask for a deed as the page does; status and what is said."""
        body = json.dumps({"do": deed, "how": how}).encode()
        sent = {"Origin": self.origin, "Content-Type": "application/json", **headers}
        request = urllib.request.Request(f"{self.address}/do", body, sent)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, json.load(answer)["said"]
        except urllib.error.HTTPError as refused:
            text = refused.read()
            return refused.code, json.loads(text)["said"] if text else ""

    def now(self) -> dict[str, Any]:
        """The first thing that the page is told."""
        with urllib.request.urlopen(f"{self.address}/events", timeout=5) as events:
            found: dict[str, Any] = json.loads(events.readline().removeprefix(b"data: "))
            return found

    def rows(self) -> Rows:
        """What the service has stored."""
        return until(lambda: read(self.place.rows))

    def visit(self, who: str, how: str = "right") -> str:
        """Show a card, type its PIN and wait for the row; its reason."""
        passages = self.rows().passages
        before = passages[0].number if passages else 0
        until(lambda: self.do("card", who)[0] == 200, 5)  # till a refusal is shown, the door is busy
        assert self.do("pin", how)[0] == 200

        def new() -> str | None:
            found = self.rows().passages
            return found[0].reason if found and found[0].number > before else None

        return until(new, 10)

    def service(self) -> int:
        """The service's process; 0 while there is none."""
        return next((pid for pid in family(self.process.pid) if "box.toml" in command_line(pid)), 0)


def until(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Wait for a condition; what it gave."""
    end = time.monotonic() + within(seconds)
    while not (found := condition()):
        assert time.monotonic() < end, f"it did not come within {within(seconds)} s"
        time.sleep(0.05)
    return found


def start(folder: Path, *options: str) -> Demo:
    """Start one in ``folder`` and wait until it says where it is.

    Its sockets lie in a folder with a short path, which is removed when the tests end: kill -9 leaves it behind.
    """
    run = Path(tempfile.mkdtemp(prefix="play-"))
    atexit.register(shutil.rmtree, run, ignore_errors=True)
    process = subprocess.Popen(
        (*COMMAND, "--port", "0", "--folder", str(folder), *options),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(run)},
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/(sv|en)", line):
            return Demo(process, folder, found[0], said)
    raise AssertionError(f"it ended with {process.wait()}: {''.join(said)}")


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Demo]:
    """A demonstration that is stopped afterwards, whatever becomes of the test."""
    demo = start(folder, *options)
    try:
        yield demo
    finally:
        stop(demo)


def stop(demo: Demo, number: int = signal.SIGTERM) -> int:
    """Stop it; its exit code."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(demo.process.pid, number)
    code = demo.process.wait(20)
    if demo.process.stdout is not None:
        demo.process.stdout.close()
    return code


def family(pid: int) -> list[int]:
    """The processes that ``pid`` has started and that still run, and theirs."""
    found = []
    for child in children(pid):
        found += [child, *family(child)]
    return found


def children(pid: int) -> list[int]:
    """The processes whose parent is ``pid``."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(each) for task in tasks for each in (task / "children").read_text().split()]
    except OSError:
        return []


def alive(pid: int) -> bool:
    """Whether it runs; a process that has ended and that nobody has asked about yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def command_line(pid: int) -> str:
    """How it was started."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
