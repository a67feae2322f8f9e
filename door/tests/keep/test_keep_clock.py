"""Retention runs by itself: every day, late after a standstill, and by a clock that lies."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from keep_helpers import BRANCH, NOON, Clock, passage

from helhet_door.keep.store import Store
from helhet_door.keep.times import instant


def held(store: Store) -> None:
    """The centre takes all that is offered."""
    store.sent(store.unsent(10_000).numbers)


def test_it_runs_by_itself_every_day_and_late_after_a_standstill(store: Store, clock: Clock) -> None:
    assert store.due(clock.now())
    store.retain(clock.now())
    assert not store.due(clock.wait(hours=11))
    assert store.due(clock.wait(hours=1)), "midnight"
    store.passage(passage(clock.now()))
    held(store)
    assert store.due(clock.wait(days=40))
    proof = store.retain(clock.now())
    assert proof is not None
    assert proof.folded == 1
    assert not store.due(clock.now())
    assert store.due(clock.now(), days=7), "a shorter time takes effect at once"


def test_a_clock_that_went_back_does_not_put_it_off(store: Store) -> None:
    store.retain(NOON + dt.timedelta(days=3650))
    assert store.due(NOON)
    assert store.retain(NOON) is not None
    assert not store.due(NOON)


def test_a_clock_that_is_not_trusted_deletes_nothing_early(store: Store, clock: Clock) -> None:
    store.due(clock.now())
    row = passage(clock.now())
    store.passage(row)
    held(store)
    clock.wall += dt.timedelta(days=3650)  # it jumped
    proof = store.retain(clock.now(), trusted=False)
    assert proof is not None
    assert proof.folded == proof.stripped == 0
    assert instant(proof.at) == NOON
    assert store._db.execute("SELECT tag FROM passages").fetchall() == [(row.tag,)]


def test_a_clock_that_is_never_trusted_does_not_put_it_off_for_ever(store: Store, path: Path, clock: Clock) -> None:
    store.due(clock.now())
    store.passage(passage(clock.now()))
    held(store)
    stopped = clock.wall
    for _ in range(16 * 8):  # the wall stands; the machine is started anew every three hours
        for _ in range(9):
            clock.seconds += 1201
            if store.due(stopped, trusted=False):
                store.retain(stopped, trusted=False)
        store.close()
        store = Store.open(path, clock, BRANCH)
    assert store._db.execute("SELECT count(*) FROM passages").fetchone() == (0,)
    store.close()


def test_where_no_time_was_ever_known_nothing_is_done(store: Store) -> None:
    assert not store.due(NOON, trusted=False)
    assert store.retain(NOON, trusted=False) is None


def test_a_time_to_come_keeps_no_pseudonym(store: Store) -> None:
    ahead, right = passage(NOON + dt.timedelta(days=900)), passage(NOON + dt.timedelta(hours=25))
    for row in (ahead, right):
        store.passage(row)
    store.day_key(dt.date(2028, 8, 26))
    held(store)
    proof = store.retain(NOON)
    assert proof is not None
    assert (proof.stripped, proof.keys) == (1, 1)
    assert dict(store._db.execute("SELECT id, tag FROM passages").fetchall()) == {ahead.id: None, right.id: right.tag}
