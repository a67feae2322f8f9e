"""Every fault that the door is tried with, and how they are played on several branches at once."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter, deque
from collections.abc import Callable, Iterable
from pathlib import Path

from staging.broker import PROGRAM
from staging.disk import mountable
from staging.fault import Fault
from staging.faults_broker import BROKER
from staging.faults_centre import CENTRE, RULES
from staging.faults_clock import CLOCK
from staging.faults_disk import DISK
from staging.faults_library import LIBRARY
from staging.faults_process import PROCESS
from staging.faults_reader import READER
from staging.faults_wired import AT_READER, WIRED
from staging.round import Outcome, Round
from staging.scene import scene

from helhet_door.words.states import DoorState

AREAS = {
    "library system": LIBRARY,
    "readers": READER,
    "centre": CENTRE,
    "rules": RULES,
    "clock": CLOCK,
    "disk": DISK,
    "process": PROCESS,
    "inputs": WIRED,
    "at the reader": AT_READER,
    "broker": BROKER,
}
FAULTS: tuple[Fault, ...] = tuple(fault for area in AREAS.values() for fault in area)
AGAIN = 2  # times that a fault is played anew where the doors did not come into their states
LONG = 5.0  # seconds that a fault of the short choice may stand


def chosen(seed: int, many: int, always: Iterable[str] = ()) -> list[Fault]:
    """``many`` faults that need nothing special and do not last long: ``always``, and others by ``seed``."""
    short = [fault for fault in FAULTS if fault.stands <= LONG and not (fault.disk or fault.broker)]
    first = [fault for fault in short if fault.name in set(always)]
    others = [fault for fault in short if fault not in first]
    return first + random.Random(seed).sample(others, many - len(first))


def here(folder: Path, faults: Iterable[Fault]) -> tuple[list[Fault], list[Fault]]:
    """The faults that can be played on this machine, and those that cannot."""
    disks, faults = mountable(folder), list(faults)
    missing = [each for each in faults if (each.disk and not disks) or (each.broker and PROGRAM is None)]
    return [each for each in faults if each not in missing], missing


async def play(
    folder: Path,
    faults: Iterable[Fault],
    seed: int,
    stages: int,
    slack: float = 0.0,
    told: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Play every fault once, on ``stages`` branches at the same time; ``slack`` seconds for a machine that is slow."""
    left = deque(faults)
    disk = any(fault.disk for fault in left)
    ways = (_stage(folder / f"stage{number}", left, seed + number, disk, slack, told) for number in range(stages))
    return [outcome for outcomes in await asyncio.gather(*ways) for outcome in outcomes]


async def _stage(
    folder: Path, left: deque[Fault], seed: int, disk: bool, slack: float, told: Callable[[Outcome], None]
) -> list[Outcome]:
    """One branch after another: one that a round has broken is not used any more."""
    dice = random.Random(seed)
    outcomes: list[Outcome] = []
    again: Counter[str] = Counter()
    for number in itertools.count():
        if not left:
            return outcomes
        place = folder / str(number)
        place.mkdir(parents=True)
        async with scene(place, seed, disk) as this:
            whole = True
            while left and whole:
                order = list(DoorState)
                dice.shuffle(order)
                fault = left.popleft()
                outcome = await Round(this, fault, order, slack).play()
                whole = not outcome.broke_off
                if not outcome.reached and again[fault.name] < AGAIN:
                    again[fault.name] += 1
                    left.append(fault)
                    continue
                outcomes.append(outcome)
                told(outcome)
    return outcomes
