"""Rules while the service runs: they bite at the next card, and nothing that is not newer and signed is taken."""

from __future__ import annotations

import asyncio
import datetime as dt
import time

import msgspec
import pytest
from staging.hub import until
from staging.patience import within
from staging.stage import NEVER, members, open_always, rules_for, staged

from helhet_door.demo.library_faults import Fault, Kind
from helhet_door.demo.people import made_up
from helhet_door.rules.model import Day, Lists, Offline, Span, Times, Week
from helhet_door.rules.signed import sign
from helhet_door.words.tags import list_tag

PEOPLE = made_up(3, 7, dt.date(2019, 5, 14))


@pytest.mark.timed
async def test_withdrawal_bites_at_the_next_card(tmp_path) -> None:
    async with staged(tmp_path, PEOPLE) as stage:
        lists = members(stage, PEOPLE)
        stage.hub.enforce(rules_for(open_always(), lists))
        await stage.hub.obeyed()
        await stage.secure()
        first, second, _ = PEOPLE
        assert await stage.visit(first.card, first.pin + "#") == "member"
        left = {tag: each for tag, each in lists.agreements.items() if tag != list_tag(stage.list_key, first.card)}
        began = time.monotonic()
        stage.hub.enforce(rules_for(open_always(), msgspec.structs.replace(lists, agreements=left)))
        await stage.hub.obeyed()
        assert time.monotonic() - began < within(2.0)
        assert await stage.visit(first.card, first.pin + "#") == "no_agreement"
        assert await stage.visit(second.card, second.pin + "#") == "member"


async def test_withdrawal_bites_with_the_library_system_down(tmp_path) -> None:
    async with staged(tmp_path, PEOPLE) as stage:
        lists = members(stage, PEOPLE)
        settings = open_always(offline=Offline.RECENT, times=Times(same_card=0.0))
        stage.hub.enforce(rules_for(settings, lists))
        await stage.hub.obeyed()
        await stage.secure()
        first, second, third = PEOPLE
        for person in (first, second):
            assert await stage.visit(person.card, person.pin + "#") == "member"
        await stage.library.fault(Fault(Kind.REFUSE))
        await until(lambda: stage.hub.last is not None and not stage.hub.last.health.library_up, 10)
        tag = list_tag(stage.list_key, first.card)
        stage.hub.enforce(rules_for(settings, msgspec.structs.replace(lists, suspended={tag: dt.date(2999, 1, 1)})))
        await stage.hub.obeyed()
        assert await stage.visit(first.card, first.pin + "#") == "library_silent"
        assert await stage.visit(second.card, second.pin + "#") == "member_offline"
        assert await stage.visit(third.card, third.pin + "#") == "library_silent"


async def test_rules_outlive_the_process_and_the_net(tmp_path) -> None:
    async with staged(tmp_path, PEOPLE) as stage:
        stage.hub.enforce(rules_for(open_always(), members(stage, PEOPLE)))
        await stage.hub.obeyed()
        stage.hub.down = True
        await stage.kill()
        await stage.start()
        person = PEOPLE[0]

        async def let_in() -> bool:
            await stage.readers.card(person.card)
            await stage.readers.keys(person.pin + "#")
            await asyncio.sleep(2.0)
            return "member" in stage.reasons()

        await until(let_in, 15)
        assert not stage.hub.passages
        stage.hub.down = False
        await until(lambda: len(stage.hub.passages) == len(stage.reasons()), 10)


async def test_nothing_but_newer_signed_rules_of_this_branch_is_taken(tmp_path) -> None:
    async with staged(tmp_path, PEOPLE) as stage:
        lists = members(stage, PEOPLE)
        stage.hub.enforce(rules_for(open_always(), lists))
        await stage.hub.obeyed()
        serial = stage.hub.serial
        good = rules_for(open_always(week=Week((NEVER,) * 7)), Lists())
        later = msgspec.structs.replace(good, serial=serial + 5)
        signed = sign(later, stage.hub.key)
        other = sign(msgspec.structs.replace(later, settings=open_always(branch="boliden")), stage.hub.key)
        wild = Week((Day(open_plus=(Span(0, 99999),)),) * 7)
        attempts = {
            "signature": msgspec.structs.replace(signed, signature=bytes(64)),
            "branch": other,
            "settings": sign(msgspec.structs.replace(later, settings=open_always(week=wild)), stage.hub.key),
            "form": msgspec.structs.replace(sign(later, stage.hub.key), body=b"{}"),
        }
        stage.hub.serial = serial + 5  # the hub now offers whatever stands in ``signed``
        for attempt in attempts.values():
            stage.hub.signed = attempt
            before = stage.hub.reports
            await until(lambda before=before: stage.hub.reports > before + 3)
            assert stage.hub.last.rules_serial == serial
        log = (stage.folder / "service.log").read_text()
        assert {"signature", "branch", "settings"} <= {line.rpartition(": ")[2] for line in log.splitlines()}
        stage.hub.signed = signed
        await stage.hub.obeyed()
