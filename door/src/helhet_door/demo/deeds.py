"""What can be done from the page, by name. A deed that cannot be done now raises :class:`NotNow` with a fixed word."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

import msgspec

from helhet_door.demo import cast, founding
from helhet_door.demo.branch import Branch
from helhet_door.demo.library_faults import EVERYTHING, Fault, Kind
from helhet_door.demo.reader_control import Refused
from helhet_door.demo.surroundings import Locked
from helhet_door.reader.texts import line
from helhet_door.rules.model import Day, Span
from helhet_door.words.events import Signal

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
SOON = 2  # minutes
MIDNIGHT = 24 * 60  # minutes
CUT, NOISE = 3.0, 5.0  # seconds

LIBRARY = {
    "silent": Fault(Kind.HANG, on=EVERYTHING),
    "slow": Fault(Kind.SLOW, seconds=3.0),
    "half": Fault(Kind.HALF),
    "malformed": Fault(Kind.MALFORMED),
    "other_card": Fault(Kind.WRONG_ECHO),
    "no_cq": Fault(Kind.NO_CQ),
    "refused": Fault(Kind.REFUSE),
}
"""What can be wrong with the library system, one at a time."""


class NotNow(Exception):
    """It cannot be done now; ``word`` is the name of a text."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(word)


class Deed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page asks for: ``do`` a deed, in the way ``how``."""

    do: str
    how: str = ""


async def do(branch: Branch, deed: Deed) -> None:
    """Do it. Raises :class:`NotNow`, or ``KeyError`` for what is no deed."""
    try:
        await _DEEDS[deed.do](branch, deed.how)
    except Locked:
        raise NotNow("locked") from None
    except (Refused, ConnectionError, ValueError):
        raise NotNow("not_possible") from None


async def _card(branch: Branch, how: str) -> None:
    """Show the card of a person. While the door is busy with somebody else it would not look at it."""
    character = cast.BY_ID[how]
    if (await branch.reader.state())["text"] == line(Signal.WAIT, branch.language):
        raise NotNow("busy")
    branch.shown = character
    await branch.reader.card(character.card)


async def _pin(branch: Branch, how: str) -> None:
    """Type the PIN of whose card was shown last: the right one, or a wrong one."""
    if branch.shown is None:
        raise NotNow("card_first")
    right = {"right": True, "wrong": False}[how]
    await branch.reader.keys((branch.shown.pin if right else cast.wrong_pin(branch.shown.pin)) + "#")


async def _keys(branch: Branch, how: str) -> None:
    """Press one key."""
    if how not in set("0123456789*#"):
        raise KeyError(how)
    await branch.reader.keys(how)


async def _leaf(branch: Branch, how: str) -> None:
    around = branch.surroundings
    await {"open": around.open, "close": around.close, "exit": around.leave, "force": around.force}[how]()


async def _library(branch: Branch, how: str) -> None:
    """One fault in place of an earlier one; "" mends it."""
    fault = LIBRARY[how] if how else None
    await branch.library.clear()
    if fault is not None:
        await branch.library.fault(fault)
    branch.library_fault = how


async def _line(branch: Branch, how: str) -> None:
    """The line to the reader, and which reader hangs there."""
    reader = branch.reader
    match how:
        case "cut":
            await reader.cut(CUT)
        case "noise":
            await reader.do("noise", seconds=NOISE, share=0.7)
        case "unplug":
            await reader.cut(None, "close")
        case "plug":
            await reader.restore()
        case "stranger":
            await reader.do("replaced")
            branch.stranger = True
        case "ours":
            await reader.do("key", file=str(branch.place.reader_key))
            branch.stranger = False
        case _:
            raise KeyError(how)


async def _fire(branch: Branch, how: str) -> None:
    branch.surroundings.fire = {"on": True, "off": False}[how]


async def _motion(branch: Branch, _: str) -> None:
    await branch.surroundings.move()


async def _alarm(branch: Branch, how: str) -> None:
    """The alarm panel's own keys."""
    around = branch.surroundings
    around.ready = {"ready": True, "not_ready": False}.get(how, around.ready)
    around.armed = {"arm": True, "disarm": False}.get(how, around.armed)
    if how not in ("ready", "not_ready", "arm", "disarm"):
        raise KeyError(how)


async def _hours(branch: Branch, how: str) -> None:
    """Hours of its own for today, as the staff page sets them; they reach the box with the rules."""
    left = {"soon": SOON, "closed": 0, "usual": None}[how]
    await asyncio.to_thread(_set_hours, branch, left)


def _set_hours(branch: Branch, left: int | None) -> None:
    from helhet_door.centre import days  # noqa: PLC0415  heavy; loaded when it is first used
    from helhet_door.centre.database import connect  # noqa: PLC0415
    from helhet_door.keep.database import writing  # noqa: PLC0415

    now = dt.datetime.now(founding.ZONE)
    db = connect(branch.place.centre)
    try:
        with writing(db):
            for date, day in days_of(now, left).items():
                if day is None:
                    days.remove_exception(db, founding.BRANCH, date)
                else:
                    days.set_exception(db, founding.BRANCH, date, day)
    finally:
        db.close()


def days_of(now: dt.datetime, left: int | None) -> dict[dt.date, Day | None]:
    """Today and tomorrow, open for ``left`` minutes more (None: as usual)."""
    today, tomorrow = now.date(), now.date() + DAY
    if left is None:
        return {today: None, tomorrow: None}
    if left == 0:
        return {today: Day(), tomorrow: None}
    ends = now.hour * 60 + now.minute + left
    if ends < MIDNIGHT:
        return {today: Day(open_plus=(Span(0, ends),)), tomorrow: None}
    rest = (Span(0, ends - MIDNIGHT),) if ends > MIDNIGHT else ()
    return {today: Day(open_plus=(Span(0, MIDNIGHT),)), tomorrow: Day(open_plus=rest)}


async def _kill(branch: Branch, _: str) -> None:
    """kill -9 of the service."""
    branch.service.kill()


async def _centre(branch: Branch, how: str) -> None:
    """Stop the centre, or start it again."""
    match how:
        case "off":
            await branch.centre.stop()
        case "on" if not branch.centre.running:
            await branch.start_centre()
        case "on":
            pass
        case _:
            raise KeyError(how)


_DEEDS: dict[str, Callable[[Branch, str], Awaitable[None]]] = {
    "card": _card,
    "pin": _pin,
    "keys": _keys,
    "leaf": _leaf,
    "library": _library,
    "line": _line,
    "fire": _fire,
    "motion": _motion,
    "alarm": _alarm,
    "hours": _hours,
    "kill": _kill,
    "centre": _centre,
}
