"""One demonstration and one browser for all tests of this folder: each takes seconds to start."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from demo.demo_process import Demo, alive, family, running, stop

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration that is played with."""
    with running(tmp_path_factory.mktemp("demo") / "played") as found:
        yield found
        processes = family(found.process.pid)
        assert stop(found) == 0  # SIGTERM
    assert not any(alive(pid) for pid in processes)


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium; playwright's own where the system has none."""
    from playwright.sync_api import sync_playwright

    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()
