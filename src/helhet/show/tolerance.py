"""How much may be missing before we call it a shortage.

Some homes, beds and jobs are always between two people, so a shortage begins above a tolerance. The tolerances are
judgements that stand in the case (``needs.csv``): the page says so, and shows the odds with half and with twice the
tolerance beside them.
"""

from __future__ import annotations

from helhet.decide.strain import Strain, strain
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.show.reading import Reading, Shortage
from helhet.words.declare import Need

NEEDS = {need.name: need for need in declarations(pieces()).needs}
"""The needs that the pieces declare, by name, in the order of the year."""


def items(read: Reading, need: Need) -> tuple[str, ...]:
    """The rows of the case's list over which the need's outcomes are repeated; none where they are not."""
    per = read.declared[need.missing].per
    if not per:
        return ()
    return tuple(item.id for item in (read.case.occupations if per == "occupation" else read.case.employers))


def needs(read: Reading) -> tuple[Need, ...]:
    """The needs whose outcomes are in the results."""
    return tuple(need for need in NEEDS.values() if read.has(need.missing, need.against))


def strained(read: Reading, plan: str, need: Need, only: tuple[str, ...] = ()) -> Strain:
    """A need month by month under ``plan``; of the rows ``only`` of its list, where some are named."""
    tolerance = read.case.needs[need.name]
    return strain(need, tolerance, lambda name: read.total(name, plan), len(read.years), only or items(read, need))


def shortage(read: Reading, plan: str, name: str) -> Shortage:
    """The need called ``name`` year by year under ``plan``, against the tolerance of the case."""
    need = NEEDS[name]
    return Shortage(strained(read, plan, need), read.odds_years, read.declared[need.missing].scope == "month")


def homes(read: Reading, plan: str) -> Shortage:
    """Households that looked and found no home in a year, against all homes of the town."""
    return shortage(read, plan, "homes")


def jobs(read: Reading, plan: str) -> Shortage:
    """Jobs that nobody holds at the end of a year, against all jobs."""
    return shortage(read, plan, "work")


def beds(read: Reading, plan: str) -> Shortage:
    """Beds missing in the year's worst month, against those needed in its busiest."""
    return shortage(read, plan, "beds")
