"""Measures: what the town's own plan spends, year by year."""

from __future__ import annotations

from helhet.pieces.piece import Piece
from helhet.words.declare import Outcome, Text


class Measures(Piece):
    """Reports the cost of preparing and committing the plan's measures."""

    name = "measures"
    outcomes = (
        Outcome(
            "measures.spent",
            "MSEK",
            Text("planens utgifter under året", "spent on the plan's measures during the year"),
            "town",
            "lower",
        ),
    )
