"""Kernels of luck: who of many is drawn, so that one more place changes nothing for those drawn already.

Everybody gets words of their own from the dice. One says what the person has in mind (a group), one is the luck:
places in a group go to its members with the lowest luck. A plan that adds a place in one group draws one more person
there, and nobody else's luck changes.

One kernel lists people and one draws among them, whatever is asked. That keeps a cold start short: each question is a
table handed in, not code of its own to compile.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from helhet.words.dice import SHIFT, U32, philox
from helhet.words.kernel import kernel, trailing_zeros

Array = np.ndarray[Any, Any]

BLOCK = 1024
COARSE = 64  # classes of luck counted by group before anybody is collected
FINE = 10  # bits of luck by which those kept are sorted into classes, fewer where they are few
NOBODY = -1
ANYBODY, HOLDERS, JOBLESS = 0, 1, 2
FULL = np.uint64(4294967296)
# Eight bytes read as a word, the first the lowest (as on every processor that Numba compiles for):
EACH = np.uint64(0x0101010101010101)  # the lowest bit of each byte
GATHER = np.uint64(0x0102040810204080)  # times this, those eight bits stand beside one another in the highest byte


@kernel(inline=True)
def three_words(identity: Any, listed: Any, dice: Any, name: int, who: Any, a: Any, b: Any, c: Any) -> None:
    """The words of :func:`lots` for the people in ``listed``, at most :data:`BLOCK` of them; ``who`` is room to work.

    They are the first three of :func:`helhet.words.dice.words`, drawn many persons at a time.
    """
    k0, k1 = dice[0] & U32, dice[0] >> SHIFT
    c2, c3 = (dice[2] << np.uint64(24)) | np.uint64(name), dice[1]
    # One thing a loop: only then does the compiler see that it may take many persons at a time.
    for j in range(listed.shape[0]):
        who[j] = identity[listed[j]]
    for j in range(listed.shape[0]):
        w, x, y, _ = philox(who[j] & U32, who[j] >> SHIFT, c2, c3, k0, k1)
        a[j] = np.uint32(w)
        b[j] = np.uint32(x)
        c[j] = np.uint32(y)


@kernel
def lots(identity: Any, rows: Any, m: int, dice: Any, name: int, out: Any) -> None:
    """Three 32-bit words for each of the first ``m`` of ``rows`` (int32), into ``out`` (uint32, shape (3, m) or more).

    ``dice`` holds (seed, future, year) as uint64, ``name`` is the stream.
    """
    who = np.empty(BLOCK, np.uint64)
    for start in range(0, m, BLOCK):
        end = min(start + BLOCK, m)
        three_words(identity, rows[start:end], dice, name, who, out[0, start:end], out[1, start:end], out[2, start:end])


@kernel
def lucky(identity: Any, rows: Any, m: int, dice: Any, name: int, limit: Any, near: Any, out: Any) -> int:
    """Those of the first ``m`` of ``rows`` whose luck, the second of their words, is below ``limit`` (uint64).

    They are written to ``near`` (int32, room for one more) in the order they stand, their three words to ``out`` as
    :func:`lots` does; returns how many.
    """
    who, words = np.empty(BLOCK, np.uint64), np.empty((3, BLOCK), np.uint32)
    a, b, c = words[0], words[1], words[2]
    first, second, third = out[0], out[1], out[2]
    n = 0
    for start in range(0, m, BLOCK):
        listed = rows[start : min(start + BLOCK, m)]
        three_words(identity, listed, dice, name, who, a, b, c)
        begun = n
        for j in range(listed.shape[0]):
            near[n] = j
            n += b[j] < limit
        for at in range(begun, n):
            j = near[at]
            near[at] = listed[j]
            first[at], second[at], third[at] = a[j], b[j], c[j]
    return n


@kernel(inline=True)
def members(eight: Any, at: int, k: Any, first: int, listed: Any, n: int) -> int:
    """Add those of 64 people, numbered from ``first`` on, whose bit ``k`` is set to the ``n`` in ``listed``.

    The bits of eight people, a byte for each, are a word of ``eight``: theirs are those from ``at`` on.
    """
    found = np.uint64(0)
    for j in range(8):
        each = (eight[at + j] >> k) & EACH
        found |= ((each * GATHER) >> np.uint64(56)) << np.uint64(8 * j)
    while found:
        listed[n] = first + np.int64(trailing_zeros(found))
        n += 1
        found &= found - np.uint64(1)
    return n


@kernel
def scan(state: Any, occupation: Any, job: Any, rows: int, masks: Any, listed: Any, counts: Any) -> None:
    """List people by what they are, in one pass: up to three lists at once.

    Row i stands in list k where bit k is set in ``masks[0, state] & masks[1, occupation] & masks[2, job + 2]``
    (uint8, shape (3, 256)). The lists are the rows of ``listed`` (int32, shape (3, rows)), as long as ``counts``
    (int64, 3) says.
    """
    first, second, third = listed[0], listed[1], listed[2]
    a, b, c = 0, 0, 0
    of_state, of_occupation, of_job = masks[0], masks[1], masks[2]
    bits = np.empty(BLOCK, np.uint8)
    eight = bits.view(np.uint64)
    for start in range(0, rows, BLOCK):
        size = min(BLOCK, rows - start)
        ages, kinds, held = state[start : start + size], occupation[start : start + size], job[start : start + size]
        for j in range(size):
            bits[j] = of_state[ages[j]] & of_occupation[kinds[j]] & of_job[held[j] + 2]
        for j in range(size, BLOCK):
            bits[j] = 0
        # To write down only those who are in a list is faster than to write down everybody and count on from some.
        for at in range(0, BLOCK // 8, 8):
            a = members(eight, at, np.uint64(0), start + 8 * at, first, a)
            b = members(eight, at, np.uint64(1), start + 8 * at, second, b)
            c = members(eight, at, np.uint64(2), start + 8 * at, third, c)
    counts[0], counts[1], counts[2] = a, b, c


@kernel
def draw(
    identity: Any,
    kind: Any,
    job: Any,
    who: int,
    listed: Any,
    m: int,
    chance: Any,
    otherwise: Any,
    want: Any,
    dice: Any,
    name: int,
    rows: Any,
    groups: Any,
    picks: Any,
) -> int:
    """Draw among the first ``m`` of ``listed`` (int32): ``want[g]`` persons of each group g, or all if they are fewer.

    ``kind`` (uint8, by row) chooses the row of ``chance`` (float64, kinds x groups, cumulative shares of what people
    of the kind have in mind); beyond its last share the group is ``otherwise[kind]`` (int64, :data:`NOBODY` for
    none). ``who`` leaves out those who hold no job (:data:`HOLDERS`) or whose ``job`` is not -1 (:data:`JOBLESS`).
    Those drawn are written to ``rows`` (int32) and ``groups`` (int64) in order of luck, each with a word to choose
    by in ``picks`` (uint32); returns how many. ``want`` (int64) is left with the places that nobody took.
    """
    last = chance.shape[1] - 1
    most: Any = 0
    for g in range(want.shape[0]):
        most = max(most, want[g])
    # Most people's luck is too poor to matter when places are few: look at the best first, at all if they do not do.
    limit = np.uint64(min(1.0, (4.0 * most + 64.0) * want.shape[0] / m) * 4294967296.0) if m else FULL
    near, words = np.empty(m + 1, np.int32), np.empty((3, m), np.uint32)
    mind, luck = words[0], words[1]
    group = np.empty(m, np.int64)
    seen = np.empty((want.shape[0] + 1, COARSE), np.int64)  # the last for those in no group
    cut = np.empty(want.shape[0], np.int64)
    while True:
        n = lucky(identity, listed, m, dice, name, limit, near, words)
        seen[:] = 0
        for j in range(n):
            row = near[j]
            u = (np.float64(mind[j]) + 0.5) / 4294967296.0
            g = 0
            for c in range(last + 1):
                g += u >= chance[kind[row], c]
            g = g if g <= last else otherwise[kind[row]]
            out = ((who == HOLDERS) & (job[row] < 0)) | ((who == JOBLESS) & (job[row] != -1))
            group[j] = NOBODY if out else g
            seen[group[j], luck[j] >> np.uint32(26)] += 1
        short = False
        for g in range(want.shape[0]):
            cut[g] = -1
            reached = 0
            while reached < want[g] and cut[g] < COARSE - 1:
                cut[g] += 1
                reached += seen[g, cut[g]]
            short = short or reached < want[g]
        if limit == FULL or not short:
            break
        limit = FULL
    keys = np.empty(n, np.uint64)
    kept = 0
    for j in range(n):
        if group[j] >= 0 and np.int64(luck[j] >> np.uint32(26)) <= cut[group[j]]:
            keys[kept] = (np.uint64(luck[j]) << SHIFT) | np.uint64(j)
            kept += 1
    n = kept
    bits = 1
    while bits < FINE and 1 << bits < n:
        bits += 1
    shift = np.uint64(64 - bits)
    start = np.zeros((1 << bits) + 1, np.int64)
    for i in range(n):
        start[np.int64(keys[i] >> shift) + 1] += 1
    for c in range(1 << bits):
        start[c + 1] += start[c]
    order = np.empty(n, np.uint64)
    for i in range(n):
        k = np.int64(keys[i] >> shift)
        order[start[k]] = keys[i]
        start[k] += 1
    drawn = 0
    for i in range(n):
        key = order[i]
        j = i
        while j > 0 and order[j - 1] > key:  # within a class there are only a few left to put in order
            order[j] = order[j - 1]
            j -= 1
        order[j] = key
    for i in range(n):
        at = np.int64(order[i] & U32)
        to = group[at]
        if want[to] > 0:
            want[to] -= 1
            rows[drawn] = near[at]
            groups[drawn] = to
            picks[drawn] = words[2, at]
            drawn += 1
    return drawn


def by_number(key: Array, stream: int, count: int) -> Array:
    """Three words for each of the things numbered 0 to ``count - 1``, such as cells: uint32 of shape (3, count)."""
    words = np.empty((3, count), np.uint32)
    lots(*_numbers(count), count, key, stream, words)
    return words


@lru_cache(maxsize=8)
def _numbers(count: int) -> tuple[Array, Array]:
    """The numbers from 0 on as identities, read only, and as rows."""
    identity = np.arange(count, dtype=np.uint64)
    identity.flags.writeable = False
    return identity, np.arange(count, dtype=np.int32)


def spread(total: int, weight: Array) -> Array:
    """``total`` whole things shared in proportion to ``weight`` (none below 0), as int64 that add up to ``total``.

    Shares are rounded as they are added up, so none is off by one or more. Nothing where all weights are 0.
    """
    return np.asarray(_spread(int(total), np.array(weight, np.float64)))  # one kind of argument, one compilation


@kernel
def _spread(total: int, weight: Any) -> Any:
    shares = np.zeros(weight.shape[0], np.int64)
    whole = 0.0
    for i in range(weight.shape[0]):
        whole += weight[i]
    reached = 0.0
    given: Any = 0
    if whole > 0.0:
        for i in range(weight.shape[0]):
            reached += weight[i]
            upto = np.int64(np.floor(total * (reached / whole) + 0.5))
            shares[i] = upto - given
            given = upto
    return shares


@kernel
def below(listed: Any, m: int, word: Any, state: Any, chance: Any, kept: Any) -> int:
    """Keep the first ``m`` of ``listed`` whose ``word`` (uint32) falls within their ``chance`` (float64, by state).

    They are written to ``kept`` (int32); returns how many.
    """
    n = 0
    for i in range(m):
        kept[n] = listed[i]
        n += word[i] * (1.0 / 4294967296.0) < chance[state[listed[i]]]
    return n


NO_GROUP: Array = np.full(256, NOBODY, dtype=np.int64)
NO_GROUP.flags.writeable = False
"""For :func:`among`: beyond the shares of ``chance`` people take no part."""


class Dice(NamedTuple):
    """The dice of a year: ``key`` (seed, future, year; uint64) and everybody's ``identity`` (uint64, read only)."""

    key: Array
    identity: Array


def among(
    dice: Dice,
    stream: int,
    listed: Array,
    kind: Array,
    chance: Array,
    want: Array,
    *,
    job: Array,
    who: int = ANYBODY,
    otherwise: Array = NO_GROUP,
) -> tuple[Array, Array, Array]:
    """:func:`draw` among all of ``listed``: the rows drawn, their groups and their words to choose by.

    ``kind``, ``job`` and ``chance`` must be read only, ``listed`` writable: one kind of argument, one compilation.
    """
    room = min(len(listed), sum(want.tolist()))  # a dozen numbers: NumPy's own sum takes four times as long
    rows, groups, picks = np.empty(room, np.int32), np.empty(room, np.int64), np.empty(room, np.uint32)
    if room:
        n = draw(
            dice.identity,
            kind,
            job,
            who,
            listed,
            len(listed),
            chance,
            otherwise,
            want,
            dice.key,
            stream,
            rows,
            groups,
            picks,
        )
        return rows[:n], groups[:n], picks[:n]
    return rows, groups, picks


def who_happen(dice: Dice, stream: int, listed: Array, state: Array, chance: Array) -> Array:
    """Those of ``listed`` (int32) to whom it happens, each by their own word and the ``chance`` of their state."""
    words, kept = np.empty((3, len(listed)), np.uint32), np.empty(len(listed) + 1, np.int32)
    lots(dice.identity, listed, len(listed), dice.key, stream, words)
    return kept[: below(listed, len(listed), words[0], state, chance, kept)]
