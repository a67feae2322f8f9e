"""What the service tells the door and branch machines, beside the reader's own events: results, and time.

A result carries the number of the visit that asked for it; for any other visit it is dropped.
"""

from __future__ import annotations

from helhet_door.decide.facts import Verdict
from helhet_door.words.answers import Answer
from helhet_door.words.events import Event


class Tick(Event, frozen=True, tag="tick"):
    """Time has passed. Due at the latest at :func:`helhet_door.decide.door.due`."""


class Assist(Event, frozen=True, tag="assist"):
    """The card of this visit has an agreement with longer times (Agreement.assistive)."""

    visit: int


class Decided(Event, frozen=True, tag="decided"):
    """The verdict that ``Decide`` asked for."""

    visit: int
    verdict: Verdict


class Answered(Event, frozen=True, tag="answered"):
    """The answer that ``Ask`` asked for."""

    visit: int
    answer: Answer


class Stored(Event, frozen=True, tag="stored"):
    """Whether the row of ``Commit`` is durable on disk."""

    visit: int
    ok: bool


class DisarmAsked(Event, frozen=True, tag="disarm_asked"):
    """For the branch machine: a staff card that may has asked, at a door, for the alarm to be disarmed."""
