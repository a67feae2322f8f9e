"""How far a run has come: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from helhet.doors.telling import tell
from helhet.simulate import Progress
from helhet.words.declare import Text

FUTURES = Text("framtider", "futures")
LINE = Text(
    "{percent} % klart, {finished} av {total} framtider under alla planer, {seconds:.0f} s",
    "{percent}% done, {finished} of {total} futures under every plan, {seconds:.0f} s",
)
LINES = 10
"""How many lines are told in a log, the last one included."""

Step = Callable[[Progress], None]

LIVED = Text("{futures} framtider levda, {seconds:.0f} s", "{futures} futures lived, {seconds:.0f} s")
EVERY = 10.0
"""Seconds between two lines in a log, where the end is not known."""


PROGRAMS = Text("program lösta", "programs solved")
SOLVED = Text("{done} av {total} program lösta, {seconds:.0f} s", "{done} of {total} programs solved, {seconds:.0f} s")


@contextmanager
def solving(language: str) -> Iterator[Callable[[int, int], None]]:
    """A function to call with how many of how many programs have been solved."""
    if sys.stderr.isatty():
        columns = (TextColumn(PROGRAMS.say(language)), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
        return
    began = time.monotonic()
    yield lambda done, total: tell(
        SOLVED.say(language).format(done=done, total=total, seconds=time.monotonic() - began)
    )


@contextmanager
def shown(language: str) -> Iterator[Step]:
    """A function to call with each :class:`~helhet.simulate.Progress`."""
    if sys.stderr.isatty():
        with _bar(language) as step:
            yield step
    else:
        yield _lines(language)


@contextmanager
def _bar(language: str) -> Iterator[Step]:
    columns = (TextColumn(FUTURES.say(language)), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def step(progress: Progress) -> None:
            # Counted in runs (a future under a plan), which move evenly; shown as futures.
            share = progress.runs / max(progress.runs_total, 1)
            bar.update(task, total=progress.total, completed=int(progress.total * share))

        yield step


def _lines(language: str) -> Step:
    told = 0

    def step(progress: Progress) -> None:
        nonlocal told
        reached = LINES * progress.runs // max(progress.runs_total, 1)
        if reached > told:
            told = reached
            counts = {"finished": progress.finished, "total": progress.total, "seconds": progress.elapsed}
            tell(LINE.say(language).format(percent=100 * progress.runs // progress.runs_total, **counts))

    return step


@contextmanager
def counting(language: str) -> Iterator[Callable[[int], None]]:
    """A function to call with how many futures have been lived, where nobody knows how many it will take."""
    if sys.stderr.isatty():
        columns = (TextColumn(FUTURES.say(language)), BarColumn(), TextColumn("{task.completed}"), TimeElapsedColumn())
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda lived: bar.update(task, completed=lived)
        return
    began = told = time.monotonic()

    def step(lived: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= EVERY:
            told = now
            tell(LIVED.say(language).format(futures=lived, seconds=now - began))

    yield step
