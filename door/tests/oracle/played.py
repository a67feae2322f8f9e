"""A visit played straight against ``decide``: the facts, the rules and the answer in its own words, and its verdict."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

import arranging
from oracle import Table, conditions
from visit import Visit

from helhet_door.decide.decide import Facts, Verdict, decide
from helhet_door.rules.hours import DayKind
from helhet_door.rules.model import Rules
from helhet_door.words.answers import Answer
from helhet_door.words.tags import list_tag

KEY = bytes(range(32))


def facts(visit: Visit) -> Facts:
    """Everything that is looked at, as this visit has it."""
    world, rules = visit.world, visit.written
    return Facts(
        evacuation=world.evacuation,
        secure=world.secure,
        line_quiet=world.line_quiet,
        clock_trusted=world.clock_trusted,
        card=visit.card,
        pin=visit.pin,
        card_limited=world.card_limited,
        reader_limited=world.reader_limited,
        branch=world.branch,
        now_local=world.local,
        tag=list_tag(KEY, visit.card),
        staff_pin_right=rules.staff is not None and visit.pin != "" and visit.pin == rules.staff_pin,
        day_kind=DayKind(world.day),
        last_entry_passed=world.last_entry_passed,
        recent=world.recent,
        occupancy=world.occupancy,
        stored_ok=world.stored,
        same_card=world.same_card_ago is not None and world.same_card_ago < 10.0,
        panel=world.panel,
    )


def rules(visit: Visit) -> Rules:
    """The rules at the visit's own moment; the staff PIN is already among the facts."""
    return arranging.rules(visit, visit.world.local, KEY, lambda _tag, _pin: "")


def answer(visit: Visit) -> Answer:
    """The library system's answer at the visit's own moment."""
    today: dt.date = visit.world.local.date()
    return arranging.answer(visit, today)


class Played:
    """A visit and both verdicts on it: before the library system was asked, and with its answer."""

    __slots__ = ("after", "before", "visit")

    def __init__(self, visit: Visit) -> None:
        seen, written = facts(visit), rules(visit)
        self.visit = visit
        self.before: Verdict = decide(seen, written, None)
        self.after: Verdict = decide(seen, written, answer(visit))


def agrees(played: Played, table: Table) -> bool:
    """Whether the table and ``decide`` say the same of who comes in and why."""
    row = table.decides(played.visit.conditions)
    return (played.after.reason, played.after.open) == (row.reason, row.opens)


def told(disagreeing: Iterable[Played], table: Table) -> str:
    """The disagreements in words, each kind once with how many, and the number and oddities of one visit."""
    kinds: Counter[str] = Counter()
    examples: dict[str, Visit] = {}
    for played in disagreeing:
        row = table.decides(played.visit.conditions)
        kind = f"{row.words}: the table says {row.reason}, decide says {played.after.reason}"
        kinds[kind] += 1
        examples.setdefault(kind, played.visit)
    return "\n".join(f"{count} x {kind}, as {_oddities(examples[kind])}" for kind, count in kinds.most_common())


def _oddities(visit: Visit) -> str:
    known = conditions()
    odd = (f"{name}={said}" for name, said in visit.conditions.items() if said != known[name].everyday)
    return f"visit {visit.number}: {', '.join(odd)}"
