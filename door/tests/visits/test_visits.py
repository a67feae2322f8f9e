"""The visits themselves: the same for a seed, of every kind, and concrete in the way that their conditions say."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import arranging
import pytest
import visit as visit_file
from generate import NEVER_STAGED, visits
from oracle import table
from visit import Visit

from helhet_door.rules.hours import look
from helhet_door.rules.model import Rules
from helhet_door.words.characters import legal_card, legal_pin
from helhet_door.words.reasons import Reason

KEY = bytes(32)
TABLE = table()
COUNT = 4_300
NOON = dt.datetime(2026, 10, 20, 12, 0, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture(scope="module")
def played() -> list[Visit]:
    return list(visits(COUNT, 11))


@pytest.fixture(scope="module")
def real() -> list[Visit]:
    return list(visits(COUNT, 12, real=True))


def rules(visit: Visit, now: dt.datetime, margin: int = 0) -> Rules:
    return arranging.rules(visit, now, KEY, lambda _tag, _pin: "", margin)


def test_a_seed_gives_the_same_visits_and_another_gives_others(played: list[Visit], tmp_path: Path) -> None:
    assert list(visits(100, 11)) == played[:100]
    assert list(visits(100, 12)) != played[:100]
    visit_file.write(tmp_path / "visits.jsonl", played)
    assert visit_file.read(tmp_path / "visits.jsonl") == played


def test_every_reason_comes_often(played: list[Visit], real: list[Visit]) -> None:
    """At least one visit in sixty for each, whether the visits are to be staged or not."""
    for some, never in ((played, frozenset[Reason]()), (real, NEVER_STAGED)):
        reasons = Counter(TABLE.decides(visit.conditions).reason for visit in some)
        assert set(reasons) == set(Reason) - never
        assert min(reasons.values()) >= COUNT / 60, reasons


def test_every_answer_comes_to_every_condition(played: list[Visit]) -> None:
    seen = Counter((name, answer) for visit in played for name, answer in visit.conditions.items())
    assert min(seen.values()) >= 20, seen.most_common()[-5:]


def test_what_is_concrete_is_what_the_conditions_say(played: list[Visit]) -> None:
    for visit in played:
        said, world, written, told = visit.conditions, visit.world, visit.written, visit.told
        assert legal_card(visit.card) == (said["characters"] != "illegal_card"), visit.card
        assert (visit.pin == "" or legal_pin(visit.pin)) == (said["characters"] != "illegal_pin"), visit.pin
        assert (visit.pin == told.pin) == (said["pin_right"] == "yes") or visit.pin == "", visit
        assert bool(set(told.flags) & set(written.blocking_flags)) == (said["flag"] == "blocking")
        assert (world.line_quiet < 2.0) == (said["line_whole"] == "no")
        if said["house"] in ("full", "room"):
            assert world.occupancy is not None
            assert written.occupancy_limit is not None
            assert (world.occupancy >= written.occupancy_limit) == (said["house"] == "full")


def test_staff_hours_are_in_or_out_at_the_moment_and_for_a_margin_round_it(played: list[Visit]) -> None:
    seen = set()
    for visit in played:
        if visit.written.staff is None:
            continue
        for now, margin in ((visit.world.local, 0), (NOON, 30)):
            [card] = rules(visit, now, margin).lists.staff.values()
            minute = now.hour * 60 + now.minute
            around = {
                any(span.start <= m < span.end for span in card.hours) for m in (minute - margin, minute + margin)
            }
            assert around == {visit.conditions["staff_hours"] == "in"}
            assert (card.first <= now.date() <= card.last) == (visit.conditions["staff_dates"] == "in")
            seen.add((visit.written.staff_span, visit.written.staff_in_hours))
    assert len(seen) == 6


def test_staged_hours_are_what_the_schedule_makes_of_them(real: list[Visit]) -> None:
    for visit in real:
        seen = look(rules(visit, NOON), NOON)
        assert seen.day_kind == visit.world.day, visit
        if visit.world.day == "open":
            assert seen.last_entry_passed == visit.world.last_entry_passed, visit


def test_a_person_was_born_so_that_they_are_as_old_as_said(played: list[Visit]) -> None:
    for today in (dt.date(2026, 10, 20), dt.date(2028, 2, 29), dt.date(2027, 2, 28), dt.date(2027, 3, 1)):
        for visit in played[::7]:
            person = arranging.person(visit, today)
            if person is None or person.birth is None:
                continue
            had_birthday = (today.month, today.day) >= (person.birth.month, person.birth.day)
            assert today.year - person.birth.year - (not had_birthday) == visit.told.age, (person.birth, today)


def test_a_stage_is_told_what_it_needs(real: list[Visit]) -> None:
    needs = Counter(need for visit in real for need in arranging.needs(visit))
    assert set(needs) == set(arranging.Need)
    assert sum(not arranging.needs(visit) for visit in real) > COUNT / 3
    assert all(arranging.steps(visit)[0] == arranging.Show(visit.card) for visit in real)
