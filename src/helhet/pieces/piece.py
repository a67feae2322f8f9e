"""The protocol of a piece: what it declares and when it is called.

A piece never imports another piece; it reads the columns of others through the town. It is called in this order:

- ``start`` once per case: the first day, the same in every future;
- ``begin`` at the start of each future: its uncertain numbers become columns;
- ``step`` once a year, in the order of :mod:`helhet.pieces.order`;
- ``settle`` once a year, after all steps: rows come and go;
- ``measure`` once a year, last: it reports its outcomes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from helhet.case.case import Case
from helhet.case.tables import COMMON
from helhet.town import Town
from helhet.words.declare import Column, Declarations, MeasureKind, Need, Outcome, Setting, Table
from helhet.words.plan import Delivery


@dataclass(frozen=True)
class Future:
    """One draw of everything we do not choose: its number, the seed of its dice and its drawn settings.

    ``settings`` maps ``piece.name`` to the number drawn for this future, in the setting's unit.
    """

    number: int
    seed: int
    settings: Mapping[str, float]


@dataclass(frozen=True)
class Turn:
    """One year (0 is the first after the base date) of one plan in one future. ``years`` is the length of the run."""

    case: Case
    future: Future
    year: int
    years: int
    deliveries: tuple[Delivery, ...] = ()

    @cached_property
    def key(self) -> np.ndarray[Any, Any]:
        """What this year's dice are thrown with: seed, future and year, uint64."""
        return np.array([self.future.seed, self.future.number, self.year], np.uint64)

    def of_kind(self, kind: str) -> tuple[Delivery, ...]:
        """The plan's deliveries of one kind of measure, whenever they come."""
        return tuple([delivery for delivery in self.deliveries if delivery.measure.kind == kind])


Report = Mapping[str, np.ndarray[Any, Any]]
"""The outcomes of one piece and year, any kind of number. By scope: shape (districts,), (1,) or (12,); with ``per``:
(rows,). They are copied at once, so views of columns will do."""


class Piece:
    """A part of the town. Subclasses declare and override what they need; everything is optional but the name."""

    name: str = ""
    tables: tuple[Table, ...] = ()
    settings: tuple[Setting, ...] = ()
    columns: tuple[Column, ...] = ()
    reads: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    needs: tuple[Need, ...] = ()
    measures: tuple[MeasureKind, ...] = ()

    def start(self, town: Town, case: Case, years: int) -> None:
        """Lay out the first day in ``town``."""

    def begin(self, town: Town, turn: Turn) -> None:
        """Turn this future's drawn settings into columns; ``turn.year`` is 0."""

    def step(self, town: Town, turn: Turn) -> None:
        """Live one year."""

    def settle(self, town: Town, turn: Turn) -> None:
        """Let rows come and go after the year's decisions."""

    def measure(self, town: Town, turn: Turn) -> Report:
        """Report the declared outcomes."""
        return {}


def declarations(pieces: Iterable[Piece]) -> Declarations:
    """All that ``pieces`` declare, with the tables common to every case: what a case is read and checked against.

    Raises ``ValueError`` if two pieces declare a table, setting, kind of measure, outcome or need of the same name.
    """
    chosen = tuple(pieces)
    gathered = Declarations(
        COMMON + tuple(table for piece in chosen for table in piece.tables),
        tuple((piece.name, setting) for piece in chosen for setting in piece.settings),
        tuple(kind for piece in chosen for kind in piece.measures),
        tuple(outcome for piece in chosen for outcome in piece.outcomes),
        tuple(need for piece in chosen for need in piece.needs),
    )
    for what, names in (
        ("table", [table.name for table in gathered.tables]),
        ("setting", [f"{piece}.{setting.name}" for piece, setting in gathered.settings]),
        ("kind of measure", [kind.name for kind in gathered.measures]),
        ("outcome", [outcome.name for outcome in gathered.outcomes]),
        ("need", [need.name for need in gathered.needs]),
    ):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"the {what} {twice[0]} is declared twice")
    return gathered
