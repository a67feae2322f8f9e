"""The store in a thread of its own: a slow disk may hold up a row, never the timers of a door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Storing:
    """Runs every call on one thread, in the order in which it was asked."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def do(self, call: Callable[[], T]) -> T:
        """What ``call`` returns or raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def close(self) -> None:
        """Finish what was asked."""
        self._thread.shutdown(wait=True)
