"""A damaged file: what can be read lives on, the file is set aside, and a cut-off log gives back all before the cut."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from keep_helpers import BRANCH, NOON, Clock, happening, name, passage

from helhet_door.decide.limits import Counted
from helhet_door.keep import aside
from helhet_door.keep.store import Store
from helhet_door.words.rows import Kind, Opened
from helhet_door.words.wire import Signed

LOCKED = Counted(f"card:{'a' * 32}", (999.0,), 1900.0, 3)


def damage(path: Path, pages: range) -> None:
    """Overwrite pages of the file, as a worn card does."""
    with path.open("r+b") as file:
        for page in pages:
            file.seek(4096 * page)
            file.write(os.urandom(4096))


def filled(path: Path, clock: Clock, number: int = 400) -> list[str]:
    """A store with rules, guesses and passages, closed; the ids of its passages."""
    store = Store.open(path, clock, BRANCH)
    store.keep_rules(Signed(b"body" * 10, b"signature"))
    store.count((LOCKED,), 1000.0, NOON.timestamp())
    store.day_key(dt.date(2026, 3, 10))
    rows = [passage() for _ in range(number)]
    for row in rows:
        store.passage(row)
    store.opened(Opened(rows[0].id, True))
    store.retain(NOON)
    store.close()
    return [row.id for row in rows]


def root_page(path: Path, table: str) -> int:
    db = sqlite3.connect(path)
    page: int = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
    db.close()
    return page - 1


def pages_of(path: Path, table: str) -> list[int]:
    """The leaf pages of a table."""
    db = sqlite3.connect(path)
    try:
        query = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno"
        return [row[0] - 1 for row in db.execute(query, (table,))]
    except sqlite3.OperationalError:
        pytest.skip("SQLite without dbstat")
    finally:
        db.close()


def test_a_corrupt_file_is_set_aside_and_rules_limits_and_rows_live_on(path: Path, clock: Clock) -> None:
    mine = filled(path, clock)
    leaves = pages_of(path, "passages")
    middle = leaves[len(leaves) // 2]
    damage(path, range(middle, middle + 1))
    store = Store.open(path, clock, BRANCH)
    assert store.rules() == Signed(b"body" * 10, b"signature")
    assert [saved.row for saved in store.counted()] == [LOCKED]
    assert len(store.proofs()) == 1
    offered = store.unsent(10_000)
    saved = [row.id for row in offered.passages]
    assert set(saved) < set(mine)
    assert len(saved) > len(mine) * 0.8, "read from both ends up to the damage"
    assert mine[0] in saved
    assert mine[-1] in saved
    assert offered.day_keys[0].key == store.day_key(dt.date(2026, 3, 10)).hex()
    alerts = [row.detail for row in offered.happenings if row.kind is Kind.STORE]
    assert alerts == ["corrupt: set aside, new file"]
    (damaged,) = aside.files(path)
    assert stat.S_IMODE(damaged.stat().st_mode) == 0o600
    assert "from-2026-03-09" in damaged.name
    store.check()
    store.close()


def test_numbers_of_the_outbox_are_not_given_again_after_a_replacement(path: Path, clock: Clock) -> None:
    filled(path, clock)
    store = Store.open(path, clock, BRANCH)
    under_way = store.unsent(10_000)
    store.sent(under_way.numbers)
    store.close()
    damage(path, range(root_page(path, "passages_at"), root_page(path, "passages_at") + 1))
    again = Store.open(path, clock, BRANCH)
    again.passage(passage())
    waits = again.waiting()
    again.sent(under_way.numbers)
    assert again.waiting() == waits > 0
    again.close()


@pytest.mark.parametrize("ruin", ["head", "cut", "noise"])
def test_a_file_of_which_nothing_can_be_read_is_set_aside_too(path: Path, clock: Clock, ruin: str) -> None:
    filled(path, clock)
    match ruin:
        case "head":
            damage(path, range(1))
        case "cut":
            os.truncate(path, 4096 * 3)
        case "noise":
            path.write_bytes(os.urandom(100_000))
    before = path.read_bytes()
    store = Store.open(path, clock, BRANCH)
    assert store.passage(passage())
    (damaged,) = aside.files(path)
    assert damaged.read_bytes() == before, "not changed, not deleted"
    store.close()


def test_a_replacement_cut_off_between_the_two_renames_is_completed(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(path, clock)
    store = Store.open(path, clock, BRANCH)
    store.happening(happening())
    log = Path(f"{path}-wal").read_bytes()
    store.close()
    damage(path, range(root_page(path, "passages_at"), root_page(path, "passages_at") + 1))

    def power_goes(*_: object) -> None:
        Path(f"{path}-wal").write_bytes(log)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(aside, "_put_new", power_goes)
        with pytest.raises(KeyboardInterrupt):
            Store.open(path, clock, BRANCH)
    assert not path.exists()
    store = Store.open(path, clock, BRANCH)
    assert store.rules() is not None
    assert len(store.unsent(10_000).passages) == 400
    assert not aside.building(path).exists()
    assert Path(f"{aside.files(path)[0]}-wal").read_bytes() == log, "never applied to the new file"
    store.close()


def test_a_log_that_ends_in_the_middle_of_a_row_gives_back_all_before_it(path: Path, clock: Clock) -> None:
    """What a power cut leaves: the log up to some byte. What comes back is a beginning of what was stored."""
    store = Store.open(path, clock, BRANCH)
    store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ends, mine = [], []
    for _ in range(40):
        row = passage(tag=name())
        store.passage(row)
        mine.append(row)
        ends.append(Path(f"{path}-wal").stat().st_size)
    whole = Path(f"{path}-wal").read_bytes()
    for cut in range(0, len(whole), 9973):
        copy = path.parent / "copy.sqlite"
        shutil.copy(path, copy)
        Path(f"{copy}-wal").write_bytes(whole[:cut])
        copy.chmod(0o600)
        again = Store.open(copy, clock, BRANCH)
        there = [row.id for row in again.unsent(100).passages]
        assert there == [row.id for row, end in zip(mine, ends, strict=True) if end <= cut]
        again.close()
        for file in path.parent.glob("copy.sqlite*"):
            file.unlink()
    store.close()
