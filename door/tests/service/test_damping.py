"""A loose wire does not fill the disk."""

from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st
from staging.hub import until

from helhet_door.keep.store import Store
from helhet_door.service.damping import BURST, EVERY, Damping
from helhet_door.service.records import Records
from helhet_door.words.rows import Kind

DAY = 24 * 3600


class Monotonic:
    """Goes when it is told to."""

    def __init__(self) -> None:
        self.at = 0.0

    def monotonic(self) -> float:
        return self.at


def test_a_day_of_a_contact_that_flaps_is_bounded() -> None:
    clock, stored = Monotonic(), 0
    damping = Damping(clock)  # type: ignore[arg-type]
    for _ in range(5 * DAY):
        clock.at += 0.2
        stored += damping.passes("main", Kind.DOOR_FORCED)
    assert DAY / EVERY <= stored <= BURST + DAY / EVERY + 1
    assert damping.passes("main", Kind.TAMPER), "of another kind"
    assert damping.passes("yard", Kind.DOOR_FORCED), "at another door"


@given(st.lists(st.floats(0.0, 100.0), max_size=400))
def test_in_no_stretch_of_time_more_than_the_burst_and_the_rate(waits: list[float]) -> None:
    clock = Monotonic()
    damping, stored = Damping(clock), []  # type: ignore[arg-type]
    for wait in waits:
        clock.at += wait
        if damping.passes("main", Kind.DOOR_FORCED):
            stored.append(clock.at)
    for first, began in enumerate(stored):
        for last in range(first, len(stored)):
            assert last - first + 1 <= BURST + (stored[last] - began) / EVERY + 1e-6


async def test_what_is_left_out_is_not_in_the_store(tmp_path, hand_clock) -> None:
    path = tmp_path / "store" / "door.sqlite"
    records = Records(Store.open(path, hand_clock, "ursviken"), path, hand_clock, lambda: None)
    for _ in range(3 * BURST):
        records.happening("main", Kind.CONTACT_DISAGREES, "never opens")
    records.happening("", Kind.STOPPED, "asked to")
    await until(lambda: not records._following)
    await records.close()
    with sqlite3.connect(path) as db:
        found = dict(db.execute("SELECT kind, count(*) FROM happenings GROUP BY kind"))
    assert found == {"contact_disagrees": BURST, "stopped": 1}
