"""The hands of a run: worker processes for a large one, threads for a small one.

Kernels run without the interpreter's lock, but what stands between them does not: two threads of one process do the
work of 1.2 to 1.6. Processes do not wait for one another, and cost a second or two to start, so a run of a few futures
uses threads. Either gives the same bytes.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.util import Finalize
from typing import Any

from helhet.case.draw import draw
from helhet.case.read import embedded, read_case
from helhet.case.schedule import schedule
from helhet.pieces.order import pieces
from helhet.pieces.piece import Future, Turn, declarations
from helhet.simulate import CHUNK, first_day

LARGE = 100
"""Futures times plans from which processes are worth their start."""

AFTER_ALL = -1000
"""The priority of what a worker process does last."""
GRACE = 0.05
"""Seconds in which the executor learns that it is shut down before its workers go: it would think them broken."""


@contextmanager
def hands(workers: int, runs: int) -> Iterator[Executor | None]:
    """An executor of ``workers`` processes for a run of ``runs`` futures times plans; None where threads will do.

    When it is left its workers are gone, whatever they were at.
    """
    if workers < 2 or runs < LARGE:
        yield None
        return
    workers = min(workers, -(-runs // CHUNK))
    spawn = multiprocessing.get_context("spawn")  # a fork would copy locks that other threads hold
    over, until = spawn.Pipe(duplex=False)  # closed at this end, by us or by our death, it can be read at the other
    # Small arguments: those that do not fit in a pipe would keep the second worker waiting until the first has loaded.
    told = (spawn.Value("i", 0), over)
    pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=_enter, initargs=told)
    try:
        yield pool
    finally:
        until.close()
        pool.shutdown(cancel_futures=True)
        over.close()


def _enter(entered: Any, over: Connection) -> None:
    """Make a worker process ready: it leaves Ctrl-C to its parent, ends when that is over, and helps to compile."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_when, args=(over,), daemon=True).start()
    Finalize(None, _end, exitpriority=AFTER_ALL)
    with entered.get_lock():
        number = entered.value
        entered.value += 1
    if number % 2:
        compile_backwards()


def _leave_when(over: Connection) -> None:
    """End this process, whatever it is at, when the work is over or the parent is gone: nobody is left behind.

    To finish what is being compiled could take ten seconds.
    """
    connection.wait([over])
    time.sleep(GRACE)
    os._exit(0)


def _end() -> None:
    """End this process, which has nothing left to do: to take Python apart would need a quarter of a second more."""
    if sys.exc_info()[0] is None:  # a worker that fails is to say why
        sys.stdout.flush()
        os._exit(0)


def compile_backwards() -> None:
    """Load all kernels, compiling those that are not compiled yet, from the last of the year to the first.

    They are the same for every case: this is done with the embedded one.

    Another worker meets them from the first to the last in its first year. Each keeps on disk what it compiles and
    takes what the other has kept, so the two meet halfway: a cold start takes little more than half the time. Where
    they meet both would compile the same, so what is not met in a step comes before the steps of the first half.
    """
    everything = pieces()
    case = read_case(embedded("skelleftea"), declarations(everything))
    early, late = everything[:-2], everything[-2:]  # movers and homes have half of what there is to compile
    town = first_day(case, everything, 1)
    turn = Turn(case, Future(0, 0, draw(case, 0, 0)), 0, 1)
    for piece in everything:
        piece.begin(town, turn)
    for piece in reversed(late):
        piece.step(town, turn)
    for piece in reversed(everything):
        piece.settle(town, turn)
        piece.measure(town, turn)
    for plan in case.plans.values():
        schedule(plan, case.measures, 0, 0)
    for piece in reversed(early):
        piece.step(town, turn)
