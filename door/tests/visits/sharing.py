"""Which visits are played on which stage, and which are chosen where there is little time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from compare import Judge
from scene import Scene, order, scenes
from visit import Visit

from helhet_door.words.reasons import Reason
from helhet_door.words.states import BranchState

DOORS = 8
"""At which people come, on each stage."""
SLOW = frozenset({BranchState.CLOSED, BranchState.ARM_REQUESTED, BranchState.FAULT})
"""States that a branch comes to after a while: nothing has moved for a minute, or the panel does not answer."""


def batches(visits: Sequence[Visit], size: int) -> list[dict[Scene, list[Visit]]]:
    """Share visits among stages, scene by scene; only scenes with many visits are divided.

    Readers that are limited stay so: these scenes come together.
    """
    count = -(-len(visits) // size)
    pieces: list[tuple[float, Scene, list[Visit]]] = []
    limited: dict[Scene, list[Visit]] = {}
    for scene, theirs in scenes(visits).items():
        if scene.reader_limited:
            limited[scene] = theirs
            continue
        step = max(8, size // 4)
        for start in range(0, len(theirs), step):
            part = theirs[start : start + step]
            pieces.append((_cost(scene, part), scene, part))
    shares: list[dict[Scene, list[Visit]]] = [{} for _ in range(count)]
    costs = [0.0] * count
    if limited:
        shares[0] |= limited
        costs[0] = 60.0 + sum(_cost(scene, theirs) for scene, theirs in limited.items())
    for cost, scene, part in sorted(pieces, key=lambda piece: -piece[0]):
        least = costs.index(min(costs))
        shares[least].setdefault(scene, []).extend(part)
        costs[least] += cost
    return [{scene: share[scene] for scene in sorted(share, key=order)} for share in shares if share]


def few(visits: Iterable[Visit], count: int, judge: Judge) -> list[Visit]:
    """Some ``count`` of these with every reason that they have, in the fewest scenes, and in none that takes long."""
    quick = {scene: theirs for scene, theirs in scenes(visits).items() if scene.branch not in SLOW}
    reasons = {scene: Counter(judge.expected(visit).reason for visit in theirs) for scene, theirs in quick.items()}
    missing = {reason for each in reasons.values() for reason in each}
    taken: list[Scene] = []
    while missing:
        taken.append(max(reasons, key=lambda scene: len(missing & reasons[scene].keys())))
        missing -= reasons[taken[-1]].keys()
    found: dict[Reason, list[Visit]] = {}
    for visit in (visit for scene in taken for visit in quick[scene]):
        found.setdefault(judge.expected(visit).reason, []).append(visit)
    rounds = zip_longest(*found.values())
    return [visit for each in rounds for visit in each if visit is not None][:count]


def _cost(scene: Scene, visits: Sequence[Visit]) -> float:
    """Seconds, roughly."""
    rounds = -(-len(visits) // DOORS)
    return 3.0 + rounds * (8.0 if scene.just_let_in or scene.disarms else 3.0)
