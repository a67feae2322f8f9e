"""Cases that several tests share: the embedded town, and a small one of its own kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from helhet.case.case import Case
from helhet.case.read import embedded, read_case
from helhet.case.template import new_case
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations


@pytest.fixture(scope="session")
def skelleftea() -> Case:
    """The embedded case."""
    return read_case(embedded("skelleftea"), declarations(pieces()))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The case that `helhet new` makes: a couple of thousand residents in three districts."""
    folder = Path(tmp_path_factory.mktemp("case")) / "town"
    new_case(folder, "en", declarations(pieces()))
    return read_case(folder, declarations(pieces()))
