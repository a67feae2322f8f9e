"""The page as a process: waitress in front of the application, and the hourly housekeeping beside it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import waitress

from helhet_door.centre import housekeeping
from helhet_door.centre.app import create_app
from helhet_door.centre.box import LARGEST
from helhet_door.centre.config import read
from helhet_door.words.clock import Clock, SystemClock
from helhet_door.words.faults import Fault, Faults

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
THREADS = 8


def serve(folder: Path, host: str = "127.0.0.1", port: int = 8080, clock: Clock | None = None) -> None:
    """Serve the centre in ``folder`` until the process is stopped.

    Raises :class:`Faults` where its files are not in order, or where ``host`` is not this computer alone and no address
    and proxy are set: passwords do not go over an open line.
    """
    settings = read(folder)
    if host not in LOOPBACK and not settings.address:
        cure = "Set address and proxy in centre.toml, or serve 127.0.0.1"
        raise Faults(
            [Fault("centre.toml", "address", host, "is not this computer, and the line is not encrypted", cure)]
        )
    app = create_app(folder, clock or SystemClock())
    stop = threading.Event()
    cleaner = threading.Thread(
        target=housekeeping.run, args=(app.extensions["helhet_desk"], stop), name="housekeeping", daemon=True
    )
    cleaner.start()
    try:
        waitress.serve(app, host=host, port=port, **_options(settings.proxy))
    finally:
        stop.set()
        cleaner.join(timeout=10)


def _options(proxy: str) -> dict[str, Any]:
    """What waitress is told. Headers of who is in front are believed only from the proxy that the settings name."""
    options: dict[str, Any] = {"threads": THREADS, "max_request_body_size": LARGEST, "ident": None}
    if proxy:
        options |= {
            "trusted_proxy": proxy,
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"},
            "clear_untrusted_proxy_headers": True,
        }
    return options
