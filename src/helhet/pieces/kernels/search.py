"""Kernels of the search for homes: one seeker at a time, each taking what the others have left.

See :mod:`helhet.pieces.kernels.homes` for how homes, kinds and vacancies are stored.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.pieces.kernels.homes import KINDS, household, mend, move_all, move_members, take
from helhet.pieces.kernels.movers import pick
from helhet.words.dice import UNIT, words
from helhet.words.kernel import kernel
from helhet.words.person import CHILD, EMPTY, GUEST, PARTNER, SINGLE

NEAR = 4  # how many of the nearest districts somebody who insists on a kind of home looks in
WISH, SPLIT, BIRTH = 0, 1, 2  # why somebody in town looks for a home


@kernel
def served_first(n: int, key: Any, stream: int) -> int:
    """The place in a list of ``n`` at which the year begins to serve it, going round: nobody is first for where they
    stand in it (rows are in the order of districts)."""
    w = words(key[0], key[1], stream, key[2], np.uint64(0))
    return int(np.float64(w[0]) * UNIT * n)


@kernel
def spare_homes(empty: Any, usual: Any, spare: Any) -> None:
    """Homes vacant beyond the usual, by district, from vacant homes by kind."""
    spare[:] = 0
    for k in range(empty.shape[0]):
        spare[k // KINDS] += max(empty[k] - usual[k], 0)


@kernel(inline=True)
def search(
    persons: int,
    own: int,
    luck: Any,
    stay: float,
    patience: float,
    wanted: Any,
    within: Any,
    anywhere: Any,
    near: Any,
    usual: Any,
    spare: Any,
    link: Any,
    vacant: Any,
    empty: Any,
    asked: Any,
) -> int:
    """One search for a home for ``persons``; returns the home taken, or -1. ``asked[0]`` becomes the kind wanted.

    The seeker wants what households of its size live in: in its ``own`` district, with probability ``stay``, a kind
    drawn from those there (``within``, cumulative, shape (persons, districts, KINDS)), else a kind and district drawn
    from all (``anywhere``, cumulative, shape (persons, districts * KINDS)). Where that is not to be had, a seeker takes
    another kind or place with probability ``patience``, nearest first and of what is there the kind that households of
    its size want most (``wanted``, shape (persons, KINDS)); others look for the same kind nearby. The homes of a kind
    that were vacant on the first day (``usual``) are those that nobody wanted: they are taken last, and only by the
    patient. ``spare`` holds, by district, the homes vacant beyond the usual; ``near`` the districts from nearest to
    farthest.
    """
    g = min(persons, wanted.shape[0]) - 1
    if own < 0 or (np.float64(luck[0]) + 0.5) * UNIT >= stay:
        k = pick(anywhere[g], (np.float64(luck[1]) + 0.5) * UNIT)
    else:
        k = own * KINDS + pick(within[g, own], (np.float64(luck[2]) + 0.5) * UNIT)
    d, sort = k // KINDS, k % KINDS
    asked[0] = k
    chosen = -1
    patient = (np.float64(luck[3]) + 0.5) * UNIT < patience
    if empty[k] > usual[k]:
        chosen = k
    elif patient:
        for last in range(2):  # homes beyond those usually vacant first; what nobody else wants only then
            for j in range(near.shape[1]):
                other = near[d, j]
                if last == 0 and spare[other] <= 0:
                    continue
                best = 0.0
                for c in range(KINDS):
                    at = other * KINDS + c
                    worth = wanted[g, c] * (empty[at] > usual[at] * (1 - last))
                    chosen = at if worth > best else chosen
                    best = max(worth, best)
                if chosen >= 0:
                    break
            if chosen >= 0:
                break
    else:
        for j in range(1, min(NEAR, near.shape[1])):
            at = near[d, j] * KINDS + sort
            if empty[at] > usual[at]:
                chosen = at
                break
    if chosen < 0:
        return -1
    found = int(take(chosen, link, vacant, empty))
    spare[chosen // KINDS] -= empty[chosen] >= usual[chosen]
    return found


@kernel
def form_couples(
    a: Any,
    b: Any,
    n: int,
    state: Any,
    role: Any,
    identity: Any,
    home: Any,
    following: Any,
    district: Any,
    kind: Any,
    head: Any,
    link: Any,
    vacant: Any,
    empty: Any,
    spare: Any,
    flow: Any,
    market: Any,
    wanted: Any,
    within: Any,
    anywhere: Any,
    near: Any,
    usual: Any,
    missing: Any,
    key: Any,
    stream: int,
) -> None:
    """New couples move together: into the larger home of the two, or one they find; who finds none stays apart."""
    asked = np.zeros(1, np.int64)
    movers = np.empty(16, np.int32)
    begin = served_first(n, key, stream + 1)
    for turn in range(n):
        j = (begin + turn) % n
        x, y = a[j], b[j]
        if state[x] >= EMPTY or state[y] >= EMPTY or role[x] == PARTNER or role[y] == PARTNER:
            continue
        has_x = role[x] == SINGLE and home[x] >= 0
        has_y = role[y] == SINGLE and home[y] >= 0
        if has_y and (not has_x or kind[home[y]] % 3 > kind[home[x]] % 3):
            x, y = y, x
        h = home[x]
        if not (has_x or has_y):
            luck = words(key[0], key[1], stream, key[2], identity[x])
            h = search(
                np.int64(2), np.int64(district[x]), luck, market[0], market[1], wanted, within, anywhere, near, usual,
                spare, link, vacant, empty, asked,
            )  # fmt: skip
            if h < 0:
                missing[asked[0]] += 1
                continue
        for first in range(2):  # the one who brings the home need not move
            mover = y if first else x
            if home[mover] == h:
                continue
            n_movers = household(mover, role, home, following, head, movers)
            move_members(
                movers, n_movers, h, state, role, home, following, district, kind, head, link, vacant, empty, spare,
                usual, flow,
            )  # fmt: skip
        role[x] = PARTNER
        role[y] = PARTNER


@kernel
def seek(
    seekers: Any,
    n: int,
    why: int,
    state: Any,
    role: Any,
    identity: Any,
    home: Any,
    following: Any,
    district: Any,
    kind: Any,
    head: Any,
    link: Any,
    vacant: Any,
    empty: Any,
    spare: Any,
    flow: Any,
    market: Any,
    wanted: Any,
    within: Any,
    anywhere: Any,
    near: Any,
    usual: Any,
    missing: Any,
    key: Any,
    stream: int,
) -> int:
    """Searches of people already in town; returns how many young people and guests found none.

    ``why`` they look: in WISH, adult children and guests want a home of their own, heads of households another home of
    the kind they want now (and stay otherwise). In SPLIT the listed leave a partner, and stay on as guests when they
    find none. In BIRTH they look only if the household is now crowded, and then take what they can get.
    """
    asked = np.zeros(1, np.int64)
    members = np.empty(1, np.int32)
    stuck = 0
    begin = served_first(n, key, stream + 1)
    for turn in range(n):
        p = seekers[(begin + turn) % n]
        if state[p] >= EMPTY or home[p] < 0:
            continue
        luck = words(key[0], key[1], stream, key[2], identity[p])
        alone = why == SPLIT or role[p] == CHILD or role[p] == GUEST
        if why == SPLIT and role[p] != PARTNER:
            continue
        was = home[p]
        size = 1
        if not alone:
            size = 0
            q = head[was]
            while q >= 0:
                size += 1
                q = following[q]
        rooms = kind[was] % 3
        crowded = not alone and ((size >= 3 and rooms == 0) or (size >= 5 and rooms == 1))
        if why == BIRTH and not crowded:
            continue
        patience = market[1] if alone or crowded else 0.0
        h = search(
            np.int64(size),
            np.int64(district[p]),
            luck,
            market[0],
            patience,
            wanted,
            within,
            anywhere,
            near,
            usual,
            spare,
            link,
            vacant,
            empty,
            asked,
        )
        if h >= 0 and alone:
            role[p] = SINGLE
            members[0] = p
            move_members(
                members,
                np.int64(1),
                h,
                state,
                role,
                home,
                following,
                district,
                kind,
                head,
                link,
                vacant,
                empty,
                spare,
                usual,
                flow,
            )
        elif h >= 0:
            move_all(was, h, home, following, district, kind, head, link, vacant, empty, spare, usual, flow)
        elif alone:
            missing[asked[0]] += 1
            stuck += 1
            if why == SPLIT:
                role[p] = GUEST
                mend(np.int64(was), state, role, following, head)
    return stuck


@kernel
def house_arrivals(
    people: Any,
    cell: Any,
    identity: Any,
    first: int,
    n: int,
    found: Any,
    link: Any,
    vacant: Any,
    empty: Any,
    spare: Any,
    market: Any,
    wanted: Any,
    within: Any,
    anywhere: Any,
    near: Any,
    usual: Any,
    missing: Any,
    key: Any,
    stream: int,
) -> tuple[int, int]:
    """Searches of households ``first`` to ``n`` - 1 outside.

    Returns how many found none, and how many of those had been offered a job.
    """
    asked = np.zeros(1, np.int64)
    turned_away = 0
    jobs_lost = 0
    for a in range(first, n):
        luck = words(key[0], key[1], stream, key[2], identity[a])
        found[a] = search(
            np.int64(people[a]),
            np.int64(-1),
            luck,
            market[0],
            market[1],
            wanted,
            within,
            anywhere,
            near,
            usual,
            spare,
            link,
            vacant,
            empty,
            asked,
        )
        if found[a] < 0:
            missing[asked[0]] += 1
            turned_away += 1
            jobs_lost += cell[a] >= 0
    return turned_away, jobs_lost
