"""A case: what a town tells us, read and checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helhet.words.decision import Body, Signal, Tolerance
from helhet.words.declare import Distribution, Setting, Status, Table, Text
from helhet.words.plan import Measure, Plan


@dataclass(frozen=True)
class Source:
    """Who said so: an entry of ``sources.csv``."""

    id: str
    title: str
    publisher: str
    year: str
    url: str


@dataclass(frozen=True)
class District:
    """A district, with the point (longitude, latitude, degrees) it is drawn around and its outline, if any.

    ``rings`` holds the outer rings of its polygons as arrays of shape (points, 2); ``schematic`` is true where the
    outline is drawn by us and not by the town.
    """

    id: str
    name: str
    longitude: float
    latitude: float
    rings: tuple[np.ndarray[Any, np.dtype[np.float64]], ...] = ()
    schematic: bool = True


@dataclass(frozen=True)
class Item:
    """A row of one of the case's lists (occupations, employers): id, name and the sector, if it has one."""

    id: str
    name: Text
    sector: str = ""


@dataclass(frozen=True)
class Uncertain:
    """A setting of the case: its value (middle), range, distribution and where they come from."""

    piece: str
    setting: Setting
    value: float
    low: float
    high: float
    distribution: Distribution
    year: str
    source: str
    status: Status
    note: str

    @property
    def key(self) -> str:
        """``piece.name``, such as ``work.multiplier``."""
        return f"{self.piece}.{self.setting.name}"


@dataclass(frozen=True)
class Rows:
    """An input table as columns: numbers as float64, whole numbers and months as int64, all else as str (object).

    ``rows["value"]`` is the column ``value``; all columns have the same length. What was left empty is NaN, ``""`` or
    :data:`helhet.case.columns.NO_MONTH`; a whole number that may be left empty is float64.
    """

    table: Table
    columns: Mapping[str, np.ndarray[Any, Any]]

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        return self.columns[name]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def where(self, **equal: Any) -> Rows:
        """The rows in which every named column equals the given value."""
        keep = np.ones(len(self), dtype=bool)
        for name, value in equal.items():
            keep &= self.columns[name] == value
        return Rows(self.table, {name: column[keep] for name, column in self.columns.items()})


@dataclass(frozen=True)
class Case:
    """Everything a town tells us. Immutable; ``digest`` names its content (SHA-256 over all its files).

    ``prior`` names the row group of ``plant_prior.csv`` in use. ``knowledge_date`` is the last day from which a
    figure may come. Lists (districts, occupations, employers) keep the order of their files; indices into them are
    what the columns of the town hold.

    For deciding: ``needs`` say how much of each need may be missing; ``bodies`` are those who decide, ``signals`` the
    news that may come in time (either may be empty); ``choices`` are ``interest`` (share per year), ``hazard`` (share
    per month that the plant is called off while one waits) and ``risk`` (the probability of a shortage accepted).
    """

    id: str
    name: str
    language: str
    base_date: dt.date
    knowledge_date: dt.date
    prior: str
    years: int
    digest: str
    districts: tuple[District, ...]
    occupations: tuple[Item, ...]
    employers: tuple[Item, ...]
    tables: Mapping[str, Rows]
    settings: Mapping[str, Uncertain]
    measures: Mapping[str, Measure]
    plans: Mapping[str, Plan]
    sources: Mapping[str, Source]
    outline: tuple[np.ndarray[Any, np.dtype[np.float64]], ...] = ()
    currency: str = "SEK"
    notes: Mapping[str, Text] = field(default_factory=dict)
    needs: Mapping[str, Tolerance] = field(default_factory=dict)
    bodies: Mapping[str, Body] = field(default_factory=dict)
    signals: Mapping[str, Signal] = field(default_factory=dict)
    choices: Mapping[str, float] = field(default_factory=dict)

    def district(self, identity: str) -> int:
        """The index of the district called ``identity``."""
        return [d.id for d in self.districts].index(identity)

    def occupation(self, identity: str) -> int:
        """The index of the occupation group called ``identity``."""
        return [o.id for o in self.occupations].index(identity)

    def employer(self, identity: str) -> int:
        """The index of the employer called ``identity``."""
        return [e.id for e in self.employers].index(identity)

    def month(self, date: dt.date) -> int:
        """The month number of ``date``: 0 is the first month after the base date."""
        return 12 * (date.year - self.base_date.year - 1) + date.month - 1 + 12 - self.base_date.month

    def date(self, month: int) -> dt.date:
        """The first day of month number ``month``."""
        total = 12 * self.base_date.year + self.base_date.month + month
        return dt.date(total // 12, total % 12 + 1, 1)
