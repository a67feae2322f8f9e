"""The machine of one branch: staffed, open to members, closing, armed and back. Pure, as the door's is.

Promises, each checked in every reachable state: the alarm is asked to arm only when closing time has passed and its
announcement is made, nothing has moved for the quiet minutes, and the panel itself says ready; never in opening hours;
an unknown panel counts as armed; nothing a member does disarms; an evacuation is observed, never begun or ended.

The wish to arm is a level (words/events.py, Output.ALARM_ARM). It is given up when somebody moves before the panel has
armed. After a time-out it is left standing: a panel that arms late arms an empty building, and is then believed.
"""

from __future__ import annotations

import datetime as dt
from math import inf

import msgspec
from msgspec.structs import replace

from helhet_door.decide import scenes
from helhet_door.decide.commands import Announce, Arm, Command, Disarm, Record, Show
from helhet_door.decide.decide import ALARM_ON
from helhet_door.decide.inputs import Inputs, take
from helhet_door.decide.replies import DisarmAsked
from helhet_door.rules import hours
from helhet_door.rules.hours import MINUTE, Plan
from helhet_door.rules.model import Rules
from helhet_door.words.events import Event, Input, Line, Meaning, Signal
from helhet_door.words.rows import Kind
from helhet_door.words.states import MEMBERS_MAY_ENTER, BranchState, Panel

RESTLESS = 3600.0
"""Seconds of clearing after which somebody is told that the branch does not come to rest."""

LATE = dt.timedelta(seconds=60)
"""An announcement that could not be made within this time of its moment is not made: it would say a wrong time."""

State = BranchState


class Branch(msgspec.Struct, frozen=True):
    """One branch. Before anything is known it is clearing: closed to members, and not armed by us."""

    state: BranchState = State.CLEARING
    since: float = inf  # monotonic seconds at which it came into this state; infinite before the first step
    plan: Plan = Plan.CLOSED  # as last known with a trusted clock
    inputs: Inputs = Inputs()
    moved_at: float = -inf  # the last time at which somebody moved, or may have
    unknown_at: float | None = None  # since when the panel has been unknown
    wish: bool | None = None  # what the panel was last asked: arm, disarm, nothing yet
    announced: tuple[dt.datetime, int] | None = None  # of this closing, so many minutes before
    restless: bool = False  # somebody was told
    waiting: scenes.Waiting = scenes.Waiting()


Result = tuple[Branch, tuple[Command, ...]]


def rest(state: BranchState) -> Signal:
    """What a reader of the branch shows when nobody uses it."""
    if state is State.EVACUATION:
        return Signal.EVACUATE
    if state is State.WARNING:
        return Signal.CLOSING
    return Signal.IDLE if state in MEMBERS_MAY_ENTER else Signal.CLOSED


def step(branch: Branch, event: Event, at: float, now: dt.datetime | None, rules: Rules) -> Result:
    """The branch after ``event`` at ``at`` (monotonic seconds) and ``now`` (UTC; None where the clock is not trusted).

    Call it with a ``Tick`` every second, and with every ``Input``, ``Line`` and ``DisarmAsked``.
    """
    before = replace(branch, since=at) if branch.since == inf else branch
    branch = _observe(before, event, at, now, rules)
    asked: tuple[Command, ...] = ()
    if isinstance(event, DisarmAsked):
        branch, asked = replace(branch, wish=False), (Disarm(""),)
    changed = _panel(branch, rules) is not _panel(before, rules) or _open(branch) is not _open(before)
    state = _next(branch, isinstance(event, DisarmAsked), changed, at, now, rules)
    branch, commands = _enter(branch, state, at, rules)
    branch, wished = _wish(branch, rules)
    branch, announced = _announce(branch, now, rules)
    branch, told = _restless(branch, at)
    waiting, played = scenes.play(branch.waiting, at, now, rules)
    return replace(branch, waiting=waiting), (*asked, *commands, *wished, *announced, *told, *played)


def _panel(branch: Branch, rules: Rules) -> Panel:
    return branch.inputs.panel(rules.settings.alarm)


def _open(branch: Branch) -> bool:
    return branch.plan is not Plan.CLOSED


def _observe(branch: Branch, event: Event, at: float, now: dt.datetime | None, rules: Rules) -> Branch:
    inputs = take(branch.inputs, event) if isinstance(event, Input | Line) else branch.inputs
    moved = inputs.on(Meaning.MOTION) is not False if inputs.wired(Meaning.MOTION) else False
    moved = moved or isinstance(event, DisarmAsked) or (isinstance(event, Input) and event.meaning is Meaning.MOTION)
    unknown = inputs.panel(rules.settings.alarm) is Panel.UNKNOWN
    since = at if branch.unknown_at is None else branch.unknown_at
    return replace(
        branch,
        inputs=inputs,
        plan=branch.plan if now is None else hours.plan_at(rules, now),
        moved_at=at if moved else branch.moved_at,
        unknown_at=since if unknown else None,
    )


def _next(branch: Branch, disarm: bool, changed: bool, at: float, now: dt.datetime | None, rules: Rules) -> BranchState:
    if branch.inputs.on(Meaning.FIRE):
        return State.EVACUATION
    panel = _panel(branch, rules)
    late = at - branch.since >= rules.settings.alarm.answer_seconds
    if _open(branch):
        return _when_open(branch, panel, disarm, changed, late, now, rules)
    if panel in ALARM_ON:
        return _when_armed(branch, panel, disarm, changed, late, at, rules)
    return _when_clearing(branch, panel, changed, late, at, now, rules)


def _when_open(
    branch: Branch, panel: Panel, disarm: bool, changed: bool, late: bool, now: dt.datetime | None, rules: Rules
) -> BranchState:
    """Opening hours: disarmed before it opens."""
    if rules.lists.locked:
        return State.LOCKED_BY_STAFF
    if panel in ALARM_ON:
        if branch.state is State.FAULT and not changed and not disarm:
            return State.FAULT
        return State.FAULT if branch.state is State.DISARM_REQUESTED and late else State.DISARM_REQUESTED
    closing = None if now is None else hours.closing(rules, now)
    if closing is not None and now is not None:
        first = max(rules.settings.warn_minutes, default=0)
        if now >= closing - first * MINUTE:
            return State.WARNING
    if now is None and branch.state is State.WARNING:
        return State.WARNING
    return State.STAFFED if branch.plan is Plan.STAFFED else State.OPEN_PLUS


def _when_armed(
    branch: Branch, panel: Panel, disarm: bool, changed: bool, late: bool, at: float, rules: Rules
) -> BranchState:
    """Closed, and the panel is armed or does not say."""
    if disarm:
        return State.DISARM_REQUESTED
    if branch.state is State.DISARM_REQUESTED:
        return State.FAULT if late else State.DISARM_REQUESTED
    if branch.state is State.FAULT and not changed:
        return State.FAULT
    if panel is Panel.ARMED:
        return State.ARMED
    if branch.state is State.ARM_REQUESTED and not late:
        return State.ARM_REQUESTED
    silent = branch.unknown_at is not None and at - branch.unknown_at >= rules.settings.alarm.answer_seconds
    if silent or branch.state in (State.FAULT, State.ARM_REQUESTED):
        return State.FAULT
    return branch.state if branch.state is State.ARMED else State.CLEARING


def _when_clearing(
    branch: Branch, panel: Panel, changed: bool, late: bool, at: float, now: dt.datetime | None, rules: Rules
) -> BranchState:
    """Closed, and surely not armed."""
    moving = branch.moved_at >= at
    match branch.state:
        case State.ARM_REQUESTED if not moving:
            return State.FAULT if late else State.ARM_REQUESTED
        case State.FAULT if not moving and not changed:
            return State.FAULT
        case State.CLOSED if panel is Panel.NONE:
            return State.CLOSED
        case State.CLEARING if _quiet(branch, at, rules):
            if panel is Panel.NONE:
                return State.CLOSED
            sure = panel is Panel.READY and now is not None and branch.inputs.on(Meaning.MOTION) is False
            return State.ARM_REQUESTED if sure else State.CLEARING
    return State.CLEARING


def _quiet(branch: Branch, at: float, rules: Rules) -> bool:
    return at - max(branch.moved_at, branch.since) >= 60.0 * rules.settings.alarm.quiet_minutes


def _enter(branch: Branch, state: BranchState, at: float, rules: Rules) -> Result:
    """Come into ``state`` and say so."""
    old = branch.state
    if state is old:
        return branch, ()
    waiting = scenes.entered(branch.waiting, state, at, rules)
    entered = replace(branch, state=state, since=at, restless=False, waiting=waiting)
    commands: list[Command] = [Record("", Kind.BRANCH, state.value)]
    if state is State.FAULT:
        commands.append(Record("", Kind.ALARM, _fault(branch)))
    if state is State.EVACUATION:
        commands.append(Record("", Kind.EVACUATION, "begun"))
    if old is State.EVACUATION:
        commands.append(Record("", Kind.EVACUATION, "ended"))
    if state is State.CLEARING and old in MEMBERS_MAY_ENTER:
        commands.append(Announce("", 0))
    if rest(state) is not rest(old):
        commands.append(Show("", rest(state)))
    return entered, tuple(commands)


def _fault(branch: Branch) -> str:
    if branch.state is State.ARM_REQUESTED:
        return "not armed in time"
    return "not disarmed in time" if branch.state is State.DISARM_REQUESTED else "the panel is silent"


def _wish(branch: Branch, rules: Rules) -> Result:
    """Ask the panel for what the state needs, once."""
    armed = _panel(branch, rules) in ALARM_ON
    match branch.state:
        case _ if not rules.settings.alarm.fitted:
            return branch, ()
        case State.ARM_REQUESTED:
            wish: bool | None = True
        case State.STAFFED | State.OPEN_PLUS | State.WARNING | State.DISARM_REQUESTED:
            wish = False
        case State.CLEARING | State.EVACUATION | State.LOCKED_BY_STAFF if branch.wish and not armed:
            wish = False
        case _:
            wish = branch.wish
    if wish is None or wish is branch.wish:
        return branch, ()
    return replace(branch, wish=wish), (Arm("") if wish else Disarm(""),)


def _announce(branch: Branch, now: dt.datetime | None, rules: Rules) -> Result:
    """Say how many minutes are left, each once and only near its moment."""
    closing = hours.closing(rules, now) if now is not None and branch.state is State.WARNING else None
    if closing is None or now is None:
        return branch, ()
    said = branch.announced[1] if branch.announced is not None and branch.announced[0] == closing else inf
    due = [each for each in rules.settings.warn_minutes if each < said and _near(closing - each * MINUTE, now)]
    if not due:
        return branch, ()
    return replace(branch, announced=(closing, min(due))), (Announce("", min(due)),)


def _near(moment: dt.datetime, now: dt.datetime) -> bool:
    return moment <= now < moment + LATE


def _restless(branch: Branch, at: float) -> Result:
    if branch.state is not State.CLEARING or branch.restless or at - branch.since < RESTLESS:
        return branch, ()
    return replace(branch, restless=True), (Record("", Kind.ALARM, "does not come to rest"),)
