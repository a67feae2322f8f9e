"""Rows are stored once, sent until they are held, and refused where they would say too much."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest
from keep_helpers import BRANCH, NOON, Clock, happening, name, passage

from helhet_door.decide.limits import Counted
from helhet_door.keep import rows
from helhet_door.keep.database import connect, writing
from helhet_door.keep.faults import FaultKind, StoreFault
from helhet_door.keep.guesses import Saved
from helhet_door.keep.schema import APPLICATION_ID, SHARED
from helhet_door.keep.store import Store
from helhet_door.words.reasons import NAMED, Reason
from helhet_door.words.rows import DayKey, Happening, Kind, Opened, Passage
from helhet_door.words.wire import Signed

CARD = Counted(f"card:{'a' * 32}", (12.1, 12.3), 912.3, 1)
DOOR = Counted("door:main", (0.1 + 0.2,))


def test_the_same_row_twice_is_one_row(store: Store) -> None:
    row, other = passage(), happening()
    assert store.passage(row)
    assert not store.passage(row)
    assert store.happening(other)
    assert not store.happening(other)
    sent = store.unsent()
    assert sent.passages == (row,)
    assert sent.happenings == (other,)


def test_an_id_never_stands_for_two_rows(store: Store) -> None:
    row, other = passage(), happening()
    store.passage(row)
    store.happening(other)
    with pytest.raises(StoreFault, match="another row"):
        store.passage(msgspec.structs.replace(row, reason=Reason.STAFF))
    with pytest.raises(StoreFault, match="another row"):
        store.happening(msgspec.structs.replace(other, detail="other words"))
    assert store.unsent().passages == (row,)


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason not in NAMED])
def test_no_pseudonym_before_a_right_pin(store: Store, reason: Reason) -> None:
    with pytest.raises(StoreFault, match="no pseudonym"):
        store.passage(passage(reason=reason))
    assert store.passage(passage(reason=reason, tag=None))


@pytest.mark.parametrize(
    "row",
    [
        passage(tag="19121212-1212"),
        passage(tag="00012345678901"),
        Passage("7", "2026-03-10T11:00:00Z", "main", Reason.MEMBER, None),
        Passage(name(), "2026-03-10 11:00:00", "main", Reason.MEMBER, None),
        Passage(name(), "2026-03-10T11:00:00.25Z", "main", Reason.MEMBER, None),
        Happening(name(), "2026-03-10T11:00:00Z", "main", Kind.STORE, "x" * 81),
    ],
)
def test_what_does_not_fit_its_column_is_refused(store: Store, row: Passage | Happening) -> None:
    with pytest.raises(StoreFault) as fault:
        store.passage(row) if isinstance(row, Passage) else store.happening(row)
    assert fault.value.kind is FaultKind.OTHER
    assert store.waiting() == 0


def test_a_fault_never_repeats_what_was_to_be_stored(store: Store) -> None:
    with pytest.raises(StoreFault) as fault:
        store.passage(passage(tag="19121212-1212"))
    assert "1912" not in str(fault.value)


def test_opened_goes_before_not_opened(store: Store) -> None:
    row = passage()
    store.passage(row)
    assert store.opened(Opened(row.id, False))
    under_way = store.unsent()
    assert store.opened(Opened(row.id, True))
    store.sent(under_way.numbers)  # the centre holds the earlier word: the later one must still go
    assert store.unsent().opened == (Opened(row.id, True),)
    assert not store.opened(Opened(row.id, False))
    assert store.unsent().opened == (Opened(row.id, True),)


def test_opened_needs_its_passage(store: Store) -> None:
    with pytest.raises(StoreFault, match="no such passage"):
        store.opened(Opened(name(), True))


def test_rows_wait_until_they_are_held_in_the_order_in_which_they_came(store: Store) -> None:
    mine = [passage() for _ in range(7)]
    for row in mine:
        store.passage(row)
    first = store.unsent(3)
    assert first.passages == tuple(mine[:3])
    assert store.unsent(3) == first, "nothing is gone before it is held"
    store.sent(first.numbers)
    assert store.unsent(100).passages == tuple(mine[3:])
    store.sent(first.numbers)
    assert store.waiting() == 4


def test_everything_outlives_a_restart(store: Store, path: Path, clock: Clock) -> None:
    row = passage()
    store.passage(row)
    assert store.known() is None
    store.due(NOON, trusted=True)
    key = store.day_key(dt.date(2026, 3, 10))
    store.keep_rules(Signed(b"old", b"s"))
    store.keep_rules(Signed(b"new", b"t"))
    store.count((CARD, DOOR), 20.0, 2000.0)
    store.count((msgspec.structs.replace(CARD, locks=2),), 21.0, 2001.0)
    store.close()
    again = Store.open(path, clock, BRANCH)
    assert again.unsent().passages == (row,)
    assert again.day_key(dt.date(2026, 3, 10)) == key
    assert again.rules() == Signed(b"new", b"t")
    assert again.counted() == [
        Saved(msgspec.structs.replace(CARD, locks=2), 21.0, 2001.0),
        Saved(DOOR, 20.0, 2000.0),
    ]
    assert again.known() == NOON
    again.close()


def test_a_card_whose_guess_was_taken_back_leaves_no_row(store: Store) -> None:
    """Every right PIN passes here, under a key that does not change with the day: it may leave nothing."""
    store.count((CARD, DOOR), 20.0, 2000.0)
    store.count((Counted(CARD.key),), 21.0, 2001.0)
    assert [saved.row for saved in store.counted()] == [DOOR]


@pytest.mark.parametrize("key", ["card:12345678901234", "card:" + "g" * 32, "19121212-1212", "a" * 32])
def test_only_a_tag_or_a_door_is_counted(store: Store, key: str) -> None:
    with pytest.raises(StoreFault):
        store.count((Counted(key, (1.0,)),), 20.0, 2000.0)


def test_a_day_has_one_key_of_its_own(store: Store) -> None:
    keys = {store.day_key(dt.date(2026, 3, day)) for day in (10, 11, 12)}
    assert len(keys) == 3
    assert all(len(key) == 32 for key in keys)
    assert store.day_key(dt.date(2026, 3, 11)) in keys
    assert [key.day for key in store.unsent().day_keys] == ["2026-03-10", "2026-03-11", "2026-03-12"]


def test_every_commit_is_on_the_disk_and_deletes_for_good(store: Store) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "temp_store": 2}
    assert {name: store._db.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    strict = store._db.execute("SELECT name, strict FROM pragma_table_list WHERE name NOT LIKE 'sqlite_%'").fetchall()
    assert strict
    assert all(is_strict for _, is_strict in strict)


def test_the_centre_takes_a_report_twice_and_keeps_branches_apart(tmp_path: Path) -> None:
    db = connect(tmp_path / "centre.sqlite", APPLICATION_ID, (SHARED,), 0.1)
    row, other, key = passage(), happening(), DayKey("2026-03-10", "ab" * 32)
    report = ((row,), (Opened(row.id, True),), (other,), (key,))
    with writing(db):
        assert rows.take(db, BRANCH, *report) == rows.Taken(4, 0, 0)
        assert rows.take(db, BRANCH, *report) == rows.Taken(0, 4, 0)
        assert rows.take(db, "other", *report) == rows.Taken(1, 0, 3), "only a key can be the same at two branches"
    stored = db.execute("SELECT branch, id FROM passages").fetchall()
    assert stored == [(BRANCH, row.id)]
    db.close()


def test_a_late_row_does_not_bring_back_at_the_centre_what_is_gone(tmp_path: Path) -> None:
    from helhet_door.keep import retention

    db = connect(tmp_path / "centre.sqlite", APPLICATION_ID, (SHARED,), 0.1)
    retention.fold(db, retention.Scope(BRANCH), NOON)
    retention.finish(db)
    late, fresh = passage(NOON - dt.timedelta(days=20)), passage()
    refused = passage(reason=Reason.WRONG_PIN)
    keys = (DayKey("2026-02-18", "ab" * 32), DayKey("2026-03-10", "cd" * 32))
    with writing(db):
        rows.take(db, BRANCH, (late, fresh, refused), (), (), keys)
    tags = dict(db.execute("SELECT id, tag FROM passages").fetchall())
    assert tags == {late.id: None, fresh.id: fresh.tag, refused.id: None}
    assert db.execute("SELECT day FROM day_keys").fetchall() == [("2026-03-10",)]
    db.close()
