"""Visits over real protocols: simulated readers in secure channel, SIP2, the service and a centre, apart.

The long job with ten thousand of them is ``benchmarks/visits.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import msgspec
import pytest
from compare import Judge
from end_to_end import Result, play
from generate import NEVER_STAGED, visits
from oracle import Table, table
from player import Seen
from sharing import few

from helhet_door.words.reasons import Reason

pytestmark = pytest.mark.slow
TABLE = table()
JUDGE = Judge()
COUNT = 150


@pytest.fixture(scope="module")
def played() -> Result:
    chosen = few(visits(1_500, 20260727, real=True), COUNT, JUDGE)
    return asyncio.run(play(chosen, size=COUNT // 3, at_once=3, reader_wrong=4))


def test_every_visit_ends_as_the_oracle_says(played: Result) -> None:
    assert not played.wrong, "\n".join(played.wrong)
    assert not played.not_staged, "\n".join(played.not_staged)
    assert len(played.seen) == COUNT


def test_every_reason_that_can_be_staged_was(played: Result) -> None:
    assert set(played.reasons(JUDGE)) == set(Reason) - NEVER_STAGED


def test_the_locks_were_released_as_often_as_rows_let_in(played: Result) -> None:
    assert played.unlocks == played.lets_in > 0


def test_what_is_seen_decides_and_not_what_was_meant(played: Result) -> None:
    """Whatever is changed in what was seen is a disagreement."""
    for seen in played.seen:
        assert JUDGE.wrong(seen) == []
        for changed in _changed(seen):
            assert JUDGE.wrong(changed), (seen.visit.number, changed)


def _changed(seen: Seen) -> Iterator[Seen]:
    copy = msgspec.structs.replace
    yield copy(seen, pulses=[] if any(on > 0 for on, _ in seen.pulses) else [(seen.keyed_at, seen.keyed_at + 4.0)])
    yield copy(seen, shown="Välkommen" if seen.shown != "Välkommen" else "Kortet eller PIN gäller inte")
    yield copy(seen, asked=1 - seen.asked)
    for row in seen.rows:
        yield copy(seen, rows=[])
        yield copy(seen, rows=[row, row])
        yield copy(seen, rows=[copy(row, tag="0" * 32)])
        yield copy(seen, rows=[copy(row, reason=Reason.CLOCK if row.reason is not Reason.CLOCK else Reason.FULL)])
    for on, off in seen.pulses:
        if on > 0 and off is not None:
            yield copy(seen, pulses=[(on, off + 1.0)])


def test_a_table_with_a_mistake_in_it_is_found_out(played: Result) -> None:
    """Every row that decided a visit, with the other answer to whether it opens, or taken out."""
    deciding = {TABLE.place(seen.visit.conditions) for seen in played.seen if seen.rows}
    for number in deciding:
        row = TABLE.rows[number]
        flipped = msgspec.structs.replace(row, opens=not row.opens)
        assert _finds(Table((*TABLE.rows[:number], flipped, *TABLE.rows[number + 1 :])), played), row.words
        rest = TABLE.rows[:number] + TABLE.rows[number + 1 :]
        same = all(_next(rest, seen) is row.reason for seen in played.seen if _decided(seen, number))
        assert same or _finds(Table(rest), played), row.words


def _decided(seen: Seen, number: int) -> bool:
    return bool(seen.rows) and TABLE.place(seen.visit.conditions) == number


def _next(rows: tuple, seen: Seen) -> Reason | None:
    return next((row.reason for row in rows if row.fits(seen.visit.conditions)), None)


def _finds(planted: Table, played: Result) -> bool:
    judge = Judge(planted)
    return any(_next(planted.rows, seen) is None or judge.wrong(seen) for seen in played.seen)
