"""Checks of the tables about deciding: needs, bodies and their meetings, lead times and steps, signals, choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from helhet.case.cells import written
from helhet.case.columns import Columns, check_unit
from helhet.case.config import Config
from helhet.case.found import Found
from helhet.case.tables_deciding import CHOICE_UNITS
from helhet.words.declare import Declarations

Tables = Mapping[str, Columns]

ENDS = ("low", "mode", "high")
LONGEST_CIRCLE = 8
"""Bodies of a circle that are named in its fault."""


MOST_SIGNALS = 16
"""Every combination of news is reckoned with, so each more doubles the work."""


def check_deciding(tables: Tables, declared: Declarations, config: Config, found: Found) -> None:
    """Check what the tables about deciding say, each by itself and to one another."""
    _needs(tables["needs"], declared, found)
    _bodies(tables["bodies"], tables["meetings"], found)
    in_order(tables["steps"], ENDS, found)
    _lead_times(tables["measures"], tables["steps"], found)
    _signals(tables["signals"], config, found)
    for line, choice, given in tables["choices"].complete("choice", "unit"):
        check_unit(tables["choices"], line, "unit", given, CHOICE_UNITS[choice], found)


def in_order(columns: Columns, fields: tuple[str, ...], found: Found) -> None:
    """Check that the numbers of three fields rise: low, mode, high."""
    for line, *lead in columns.complete(*fields):
        if not lead[0] <= lead[1] <= lead[2]:
            shown = ", ".join(f"{months:g}" for months in lead)
            wrong = "are not in order (low, mode, high)"
            found.add(columns.file, line, ", ".join(fields), shown, wrong, "Write the least first, the most last")


def _needs(columns: Columns, declared: Declarations, found: Found) -> None:
    known = {need.name: need for need in declared.needs}
    for line, name, unit in columns.rows("need", "need_unit"):
        need = known.get(name)
        if name is not None and need is None:
            cure = f"Remove it or correct it.{found.hint(columns.file, name, known)}"
            found.add(columns.file, line, "need", name, "is not a need of any piece", cure)
        elif need is not None and unit is not None:
            check_unit(columns, line, "need_unit", unit, need.unit, found)
    if columns.whole and None not in columns.cells["need"]:
        given = columns.values("need")
        for need in known.values():
            if need.name not in given:
                cure = f"Add a row: {need.meaning.en} ({need.unit})"
                found.add(columns.file, 0, "need", need.name, "is missing", cure)


def _bodies(columns: Columns, meetings: Columns, found: Found) -> None:
    for line, then, ahead in columns.rows("then", "ahead"):
        if then is None and ahead and columns.sound(line, "then"):
            wrong = "has no meaning: nothing goes on from here"
            found.add(columns.file, line, "ahead", ahead, wrong, "Write 0, or in 'then' the body it goes on to")
    if meetings.whole and None not in meetings.cells["body"]:
        meeting = meetings.values("body")
        for line, body in columns.complete("body"):
            if body not in meeting:
                cure = "Add the months in which it meets to meetings.csv"
                found.add(columns.file, line, "body", body, "never meets", cure)
    _circles(columns, found)


def _circles(columns: Columns, found: Found) -> None:
    """Each circle of bodies is told once, at the body from which it is met first."""
    onwards = {body: (line, then) for line, body, then in columns.complete("body", "then")}
    seen: set[Any] = set()
    for body in onwards:
        way: dict[Any, None] = {}
        here = body
        while here in onwards and here not in seen:
            seen.add(here)
            way[here] = None
            here = onwards[here][1]
        if here in way:
            names = list(way)
            circle = [*names[names.index(here) :], here]
            shown = " > ".join(circle[:LONGEST_CIRCLE]) + (" > …" if len(circle) > LONGEST_CIRCLE else "")
            line, then = onwards[here]
            cure = "Leave 'then' empty at the body that decides for good"
            found.add(columns.file, line, "then", then, f"goes round in a circle: {shown}", cure)


def _lead_times(columns: Columns, steps: Columns, found: Found) -> None:
    """Each phase of a measure has a lead time of its own or steps of its chain, and not both."""
    if not steps.whole or None in steps.cells["chain"] or None in steps.cells["phase"]:
        return
    chains = steps.values("chain")
    phases = {(chain, phase) for _, chain, phase in steps.rows("chain", "phase")}
    for phase in ("prepare", "commit"):
        fields = tuple(f"{phase}_{end}" for end in ENDS)
        for line, chain, *lead in columns.rows("chain", *fields):
            unknown = chain is not None and chain not in chains
            if columns.sound(line, "chain", *fields) and not unknown:
                _lead_time(columns, line, fields, lead, chain, (chain, phase) in phases, found)


def _lead_time(
    columns: Columns, line: int, fields: tuple[str, ...], lead: list[Any], chain: Any, steps: bool, found: Found
) -> None:
    given = sum(months is not None for months in lead)
    if steps and not given:
        return
    if steps:
        wrong, cure = f"stand beside the steps that {chain!r} has for it", "Leave these empty, or take the steps away"
    elif not given:
        wrong = f"are empty, and {f'the chain {chain!r} has no such steps' if chain else 'there is no chain of steps'}"
        cure = "Write the three numbers, or name a chain of steps.csv"
    elif given < len(ENDS):
        wrong, cure = "are not all there", "Write all three numbers"
    else:
        return
    shown = ", ".join("empty" if months is None else f"{months:g}" for months in lead) if given else ""
    found.add(columns.file, line, ", ".join(fields), shown, wrong, cure)


def _signals(columns: Columns, config: Config, found: Found) -> None:
    base = config.base_date
    if len(columns) > MOST_SIGNALS:
        cure = f"Keep the {MOST_SIGNALS} that tell most"
        found.add(columns.file, 0, "signal", str(len(columns)), "are more than can be reckoned with together", cure)
    for line, month in columns.complete("month"):
        if base and month < 12 * base.year + base.month:
            cure = "Write a month to come: what is already known belongs in plant_prior.csv"
            found.add(columns.file, line, "month", written(month), "is not after the base date", cure)
