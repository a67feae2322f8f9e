"""Movers: the households that would move in this year, for reasons of their own or for a job offered."""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.case.ages import by_sex_and_age
from helhet.case.case import Case
from helhet.case.levels import scales
from helhet.pieces.kernels import movers as kernels
from helhet.pieces.piece import Piece, Turn
from helhet.town import Town
from helhet.words.declare import Column, Setting, Text
from helhet.words.dice import stream
from helhet.words.person import AGE_STEP, OLDEST, STATES

OWN_REASONS = stream("movers.own_reasons")
RECRUITS = stream("movers.recruits")

Array = np.ndarray[Any, Any]


class Movers(Piece):
    """Composes the households that want to move in; whether they come is decided where homes are looked for."""

    name = "movers"
    settings = (
        Setting("couple", "share", Text("sökande som kommer som par", "adults moving in who come as a couple"), 0, 1),
        Setting("family_couple", "share", Text("familjer med två vuxna", "families moving in with two adults"), 0, 1),
        Setting("recruit_partner", "share", Text("rekryterade med partner", "recruits who bring a partner"), 0, 1),
        Setting("recruit_children", "share", Text("av dem: med barn", "of those: with children"), 0, 1),
    )
    columns = (
        Column("arrivals", "identity", "u8", 0, Text("identitet", "identity of the household, for the dice")),
        Column("arrivals", "cell", "i2", -1, Text("jobbet som väntar (-1: inget)", "job cell that waits (-1: none)")),
        Column("arrivals", "people", "i4", 0, Text("personer i hushållet", "persons in the household")),
        Column("arrivals", "first", "i4", 0, Text("första person", "first row of arriving")),
        Column("profile", "rate", "f8", 0.0, Text("inflyttade per år", "wish to move in per year, by state")),
        Column("profile", "all", "f8", 0.0, Text("fördelning", "cumulative share by state")),
        Column(
            "profile", "adult", "f8", 0.0, Text("fördelning, 20–55 år", "cumulative share by state, 20 to 55 years")
        ),
        Column("movers", "state", "u1", 0, Text("ålder och kön", "state of somebody who would move in")),
        Column("movers", "identity", "u8", 0, Text("identitet", "identity")),
        Column("movers", "luck", "f8", 0.0, Text("tärningskast", "uniform number")),
        Column("movers", "leader", "i4", 0, Text("hushållets första", "first person of the household")),
        Column("arriving", "state", "u1", 0, Text("ålder och kön", "state of the person, as in people")),
        Column("arriving", "identity", "u8", 0, Text("identitet", "identity of the person")),
    )
    reads = ("offers.cell",)

    def start(self, town: Town, case: Case, years: int) -> None:
        """The yearly profile of those who want to move in: the table times observed over expected."""
        rate = np.zeros(STATES)
        rate[: AGE_STEP * (OLDEST + 1)] = by_sex_and_age(case.tables["in_moves"]).T.ravel()
        rate *= scales(case)["in_moves"]
        age = np.arange(STATES) // AGE_STEP
        town.grow("profile", STATES)
        town.own(self.name, "profile", "rate")[:] = rate
        town.own(self.name, "profile", "all")[:] = _cumulative(rate)
        working = (age >= 20) & (age <= 55)
        recruited = np.where(working, rate, 0.0)
        # Where nobody of working age moves in by the table, whoever comes for a job is equally likely of any such age.
        town.own(self.name, "profile", "adult")[:] = _cumulative(
            recruited if recruited.any() else working.astype(float)
        )

    def step(self, town: Town, turn: Turn) -> None:
        """Compose the households that want to move in this year."""
        settings, future, year = turn.future.settings, turn.future, turn.year
        level = town.read("profile", "rate").sum() * settings["people.in_moves"]
        wanting = int(level * (year + 1)) - int(level * year)
        offers = town.read("offers", "cell") if town.has("offers", "cell") else np.empty(0, np.int16)
        offered = int(town.count("offers")[0]) if town.has("offers", "cell") else 0
        for table in ("movers", "arriving", "arrivals"):
            town.reserve(table, wanting + 4 * offered)
        state, identity, luck, leader = (
            town.own(self.name, "movers", name) for name in ("state", "identity", "luck", "leader")
        )
        profile = town.read("profile", "all"), town.read("profile", "adult")
        seed = np.uint64(future.seed)
        kernels.draw_movers(wanting, profile[0], seed, future.number, OWN_REASONS, year, state, identity, luck)
        kernels.group(wanting, state, luck, settings["movers.family_couple"], settings["movers.couple"], leader)
        people = kernels.draw_recruits(
            offers, offered, profile[1], settings["movers.recruit_partner"], settings["movers.recruit_children"], seed,
            future.number, RECRUITS, year, state, identity, leader, wanting,
        )  # fmt: skip
        town.count("arriving")[0] = people
        arrivals = (town.own(self.name, "arrivals", name) for name in ("identity", "cell", "people", "first"))
        arriving = (town.own(self.name, "arriving", name) for name in ("state", "identity"))
        town.count("arrivals")[0] = kernels.compose(
            people, wanting, offers, state, identity, leader, *arrivals, *arriving
        )


def _cumulative(rate: Array) -> Array:
    """Shares that rise to exactly 1; all 1 where there is nothing to share."""
    total = rate.sum()
    shares = np.cumsum(rate) / total if total > 0 else np.ones_like(rate)
    shares[-1] = 1.0
    return np.asarray(shares)
