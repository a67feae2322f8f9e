"""Counts that may be shown: small numbers hidden, and as many others as it takes that nobody can work them out.

One tree for every week and group: all branches, then branch, day and hour. Every total in it is true or hidden, so the
reader of the page has a system of equations. Numbers below the threshold are hidden, with all their parts (elsewhere 0
is shown: an hour without anybody says nothing of anybody). Then the page is attacked by somebody who even knows which
of the hidden numbers are small: for every one the exact range is worked out that the shown numbers leave open. Where
it is narrower than the range without them, a neighbour, or the total, is hidden too, until what is shown tells nothing
of a small number but that it is small. (Complementary suppression: Willenborg and de Waal, Elements of Statistical
Disclosure Control, 2001. In a tree the ranges are exact and cheap; in a table with sums both ways they are not, so
there is no total of an hour over several days.)

The neighbour is chosen by its place, not by its number, so that the choice tells little. It may still tell something to
a reader who runs this very program on every table that is possible: a range can be narrowed so. Only weeks that are
over are shown: a total that grows from day to day would give each day away.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence

import msgspec

from helhet_door.keep.counts import Count

THRESHOLD = 5


class Cell(msgspec.Struct, frozen=True):
    """A number to show, or None where it is hidden. A cell that is not there is 0.

    ``branch`` "" is all branches; ``day`` "" is the whole week; ``hour`` None is the whole day.
    """

    week: str  # ISO 8601: 2026-W10
    what: str
    branch: str
    day: str
    hour: int | None
    number: int | None


Place = tuple[str, str, int | None]  # branch, day, hour


class Node:
    """A number with the numbers that it is the sum of."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.number = 0
        self.shown = True
        self.small = False
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.below = self.range = (0.0, 0.0)  # what is possible by the children; by all that is shown

    def child(self, place: Place) -> Node:
        """The child at ``place``, made where it is missing. Places must come in order."""
        if not self.children or self.children[-1].place != place:
            new = Node(place)
            new.parent = self
            self.children.append(new)
        return self.children[-1]


def published(counts: Iterable[Count], today: dt.date, threshold: int = THRESHOLD) -> list[Cell]:
    """The cells to show of all weeks that ended before ``today``, in order. Ask :class:`Page` for one of them.

    ``threshold`` is the least number that is shown. Raises ``ValueError`` below 3, where small numbers have no room.
    """
    if threshold < 3:
        raise ValueError("the least number that is shown must be 3 or more")
    trees: dict[tuple[str, str], Node] = {}
    for count in sorted(counts, key=lambda c: (c.branch, c.day, c.hour)):
        year, week, weekday = dt.date.fromisoformat(count.day).isocalendar()
        if dt.date.fromisoformat(count.day) + dt.timedelta(days=7 - weekday) < today and count.number:
            root = trees.setdefault((f"{year:04d}-W{week:02d}", count.what), Node(("", "", None)))
            branch = root.child((count.branch, "", None))
            day = branch.child((count.branch, count.day, None))
            for node in (root, branch, day, day.child((count.branch, count.day, count.hour))):
                node.number += count.number
    cells: list[Cell] = []
    for (name, what), root in sorted(trees.items(), key=lambda item: item[0]):
        nodes = order(root, threshold)
        hide(nodes, threshold)
        cells += [Cell(name, what, *node.place, node.number if node.shown else None) for node in nodes]
    return cells


class Page:
    """The cells of one week and group, to be asked for every place: what has no cell is 0, or hidden."""

    def __init__(self, cells: Iterable[Cell], week: str, what: str) -> None:
        of = [cell for cell in cells if (cell.week, cell.what) == (week, what)]
        self._numbers: dict[Place, int | None] = {(cell.branch, cell.day, cell.hour): cell.number for cell in of}
        self._with_parts = {above for place in self._numbers for above in _above(place)}

    def number(self, branch: str, day: str = "", hour: int | None = None) -> int | None:
        """The number at a place, or None where it is hidden.

        A place without a cell is 0; but a total without parts is small, and where it has no parts is not said either.
        """
        place = (branch, day, hour)
        if any(above in self._numbers and above not in self._with_parts for above in _above(place)):
            return None
        return self._numbers.get(place, 0)


def _above(place: Place) -> list[Place]:
    """The totals that ``place`` is a part of."""
    branch, day, _ = place
    return [total for total in (("", "", None), (branch, "", None), (branch, day, None)) if total != place]


def order(root: Node, threshold: int) -> list[Node]:
    """All nodes, each before its children. A small number has no parts: which hours were 0 would say too much."""
    nodes = [root]
    for node in nodes:
        node.small = node.number < threshold
        if node.small:
            node.children = []
        nodes.extend(node.children)
    return nodes


def hide(nodes: Sequence[Node], threshold: int) -> None:
    """Hide what is small, then what it takes. ``nodes`` as :func:`order` gives them."""
    for node in nodes:
        node.shown = False
    attack(nodes, threshold)
    before = [node.range for node in nodes]
    for node in nodes:
        node.shown = not node.small
    while True:
        attack(nodes, threshold)
        weak = [node for node, free in zip(nodes, before, strict=True) if _found_out(node, free)]
        if not weak:
            return
        more = next((other for node in weak if (other := _cover(node)) is not None), None)
        (more or next(node for node in nodes if node.shown)).shown = False


def attack(nodes: Sequence[Node], threshold: int) -> None:
    """Set every ``range`` to the least and the most that the number can be, to somebody who sees what is shown.

    Exact: upwards, what a number can be by its parts; downwards, what its total and its neighbours leave of it.
    """
    for node in reversed(nodes):
        if node.shown:
            node.below = (node.number, node.number)
            continue
        parts = [child.below for child in node.children]
        low = max(1 if node.small else threshold, sum(low for low, _ in parts))
        high = sum(high for _, high in parts) if parts else threshold - 1 if node.small else math.inf
        node.below = (low, high)
    nodes[0].range = nodes[0].below
    for node in nodes:
        for child in node.children:
            others = [c.below for c in node.children if c is not child]
            child.range = (
                max(child.below[0], node.range[0] - sum(high for _, high in others)),
                min(child.below[1], node.range[1] - sum(low for low, _ in others)),
            )


def _found_out(node: Node, free: tuple[float, float]) -> bool:
    """Whether more is known of a hidden number than should be: of a small one anything, of another its value.

    Small numbers never cover each other, even where they could: that they could would say what they are together.
    """
    if node.shown:
        return False
    if not node.small:
        return node.range[0] == node.range[1]
    bare = node.parent is not None and node.parent.shown and all(c.shown or c.small for c in node.parent.children)
    return bare or node.range != free


def _cover(node: Node) -> Node | None:
    """What else to hide so that ``node`` is not worked out: a part of what is hidden, a neighbour, or the total."""
    if node.parent is None:
        return None
    near = sorted(node.parent.children, key=_distance(node.parent.children.index(node), node.parent.children))
    part = next((part for other in near if (part := _telling(other)) is not None), None)
    if part is not None:
        return part
    neighbour = next((other for other in near if other.shown), None)
    if neighbour is not None:
        return neighbour
    return node.parent if node.parent.shown else _cover(node.parent)


def _telling(node: Node) -> Node | None:
    """A shown part by which a hidden number can be worked out, or nearly: so it covers little."""
    if node.shown or math.isinf(node.below[1]):
        return None
    shown = next((child for child in node.children if child.shown), None)
    return shown or next((part for child in node.children if (part := _telling(child)) is not None), None)


def _distance(place: int, children: Sequence[Node]) -> Callable[[Node], tuple[int, int]]:
    return lambda child: (abs(children.index(child) - place), children.index(child))
