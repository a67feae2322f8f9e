"""Homes: the stock, who lives where, and everyone who looks for a home."""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.case.case import Case
from helhet.pieces.first_homes import (
    HOUSEHOLD_TYPES,
    HOUSEHOLDS,
    PIPELINE,
    SIZES,
    STOCK,
    TYPES,
    VACANCY,
    WANTED,
    first_day,
)
from helhet.pieces.kernels import homes as kernels
from helhet.pieces.kernels import search as market
from helhet.pieces.kernels.homes import KINDS
from helhet.pieces.kernels.luck import spread
from helhet.pieces.piece import Piece, Report, Turn
from helhet.town import Town
from helhet.words.declare import Column, MeasureKind, Need, Outcome, Setting, Text
from helhet.words.dice import stream

COUPLES, SPLITS, SEEKERS, ARRIVALS, CROWDED = (
    stream(f"homes.{who}") for who in ("couples", "splits", "seekers", "arrivals", "crowded")
)
NEW_SIZES = (0.4, 0.35, 0.25)  # sizes of new homes: assumed, more small ones than in the stock
BUILT_FOR_DEMAND = 0.5  # how much of private building goes where homes were missing last year; the rest as the stock

Array = np.ndarray[Any, Any]


class Homes(Piece):
    """Every home with district, type and size; households are the people of one home."""

    name = "homes"
    tables = (STOCK, HOUSEHOLDS, PIPELINE, HOUSEHOLD_TYPES, VACANCY, WANTED)
    settings = (
        Setting(
            "private",
            "dwellings per year",
            Text("privat byggande i vanliga fall", "private building, ordinary"),
            0,
            10000,
        ),
        Setting(
            "response",
            "dwellings per missing",
            Text("extra byggstarter per saknad bostad och år", "extra starts per missing home and year"),
            0,
            2,
        ),
        Setting("response_lag", "years", Text("från byggbeslut till inflyttning", "from decision to move-in"), 1, 10),
        Setting(
            "response_most",
            "dwellings per year",
            Text("mest som kan byggas privat", "most that can be built privately"),
            0,
            10000,
        ),
        Setting("demolition", "share per year", Text("rivning av tomma bostäder", "empty homes demolished"), 0, 0.2),
        Setting("stay", "share", Text("söker helst i egen stadsdel", "look first in their own district"), 0, 1),
        Setting("patience", "share", Text("tar en bostad av annat slag", "accept a home of another kind"), 0, 1),
    )
    columns = (
        Column("people", "home", "i4", -1, Text("bostad", "row of homes, -1 none")),
        Column("people", "next", "i4", -1, Text("nästa i samma bostad", "next row in the same home, -1 last")),
        Column("people", "role", "u1", 0, Text("roll i hushållet", "role in the household, see helhet.words.person")),
        Column("people", "district", "u1", 0, Text("stadsdel", "district of the home")),
        Column("homes", "kind", "u2", 0, Text("stadsdel, typ och storlek", "district * 9 + type * 3 + size")),
        Column("homes", "head", "i4", -1, Text("första person", "first row living there, -1 vacant")),
        Column("homes", "link", "i4", -1, Text("nästa tomma av samma slag", "next vacant home of the same kind")),
        Column("kinds", "vacant", "i4", -1, Text("första tomma bostad", "first vacant home of the kind, -1 none")),
        Column("kinds", "empty", "i4", 0, Text("tomma bostäder", "vacant homes of the kind")),
        Column("kinds", "usual", "i4", 0, Text("tomma basdagen", "vacant homes of the kind on the first day")),
        Column("kinds", "leaving", "i4", 0, Text("ska bort", "temporary homes to be taken down when vacant")),
        Column("expiring", "homes", "i4", 0, Text("tiden ute", "temporary homes whose time is up, by year and kind")),
        Column("kinds", "stock", "i4", 0, Text("bostäder", "homes of the kind")),
        Column(
            "kinds", "missing", "i4", 0, Text("saknade bostäder i år", "searches that failed this year, by kind wanted")
        ),
        Column("pipeline", "homes", "f8", 0.0, Text("redan beslutade", "homes decided, by year of the run and kind")),
        Column(
            "decided",
            "homes",
            "i4",
            0,
            Text("beslutade och planerade", "homes decided or planned, by year of the run and kind"),
        ),
        Column("taken", "home", "i4", -1, Text("tagen av byggare", "home that builders live in this year")),
        Column("wanted", "share", "f8", 0.0, Text("sökt bostad", "share of kinds wanted, by persons")),
        Column(
            "lived_in", "within", "f8", 0.0, Text("bebodda där", "kinds lived in, by persons and district, running")
        ),
        Column("lived_in", "anywhere", "f8", 0.0, Text("bebodda", "kinds lived in, by persons, running")),
        Column("districts", "near", "i4", 0, Text("närmaste", "districts from nearest to farthest, by district")),
        Column("homes_year", "completed", "i4", 0, Text("färdigställda", "homes completed this year, by kind")),
        Column("homes_flow", "people", "i4", 0, Text("flyttar inom kommunen", "moves to and from the district")),
        Column("homes_counts", "number", "i4", 0, Text("årets tal", "stuck at home, turned away, jobs lost")),
        Column("homes_first", "vacant", "f8", 0.0, Text("tomma basdagen", "vacant homes on the first day")),
        Column(
            "homes_first",
            "pairing",
            "f8",
            1.0,
            Text(
                "skalning så att par bildas i takt med att de upplöses",
                "scale at which couples form as fast as they end",
            ),
        ),
        Column("arrivals", "home", "i4", -1, Text("bostad (-1: kommer inte)", "home found, -1: does not come")),
        Column(
            "building",
            "homes",
            "f8",
            0.0,
            Text("privat byggda som blir klara", "private homes ready, by year of the run"),
        ),
    )
    reads = (
        "people.state",
        "people.identity",
        "left.row",
        "born.row",
        "born.mother",
        "seekers.row",
        "pairs.a",
        "pairs.b",
        "splits.row",
        "arrivals.people",
        "arrivals.cell",
        "beds.homes_wanted",
    )
    outcomes = (
        Outcome("homes.stock", "dwellings", Text("bostäder vid årets slut", "homes at the end of the year")),
        Outcome("homes.vacant", "dwellings", Text("tomma bostäder", "vacant homes")),
        Outcome("homes.completed", "dwellings", Text("färdigställda bostäder", "homes completed")),
        Outcome(
            "homes.missing",
            "households",
            Text("hushåll som sökte men inte fann bostad", "households that looked and found no home"),
            "district",
            "lower",
        ),
        Outcome("homes.moved_here", "persons", Text("flyttade hit inom kommunen", "moved here within the town")),
        Outcome("homes.moved_away", "persons", Text("flyttade härifrån inom kommunen", "moved away within the town")),
        Outcome(
            "homes.nest",
            "persons",
            Text("vuxna barn och inneboende som inte fann bostad", "grown-up children and guests who found no home"),
            "town",
            "lower",
        ),
        Outcome(
            "homes.turned_away",
            "households",
            Text("inflyttare som inte kom, bostad saknades", "movers who did not come for want of a home"),
            "town",
            "lower",
        ),
        Outcome(
            "homes.jobs_lost",
            "persons",
            Text("jobb som ingen kunde flytta till", "job offers lost for want of a home"),
            "town",
            "lower",
        ),
    )
    needs = (Need("homes", "homes.missing", "homes.stock", "households", Text("bostäder", "homes")),)
    measures = (
        MeasureKind(
            "homes",
            "dwellings",
            Text("nya bostäder", "new homes"),
            detail="homes.type",
            district=True,
            relieves="homes",
        ),
    )

    def start(self, town: Town, case: Case, years: int) -> None:
        """Every home of ``homes.csv``; the people of the town put into households and homes."""
        first_day(town, case, years)

    def begin(self, town: Town, turn: Turn) -> None:
        """What will be finished when: decided homes and the plan's measures, and private building besides."""
        kinds = len(turn.case.districts) * KINDS
        pipeline = town.read("pipeline", "homes").reshape(turn.years, kinds)
        decided = town.own(self.name, "decided", "homes").reshape(turn.years, kinds)
        decided[:] = np.diff(np.floor(np.cumsum(pipeline, axis=0) + 0.5), axis=0, prepend=0.0)
        expiring = town.own(self.name, "expiring", "homes").reshape(turn.years, kinds)
        expiring[:] = 0
        for delivery in turn.of_kind("homes"):
            measure = delivery.measure
            built = np.zeros(kinds, np.int64)
            weight = np.zeros(kinds)
            at = turn.case.district(measure.district) * KINDS + len(SIZES) * TYPES.index(measure.detail)
            weight[at : at + len(SIZES)] = NEW_SIZES
            arrived = 0.0
            last = (delivery.delivered + measure.over_months) // 12
            for year in range(delivery.delivered // 12, min(last + 1, turn.years)):
                arrives = delivery.arrives(year)
                new = spread(round(arrived + arrives) - round(arrived), weight)
                decided[year] += new
                built += new
                arrived += arrives
            gone = (delivery.delivered + measure.lasts_months) // 12
            if measure.lasts_months and gone < turn.years:
                expiring[gone] += built
        building = town.own(self.name, "building", "homes")
        building[:] = 0.0
        ordinary = turn.future.settings["homes.private"]
        building[: turn.years] = np.maximum(ordinary - pipeline.sum(axis=1), 0.0)

    def _completed(self, town: Town, turn: Turn) -> Array:
        """Homes finished this year by kind: decided ones, the plan's measures and private building."""
        decided = town.read("decided", "homes").reshape(turn.years, -1)[turn.year]
        missing, stock, empty = (town.read("kinds", column) for column in ("missing", "stock", "empty"))
        where = np.empty(len(stock))
        vacant = kernels.wanted_most(missing, stock, empty, BUILT_FOR_DEMAND, where)
        glut = vacant / max(float(town.read("homes_first", "vacant")[0]), 1.0)
        private = town.read("building", "homes")[turn.year] * min(max(2.0 - glut, 0.0), 1.0)
        return np.asarray(decided + spread(round(private), where))

    def _plan_building(self, town: Town, turn: Turn) -> None:
        """Builders answer this year's shortage, late and only so much."""
        settings = turn.future.settings
        missing = float(town.read("kinds", "missing").sum())
        ready = turn.year + max(1, round(settings["homes.response_lag"]))
        building = town.own(self.name, "building", "homes")
        if ready < len(building):
            building[ready] += min(settings["homes.response"] * missing, settings["homes.response_most"])

    def step(self, town: Town, turn: Turn) -> None:
        """Completions, then everybody who needs a home looks for one."""
        name, settings = self.name, turn.future.settings
        own, read, count = town.own, town.read, town.count
        completed = self._completed(town, turn)
        town.reserve("homes", int(count("homes")[0] + completed.sum()))
        own(name, "homes_year", "completed")[:] = completed
        people = tuple(own(name, "people", column) for column in ("role", "home", "next", "district"))
        role, home, following, district = people
        kind, head, link = (own(name, "homes", column) for column in ("kind", "head", "link"))
        vacant, empty, stock = (own(name, "kinds", column) for column in ("vacant", "empty", "stock"))
        missing = own(name, "kinds", "missing")
        missing[:] = 0
        state, identity = read("people", "state"), read("people", "identity")
        taken = own(name, "taken", "home"), count("taken")
        kernels.give_back(*taken, kind, link, vacant, empty)
        kernels.add_homes(completed, count("homes"), kind, head, link, vacant, empty, stock)
        kernels.leave_homes(
            read("left", "row"), int(count("left")[0]), state, role, home, following, kind, head, link, vacant, empty
        )
        kernels.bring_home(
            read("born", "row"), read("born", "mother"), int(count("born")[0]), role, home, following, district, kind,
            head,
        )  # fmt: skip
        self._demolish(town, settings["homes.demolition"])
        self._take_down(town, turn)
        self._builders_take(town)
        spare = np.zeros(len(turn.case.districts), np.int64)
        flow = own(name, "homes_flow", "people").reshape(-1, 2)
        flow[:] = 0
        market.spare_homes(empty, read("kinds", "usual"), spare)
        habits = np.array([settings["homes.stay"], settings["homes.patience"]])
        wanted = read("wanted", "share").reshape(5, KINDS)
        within = read("lived_in", "within").reshape(5, -1, KINDS)
        anywhere = read("lived_in", "anywhere").reshape(5, -1)
        near = read("districts", "near").reshape(len(spare), -1)
        search = (habits, wanted, within, anywhere, near, read("kinds", "usual"), missing, turn.key)
        where = (state, role, identity, home, following, district, kind, head, link, vacant, empty)
        market.form_couples(
            read("pairs", "a"), read("pairs", "b"), int(count("pairs")[0]), *where, spare, flow, *search, COUPLES
        )
        market.seek(read("splits", "row"), int(count("splits")[0]), market.SPLIT, *where, spare, flow, *search, SPLITS)
        born = read("born", "mother"), int(count("born")[0])
        market.seek(*born, market.BIRTH, *where, spare, flow, *search, CROWDED)
        # Half of the year's movers look before the people of the town who want another home, and half after them.
        coming = int(count("arrivals")[0]) if town.has("arrivals", "people") else 0
        counts = own(name, "homes_counts", "number")
        counts[:] = 0
        for half, (first, last) in enumerate(((0, coming // 2), (coming // 2, coming))):
            if last > first:
                counts[1:] += market.house_arrivals(
                    read("arrivals", "people"), read("arrivals", "cell"), read("arrivals", "identity"), first, last,
                    own(name, "arrivals", "home"), link, vacant, empty, spare, *search, ARRIVALS,
                )  # fmt: skip
            if half == 0:
                counts[0] = market.seek(
                    read("seekers", "row"),
                    int(count("seekers")[0]),
                    market.WISH,
                    *where,
                    spare,
                    flow,
                    *search,
                    SEEKERS,
                )
        self._plan_building(town, turn)

    def _demolish(self, town: Town, share: float) -> None:
        """A share of the vacant homes is torn down, in proportion to vacancies by kind; their rows stay unused."""
        empty, stock = (town.own(self.name, "kinds", column) for column in ("empty", "stock"))
        torn_down = round(share * float(empty.sum()))
        number = spread(torn_down, empty)
        gone = np.empty(torn_down, np.int32)
        torn = np.zeros(1, np.int64)
        before = empty.copy()
        link, vacant = town.own(self.name, "homes", "link"), town.own(self.name, "kinds", "vacant")
        kernels.take_homes(number, link, vacant, empty, gone, torn)
        stock -= before - empty

    def _take_down(self, town: Town, turn: Turn) -> None:
        """Temporary homes whose time is up go: vacant ones of their kind now, the rest as they fall vacant."""
        leaving, empty, stock = (town.own(self.name, "kinds", column) for column in ("leaving", "empty", "stock"))
        leaving += town.read("expiring", "homes").reshape(turn.years, -1)[turn.year]
        number = np.minimum(leaving, empty).astype(np.int64)
        if number.any():
            link, vacant = town.own(self.name, "homes", "link"), town.own(self.name, "kinds", "vacant")
            gone, torn = np.empty(int(number.sum()), np.int32), np.zeros(1, np.int64)
            kernels.take_homes(number, link, vacant, empty, gone, torn)
            stock -= number
            leaving -= number

    def _builders_take(self, town: Town) -> None:
        """Construction workers without a bed rent vacant homes for the year, in proportion to vacancies by kind."""
        if not town.has("beds", "homes_wanted"):
            return
        empty = town.own(self.name, "kinds", "empty")
        wanted = float(town.read("beds", "homes_wanted")[0])
        if not wanted:
            return
        rented = round(min(wanted, float(empty.sum())))
        number = spread(rented, empty)
        town.reserve("taken", rented)
        link, vacant = town.own(self.name, "homes", "link"), town.own(self.name, "kinds", "vacant")
        kernels.take_homes(number, link, vacant, empty, town.own(self.name, "taken", "home"), town.count("taken"))

    def settle(self, town: Town, turn: Turn) -> None:
        """Those who came move into the homes they found."""
        if not town.has("arrivals", "people"):
            return
        kernels.settle_arrivals(
            town.read("arrived", "row"), town.read("arrived", "arrival"), int(town.count("arrived")[0]),
            town.read("arrivals", "home"), town.read("people", "state"),
            *(town.own(self.name, "people", column) for column in ("role", "home", "next", "district")),
            town.own(self.name, "homes", "kind"), town.own(self.name, "homes", "head"),
        )  # fmt: skip

    def measure(self, town: Town, turn: Turn) -> Report:
        """Homes by district, and who found none."""
        stock, empty, missing = (town.read("kinds", column) for column in ("stock", "empty", "missing"))
        sums = np.empty((4, len(turn.case.districts)), np.int64)
        kernels.by_district(stock, empty, town.read("homes_year", "completed"), missing, sums)
        flow, number = town.read("homes_flow", "people").reshape(-1, 2), town.read("homes_counts", "number")
        return {
            "homes.stock": sums[0],
            "homes.vacant": sums[1],
            "homes.completed": sums[2],
            "homes.missing": sums[3],
            "homes.moved_here": flow[:, 0],
            "homes.moved_away": flow[:, 1],
            "homes.nest": number[0:1],
            "homes.turned_away": number[1:2],
            "homes.jobs_lost": number[2:3],
        }
