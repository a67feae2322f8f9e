"""Homes and households: what must always hold, and searches with answers known by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from living import lived_years

from helhet.case.draw import draw
from helhet.pieces.homes import Homes
from helhet.pieces.kernels import households
from helhet.pieces.kernels import search as market
from helhet.pieces.kernels.homes import KINDS
from helhet.pieces.movers import Movers
from helhet.pieces.people import People
from helhet.pieces.piece import Future, Turn
from helhet.simulate import first_day
from helhet.words.declare import Text
from helhet.words.dice import words
from helhet.words.faults import Faults
from helhet.words.person import EMPTY, PARTNER, SINGLE
from helhet.words.plan import Delivery, Lead, Measure


def assert_sound(town):
    """Everybody lives in exactly one home; homes are lived in, vacant or taken; roles fit together."""
    rows, homes = int(town.count("people")[0]), int(town.count("homes")[0])
    state, role, home, following = (town.read("people", c)[:rows] for c in ("state", "role", "home", "next"))
    head, kind = town.read("homes", "head")[:homes], town.read("homes", "kind")[:homes]
    seen = np.zeros(rows, bool)
    for h in np.flatnonzero(head >= 0):
        members, p = [], head[h]
        while p >= 0:
            assert home[p] == h
            assert not seen[p]
            seen[p] = True
            members.append(p)
            p = following[p]
        partners = (role[members] == PARTNER).sum()
        assert partners in (0, 2)
        assert np.isin(role[members], (SINGLE, PARTNER)).any()
    assert np.array_equal(seen, state < EMPTY)
    assert np.array_equal(town.read("people", "district")[:rows][seen], kind[home[seen]] // KINDS)
    occupied = np.bincount(kind[head >= 0], minlength=len(town.read("kinds", "stock")))
    taken = np.bincount(kind[town.read("taken", "home")[: town.count("taken")[0]]], minlength=len(occupied))
    stock, empty = town.read("kinds", "stock"), town.read("kinds", "empty")
    assert np.array_equal(occupied + empty + taken, stock)
    for k in np.flatnonzero(empty):
        n, h = 0, town.read("kinds", "vacant")[k]
        while h >= 0:
            assert kind[h] == k
            assert head[h] < 0
            n, h = n + 1, town.read("homes", "link")[h]
        assert n == empty[k]


def test_the_first_day_puts_everybody_in_a_home_and_keeps_the_tables(skelleftea):
    town = first_day(skelleftea, (People(), Movers(), Homes()), 1)
    assert_sound(town)
    tables = skelleftea.tables
    assert town.read("kinds", "stock").sum() == tables["homes"]["value"].sum()
    n = int(town.count("people")[0])
    by_district = np.bincount(town.read("people", "district")[:n], minlength=len(skelleftea.districts))
    assert np.abs(by_district / tables["districts"]["residents"] - 1).max() < 0.04
    sizes = np.bincount(town.read("people", "home")[:n])
    households_made, wanted = (sizes > 0).sum(), tables["households"]["value"].sum()
    assert households_made == pytest.approx(wanted, rel=0.002)
    made = np.bincount(np.minimum(sizes[sizes > 0], 6), minlength=7)[1:]
    assert made[0] == pytest.approx(tables["households"]["value"][0], rel=0.05)


@settings(max_examples=12, deadline=None)
@given(number=st.integers(0, 2**31), private=st.floats(0, 400), patience=st.floats(0, 1), demolition=st.floats(0, 0.2))
def test_homes_and_people_stay_sound_in_every_future(small, number, private, patience, demolition):
    pieces = (People(), Movers(), Homes())
    town = first_day(small, pieces, 6)
    drawn = draw(small, 1, number) | {
        "homes.private": private,
        "homes.patience": patience,
        "homes.demolition": demolition,
    }
    before = np.bincount(
        town.read("people", "district")[: town.count("people")[0]], minlength=len(small.districts)
    ).astype(float)
    for turn in lived_years(small, pieces, town, Future(number, 1, drawn), 6):
        assert_sound(town)
        people, homes = pieces[0].measure(town, turn), pieces[2].measure(town, turn)
        change = people["people.births"] + people["people.moved_in"] + homes["homes.moved_here"]
        change = change - people["people.deaths"] - people["people.moved_out"] - homes["homes.moved_away"]
        assert np.array_equal(people["people.residents"], before + change)  # in every district
        before = people["people.residents"]


def test_nobody_comes_when_no_home_is_vacant(small):
    pieces = (People(), Movers(), Homes())
    town = first_day(small, pieces, 1)
    kinds = town.own("homes", "kinds", "empty")
    stock = town.own("homes", "kinds", "stock")
    stock -= kinds
    kinds[:] = 0
    town.own("homes", "kinds", "vacant")[:] = -1
    town.own("homes", "pipeline", "homes")[:] = 0
    drawn = draw(small, 1, 0) | {"homes.private": 0.0, "people.out_moves": 0.0}
    turn = Turn(small, Future(0, 1, drawn), 0, 1)
    for piece in pieces:
        piece.begin(town, turn)
    # Nobody lives a year here, so no home falls vacant: only the movers look.
    pieces[1].step(town, turn)
    pieces[2].step(town, turn)
    for piece in pieces:
        piece.settle(town, turn)
    assert town.count("arrivals")[0] > 0
    assert town.count("arrived")[0] == 0
    report = pieces[2].measure(town, turn)
    assert report["homes.turned_away"][0] == town.count("arrivals")[0]
    assert report["homes.missing"].sum() == town.count("arrivals")[0]


def a_search(empty, wanted, own=0, patience=0.0, identity=1):
    """A search in three districts in a row for one person; the home found has the number of its kind."""
    empty = np.array(empty, np.int32)
    vacant = np.where(empty > 0, np.arange(len(empty)), -1).astype(np.int32)
    share = np.zeros((5, KINDS))
    share[0, wanted] = 1.0
    near = np.array([[0, 1, 2], [1, 0, 2], [2, 1, 0]], np.int32)
    spare = empty.reshape(3, KINDS).sum(axis=1).astype(np.int64)
    asked = np.zeros(1, np.int64)
    within = np.tile(np.cumsum(share, axis=1)[:, None, :], (1, 3, 1))
    anywhere = np.cumsum(np.tile(share, 3), axis=1) / 3
    found = market.search(
        1, own, words(1, 0, 0, 0, identity), 1.0, patience, share, within, anywhere,
        near, np.zeros(len(empty), np.int32), spare, np.full(len(empty), -1, np.int32), vacant, empty, asked,
    )  # fmt: skip
    return found, int(asked[0]), empty


def test_a_seeker_takes_the_wanted_kind_in_the_own_district_first():
    empty = [0] * 27
    empty[4], empty[9 + 4] = 1, 1
    found, asked, left = a_search(empty, wanted=4, own=1)
    assert (found, asked) == (13, 13)
    assert left[13] == 0


def test_who_insists_on_a_kind_finds_it_in_the_next_district_or_not_at_all():
    empty = [0] * 27
    empty[18 + 4], empty[3] = 1, 5
    assert a_search(empty, wanted=4, own=0)[0] == 22
    empty[22] = 0
    assert a_search(empty, wanted=4, own=0)[0] == -1


def test_who_takes_another_kind_only_takes_one_that_households_of_the_size_look_for():
    empty = [0] * 27
    empty[3] = 5  # a kind that nobody of this size wants
    assert a_search(empty, wanted=4, own=0, patience=1.0)[0] == -1


@settings(max_examples=25, deadline=None)
@given(
    pipeline=st.lists(st.floats(0, 9), min_size=27 * 6, max_size=27 * 6),
    size=st.floats(0, 500),
    delivered=st.integers(0, 90),
    over=st.integers(0, 60),
)
def test_decided_and_planned_homes_are_all_built_however_they_fall_on_years(small, pipeline, size, delivered, over):
    homes, years = Homes(), 6
    town = first_day(small, (People(), Movers(), homes), years)
    values = np.array(pipeline).reshape(years, 27)
    town.own("homes", "pipeline", "homes")[:] = values.ravel()
    lead = Lead(0, 0, 0)
    district = small.districts[1].id
    measure = Measure(
        "m", "homes", Text("", ""), district, "rental", size, "", lead, lead, over, 0, 0, 0, "", "assumed"
    )
    plan = (Delivery(measure, size, 0, 0, delivered),)
    homes.begin(town, Turn(small, Future(0, 1, draw(small, 1, 0)), 0, years, plan))
    decided = town.read("decided", "homes").reshape(years, 27)
    mine = decided.sum(axis=0) - np.floor(values.sum(axis=0) + 0.5)
    assert mine[9 + 3 : 9 + 6].sum() == round(plan[0].standing(12 * years - 1))
    assert mine.sum() == mine[9 + 3 : 9 + 6].sum()


def test_a_couple_forms_for_each_that_ends_in_the_first_year():
    """The closure of the pairing rates: expected couples formed equal expected separations and deaths of partners."""
    state = np.repeat(np.array([60, 61, 100, 101], np.uint8), 500)
    role = np.repeat(np.array([SINGLE, SINGLE, PARTNER, PARTNER], np.uint8), 500)
    rate = np.zeros((3, 2, 111))
    rate[0, :, 31], rate[1, 0, 51], rate[2, :, 51] = 0.04, 0.02, 0.01
    # 500 women and 500 men look at 0.04: 20 couples at factor 1; ends: 500 * 0.02 + 1000 * 0.01 = 20.
    assert households.balance(state, role, rate[0], rate[1], rate[2]) == pytest.approx(1.0)


def test_the_share_still_at_home_is_the_product_of_staying():
    leaving = np.zeros((2, 111))
    leaving[:, 18:] = -np.log(0.8)
    share = households.at_home(leaving)
    assert share[0, 17] == 1.0
    assert share[0, 20] == pytest.approx(0.8**3)


def test_temporary_homes_are_taken_down_when_their_time_is_up(small):
    pieces, years = (People(), Movers(), Homes()), 8
    lead, district = Lead(0, 0, 0), small.districts[0].id
    measure = Measure("m", "homes", Text("", ""), district, "rental", 60, "", lead, lead, 0, 30, 0, 0, "", "assumed")
    stocks = {}
    for name, plan in (("without", ()), ("with", (Delivery(measure, 60.0, 0, 0, 14),))):
        town = first_day(small, pieces, years)
        drawn = draw(small, 1, 3) | {"homes.response": 0.0, "homes.private": 0.0, "homes.demolition": 0.0}
        stocks[name] = []
        for _ in lived_years(small, pieces, town, Future(3, 1, drawn), years, plan):
            assert_sound(town)
            stocks[name].append(int(town.read("kinds", "stock").sum()))
    more = np.array(stocks["with"]) - np.array(stocks["without"])
    assert list(more[:3]) == [0, 60, 60]  # stands from month 14 up to month 44
    assert more[-1] == town.read("kinds", "leaving").sum()  # those still lived in wait until they fall vacant
    assert more[-1] < 60


def test_every_place_in_a_list_is_as_likely_to_be_served_first():
    firsts = [market.served_first(50, np.array([1, future, 3], np.uint64), 7) for future in range(5000)]
    counts = np.bincount(firsts, minlength=50)
    assert len(counts) == 50
    assert ((counts - 100.0) ** 2 / 100.0).sum() < 49 + 5 * np.sqrt(2 * 49)


def test_more_districts_than_can_be_told_apart_are_refused(small):
    many = dataclasses.replace(small, districts=small.districts * 100)
    with pytest.raises(Faults, match="at most 255"):
        first_day(many, (People(), Movers(), Homes()), 1)
