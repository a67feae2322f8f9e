"""The door machine as seen from outside, for exploring it: abstract states, and what must hold of every step.

A state is taken relative to now and to the number of the visit, so that equal situations at different times are one.
What is checked rests on a *witness* that sees only events and commands, never the machine's own memory.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from msgspec.structs import replace

from helhet_door.decide.commands import Ask, Command, Commit, Decide, Pulse
from helhet_door.decide.decide import LINE_QUIET
from helhet_door.decide.door import Door, step
from helhet_door.decide.facts import Verdict
from helhet_door.decide.replies import Stored
from helhet_door.decide.visit import COMMIT, LATEST, Stage
from helhet_door.rules.model import Times
from helhet_door.words.events import Card, Event, Line, Signal
from helhet_door.words.reasons import Reason

NOW = 1000.0
NAME = "d"

OPENS = Verdict(Reason.MEMBER, signal=Signal.WELCOME, open=True, seconds=1.0, party=1)
REFUSES = Verdict(Reason.WRONG_PIN, signal=Signal.REFUSED, guess=True)
ASKS = Verdict(None, ask=True)


class Witness(NamedTuple):
    """What somebody outside remembers: the newest card, and the row of an opening that is being stored."""

    newest_card: str = ""
    storing: int | None = None  # the visit; in an abstract state, how many visits ago
    storing_since: float = -inf
    last_key: float = -inf  # of the visit that is being decided, relative to now
    secure: bool = False
    line_back: float = -inf  # relative to now


class Seen(NamedTuple):
    """One abstract state."""

    door: Door
    witness: Witness


def _past(moment: float, longest: float) -> float:
    """A moment relative to now; all that is longer ago than matters is one."""
    return max(moment, -longest)


def abstract(door: Door, witness: Witness, at: float) -> Seen:
    """The state relative to ``at``."""
    visit, leaf = door.visit, door.leaf
    numbers = sorted({*leaf.waiting, visit.number})
    busy = visit.stage not in (Stage.NONE, Stage.PIN)
    return Seen(
        replace(
            door,
            line_at=_past(door.line_at - at, LINE_QUIET),
            visit=replace(
                visit,
                number=numbers.index(visit.number),
                since=_past(visit.since - at, 6.0) if visit.stage is Stage.PIN else -inf,
                last_key=visit.last_key - at if busy else -inf,
                until=visit.until - at,
            ),
            leaf=replace(
                leaf,
                waiting=tuple(numbers.index(each) for each in leaf.waiting),
                pulse_until=_past(leaf.pulse_until - at, 0.0),
                exit_until=_past(leaf.exit_until - at, 0.0),
                open_since=_past(leaf.open_since - at, 6.0) if leaf.contact else -inf,
            ),
            sign_until=inf,  # what is shown meanwhile changes nothing else
        ),
        witness._replace(
            storing=None if witness.storing is None else visit.number - witness.storing,
            storing_since=_past(witness.storing_since - at, 6.0) if witness.storing is not None else -inf,
            last_key=witness.last_key - at if busy else -inf,
            line_back=_past(witness.line_back - at, LINE_QUIET),
        ),
    )


def concrete(seen: Seen) -> tuple[Door, Witness]:
    """An abstract state placed at ``NOW``."""
    door, witness = seen
    visit, leaf = door.visit, door.leaf
    placed = replace(
        door,
        line_at=door.line_at + NOW,
        visit=replace(
            visit,
            number=visit.number + 10,
            since=visit.since + NOW,
            last_key=visit.last_key + NOW,
            until=visit.until + NOW,
        ),
        leaf=replace(
            leaf,
            waiting=tuple(each + 10 for each in leaf.waiting),
            pulse_until=leaf.pulse_until + NOW,
            exit_until=leaf.exit_until + NOW,
            open_since=leaf.open_since + NOW,
        ),
    )
    return placed, witness._replace(
        storing=None if witness.storing is None else placed.visit.number - witness.storing,
        storing_since=witness.storing_since + NOW,
        last_key=witness.last_key + NOW,
        line_back=witness.line_back + NOW,
    )


def go(
    door: Door, witness: Witness, event: Event, at: float, times: Times
) -> tuple[Door, Witness, tuple[Command, ...]]:
    """One step, watched: fails where a promise of door.py is broken."""
    after, commands = step(door, event, at, times)
    if isinstance(event, Card):
        witness = witness._replace(newest_card=event.text)
    for command in commands:
        witness = _watch(command, event, witness, at)
    if after.visit.number != door.visit.number and witness.storing is not None:
        witness = witness._replace(storing=None)
    if isinstance(event, Line):
        witness = witness._replace(storing=None, secure=event.secure)
        witness = witness._replace(line_back=at) if event.secure else witness
        assert after.visit.stage is Stage.NONE
        assert after.state == "idle"
    if after.visit.stage is Stage.NONE:
        assert (after.visit.card, after.visit.pin, after.visit.verdict) == ("", "", None), (
            "a card or PIN outlives its visit"
        )
    if after.visit.stage in (Stage.STORE, Stage.MOMENT):
        assert after.visit.pin == "", "a PIN is kept that nothing needs"
    return after, witness, commands


def _watch(command: Command, event: Event, witness: Witness, at: float) -> Witness:
    match command:
        case Decide(card=card, pin=pin, answer=None):
            assert set(pin) <= {{"aaaa": "1", "bbbb": "2"}.get(card, "")}, "the PIN of an earlier card"
            return witness._replace(last_key=min(event.at, at))
        case Ask(pin=pin, seconds=seconds):
            assert pin != "", "an empty PIN is asked about"
            assert 0 < seconds <= 1.5 + 1e-9
            assert at + seconds <= witness.last_key + 1.5 + 1e-9
        case Commit(verdict=verdict) if verdict.open:
            return witness._replace(storing=command.visit, storing_since=at)
        case Pulse():
            assert isinstance(event, Stored), "a pulse without a row"
            assert event.ok, "a pulse without a row"
            assert event.visit == command.visit == witness.storing, "a pulse on another visit's row, or after a gap"
            assert witness.secure
            assert at - witness.line_back >= LINE_QUIET, "a pulse soon after the line came back"
            assert at - witness.last_key < LATEST, "a late pulse"
            assert at - witness.storing_since < COMMIT, "a pulse on a row that took too long"
            return witness._replace(storing=None)
    return witness
