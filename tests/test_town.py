"""The town's tables: what a list that grows keeps, and how often it must."""

from __future__ import annotations

import numpy as np

from helhet.town import Town
from helhet.words.declare import Column, Text


def test_room_is_reserved_with_a_quarter_to_spare_and_keeps_what_was_there() -> None:
    town = Town([("work", Column("list", "row", "i4", -1, Text("rad", "row")))])
    town.reserve("list", 8)
    town.own("work", "list", "row")[:8] = np.arange(8)
    first = town.own("work", "list", "row")
    town.reserve("list", 10)
    assert town.own("work", "list", "row") is first, "there was room for ten"
    town.reserve("list", 11)
    assert town.capacity["list"] == 13
    assert town.read("list", "row").tolist() == [*range(8), -1, -1, -1, -1, -1]
