"""What the box says of itself to the centre: the branch, its doors, and what is wrong now."""

from __future__ import annotations

from helhet_door import __version__
from helhet_door.service.doors import Doors
from helhet_door.service.house import House
from helhet_door.service.records import Records
from helhet_door.service.timekeeping import Timekeeper
from helhet_door.words.rows import Kind
from helhet_door.words.states import BranchState
from helhet_door.words.wire import DoorHealth, Health


class Condition:
    """Looks at the parts of the service."""

    def __init__(self, doors: Doors, house: House, timekeeper: Timekeeper, records: Records) -> None:
        self._doors = doors
        self._house = house
        self._timekeeper = timekeeper
        self._records = records

    def health(self) -> Health:
        """The branch as it is now."""
        return Health(
            state=self._house.state,
            doors=tuple(DoorHealth(door.name, door.secure, door.state.value) for door in self._doors.all),
            library_up=self._house.library_up,
            clock_trusted=self._timekeeper.trusted,
            occupancy=self._house.occupancy,
            faults=tuple(sorted(kind.value for kind in self._lasting())),
            version=__version__,
        )

    def _lasting(self) -> set[Kind]:
        """What is wrong now."""
        doors = self._doors.all
        wrong = {
            Kind.LINE_LOST: any(not door.secure for door in doors),
            Kind.LIBRARY_LOST: not (self._house.library_up and self._house.library_answers),
            Kind.CLOCK: not self._timekeeper.trusted,
            Kind.STORE: self._records.fault is not None,
            Kind.DOOR_HELD: any(door.leaf.held for door in doors),
            Kind.DOOR_FORCED: any(door.leaf.forced for door in doors),
            Kind.EVACUATION: self._house.evacuation,
            Kind.ALARM: self._house.state is BranchState.FAULT,
        }
        return {kind for kind, holds in wrong.items() if holds}
