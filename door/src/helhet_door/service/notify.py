"""Tell systemd, where it runs us, that we are ready and alive (the protocol of sd_notify(3))."""

from __future__ import annotations

import os
import socket


def notify(word: str) -> None:
    """Send ``word``; does nothing where nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        try:
            line.sendto(word.encode("ascii"), address)
        except OSError:
            return
