"""Case × plans × futures × years -> Results: the only loop.

Futures are run in chunks of :data:`CHUNK` under one plan at a time; such a chunk is one task for an executor and one
set of files in the store. A future is a pure function of the case, the seed and its number, so it is the same under
every plan (common random numbers), on any number of threads, and whether or not the run was interrupted.
"""

from __future__ import annotations

import os
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, ThreadPoolExecutor, wait
from concurrent.futures import Future as Promise
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from helhet.case.case import Case
from helhet.case.draw import draw
from helhet.case.schedule import schedule
from helhet.pieces.piece import Future, Piece, Turn
from helhet.results.diary import Diary
from helhet.results.manifest import describe
from helhet.results.reader import Results
from helhet.results.store import Store
from helhet.town import Town
from helhet.words.faults import Fault, Faults
from helhet.words.plan import Plan

Array = np.ndarray[Any, Any]

CHUNK = 10
"""Futures in a task and in a file: half a megabyte of numbers, and a second or two of work for a town of 72,000."""


@dataclass(frozen=True)
class Chunk:
    """A finished chunk: futures ``first`` and on under ``plan``.

    ``outcomes`` maps each outcome to float32 of shape (futures, years, districts), (futures, years) or
    (futures, months), by its scope.
    """

    plan: str
    first: int
    outcomes: Mapping[str, Array]

    @property
    def futures(self) -> int:
        """How many futures it holds."""
        return len(next(iter(self.outcomes.values())))


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    ``finished`` of ``total`` futures are in the store under every plan; ``runs`` of ``runs_total`` counts each future
    once for each plan, and so moves more evenly. ``elapsed`` is seconds since the start; ``chunk`` what was finished
    last (None at the start, when the counts are what an earlier run left).
    """

    finished: int
    total: int
    runs: int
    runs_total: int
    elapsed: float
    chunk: Chunk | None = None


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


Enough = Callable[[Mapping[str, Array], int], bool]
"""Whether what has been reported, by name, in the years lived (how many) is all that somebody wants to know."""


def first_day(case: Case, pieces: Sequence[Piece], years: int) -> Town:
    """The town on the base date, laid out by each piece in the order of the year."""
    town = Town([(piece.name, column) for piece in pieces for column in piece.columns])
    for piece in pieces:
        piece.start(town, case, years)
    return town


def live(
    case: Case,
    pieces: Sequence[Piece],
    first: Town,
    town: Town,
    plan: Plan,
    future: Future,
    years: int,
    enough: Enough | None = None,
) -> dict[str, Array]:
    """One future of ``years`` years under ``plan``; of fewer years where ``enough``, asked after each, says so.

    ``town`` becomes a copy of ``first`` and is then lived in; ``first`` is only read. Returns float64 arrays by name
    of outcome (``work.vacant.nurse`` where an outcome is repeated), of shape (years lived, districts), (years lived,)
    or (12 * years lived,). Raises ``ValueError`` when a piece reports something else than it declares.
    """
    town.become(first)
    deliveries = schedule(plan, case.measures, future.seed, future.number)
    diary = Diary(pieces, case, years)
    turns = [Turn(case, future, year, years, deliveries) for year in range(years)]
    for piece in pieces:
        piece.begin(town, turns[0])
    for turn in turns:
        for piece in pieces:
            piece.step(town, turn)
        for piece in pieces:
            piece.settle(town, turn)
        diary.note([piece.measure(town, turn) for piece in pieces], turn.year)
        if enough is not None:
            so_far = diary.by_name(turn.year + 1)
            if enough(so_far, turn.year + 1):
                return so_far
    return diary.by_name(years)


@dataclass(frozen=True)
class Job:
    """What all tasks of a run share.

    Pickled it is a recipe, small enough to go with each task: the first day follows from case and pieces, so each
    process lays it out itself, once, and keeps it for the tasks that come after.
    """

    case: Case
    pieces: tuple[Piece, ...]
    years: int
    seed: int

    @cached_property
    def town(self) -> Town:
        """The first day, which tasks only read. Raises :class:`Faults` when the case cannot be laid out.

        Threads that ask for it at once may each lay it out, and come to the same: have one ask first (:func:`lay_out`).
        """
        return first_day(self.case, self.pieces, self.years)

    @cached_property
    def recipe(self) -> bytes:
        """What the job is made from, pickled once for all tasks."""
        return pickle.dumps((self.case, self.pieces, self.years, self.seed))

    def __reduce__(self) -> tuple[Callable[[bytes], Job], tuple[bytes]]:
        """As the recipe."""
        return _made, (self.recipe,)


@lru_cache(maxsize=2)
def _made(recipe: bytes) -> Job:
    """The job made from ``recipe``. Two are kept: questions about decisions alternate between sets of pieces."""
    return Job(*pickle.loads(recipe))


def lay_out(job: Job) -> None:
    """Lay out the first day of ``job`` in the process that this is called in."""
    _ = job.town


@dataclass(frozen=True)
class Task:
    """``futures`` futures from number ``first`` on, under ``plan``."""

    plan: str
    first: int
    futures: int


def run(job: Job, task: Task) -> Chunk:
    """Do one task, in one reused copy of the first day. Job and task can be pickled, so any executor may call this."""
    town = job.town.copy()
    outcomes: dict[str, Array] = {}
    for i in range(task.futures):
        number = task.first + i
        future = Future(number, job.seed, draw(job.case, job.seed, number))
        try:
            lived = live(job.case, job.pieces, job.town, town, job.case.plans[task.plan], future, job.years)
        except Exception as error:
            error.add_note(f"in future {number} under the plan {task.plan}, with seed {job.seed}")
            raise
        for name, values in lived.items():
            if name not in outcomes:
                outcomes[name] = np.empty((task.futures, *values.shape), dtype=np.float32)
            outcomes[name][i] = values
    return Chunk(task.plan, task.first, outcomes)


class _Count:
    """Counts finished runs and tells the caller how far they have come."""

    def __init__(self, plans: Sequence[str], futures: int, tell: Callable[[Progress], None] | None) -> None:
        self.done = {plan: np.zeros(futures, dtype=bool) for plan in plans}
        self.total, self.tell, self.began = futures, tell, time.perf_counter()

    def add(self, plan: str, first: int, count: int) -> None:
        self.done[plan][first : first + count] = True

    def report(self, chunk: Chunk | None) -> None:
        if self.tell is None:
            return
        finished = int(np.logical_and.reduce(list(self.done.values())).sum())
        runs = sum(int(done.sum()) for done in self.done.values())
        elapsed = time.perf_counter() - self.began
        self.tell(Progress(finished, self.total, runs, self.total * len(self.done), elapsed, chunk))


def simulate(
    case: Case,
    pieces: Sequence[Piece],
    *,
    plans: Sequence[str],
    futures: int,
    years: int,
    seed: int,
    folder: Path,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Results:
    """Run ``futures`` futures of ``years`` years under each of ``plans`` (ids), into the store in ``folder``.

    A chunk that is already there is not run again: the same call continues an interrupted run, more ``futures``
    extend it and another plan is added to it. Returns the results of the plans and futures asked for, also when the
    store holds more.

    ``executor`` is any :class:`concurrent.futures.Executor`; it is not shut down. Without one, threads on all cores
    (or ``workers`` of them) are used. Twice ``workers`` chunks are in flight at most, so name their number for an
    executor that has more of them than this machine has cores. ``progress`` is called in the calling thread, at the
    start and after each chunk is stored.

    The pieces are shared by all threads: a piece keeps what belongs to a future in the town's columns, never in itself.

    Raises :class:`Faults` when ``folder`` holds results of something else, or cannot be written: then everything
    finished before stays. On ``KeyboardInterrupt`` waiting chunks are dropped, those being run are finished and
    stored (interrupt again to drop these too), and the interrupt goes on to the caller.
    """
    _sensible(plans, futures, years, workers)
    job = Job(case, tuple(pieces), years, seed)
    manifest = describe(case, pieces, plans=plans, futures=futures, years=years, seed=seed, chunk=CHUNK)
    count = _Count(plans, futures, progress)
    workers = workers or cores()
    with _pool(executor, workers) as pool:
        laid_out = pool.submit(lay_out, job)
        for _ in range(1, min(workers, len(plans) * -(-futures // CHUNK))):
            pool.submit(os.getpid)  # each call starts one worker more, which loads in the meantime
        # Before anything is written: a case that cannot be laid out leaves no folder that the mended one is not for.
        laid_out.result()
        store = Store(folder, manifest)
        missing = _missing(store, plans, futures, count)
        count.report(None)
        if missing:
            _run(job, missing, store, count, pool=pool, flying=2 * workers)
    results = Results(folder, plans=plans, futures=futures)
    if results.futures < futures:
        wrong = f"{futures - results.futures} finished futures have disappeared during the run"
        cure = "Let one run at a time write here, and run the same command again: it continues from what is finished."
        raise Faults([Fault(str(folder), 0, "", "", wrong, cure)])
    return results


def _missing(store: Store, plans: Sequence[str], futures: int, count: _Count) -> deque[Task]:
    """The tasks that the store does not hold, in the order they are done; what it holds is counted as finished."""
    missing: deque[Task] = deque()
    for first in range(0, futures, CHUNK):
        size = min(CHUNK, futures - first)
        for plan in plans:
            if store.holds(plan, first, first + size - 1):
                count.add(plan, first, size)
            else:
                missing.append(Task(plan, first, size))
    return missing


def _sensible(plans: Sequence[str], futures: int, years: int, workers: int | None) -> None:
    wanted = [("futures", futures, 1, 2**32 - 1), ("years", years, 1, 255), ("plans", len(plans), 1, 10**6)]
    wanted += [("workers", workers, 1, 10**6)] if workers is not None else []
    faults = [
        Fault("run", 0, name, str(value), f"must be from {low} to {high}", "Give another number.")
        for name, value, low, high in wanted
        if not low <= value <= high
    ]
    faults += [
        Fault("run", 0, "plans", plan, "the plan is named twice", "Name it once.")
        for plan in plans
        if list(plans).count(plan) > 1
    ]
    if faults:
        raise Faults(faults)


@contextmanager
def _pool(executor: Executor | None, workers: int) -> Iterator[Executor]:
    """The caller's executor, or threads of our own, ended without waiting when the user will not wait."""
    if executor is not None:
        yield executor
        return
    threads = ThreadPoolExecutor(workers, thread_name_prefix="helhet")
    finish = True
    try:
        yield threads
    except KeyboardInterrupt:
        finish = False
        raise
    finally:
        threads.shutdown(wait=finish, cancel_futures=True)


def _run(job: Job, missing: deque[Task], store: Store, count: _Count, *, pool: Executor, flying: int) -> None:
    """Do the ``missing`` tasks, at most ``flying`` of them handed out at a time, and store each chunk as it comes."""

    def keep(chunk: Chunk) -> None:
        store.write(chunk.plan, chunk.first, chunk.outcomes)
        count.add(chunk.plan, chunk.first, chunk.futures)

    out: dict[Promise[Chunk], Task] = {}  # in the order they were handed out
    try:
        while missing or out:
            while missing and len(out) < flying:
                task = missing.popleft()
                out[pool.submit(run, job, task)] = task
            done, _ = wait(out, return_when=FIRST_COMPLETED)
            # If one has failed, those that finished beside it are kept first.
            for promise in sorted((promise for promise in out if promise in done), key=_failed):
                chunk = promise.result()
                del out[promise]
                keep(chunk)
                count.report(chunk)
    except KeyboardInterrupt:
        for promise in [promise for promise in out if not promise.cancel()]:
            if not _failed(promise):  # waits; worker processes are often interrupted by the same keystroke
                keep(promise.result())
        raise
    finally:
        for promise in out:
            promise.cancel()


def _failed(promise: Promise[Chunk]) -> bool:
    return promise.exception() is not None
