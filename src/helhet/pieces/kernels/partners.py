"""Kernels of couples: who of those who look for a partner find each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.words.dice import words
from helhet.words.kernel import kernel
from helhet.words.person import AGE_STEP, EMPTY, MAN, SEX_BIT, WOMAN

CLASSES = 37  # age classes of three years


@kernel
def by_class(
    rows: Any, n: int, state: Any, identity: Any, sex: int, key: Any, stream: int, out: Any, start: Any
) -> None:
    """Those of ``rows`` with the given sex who are still in town, by age class and within it by luck, into ``out``.

    Class c holds women from 3 c years of age, men from 3 c + 2. ``start`` (int64, CLASSES + 1) gets the first place of
    each class in ``out``.
    """
    older = 2 if sex != WOMAN else 0
    luck, group, by_luck = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    place, reached = np.zeros(257, np.int64), np.empty(CLASSES, np.int64)
    start[:] = 0
    for j in range(n):
        group[j] = -1
        s = state[rows[j]]
        if s < EMPTY and (s & SEX_BIT) == sex:
            age: Any = np.int64(s) // AGE_STEP - older
            luck[j] = words(key[4], key[3], stream, key[5], identity[rows[j]])[0] >> np.uint64(24)
            group[j] = max(age, 0) // 3
            place[luck[j] + 1] += 1
            start[group[j] + 1] += 1
    # Sorted by luck and then, keeping that order, by class.
    for b in range(256):
        place[b + 1] += place[b]
    for j in range(n):
        if group[j] >= 0:
            by_luck[place[luck[j]]] = j
            place[luck[j]] += 1
    for c in range(CLASSES):
        start[c + 1] += start[c]
        reached[c] = start[c]
    for i in range(start[CLASSES]):
        j = by_luck[i]
        out[reached[group[j]]] = rows[j]
        reached[group[j]] += 1


@kernel
def pair_up(
    single: Any,
    n: int,
    state: Any,
    identity: Any,
    home: Any,
    pair_a: Any,
    pair_b: Any,
    pair_n: Any,
    key: Any,
    stream: int,
) -> None:
    """Couples from those who look for a partner, never within a home.

    Women and men are matched by luck within age classes of three years, men two years older; who is left over is
    matched with the nearest ages left over. So one more who looks changes the partners of a few and not of everybody.
    """
    if n == 0:
        return
    women, men = np.empty(n, np.int32), np.empty(n, np.int32)
    from_women, from_men = np.zeros(CLASSES + 1, np.int64), np.zeros(CLASSES + 1, np.int64)
    by_class(single, n, state, identity, np.int64(WOMAN), key, stream, women, from_women)
    by_class(single, n, state, identity, np.int64(MAN), key, stream, men, from_men)
    left_women, left_men = 0, 0  # those left over are gathered at the front of the lists, which are read further on
    for c in range(CLASSES):
        w, m = from_women[c], from_men[c]
        while w < from_women[c + 1] and m < from_men[c + 1]:
            if home[women[w]] < 0 or home[women[w]] != home[men[m]]:
                pair_a[pair_n[0]] = women[w]
                pair_b[pair_n[0]] = men[m]
                pair_n[0] += 1
            w += 1
            m += 1
        while w < from_women[c + 1]:
            women[left_women] = women[w]
            left_women += 1
            w += 1
        while m < from_men[c + 1]:
            men[left_men] = men[m]
            left_men += 1
            m += 1
    for j in range(min(left_women, left_men)):
        if home[women[j]] < 0 or home[women[j]] != home[men[j]]:
            pair_a[pair_n[0]] = women[j]
            pair_b[pair_n[0]] = men[j]
            pair_n[0] += 1
