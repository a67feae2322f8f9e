"""Visits staged in the demo's library system and asked about over SIP2: the line makes of them what was meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import arranging
import pytest
from generate import visits
from visit import Visit

from helhet_door.demo import people
from helhet_door.demo.library_control import Forget, LibraryControl, library_process
from helhet_door.sip2.library import Library
from helhet_door.sip2.line import Line
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.characters import legal_card, legal_pin
from helhet_door.words.clock import SystemClock

STOCKHOLM = ZoneInfo("Europe/Stockholm")
VISITS = [visit for visit in visits(1_200, 13, real=True) if legal_card(visit.card) and legal_pin(visit.pin)]
BROKEN = 8
"""How many visits of each kind with a fault: every one breaks a connection, and the line takes its time to return."""


@asynccontextmanager
async def staged(tmp_path: Path) -> AsyncIterator[tuple[LibraryControl, Line]]:
    people.write(tmp_path / "people.json", ())
    async with library_process(tmp_path / "people.json", tmp_path / "control") as library:
        quick = Library(
            "127.0.0.1",
            library.port,
            message="63",
            birth_field="PB",
            expiry_field="PA",
            lines=1,
            retry_first_seconds=0.01,
            retry_seconds=0.05,
        )
        line = Line(quick, SystemClock())
        await line.start()
        yield library.control, line
        await line.stop()


async def heard(control: LibraryControl, line: Line, visit: Visit, today: dt.date) -> Answer:
    person = arranging.person(visit, today)
    await control.order(Forget((visit.card,)))
    await control.people([] if person is None else [person])
    for fault in arranging.faults(visit):
        await control.fault(fault)
    answer = await line.ask(visit.card, visit.pin, 0.5)
    await control.clear()
    return answer


async def test_the_line_hears_what_each_visit_was_to_be_told(tmp_path: Path) -> None:
    some = [visit for visit in VISITS if visit.told.kind is Kind.ANSWERED]
    today = dt.datetime.now(STOCKHOLM).date()
    async with staged(tmp_path) as (control, line):
        for visit in some:
            answer, meant = await heard(control, line, visit, today), arranging.answer(visit, today)
            told_of = (answer.kind, answer.known, answer.pin_right)
            assert told_of == (meant.kind, meant.known, meant.pin_right), visit
            if arranging.person(visit, today) is not None:
                assert answer == meant, visit
    assert len({(visit.told.bl, visit.told.cq) for visit in some}) == 9


@pytest.mark.parametrize("kind", [Kind.SILENT, Kind.MALFORMED, Kind.OUT_OF_SEQUENCE])
async def test_the_line_hears_every_fault_as_what_it_is(tmp_path: Path, kind: Kind) -> None:
    some = [visit for visit in VISITS if visit.told.kind is kind][:BROKEN]
    assert len(some) == BROKEN
    today = dt.datetime.now(STOCKHOLM).date()
    async with staged(tmp_path) as (control, line):
        for visit in some:
            assert await heard(control, line, visit, today) == Answer(kind), visit
