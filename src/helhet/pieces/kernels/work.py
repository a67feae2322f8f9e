"""Kernels of work: who is counted, which jobs there are, who takes them, who comes.

A cell is an employer and an occupation: ``cell = employer * occupations + occupation``. What holds before and after
every kernel here: ``filled[c]`` is the number of residents whose job is ``c``, and
``filled + commuters + lodgers <= demand`` once demand has been met by layoffs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helhet.pieces.kernels.luck import BLOCK
from helhet.words.kernel import kernel
from helhet.words.person import AGE_STEP, EMPTY

NO_JOB, RETIRED = -1, -2
PLANT, INDUSTRY, BUILDING, CARE, SCHOOL, PUBLIC, LOCAL, ELSEWHERE = 0, 1, 2, 3, 4, 5, 6, 7
UNIT = 1.0 / 4294967296.0
DISTRICTS = 256  # as many as a byte can name


@kernel
def survey(state: Any, rows: int, counts: Any) -> None:
    """Count residents, children aged 1-18 and residents aged 65 or more, into ``counts`` (float64, 3)."""
    people, children, old = 0, 0, 0
    for i in range(rows):
        people += state[i] < EMPTY
    for i in range(rows):
        children += (state[i] >= AGE_STEP) & (state[i] < 19 * AGE_STEP)
    for i in range(rows):
        old += (state[i] >= 65 * AGE_STEP) & (state[i] < EMPTY)
    counts[0] = people
    counts[1] = children
    counts[2] = old


@kernel
def release(rows: Any, n: int, state: Any, retires: int, job: Any, filled: Any) -> None:
    """Take their jobs from the first ``n`` of ``rows``; those whose state is from ``retires`` on have retired."""
    for i in range(n):
        held = job[rows[i]]
        if held >= 0:
            filled[held] -= 1
        job[rows[i]] = RETIRED if state[rows[i]] >= retires and state[rows[i]] < EMPTY else NO_JOB


@kernel
def set_demand(
    base: Any, plants: Any, sector: Any, now: Any, first: Any, services: float, indirect: float, demand: Any
) -> int:
    """Jobs by cell this year; returns their sum.

    ``now`` and ``first`` hold residents, children and old people this year and on the first day. ``plants`` holds
    the plant's jobs by cell; ``indirect`` jobs are shared in proportion to the base jobs of industry, building and
    local services.
    """
    occupations = base.shape[0] // sector.shape[0]
    touched = 0.0
    for c in range(base.shape[0]):
        s = sector[c // occupations]
        if s in (INDUSTRY, BUILDING, LOCAL):
            touched += base[c]
    total = 0
    for c in range(base.shape[0]):
        s = sector[c // occupations]
        driver = 0 if s in (LOCAL, PUBLIC) else 1 if s == SCHOOL else 2 if s == CARE else -1
        jobs = base[c]
        if driver >= 0 and first[driver] > 0.0:
            jobs *= (now[driver] / first[driver]) ** services
        if touched > 0.0 and (s in (INDUSTRY, BUILDING, LOCAL)):
            jobs += indirect * base[c] / touched
        demand[c] = plants[c] if s == PLANT else np.int64(np.floor(jobs + 0.5)) if jobs > 0.0 else 0
        total += demand[c]
    return total


@kernel
def place(
    rows: Any, groups: Any, picks: Any, n: int, open_jobs: Any, occupations: int, job: Any, filled: Any, left: Any
) -> None:
    """Give each of ``n`` persons drawn a job of their group's occupation, in their order.

    ``open_jobs`` (int64, by cell) is taken from; there are enough in each occupation. The employer is drawn by the
    person's ``picks`` in proportion to its open jobs. ``left`` counts, by employer, jobs given up.
    """
    for k in range(n):
        row = rows[k]
        total = 0
        for c in range(groups[k], open_jobs.shape[0], occupations):
            total += open_jobs[c]
        u = np.int64((np.float64(picks[k]) + 0.5) * UNIT * total)
        cell = groups[k]
        while u >= open_jobs[cell]:
            u -= open_jobs[cell]
            cell += occupations
        if job[row] >= 0:
            filled[job[row]] -= 1
            left[job[row] // occupations] += 1
        open_jobs[cell] -= 1
        job[row] = cell
        filled[cell] += 1


@kernel
def to_switch(sector: Any, open_jobs: Any, share: float, luck: Any, places: Any, want: Any) -> int:
    """The plant's ``open_jobs`` that go to people at work: a ``share`` of each, its part of a person by luck.

    ``luck`` (uint32), ``open_jobs`` and ``places`` (int64) are by cell; ``want`` (int64) adds the places up by
    occupation. Returns the plant's open jobs in all.
    """
    occupations = want.shape[0]
    want[:] = 0
    vacant = 0
    for c in range(open_jobs.shape[0]):
        places[c] = 0
        if sector[c // occupations] == PLANT:
            # uint32 times a power of two is exact, so a share of 1 takes every vacancy and never one more.
            places[c] = min(np.int64(open_jobs[c] * share + luck[c] * UNIT), open_jobs[c])
            want[c % occupations] += places[c]
            vacant += open_jobs[c]
    return vacant


@kernel
def outside(
    sector: Any,
    commute: float,
    capacity: Any,
    seats: float,
    used: Any,
    recruit: float,
    plant_recruit: float,
    extra: Any,
    demand: Any,
    filled: Any,
    commuters: Any,
    lodgers: Any,
    luck: Any,
    offers: Any,
) -> int:
    """Commuters take some vacancies, somebody outside accepts others; returns how many cells are listed in ``offers``.

    Commuters take a share ``commute`` of the vacancies in town, as far as ``capacity`` allows. The plan's links bring
    more of them: each of their ``seats`` lets one more person take a vacancy, once (``used``, float64 of shape (1,),
    counts those taken). Of what is left the shares ``recruit`` and ``plant_recruit`` are accepted, and ``extra``
    (persons by occupation) more. Those who live in a bed are offered their job again, first. ``luck`` (uint32,
    (3, cells)) settles the parts of whole persons.
    """
    cells = demand.shape[0]
    occupations = cells // sector.shape[0]
    room = capacity
    wanted = 0.0
    vacant = np.zeros(cells, np.int64)
    free_jobs: Any = 0
    for c in range(cells):
        room -= commuters[c]
        free = demand[c] - filled[c] - commuters[c] - lodgers[c]
        if free > 0 and sector[c // occupations] != ELSEWHERE:
            vacant[c] = free
            free_jobs += vacant[c]
            wanted += commute * free
    scale = 0.0
    if room > 0 and wanted > 0.0:
        scale = 1.0 if wanted <= room else room / wanted
    used[0] = min(used[0], seats)  # seats of a link that has ended can be filled again when another opens
    share_taken = commute * scale
    if free_jobs > 0 and seats > used[0]:
        more_seats = min(seats - used[0], free_jobs * (1.0 - share_taken))
        used[0] += more_seats
        share_taken += more_seats / free_jobs
    total = np.zeros(occupations, np.int64)
    for c in range(cells):
        take: Any = np.int64(vacant[c] * share_taken + luck[1, c] * UNIT)
        if take > room:
            take = room if room > 0 else 0
        take = min(take, vacant[c])
        commuters[c] += take
        vacant[c] -= take
        room -= take
        total[c % occupations] += vacant[c]
    n = 0
    for c in range(cells):
        here = np.int64(lodgers[c])
        if vacant[c] > 0:
            share = plant_recruit if sector[c // occupations] == PLANT else recruit
            accepted = vacant[c] * share + extra[c % occupations] * (vacant[c] / total[c % occupations])
            more = np.int64(accepted + luck[2, c] * UNIT)
            here += more if more < vacant[c] else vacant[c]
        for _ in range(here):
            offers[n] = c
            n += 1
    return n


@kernel
def welcome(
    row: Any, arrival: Any, n: int, cell: Any, state: Any, occupations: int, occupation: Any, listed: Any
) -> int:
    """Give the first of each household with a job waiting the occupation of the job; list the other grown people.

    ``row`` and ``arrival`` list ``n`` persons who moved in, household by household; ``cell`` is the job that waits
    for each household, -1 for none. Those without an occupation get 255. Returns how many are ``listed`` (int32).
    """
    m = 0
    before = -1
    for i in range(n):
        who = row[i]
        job = -1 if arrival[i] == before else cell[arrival[i]]
        before = arrival[i]
        occupation[who] = job % occupations if job >= 0 else 255
        if job < 0 and state[who] >= 19 * AGE_STEP and state[who] < EMPTY:
            listed[m] = who
            m += 1
    return m


@kernel
def move_in(
    row: Any,
    arrival: Any,
    n: int,
    cell: Any,
    arrivals: int,
    job: Any,
    demand: Any,
    filled: Any,
    commuters: Any,
    lodgers: Any,
    lodged: Any,
    new: Any,
) -> None:
    """Those who came take the jobs that waited; those with a job and no home are counted in ``new`` (int64, by cell).

    ``row`` and ``arrival`` list ``n`` persons who moved in; ``cell`` is the job that waits for each of ``arrivals``.
    Who finds a home ends a lodging first, the longest first; who has lodged for two years leaves.
    """
    cells = demand.shape[0]
    came = np.zeros(cells, np.int64)
    housed = np.zeros(arrivals + 1, np.int64)
    for i in range(n):
        job[row[i]] = NO_JOB
        c = cell[arrival[i]]
        if c >= 0 and housed[arrival[i]] == 0:
            housed[arrival[i]] = 1
            if came[c] < demand[c] - filled[c] - commuters[c]:
                came[c] += 1
                job[row[i]] = c
    for a in range(arrivals):
        if cell[a] >= 0 and housed[a] == 0:
            new[cell[a]] += 1
    for c in range(cells):
        moved = came[c] if came[c] < lodgers[c] else np.int64(lodgers[c])
        over = lodged[c] - moved if lodged[c] > moved else 0
        waited = lodgers[c] - moved
        filled[c] += came[c]
        lodgers[c] = waited - over
        lodged[c] = waited - over
        new[c] -= waited
        free = demand[c] - filled[c] - commuters[c] - lodgers[c]
        new[c] = 0 if new[c] < 0 or free < 0 else free if new[c] > free else new[c]


@kernel
def count(state: Any, job: Any, district: Any, rows: int, counts: Any) -> None:
    """Residents in work (``counts[d, 0]``) and without work aged 20-64 (``counts[d, 1]``) by district, int64."""
    # Four tables in turn: neighbours in the list are neighbours in town, and would wait for one another.
    table, at = np.zeros((4, 4 * DISTRICTS), np.int64), np.empty(BLOCK, np.uint16)
    for start in range(0, rows, BLOCK):
        size = min(BLOCK, rows - start)
        # Slices, and one thing a loop: only then does the compiler see that it may take many persons at a time.
        ages, held, where = state[start : start + size], job[start : start + size], district[start : start + size]
        for j in range(size):  # of the four numbers of a district, 1 is for those in work and 2 for those without
            working = held[j] >= 0
            idle = (ages[j] >= np.uint8(20 * AGE_STEP)) & (ages[j] < np.uint8(65 * AGE_STEP)) & (not working)
            at[j] = np.uint16(where[j]) * np.uint16(4) + np.uint16(working) + np.uint16(2) * np.uint16(idle)
        for j in range(size):
            table[j & 3, at[j]] += 1
    for d in range(counts.shape[0]):
        for k in range(2):
            one = 4 * d + 1 + k
            counts[d, k] = table[0, one] + table[1, one] + table[2, one] + table[3, one]


@kernel
def count_jobs(
    sector: Any, demand: Any, filled: Any, commuters: Any, lodgers: Any, by_occupation: Any, by_employer: Any, away: Any
) -> None:
    """Add up the jobs in town, into int64 arrays of zeros.

    ``by_occupation[0]`` takes the jobs and ``by_occupation[1]`` those that nobody holds, as ``by_employer`` does;
    below 0 where more are at work than there are jobs. ``away`` takes those who hold one but do not live in town:
    commuters, and those who live in a bed.
    """
    occupations = by_occupation.shape[1]
    for c in range(demand.shape[0]):
        employer, occupation = c // occupations, c % occupations
        away[0] += commuters[c]
        away[1] += lodgers[c]
        if sector[employer] != ELSEWHERE:
            vacant = demand[c] - filled[c] - commuters[c] - lodgers[c]
            by_occupation[0, occupation] += demand[c]
            by_occupation[1, occupation] += vacant
            by_employer[employer] += vacant
