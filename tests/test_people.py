"""The people against a projection with matrices, and what must always hold of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from living import lived_years

from helhet.case.ages import by_sex_and_age
from helhet.case.draw import draw
from helhet.pieces.kernels import people as kernels
from helhet.pieces.kernels.chances import BIRTH, DIE, EVENTS, MOVE, limits, rates, spread
from helhet.pieces.kernels.partners import pair_up
from helhet.pieces.movers import Movers
from helhet.pieces.people import EVENT, People
from helhet.pieces.piece import Future, Turn
from helhet.simulate import first_day
from helhet.words.dice import words
from helhet.words.person import AGE_STEP, EMPTY, MAN, OLDEST, SINGLE, STATES, WOMAN

FUTURES, YEARS = 60, 20


def demography(case, futures, years, settings):
    """Residents at the end of each year, shape (futures, years, 2, ages), with people and movers only."""
    pieces = (People(), Movers())
    first = first_day(case, pieces, years)
    town = first.copy()
    counts = np.zeros((futures, years, 2, OLDEST + 1))
    for number in range(futures):
        town.become(first)
        future = Future(number, 1, settings)
        for turn in lived_years(case, pieces, town, future, years):
            state = town.read("people", "state")[: town.count("people")[0]]
            state = state[state < EMPTY]
            by_state = np.bincount(state, minlength=STATES)[: AGE_STEP * (OLDEST + 1)]
            counts[number, turn.year] = by_state.reshape(-1, 2).T
    return counts


def matrix_projection(case, years, settings):
    """The cohort-component projection with the same probabilities: one survival matrix and one birth row a year."""
    chance = spread(rates(case), settings, households=False).reshape(4, STATES, EVENTS)[SINGLE]
    ages = AGE_STEP * np.arange(OLDEST + 1)
    population = by_sex_and_age(case.tables["population"]).ravel()
    moves_in = by_sex_and_age(case.tables["in_moves"])
    moves_in *= settings["people.in_moves"] * 2291 / moves_in.sum()
    out = []
    for year in range(years):
        fall = (1 - settings["people.mortality_trend"]) ** year
        matrix = np.zeros((2 * (OLDEST + 1),) * 2)
        for sex in (WOMAN, MAN):
            die, move = chance[ages + sex, DIE] * fall, chance[ages + sex, MOVE]
            for age in range(OLDEST + 1):
                to = min(age + 1, OLDEST)
                matrix[sex * (OLDEST + 1) + to, sex * (OLDEST + 1) + age] += 1 - die[to] - move[to]
        births = chance[ages + WOMAN, BIRTH]
        for age in range(OLDEST + 1):
            to = min(age + 1, OLDEST)
            for sex, share in ((WOMAN, 1 - settings["people.boys"]), (MAN, settings["people.boys"])):
                live = np.sqrt(1 - chance[sex, DIE] * fall)  # half a year on average
                matrix[sex * (OLDEST + 1), age] += births[to] * share * live
        population = matrix @ population + moves_in.ravel()
        out.append(population.reshape(2, OLDEST + 1))
    return np.array(out)


@pytest.fixture(scope="module")
def settings(skelleftea):
    drawn = draw(skelleftea, 1, 0)
    return drawn | {"people.mortality_trend": 0.01, "people.in_moves": 1.0, "people.out_moves": 1.0}


def test_the_mean_of_many_futures_is_the_cohort_component_projection(skelleftea, settings):
    simulated = demography(skelleftea, FUTURES, YEARS, settings)
    expected = matrix_projection(skelleftea, YEARS, settings)
    mean, error = simulated.mean(axis=0), simulated.std(axis=0, ddof=1) / np.sqrt(FUTURES)
    for year in (0, 4, YEARS - 1):
        total, spread = simulated[:, year].sum(axis=(1, 2)), expected[year].sum()
        assert abs(total.mean() - spread) < 4.5 * total.std(ddof=1) / np.sqrt(FUTURES) + 1.0
        large = expected[year] > 30  # where a mean of 60 futures is close to normal
        z = (mean[year] - expected[year])[large] / np.maximum(error[year][large], 0.05)
        assert abs(z).max() < 5.5
        assert 0.6 < (z**2).mean() < 1.6


def test_births_deaths_and_moves_happen_at_the_rates_of_the_tables(skelleftea, settings):
    pieces = (People(), Movers())
    first = first_day(skelleftea, pieces, 1)
    chance = spread(rates(skelleftea), settings, households=False).reshape(4, STATES, EVENTS)[0]
    state = first.read("people", "state")[: first.count("people")[0]]
    older = np.minimum(state + AGE_STEP, AGE_STEP * OLDEST + (state & 1))
    tally = np.zeros(4)
    for number in range(40):
        town, turn = first.copy(), Turn(skelleftea, Future(number, 3, settings), 0, 1)
        for piece in pieces:
            piece.begin(town, turn)
        for piece in pieces:
            piece.step(town, turn)
        tally += town.read("tally", "count").reshape(-1, 4).sum(axis=0)
    expected = 40 * chance[older].sum(axis=0)
    assert tally[0] == pytest.approx(expected[BIRTH], abs=4.5 * np.sqrt(expected[BIRTH]))
    infants = expected[BIRTH] * chance[:2, DIE].mean() / 2
    assert tally[1] == pytest.approx(expected[DIE] + infants, abs=4.5 * np.sqrt(expected[DIE]))
    assert tally[3] == pytest.approx(expected[MOVE], abs=4.5 * np.sqrt(expected[MOVE]))


def test_residents_are_those_before_plus_births_and_moves_in_less_deaths_and_moves_out(skelleftea, settings):
    pieces = (People(), Movers())
    town = first_day(skelleftea, pieces, 12)
    before = float(skelleftea.tables["population"]["value"].sum())
    for turn in lived_years(skelleftea, pieces, town, Future(5, 1, settings), 12):
        report = {name: values.sum() for name, values in pieces[0].measure(town, turn).items()}
        change = report["people.births"] + report["people.moved_in"]
        change -= report["people.deaths"] + report["people.moved_out"]
        assert report["people.residents"] == before + change
        before = report["people.residents"]


def test_a_second_plan_does_not_change_who_dies(skelleftea, settings):
    """Common random numbers: more movers in do not reshuffle the luck of those who live here."""
    deaths = []
    for level in (1.0, 1.5):
        pieces = (People(), Movers())
        town = first_day(skelleftea, pieces, 2)
        turn = Turn(skelleftea, Future(0, 1, settings | {"people.in_moves": level}), 0, 2)
        for piece in pieces:
            piece.begin(town, turn)
        for piece in pieces:
            piece.step(town, turn)
        for piece in pieces:
            piece.settle(town, turn)
        original = int(skelleftea.tables["population"]["value"].sum())
        identities = set(town.read("people", "identity")[:original].tolist())
        turn = Turn(skelleftea, Future(0, 1, settings | {"people.in_moves": level}), 1, 2)
        rows_before = town.read("people", "identity").copy()
        pieces[0].step(town, turn)
        left = town.read("left", "row")[: town.count("left")[0]]
        deaths.append({int(rows_before[row]) for row in left} & {int(i) for i in identities})
    assert deaths[0] == deaths[1]


def test_rows_are_used_again_after_a_year_and_never_twice(skelleftea, settings):
    pieces = (People(), Movers())
    town = first_day(skelleftea, pieces, 8)
    for _ in lived_years(skelleftea, pieces, town, Future(2, 1, settings), 8):
        free = town.read("free", "row")[: town.count("free")[0]]
        left = town.read("left", "row")[: town.count("left")[0]]
        empty = np.flatnonzero(town.read("people", "state")[: town.count("people")[0]] >= EMPTY)
        assert sorted([*free, *left]) == list(empty)


def test_a_town_with_very_many_births_grows_its_columns_in_time(skelleftea, settings):
    observed = skelleftea.tables["observed"]
    value = np.where(observed["flow"] == "births", 40 * observed["value"], observed["value"])
    many = dataclasses.replace(observed, columns={**observed.columns, "value": value})
    case = dataclasses.replace(skelleftea, tables={**skelleftea.tables, "observed": many})
    pieces = (People(), Movers())
    town = first_day(case, pieces, 6)
    for year in range(6):
        turn = Turn(case, Future(1, 1, settings), year, 6)
        if year == 0:
            for piece in pieces:
                piece.begin(town, turn)
        for piece in pieces:
            piece.step(town, turn)
        assert town.count("people")[0] <= town.capacity["people"]
        for piece in pieces:
            piece.settle(town, turn)
        assert town.count("people")[0] <= town.capacity["people"]
    assert town.count("people")[0] > 110_000


def test_one_more_who_looks_for_a_partner_changes_few_other_couples():
    n = 2000
    state = (np.random.default_rng(1).integers(20, 60, n) * AGE_STEP + np.arange(n) % 2).astype(np.uint8)
    identity, home = np.arange(n, dtype=np.uint64), np.full(n, -1, np.int32)
    key = np.array([1, 0, 0, 0, 1, 3], np.uint64)

    def couples(rows):
        a, b, count = np.empty(n, np.int32), np.empty(n, np.int32), np.zeros(1, np.int64)
        pair_up(rows, len(rows), state, identity, home, a, b, count, key, 5)
        return set(zip(a[: count[0]].tolist(), b[: count[0]].tolist(), strict=True))

    everybody = np.arange(n, dtype=np.int32)
    before, after = couples(everybody[1:]), couples(everybody)
    assert len(after) > 0.9 * n / 2
    assert len(before & after) > 0.8 * len(after)
    ages = np.array([(int(state[m]) // AGE_STEP) - (int(state[w]) // AGE_STEP) for w, m in after])
    assert 1 < np.median(ages) < 3


def test_who_may_have_an_event_has_the_word_of_the_dice_for_every_year_whenever_they_came(small) -> None:
    """Words are drawn for four years at once, and for whoever is born or moves in between."""
    chosen = (People(), Movers())
    first = first_day(small, chosen, 9)
    town, future, seen = first.copy(), Future(3, 2**40 + 7, draw(small, 7, 3)), set()
    town.become(first)
    old = set(first.read("people", "identity")[: first.count("people")[0]].tolist())
    for turn in lived_years(small, chosen, town, future, 9):
        year = turn.year + 1
        if year % kernels.YEARS == 0:
            continue  # all are drawn anew
        n = int(town.count("watch")[0])
        rows, luck = town.read("watch", "row")[:n], town.read("watch", f"luck_{year % kernels.YEARS}")[:n]
        alive = town.read("people", "state")[rows] < EMPTY
        for who, word in zip(town.read("people", "identity")[rows[alive]], luck[alive], strict=True):
            assert words(future.seed, future.number, EVENT, year // kernels.YEARS, who)[year % kernels.YEARS] == word
            seen.add(int(who))
    assert len(seen & old) > 100
    assert len(seen - old) > 100, "some have come"


def test_a_future_does_not_know_what_was_lived_before_it_in_the_same_town(small) -> None:
    """Columns that are not copied when a future begins hold what the last one left in them."""
    chosen = (People(), Movers())
    first = first_day(small, chosen, 12)

    def lived(town, number: int) -> list[np.ndarray]:
        town.become(first)
        future = Future(number, 5, draw(small, 5, number))
        return [
            np.array(town.read("people", "state")[: town.count("people")[0]])
            for _ in lived_years(small, chosen, town, future, 12)
        ]

    fresh, used = first.copy(), first.copy()
    used.own("people", "people", "place")[:] = 1
    for column in ("row", "luck_0", "luck_1", "luck_2", "luck_3"):
        used.own("people", "watch", column)[:] = 1
    lived(used, 1)
    for one, other in zip(lived(fresh, 2), lived(used, 2), strict=True):
        assert np.array_equal(one, other)


def test_those_who_are_watched_are_listed_once_and_nobody_else_has_an_event(small) -> None:
    chosen = (People(), Movers())
    first = first_day(small, chosen, 9)
    town = first.copy()
    town.own("people", "people", "place")[:] = 1  # what another future left there does not matter
    town.become(first)
    future = Future(1, 5, draw(small, 5, 1) | {"people.mortality_trend": -0.05})
    for turn in lived_years(small, chosen, town, future, 9):
        rows = int(town.count("people")[0])
        watch = town.read("watch", "row")[: town.count("watch")[0]]
        place = town.read("people", "place")
        assert np.array_equal(place[watch], np.arange(len(watch)))
        assert len(np.unique(watch)) == len(watch)
        others = np.setdiff1d(np.arange(len(place)), watch)
        there = others[place[others] < len(watch)]
        assert np.all(watch[place[there]] != there), "nobody else is taken for one of the list"
        alive = np.flatnonzero(town.read("people", "state")[:rows] < EMPTY)
        unwatched = np.setdiff1d(alive, watch)
        year = turn.year + 1
        if year % kernels.YEARS:
            who = town.read("people", "identity")[unwatched]
            drawn = [words(5, 1, EVENT, year // kernels.YEARS, each)[year % kernels.YEARS] for each in who]
            chance = town.read("chances", "probability").reshape(-1, EVENTS)
            limit, total = np.empty(chance.shape, np.uint32), np.empty(len(chance), np.uint32)
            limits(chance, 1.05**year, limit, total)
            state = town.read("people", "state")[unwatched].astype(int) + AGE_STEP
            assert np.all(
                np.array(drawn)
                >= total.reshape(-1, STATES).max(axis=0)[np.minimum(state, AGE_STEP * OLDEST + state % 2)]
            )
