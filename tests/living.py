"""Living through years piece by piece, for tests that look at the town between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from helhet.case.case import Case
from helhet.pieces.piece import Future, Piece, Turn
from helhet.town import Town
from helhet.words.plan import Delivery


def lived_years(
    case: Case,
    pieces: Sequence[Piece],
    town: Town,
    future: Future,
    years: int,
    deliveries: tuple[Delivery, ...] = (),
) -> Iterator[Turn]:
    """Begin a future in ``town`` and live year after year; yields each turn after everybody has settled."""
    for year in range(years):
        turn = Turn(case, future, year, years, deliveries)
        if year == 0:
            for piece in pieces:
                piece.begin(town, turn)
        for piece in pieces:
            piece.step(town, turn)
        for piece in pieces:
            piece.settle(town, turn)
        yield turn
