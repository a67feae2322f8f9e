"""What a stage must be for a visit, apart from the card: visits with the same scene are played together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import arranging
import msgspec
from visit import Visit

from helhet_door.rules.model import Rules
from helhet_door.words import answers
from helhet_door.words.states import BranchState, Panel

NOON = dt.datetime(2026, 10, 20, 12, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
"""Only for comparing rules: what they say relative to their moment is the same at every moment."""


class Scene(msgspec.Struct, frozen=True):
    """One state of the branch, the box and the library system."""

    reader_limited: bool
    clock_trusted: bool
    stored: bool
    evacuation: bool
    dark: bool  # the library system takes no connection
    branch: BranchState
    panel: Panel
    inside: int | None  # None: it does not matter
    just_let_in: bool  # who comes was let in seconds ago
    disarms: bool  # who comes may turn the alarm off, and then it is another scene
    rules: bytes  # all but what they say of a card


def scene(visit: Visit) -> Scene:
    """The scene of a visit."""
    world = visit.world
    return Scene(
        reader_limited=world.reader_limited,
        clock_trusted=world.clock_trusted,
        stored=world.stored,
        evacuation=world.evacuation,
        dark=dark(visit),
        branch=world.branch,
        panel=world.panel,
        inside=world.occupancy if visit.written.occupancy_limit is not None else None,
        just_let_in=visit.conditions["same_card"] == "yes",
        disarms=_disarms(visit),
        rules=msgspec.json.encode(common(arranging.rules(visit, NOON, bytes(32), lambda _tag, _pin: ""))),
    )


def dark(visit: Visit) -> bool:
    """Whether the library system is gone altogether; in other visits it is there and says nothing."""
    return visit.told.kind is answers.Kind.SILENT and visit.number % 4 == 0


def _disarms(visit: Visit) -> bool:
    on = visit.world.panel in (Panel.ARMED, Panel.UNKNOWN) or visit.world.branch is BranchState.ARM_REQUESTED
    return on and visit.conditions["staff_card"] != "none" and visit.conditions["staff_disarms"] == "yes"


def common(rules: Rules) -> Rules:
    """The rules without what they say of a card."""
    replace = msgspec.structs.replace
    return replace(rules, lists=replace(rules.lists, agreements={}, suspended={}, staff={}))


def scenes(visits: Iterable[Visit]) -> dict[Scene, list[Visit]]:
    """Visits by scene, in the order in which the scenes are to be played."""
    found: dict[Scene, list[Visit]] = defaultdict(list)
    for visit in visits:
        found[scene(visit)].append(visit)
    return {each: found[each] for each in sorted(found, key=order)}


def order(scene: Scene) -> tuple[bool, bool, str, str, str]:
    """Limited readers last, where the clock is wrong before them; and what takes its time to come about together."""
    return scene.reader_limited, not scene.clock_trusted, scene.branch, scene.panel, str(scene)


def follows(scene: Scene, before: Scene | None) -> bool:
    """Whether ``scene`` comes about from ``before`` by new rules alone."""
    if before is None or scene.just_let_in or before.disarms or not scene.stored or not scene.clock_trusted:
        return False
    same = msgspec.structs.replace(before, rules=scene.rules, disarms=scene.disarms, just_let_in=False)
    return same == scene and not scene.dark
