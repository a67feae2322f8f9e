"""A centre in a folder, with a user of each role; and clients that log in as a browser would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from centre_town import Town, make
from flask.testing import FlaskClient


@pytest.fixture(scope="session")
def made_centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre to be copied."""
    return make(tmp_path_factory.mktemp("made") / "centre")


@pytest.fixture
def town(tmp_path: Path, hand_clock, made_centre: Path) -> Town:
    """A centre with two branches and users of every role."""
    return Town(tmp_path / "centre", hand_clock, made_centre)


@pytest.fixture
def client(town: Town) -> Callable[[str], FlaskClient]:
    """A browser in which the user of that name is logged in; "" is nobody."""
    return town.client
