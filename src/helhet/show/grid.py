"""Text tables for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from helhet.show.figure import DataTable

WIDEST = 100
"""The widest table that is printed as one; a wider one is printed row by row."""


def grid(rows: Sequence[Sequence[str]], gap: int = 2) -> list[str]:
    """Rows as lines: the first column to the left, the others to the right, each as wide as its longest cell."""
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    space = " " * gap
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
        lines.append(space.join(cells).rstrip())
    return lines


def fit(text: str, width: int) -> str:
    """``text`` cut to ``width`` characters, with an ellipsis where something is missing."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def table_lines(title: str, table: DataTable, note: str = "") -> list[str]:
    """A titled table for the terminal: as a grid where it is narrow enough, else each row as a block of lines."""
    flat = [[cell.replace("\n", "; ") for cell in row] for row in (table.head, *table.rows)]
    lines = grid(flat)
    if max((len(line) for line in lines), default=0) > WIDEST:
        lines = [line for row in flat[1:] for line in _block(flat[0], row)]
    return [title, "", *lines, *([""] if note else []), *textwrap.wrap(note, WIDEST)]


def _block(head: Sequence[str], row: Sequence[str]) -> list[str]:
    """A row as lines: its first cell, and below it the others with their headings."""
    lines = [row[0]]
    for name, cell in zip(head[1:], row[1:], strict=True):
        lines += textwrap.wrap(f"{name}: {cell}", WIDEST, initial_indent="  ", subsequent_indent="      ")
    return lines
