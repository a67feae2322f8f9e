"""The address of a host. A name server that hangs holds one thread, not the pool that others work in."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor

from helhet_door.sip2.trouble import Broken, Why


class Names:
    """Looks up one host, one look-up at a time, however many wait for it."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="names")
        self._asked: asyncio.Future[str] | None = None

    async def address(self, seconds: float) -> str:
        """The host's address within ``seconds``; raises ``Broken``. An address is its own, and costs nothing."""
        if _is_address(self._host):
            return self._host
        if self._asked is None or self._asked.done():
            self._asked = asyncio.get_running_loop().run_in_executor(self._thread, _look_up, self._host)
        try:
            async with asyncio.timeout(seconds):  # wait_for could swallow a cancellation before Python 3.12
                return await asyncio.shield(self._asked)
        except (OSError, UnicodeError, TimeoutError):
            raise Broken(Why.NO_NAME) from None

    def close(self) -> None:
        """Let the thread go; a look-up under way ends by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _look_up(host: str) -> str:
    return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
