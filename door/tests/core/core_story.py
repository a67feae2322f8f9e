"""A door whose story is told: events in, time passing, and what it was told to do."""

from __future__ import annotations

from core_door import ASKS, NAME, OPENS

from helhet_door.decide.commands import (
    Command,
    Show,
)
from helhet_door.decide.door import Door, due, step
from helhet_door.decide.facts import Verdict
from helhet_door.decide.replies import Answered, Decided, Stored, Tick
from helhet_door.rules.model import Times
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.events import Card, Event, Input, Key, Line, Meaning, Signal

TIMES = Times()
CARD = "12345678"
RIGHT = Answer(Kind.ANSWERED, True, True)


class Story:
    """A door whose line has been whole for a minute, and what it was told to do."""

    def __init__(self, times: Times = TIMES) -> None:
        self.door = Door(NAME)
        self.times = times
        self.at = 0.0
        self.all: list[Command] = []
        self.does(Line(NAME, 0.0, True, "secure"))
        self.at = 60.0

    def does(self, event: Event) -> tuple[Command, ...]:
        self.door, commands = step(self.door, event, self.at, self.times)
        self.all += commands
        return commands

    def card(self, text: str = CARD) -> tuple[Command, ...]:
        return self.does(Card(NAME, self.at, text))

    def keys(self, text: str) -> tuple[Command, ...]:
        return tuple(command for key in text for command in self.does(Key(NAME, self.at, key)))

    def wait(self, seconds: float) -> tuple[Command, ...]:
        """Time passes, with a tick whenever one is due."""
        end, commands, ticks = self.at + seconds, (), 0
        while (moment := due(self.door, self.times)) <= end:
            ticks += 1
            assert ticks < 50, "due, and nothing is done"
            self.at = max(self.at, moment)
            commands = (*commands, *self.does(Tick(NAME, self.at)))
        self.at = end
        return (*commands, *self.does(Tick(NAME, self.at)))

    def decided(self, verdict: Verdict) -> tuple[Command, ...]:
        return self.does(Decided(NAME, self.at, self.door.visit.number, verdict))

    def answered(self) -> tuple[Command, ...]:
        return self.does(Answered(NAME, self.at, self.door.visit.number, RIGHT))

    def stored(self, ok: bool = True) -> tuple[Command, ...]:
        return self.does(Stored(NAME, self.at, self.door.visit.number, ok))

    def contact(self, is_open: bool) -> tuple[Command, ...]:
        return self.does(Input(NAME, self.at, Meaning.CONTACT, is_open))

    def until_commit(self) -> None:
        self.card()
        self.keys("1234#")
        self.decided(ASKS)
        self.answered()
        self.decided(OPENS)

    def let_in(self, verdict: Verdict = OPENS) -> None:
        self.card()
        self.keys("1234#")
        self.decided(verdict)
        self.stored()


def of(kind: type[Command], commands: tuple[Command, ...] | list[Command]) -> list[Command]:
    return [command for command in commands if isinstance(command, kind)]


def shown(commands: tuple[Command, ...]) -> list[Signal]:
    return [command.signal for command in commands if isinstance(command, Show)]
