"""An empty store and its clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from keep_helpers import BRANCH, Clock

from helhet_door.keep.store import Store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "box" / "box.sqlite"


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[Store]:
    store = Store.open(path, clock, BRANCH)
    yield store
    store.close()
