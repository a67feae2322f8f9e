"""What a branch has laid down for everybody: one of a handful that visits on a stage share, or any at random."""

from __future__ import annotations

import random
from collections.abc import Mapping

import msgspec

from helhet_door.rules.model import Times

BLOCKING = ((0, 4), (0, 4), (0,), (0, 4, 10))
"""Settings of which flags block. SIP2 2.00 patron status: 0 charge privileges denied (debarred), 4 lost, 10 fines."""
MIN_AGES = (18, 18, 16, 15)
LIMITS = (1, 8, 30)
"""How many people may be in the house, where they are counted."""
OVER = (0, 1, 7)
"""How many more than that are in a full house."""


class Bylaws(msgspec.Struct, frozen=True):
    """The settings of one branch that hold for every card, and how full its house is when it is full."""

    blocking: tuple[int, ...] = (0, 4)
    version: int = 2  # of the agreement
    min_age: int = 18
    limit: int = 8
    over: int = 0
    free: int = 1  # places left where there is room; at most ``limit``
    times: Times = Times()


STAGED = (
    Bylaws(),
    Bylaws(blocking=(0,), version=3, min_age=16, limit=1, over=1, free=1, times=Times(pulse=3.0, pulse_assistive=6.0)),
    Bylaws(blocking=(0, 4, 10), version=5, min_age=15, limit=30, over=7, free=30, times=Times(pulse=5.0)),
    Bylaws(version=4, limit=8, over=0, free=4),
)
"""The branches of a stage: by whether consent helps, and by whom they let in when the library system is silent."""


def drawn(dice: random.Random) -> Bylaws:
    """Any."""
    limit = dice.choice(LIMITS)
    return Bylaws(
        blocking=dice.choice(BLOCKING),
        version=dice.randrange(2, 6),
        min_age=dice.choice(MIN_AGES),
        limit=limit,
        over=dice.choice(OVER),
        free=dice.choice((1, limit, limit - limit // 2)),
    )


def staged(conditions: Mapping[str, str]) -> Bylaws:
    """The branch of a stage that has these rules."""
    return STAGED[2 * (conditions["consent_helps"] == "yes") + (conditions["offline_rule"] == "recent")]


def inside(conditions: Mapping[str, str], bylaws: Bylaws, dice: random.Random) -> int | None:
    """People in the house; where nobody may be counted, it does not matter."""
    match conditions["house"]:
        case "count_lost":
            return None
        case "full":
            return bylaws.limit + bylaws.over
        case "room":
            return bylaws.limit - bylaws.free
        case _:
            return None if dice.random() < 0.5 else dice.randrange(200)
