"""A search through every byte of every file: what may not be there is not, and what is over is gone.

The same with 100,000 passages: ``python door/benchmarks/store.py``.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from pathlib import Path

import pytest
from keep_helpers import BRANCH, NOON, Clock, passage

from helhet_door.keep.store import Store

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "store.py"


def search(number: int, folder: Path) -> dict[str, object]:
    spec = importlib.util.spec_from_file_location("store_benchmark", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    found: dict[str, object] = module.privacy(folder, number)
    return found


def check(figures: dict[str, object], number: int) -> None:
    assert figures["passages"] == number
    assert figures["planted found before retention"] == 0
    assert figures["pseudonyms found before retention"] == figures["pseudonyms"], "the search finds what is there"
    assert figures["day keys found before retention"] == figures["day keys"]
    assert figures["pseudonyms found after retention"] == 0
    assert figures["day keys found after retention"] == 0
    assert figures["planted found after retention"] == 0


def test_800_passages(tmp_path: Path) -> None:
    check(search(800, tmp_path), 800)


@pytest.mark.parametrize("guard", ["secure_delete", "vacuum"])
def test_pages_that_were_given_back_hold_nothing(store: Store, path: Path, guard: str, clock: Clock) -> None:
    """Either guard alone is enough for the rows; the byte search above needs both for every page and the log."""
    rows = [passage(NOON - dt.timedelta(days=20)) for _ in range(300)]
    for row in rows:
        store.passage(row)
    store.sent(store.unsent().numbers)
    if guard == "vacuum":
        store._db.execute("PRAGMA secure_delete=OFF")
        store.retain(NOON)
    else:
        with store._writing() as db:
            db.execute("DELETE FROM passages")
        store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    data = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert not any((row.tag or "-").encode() in data for row in rows)
    assert Store.open(path, clock, BRANCH).rules() is None
