"""A file that is deleted while it is open is written anew from what SQLite still holds."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from helhet_door.keep.faults import FaultKind, StoreFault
from helhet_door.keep.store import Store
from helhet_door.words.reasons import Reason
from helhet_door.words.rows import Passage


def _rows(store: Store, first: int, many: int) -> None:
    for number in range(first, first + many):
        store.passage(Passage(f"{number:032x}", "2019-05-14T18:00:00Z", "main", Reason.UNKNOWN_CARD, None))


def _delete(path: Path, sides: tuple[str, ...]) -> None:
    for side in sides:
        Path(f"{path}{side}").unlink()


@pytest.mark.parametrize("sides", [("",), ("", "-wal"), ("", "-wal", "-shm")])
def test_every_row_and_every_number_is_there_again(store: Store, path: Path, hand_clock, sides) -> None:
    _rows(store, 0, 30)
    store.sent(store.unsent(20).numbers)
    before = store.unsent()
    _delete(path, sides)
    _rows(store, 30, 5)  # before anybody noticed
    after = store.unsent()
    assert store.rescue()
    store.close()
    again = Store.open(path, hand_clock, store.branch)
    try:
        assert again.unsent() == after
        assert len(after.passages) == len(before.passages) + 5
        again.passage(Passage("f" * 32, "2019-05-14T18:00:01Z", "main", Reason.UNKNOWN_CARD, None))
        assert again.unsent().numbers[-1] > after.numbers[-1]
    finally:
        again.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(each.name for each in path.parent.iterdir() if "rescued" in each.name) == []


def test_a_file_that_is_there_is_not_touched(store: Store, path: Path) -> None:
    _rows(store, 0, 3)
    other = path.with_name("other")
    other.write_bytes(b"somebody else's")
    other.replace(path)
    assert not store.rescue()
    assert path.read_bytes() == b"somebody else's"


def test_a_rescue_that_was_cut_off_is_begun_anew(store: Store, path: Path) -> None:
    _rows(store, 0, 3)
    path.with_name(f"{path.name}.rescued").write_bytes(b"half of it")
    path.unlink()
    assert store.rescue()
    store.close()
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM passages").fetchone() == (3,)


def test_where_it_fails_nothing_is_in_its_place(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _rows(store, 0, 3)
    path.unlink()

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("helhet_door.keep.rescue.sync", no_room)
    with pytest.raises(StoreFault) as caught:
        store.rescue()
    assert caught.value.kind is FaultKind.FULL
    assert not path.exists()
    assert not [each for each in path.parent.iterdir() if "rescued" in each.name], "it holds pseudonyms and keys"


def test_what_a_rescue_that_was_cut_off_has_left_is_gone_after_the_next_start(path: Path, hand_clock) -> None:
    Store.open(path, hand_clock, "ursviken").close()
    left = path.with_name(f"{path.name}.rescued")
    left.write_bytes(b"pseudonyms")
    Store.open(path, hand_clock, "ursviken").close()
    assert not left.exists()
