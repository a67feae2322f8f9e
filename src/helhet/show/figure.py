"""A finished chart and the table of its numbers; :mod:`helhet.show.ink` draws them.

Apart from the drawing, so that what only fills tables, as most commands do, need not wait for the charts to load.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DataTable:
    """What a chart shows, as a table: headings and rows of finished text; the first column names the row."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Figure:
    """A chart with its message in words, the key to its marks, and its numbers in a table.

    ``id`` is unique in the page. ``key`` pairs the class of a swatch in the style sheet with what it stands for.
    """

    id: str
    message: str
    key: tuple[tuple[str, str], ...]
    note: str
    wide: str
    narrow: str
    table: DataTable
