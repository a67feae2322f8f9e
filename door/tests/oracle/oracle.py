"""What is right, as a table: the first row whose cells all fit decides. Written from the description of the door alone.

``table.csv`` opens in any spreadsheet. A row is one sentence; an empty cell means that the condition does not matter,
``a/b`` means either and ``not a/b`` anything else. ``conditions.csv`` says what each condition asks and what can be
answered.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import msgspec

from helhet_door.words.reasons import Reason

HERE = Path(__file__).parent
Conditions = Mapping[str, str]


class Condition(msgspec.Struct, frozen=True):
    """What is asked, and the answers to it, the everyday one first."""

    question: str
    answers: tuple[str, ...]

    @property
    def everyday(self) -> str:
        """The answer that stops nobody."""
        return self.answers[0]


class Row(msgspec.Struct, frozen=True):
    """One sentence of the table; ``when`` holds the answers that fit, for the conditions that matter."""

    words: str
    when: dict[str, frozenset[str]]
    reason: Reason
    opens: bool

    def fits(self, conditions: Conditions) -> bool:
        """Whether every condition that matters has an answer that fits."""
        return all(conditions[name] in answers for name, answers in self.when.items())


class Table(msgspec.Struct, frozen=True):
    """Rows in order of precedence."""

    rows: tuple[Row, ...]

    def place(self, conditions: Conditions) -> int:
        """The number, from 0, of the first row that fits."""
        return next(number for number, row in enumerate(self.rows) if row.fits(conditions))

    def decides(self, conditions: Conditions) -> Row:
        """The first row that fits."""
        return self.rows[self.place(conditions)]


def conditions(path: Path = HERE / "conditions.csv") -> dict[str, Condition]:
    """What the table may ask."""
    with path.open(newline="", encoding="utf-8") as file:
        return {
            row["condition"]: Condition(row["question"], (row["everyday"], *row["others"].split("/")))
            for row in csv.DictReader(file)
        }


def table(path: Path = HERE / "table.csv") -> Table:
    """The table; raises ``ValueError`` where it asks or answers something that ``conditions.csv`` does not have."""
    known = conditions()
    with path.open(newline="", encoding="utf-8") as file:
        return Table(tuple(_row(number, row, known) for number, row in enumerate(csv.DictReader(file), 2)))


def _row(number: int, cells: dict[str, str], known: dict[str, Condition]) -> Row:
    words, reason, opens = cells.pop("in words"), cells.pop("reason"), cells.pop("opens")
    if opens not in ("yes", "no") or set(cells) != set(known):
        raise ValueError(f"line {number}: opens is yes or no, and the conditions are those of conditions.csv")
    when = {name: _answers(f"line {number}, {name}", cell, known[name]) for name, cell in cells.items() if cell}
    return Row(words, when, Reason(reason), opens == "yes")


def _answers(where: str, cell: str, condition: Condition) -> frozenset[str]:
    said = frozenset(cell.removeprefix("not ").split("/"))
    if not said <= set(condition.answers):
        raise ValueError(f"{where}: {cell!r} is none of {condition.answers}")
    return frozenset(condition.answers) - said if cell.startswith("not ") else said
