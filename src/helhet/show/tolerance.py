"""How much may be missing before we call it a shortage.

Some homes, beds and jobs are always between two people, so a shortage begins above a tolerance. The tolerances are
judgements of ours: the page says so, and shows the odds with half and with twice the tolerance beside them.
"""

from __future__ import annotations

import numpy as np

from helhet.show.reading import Floats, Reading, Shortage

HOMES = 0.005
"""Households that looked and found no home in a year, against all homes of the town."""

JOBS = 0.03
"""Jobs that nobody holds at the end of a year, against all jobs."""

BEDS = 0.1
"""Builders' beds missing in the worst month of a year, against the beds needed in its busiest month."""

FEWEST_BEDS = 20.0
"""Fewer missing beds than this are never called a shortage."""


def homes(read: Reading, plan: str) -> Shortage:
    """Households without a home against the tolerance."""
    missing = read.total("homes.missing", plan)
    limit = HOMES * read.total("homes.stock", plan)
    return Shortage(missing, limit, missing > limit, read.odds_years)


def jobs(read: Reading, plan: str) -> Shortage:
    """Jobs that nobody holds against the tolerance."""
    missing = read.per("work.vacant", plan).sum(axis=0)
    limit = JOBS * read.per("work.jobs", plan).sum(axis=0)
    return Shortage(missing, limit, missing > limit, read.odds_years)


def beds(read: Reading, plan: str) -> Shortage:
    """Beds missing in the year's worst month against the tolerance."""
    missing = by_month(read.total("beds.short", plan)).max(axis=2)
    limit = np.maximum(BEDS * by_month(read.total("beds.needed", plan)).max(axis=2), FEWEST_BEDS)
    return Shortage(missing, limit, missing > limit, read.odds_years)


def by_month(values: Floats) -> Floats:
    """Months by year: shape (futures, 12 * years) to (futures, years, 12)."""
    return values.reshape(len(values), -1, 12)
