"""One visit at a door: a card, a PIN, a verdict, a stored row, a pulse. A part of the door machine (door.py).

**The same time for every no.** A refusal is shown ``Times.ask`` seconds after the last key, whatever its reason and
however fast it was found, so that nothing can be learnt from how long it takes. Only a visit that the disk or the
service itself holds up is told later, and never later than ``LATEST``.

**While a verdict is on its way the reader is busy:** cards and keys are dropped, for ``LATEST`` seconds at most. So a
second card can neither take over the PIN of the first, nor cut short a wrong guess before it is counted and stored.
"""

from __future__ import annotations

from enum import StrEnum
from math import inf

import msgspec
from msgspec.structs import replace

from helhet_door.decide.commands import Ask, Command, Commit, Decide, Disarm, Opened, Pulse, Record, Show
from helhet_door.decide.facts import SIGNALS, Verdict
from helhet_door.decide.replies import Answered, Decided, Stored
from helhet_door.rules.model import Times
from helhet_door.words import rows
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.characters import LONGEST_PIN
from helhet_door.words.events import Signal
from helhet_door.words.reasons import Reason

COMMIT = 1.0
"""Seconds in which a row must be on disk; after that the person is refused, even if it gets there."""

LATEST = 2.5
"""Seconds after the last key after which no pulse is commanded, whatever the rest took."""

SILENT = Answer(Kind.SILENT)
EMPTY_PIN = Verdict(reason=Reason.EMPTY_PIN, signal=SIGNALS[Reason.EMPTY_PIN])
NOT_STORED = Verdict(reason=Reason.NOT_STORED, signal=SIGNALS[Reason.NOT_STORED])


class Stage(StrEnum):
    """What a visit waits for."""

    NONE = "none"  # there is no visit
    PIN = "pin"
    DECISION = "decision"  # the verdict without the library system
    ANSWER = "answer"  # the library system
    VERDICT = "verdict"  # the verdict on its answer
    MOMENT = "moment"  # refused: the moment at which every refusal is shown
    STORE = "store"  # let in: the row


class Visit(msgspec.Struct, frozen=True):
    """One visit; ``number`` only grows. Times are seconds of the monotonic clock."""

    number: int = 0
    stage: Stage = Stage.NONE
    card: str = ""
    pin: str = ""
    since: float = -inf  # when the card was shown
    last_key: float = -inf
    until: float = inf  # when this stage is over
    verdict: Verdict | None = None

    def __repr__(self) -> str:
        return f"Visit({self.number}, {self.stage})"  # no card, no PIN in a log or a traceback


Result = tuple[Visit, tuple[Command, ...]]


def over(visit: Visit) -> Visit:
    """No visit any more; its card and PIN are gone."""
    return Visit(number=visit.number)


def card(door: str, visit: Visit, text: str, shown: float, times: Times, usable: bool) -> Result:
    """A card: a new visit with an empty PIN. Where it is not ``usable``, it is decided at once and without a PIN."""
    if visit.stage not in (Stage.NONE, Stage.PIN):
        return visit, ()
    new = Visit(visit.number + 1, Stage.PIN, text, since=shown, last_key=shown, until=shown + times.pin)
    if not usable:
        return _decide(door, new, shown, times)
    return new, (Show(door, Signal.ENTER_PIN),)


def assist(visit: Visit, number: int, times: Times) -> Visit:
    """Longer time for the PIN."""
    if visit.stage is not Stage.PIN or visit.number != number:
        return visit
    return replace(visit, until=visit.since + max(times.pin, times.pin_assistive))


def key(door: str, visit: Visit, text: str, pressed: float, times: Times) -> Result:
    """A key, pressed after the card. One digit more than a PIN may have is kept: too long a PIN is refused, not cut."""
    if visit.stage is not Stage.PIN or pressed < visit.since:
        return visit, ()
    if text == "#":
        return _decide(door, visit, pressed, times)
    if text == "*":
        return replace(visit, pin=""), (Show(door, Signal.KEY),)
    pin = visit.pin + text if len(visit.pin) <= LONGEST_PIN else visit.pin
    return replace(visit, pin=pin), (Show(door, Signal.KEY),)


def _decide(door: str, visit: Visit, last_key: float, times: Times) -> Result:
    asked = replace(visit, stage=Stage.DECISION, last_key=last_key, until=last_key + times.ask)
    return asked, (Show(door, Signal.WAIT), Decide(door, visit.number, visit.card, visit.pin, None))


def decided(door: str, visit: Visit, event: Decided, at: float, times: Times) -> Result:
    """A verdict: refuse, ask the library system, or store the row of an opening."""
    if visit.stage not in (Stage.DECISION, Stage.VERDICT) or visit.number != event.visit:
        return visit, ()
    verdict = event.verdict
    if (verdict.ask or verdict.open) and visit.pin == "":
        return _refuse(door, visit, EMPTY_PIN, at, times)  # cannot be; nothing opens or is asked without a PIN
    if verdict.ask:
        if visit.stage is Stage.VERDICT:
            return _refuse(door, visit, NOT_STORED, at, times)  # cannot be either; nobody is asked twice
        seconds = visit.last_key + times.ask - at
        waiting = replace(visit, stage=Stage.ANSWER)
        return waiting, (Ask(door, visit.number, visit.card, visit.pin, seconds),)
    if not verdict.open:
        return _refuse(door, visit, verdict, at, times)
    until = min(at + COMMIT, visit.last_key + LATEST)
    storing = replace(visit, stage=Stage.STORE, pin="", verdict=verdict, until=until)
    return storing, (Commit(door, visit.number, visit.card, verdict),)


def answered(door: str, visit: Visit, event: Answered) -> Result:
    """The library system has answered, in time."""
    if visit.stage is not Stage.ANSWER or visit.number != event.visit:
        return visit, ()
    return _answer(door, visit, event.answer)


def _answer(door: str, visit: Visit, answer: Answer) -> Result:
    judging = replace(visit, stage=Stage.VERDICT, until=visit.last_key + LATEST)
    return judging, (Decide(door, visit.number, visit.card, visit.pin, answer),)


def _refuse(door: str, visit: Visit, verdict: Verdict, at: float, times: Times) -> Result:
    moment = max(at, visit.last_key + times.ask)
    refused = replace(visit, stage=Stage.MOMENT, pin="", verdict=verdict, until=moment)
    return refused, (Commit(door, visit.number, visit.card, verdict),)


def stored(door: str, visit: Visit, event: Stored) -> Result:
    """The row of an opening is on disk, or not: only now the lock is pulsed."""
    if visit.stage is not Stage.STORE or visit.number != event.visit or visit.verdict is None:
        return visit, ()
    if not event.ok:
        return _unstored(door, visit, "not stored")
    verdict = visit.verdict
    disarm = (Disarm(door),) if verdict.disarm else ()
    pulse = Pulse(door, visit.number, verdict.seconds, visit.number)
    return over(visit), (*disarm, pulse, Show(door, verdict.signal))


def _unstored(door: str, visit: Visit, detail: str) -> Result:
    told = (Record(door, rows.Kind.STORE, detail), Opened(door, visit.number, False))
    return over(visit), (*told, Show(door, SIGNALS[Reason.NOT_STORED]))


def expire(door: str, visit: Visit, at: float, times: Times) -> Result:
    """All that is due at ``at``."""
    commands: tuple[Command, ...] = ()
    while at >= visit.until:
        visit, more = _end(door, visit, at, times)
        commands = (*commands, *more)
    return visit, commands


def _end(door: str, visit: Visit, at: float, times: Times) -> Result:
    """A stage whose time is over."""
    match visit.stage:
        case Stage.NONE:
            return visit, ()
        case Stage.PIN:
            return over(visit), (Show(door, Signal.IDLE),)
        case Stage.DECISION | Stage.VERDICT:
            return _refuse(door, visit, NOT_STORED, at, times)
        case Stage.ANSWER:
            return _answer(door, visit, SILENT)
        case Stage.MOMENT:
            return over(visit), (Show(door, visit.verdict.signal if visit.verdict else Signal.REFUSED),)
        case Stage.STORE:
            return _unstored(door, visit, "not stored in time")
