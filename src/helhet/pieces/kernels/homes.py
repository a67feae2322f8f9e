"""Kernels of the homes: moving people in and out.

The people of a home form a linked list (``head`` of the home, ``following`` of the person); the vacant homes of a
kind form another (``vacant`` of the kind, ``link`` of the home). A kind is district * KINDS + type * 3 + size.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.words.kernel import kernel
from helhet.words.person import AGE_STEP, CHILD, PARTNER, SINGLE

KINDS = 9  # three types in three sizes
ADULT = 18 * AGE_STEP


@kernel(inline=True)
def put_up(h: int, kind: Any, link: Any, vacant: Any, empty: Any) -> None:
    """Put home ``h`` on the list of vacant homes of its kind."""
    k = kind[h]
    link[h] = vacant[k]
    vacant[k] = h
    empty[k] += 1


@kernel(inline=True)
def take(k: int, link: Any, vacant: Any, empty: Any) -> int:
    """Take the first vacant home of kind ``k`` off its list."""
    h = vacant[k]
    vacant[k] = link[h]
    link[h] = -1
    empty[k] -= 1
    return int(h)


@kernel(inline=True)
def move_in(p: int, h: int, home: Any, following: Any, district: Any, kind: Any, head: Any) -> None:
    """Let ``p``, who has no home, live in ``h`` (which is on no list of vacant homes)."""
    following[p] = head[h]
    head[h] = p
    home[p] = h
    district[p] = kind[h] // KINDS


@kernel(inline=True)
def move_out(p: int, home: Any, following: Any, kind: Any, head: Any, link: Any, vacant: Any, empty: Any) -> int:
    """Take ``p`` out of its home, which becomes vacant after the last; returns the home (-1: had none)."""
    h = home[p]
    if h < 0:
        return -1
    if head[h] == p:
        head[h] = following[p]
    else:
        q = head[h]
        while following[q] != p:
            q = following[q]
        following[q] = following[p]
    home[p] = -1
    following[p] = -1
    if head[h] < 0:
        put_up(np.int64(h), kind, link, vacant, empty)
    return int(h)


@kernel(inline=True)
def mend(h: int, state: Any, role: Any, following: Any, head: Any) -> None:
    """Put the roles of a home right after somebody left: one partner alone is single; the oldest heads the home.

    An orphan may head a home: guardians and foster homes are not in the model.
    """
    partners, heads = 0, 0
    oldest = -1
    p = head[h]
    while p >= 0:
        partners += role[p] == PARTNER
        heads += role[p] == PARTNER or role[p] == SINGLE
        if oldest < 0 or state[p] > state[oldest]:
            oldest = p
        p = following[p]
    if partners == 1:
        p = head[h]
        while p >= 0:
            if role[p] == PARTNER:
                role[p] = SINGLE
            p = following[p]
    elif heads == 0 and oldest >= 0:
        role[oldest] = SINGLE


@kernel
def leave_homes(
    left: Any,
    n: int,
    state: Any,
    role: Any,
    home: Any,
    following: Any,
    kind: Any,
    head: Any,
    link: Any,
    vacant: Any,
    empty: Any,
) -> None:
    """Everyone who died or moved out of town leaves their home."""
    for j in range(n):
        h = move_out(left[j], home, following, kind, head, link, vacant, empty)
        if h >= 0 and head[h] >= 0:
            mend(np.int64(h), state, role, following, head)


@kernel
def bring_home(
    born: Any, mother: Any, n: int, role: Any, home: Any, following: Any, district: Any, kind: Any, head: Any
) -> None:
    """Newborns live with their mothers."""
    for j in range(n):
        role[born[j]] = CHILD
        if home[mother[j]] >= 0:
            move_in(born[j], np.int64(home[mother[j]]), home, following, district, kind, head)


@kernel
def wanted_most(missing: Any, stock: Any, empty: Any, for_demand: float, where: Any) -> int:
    """Where builders build, as shares by kind (``where``, float64); returns the vacant homes of all kinds.

    A share ``for_demand`` goes where homes were missed, the rest where there are homes already; all of it there when
    none were missed. ``stock`` must not be all 0.
    """
    all_missing, all_stock, all_empty = 0, 0, 0
    for k in range(stock.shape[0]):
        all_missing += missing[k]
        all_stock += stock[k]
        all_empty += empty[k]
    for k in range(stock.shape[0]):
        asked = missing[k] / all_missing if all_missing else stock[k] / all_stock
        where[k] = for_demand * asked + (1.0 - for_demand) * stock[k] / all_stock
    return all_empty


@kernel
def by_district(stock: Any, empty: Any, completed: Any, missing: Any, sums: Any) -> None:
    """Add up four columns over the kinds of each district, into ``sums`` (int64, shape (4, districts))."""
    sums[:] = 0
    for k in range(stock.shape[0]):
        sums[0, k // KINDS] += stock[k]
        sums[1, k // KINDS] += empty[k]
        sums[2, k // KINDS] += completed[k]
        sums[3, k // KINDS] += missing[k]


@kernel
def add_homes(new: Any, count: Any, kind: Any, head: Any, link: Any, vacant: Any, empty: Any, stock: Any) -> None:
    """Put ``new[k]`` finished homes of each kind ``k`` on the market."""
    for k in range(new.shape[0]):
        for _ in range(new[k]):
            h = count[0]
            count[0] += 1
            kind[h] = k
            head[h] = -1
            put_up(h, kind, link, vacant, empty)
            stock[k] += 1


@kernel
def take_homes(number: Any, link: Any, vacant: Any, empty: Any, taken: Any, count: Any) -> None:
    """Take ``number[k]`` vacant homes of each kind off the market (as many as there are) and list them in ``taken``."""
    for k in range(number.shape[0]):
        for _ in range(min(number[k], empty[k])):
            taken[count[0]] = take(k, link, vacant, empty)
            count[0] += 1


@kernel
def give_back(taken: Any, count: Any, kind: Any, link: Any, vacant: Any, empty: Any) -> None:
    """Put the listed homes on the market again."""
    for j in range(count[0]):
        put_up(taken[j], kind, link, vacant, empty)
    count[0] = 0


@kernel(inline=True)
def household(p: int, role: Any, home: Any, following: Any, head: Any, members: Any) -> int:
    """List ``p`` and, when it heads a home alone, the children who follow it; returns how many."""
    members[0] = p
    n = 1
    if role[p] == SINGLE and home[p] >= 0:
        q = head[home[p]]
        while q >= 0 and n < members.shape[0]:
            if q != p and role[q] == CHILD:
                members[n] = q
                n += 1
            q = following[q]
    return n


@kernel(inline=True)
def move_members(
    members: Any,
    n: int,
    h: int,
    state: Any,
    role: Any,
    home: Any,
    following: Any,
    district: Any,
    kind: Any,
    head: Any,
    link: Any,
    vacant: Any,
    empty: Any,
    spare: Any,
    usual: Any,
    flow: Any,
) -> None:
    """Move the listed people to home ``h``; the home they leave is put on the market or mended.

    ``flow`` counts, by district, the people who move there from another district of the town and away to one.
    """
    before = -1
    there = kind[h] // KINDS
    for j in range(n):
        was = move_out(members[j], home, following, kind, head, link, vacant, empty)
        if was >= 0:
            before = was
            here = kind[was] // KINDS
            spare[here] += head[was] < 0 and empty[kind[was]] > usual[kind[was]]
            flow[there, 0] += here != there
            flow[here, 1] += here != there
    for j in range(n):
        move_in(members[j], h, home, following, district, kind, head)
    if before >= 0 and head[before] >= 0:
        mend(np.int64(before), state, role, following, head)


@kernel(inline=True)
def move_all(
    was: int,
    h: int,
    home: Any,
    following: Any,
    district: Any,
    kind: Any,
    head: Any,
    link: Any,
    vacant: Any,
    empty: Any,
    spare: Any,
    usual: Any,
    flow: Any,
) -> None:
    """Move everybody who lives in ``was`` to ``h`` at once, and put ``was`` on the market."""
    here, there = kind[was] // KINDS, kind[h] // KINDS
    p = head[was]
    head[h] = p
    head[was] = -1
    while p >= 0:
        home[p] = h
        district[p] = there
        flow[there, 0] += here != there
        flow[here, 1] += here != there
        p = following[p]
    put_up(np.int64(was), kind, link, vacant, empty)
    spare[here] += empty[kind[was]] > usual[kind[was]]


@kernel
def settle_arrivals(
    row: Any,
    arrival: Any,
    n: int,
    found: Any,
    state: Any,
    role: Any,
    home: Any,
    following: Any,
    district: Any,
    kind: Any,
    head: Any,
) -> None:
    """Those who came move in: two adults are a couple, one is single, who is under 18 is a child of the home."""
    j = 0
    while j < n:
        a = arrival[j]
        end = j
        adults = 0
        while end < n and arrival[end] == a:
            adults += state[row[end]] >= ADULT
            end += 1
        heads = 0
        for i in range(j, end):
            p = row[i]
            move_in(p, np.int64(found[a]), home, following, district, kind, head)
            role[p] = CHILD
            if state[p] >= ADULT and heads < 2:
                role[p] = PARTNER if adults > 1 else SINGLE
                heads += 1
        if heads == 0:
            role[row[j]] = SINGLE
        j = end
