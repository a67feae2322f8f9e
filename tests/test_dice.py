"""The dice: known answers, distribution, streams and order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet.words.dice import mix, philox, stream, threshold, uniform, words
from helhet.words.kernel import kernel

# Known answers of Philox4x32-10 published with the authors' own implementation (Random123, kat_vectors).
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@kernel
def _philox(c, k):
    return philox(c[0], c[1], c[2], c[3], k[0], k[1])


@kernel
def _uniforms(seed, future, name, year, identities):
    out = np.empty(identities.shape[0])
    for i in range(identities.shape[0]):
        out[i] = uniform(seed, future, name, year, identities[i])
    return out


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_philox_gives_the_published_answers(counter, key, answer):
    got = _philox(np.array(counter, np.uint64), np.array(key, np.uint64))
    assert tuple(int(word) for word in got) == answer


def test_a_draw_is_the_same_whatever_integer_type_its_question_is_asked_in():
    plain = words(1, 7, 12345, 3, 99)
    typed = words(np.uint64(1), np.int32(7), np.uint32(12345), np.uint8(3), np.uint64(99))
    assert [int(w) for w in plain] == [int(w) for w in typed]


def test_numbers_fill_the_whole_of_0_to_1_evenly():
    u = _uniforms(np.uint64(1), 0, stream("test"), 0, np.arange(200_000, dtype=np.uint64))
    counts, _ = np.histogram(u, bins=100, range=(0, 1))
    chi2 = ((counts - 2000.0) ** 2 / 2000.0).sum()
    assert 50 < chi2 < 160  # 99 degrees of freedom: 5 standard deviations either way
    assert u.min() < 1e-4
    assert u.max() > 1 - 1e-4
    assert (u > 0).all()
    assert (u < 1).all()


@pytest.mark.parametrize("which", ["seed", "future", "stream", "year", "identity"])
def test_every_part_of_a_question_matters_and_neighbours_are_independent(which):
    base = {"seed": 1, "future": 2, "stream": 3, "year": 4}
    who = np.arange(50_000, dtype=np.uint64)
    other = dict(base)
    if which == "identity":
        second = who + np.uint64(1_000_000)
    else:
        other[which] += 1
        second = who
    a = _uniforms(np.uint64(base["seed"]), base["future"], base["stream"], base["year"], who)
    b = _uniforms(np.uint64(other["seed"]), other["future"], other["stream"], other["year"], second)
    assert not np.array_equal(a, b)
    assert abs(np.corrcoef(a, b)[0, 1]) < 5 / np.sqrt(len(who))


def test_draws_do_not_depend_on_the_order_they_are_made_in():
    who = np.arange(1000, dtype=np.uint64)
    forward = _uniforms(np.uint64(5), 1, 2, 3, who)
    backward = _uniforms(np.uint64(5), 1, 2, 3, who[::-1].copy())
    assert np.array_equal(forward, backward[::-1])


def test_identities_above_32_bits_and_high_seeds_are_not_cut_off():
    low, high = words(1, 0, 0, 0, 5), words(1, 0, 0, 0, 5 + 2**32)
    assert [int(w) for w in low] != [int(w) for w in high]
    seed_low = _uniforms(np.uint64(1), 0, 0, 0, np.arange(3, dtype=np.uint64))
    seed_high = _uniforms(np.uint64(1 + 2**40), 0, 0, 0, np.arange(3, dtype=np.uint64))
    assert not np.array_equal(seed_low, seed_high)


def test_newborns_of_all_mothers_and_years_have_identities_of_their_own():
    seen = {int(mix(mother, year)) for mother in range(1000) for year in range(30)}
    assert len(seen) == 30_000


@given(st.floats(0, 1))
def test_a_threshold_is_the_probability_to_32_bits(probability):
    assert abs(int(threshold(probability)) / 2**32 - probability) < 1e-9


def test_streams_fit_the_24_bits_they_are_given():
    names = ["people.event", "people.cradle", "homes.seekers", "movers.recruits", "work.seek"]
    assert all(0 <= stream(name) < 2**24 for name in names)
    assert len({stream(name) for name in names}) == len(names)
