"""Kernels of the movers: who would move in, grouped into households."""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.words.dice import SHIFT, U32, UNIT, mix, philox, words
from helhet.words.kernel import kernel
from helhet.words.person import AGE_STEP, SEX_BIT

ADULT = 18 * AGE_STEP
PARENT_FROM, PARENT_TO = 22 * AGE_STEP, 50 * AGE_STEP
CHILDREN = 1.7  # children per family that moves in; assumed, between one and the two of most Swedish families


@kernel(inline=True)
def pick(cumulative: Any, u: float) -> int:
    """The first index at which ``cumulative`` (rising to 1) exceeds ``u``.

    By counting those that do not: many at a time and without branches, which for a few hundred is faster than
    bisection, where the processor guesses wrong at every other step.
    """
    passed = 0
    for i in range(cumulative.shape[0] - 1):
        passed += cumulative[i] <= u
    return passed


@kernel
def draw_movers(
    wanting: int, cumulative: Any, seed: Any, future: int, stream: int, year: int, state: Any, identity: Any, luck: Any
) -> None:
    """Age, sex and identity of each of the year's ``wanting`` people who move for reasons of their own.

    ``cumulative`` runs over states (age * 2 + sex); ``luck`` gets a second uniform number for each.
    """
    cause = mix(np.uint64(stream), np.uint64(year))
    k0, k1 = seed & U32, seed >> SHIFT
    c2, c3 = (np.uint64(year) << np.uint64(24)) | np.uint64(stream), np.uint64(future)
    word = np.empty(wanting, np.uint32)
    for k in range(wanting):
        identity[k] = mix(cause, np.uint64(k))
    for k in range(wanting):  # one thing a loop, so that the compiler takes many at a time
        a, b, _, _ = philox(identity[k] & U32, identity[k] >> SHIFT, c2, c3, k0, k1)
        word[k] = np.uint32(a)
        luck[k] = (np.float64(np.uint32(b)) + 0.5) * UNIT
    for k in range(wanting):
        state[k] = pick(cumulative, (np.float64(word[k]) + 0.5) * UNIT)


@kernel
def group(n: int, state: Any, luck: Any, family_couple: float, couple: float, leader: Any) -> None:
    """Put the ``n`` movers into households: ``leader[k]`` is the mover whose household k joins (its own: a head).

    Children are spread over families of about CHILDREN each, headed by movers of 22 to 50; a family has a second
    adult with probability ``family_couple``, other adults come as a couple with probability ``couple``. Partners are
    of different sex and come next in the draw. Children without any possible family come alone.
    """
    children = 0
    for k in range(n):
        leader[k] = k
        if state[k] < ADULT:
            children += 1
    families = np.empty(n, np.int32)
    most = int(np.ceil(children / CHILDREN))
    found = 0
    for k in range(n):
        if found < most and PARENT_FROM <= state[k] < PARENT_TO:
            families[found] = k
            found += 1
    head_of_family = np.zeros(n, np.uint8)
    for j in range(found):
        head_of_family[families[j]] = 1
    waiting = np.empty(2, np.int32)  # the last woman and man who would come as one of a couple and has no partner
    waiting[:] = -1
    for k in range(n):
        if state[k] < ADULT or head_of_family[k]:
            continue
        sex = state[k] & SEX_BIT
        other = 1 - sex
        if waiting[other] >= 0:
            leader[k] = waiting[other]
            waiting[other] = -1
        elif luck[k] < couple:
            waiting[sex] = k
    j = 0
    for k in range(n):  # second adults of families, from those who come alone
        while j < found and luck[families[j]] >= family_couple:
            j += 1
        if j >= found:
            break
        alone = state[k] >= PARENT_FROM and not head_of_family[k] and leader[k] == k
        pending = k == waiting[0] or k == waiting[1]
        if alone and (pending or luck[k] >= couple) and (state[k] & SEX_BIT) != (state[families[j]] & SEX_BIT):
            leader[k] = families[j]
            head_of_family[k] = 2
            j += 1
    j = 0
    for k in range(n):
        if state[k] < ADULT and found > 0:
            leader[k] = families[j % found]
            j += 1


@kernel
def draw_recruits(
    offers: Any,
    n: int,
    adult: Any,
    partner: float,
    children: float,
    seed: Any,
    future: int,
    stream: int,
    year: int,
    state: Any,
    identity: Any,
    leader: Any,
    at: int,
) -> int:
    """Households that answer the ``n`` job offers, written from place ``at`` on; returns the place after the last.

    The first person is the recruit. ``adult`` is the cumulative age and sex profile of adults who move in, cut to 20
    to 55 years; a partner is of the other sex and as old; children are one or two, 0 to 12 years.
    """
    cause = mix(np.uint64(stream), np.uint64(year))
    last: Any = 0
    for j in range(n):
        last = max(last, offers[j])
    nth = np.zeros(last + 1, np.int32)
    for j in range(n):
        cell = offers[j]
        who = mix(cause, np.uint64(np.int64(cell) * 65536 + nth[cell]))
        nth[cell] += 1
        w = words(seed, np.uint64(future), stream, np.uint64(year), who)
        first = at
        state[at] = pick(adult, (np.float64(w[0]) + 0.5) * UNIT)
        identity[at] = who
        leader[at] = first
        at += 1
        if (np.float64(w[1]) + 0.5) * UNIT < partner:
            state[at] = state[first] ^ SEX_BIT
            identity[at] = mix(who, np.uint64(1))
            leader[at] = first
            at += 1
            u = (np.float64(w[2]) + 0.5) * UNIT
            number = 0 if u >= children else (1 if u < 0.5 * children else 2)
            for c in range(number):
                child = words(seed, np.uint64(future), stream, np.uint64(year), mix(who, np.uint64(2 + c)))
                age = np.int64((np.float64(child[0]) + 0.5) * UNIT * 13)
                state[at] = age * AGE_STEP + (child[1] & np.uint64(1))
                identity[at] = mix(who, np.uint64(2 + c))
                leader[at] = first
                at += 1
    return at


@kernel
def compose(
    people: int,
    offered_from: int,
    offers: Any,
    state: Any,
    identity: Any,
    leader: Any,
    arrivals_identity: Any,
    arrivals_cell: Any,
    arrivals_people: Any,
    arrivals_first: Any,
    arriving_state: Any,
    arriving_identity: Any,
) -> int:
    """Write the households in an order of luck (by the head's identity), heads first; returns their number.

    Movers from place ``offered_from`` on answer the offers in turn: their heads carry the cells of ``offers``.
    """
    size = np.zeros(people, np.int32)
    cell = np.empty(people, np.int32)
    cell[:] = -1
    taken = 0
    for k in range(people):
        if leader[k] == k and k >= offered_from:
            cell[k] = offers[taken]
            taken += 1
        size[leader[k]] += 1
    start = np.zeros(257, np.int64)
    for k in range(people):
        if leader[k] == k:
            start[((identity[k] >> np.uint64(56)) & np.uint64(255)) + np.uint64(1)] += 1
    for b in range(256):
        start[b + 1] += start[b]
    households = start[256]
    for k in range(people):
        if leader[k] == k:
            bucket = np.int64((identity[k] >> np.uint64(56)) & np.uint64(255))
            a = start[bucket]
            start[bucket] += 1
            arrivals_identity[a] = identity[k]
            arrivals_cell[a] = cell[k]
            arrivals_people[a] = size[k]
            leader[k] = -1 - a  # from here on the place of the household
    first = 0
    place = np.empty(households, np.int32)
    for a in range(households):
        arrivals_first[a] = first
        place[a] = first + 1
        first += arrivals_people[a]
    for k in range(people):
        if leader[k] < 0:
            p = arrivals_first[-1 - leader[k]]
        else:
            a = -1 - leader[leader[k]]
            p = place[a]
            place[a] += 1
        arriving_state[p] = state[k]
        arriving_identity[p] = identity[k]
    return int(households)
