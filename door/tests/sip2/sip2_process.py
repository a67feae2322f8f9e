"""A real server in a process of its own, and waiting for something to come true."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from staging.patience import within

HERE = Path(__file__).parent


class Process:
    """A server in a process of its own, which can be killed and started again (pysip2: at the same port)."""

    def __init__(self, *options: str, script: str = "sip2_pysip2.py") -> None:
        self.options = options
        self.script = script
        self.port = 0
        self.start()

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = [sys.executable, str(HERE / self.script), "--port", str(self.port), *self.options]
        self.running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.running.stdout is not None
        self.port = int(self.running.stdout.readline())

    def kill(self) -> None:
        """As a power cut does."""
        self.running.kill()
        self.running.communicate()


async def until(true: Callable[[], bool], seconds: float) -> float:
    """Wait until it is true, and return how long that took; fails after ``seconds``."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within(seconds), "it never came"
        await asyncio.sleep(0.005)
    return time.monotonic() - began
