"""What a piece says about itself: tables it needs, settings, columns, outcomes, needs and kinds of measure.

Everything else in helhet (input templates, checks, generated reference pages, names in the results) is
derived from these declarations, so each fact is written once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["id", "text", "int", "number", "month", "choice"]
"""What a field of a table holds. ``month`` is written ``YYYY-MM``; ``id`` is lower-case a-z, 0-9, - and _."""

Status = Literal["measured", "official", "claim", "assumed"]
"""How far a figure can be trusted: measured; official statistics; a company's or a town's claim; assumed by us."""

Distribution = Literal["certain", "uniform", "triangular", "normal", "lognormal"]
"""How an uncertain setting is drawn. See :func:`helhet.case.draw.quantile` for what low and high mean in each."""

Scope = Literal["district", "town", "month"]
"""What an outcome is counted by: each year and district, each year, or each month of the whole town."""

Better = Literal["lower", "higher", "neither"]


@dataclass(frozen=True)
class Text:
    """The same words in Swedish and English."""

    sv: str
    en: str

    def say(self, language: str) -> str:
        """The words in ``language`` (``"sv"`` or ``"en"``)."""
        return self.sv if language == "sv" else self.en


@dataclass(frozen=True)
class Field:
    """One field (CSV column) of an input table.

    ``low`` and ``high`` bound a number (inclusive). ``choices`` lists the words allowed for ``choice``. ``refers``
    names the ``table.field`` in which the value must exist. An ``optional`` field may be left empty or left out.
    """

    name: str
    kind: Kind
    meaning: Text
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    refers: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """An input table of the case, read from ``<name>.csv``.

    A table of *figures* has, besides its own ``fields``, the field ``value`` in ``unit`` (between ``low`` and
    ``high``) and where it comes from: ``unit``, ``year``, ``source``, ``status``, ``note``. Any other table has only
    ``source``, ``status``, ``note`` after its own fields. ``key`` names the fields that together must be unique.
    A table that is not ``required`` may be missing, and is then read as empty.
    """

    name: str
    meaning: Text
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    unit: str = ""
    low: float | None = None
    high: float | None = None
    figures: bool = True
    required: bool = True


@dataclass(frozen=True)
class Setting:
    """A single number that a piece needs; its value, distribution and source stand in the case's ``settings.csv``.

    ``low`` and ``high`` are the limits of what is possible, not the range of what is likely.
    """

    name: str
    unit: str
    meaning: Text
    low: float
    high: float


@dataclass(frozen=True)
class Column:
    """A column of one of the town's tables: owned by the piece that declares it, read by any other.

    ``new`` is the value that a new row gets. A ``scratch`` column holds nothing from one future to the next, so it
    is not copied when a future begins.
    """

    table: str
    name: str
    dtype: str
    new: Any
    meaning: Text
    scratch: bool = False


@dataclass(frozen=True)
class Outcome:
    """A number that a piece reports.

    ``name`` begins with the name of the piece. ``per`` repeats the outcome for each row of one of the case's lists
    (``"occupation"`` or ``"employer"``): ``work.vacant`` becomes ``work.vacant.nurse`` and so on.
    """

    name: str
    unit: str
    meaning: Text
    scope: Scope = "district"
    better: Better = "neither"
    per: Literal["", "occupation", "employer"] = ""


@dataclass(frozen=True)
class MeasureKind:
    """A kind of measure that a piece can carry out; the case lists the measures themselves in ``measures.csv``.

    ``detail`` names what the measure's field ``detail`` must refer to (a ``table.field`` of the case), if anything.
    ``relieves`` names the :class:`Need` that such a measure is taken for, ``yields`` the setting (``piece.name``) that
    says which share of its size relieves it, if not all does. A ``flow`` is a size per year: what it gives adds up for
    as long as the measure stands, and stays.
    """

    name: str
    unit: str
    meaning: Text
    detail: str = ""
    district: bool = False
    relieves: str = ""
    yields: str = ""
    flow: bool = False


@dataclass(frozen=True)
class Need:
    """Something the town can run short of.

    ``missing`` names the outcome that counts what is missing, ``against`` the one that a tolerance is a share of; both
    have the same scope and are repeated over the same list, if any. How much may be missing, and what it costs, the
    case says in ``needs.csv``. ``unit`` is that of ``missing``.
    """

    name: str
    missing: str
    against: str
    unit: str
    meaning: Text


@dataclass(frozen=True)
class Declarations:
    """All that a set of pieces declares, gathered: what the case reader checks a case against."""

    tables: tuple[Table, ...] = ()
    settings: tuple[tuple[str, Setting], ...] = field(default=())
    measures: tuple[MeasureKind, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    needs: tuple[Need, ...] = ()
