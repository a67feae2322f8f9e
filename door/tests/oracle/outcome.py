"""What is seen from outside of a visit that the table has decided: at the reader, in the rows, at the library system.

``outcomes.csv`` is written from the description of the door alone, as the table is. Two things go before a reason:

* What comes from a reader whose line is cut, or within two seconds after, is thrown away as if it had never been: no
  row, no question, and the reader shows what it shows when nobody is there.
* No row, no opening: where the row cannot be stored, nobody is let in, whatever the reason for it.
"""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
from oracle import HERE, Conditions, Table

from helhet_door.words.reasons import Reason

AT_REST = {
    "staffed": "Visa ditt kort",
    "open_plus": "Visa ditt kort",
    "warning": "Stänger snart",
    "evacuation": "Utrymning pågår",
}
"""What a reader shows when nobody is there; in all other states of the branch it says that it is closed."""
CLOSED = "Stängt {opens}"


class Usual(msgspec.Struct, frozen=True):
    """What goes with a reason. ``{opens}`` in ``shown`` stands for when the branch opens, where that is known."""

    shown: str
    pseudonym: bool
    asked: bool


class Outcome(msgspec.Struct, frozen=True):
    """One visit seen from outside."""

    reason: Reason
    row: bool  # a row of this reason is stored
    opens: bool
    shown: str
    pseudonym: bool
    asked: bool


def usual(path: Path = HERE / "outcomes.csv") -> dict[Reason, Usual]:
    """What goes with each reason."""
    with path.open(newline="", encoding="utf-8") as file:
        return {
            Reason(row["reason"]): Usual(row["shown"], row["pseudonym"] == "yes", row["asked"] == "yes")
            for row in csv.DictReader(file)
        }


def outcome(conditions: Conditions, table: Table, known: dict[Reason, Usual], protected: bool, opens: str) -> Outcome:
    """What is seen of a visit. ``protected``: of whom no pseudonym is kept; ``opens``: when the branch does."""
    row = table.decides(conditions)
    usually = known[row.reason]
    if "no" in (conditions["reader_secure"], conditions["line_whole"]):
        at_rest = AT_REST.get(conditions["branch"], CLOSED).format(opens=opens).strip()
        return Outcome(row.reason, False, False, at_rest, False, False)
    stored = conditions["stored"] == "yes"
    if row.opens and not stored:
        usually = known[Reason.NOT_STORED]
    return Outcome(
        reason=row.reason,
        row=stored,
        opens=row.opens and stored,
        shown=usually.shown.format(opens=opens).strip(),
        pseudonym=usually.pseudonym and stored and not protected,
        asked=usually.asked,
    )
