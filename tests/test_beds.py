"""Beds: needed, offered and missing month by month, and where those without a bed turn."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.case.case import Case, Rows
from helhet.pieces.beds import OFFERED, PERSONS_PER_HOME, PRIVATE_MOST, Beds
from helhet.pieces.piece import Future, Turn
from helhet.pieces.plant import Plant
from helhet.town import Town
from helhet.words.declare import Text
from helhet.words.plan import Delivery, Lead, Measure

YEARS = 4
DRAWN = {
    "beds.outside": 0.5,
    "beds.per_worker": 0.8,
    "beds.hotel_open": 0.25,
    "beds.private_grows": 0.5,
    "beds.take_homes": 0.6,
}


def case_of(hotel=400.0, camp=100.0, private=40.0):
    offered = Rows(
        OFFERED,
        {
            "kind": np.array(["hotel", "camp", "private"], dtype=object),
            "value": np.array([hotel, camp, private], dtype=np.float64),
        },
    )
    return Case(
        "small", "Small", "en", dt.date(2018, 12, 31), dt.date(2019, 3, 7), "", YEARS, "",
        (), (), (), {"beds_offered": offered}, {}, {}, {}, {},
    )  # fmt: skip


def bedding(size=60.0, delivered=0, over=0, lasts=0, kind="beds"):
    lead = Lead(0, 0, 0)
    made = Measure("m", kind, Text("", ""), "", "", 100.0, "beds", lead, lead, over, lasts, 1.0, 1.0, "", "")
    return Delivery(made, size, 0, 0, delivered)


def begun(builders, case, future, deliveries=()):
    """The piece and its town at the start of a future; ``builders`` is monthly."""
    columns = [("beds", column) for column in Beds.columns]
    columns += [("plant", column) for column in Plant.columns if column.name == "builders"]
    town, beds = Town(columns), Beds()
    town.grow("plant_months", 12 * YEARS)
    town.own("plant", "plant_months", "builders")[:] = builders
    beds.start(town, case, YEARS)
    beds.begin(town, Turn(case, future, 0, YEARS, deliveries))
    return beds, town


def live(builders, case=None, deliveries=(), **drawn):
    """Reports and the town's ``homes_wanted``, ``spare`` and ``private``, year by year; ``builders`` is monthly."""
    case = case or case_of()
    future = Future(0, 1, DRAWN | {f"beds.{name}": value for name, value in drawn.items()})
    beds, town = begun(builders, case, future, deliveries)
    reports, columns = [], []
    for year in range(YEARS):
        turn = Turn(case, future, year, YEARS, deliveries)
        beds.step(town, turn)
        reports.append(beds.measure(town, turn))
        columns.append({name: float(town.read("beds", name)[0]) for name in ("homes_wanted", "spare", "private")})
    return reports, columns


def joined(reports, name):
    return np.concatenate([report[name] for report in reports])


MONTHLY = st.lists(st.floats(0, 5000), min_size=12 * YEARS, max_size=12 * YEARS).map(np.array)


def test_a_year_of_shortage_by_hand():
    # 1000 builders x 0.5 x 0.8 = 400 beds needed. Hotels 400 x 0.25 + camp 100 + private 40 = 240 offered.
    reports, columns = live(np.full(12 * YEARS, 1000.0))
    first = reports[0]
    assert first["beds.needed"].tolist() == [400.0] * 12
    assert first["beds.offered"].tolist() == [240.0] * 12
    assert first["beds.short"].tolist() == [160.0] * 12
    assert first["beds.short_peak"].tolist() == [160.0]
    np.testing.assert_allclose(first["beds.in_homes"], [96.0])  # 0.6 of the 160
    np.testing.assert_allclose(first["beds.far"], [64.0])
    assert columns[0]["homes_wanted"] == pytest.approx(48.0)  # two to a home
    assert columns[0]["spare"] == 0.0


def test_private_rooms_grow_after_a_year_of_shortage_but_not_beyond_their_limit():
    _, columns = live(np.full(12 * YEARS, 5000.0))
    assert [year["private"] for year in columns] == [40.0, 60.0, 90.0, 135.0]
    _, columns = live(np.full(12 * YEARS, 5000.0), private_grows=2.0)
    assert [year["private"] for year in columns] == [40.0, 120.0, 160.0, 160.0]
    assert PRIVATE_MOST * 40.0 == 160.0


def test_nobody_clears_a_room_that_was_not_missed():
    # 630 builders need 252 beds, 12 more than the 240 offered: 12 rooms are added though half of 40 is 20.
    reports, columns = live(np.full(12 * YEARS, 630.0))
    np.testing.assert_allclose([year["private"] for year in columns], [40.0, 52.0, 52.0, 52.0])
    np.testing.assert_allclose([report["beds.short_peak"][0] for report in reports], [12.0, 0.0, 0.0, 0.0], atol=1e-9)


def test_private_rooms_answer_the_worst_month_of_the_year_before():
    # 252 beds are needed in the summer months only, 12 more than there are.
    _, columns = live(np.tile(np.repeat([100.0, 630.0, 100.0], [5, 3, 4]), YEARS))
    np.testing.assert_allclose([year["private"] for year in columns], [40.0, 52.0, 52.0, 52.0])


def test_private_rooms_stay_as_they_are_without_a_shortage():
    _, columns = live(np.full(12 * YEARS, 500.0))
    assert [year["private"] for year in columns] == [40.0] * YEARS


def test_spare_beds_are_the_mean_of_the_year():
    # Half of the year nobody builds (240 spare), half of it 400 beds are needed (none spare, 160 missing).
    reports, columns = live(np.tile(np.repeat([0.0, 1000.0], 6), YEARS))
    assert columns[0]["spare"] == pytest.approx(120.0)
    assert columns[0]["homes_wanted"] == pytest.approx(0.6 * 80.0 / 2)
    assert reports[0]["beds.short"].tolist() == [0.0] * 6 + [160.0] * 6


def test_beds_of_a_measure_stand_from_delivery_until_they_are_taken_away():
    without = joined(live(np.zeros(12 * YEARS))[0], "beds.offered")
    built = bedding(size=60.0, delivered=10, over=3, lasts=20)
    with_them = joined(live(np.zeros(12 * YEARS), deliveries=(built,))[0], "beds.offered")
    expected = np.zeros(12 * YEARS)
    expected[10], expected[11], expected[12:30] = 20.0, 40.0, 60.0
    np.testing.assert_allclose(with_them - without, expected)


def test_measures_of_other_kinds_give_no_beds():
    without = joined(live(np.zeros(12 * YEARS))[0], "beds.offered")
    with_homes = joined(live(np.zeros(12 * YEARS), deliveries=(bedding(kind="homes"),))[0], "beds.offered")
    assert without.tobytes() == with_homes.tobytes()


@given(builders=MONTHLY, size=st.floats(0, 2000), delivered=st.integers(-5, 60), over=st.integers(0, 24))
def test_in_every_month_short_is_what_is_needed_beyond_what_is_offered(builders, size, delivered, over):
    reports, columns = live(builders, deliveries=(bedding(size, delivered, over),))
    needed, offered = joined(reports, "beds.needed"), joined(reports, "beds.offered")
    short = joined(reports, "beds.short")
    assert (short == np.maximum(0.0, needed - offered)).all()
    np.testing.assert_allclose(needed, builders * 0.4)
    for year, report in enumerate(reports):
        assert report["beds.short_peak"][0] == report["beds.short"].max()
        # Everybody without a bed is somewhere, and beds are either slept in or spare.
        mean_short = report["beds.short"].mean()
        assert report["beds.in_homes"][0] + report["beds.far"][0] == pytest.approx(mean_short)
        slept = report["beds.needed"].mean() - mean_short
        assert slept + columns[year]["spare"] == pytest.approx(report["beds.offered"].mean())
        assert columns[year]["homes_wanted"] * PERSONS_PER_HOME == pytest.approx(report["beds.in_homes"][0])


@given(builders=MONTHLY, outside=st.floats(0, 1), more=st.floats(0, 1))
def test_more_builders_from_outside_never_need_fewer_beds_nor_lack_fewer(builders, outside, more):
    few, many = sorted((outside, more))
    # Private rooms answer last year's shortage; without that answer a larger need is never a smaller shortage.
    low, high = (live(builders, outside=share, private_grows=0.0)[0] for share in (few, many))
    assert (joined(high, "beds.needed") >= joined(low, "beds.needed")).all()
    assert (joined(high, "beds.short") >= joined(low, "beds.short")).all()
    assert (joined(high, "beds.in_homes") >= joined(low, "beds.in_homes")).all()


@given(builders=MONTHLY, outside=st.floats(0, 1), more=st.floats(0, 1))
def test_private_rooms_answer_a_larger_need_with_no_fewer_rooms(builders, outside, more):
    few, many = sorted((outside, more))
    low, high = (live(builders, outside=share)[1] for share in (few, many))
    assert high[1]["private"] >= low[1]["private"]


@given(builders=MONTHLY, delivered=st.integers(0, 40), over=st.integers(0, 24), lasts=st.integers(0, 40))
def test_a_measure_of_size_zero_changes_no_byte(builders, delivered, over, lasts):
    without, without_columns = live(builders, deliveries=(bedding(70.0, 5, 7),))
    zero = (bedding(0.0, delivered, over, lasts), bedding(70.0, 5, 7), bedding(0.0, delivered))
    reports, columns = live(builders, deliveries=zero)
    for before, after in zip(without, reports, strict=True):
        assert {name: array.tobytes() for name, array in before.items()} == {
            name: array.tobytes() for name, array in after.items()
        }
    assert columns == without_columns


@given(builders=MONTHLY, size=st.floats(0, 2000))
def test_more_beds_never_leave_more_people_without_one_in_the_year_they_come(builders, size):
    without = live(builders)[0][0]
    with_them = live(builders, deliveries=(bedding(size),))[0][0]
    assert (with_them["beds.short"] <= without["beds.short"]).all()


def test_a_town_that_offers_nothing_houses_nobody_and_needs_no_rows():
    empty = case_of(0.0, 0.0, 0.0)
    reports, columns = live(np.full(12 * YEARS, 100.0), empty)
    assert joined(reports, "beds.offered").tolist() == [0.0] * 12 * YEARS
    np.testing.assert_allclose(joined(reports, "beds.short"), 40.0)
    assert columns[-1]["private"] == 0.0


def test_the_report_is_exactly_what_is_declared():
    report = live(np.zeros(12 * YEARS))[0][0]
    assert set(report) == {outcome.name for outcome in Beds.outcomes}
    for outcome in Beds.outcomes:
        assert report[outcome.name].shape == ((12,) if outcome.scope == "month" else (1,))
        assert report[outcome.name].dtype == np.float64
