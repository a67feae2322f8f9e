"""What a case says about deciding, made of tables in which no fault was found."""

from __future__ import annotations

from collections import defaultdict

from helhet.case.columns import Columns
from helhet.words.decision import Body, Signal, Tolerance
from helhet.words.declare import Declarations, Text
from helhet.words.plan import Lead, Step


def tolerances(columns: Columns, declarations: Declarations) -> dict[str, Tolerance]:
    """What may be missing of each need, in the order of the declarations."""
    told = {row["need"]: row for row in columns.records()}
    return {
        need.name: Tolerance(
            need=need.name,
            share=told[need.name]["tolerance"],
            least=told[need.name]["least"],
            months=told[need.name]["months"],
            cost=told[need.name]["cost"],
            source=told[need.name]["source"],
            status=told[need.name]["status"],
        )
        for need in declarations.needs
    }


def bodies(columns: Columns, meetings: Columns) -> dict[str, Body]:
    """The bodies by id, with the months of their meetings in order."""
    months: dict[str, set[int]] = defaultdict(set)
    for row in meetings.records():
        months[row["body"]].add(row["month"])
    return {
        row["body"]: Body(
            id=row["body"],
            name=Text(row["name_sv"], row["name_en"]),
            then=row["then"] or "",
            ahead=row["ahead"],
            months=tuple(sorted(months[row["body"]])),
        )
        for row in columns.records()
    }


def chains(columns: Columns) -> dict[str, tuple[Step, ...]]:
    """The steps of each chain, in the order of the rows."""
    made: dict[str, list[Step]] = defaultdict(list)
    for row in columns.records():
        lead = Lead(float(row["low"]), float(row["mode"]), float(row["high"]))
        name = Text(row["name_sv"], row["name_en"])
        made[row["chain"]].append(Step(row["step"], name, row["phase"], float(row["chance"]), lead))
    return {chain: tuple(steps) for chain, steps in made.items()}


def signals(columns: Columns, base: int) -> dict[str, Signal]:
    """The signals by id; their months count from ``base``."""
    return {
        row["signal"]: Signal(
            id=row["signal"],
            name=Text(row["name_sv"], row["name_en"]),
            month=row["month"] - base,
            if_comes=row["if_comes"],
            if_not=row["if_not"],
            source=row["source"],
            status=row["status"],
        )
        for row in columns.records()
    }


def choices(columns: Columns) -> dict[str, float]:
    """The town's choices by name, each in its unit."""
    return {row["choice"]: row["value"] for row in columns.records()}
