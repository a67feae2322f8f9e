"""Kernels of the homes: moving people in and out, and the year's search for homes, one seeker at a time.

The people of a home form a linked list (``head`` of the home, ``following`` of the person); the vacant homes of a
kind form another (``vacant`` of the kind, ``link`` of the home). A kind is district * KINDS + type * 3 + size.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.pieces.kernels.movers import pick
from helhet.words.dice import UNIT, words
from helhet.words.kernel import kernel
from helhet.words.person import AGE_STEP, CHILD, EMPTY, GUEST, PARTNER, SINGLE

KINDS = 9  # three types in three sizes
NEAR = 4  # how many of the nearest districts somebody who insists on a kind of home looks in
ADULT = 18 * AGE_STEP
WISH, SPLIT, BIRTH = 0, 1, 2  # why somebody in town looks for a home


@kernel(inline="always")
def put_up(h: int, kind: Any, link: Any, vacant: Any, empty: Any) -> None:
    """Put home ``h`` on the list of vacant homes of its kind."""
    k = kind[h]
    link[h] = vacant[k]
    vacant[k] = h
    empty[k] += 1


@kernel(inline="always")
def take(k: int, link: Any, vacant: Any, empty: Any) -> int:
    """Take the first vacant home of kind ``k`` off its list."""
    h = vacant[k]
    vacant[k] = link[h]
    link[h] = -1
    empty[k] -= 1
    return int(h)


@kernel(inline="always")
def move_in(p: int, h: int, home: Any, following: Any, district: Any, kind: Any, head: Any) -> None:
    """Let ``p``, who has no home, live in ``h`` (which is on no list of vacant homes)."""
    following[p] = head[h]
    head[h] = p
    home[p] = h
    district[p] = kind[h] // KINDS


@kernel(inline="always")
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
        put_up(h, kind, link, vacant, empty)
    return int(h)


@kernel(inline="always")
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


@kernel(inline="always")
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
                    if empty[at] > (0 if last else usual[at]) and wanted[g, c] > best:
                        best = wanted[g, c]
                        chosen = at
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
def served_first(n: int, key: Any, stream: int) -> int:
    """The place in a list of ``n`` at which the year begins to serve it, going round: nobody is first for where they
    stand in it (rows are in the order of districts)."""
    w = words(key[0], key[1], stream, key[2], 0)
    return int(np.float64(w[0]) * UNIT * n)


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
            mend(h, state, role, following, head)


@kernel
def bring_home(
    born: Any, mother: Any, n: int, role: Any, home: Any, following: Any, district: Any, kind: Any, head: Any
) -> None:
    """Newborns live with their mothers."""
    for j in range(n):
        role[born[j]] = CHILD
        if home[mother[j]] >= 0:
            move_in(born[j], home[mother[j]], home, following, district, kind, head)


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


@kernel(inline="always")
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


@kernel(inline="always")
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
        mend(before, state, role, following, head)


@kernel(inline="always")
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
    put_up(was, kind, link, vacant, empty)
    spare[here] += empty[kind[was]] > usual[kind[was]]


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
                2, district[x], luck, market[0], market[1], wanted, within, anywhere, near, usual, spare, link, vacant,
                empty, asked,
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
            size,
            district[p],
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
                1,
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
                mend(was, state, role, following, head)
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
            people[a],
            -1,
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
            move_in(p, found[a], home, following, district, kind, head)
            role[p] = CHILD
            if state[p] >= ADULT and heads < 2:
                role[p] = PARTNER if adults > 1 else SINGLE
                heads += 1
        if heads == 0:
            role[row[j]] = SINGLE
        j = end


@kernel
def spare_homes(empty: Any, usual: Any, spare: Any) -> None:
    """Homes vacant beyond the usual, by district, from vacant homes by kind."""
    spare[:] = 0
    for k in range(empty.shape[0]):
        spare[k // KINDS] += max(empty[k] - usual[k], 0)
