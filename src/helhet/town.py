"""The town: tables of columns in one future.

A table is a set of equally long arrays with a capacity and a count of rows in use. Each column belongs to the piece
that declared it; every other piece gets a read-only view. Lists that pieces hand to one another within a year (who
left, who was born) are tables too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from helhet.words.declare import Column

Array = np.ndarray[Any, Any]


class Town:
    """The columns of all pieces in one future.

    ``columns`` pairs each column with the name of the piece that owns it.
    """

    def __init__(self, columns: Iterable[tuple[str, Column]]) -> None:
        self._owner: dict[tuple[str, str], str] = {}
        self._declared: dict[tuple[str, str], Column] = {}
        self._arrays: dict[tuple[str, str], Array] = {}
        self._owned: dict[tuple[str, str, str], Array] = {}  # the same, by who may write them
        self._frozen: dict[tuple[str, str], Array] = {}
        self.counts: dict[str, np.ndarray[Any, np.dtype[np.int64]]] = {}
        self.capacity: dict[str, int] = {}
        for owner, column in columns:
            key = (column.table, column.name)
            if key in self._declared:
                raise ValueError(f"column {column.table}.{column.name} is declared by {self._owner[key]} and {owner}")
            self._owner[key], self._declared[key] = owner, column
            self.capacity.setdefault(column.table, 0)
            self.counts.setdefault(column.table, np.zeros(1, dtype=np.int64))
            self._store(key, np.empty(0, dtype=column.dtype))

    def _store(self, key: tuple[str, str], array: Array) -> None:
        self._arrays[key] = self._owned[self._owner[key], *key] = array
        frozen = array.view()
        frozen.flags.writeable = False
        self._frozen[key] = frozen

    def grow(self, table: str, capacity: int) -> None:
        """Make room for ``capacity`` rows; new room holds each column's value for a new row."""
        if capacity <= self.capacity[table]:
            return
        for key, column in self._declared.items():
            if key[0] == table:
                wider = np.full(capacity, column.new, dtype=column.dtype)
                wider[: self.capacity[table]] = self._arrays[key]
                self._store(key, wider)
        self.capacity[table] = capacity

    def reserve(self, table: str, rows: int) -> None:
        """Make room for ``rows`` rows, and where there was too little for a quarter more: lists grow year by year."""
        if self.capacity[table] < rows:
            self.grow(table, rows * 5 // 4)

    def reorder(self, table: str, order: Array) -> None:
        """Put the first ``len(order)`` rows of ``table`` in the given order: new row i is what was row ``order[i]``.

        For the first day only: lists of rows elsewhere are not changed.
        """
        for key in self._declared:
            if key[0] == table:
                self._arrays[key][: len(order)] = self._arrays[key][order]

    def own(self, piece: str, table: str, name: str) -> Array:
        """The column, to write: only for the piece that owns it."""
        try:
            return self._owned[piece, table, name]
        except KeyError:
            owner = self._owner[table, name]
            raise PermissionError(f"{piece} may not write {table}.{name}: it belongs to {owner}") from None

    def read(self, table: str, name: str) -> Array:
        """The column, to look at."""
        return self._frozen[table, name]

    def has(self, table: str, name: str) -> bool:
        """Whether any piece of this town declares the column."""
        return (table, name) in self._declared

    def count(self, table: str) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The number of rows in use, as an array of shape (1,) that kernels can change."""
        return self.counts[table]

    def __getstate__(self) -> dict[str, Any]:
        """Without the second ways to the columns: pickled, views would be copies that no longer follow them."""
        return {name: value for name, value in self.__dict__.items() if name not in ("_owned", "_frozen")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._owned, self._frozen = {}, {}
        for key, array in self._arrays.items():
            self._store(key, array)

    def copy(self) -> Town:
        """A town of its own with the same content."""
        twin = Town((self._owner[key], column) for key, column in self._declared.items())
        twin.become(self)
        return twin

    def become(self, other: Town) -> None:
        """Take over the content of ``other`` (a town of the same columns), reusing this town's arrays.

        A table with more room here keeps it, as new: what grew in one future would only grow again in the next.
        """
        for table, count in other.counts.items():
            self.counts[table][:] = count
            self.grow(table, other.capacity[table])
        for key, source in other._arrays.items():
            column = self._declared[key]
            if not column.scratch:
                array, used = self._arrays[key], len(source)
                array[:used] = source
                if used < len(array):
                    array[used:] = column.new
