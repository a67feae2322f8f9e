"""The states that a branch and a door can be in."""

from __future__ import annotations

from enum import StrEnum


class BranchState(StrEnum):
    """A branch, from staffed to armed and back."""

    STAFFED = "staffed"
    OPEN_PLUS = "open_plus"
    WARNING = "warning"  # the last minutes before closing
    CLEARING = "clearing"  # closed; people are leaving
    ARM_REQUESTED = "arm_requested"
    ARMED = "armed"
    CLOSED = "closed"  # closed and cleared, with no alarm to arm
    DISARM_REQUESTED = "disarm_requested"
    FAULT = "fault"
    EVACUATION = "evacuation"  # observed only: never ours to start or end
    LOCKED_BY_STAFF = "locked_by_staff"


#: States in which a member may come in.
MEMBERS_MAY_ENTER = frozenset({BranchState.STAFFED, BranchState.OPEN_PLUS, BranchState.WARNING})


class DoorState(StrEnum):
    """A door, from idle through one visit and back. Any gap on the line wipes it."""

    IDLE = "idle"
    PIN = "pin"  # a card was shown; keys are awaited
    ASK = "ask"  # the library system is asked
    COMMIT = "commit"  # the audit row is being stored
    PULSE = "pulse"  # the reader holds the lock open; the reader ends it
    OPEN = "open"  # the contact says open
    HELD = "held"  # open for too long


class Panel(StrEnum):
    """What the alarm panel says of itself. Unknown counts as armed."""

    NONE = "none"  # the branch has no alarm
    UNKNOWN = "unknown"
    READY = "ready"
    NOT_READY = "not_ready"
    ARMED = "armed"
