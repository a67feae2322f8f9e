"""The branch as one: its machine, its alarm, its lights and voice, and how many people are in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from helhet_door.decide import branch as machine
from helhet_door.decide import commands as do
from helhet_door.decide.branch import Branch
from helhet_door.decide.replies import DisarmAsked, Tick
from helhet_door.reader.settings import Reader
from helhet_door.rules import hours
from helhet_door.service.headcount import Headcount
from helhet_door.service.obeyed import Obeyed
from helhet_door.service.records import Records
from helhet_door.service.scenes import Scenes
from helhet_door.service.timekeeping import Timekeeper
from helhet_door.words.answers import Answer
from helhet_door.words.answers import Kind as Answered
from helhet_door.words.clock import Clock
from helhet_door.words.events import Event, Input, Line, Output, Signal
from helhet_door.words.rows import Kind
from helhet_door.words.states import BranchState, Panel

log = logging.getLogger(__name__)
EMPTY = frozenset({BranchState.ARMED, BranchState.CLOSED})
UNANSWERED = 3  # questions in a row after which somebody is told


class Outputs(Protocol):
    """What is asked of the readers (reader/panel.py)."""

    def output(self, door: str, output: Output, on: bool) -> bool:
        """Set a lasting output."""
        ...


class House:
    """Runs the branch's machine."""

    def __init__(
        self,
        readers: Sequence[Reader],
        clock: Clock,
        timekeeper: Timekeeper,
        obeyed: Obeyed,
        records: Records,
        outputs: Outputs,
        scenes: Scenes | None,
        headcount: Headcount,
    ) -> None:
        self._readers = readers
        self._clock = clock
        self._timekeeper = timekeeper
        self._obeyed = obeyed
        self._records = records
        self._outputs = outputs
        self._scenes = scenes
        self._headcount = headcount
        self._branch = Branch()
        self.library_up = False
        self._unanswered = 0  # questions about people in a row, up to now
        self.rested: Callable[[], None] = lambda: None  # the readers must show something else when nobody uses them

    @property
    def state(self) -> BranchState:
        """The state of the branch."""
        return self._branch.state

    @property
    def panel(self) -> Panel:
        """The alarm panel, by its inputs."""
        return self._branch.inputs.panel(self._obeyed.rules.settings.alarm)

    @property
    def evacuation(self) -> bool:
        """Whether the building is being evacuated."""
        return self._branch.state is BranchState.EVACUATION

    @property
    def occupancy(self) -> int | None:
        """People inside; None where they are not counted, or the count is not known."""
        return self._headcount.inside

    @property
    def library_answers(self) -> bool:
        """Whether questions about people are answered; a system may be up, and answer none."""
        return self._unanswered < UNANSWERED

    def asked(self, answer: Answer) -> None:
        """What became of a question about a person."""
        before = self.library_answers
        self._unanswered = 0 if answer.kind is Answered.ANSWERED else self._unanswered + 1
        if self.library_up and before is not self.library_answers:
            kind = Kind.LIBRARY_LOST if before else Kind.LIBRARY_BACK
            self._records.happening("", kind, answer.kind.value)

    def resting(self) -> Signal:
        """What a reader shows when nobody uses it."""
        return machine.rest(self._branch.state)

    def opens(self) -> str:
        """The time at which the branch opens next, "" where that is not within a day or not known."""
        now = self._clock.now()
        opening = hours.next_opening(self._obeyed.rules, now, days=1) if self._timekeeper.trusted else None
        if opening is None or opening <= now:
            return ""
        return hours.local(self._obeyed.rules, opening).strftime("%H:%M")

    def disarm(self) -> None:
        """A staff card that may has asked for it."""
        self._step(DisarmAsked("", self._clock.monotonic()))

    def tick(self) -> None:
        """Time has passed; call it every second."""
        self._step(Tick("", self._clock.monotonic()))

    def take(self, event: Input | Line) -> None:
        """An input or a line has changed."""
        if isinstance(event, Input):
            self._headcount.take(event)
        self._step(event)

    def _step(self, event: Event) -> None:
        now = self._clock.now() if self._timekeeper.trusted else None
        at = self._clock.monotonic()
        self._branch, commands = machine.step(self._branch, event, at, now, self._obeyed.rules)
        for command in commands:
            self._do(command)
        if self._branch.state in EMPTY:
            self._headcount.empty()

    def _do(self, command: do.Command) -> None:
        match command:
            case do.Record():
                self._records.happening(command.door, command.kind, command.detail)
            case do.Arm() | do.Disarm():
                self._wish(isinstance(command, do.Arm))
            case do.Announce():
                self._publish(f"helhet/{self._obeyed.rules.settings.branch}/closing", str(command.minutes))
            case do.Scene():
                self._publish(command.topic, command.payload)
            case do.Show():
                self.rested()
            case _:
                raise TypeError(f"a branch does not ask for {type(command).__name__}")

    def _wish(self, arm: bool) -> None:
        for reader in self._readers:
            if Output.ALARM_ARM in reader.outputs:
                self._outputs.output(reader.door, Output.ALARM_ARM, arm)

    def _publish(self, topic: str, payload: str) -> None:
        if self._scenes is not None:
            self._scenes.publish(topic, payload)
