"""Reference cases: plants, building sites, booms and audits known by the knowledge date, beside the case.

They are not used in any future. They stand beside the case, and set and challenge the prior of the plant's outcome
(:mod:`helhet.decide.prior`). What became of the case's own plant is never one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Any

from helhet.case.case import Rows
from helhet.words.declare import Field, Table, Text

KINDS = ("plant", "works", "boom", "class")
SETTLED = ("full", "delayed", "smaller", "cancelled", "collapse")
"""What can become of a plant: the same words as in the case's prior. ``open`` means not settled yet."""

FIRST, LAST = 1900, 2200


def _year(name: str, sv: str, en: str, optional: bool = True) -> Field:
    return Field(name, "int", Text(sv, en), "", FIRST, LAST, optional=optional)


def _count(name: str, sv: str, en: str, unit: str) -> Field:
    return Field(name, "number", Text(sv, en), unit, 0, optional=True)


REFERENCES = Table(
    "references",
    Text(
        "Jämförelsefall: vad som utlovades på andra håll, och vad det blev",
        "Reference cases: what was promised elsewhere, and what became of it",
    ),
    (
        Field("reference", "id", Text("kortnamn", "short name")),
        Field("name", "text", Text("namn", "name")),
        Field("place", "text", Text("plats", "place")),
        Field("country", "text", Text("land", "country")),
        Field(
            "kind",
            "choice",
            Text(
                "slag: fabrik, byggplats, högkonjunktur eller en granskning av många löften",
                "kind: plant, building site (works), boom, or an audit of many promises (class)",
            ),
            choices=KINDS,
        ),
        _year("announced_year", "år då det utlovades", "year of the promise"),
        _count("announced_jobs", "utlovade jobb", "jobs promised", "jobs"),
        _year("planned_year", "år då driften skulle börja", "year in which it was to begin to operate"),
        _year("began_year", "år då driften började", "year in which it began to operate"),
        _count("realised_jobs", "räknade jobb", "jobs counted", "jobs"),
        _year(
            "realised_year", "år som räkningen och utfallet gäller", "year of the count and of what became of it", False
        ),
        Field(
            "outcome",
            "choice",
            Text("vad det blev av en fabrik eller byggplats", "what became of a plant or works"),
            choices=(*SETTLED, "open"),
            optional=True,
        ),
        Field("deals", "int", Text("löften i granskningen", "promises audited"), "deals", 1, optional=True),
        Field("kept", "int", Text("löften som hölls", "promises kept"), "deals", 0, optional=True),
        _count("people_before", "invånare före", "residents before", "persons"),
        _year("before_year", "år för invånare före", "year of the residents before"),
        _count("people_after", "invånare efter", "residents after", "persons"),
        _year("after_year", "år för invånare efter", "year of the residents after"),
    ),
    ("reference",),
    figures=False,
    required=False,
)


@dataclass(frozen=True)
class Reference:
    """A row of ``references.csv``; what is not known is ``None``, and an outcome that is none ``""``.

    Jobs are persons employed, ``planned_year`` and ``began_year`` when it was to begin and began to operate,
    ``realised_year`` the year that ``realised_jobs`` and ``outcome`` are as of. A *class* has ``kept`` of ``deals``
    promises instead of an outcome; a *boom* has neither.
    """

    id: str
    name: str
    place: str
    country: str
    kind: str
    announced_year: int | None
    announced_jobs: float | None
    planned_year: int | None
    began_year: int | None
    realised_jobs: float | None
    realised_year: int
    outcome: str
    deals: int | None
    kept: int | None
    people_before: float | None
    before_year: int | None
    people_after: float | None
    after_year: int | None
    source: str
    status: str
    note: str


def read(rows: Rows) -> tuple[Reference, ...]:
    """The reference cases of ``case.tables["references"]``, in the order of the file; none for an empty table."""
    fields = {field.name: field for field in REFERENCES.fields}
    columns = {name: [_told(fields.get(name), cell) for cell in rows[name]] for name in rows.columns}
    columns["id"] = columns.pop("reference", [])
    return tuple(Reference(**{name: cells[place] for name, cells in columns.items()}) for place in range(len(rows)))


def _told(field: Field | None, cell: Any) -> Any:
    """The value of a cell: an empty number, read as NaN, is ``None``."""
    if field is None or field.kind not in ("int", "number"):
        return str(cell)
    if isnan(cell):
        return None
    return int(cell) if field.kind == "int" else float(cell)
