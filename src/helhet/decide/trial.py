"""Trials: the same futures lived again under plans that no store holds, for questions that results cannot answer.

A trial runs only the pieces that the outcomes asked for depend on, found by following what each piece reads, and only
the years that are asked about. A future is a pure function of case, seed and number, so a trial of a plan gives the
very numbers that a full run of it would store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from helhet.case.case import Case
from helhet.case.draw import draw
from helhet.decide.strain import Watch
from helhet.pieces.piece import Future, Piece
from helhet.simulate import Job, cores, lay_out, live
from helhet.town import Town
from helhet.words.arrays import Flags, Floats, Ints
from helhet.words.plan import Plan, Start

CHUNK = 10
"""Most futures in one task: enough to outweigh handing it over, few enough to keep all cores busy to the end."""

HIT = "hit"
"""The name under which the answer to a watch stands."""


Wanted = tuple[str, ...] | Watch
"""What somebody wants to know of a future: outcomes by name, or whether there is a shortage."""


@dataclass(frozen=True)
class Variant:
    """A plan to be tried in the futures ``numbers``."""

    plan: Plan
    numbers: Ints


def needed(pieces: Sequence[Piece], outcomes: Sequence[str]) -> tuple[Piece, ...]:
    """The pieces, in their order, that the outcomes come from: those that report them and all they read, in turn.

    An outcome may be given by the name under which results store it (``work.vacant.nurses``). Raises ``LookupError``
    for an outcome that no piece declares.
    """
    owner = {f"{column.table}.{column.name}": piece.name for piece in pieces for column in piece.columns}
    by_name = {piece.name: piece for piece in pieces}
    reports = {outcome.name: piece.name for piece in pieces for outcome in piece.outcomes}
    waiting = [reports[declared(name, reports)] for name in outcomes]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [owner[column] for column in by_name[name].reads if column in owner]
    return tuple(piece for piece in pieces if piece.name in found)


def declared(name: str, known: Mapping[str, object]) -> str:
    """The declared outcome that ``name`` is, or is one of (``work.vacant`` for ``work.vacant.nurses``)."""
    if name in known:
        return name
    shorter = name.rpartition(".")[0]
    if shorter in known:
        return shorter
    raise LookupError(f"no piece reports {name}")


def shifted(plan: Plan, measure: str, month: int | None) -> Plan:
    """``plan`` with ``measure`` started in ``month`` (None: left out), and committed as soon as it is prepared.

    A measure that stands several times in the plan is moved as one: all its starts by the same number of months.
    """
    own = [start.month for start in plan.starts if start.measure == measure]
    if month is None or not own:
        return replace(plan, starts=tuple(start for start in plan.starts if start.measure != measure))
    by = month - min(own)
    return replace(
        plan, starts=tuple(_moved(start, by) if start.measure == measure else start for start in plan.starts)
    )


def _moved(start: Start, by: int) -> Start:
    return replace(start, month=start.month + by, commit_month=None)


def live_some(job: Job, plan: Plan, numbers: Sequence[int], wanted: Wanted) -> dict[str, Floats]:
    """What is wanted of some futures under ``plan``.

    Outcomes of the whole town, by name, have shape (futures, years) or (futures, 12 * years), as a store would give
    them back (float32 numbers, summed over districts as float64). The answer to a watch has shape (futures,), under
    :data:`HIT`.
    """
    town = job.town.copy()
    found: dict[str, list[Floats]] = {}
    for number in numbers:
        future = Future(int(number), job.seed, draw(job.case, job.seed, int(number)))
        for name, values in _wanted(job, town, plan, future, wanted).items():
            found.setdefault(name, []).append(values)
    return {name: np.stack(rows) for name, rows in found.items()}


def _wanted(job: Job, town: Town, plan: Plan, future: Future, wanted: Wanted) -> dict[str, Floats]:
    """What is wanted of one future. A watch that has seen a shortage is over: the years after it are not lived."""
    if not isinstance(wanted, Watch):
        lived = live(job.case, job.pieces, job.town, town, plan, future, job.years)
        return {name: _stored(lived, name) for name in wanted}
    short = False

    def seen(lived: Mapping[str, Any], years: int) -> bool:
        nonlocal short
        short = bool(wanted.hit(lambda name: _stored(lived, name)[None], years)[0])
        return short

    live(job.case, job.pieces, job.town, town, plan, future, job.years, seen)
    return {HIT: np.array(short, dtype=np.float64)}


def _stored(lived: Mapping[str, Any], name: str) -> Floats:
    """An outcome of the whole town as a store would give it back."""
    stored = lived[name].astype(np.float32).astype(np.float64)
    return np.asarray(stored.sum(axis=1) if stored.ndim == 2 else stored)


class Trials:
    """Lives futures of a case under any plan.

    ``executor`` is any :class:`concurrent.futures.Executor` (None: threads on all cores); it is not shut down. ``tell``
    is called with how many futures have been lived since the beginning.
    """

    def __init__(
        self,
        case: Case,
        pieces: Sequence[Piece],
        *,
        seed: int,
        years: int,
        executor: Executor | None = None,
        tell: Callable[[int], None] | None = None,
    ) -> None:
        self.case, self.years, self.seed = case, years, seed
        self._pieces, self._executor, self._tell = tuple(pieces), executor, tell
        self._jobs: dict[tuple[str, ...], Job] = {}
        self.lived = 0

    def _job(self, names: Sequence[str]) -> Job:
        chosen = needed(self._pieces, names)
        key = tuple(piece.name for piece in chosen)
        if key not in self._jobs:
            self._jobs[key] = Job(self.case, chosen, self.years, self.seed)
        return self._jobs[key]

    def hits(self, variants: Sequence[Variant], watch: Watch) -> list[Flags]:
        """Whether there is the shortage, in each variant: rows in the order of its ``numbers``."""
        return [found[HIT] > 0.0 if found else np.zeros(0, dtype=np.bool_) for found in self._lived(variants, watch)]

    def run(self, variants: Sequence[Variant], names: Sequence[str]) -> list[dict[str, Floats]]:
        """The outcomes ``names`` in each variant, rows in the order of its ``numbers``; empty for no futures."""
        return self._lived(variants, tuple(names))

    def _lived(self, variants: Sequence[Variant], wanted: Wanted) -> list[dict[str, Floats]]:
        job = self._job(wanted.names if isinstance(wanted, Watch) else wanted)
        asked = sum(len(variant.numbers) for variant in variants)
        chunk = max(1, min(CHUNK, asked // (4 * cores())))
        with ExitStack() as stack:
            pool = self._executor
            if pool is None:
                pool = stack.enter_context(ThreadPoolExecutor(cores()))
                lay_out(job)  # once, for all threads
            promises = [
                [
                    pool.submit(live_some, job, variant.plan, variant.numbers[i : i + chunk].tolist(), wanted)
                    for i in range(0, len(variant.numbers), chunk)
                ]
                for variant in variants
            ]
            try:
                return [self._gathered(parts) for parts in promises]
            finally:
                for promise in (promise for parts in promises for promise in parts):
                    promise.cancel()

    def _gathered(self, parts: Sequence[Any]) -> dict[str, Floats]:
        done = []
        for part in parts:
            done.append(part.result())
            self.lived += len(next(iter(done[-1].values())))
            if self._tell is not None:
                self._tell(self.lived)
        if not done:
            return {}
        return {name: np.concatenate([one[name] for one in done]) for name in done[0]}
