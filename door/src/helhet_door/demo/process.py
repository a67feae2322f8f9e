"""A part of the demonstration as a process of its own, with a log of its own.

Each is a process group of its own, so that Ctrl-C reaches the demonstration alone, which then stops them in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path

from helhet_door.words.faults import Fault, Faults

PATIENCE = 5.0  # seconds to stop when asked to; then it is killed
START = 30.0  # seconds to say the first word


class Part:
    """``module`` is what has the ``main`` to run; ``log`` is where its words go."""

    def __init__(self, name: str, module: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._module = module
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.returncode is None

    async def start(self, *arguments: str, environment: dict[str, str] | None = None) -> None:
        """Start the process."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", self._code(), *arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                process_group=0,
                env={**os.environ, **(environment or {})},
            )

    def _code(self) -> str:
        return f"from helhet_door.demo.tied import tie; tie({os.getpid()}); from {self._module} import main; main()"

    async def first_word(self) -> str:
        """The first line that it prints. Raises :class:`Faults` where it ends, or says nothing in time."""
        assert self._process is not None
        assert self._process.stdout is not None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START):
                line = await self._process.stdout.readline()
            if line:
                return line.decode().strip()
        raise self.failed()

    def failed(self) -> Faults:
        """What to say of a part that did not start: the last that it said itself."""
        said = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        code = "silent" if self._process is None or self._process.returncode is None else str(self._process.returncode)
        cure = said[-1] if said else "It said nothing."
        return Faults([Fault(str(self.log), self.name, code, "did not start", cure)])

    async def ended(self) -> int:
        """Wait for its end; the exit code."""
        assert self._process is not None
        return await self._process.wait()

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def stop(self) -> None:
        """Ask it to end, and end it where it does not."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()
