"""The service over real protocols: simulated readers, a library system and a centre in processes of their own."""

from __future__ import annotations

import datetime as dt

from staging.hub import until
from staging.stage import members, open_always, rules_for, staged

from helhet_door.demo.people import made_up
from helhet_door.rules.model import Times

TODAY = dt.date(2019, 5, 14)
PEOPLE = made_up(5, 1, TODAY)


async def test_a_member_comes_in_and_the_row_is_there_before_the_relay_moves(tmp_path) -> None:
    async with staged(tmp_path, PEOPLE) as stage:
        stage.hub.enforce(rules_for(open_always(), members(stage, PEOPLE)))
        await stage.hub.obeyed()
        await stage.secure()
        person = PEOPLE[0]
        assert await stage.visit(person.card, person.pin + "#") == "member"
        await until(stage.relay)
        assert [row[0] for row in stage.rows("SELECT count(*) FROM passages WHERE tag IS NOT NULL")] == [1]
        await stage.readers.input(0, True)
        await until(lambda: stage.rows("SELECT opened FROM opened") == [(1,)])
        await until(lambda: len(stage.hub.passages) == 1)


async def test_a_wrong_pin_does_not_open(tmp_path) -> None:
    async with staged(tmp_path, PEOPLE) as stage:
        stage.hub.enforce(rules_for(open_always(), members(stage, PEOPLE)))
        await stage.hub.obeyed()
        await stage.secure()
        person = PEOPLE[0]
        wrong = f"{(int(person.pin) + 1) % 10000:04d}"
        assert await stage.visit(person.card, wrong + "#") == "wrong_pin"
        assert await stage.visit("12345678", wrong + "#") == "unknown_card"
        assert not await stage.readers.changes()
        assert stage.rows("SELECT tag FROM passages") == [(None,), (None,)]


async def test_who_did_not_pull_in_time_may_try_again_at_once_and_who_came_in_not(tmp_path) -> None:
    async with staged(tmp_path, PEOPLE) as stage:
        times = Times(pulse=1.0)
        stage.hub.enforce(rules_for(open_always(times=times), members(stage, PEOPLE)))
        await stage.hub.obeyed()
        await stage.secure()
        person = PEOPLE[0]
        assert await stage.visit(person.card, person.pin + "#") == "member"
        await until(lambda: stage.rows("SELECT opened FROM opened") == [(0,)])
        assert await stage.visit(person.card, person.pin + "#") == "member"
        await until(stage.relay)
        await stage.readers.input(0, True)
        await until(lambda: stage.rows("SELECT opened FROM opened ORDER BY rowid") == [(0,), (1,)])
        await stage.readers.input(0, False)
        assert await stage.visit(person.card, person.pin + "#") == "same_card"
