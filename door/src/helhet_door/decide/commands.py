"""What the door and branch machines ask of the service. They do nothing themselves.

Everything that comes back later (a verdict, an answer, a stored row) carries the number of the visit that asked for it.
"""

from __future__ import annotations

import msgspec

from helhet_door.decide.facts import Verdict
from helhet_door.words.answers import Answer
from helhet_door.words.events import Signal
from helhet_door.words.rows import Kind


class Command(msgspec.Struct, frozen=True, tag=True):
    """Something to be done at a door ("" for every door of the branch)."""

    door: str


class Decide(Command, frozen=True, tag="decide"):
    """Gather the facts and decide; come back with ``Decided(visit)``."""

    visit: int
    card: str
    pin: str
    answer: Answer | None

    def __repr__(self) -> str:
        return f"Decide({self.door!r}, {self.visit})"  # no card, no PIN in a log or a traceback


class Ask(Command, frozen=True, tag="ask"):
    """Ask the library system, for no longer than ``seconds``; come back with ``Answered(visit)``."""

    visit: int
    card: str
    pin: str
    seconds: float

    def __repr__(self) -> str:
        return f"Ask({self.door!r}, {self.visit})"


class Commit(Command, frozen=True, tag="commit"):
    """Store the passage's row durably; come back with ``Stored(visit)``. A refusal's row is not waited for."""

    visit: int
    card: str
    verdict: Verdict

    def __repr__(self) -> str:
        return f"Commit({self.door!r}, {self.visit}, {self.verdict.reason})"


class Disarm(Command, frozen=True, tag="disarm"):
    """Ask the alarm panel to disarm (from a door: a staff card that may; from the branch: opening hours)."""


class Arm(Command, frozen=True, tag="arm"):
    """Ask the alarm panel to arm."""


class Pulse(Command, frozen=True, tag="pulse"):
    """Release the lock for ``seconds``, which the reader ends; come back with ``Relay(token)``. Now, or never."""

    visit: int
    seconds: float
    token: int


class Show(Command, frozen=True, tag="show"):
    """Tell the person something."""

    signal: Signal


class Record(Command, frozen=True, tag="record"):
    """Store that something happened; ``detail`` is a few fixed words."""

    kind: Kind
    detail: str


class Opened(Command, frozen=True, tag="opened"):
    """Store whether the door was opened on the passage of this visit."""

    visit: int
    opened: bool


class Wipe(Command, frozen=True, tag="wipe"):
    """Forget what is under way at the door: nothing of an earlier visit is awaited any more."""


class Announce(Command, frozen=True, tag="announce"):
    """Say that the branch closes in ``minutes``; 0: that it is closed now."""

    minutes: int


class Scene(Command, frozen=True, tag="scene"):
    """Publish ``payload`` to ``topic``: lights or voice, never a lock."""

    topic: str
    payload: str
