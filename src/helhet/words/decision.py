"""What deciding is said in: how much may be missing, who decides and when, and the news that could arrive in time."""

from __future__ import annotations

from dataclasses import dataclass

from helhet.words.declare import Text


@dataclass(frozen=True)
class Tolerance:
    """How much of a need may go unmet before it is a shortage, and what a shortage costs.

    It is a shortage when more is missing than ``share`` of what it is measured against and than ``least`` (in the
    need's unit), for ``months`` months running. One unit missing beyond that for one month costs ``cost`` MSEK.
    """

    need: str
    share: float
    least: float
    months: int
    cost: float
    source: str
    status: str


@dataclass(frozen=True)
class Body:
    """Somebody who decides: a committee, the board, the council, or the council with its budget.

    It meets each year in ``months`` (1 to 12). What it has decided goes ``then`` to another body (empty: it is the
    last), which takes it up ``ahead`` months later at the earliest.
    """

    id: str
    name: Text
    then: str
    ahead: int
    months: tuple[int, ...]


@dataclass(frozen=True)
class Signal:
    """News about the plant that may come in time to decide by.

    It is expected in ``month`` (from the base date). It comes with probability ``if_comes`` where the plant will come
    and stay, and ``if_not`` where it will not.
    """

    id: str
    name: Text
    month: int
    if_comes: float
    if_not: float
    source: str
    status: str
