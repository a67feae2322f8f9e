"""The year as one list, with the reason for each place."""

from __future__ import annotations

from helhet.pieces.beds import Beds
from helhet.pieces.homes import Homes
from helhet.pieces.measures import Measures
from helhet.pieces.movers import Movers
from helhet.pieces.people import People
from helhet.pieces.piece import Piece
from helhet.pieces.plant import Plant
from helhet.pieces.study import Study
from helhet.pieces.work import Work

ORDER: tuple[tuple[type[Piece], str], ...] = (
    (Plant, "what happens to the plant is decided elsewhere: it comes before anything the town does"),
    (Measures, "the town's own plan comes next: what is delivered this year is there for everybody"),
    (People, "lives go on whatever the town plans: who is gone no longer needs a job or a home"),
    (Study, "who has learned what must be known before jobs are filled"),
    (Work, "vacancies are filled from inside first; what is left is offered to people outside"),
    (Beds, "builders without a bed look for homes, so they must be counted before homes are handed out"),
    (Movers, "households outside answer the year's job offers, and move for reasons of their own"),
    (Homes, "last: everyone who needs a home has been named; a mover without one does not come"),
)


def pieces() -> tuple[Piece, ...]:
    """A fresh set of all pieces, in the order of the year."""
    return tuple(kind() for kind, _ in ORDER)
