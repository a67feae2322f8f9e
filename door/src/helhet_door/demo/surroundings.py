"""What stands around a reader in the demonstration: the door's leaf, motion, fire, and a burglar alarm's panel.

The panel is played: it arms some seconds after it is asked to, if it is ready, and disarms some seconds after the wish
is taken back. It follows the wish when that changes, as a panel's key switch does, and only while the reader's line is
whole: a reader that lost its power says nothing of what the box wishes.
"""

from __future__ import annotations

import time

from helhet_door.demo.reader_control import Control
from helhet_door.words.events import Meaning

WIRED = (
    Meaning.CONTACT,
    Meaning.EXIT_BUTTON,
    Meaning.MOTION,
    Meaning.FIRE,
    Meaning.ALARM_READY,
    Meaning.ALARM_ARMED,
)
"""The reader's inputs, in order."""

LOCK, WISH = 0, 1  # the reader's relays
FREE = 5.0  # seconds for which the exit button frees the leaf, in hardware
MOVES = 2.0  # seconds for which somebody moves
PANEL = 3.0  # seconds for which the panel thinks


class Locked(Exception):
    """The leaf does not move: the lock holds it."""


class Surroundings:
    """Sets the reader's inputs; call :meth:`tick` ten times a second or so."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self.leaf_open = False
        self.fire = False
        self.ready = True
        self.armed = False
        self._free_until = self._moves_until = 0.0
        self._wish: bool | None = None
        self._follows_at: float | None = None
        self._set: dict[Meaning, bool] = {}

    @property
    def moving(self) -> bool:
        """Whether somebody moves in the library just now."""
        return time.monotonic() < self._moves_until

    @property
    def free(self) -> bool:
        """Whether the exit button has freed the leaf."""
        return time.monotonic() < self._free_until

    @property
    def wish(self) -> bool:
        """What the box has asked of the panel."""
        return bool(self._wish)

    @property
    def follows(self) -> bool:
        """Whether the panel is about to do as the box wishes."""
        return self._follows_at is not None

    async def begin(self) -> None:
        """Set the inputs as they are at rest."""
        await self._inputs()

    async def tick(self, relays: list[bool], secure: bool) -> None:
        """Time has passed; ``relays`` are the reader's."""
        now = time.monotonic()
        if secure and relays[WISH] is not self._wish:
            self._follows_at = None if self._wish is None and not relays[WISH] else now + PANEL
            self._wish = relays[WISH]
        if self._follows_at is not None and now >= self._follows_at and (self.ready or not self._wish):
            self._follows_at = None
            self.armed = bool(self._wish)
        await self._inputs()

    async def open(self) -> None:
        """Pull the handle. Raises :class:`Locked`."""
        released = (await self._control.state())["relays"][LOCK]
        if not (released or self.free or self.fire):
            raise Locked
        self.leaf_open = True
        await self._inputs()

    async def force(self) -> None:
        """Open the leaf whatever the lock says."""
        self.leaf_open = True
        await self._inputs()

    async def close(self) -> None:
        """Let the leaf fall shut."""
        self.leaf_open = False
        await self._inputs()

    async def leave(self) -> None:
        """Press the exit button: it frees the leaf by itself, and the box is told."""
        self._free_until = time.monotonic() + FREE
        await self._inputs()

    async def move(self) -> None:
        """Somebody walks about in the library."""
        self._moves_until = time.monotonic() + MOVES
        await self._inputs()

    async def _inputs(self) -> None:
        """Tell the reader of what has changed."""
        now = {
            Meaning.CONTACT: self.leaf_open,
            Meaning.EXIT_BUTTON: self.free,
            Meaning.MOTION: self.moving,
            Meaning.FIRE: self.fire,
            Meaning.ALARM_READY: self.ready,
            Meaning.ALARM_ARMED: self.armed,
        }
        for number, meaning in enumerate(WIRED):
            if self._set.get(meaning, False) is not now[meaning]:
                self._set[meaning] = now[meaning]
                await self._control.input(number, now[meaning])
