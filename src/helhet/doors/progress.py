"""How far a run has come: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

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

LIVED = Text("{count} framtider levda", "{count} futures lived")
SOLVED = Text("{count} program lösta", "{count} programs solved")
EVERY = 10.0
"""Seconds between two lines in a log, where the end is not known."""


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


Count = Callable[[int], None]
"""A function to call with how many there are so far."""


@contextmanager
def counting(language: str) -> Iterator[Count]:
    """A function to call with how many futures have been lived, where nobody knows how many it will take."""
    with counted(LIVED.say(language)) as (lived,):
        yield lived


@contextmanager
def searching(language: str) -> Iterator[tuple[Count, Count]]:
    """Functions to call with how many programs have been solved, and how many futures lived."""
    with counted(SOLVED.say(language), LIVED.say(language)) as (solved, lived):
        yield solved, lived


@contextmanager
def counted(*sentences: str) -> Iterator[tuple[Count, ...]]:
    """A function for each sentence, to call with the ``{count}`` in it; a bar on a terminal, lines in a log."""
    began = told = time.monotonic()
    counts = [0] * len(sentences)

    def said() -> str:
        return ", ".join(text.format(count=count) for text, count in zip(sentences, counts, strict=True))

    with ExitStack() as stack:
        bar = None
        if sys.stderr.isatty():
            columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            bar = stack.enter_context(Bar(*columns, console=Console(stderr=True), transient=True))
            task = bar.add_task(said(), total=None)

        def step(place: int, count: int) -> None:
            nonlocal told
            counts[place] = count
            if bar is not None:
                bar.update(task, description=said())
            elif time.monotonic() - told >= EVERY:
                told = time.monotonic()
                tell(f"{said()}, {told - began:.0f} s")

        yield tuple(partial(step, place) for place in range(len(sentences)))
        if bar is None and told > began:
            tell(f"{said()}, {time.monotonic() - began:.0f} s")
