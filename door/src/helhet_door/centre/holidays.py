"""Public holidays, worked out for some years ahead, so that a box keeps them with the net down."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import holidays

YEARS_AHEAD = 2
EVERY_SUNDAY = {"SE", "NO"}  # the law calls every Sunday a holiday there, and so does the package


def known_country(code: str) -> bool:
    """Whether holidays are known for a country, or a part of one (``DE-BY``); "" is none, and known."""
    country, _, part = code.partition("-")
    known = holidays.list_supported_countries()
    return not code or (country in known and (not part or part in known[country]))


@lru_cache(maxsize=64)
def public_holidays(code: str, year: int) -> tuple[dt.date, ...]:
    """The public holidays of ``code`` in ``year`` and the two years after it, in order.

    A library's ordinary Sundays stand in its week, so they are left out. Eves are no public holidays by law: where the
    library keeps them, they are exception days.
    """
    if not code:
        return ()
    country, _, part = code.partition("-")
    options = {"include_sundays": False} if country in EVERY_SUNDAY else {}
    made = getattr(holidays, country)(subdiv=part or None, years=range(year, year + YEARS_AHEAD + 1), **options)
    return tuple(sorted(made))
