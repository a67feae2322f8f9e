"""Brings a scene about on a stage: rules, inputs, the clock, the disk and the library system, and undoes it again.

Between two scenes everything is plain: the branch is open to everybody, and nothing is wrong. All that people must have
done before a visit is done then.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress

import arranging
import msgspec
from scene import Scene, common
from staging.hub import until
from staging.stage import BRANCH, INPUTS, Stage, open_always
from visit import ZONE, Visit

from helhet_door.demo.library_control import Forget, Forgive
from helhet_door.demo.library_faults import Fault, Kind
from helhet_door.demo.reader_control import Refused
from helhet_door.rules import staff_pin
from helhet_door.rules.model import Agreement, Limits, Lists, Rules, Settings, Times
from helhet_door.words.events import Meaning
from helhet_door.words.states import BranchState, Panel
from helhet_door.words.tags import list_tag

HOUSE = 1
"""The reader that the branch's own inputs are wired to. Nobody comes in there."""
PATIENT = Limits(card_wrong=5, card_minutes=60, reader_wrong=100, reader_minutes=1)
"""So that the wrong guesses of one visit are not the next one's; a card stays locked for as long as a stage lasts."""
MARGIN = 8
"""Minutes for which what was true of a person's hours when the scene began must stay true."""
STEP = 20
"""People who are counted in one go: a reader keeps no more than 64 reports."""
CHEAP = 2**10
"""scrypt's N for the staff PINs of a stage, which are looked up on two cores for all doors."""
REST = 200.0
"""Seconds within which a branch that is closed comes to rest: nothing has moved for a minute, and a line that falls by
itself begins the minute again."""
JUMP = 7.0
"""Seconds by which the clock jumps where it is not to be trusted."""
SHORT = Times(pulse=2.0, pulse_assistive=2.0)
"""So that who was let in a moment ago finds the door shut again."""
AGREED = Agreement(99)


class Stagehand:
    """One for each stage."""

    def __init__(self, stage: Stage, visits: Iterable[Visit]) -> None:
        self.stage = stage
        self.limits = PATIENT
        self._hashes: dict[tuple[str, str], str] = {}
        self._pen: sqlite3.Connection | None = None
        self._agreements: dict[str, Agreement] = {}
        self._lists = Lists()
        self._write(visits)

    @property
    def now(self) -> dt.datetime:
        """The time on the branch's wall."""
        return (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.stage.offset)).astimezone(ZONE)

    # Rules

    def _write(self, visits: Iterable[Visit]) -> None:
        """Let the lists say of each card what the visit needs, as of now."""
        for visit in visits:
            lists = self._rules(visit).lists
            self._lists.agreements.update(lists.agreements)
            self._lists.suspended.update(lists.suspended)
            self._lists.staff.update(lists.staff)

    def _rules(self, visit: Visit) -> Rules:
        return arranging.rules(visit, self.now, self.stage.list_key, self._hashed, MARGIN)

    def _hashed(self, tag: str, pin: str) -> str:
        if (tag, pin) not in self._hashes:
            staff_pin.N, usual = CHEAP, staff_pin.N
            self._hashes[tag, pin] = staff_pin.hashed(pin, self.stage.list_key, tag)
            staff_pin.N = usual
        return self._hashes[tag, pin]

    def tag(self, card: str) -> str:
        """The card as it stands in the lists."""
        return list_tag(self.stage.list_key, card)

    async def enforce(self, rules: Rules, members: Iterable[str] = ()) -> None:
        """Give out ``rules`` with everybody's cards; ``members`` (tags) have an agreement that is in order."""
        replace = msgspec.structs.replace
        mine = rules.lists
        lists = replace(
            mine,
            agreements=self._lists.agreements | dict.fromkeys(members, AGREED),
            suspended={tag: day for tag, day in self._lists.suspended.items() if tag not in set(members)},
            staff=self._lists.staff,
        )
        settings = replace(rules.settings, branch=BRANCH, limits=self.limits)
        self.stage.hub.enforce(replace(rules, settings=settings, lists=lists))
        await self.stage.hub.obeyed(10)

    # Everything plain

    async def plain(self, members: Iterable[str] = ()) -> None:
        """Open to everybody, nothing wrong, nobody counted out."""
        self.give_the_pen_back()
        await self.stage.library.clear()
        if not self._health.clock_trusted:
            self.stage.set_clock(kept=True)
        with suppress(Refused):
            await self.stage.readers.restore(HOUSE)
        for meaning in (Meaning.FIRE, Meaning.ALARM_ARMED, Meaning.ALARM_READY):
            await self._input(meaning, False)
        await self.known(lambda: self._health.clock_trusted and self._health.library_up and not self._lost)
        await self.enforce(Rules(1, "", _plain_settings()), members)
        await self.known(lambda: self._health.state is BranchState.OPEN_PLUS)
        await self.stage.library.order(Forgive())

    @property
    def _health(self):
        last = self.stage.hub.last
        assert last is not None
        return last.health

    @property
    def _lost(self) -> bool:
        return not all(door.secure for door in self._health.doors) or "store" in self._health.faults

    def secure(self, door: int) -> bool:
        """Whether the box says that this reader is in secure channel."""
        return next(each.secure for each in self._health.doors if each.door == f"door-{door}")

    async def known(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait until what the box says of itself is so."""
        await until(condition, seconds, 0.03)

    async def _input(self, meaning: Meaning, on: bool) -> None:
        number = INPUTS.index(meaning)
        if (await self.stage.readers.state(HOUSE))["inputs"][number] is not on:
            await self.stage.readers.input(number, on, HOUSE)

    # A scene

    async def prepare(self, scene: Scene) -> None:
        """What takes its time and disturbs nobody yet."""
        if scene.inside is not None:
            await self._count(scene.inside)
        await self._input(Meaning.ALARM_READY, scene.panel is Panel.READY)
        await self._input(Meaning.ALARM_ARMED, scene.panel is Panel.ARMED)
        if scene.panel is Panel.UNKNOWN:
            await self.stage.readers.cut(reader=HOUSE)
            await self.known(lambda: not self.secure(HOUSE))
        else:
            await self._heard()

    async def _heard(self) -> None:
        """Wait until the branch's reader has told all that it had to tell, and the box has heard it."""
        while (await self.stage.readers.state(HOUSE))["waiting"]:
            await asyncio.sleep(0.05)
        reports = self.stage.hub.reports
        await self.known(lambda: self.stage.hub.reports > reports + 1)

    async def begin(self, scene: Scene, visits: list[Visit]) -> None:
        """The rest: from now on the scene is as it says."""
        self._write(visits)
        await self.enforce(common(self._rules(visits[0])))
        if scene.evacuation:
            await self._input(Meaning.FIRE, True)
        await self.known(lambda: self._health.state is scene.branch, REST)
        if scene.inside is not None and scene.branch not in (BranchState.ARMED, BranchState.CLOSED):
            assert self._health.occupancy == scene.inside
        if scene.dark:
            await self.stage.library.fault(Fault(Kind.REFUSE))
            await self.known(lambda: not self._health.library_up)
        if not scene.clock_trusted:
            self.stage.set_clock(self.stage.offset + JUMP, kept=False)
            await self.known(lambda: not self._health.clock_trusted)
        if not scene.stored:
            self._take_the_pen()

    async def go_on(self, scene: Scene, visits: list[Visit]) -> None:
        """From one scene to another that differs in its rules alone."""
        await self.stage.library.clear()
        await self.stage.library.order(Forgive())
        await self.tell_the_library(visits)
        await self.begin(scene, visits)

    def still(self, scene: Scene) -> bool:
        """Whether the branch is as the scene says."""
        return (
            self._health.state is scene.branch
            and self._health.clock_trusted is scene.clock_trusted
            and self._health.library_up is not scene.dark
        )

    async def _count(self, inside: int) -> None:
        """Let people come in or go out until so many are inside."""
        while (there := self._health.occupancy) != inside:
            assert there is not None
            number = INPUTS.index(Meaning.ENTRY_COUNTED if there < inside else Meaning.EXIT_COUNTED)
            step = min(STEP, abs(inside - there))
            for _ in range(step):
                for on in (True, False):
                    await self.stage.readers.input(number, on, HOUSE)
            await self._heard()  # and look again: a line that falls loses what it did not tell

    def _take_the_pen(self) -> None:
        """Hold the database's write lock, as another process would: no row can be stored."""
        self._pen = sqlite3.connect(self.stage.folder / "state" / "door.sqlite", timeout=10, isolation_level=None)
        self._pen.execute("BEGIN IMMEDIATE")

    def give_the_pen_back(self) -> None:
        """Rows can be stored again."""
        if self._pen is not None:
            self._pen.execute("ROLLBACK")
            self._pen.close()
            self._pen = None

    async def tell_the_library(self, visits: Iterable[Visit]) -> None:
        """Who the library system knows, and what it does wrong with each of their cards."""
        visits, today = list(visits), self.now.date()
        people = {visit.card: arranging.person(visit, today) for visit in visits}
        await self.stage.library.order(Forget(tuple(card for card, person in people.items() if person is None)))
        await self.stage.library.people(person for person in people.values() if person is not None)
        for visit in visits:
            for fault in arranging.faults(visit):
                about = msgspec.structs.replace(fault, times=None, fields={**fault.fields, "AA": visit.card})
                await self.stage.library.fault(about)


def _plain_settings() -> Settings:
    return open_always(min_age=1, consent_age=0, blocking_flags=(), agreement_version=1, times=SHORT)
