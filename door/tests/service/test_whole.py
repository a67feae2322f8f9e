"""A database that is taken away or damaged under a running service is found, told and begun anew."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3

import pytest
from staging.hub import until

from helhet_door.keep.faults import FaultKind, StoreFault
from helhet_door.keep.store import Store
from helhet_door.service.records import Records, _hopeless
from helhet_door.service.whole import Whole
from helhet_door.words.rows import Kind

PAGE = 4096


class Box:
    """A store with some rows, and its records."""

    def __init__(self, folder, clock) -> None:
        self.path = folder / "store" / "door.sqlite"
        self.store = Store.open(self.path, clock, "ursviken")
        self.records = Records(self.store, self.path, clock, lambda: None)

    async def rows(self, many: int) -> None:
        for _ in range(many):
            self.records.happening("main", Kind.DOOR_HELD, "open too long")
        await until(lambda: not self.records._following)

    def kinds(self) -> list[str]:
        with sqlite3.connect(self.path) as db:
            return [row[0] for row in db.execute("SELECT kind FROM happenings ORDER BY rowid")]


@pytest.fixture
async def box(tmp_path, hand_clock):
    box = Box(tmp_path, hand_clock)
    await box.rows(40)
    yield box
    await box.records.close()


async def _begun_anew(box: Box) -> None:
    await until(lambda: box.records._mending is not None and box.records._mending.done())
    await box.rows(1)
    assert box.records.fault is None
    await box.records.look(deep=True)
    assert box.records.fault is None


async def test_nothing_is_found_where_all_is_well(box: Box) -> None:
    for deep in (False, True):
        await box.records.look(deep)
    assert box.records.fault is None
    assert box.records._mending is None


async def test_a_deleted_database_is_found_at_the_next_look(box: Box) -> None:
    box.path.unlink()
    await box.records.look(deep=False)
    assert box.records.fault is FaultKind.CORRUPT  # nobody is let in on a row in a file that has no name
    await _begun_anew(box)
    assert Kind.STORE.value in box.kinds()
    assert box.kinds().count(Kind.DOOR_HELD.value) == 41, "SQLite held it still, and nothing is lost"


async def test_where_a_deleted_database_cannot_be_written_anew_it_is_tried_until_it_can(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = 0

    def full(_: Store) -> bool:
        nonlocal tried
        tried += 1
        raise StoreFault(FaultKind.FULL)

    box.path.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(Store, "rescue", full)
        await box.records.look(deep=False)
        await until(lambda: tried > 1)
    assert not box.path.exists()
    await _begun_anew(box)
    assert box.kinds().count(Kind.DOOR_HELD.value) == 41


async def test_a_deleted_log_is_found_and_what_was_in_it_is_kept(box: Box) -> None:
    os.unlink(f"{box.path}-wal")
    await box.records.look(deep=False)
    assert box.records.fault is FaultKind.CORRUPT
    await _begun_anew(box)
    assert box.kinds().count(Kind.DOOR_HELD.value) == 41


async def test_overwritten_pages_are_found_at_a_deep_look(box: Box) -> None:
    await box.records.write(lambda store: store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    dice = random.Random(1)
    with box.path.open("r+b") as file:
        for at in range(PAGE, box.path.stat().st_size, PAGE):
            file.seek(at)
            file.write(dice.randbytes(PAGE))
    await box.records.look(deep=False)
    assert box.records.fault is None
    await box.records.look(deep=True)
    assert box.records.fault is FaultKind.CORRUPT
    await _begun_anew(box)


def test_another_file_in_its_place_is_not_the_one_that_was_opened(tmp_path) -> None:
    path = tmp_path / "door.sqlite"
    path.touch()
    whole = Whole(path)
    whole.look()
    (tmp_path / "other").touch()
    (tmp_path / "other").replace(path)
    with pytest.raises(StoreFault):
        whole.look()


@pytest.mark.parametrize(
    ("cause", "hopeless"),
    [
        (None, True),  # our own word: such a row may not be stored
        (sqlite3.IntegrityError("CHECK constraint failed"), True),
        (sqlite3.OperationalError("disk I/O error"), False),
        (sqlite3.ProgrammingError("Cannot operate on a closed database."), False),  # it is being opened anew
        (OSError(5, "I/O error"), False),
    ],
)
def test_a_row_is_given_up_only_where_the_row_itself_is_wrong(cause, hopeless) -> None:
    fault = StoreFault(FaultKind.OTHER)
    fault.__cause__ = cause
    assert _hopeless(fault) is hopeless


async def test_a_row_waits_for_a_disk_that_fails(box: Box, monkeypatch) -> None:
    monkeypatch.setattr("helhet_door.service.records.RETRY", 0.05)
    fails = True

    def call(store: Store) -> None:
        if fails:
            raise StoreFault(FaultKind.OTHER) from sqlite3.OperationalError("disk I/O error")
        done.append(store)

    done: list[Store] = []
    box.records._follow(call)
    await asyncio.sleep(0.2)
    assert not done
    fails = False
    await until(lambda: done)
