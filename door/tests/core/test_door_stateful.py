"""The door machine under random events at random times, by hypothesis: the same promises on an uneven clock."""

from __future__ import annotations

from core_door import ASKS, NAME, OPENS, REFUSES, Witness, go
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from helhet_door.decide.commands import Command
from helhet_door.decide.door import Door
from helhet_door.decide.facts import Verdict
from helhet_door.decide.replies import Answered, Assist, Decided, Stored, Tick
from helhet_door.decide.visit import Stage
from helhet_door.rules.model import Times
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.events import Card, Event, Input, Key, Line, Meaning, Relay
from helhet_door.words.states import DoorState

TIMES = Times()
AGO = st.sampled_from((0, 0, 0, 1))


class Playing(RuleBasedStateMachine):
    """Anything, in any order, with any delay."""

    def __init__(self) -> None:
        super().__init__()
        self.door, self.witness, self.at = Door(NAME), Witness(), 100.0
        self.typed = ""
        self.go(Line(NAME, 100.0, True, "secure"))
        self.at = 110.0

    def go(self, event: Event) -> tuple[Command, ...]:
        self.door, self.witness, commands = go(self.door, self.witness, event, self.at, TIMES)
        return commands

    def number(self, ago: int) -> int:
        return self.door.visit.number - ago

    @rule(seconds=st.floats(0.0, 3.0))
    def time(self, seconds: float) -> None:
        self.at += seconds
        self.go(Tick(NAME, self.at))

    @rule(text=st.sampled_from(("aaaa", "bbbb", "x|y", "")), delay=st.floats(0.0, 4.0))
    def card(self, text: str, delay: float) -> None:
        self.go(Card(NAME, self.at - delay, text))

    @rule(text=st.sampled_from(("aaaa", "bbbb")), late=st.floats(0.0, 2.6), seconds=st.floats(0.0, 1.4))
    def visit(self, text: str, late: float, seconds: float) -> None:
        """A whole visit, its last result so late."""
        self.go(Card(NAME, self.at, text))
        self.digit()
        self.go(Key(NAME, self.at, "#"))
        self.go(Decided(NAME, self.at, self.number(0), ASKS))
        self.at += seconds
        self.go(Answered(NAME, self.at, self.number(0), Answer(Kind.ANSWERED, True, True)))
        self.go(Decided(NAME, self.at, self.number(0), OPENS))
        self.at += late
        self.go(Stored(NAME, self.at, self.number(0), True))

    @rule()
    def digit(self) -> None:
        digit = {"aaaa": "1", "bbbb": "2"}.get(self.witness.newest_card, "3")
        self.go(Key(NAME, self.at, digit))

    @rule(key=st.sampled_from("#*"), delay=st.floats(0.0, 4.0))
    def key(self, key: str, delay: float) -> None:
        self.go(Key(NAME, self.at - delay, key))

    @rule(secure=st.booleans())
    def line(self, secure: bool) -> None:
        self.go(Line(NAME, self.at, secure, "x"))

    @rule(ago=AGO, verdict=st.sampled_from((ASKS, OPENS, REFUSES)))
    def decided(self, ago: int, verdict: Verdict) -> None:
        self.go(Decided(NAME, self.at, self.number(ago), verdict))

    @rule(ago=AGO)
    def answered(self, ago: int) -> None:
        self.go(Answered(NAME, self.at, self.number(ago), Answer(Kind.ANSWERED, True, True)))

    @rule(ago=AGO, ok=st.booleans())
    def stored(self, ago: int, ok: bool) -> None:
        self.go(Stored(NAME, self.at, self.number(ago), ok))

    @rule(ago=AGO, taken=st.booleans())
    def relay(self, ago: int, taken: bool) -> None:
        self.go(Relay(NAME, self.at, self.number(ago), taken))

    @rule(ago=AGO)
    def assist(self, ago: int) -> None:
        self.go(Assist(NAME, self.at, self.number(ago)))

    @rule(meaning=st.sampled_from(Meaning), on=st.booleans())
    def input(self, meaning: Meaning, on: bool) -> None:
        self.go(Input(NAME, self.at, meaning, on))

    @invariant()
    def a_visit_never_outlives_its_time(self) -> None:
        visit = self.door.visit
        if visit.stage not in (Stage.NONE, Stage.PIN):
            assert self.at - visit.last_key <= 4.0 + 2.5  # the longest delay that is played, and the latest
        assert self.door.state in DoorState


TestPlaying = Playing.TestCase
TestPlaying.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
