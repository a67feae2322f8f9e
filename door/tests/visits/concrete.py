"""From an answer in the oracle's words to something concrete: numbers, dates, fields of a message."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

import bylaws as the_bylaws
from bylaws import Bylaws
from visit import Told, World, Written

from helhet_door.rules.model import StaffKind
from helhet_door.words.answers import Kind
from helhet_door.words.states import BranchState, Panel

Conditions = Mapping[str, str]

YOUNGER = 3
"""Years below the minimum age from which consent helps."""


def world(dice: random.Random, conditions: Conditions, moment: dt.datetime, bylaws: Bylaws) -> World:
    """The building, the box and the line."""
    return World(
        moment=moment,
        evacuation=conditions["evacuation"] == "yes",
        secure=conditions["reader_secure"] == "yes",
        line_quiet=dice.choice((2.0, 2.01, 3600.0) if conditions["line_whole"] == "yes" else (0.0, 1.0, 1.99)),
        clock_trusted=conditions["clock_trusted"] == "yes",
        card_limited=conditions["card_limited"] == "yes",
        reader_limited=conditions["reader_limited"] == "yes",
        branch=BranchState(conditions["branch"]),
        panel=_panel(dice, conditions["alarm"], conditions["branch"]),
        day=conditions["day"],
        last_entry_passed=conditions["last_entry"] == "yes",
        stored=conditions["stored"] == "yes",
        occupancy=the_bylaws.inside(conditions, bylaws, dice),
        same_card_ago=dice.uniform(0.5, 9.5) if conditions["same_card"] == "yes" else dice.choice((None, 11.0, 600.0)),
        recent=conditions["recent"] == "yes",
    )


def _panel(dice: random.Random, alarm: str, branch: str) -> Panel:
    """A panel that is off is ready or not; asked to arm it was ready, and where it is not asked yet it was not."""
    if alarm != "off":
        return Panel(alarm)
    if branch in ("arm_requested", "clearing"):
        return Panel.READY if branch == "arm_requested" else Panel.NOT_READY
    return dice.choice((Panel.READY, Panel.NOT_READY))


def written(dice: random.Random, conditions: Conditions, pin: str, bylaws: Bylaws) -> Written:
    """What the rules say of the branch and of this card."""
    first, last = _staff_days(dice, conditions["staff_dates"])
    version = bylaws.version
    return Written(
        locked=conditions["locked_list"] == "yes",
        offline_recent=conditions["offline_rule"] == "recent",
        blocking_flags=bylaws.blocking,
        agreement_version=version,
        min_age=bylaws.min_age,
        consent_age=bylaws.min_age - YOUNGER if conditions["consent_helps"] == "yes" else None,
        occupancy_limit=None if conditions["house"] == "not_counted" else bylaws.limit,
        times=bylaws.times,
        signed_version={"current": dice.choice((version, version, version + 1)), "old": dice.randrange(1, version)}.get(
            conditions["agreement"]
        ),
        of_age_in=dice.randrange(1, 900) if conditions["age_agreed"] == "not_yet" else dice.choice((None, 0, -1, -900)),
        consent=conditions["consent"] == "yes",
        assistive=dice.random() < 0.2,
        protected=dice.random() < 0.1,
        suspended_to={"none": None, "running": dice.randrange(1, 60), "last_day": 0, "over": -dice.randrange(1, 60)}[
            conditions["suspension"]
        ],
        staff=None if conditions["staff_card"] == "none" else StaffKind(conditions["staff_card"]),
        staff_first=first,
        staff_last=last,
        staff_in_hours=conditions["staff_hours"] == "in",
        staff_span=dice.randrange(3),
        staff_disarms=conditions["staff_disarms"] == "yes",
        staff_pin=pin if conditions["staff_pin"] == "right" else _other(dice, pin),
    )


def _staff_days(dice: random.Random, dates: str) -> tuple[int, int]:
    """First and last day, in days from today; both ends are days on which the card works."""
    if dates == "before":
        return dice.choice(((1, 1), (1, 30), (20, 60)))
    return dice.choice(((0, 0), (-30, 0), (0, 30), (-9, 9)) if dates == "in" else ((-1, -1), (-30, -1), (-60, -20)))


def told(dice: random.Random, conditions: Conditions, pin: str, rules: Written) -> Told:
    """What the library system knows and says."""
    return Told(
        kind=Kind(conditions["library"]),
        bl={"yes": "Y", "no": "N", "missing": None}[conditions["known"]],
        cq={"yes": "Y", "no": "N", "missing": None}[conditions["pin_right"]],
        pin=pin if conditions["pin_right"] == "yes" else _other(dice, pin),
        flags=_flags(dice, conditions["flag"], rules.blocking_flags),
        expires_in={"ahead": dice.randrange(1, 900), "today": 0, "passed": -dice.randrange(1, 900), "not_told": None}[
            conditions["expiry"]
        ],
        age=_age(dice, conditions["age_told"], rules),
    )


def _flags(dice: random.Random, flag: str, blocking: tuple[int, ...]) -> tuple[int, ...]:
    others = sorted(set(range(14)) - set(blocking))
    harmless = dice.sample(others, dice.randrange(1, 5))
    match flag:
        case "none":
            return ()
        case "harmless":
            return tuple(sorted(harmless))
        case _:
            return tuple(sorted({*harmless[1:], *dice.sample(blocking, dice.randrange(1, len(blocking) + 1))}))


def _age(dice: random.Random, age: str, rules: Written) -> int | None:
    consent_age = rules.min_age if rules.consent_age is None else rules.consent_age
    match age:
        case "of_age":
            return dice.choice((rules.min_age, rules.min_age + 1, 65, 104))
        case "consent_age":
            return dice.choice((consent_age, rules.min_age - 1))
        case "too_young":
            return dice.choice((consent_age - 1, 3))
        case _:
            return None


def _other(dice: random.Random, pin: str) -> str:
    """A PIN that is not this one."""
    other = f"{dice.randrange(10**4):04d}"
    return other if other != pin else f"{(int(other) + 1) % 10**4:04d}"
