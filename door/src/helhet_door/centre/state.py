"""A branch as the overview tells it: what it is now, what comes next, what is wrong, and whether its box keeps up."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass

import msgspec

from helhet_door.centre import days, troubles
from helhet_door.centre.audit import moment
from helhet_door.centre.desk import Desk
from helhet_door.centre.holidays import public_holidays
from helhet_door.centre.texts import Voice, mark
from helhet_door.centre.troubles import Trouble
from helhet_door.rules import hours
from helhet_door.rules.hours import Plan
from helhet_door.rules.model import Lists, Rules, Settings
from helhet_door.words.rows import Kind
from helhet_door.words.states import BranchState, DoorState
from helhet_door.words.wire import Health

SILENT_AFTER = 15.0  # seconds without a report from a box that reports every second

STATES = {
    BranchState.STAFFED: mark("Staffed"),
    BranchState.OPEN_PLUS: mark("Open for members"),
    BranchState.WARNING: mark("Closing soon, and said so in the library"),
    BranchState.CLEARING: mark("Closed, people are leaving"),
    BranchState.ARM_REQUESTED: mark("Closed, the alarm is being armed"),
    BranchState.ARMED: mark("Closed, the alarm is armed"),
    BranchState.CLOSED: mark("Closed"),
    BranchState.DISARM_REQUESTED: mark("Closed, the alarm is being disarmed"),
    BranchState.FAULT: mark("Closed to members: a fault"),
    BranchState.EVACUATION: mark("Evacuation"),
    BranchState.LOCKED_BY_STAFF: mark("Locked by staff"),
}
PLANS = {
    Plan.STAFFED: mark("Staffed, by the hours"),
    Plan.OPEN_PLUS: mark("Open for members, by the hours"),
    Plan.CLOSED: mark("Closed, by the hours"),
}
DOORS = {
    DoorState.IDLE: mark("ready"),
    DoorState.PIN: mark("somebody is entering a PIN"),
    DoorState.ASK: mark("asking the library system"),
    DoorState.COMMIT: mark("storing the passage"),
    DoorState.PULSE: mark("unlocked for a moment"),
    DoorState.OPEN: mark("open"),
    DoorState.HELD: mark("held open"),
}
_OPEN = {BranchState.STAFFED, BranchState.OPEN_PLUS, BranchState.WARNING, Plan.STAFFED, Plan.OPEN_PLUS}
_BAD = {BranchState.FAULT, BranchState.EVACUATION}


@dataclass(frozen=True)
class Doing:
    """One branch for the page, in the reader's language. ``look`` is open, closed, locked, wait or fault."""

    id: str
    name: str
    look: str
    state: str
    next: str
    troubles: tuple[tuple[str, str], ...]
    rules: str
    rules_held: bool
    heard: str
    doors: tuple[tuple[str, str], ...]
    inside: str
    locked: bool


class Teller:
    """Tells of branches at one moment, in one language."""

    def __init__(self, desk: Desk, db: sqlite3.Connection, now: dt.datetime, voice: Voice) -> None:
        self._desk, self._db, self._now, self._voice = desk, db, now, voice

    def all(self) -> list[Doing]:
        """Every branch, by name."""
        found = [self.one(settings) for settings in self._desk.branches.now().values()]
        return sorted(found, key=lambda one: one.name)

    def one(self, settings: Settings) -> Doing:
        """The branch with these settings."""
        rules, box = self.rules(settings), self._box(settings.branch)
        health = msgspec.json.decode(box["health"], type=Health) if box else None
        fresh = health is not None and self._desk.fresh(settings.branch, SILENT_AFTER)
        state, look = self._state(rules, health if fresh else None)
        serial = self._desk.compiler.serial(self._db, settings.branch, self._now)
        held = box is not None and box["serial"] >= serial
        return Doing(
            settings.branch,
            name(settings, self._voice.language),
            look,
            state,
            self._next(rules, look),
            tuple((self._voice.say(one.what), self._voice.say(one.do)) for one in self._troubles(box, health, fresh)),
            self._voice.say("The box has the latest rules.") if held else self._late(box is not None),
            held,
            self._heard(settings, box),
            tuple((door.door, self._door(door.secure, door.state)) for door in health.doors)
            if health and fresh
            else (),
            self._inside(settings, health) if health and fresh else "",
            rules.lists.locked,
        )

    def rules(self, settings: Settings) -> Rules:
        """What the hours depend on: enough to tell when a branch opens."""
        today = self._now.date() - hours.DAY
        lists = Lists(
            exceptions=days.exceptions(self._db, settings.branch, today),
            holidays=public_holidays(settings.holidays, today.year),
            locked=days.locked(self._db, settings.branch) is not None,
        )
        return Rules(0, "", settings, lists)

    def _box(self, branch: str) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self._db.execute("SELECT * FROM boxes WHERE branch = ?", (branch,)).fetchone()
        return found

    def _state(self, rules: Rules, health: Health | None) -> tuple[str, str]:
        """In words, and how it looks. A lock is told as one only when the box says that it has taken it."""
        if rules.lists.locked and (health is None or health.state not in {*_BAD, BranchState.LOCKED_BY_STAFF}):
            return self._voice.say("To be locked: the box has not confirmed it yet"), "wait"
        if health is None:
            plan = hours.plan_at(rules, self._now)
            return self._voice.say(PLANS[plan]), "open" if plan in _OPEN else "closed"
        return self._voice.say(STATES[health.state]), _look(health.state)

    def _next(self, rules: Rules, look: str) -> str:
        """What comes next by the hours."""
        say, wall = self._voice.say, hours.local(rules, self._now)
        if look == "wait":
            return say("Until then, whoever may enter by its last rules still can.")
        if rules.lists.locked:
            return say("Members are kept out until somebody unlocks.")
        found = hours.next_change(rules, self._now)
        if found is None:
            same = say("It stays so for the next {days} days.", days=hours.AHEAD)
            return same if hours.plan_at(rules, self._now) is not Plan.CLOSED else say("No opening is planned.")
        at, plan = found
        when = self._voice.soon(hours.local(rules, at), wall)
        if plan is Plan.CLOSED:
            return say("Closes {when}.", when=when)
        if hours.plan_at(rules, self._now) is not Plan.CLOSED:
            message = mark("Staffed from {when}.") if plan is Plan.STAFFED else mark("Open for members from {when}.")
            return say(message, when=when)
        return say("Opens {when}.", when=when)

    def _troubles(self, box: sqlite3.Row | None, health: Health | None, fresh: bool) -> list[Trouble]:
        """What is wrong now, each once, the worst first."""
        if box is None or health is None:
            return [troubles.NEVER]
        found = [] if fresh else [troubles.SILENT]
        if box["refused"]:
            found.append(troubles.REFUSED)
        if fresh:
            if not all(door.secure for door in health.doors):
                found.append(troubles.NOT_SECURE)
            if not health.library_up:
                found.append(troubles.of(Kind.LIBRARY_LOST))
            if not health.clock_trusted:
                found.append(troubles.of(Kind.CLOCK))
            found.extend(troubles.of(kind) for kind in health.faults)
        return list(dict.fromkeys(found))

    def _late(self, reported: bool) -> str:
        if not reported:
            return self._voice.say("The rules have not been fetched by a box yet.")
        return self._voice.say("Changes are on their way to the box.")

    def _heard(self, settings: Settings, box: sqlite3.Row | None) -> str:
        if box is None:
            return ""
        at = hours.local(Rules(0, "", settings), moment(box["at"]))
        return self._voice.say("Last report {when}.", when=self._voice.moment(at))

    def _door(self, secure: bool, state: str) -> str:
        if not secure:
            return self._voice.say("reader does not answer")
        return self._voice.say(DOORS[DoorState(state)]) if state in set(DoorState) else state

    def _inside(self, settings: Settings, health: Health) -> str:
        if health.occupancy is None:
            return ""
        inside = self._voice.count("{number} person inside", "{number} people inside", health.occupancy)
        if settings.occupancy_limit is None:
            return inside
        return self._voice.say("{inside}, at most {most}", inside=inside, most=settings.occupancy_limit)


def _look(state: BranchState) -> str:
    if state in _BAD:
        return "fault"
    if state is BranchState.LOCKED_BY_STAFF:
        return "locked"
    return "open" if state in _OPEN else "closed"


def name(settings: Settings, language: str) -> str:
    """What the branch is called in the reader's language, or in any other where it has no name there."""
    return settings.names.get(language) or next(iter(settings.names.values()), settings.branch)
