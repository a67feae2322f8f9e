"""Gathers the facts of a try and decides, with the count of wrong guesses kept ahead of every question."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

from helhet_door.decide.commands import Decide
from helhet_door.decide.decide import decide
from helhet_door.decide.door import Door
from helhet_door.decide.facts import Facts, Verdict
from helhet_door.decide.recent import Recent
from helhet_door.decide.visit import NOT_STORED
from helhet_door.rules import hours
from helhet_door.rules.model import Rules, Times
from helhet_door.rules.staff_pin import right
from helhet_door.service.house import House
from helhet_door.service.limiter import Counting, Limiter
from helhet_door.service.obeyed import Obeyed
from helhet_door.service.records import Records
from helhet_door.service.timekeeping import Timekeeper
from helhet_door.words.answers import Kind
from helhet_door.words.characters import legal_card, legal_pin
from helhet_door.words.clock import Clock
from helhet_door.words.reasons import LETS_IN, Reason
from helhet_door.words.rows import Kind as Happening
from helhet_door.words.tags import list_tag

#: Refusals after which an earlier approval of the same card is worth nothing while the library system is down.
FORGETS = frozenset({Reason.BLOCKED, Reason.EXPIRED, Reason.SUSPENDED, Reason.NO_AGREEMENT})


class Judging:
    """Decides for all doors of a branch."""

    def __init__(
        self,
        clock: Clock,
        timekeeper: Timekeeper,
        obeyed: Obeyed,
        limiter: Limiter,
        house: House,
        records: Records,
        list_key: bytes,
    ) -> None:
        self._clock = clock
        self._timekeeper = timekeeper
        self._obeyed = obeyed
        self._limiter = limiter
        self._house = house
        self._records = records
        self._list_key = list_key
        self._counting: dict[str, tuple[int, Counting]] = {}
        self._last: dict[str, tuple[str, float]] = {}
        self.recent = Recent()

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self._obeyed.rules

    @property
    def times(self) -> Times:
        """The seconds that a visit may take."""
        return self.rules.settings.times

    def today(self) -> dt.date:
        """The branch's date."""
        return hours.local(self.rules, self._clock.now()).date()

    def tag(self, card: str) -> str:
        """The tag under which ``card`` stands in the rules; "" for what cannot be a card."""
        return list_tag(self._list_key, card) if legal_card(card) else ""

    def assistive(self, card: str) -> bool:
        """Whether this card has longer times."""
        agreement = self.rules.lists.agreements.get(self.tag(card))
        return agreement is not None and agreement.assistive

    def granted(self, door: str, card: str) -> None:
        """The lock is about to be released for this card."""
        self._last[door] = (self.tag(card), self._clock.monotonic())

    def not_opened(self, door: str) -> None:
        """Nobody came in on it: the same card may try again at once."""
        self._last.pop(door, None)

    async def verdict(self, door: Callable[[], Door], command: Decide) -> Verdict:
        """The verdict that ``command`` asks for; ``door`` is looked at when all that takes time is done."""
        staff = await self._staff_pin_right(command.card, command.pin)
        if command.answer is not None:
            await self._answered(command)
        facts = self._facts(door(), command, staff)
        verdict = decide(facts, self.rules, command.answer)
        if verdict.ask:
            return verdict if await self._count(command) else NOT_STORED
        await self._judged(command, facts, verdict)
        return verdict

    def _facts(self, door: Door, command: Decide, staff: bool) -> Facts:
        now, rules = self._clock.now(), self.rules
        at = self._clock.monotonic()
        self._timekeeper.look()
        look = hours.look(rules, now)
        card, pin, tag = command.card, command.pin, self.tag(command.card)
        asked = command.answer is not None  # then this very guess is counted already
        last = self._last.get(door.name, ("", -1e9))
        return Facts(
            evacuation=self._house.evacuation,
            secure=door.secure,
            line_quiet=at - door.line_at,
            clock_trusted=self._timekeeper.trusted,
            card=card,
            pin=pin,
            card_limited=not asked and legal_card(card) and self._limiter.card_limited(card),
            reader_limited=not asked and self._limiter.reader_limited(door.name),
            branch=self._house.state,
            now_local=look.now_local,
            tag=tag,
            staff_pin_right=staff,
            day_kind=look.day_kind,
            last_entry_passed=look.last_entry_passed,
            recent=self.recent.holds(tag, card, pin, at, rules.settings.recent_hours),
            occupancy=self._house.occupancy,
            stored_ok=self._records.fault is None,
            same_card=last[0] == tag and at - last[1] < rules.settings.times.same_card,
            panel=self._house.panel,
        )

    async def _staff_pin_right(self, card: str, pin: str) -> bool:
        """Only a staff card costs the time of scrypt; it is looked up in a thread."""
        tag = self.tag(card)
        staff = self.rules.lists.staff.get(tag)
        if staff is None or not legal_pin(pin) or self._limiter.card_limited(card):
            return False
        return await asyncio.to_thread(right, staff.pin, pin, self._list_key, tag)

    async def _count(self, command: Decide) -> bool:
        counting = await self._limiter.count(command.card, command.door)
        if counting is None:
            return False
        self._counting[command.door] = (command.visit, counting)
        return True

    def _counted(self, command: Decide) -> Counting | None:
        visit, counting = self._counting.get(command.door, (-1, None))
        return counting if visit == command.visit else None

    async def _answered(self, command: Decide) -> None:
        """Take the count back where the PIN was right, or the question never left us."""
        counting, answer = self._counted(command), command.answer
        if counting is None or answer is None:
            return
        right = answer.kind is Kind.ANSWERED and answer.known is True and answer.pin_right is True
        if right or (answer.kind is Kind.SILENT and not self._house.library_up):
            del self._counting[command.door]
            await self._limiter.take_back(counting)
        elif answer.kind is Kind.SILENT:
            await self._limiter.nobody_answered(counting)

    async def _judged(self, command: Decide, facts: Facts, verdict: Verdict) -> None:
        counting = self._counted(command)
        if verdict.guess and counting is None:  # a staff PIN, at an hour at which nobody is asked
            counting = await self._limiter.count(command.card, command.door)
        if counting is not None:
            self._counting.pop(command.door, None)
            self._tell(command.door, counting)
        if verdict.reason is Reason.MEMBER:
            self.recent.approve(facts.tag, command.card, command.pin, self._clock.monotonic())
        elif verdict.reason in FORGETS:
            self.recent.forget(facts.tag)
        assert verdict.open == (verdict.reason in LETS_IN)

    def _tell(self, door: str, counting: Counting) -> None:
        if counting.card_locked:
            self._records.happening(door, Happening.GUESSING, "card locked")
        if counting.reader_locked:
            self._records.happening(door, Happening.GUESSING, "reader locked")
