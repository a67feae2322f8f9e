"""What is old is counted, deleted and proven gone: whole days, on both nights of the clock, and when it is cut off."""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keep_helpers import BRANCH, NOON, Clock, happening, name, passage

from helhet_door.decide.limits import Counted
from helhet_door.keep import aside, retention
from helhet_door.keep.counts import counts
from helhet_door.keep.database import connect, writing
from helhet_door.keep.faults import FaultKind, StoreFault
from helhet_door.keep.groups import GROUPS, Group
from helhet_door.keep.proof import broken
from helhet_door.keep.rows import add_passage
from helhet_door.keep.schema import APPLICATION_ID, SHARED
from helhet_door.keep.store import Store
from helhet_door.keep.times import instant
from helhet_door.words.reasons import LETS_IN, Reason
from helhet_door.words.rows import Kind, Opened

ZONE = ZoneInfo("Europe/Stockholm")


def held(store: Store) -> None:
    """The centre takes all that is offered."""
    store.sent(store.unsent(10_000).numbers)


def local(*when: int) -> dt.datetime:
    return dt.datetime(*when, tzinfo=ZONE).astimezone(dt.UTC)  # type: ignore[arg-type,misc]


def test_every_reason_is_counted_in_one_group() -> None:
    assert set(GROUPS) == set(Reason)
    assert set(GROUPS.values()) == set(Group)
    assert {reason for reason in Reason if GROUPS[reason] in (Group.MEMBER, Group.STAFF)} == LETS_IN


def test_a_day_goes_whole_when_its_days_are_over(store: Store) -> None:
    first, last, young = local(2026, 2, 24, 0, 0), local(2026, 2, 24, 23, 59), local(2026, 2, 25, 0, 0)
    for at in (first, last, young):
        store.passage(passage(at))
        store.day_key(at.astimezone(ZONE).date())
    held(store)
    before_midnight = store.retain(local(2026, 3, 9, 23, 59))
    assert before_midnight is not None
    assert (before_midnight.folded, before_midnight.keys) == (0, 0)
    proof = store.retain(local(2026, 3, 10, 0, 1))
    assert proof is not None
    assert (proof.folded, proof.keys, proof.leftovers, proof.through) == (2, 1, 0, "2026-02-24")
    left = store._db.execute("SELECT at FROM passages").fetchall()
    assert left == [("2026-02-24T23:00:00Z",)]
    assert store._db.execute("SELECT day FROM day_keys").fetchall() == [("2026-02-25",)]
    day = dt.date(2026, 2, 24)
    assert [(c.hour, c.what, c.number) for c in store.counts(day, day)] == [(0, "member", 1), (23, "member", 1)]


@pytest.mark.parametrize("days", [0, 31])
def test_the_setting_is_one_to_thirty(store: Store, days: int) -> None:
    with pytest.raises(ValueError, match="1 to 30"):
        store.retain(NOON, days)


@pytest.mark.parametrize(("night", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25)])
def test_both_nights_of_the_clock(store: Store, night: tuple[int, int, int], hours: int) -> None:
    start = local(*night)
    for hour in range(-1, hours + 1):
        store.passage(passage(start + dt.timedelta(hours=hour)))
    held(store)
    day = dt.date(*night)
    by_hour = {c.hour: c.number for c in store.counts(day, day)}
    assert sum(by_hour.values()) == hours
    assert by_hour.get(2, 0) == {23: 0, 25: 2}[hours]
    proof = store.retain(start + dt.timedelta(days=1, hours=12), days=1)
    assert proof is not None
    assert proof.folded == hours + 1, "the night before, and this one; the night after stays"
    assert {c.hour: c.number for c in store.counts(day, day)} == by_hour, "counted before and after alike"


def test_what_the_centre_does_not_hold_loses_its_pseudonym_and_is_counted_once_it_does(store: Store) -> None:
    row = passage(NOON - dt.timedelta(days=20))
    store.passage(row)
    store.opened(Opened(row.id, True))
    proof = store.retain(NOON)
    assert proof is not None
    assert (proof.folded, proof.stripped, proof.waiting, proof.leftovers) == (0, 1, 1, 0)
    offered = store.unsent()
    assert offered.passages == (msgspec.structs.replace(row, tag=None),), "not lost"
    store.sent(offered.numbers)
    proof = store.retain(NOON + dt.timedelta(days=1))
    assert proof is not None
    assert (proof.folded, proof.stripped, proof.waiting) == (1, 0, 0)
    day = dt.date(2026, 2, 18)
    assert [(c.number, c.opened) for c in store.counts(day, day)] == [(1, 1)], "not doubled"


def test_opened_is_not_lost_while_it_waits(store: Store) -> None:
    row = passage(NOON - dt.timedelta(days=20))
    store.passage(row)
    held(store)
    store.opened(Opened(row.id, True))
    store.retain(NOON)
    assert store.unsent().opened == (Opened(row.id, True),)


def test_guesses_go_after_a_day_and_no_lock_is_cut_short(store: Store) -> None:
    now = NOON.timestamp()
    old, young, locked, ahead = (Counted(f"card:{name()}", (50.0,)) for _ in range(4))
    locked = msgspec.structs.replace(locked, locked_until=100_000.0, locks=8)
    store.count((old, locked), 50.0, now - 90_000)
    store.count((young,), 50.0, now - 80_000)
    store.count((ahead,), 50.0, now + 90_000)
    store.retain(NOON)
    assert {saved.row for saved in store.counted()} == {young, locked, ahead}
    store.retain(NOON + dt.timedelta(hours=23))
    assert {saved.row for saved in store.counted()} == {locked, ahead}, "a time to come counts from the first look on"
    store.retain(NOON + dt.timedelta(hours=27))
    assert {saved.row for saved in store.counted()} == set()


def test_old_happenings_go_once_they_are_held(store: Store) -> None:
    old = happening(NOON - dt.timedelta(days=401))
    store.happening(old)
    assert store.retain(NOON) is not None
    assert old in store.unsent().happenings
    held(store)
    proof = store.retain(NOON)
    assert proof is not None
    assert proof.happenings == 1


def test_a_run_that_is_cut_off_is_finished_with_a_proof(store: Store, path: Path, clock: Clock) -> None:
    store.passage(passage(NOON - dt.timedelta(days=20)))
    waits = passage(NOON - dt.timedelta(days=20))
    held(store)
    store.passage(waits)
    retention.fold(store._db, retention.Scope(BRANCH, outbox=True), NOON)
    store.close()  # the power goes between the two steps
    again = Store.open(path, clock, BRANCH)
    assert again.proofs() == []
    assert again.due(NOON)
    held(again)  # meanwhile the centre takes what waited: that is nothing left behind
    again.retain(NOON)
    first, second = again.proofs()
    assert (first.folded, first.leftovers, second.folded) == (1, 0, 1)
    assert broken(again.proofs()) == []
    again.close()


def test_no_proof_while_another_connection_reads_what_was_deleted(store: Store, path: Path) -> None:
    store.passage(passage(NOON - dt.timedelta(days=20)))
    held(store)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM passages").fetchone()
    with pytest.raises(StoreFault) as fault:
        store.retain(NOON)
    assert fault.value.kind is FaultKind.LOCKED
    assert store.proofs() == []
    assert store.due(NOON)
    reader.close()
    store.retain(NOON)
    assert [proof.leftovers for proof in store.proofs()] == [0, 0]


def test_the_count_of_leftovers_finds_what_the_deletion_missed(store: Store) -> None:
    """A proof that could only ever say 0 would prove nothing: rows put back behind its back are found."""
    store.day_key(dt.date(2026, 3, 10))
    retention.fold(store._db, retention.Scope(BRANCH, outbox=True), NOON)
    with writing(store._db) as _:
        add_passage(store._db, BRANCH, passage(NOON - dt.timedelta(days=20)))
        add_passage(store._db, BRANCH, passage(NOON - dt.timedelta(days=20), Reason.WRONG_PIN, None))
        store._db.execute("INSERT INTO day_keys (branch, day, key) VALUES (?, '2026-02-01', zeroblob(32))", (BRANCH,))
    (proof,) = retention.finish(store._db, outbox=True)
    assert proof.leftovers == 3
    assert store.due(NOON)
    assert [row.detail for row in store.unsent().happenings if row.kind is Kind.RETENTION] == ["rows are left"]
    assert broken([proof]) == ["proof 1 says that 3 rows were left"]


def test_the_chain_shows_a_change_and_a_gap(store: Store) -> None:
    for day in range(4):
        store.retain(NOON + dt.timedelta(days=day))
    chain = store.proofs()
    assert broken(chain) == []
    changed = [*chain[:1], msgspec.structs.replace(chain[1], folded=7), *chain[2:]]
    assert broken(changed) == ["proof 2 was changed"]
    assert broken([chain[0], *chain[2:]])
    assert broken(chain[1:])
    told = [row.id for row in store.unsent().happenings if row.kind is Kind.RETENTION]
    assert told == [proof.digest[:32] for proof in chain]


def test_a_damaged_file_does_not_outlive_its_oldest_day(store: Store, path: Path) -> None:
    kept = path.with_name(f"{path.name}.damaged-20260301T000000Z-0-from-2026-02-25")
    gone = path.with_name(f"{path.name}.damaged-20260301T000000Z-1-from-2026-02-24")
    unknown = path.with_name(f"{path.name}.damaged-20260301T000000Z-2-from-{aside.UNKNOWN}")
    for file in (kept, gone, unknown, Path(f"{gone}-wal")):
        file.write_bytes(b"pseudonyms")
    proof = store.retain(NOON)
    assert proof is not None
    assert (proof.set_aside, proof.leftovers) == (2, 0)
    assert [file.name for file in path.parent.glob("*damaged*")] == [kept.name]


def test_the_centre_keeps_each_branch_for_its_own_time(tmp_path: Path) -> None:
    db = connect(tmp_path / "centre.sqlite", APPLICATION_ID, (SHARED,), 0.1)
    with writing(db):
        for branch in ("long", "short"):
            add_passage(db, branch, passage(NOON - dt.timedelta(days=3)))
    for scope in (retention.Scope("long", 14), retention.Scope("short", 2)):
        retention.fold(db, scope, NOON)
    proofs = {proof.branch: proof for proof in retention.finish(db)}
    assert {branch: (proof.folded, proof.number) for branch, proof in proofs.items()} == {
        "long": (0, 1),
        "short": (1, 1),
    }
    assert db.execute("SELECT branch FROM passages").fetchall() == [("long",)]
    db.close()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_counts_are_the_passages_whatever_is_folded_when(seed: int) -> None:
    dice = random.Random(seed)
    db = connect_in_memory()
    truth: Counter[tuple[str, str, int, str]] = Counter()
    for day in range(40):
        at = NOON + dt.timedelta(days=day, minutes=dice.randrange(600))
        with writing(db):
            for _ in range(dice.randrange(4)):
                row = passage(at - dt.timedelta(hours=dice.randrange(60)), dice.choice(list(Reason)), None)
                add_passage(db, BRANCH, row)
                wall = instant(row.at).astimezone(ZONE)
                truth[BRANCH, wall.date().isoformat(), wall.hour, GROUPS[row.reason].value] += 1
        if dice.random() < 0.7:
            retention.fold(db, retention.Scope(BRANCH, dice.randint(1, 30)), at)
            with writing(db):
                db.execute("UPDATE proofs SET leftovers = 0, digest = ? WHERE digest IS NULL", ("0" * 64,))
    found = counts(db, BRANCH, "Europe/Stockholm", dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert {(c.branch, c.day, c.hour, c.what): c.number for c in found} == dict(truth)
    db.close()


def connect_in_memory() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    for statement in SHARED:
        db.execute(statement)
    return db
