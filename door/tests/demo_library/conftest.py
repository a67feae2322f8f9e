"""A library system that runs while a test does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from raw_line import running

from helhet_door.demo.library_control import Running


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as library:
        yield library
