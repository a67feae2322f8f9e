"""Guessing a PIN at real readers: however it is tried, five guesses reach the library system in a quarter of an hour.

Ten thousand guesses are the long job benchmarks/guessing.py.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random

import pytest
from staging.hub import until
from staging.stage import members, open_always, rules_for, staged

from helhet_door.demo.people import made_up
from helhet_door.rules.model import Limits, Times
from helhet_door.words.rows import Kind

PEOPLE = made_up(30, 4, dt.date(2019, 5, 14))
DOORS = 3
FAST = Times(ask=0.3)  # whoever guesses is told sooner, and can guess more


async def begin(stage, limits: Limits) -> None:
    stage.hub.enforce(rules_for(open_always(times=FAST, limits=limits), members(stage, PEOPLE)))
    await stage.hub.obeyed(15)
    await stage.secure(15)


async def guess(stage, card: str, pins: list[str], door: int) -> None:
    """Guess at one door, as fast as it takes guesses."""
    for pin in pins:
        await stage.readers.card(card, door)
        await asyncio.sleep(0.15)
        await stage.readers.keys(pin + "#", door)
        await asyncio.sleep(0.9)


def wrong_pins(pin: str, many: int, dice: random.Random) -> list[str]:
    return dice.sample([f"{number:04d}" for number in range(10_000) if f"{number:04d}" != pin], many)


@pytest.mark.slow
async def test_five_guesses_reach_the_library_system_at_all_doors_together_and_over_kills(tmp_path) -> None:
    dice, victim = random.Random(4), PEOPLE[0]
    async with staged(tmp_path, PEOPLE, DOORS) as stage:
        await begin(stage, Limits())
        pins = wrong_pins(victim.pin, 36, dice)
        for number, kill_after in enumerate((1.4, 0.6, None)):  # in the middle of a guess, and then to the end
            share = pins[number * 12 : (number + 1) * 12]
            ways = (guess(stage, victim.card, share[door - 1 :: DOORS], door) for door in range(1, DOORS + 1))
            guessing = asyncio.gather(*ways)
            if kill_after is not None:
                await asyncio.sleep(kill_after)
                await stage.kill()
                stage.hub.last = None
                await stage.start()
            await guessing
            await stage.secure(15)
        assert 3 <= (await stage.library.counts()).tries[victim.card] <= 5
        assert await stage.visit(victim.card, victim.pin + "#") == "card_limit"  # the right one too
        assert stage.reasons().count("card_limit") > 5
        assert Kind.GUESSING.value in {kind for kind, _ in stage.kinds()}
        other = PEOPLE[1]
        assert await stage.visit(other.card, other.pin + "#") == "member"


@pytest.mark.slow
async def test_a_reader_at_which_many_cards_are_tried_asks_no_more(tmp_path) -> None:
    async with staged(tmp_path, PEOPLE, DOORS) as stage:
        await begin(stage, Limits(reader_wrong=6))
        for person in PEOPLE[:12]:
            await guess(stage, person.card, ["0" if person.pin == "1" else "1"], 1)
        await until(lambda: len(stage.reasons()) == 12, 5.0)
        assert sum((await stage.library.counts()).tries.values()) == 6
        assert stage.reasons()[6:] == ["reader_limit"] * 6
        free = PEOPLE[20]
        assert await stage.visit(free.card, free.pin + "#", reader=2) == "member"
