"""Faults in what somebody handed us, said so that they can mend it: the place, the value, what is wrong, the cure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with the input.

    ``file`` is the path as the reader knows it, ``row`` the line in the file (1 is the heading; 0 when the fault is
    of the whole file), ``field`` the column or key, ``value`` what stood there, ``wrong`` what is wrong with it and
    ``cure`` what to do.
    """

    file: str
    row: int
    field: str
    value: str
    wrong: str
    cure: str

    def __str__(self) -> str:
        place = self.file + (f", row {self.row}" if self.row else "") + (f", {self.field}" if self.field else "")
        shown = self.value if len(self.value) <= 60 else self.value[:57] + "..."
        value = f" ({shown!r})" if self.value else ""
        return f"{place}: {self.wrong}{value}. {self.cure}"


class Faults(Exception):
    """Every fault found, raised together."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[Faults], tuple[list[Fault]], dict[str, Any]]:
        """Pickled, as a worker process hands them to its parent: with the faults, not with the text made of them."""
        return type(self), (self.faults,), self.__dict__
