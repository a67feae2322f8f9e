"""Checks of the reference cases: nothing in them may be later than the knowledge date, and each must be of its kind."""

from __future__ import annotations

from helhet.case.columns import Columns
from helhet.case.config import Config
from helhet.case.found import Found

PAST = ("announced_year", "began_year", "realised_year", "before_year", "after_year")
"""Years in which something happened or was counted. ``planned_year`` may lie ahead: a plan is known when it is made."""

PAIRS = (("people_before", "before_year"), ("people_after", "after_year"))
ORDER = (("announced_year", "began_year"), ("announced_year", "realised_year"), ("before_year", "after_year"))


def check_references(columns: Columns, config: Config, found: Found) -> None:
    """Check the years of each reference case and whether it says what its kind must say."""
    if config.knowledge_date:
        _later(columns, config.knowledge_date.year, found)
    _pairs(columns, found)
    _order(columns, found)
    _outcomes(columns, found)
    _deals(columns, found)


def _later(columns: Columns, known: int, found: Found) -> None:
    for name in PAST:
        for line, year in columns.complete(name):
            if year > known:
                wrong = f"is later than the year of the knowledge date, {known}"
                found.add(columns.file, line, name, year, wrong, "Use what was known then, or leave the case out")


def _pairs(columns: Columns, found: Found) -> None:
    for count, year in PAIRS:
        for line, *given in columns.rows(count, year):
            if (given[0] is None) != (given[1] is None):
                missing = year if given[1] is None else count
                wrong = f"is empty, but {count if missing == year else year} is not"
                found.add(columns.file, line, missing, "", wrong, "Write both or neither")


def _order(columns: Columns, found: Found) -> None:
    for first, then in ORDER:
        for line, early, late in columns.complete(first, then):
            if late < early:
                found.add(columns.file, line, then, late, f"comes before {first}, {early}", "Correct one of the two")


def _outcomes(columns: Columns, found: Found) -> None:
    for line, kind, outcome, began in columns.rows("kind", "outcome", "began_year"):
        if kind in ("plant", "works") and outcome is None:
            cure = "Write one of its words; 'open' where it was not settled at the knowledge date"
            found.add(columns.file, line, "outcome", "", f"is empty, but {kind!r} needs one", cure)
        elif kind in ("boom", "class") and outcome is not None:
            found.add(columns.file, line, "outcome", outcome, f"has no meaning for {kind!r}", "Leave it empty")
        if outcome == "cancelled" and began is not None:
            wrong = "is the year it began, but it was cancelled before it did"
            found.add(columns.file, line, "began_year", began, wrong, "Leave it empty, or write another outcome")


def _deals(columns: Columns, found: Found) -> None:
    for line, kind, deals, kept in columns.rows("kind", "deals", "kept"):
        for name, number in (("deals", deals), ("kept", kept)):
            if kind == "class" and number is None:
                found.add(columns.file, line, name, "", "is empty, but 'class' needs it", "Write the number")
            elif kind not in ("class", None) and number is not None:
                found.add(columns.file, line, name, number, f"has no meaning for {kind!r}", "Leave it empty")
        if deals is not None and kept is not None and kept > deals:
            found.add(columns.file, line, "kept", kept, f"is more than the {deals} deals", "Correct one of the two")
