"""What is wired to the readers, and what people do at them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from staging.fault import Deed, Entry, Fault
from staging.scene import Scene
from staging.stage import INPUTS

from helhet_door.demo.cards import encoded
from helhet_door.demo.reader_control import Refused
from helhet_door.rules.model import Alarm
from helhet_door.words.characters import legal_card
from helhet_door.words.events import Meaning
from helhet_door.words.rows import Kind

# What is wired to the readers


def _input(meaning: Meaning, on: bool, every: bool = False) -> Deed:
    """An input of door 1, or of every door."""

    async def do(scene: Scene) -> None:
        for door in scene.guests.presses if every else (1,):
            await scene.stage.readers.input(INPUTS.index(meaning), on, door)

    return do


def _tamper(on: bool) -> Deed:
    async def do(scene: Scene) -> None:
        for door in scene.guests.presses:
            await scene.stage.readers.do("tamper", door, on=on)

    return do


async def _flaps(scene: Scene) -> None:
    """Every contact goes on and off, ten times a second."""
    for number in range(30):
        await _input(Meaning.CONTACT, number % 2 == 0, every=True)(scene)
        await asyncio.sleep(0.1)


async def _out_by_the_button(scene: Scene) -> None:
    for on in (True, False):
        await _input(Meaning.EXIT_BUTTON, on)(scene)
        await asyncio.sleep(0.3)
    await scene.guests.through(1, 0.3)


async def _crowd(scene: Scene) -> None:
    """Three a second, for so long that whatever staff may bring in is over."""
    for _ in range(20):
        for on in (True, False):
            await _input(Meaning.ENTRY_COUNTED, on)(scene)
            await asyncio.sleep(0.15)


async def _fitted(scene: Scene) -> None:
    """The branch has an alarm; its panel says that it is not armed."""
    await scene.enforce(scene.rules(alarm=Alarm(fitted=True, answer_seconds=10)))


async def _not_fitted(scene: Scene) -> None:
    await _input(Meaning.ALARM_ARMED, False)(scene)
    await scene.stage.readers.restore(1)
    scene.returned = time.monotonic()
    await scene.enforce(scene.rules())


async def _first_line_cut(scene: Scene) -> None:
    await scene.stage.readers.cut(None, "wire", 1)


_armed = _input(Meaning.ALARM_ARMED, True)
_shut = _input(Meaning.CONTACT, False, every=True)

WIRED = (
    Fault(
        name="fire",
        inject=_input(Meaning.FIRE, True),
        mend=_input(Meaning.FIRE, False),
        entry=Entry.NOBODY,
        seen=Kind.EVACUATION,
        detail="begun",
        recovery=2.0,
    ),
    Fault(
        name="reader opened",
        inject=_tamper(True),
        mend=_tamper(False),
        stands=6.0,
        entry=Entry.EITHER,
        seen=Kind.TAMPER,
        recovery=1.0,
    ),
    Fault(
        name="door forced",
        inject=_input(Meaning.CONTACT, True, every=True),
        mend=_shut,
        entry=Entry.EVERYBODY,
        seen=Kind.DOOR_FORCED,
        touch=False,
    ),
    Fault(
        name="contact flaps",
        inject=_flaps,
        mend=_shut,
        entry=Entry.EVERYBODY,
        seen=Kind.DOOR_FORCED,
        touch=False,
    ),
    Fault(
        name="door held open",
        inject=_input(Meaning.CONTACT, True, every=True),
        mend=_shut,
        stands=7.0,
        entry=Entry.EITHER,
        seen=Kind.DOOR_HELD,
        within=10.0,
        touch=False,
    ),
    Fault(
        name="contact says open before the lock is released",
        inject=_input(Meaning.CONTACT, True, every=True),
        mend=_shut,
        stands=4.0,
        entry=Entry.EVERYBODY,
        seen=Kind.CONTACT_DISAGREES,
        touch=False,
    ),
    Fault(
        name="contact never says open",
        inject=_shut,
        stands=24.0,
        entry=Entry.EVERYBODY,
        seen=Kind.CONTACT_DISAGREES,
        detail="never opens",
        within=25.0,
        touch=False,
        pause=6.0,
    ),
    Fault(name="out by the exit button", inject=_out_by_the_button, entry=Entry.EVERYBODY),
    Fault(name="more come in than were let in", inject=_crowd, entry=Entry.EVERYBODY, seen=Kind.CROWD, within=9.0),
    Fault(
        name="alarm armed by somebody else",
        prepare=_fitted,
        inject=_armed,
        mend=_not_fitted,
        entry=Entry.NOBODY,
        seen=Kind.BRANCH,
        detail="disarm_requested",
        recovery=2.0,
    ),
    Fault(
        name="alarm does not disarm",
        prepare=_fitted,
        inject=_armed,
        mend=_not_fitted,
        stands=12.0,
        entry=Entry.NOBODY,
        seen=Kind.ALARM,
        within=16.0,
        recovery=2.0,
    ),
    Fault(
        name="alarm panel's line cut",
        prepare=_fitted,
        inject=_first_line_cut,
        mend=_not_fitted,
        entry=Entry.NOBODY,
        bites=1.0,
        seen=Kind.LINE_LOST,
        recovery=4.0,
    ),
)


# What people do at the readers

BAD_CARDS = (
    "djfiander|AD6789",
    "4711\rAY1",
    "0000|BLY|CQY|",
    "12",
    "-1234567",
    "A" * 33,
    "4711 4712",
    "'; DROP TABLE passages",
)


def _together(deed: Callable[[Scene, int], object]) -> Deed:
    """The same at every door, at once."""

    async def do(scene: Scene) -> None:
        await asyncio.gather(*(deed(scene, door) for door in scene.guests.presses))

    return do


async def _cards(scene: Scene, door: int) -> None:
    for _ in range(40):
        await scene.stage.readers.card(scene.guests.person().card, door)


async def _keys(scene: Scene, door: int) -> None:
    for _ in range(20):
        await scene.stage.readers.keys("1234567890", door)


async def _illegal(scene: Scene, door: int) -> None:
    text = BAD_CARDS[door % len(BAD_CARDS)]
    person = scene.guests.person()
    await scene.stage.readers.card(text, door)
    await scene.stage.readers.keys(person.pin + "#", door)


async def _nothing_illegal_asked(scene: Scene) -> None:
    asked = (await scene.stage.library.counts()).tries
    scene.said += [f"the library system was asked about {card!r}" for card in asked if not legal_card(card)]


async def _two_cards(scene: Scene, door: int) -> None:
    """The PIN of the first card, then another card, then the last key: that PIN belongs to nobody any more."""
    first, second = scene.guests.person(), scene.guests.person()
    await scene.stage.readers.card(first.card, door)
    await scene.stage.readers.keys(first.pin, door)
    await scene.stage.readers.card(second.card, door)
    before = time.monotonic()
    await scene.stage.readers.keys("#", door)
    scene.guests.note(door, before, right=False)


async def _bits(scene: Scene, door: int) -> None:
    """Cards of other kinds, as the reader hands them on."""
    data, bits = encoded("wiegand26", "12345678")
    with suppress(Refused):
        for hexadecimal, length in ((data.hex(), bits), ("ff" * 16, 128), ("00", 1), ("", 0)):
            await scene.stage.readers.do("card", door, hex=hexadecimal, bits=length)


AT_READER = (
    Fault(name="a flood of cards", inject=_together(_cards), entry=Entry.EITHER, says_no=False, recovery=4.0),
    Fault(name="a flood of keys", inject=_together(_keys), entry=Entry.EITHER, says_no=False, recovery=4.0),
    Fault(
        name="illegal characters on a card",
        inject=_together(_illegal),
        mend=_nothing_illegal_asked,
        entry=Entry.EITHER,
        recovery=3.0,
    ),
    Fault(name="another card in the middle of a PIN", inject=_together(_two_cards), entry=Entry.EITHER, recovery=3.0),
    Fault(name="cards of another kind", inject=_together(_bits), entry=Entry.EITHER, recovery=3.0),
)
