"""A guess is counted, on the disk, before anybody is asked about it; without that, nobody is asked."""

from __future__ import annotations

import sqlite3
from math import inf

import pytest
from staging.stage import BRANCH, open_always, rules_for

from helhet_door.decide.commands import Decide
from helhet_door.decide.door import Door
from helhet_door.keep.faults import FaultKind, StoreFault
from helhet_door.keep.store import Store
from helhet_door.reader.settings import Reader
from helhet_door.rules.model import Limits
from helhet_door.service.headcount import Headcount
from helhet_door.service.house import House
from helhet_door.service.judging import Judging
from helhet_door.service.limiter import Limiter
from helhet_door.service.obeyed import Obeyed
from helhet_door.service.records import Records
from helhet_door.service.timekeeping import Source, Timekeeper
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.reasons import Reason

CARD, PIN = "20010001", "4711"
READER = Reader(door="main", device="/dev/null", key_file="key")


class Deciding:
    """What decides at a branch that never closes, on a real store; no reader, no library system."""

    def __init__(self, tmp_path, clock) -> None:
        self.path = tmp_path / "store" / "door.sqlite"
        self.records = Records(Store.open(self.path, clock, BRANCH), self.path, clock, lambda: None)
        obeyed, times = Obeyed(BRANCH, None), Timekeeper(clock, Source.KERNEL, None, lambda: True)
        obeyed.take(rules_for(open_always(limits=Limits())))
        house = House((READER,), clock, times, obeyed, self.records, None, None, Headcount((READER,), tmp_path / "in"))
        house.tick()
        limiter = Limiter(self.records, clock, bytes(32))
        self.judging = Judging(clock, times, obeyed, limiter, house, self.records, bytes(32))

    async def ask(self, number: int, answer: Answer | None = None):
        door = Door("main", secure=True, line_at=-inf)
        return await self.judging.verdict(lambda: door, Decide("main", number, CARD, PIN, answer))

    def counted(self) -> int:
        """What another program finds in the file."""
        with sqlite3.connect(self.path) as db:
            return db.execute("SELECT count(*) FROM counted WHERE key LIKE 'card:%'").fetchone()[0]


@pytest.fixture
async def deciding(tmp_path, hand_clock):
    deciding = Deciding(tmp_path, hand_clock)
    yield deciding
    await deciding.records.close()


async def test_a_guess_is_on_the_disk_before_it_is_asked(deciding: Deciding) -> None:
    assert deciding.counted() == 0
    verdict = await deciding.ask(1)
    assert verdict.ask
    assert deciding.counted() == 1


async def test_where_it_cannot_be_counted_nobody_is_asked(deciding: Deciding, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise StoreFault(FaultKind.FULL)

    monkeypatch.setattr(Store, "count", full)
    verdict = await deciding.ask(1)
    assert (verdict.ask, verdict.open, verdict.reason) == (False, False, Reason.NOT_STORED)


async def test_after_five_wrong_ones_the_right_one_is_not_asked_about_either(deciding: Deciding) -> None:
    for number in range(1, 6):
        assert (await deciding.ask(number)).ask
        assert (await deciding.ask(number, Answer(Kind.ANSWERED, True, False))).reason is Reason.WRONG_PIN
    assert (await deciding.ask(6)).reason is Reason.CARD_LIMIT
