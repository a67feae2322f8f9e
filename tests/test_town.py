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


def test_a_town_that_becomes_another_keeps_its_room_as_new() -> None:
    columns = [
        ("work", Column("list", "row", "i4", -1, Text("rad", "row"))),
        ("work", Column("list", "luck", "u4", 7, Text("tur", "luck"))),
    ]
    first, town = Town(columns), Town(columns)
    first.grow("list", 3)
    first.count("list")[0] = 2
    first.own("work", "list", "row")[:] = [4, 5, -1]
    town.grow("list", 5)
    for name in ("row", "luck"):
        town.own("work", "list", name)[:] = 9
    town.become(first)
    assert town.capacity["list"] == 5
    assert town.count("list")[0] == 2
    assert town.read("list", "row").tolist() == [4, 5, -1, -1, -1]
    assert town.read("list", "luck").tolist() == [7] * 5
    first.grow("list", 8)
    town.become(first)
    assert town.capacity["list"] == 8
    assert town.read("list", "row").tolist() == first.read("list", "row").tolist()
