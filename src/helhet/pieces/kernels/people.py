"""Kernels of the people: one pass that draws everybody's luck, then a visit to the few who have an event.

Events within a year exclude one another. With probabilities p1, p2, … for the events open to a person (by sex, age
reached on 31 December and role), the 32-bit word w of the person falls in event k when
p1 + … + p(k-1) <= w / 2**32 < p1 + … + pk.

A draw of Philox gives four independent words, so everybody's luck is drawn once for ``YEARS`` years: the counter holds
year // 4, and the words are those of the years in their order. Whoever comes in between is drawn for then. Most people
have no event in any of the four, whatever becomes of them: their words are all above the highest sum of probabilities
that somebody of their age can meet. The pass that draws asks only that, without branches, so that the compiler can
take many persons at a time; each year then looks at the others alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.pieces.kernels.chances import BIRTH, DIE, EVENTS, MOVE, PAIR, SEEK
from helhet.words.dice import SHIFT, U32, UNIT, mix, philox, uniform
from helhet.words.kernel import kernel
from helhet.words.person import AGE_STEP, CHILD, EMPTY, OLDEST, PARTNER, ROLES, SINGLE, STATES

YEARS = 4  # the words of one draw
BLOCK = 1024  # what a block needs stays in the nearest cache
LAST = AGE_STEP * OLDEST
ADULT = AGE_STEP * 18


@kernel
def identities(name: int, n: int) -> Any:
    """Identities of the ``n`` residents of the first day, from the stream ``name`` and their number; shape (n,)."""
    out = np.empty(n, np.uint64)
    for row in range(n):
        out[row] = mix(np.uint64(name), np.uint64(row))
    return out


@kernel
def draw_years(
    identity: Any, state: Any, rows: int, key: Any, most: Any, place: Any, watch: Any, watch_n: Any, luck: Any
) -> None:
    """List the rows that may have an event in these four years, with their words for each of them.

    ``key`` holds (seed low, seed high, counter, future) as uint64. ``most`` is the highest total that anybody of a
    state can meet in these years, shape (STATES,): whose words are all above it is not looked at again. The others are
    listed in ``watch``, beside their words in ``luck``, a column (uint32) for each year. ``place`` says where a row
    stands in that list; of a row that is not there it may say anything (see :func:`draw_rows`).
    """
    first, second, third, fourth = luck
    k0, k1, c2, c3 = key[0], key[1], key[2], key[3]
    one, two = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32)
    three, four = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32)
    low = np.empty(BLOCK, np.uint32)
    n = 0
    for start in range(0, rows, BLOCK):
        size = min(BLOCK, rows - start)
        # Slices, and one thing a loop: only then does the compiler see that it may take many persons at a time.
        who, ages = identity[start : start + size], state[start : start + size]
        for j in range(size):
            a, b, c, d = philox(who[j] & U32, who[j] >> SHIFT, c2, c3, k0, k1)
            one[j], two[j], three[j], four[j] = np.uint32(a), np.uint32(b), np.uint32(c), np.uint32(d)
            low[j] = min(np.uint32(a), np.uint32(b), np.uint32(c), np.uint32(d))
        begun = n
        for j in range(size):
            watch[n] = start + j
            n += low[j] < most[ages[j]]
        for at in range(begun, n):
            j = watch[at] - start
            first[at], second[at], third[at], fourth[at] = one[j], two[j], three[j], four[j]
            place[watch[at]] = at
    watch_n[0] = n


@kernel
def draw_rows(rows: Any, n: int, identity: Any, key: Any, place: Any, watch: Any, watch_n: Any, luck: Any) -> None:
    """The words of the first ``n`` of ``rows``, who came this year (``key[5]``), if they are for any year to come."""
    if key[5] % np.uint64(YEARS) == np.uint64(YEARS - 1):
        return
    first, second, third, fourth = luck
    k0, k1, c2, c3 = key[0], key[1], key[2], key[3]
    who, drawn = np.empty(BLOCK, np.uint64), np.empty((YEARS, BLOCK), np.uint32)
    one, two, three, four = drawn[0], drawn[1], drawn[2], drawn[3]
    for start in range(0, n, BLOCK):
        size = min(BLOCK, n - start)
        for j in range(size):
            who[j] = identity[rows[start + j]]
        for j in range(size):
            a, b, c, d = philox(who[j] & U32, who[j] >> SHIFT, c2, c3, k0, k1)
            one[j], two[j], three[j], four[j] = np.uint32(a), np.uint32(b), np.uint32(c), np.uint32(d)
        for j in range(size):
            row = rows[start + j]
            at = place[row]
            if at >= watch_n[0] or watch[at] != row:  # left from earlier years
                at = watch_n[0]
                place[row], watch[at] = at, row
                watch_n[0] += 1
            first[at], second[at], third[at], fourth[at] = one[j], two[j], three[j], four[j]


@kernel
def age(state: Any, rows: int) -> None:
    """Make everybody in the first ``rows`` rows a year older."""
    for j in range(rows):
        state[j] += np.uint8(AGE_STEP) if state[j] < LAST else np.uint8(0)


@kernel(inline=True)
def leave(
    row: int, moved: int, state: Any, district: Any, tally: Any, left_row: Any, left_moved: Any, left_n: Any
) -> None:
    """Take ``row`` out of the town: it is listed, counted in its district (column 1 deaths, 3 moves out), emptied."""
    left_row[left_n[0]] = row
    left_moved[left_n[0]] = moved
    left_n[0] += 1
    tally[district[row], 3 if moved else 1] += 1
    state[row] = EMPTY


@kernel(inline=True)
def move_household(
    row: int,
    state: Any,
    role: Any,
    home: Any,
    following: Any,
    head: Any,
    district: Any,
    tally: Any,
    left_row: Any,
    left_moved: Any,
    left_n: Any,
) -> None:
    """Move ``row`` out of town and with it the partner and the children under 18 of its home, if it heads one."""
    heads = role[row] == SINGLE or role[row] == PARTNER
    if heads and home[row] >= 0:
        other = head[home[row]]
        while other >= 0:
            along = role[other] == PARTNER if role[row] == PARTNER else False
            child = role[other] == CHILD and state[other] < ADULT
            if other != row and state[other] < EMPTY and (along or child):
                leave(other, 1, state, district, tally, left_row, left_moved, left_n)
            other = following[other]
    leave(row, 1, state, district, tally, left_row, left_moved, left_n)


@kernel
def quit_town(
    rows: Any,
    n: int,
    state: Any,
    role: Any,
    home: Any,
    following: Any,
    head: Any,
    district: Any,
    tally: Any,
    left_row: Any,
    left_moved: Any,
    left_n: Any,
) -> None:
    """Move the listed rows, laid off last year, out of town with their households."""
    for j in range(n):
        if state[rows[j]] < EMPTY:
            move_household(
                rows[j], state, role, home, following, head, district, tally, left_row, left_moved, left_n
            )  # fmt: skip


@kernel
def visit(
    watch: Any,
    n: int,
    luck: Any,
    total: Any,
    limit: Any,
    state: Any,
    role: Any,
    identity: Any,
    home: Any,
    following: Any,
    head: Any,
    district: Any,
    tally: Any,
    left_row: Any,
    left_moved: Any,
    left_n: Any,
    seek_row: Any,
    seek_n: Any,
    split_row: Any,
    split_n: Any,
    single: Any,
    mother: Any,
    key: Any,
    coin: int,
) -> tuple[int, int]:
    """Let people have their events; returns the numbers of single people who pair and of mothers.

    Only the first ``n`` rows of ``watch`` can have one: where their words of this year, ``luck``, are below the
    ``total`` for their role and state. ``mother`` is filled with rows that give birth; ``single`` with rows that look
    for a partner.
    """
    hit, word = np.empty(n + 1, np.int32), np.empty(n + 1, np.uint32)
    hits = 0
    for j in range(n):  # without branches: most of those watched have no event this year, and some have
        row = watch[j]
        hit[hits] = row
        word[hits] = luck[j]
        hits += luck[j] < total[(np.uint32(role[row]) << np.uint32(8)) | np.uint32(state[row])]
    what = np.empty(hits, np.uint8)
    for j in range(hits):  # the event is how many limits the word has passed
        at = np.int64(role[hit[j]]) * STATES + state[hit[j]]
        passed = 0
        for event in range(EVENTS - 1):
            passed += word[j] >= limit[at, event]
        what[j] = passed
    singles = 0
    mothers = 0
    for j in range(hits):
        row, event = hit[j], what[j]
        if state[row] >= EMPTY:  # left with somebody who came before in the list
            continue
        if event == DIE:
            leave(row, 0, state, district, tally, left_row, left_moved, left_n)
        elif event == MOVE:
            move_household(row, state, role, home, following, head, district, tally, left_row, left_moved, left_n)
        elif event == BIRTH:
            mother[mothers] = row
            mothers += 1
        elif event == SEEK:
            seek_row[seek_n[0]] = row
            seek_n[0] += 1
        elif event == PAIR:
            single[singles] = row
            singles += 1
        else:
            leaver = row
            if uniform(key[4], key[3], coin, key[5], identity[row]) < 0.5:
                other = head[home[row]]
                while other >= 0:
                    if other != row and role[other] == PARTNER and state[other] < EMPTY:
                        leaver = other
                    other = following[other]
            split_row[split_n[0]] = leaver
            split_n[0] += 1
    return singles, mothers


@kernel(inline=True)
def take_row(free_row: Any, free_n: Any, count: Any) -> int:
    """An empty row of people: one that was left before this year, else a new one at the end."""
    if free_n[0] > 0:
        free_n[0] -= 1
        return int(free_row[free_n[0]])
    count[0] += 1
    return int(count[0] - 1)


@kernel
def give_birth(
    mother: Any,
    mothers: int,
    state: Any,
    identity: Any,
    district: Any,
    tally: Any,
    born_row: Any,
    born_mother: Any,
    born_n: Any,
    free_row: Any,
    free_n: Any,
    count: Any,
    key: Any,
    cradle: int,
    boys: float,
    infant: Any,
) -> None:
    """Births of mothers still in town. ``infant`` holds, for girls and boys, the risk of death in the year of birth."""
    who, drawn = np.empty(BLOCK, np.uint64), np.empty((2, BLOCK), np.uint32)
    k0, k1, c2, c3 = key[0], key[1], (key[5] << np.uint64(24)) | np.uint64(cradle), key[3]
    for start in range(0, mothers, BLOCK):
        size = min(BLOCK, mothers - start)
        for j in range(size):
            who[j] = mix(identity[mother[start + j]], key[5])
        for j in range(size):
            a, b, _, _ = philox(who[j] & U32, who[j] >> SHIFT, c2, c3, k0, k1)
            drawn[0, j], drawn[1, j] = np.uint32(a), np.uint32(b)
        for j in range(size):
            row = mother[start + j]
            if state[row] >= EMPTY:
                continue
            sex = 1 if (np.float64(drawn[0, j]) + 0.5) * UNIT < boys else 0
            tally[district[row], 0] += 1
            if (np.float64(drawn[1, j]) + 0.5) * UNIT < infant[sex]:
                tally[district[row], 1] += 1
                continue
            child = take_row(free_row, free_n, count)
            state[child] = sex
            identity[child] = who[j]
            born_row[born_n[0]] = child
            born_mother[born_n[0]] = row
            born_n[0] += 1


@kernel
def free_left(left_row: Any, left_n: Any, free_row: Any, free_n: Any) -> None:
    """Hand out the rows of those who left last year again: every piece has let go of them by now."""
    for j in range(left_n[0]):
        free_row[free_n[0]] = left_row[j]
        free_n[0] += 1
    left_n[0] = 0


@kernel
def arrive(
    arriving_state: Any,
    arriving_identity: Any,
    first: Any,
    people: Any,
    found: Any,
    arrivals: int,
    everyone: bool,
    state: Any,
    identity: Any,
    free_row: Any,
    free_n: Any,
    count: Any,
    arrived_row: Any,
    arrived_arrival: Any,
    arrived_n: Any,
) -> None:
    """Give a row to each person of the arrivals that found a home (``found`` >= 0), or of all when ``everyone``."""
    arrived_n[0] = 0
    for a in range(arrivals):
        if not everyone and found[a] < 0:
            continue
        for p in range(first[a], first[a] + people[a]):
            row = take_row(free_row, free_n, count)
            state[row] = arriving_state[p]
            identity[row] = arriving_identity[p]
            arrived_row[arrived_n[0]] = row
            arrived_arrival[arrived_n[0]] = a
            arrived_n[0] += 1


@kernel
def count_people(
    state: Any, district: Any, rows: int, group: Any, arrived: Any, m: int, counts: Any, tally: Any
) -> None:
    """Count residents by district and age group, and the first ``m`` of ``arrived`` into ``tally[:, 2]``.

    ``counts`` has shape (districts, groups), ``group`` (STATES,). In the last group there is nobody who lives: its
    place takes the sum of the others.
    """
    # Four tables in turn: neighbours in the list are neighbours in town, and would wait for one another.
    table = np.zeros((4, *counts.shape), np.int64)
    for i in range(rows):
        table[i & 3, district[i], group[state[i]]] += 1
    last = counts.shape[1] - 1
    for d in range(counts.shape[0]):
        counts[d, last] = 0
        tally[d, 2] = 0
        for k in range(last):
            counts[d, k] = table[0, d, k] + table[1, d, k] + table[2, d, k] + table[3, d, k]
            counts[d, last] += counts[d, k]
    for i in range(m):
        tally[district[arrived[i]], 2] += 1


assert ROLES * STATES == 1024  # the pass looks the limit up in a table of this size, small enough for the first cache
