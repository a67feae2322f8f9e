"""Movers: the households that would move in this year, for reasons of their own or for a job offered."""

from __future__ import annotations

from helhet.pieces.piece import Piece
from helhet.words.declare import Column, Setting, Text


class Movers(Piece):
    """Composes the households that want to move in; whether they come is decided where homes are looked for."""

    name = "movers"
    settings = (
        Setting("couple", "share", Text("sökande som kommer som par", "adults moving in who come as a couple"), 0, 1),
        Setting("recruit_partner", "share", Text("rekryterade med partner", "recruits who bring a partner"), 0, 1),
        Setting("recruit_children", "share", Text("av dem: med barn", "of those: with children"), 0, 1),
    )
    columns = (
        Column("arrivals", "identity", "u8", 0, Text("identitet", "identity of the household, for the dice")),
        Column("arrivals", "cell", "i2", -1, Text("jobbet som väntar (-1: inget)", "job cell that waits (-1: none)")),
        Column("arrivals", "people", "u1", 0, Text("personer i hushållet", "persons in the household")),
        Column("arrivals", "first", "i4", 0, Text("första person", "first row of arriving")),
        Column("arriving", "state", "u1", 0, Text("ålder och kön", "state of the person, as in people")),
        Column("arriving", "identity", "u8", 0, Text("identitet", "identity of the person")),
    )
    reads = ("offers.cell",)
