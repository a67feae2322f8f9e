"""A diary: what the pieces report in a future, year by year, and the names under which results keep it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from helhet.case.case import Case
from helhet.pieces.piece import Piece, Report
from helhet.words.declare import Outcome

Array = np.ndarray[Any, Any]


def _items(outcome: Outcome, case: Case) -> list[str]:
    return [item.id for item in (case.occupations if outcome.per == "occupation" else case.employers)]


def _width(outcome: Outcome, case: Case) -> int:
    """How many numbers of an outcome are reported each year."""
    if outcome.per:
        return len(case.occupations if outcome.per == "occupation" else case.employers)
    return {"district": len(case.districts), "town": 1, "month": 12}[outcome.scope]


class Diary:
    """What all pieces report, a row for each year. ``reports`` has each outcome's columns, shape (years, numbers)."""

    def __init__(self, pieces: Sequence[Piece], case: Case, years: int) -> None:
        self._case = case
        self._pieces = [(piece.name, {outcome.name for outcome in piece.outcomes}) for piece in pieces]
        self._outcomes = [outcome for piece in pieces for outcome in piece.outcomes]
        widths = [_width(outcome, case) for outcome in self._outcomes]
        self._shapes = [(width,) for width in widths]
        self._rows = np.empty((years, sum(widths)))
        self.reports: dict[str, Array] = {
            outcome.name: self._rows[:, end - width : end]
            for outcome, width, end in zip(self._outcomes, widths, accumulate(widths), strict=True)
        }

    def note(self, reports: Sequence[Report], year: int) -> None:
        """Write down what each piece reports of ``year``; it must be exactly what the piece declares."""
        told: dict[str, Array] = {}
        for (name, declared), report in zip(self._pieces, reports, strict=True):
            if report.keys() != declared:
                differ = sorted(report.keys() ^ declared)
                raise ValueError(f"{name} declares and reports different outcomes: {differ}")
            told |= report
        values = [told[name] for name in self.reports]
        if [each.shape for each in values] != self._shapes:
            for name, each, shape in zip(self.reports, values, self._shapes, strict=True):
                if each.shape != shape:
                    raise ValueError(f"{name} was reported with shape {each.shape}; it is declared as {shape}")
        if values:
            np.concatenate(values, out=self._rows[year])

    def by_name(self, years: int) -> dict[str, Array]:
        """What was reported in the first ``years`` years, by the names of results (``work.vacant.nurse``).

        Shape (years, districts), (years,) or (12 * years,), by scope.
        """
        named: dict[str, Array] = {}
        for outcome in self._outcomes:
            values = self.reports[outcome.name][:years]
            if outcome.per:
                items = _items(outcome, self._case)
                named |= {f"{outcome.name}.{item}": values[:, i] for i, item in enumerate(items)}
            else:
                named[outcome.name] = values if outcome.scope == "district" else values.reshape(-1)
        return named
