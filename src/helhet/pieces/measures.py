"""Measures: what the town's own plan spends, year by year."""

from __future__ import annotations

import numpy as np

from helhet.pieces.piece import Piece, Report, Turn
from helhet.town import Town
from helhet.words.declare import Outcome, Text
from helhet.words.plan import Delivery


def share_of_year(begins: int, ends: int, year: int) -> float:
    """The share of something spread evenly over months ``begins`` to ``ends - 1`` that falls in ``year``.

    What takes no time (``ends == begins``) falls in the month it begins. Over all years the shares add up to 1.
    """
    ends = max(ends, begins + 1)
    inside = min(ends, 12 * year + 12) - max(begins, 12 * year)
    return max(0, inside) / (ends - begins)


def spent(delivery: Delivery, year: int) -> float:
    """MSEK spent during ``year`` on one delivery.

    The cost of preparing is spread evenly from start to commitment, that of committing from there to delivery, both
    in proportion to the measure's full size.
    """
    over = 12 * year > max(delivery.delivered, delivery.start) or 12 * year + 12 <= delivery.start
    if over or not delivery.size:
        return 0.0
    measure = delivery.measure
    prepare = measure.prepare_cost * share_of_year(delivery.start, delivery.committed, year)
    commit = measure.commit_cost * share_of_year(delivery.committed, delivery.delivered, year)
    return (prepare + commit) * delivery.size / measure.size


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

    def measure(self, town: Town, turn: Turn) -> Report:
        """What the plan costs this year."""
        return {"measures.spent": np.array([sum(spent(delivery, turn.year) for delivery in turn.deliveries)], float)}
