"""How long it takes to decide, from finished futures and by living them again.

``python benchmarks/deciding.py --folder helhet-out/skelleftea`` reads a finished run of the default case; without a
folder it makes one first (1,000 futures, all plans). Each figure is wall time of one process unless it says workers.
The first line warms the kernels up, as any run before it has.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from helhet.case.case import Case
from helhet.case.read import embedded, read_case
from helhet.case.schedule import leads
from helhet.decide.robust import difference
from helhet.decide.trial import Trials
from helhet.doors.workers import hands
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.results import Results
from helhet.show import tolerance
from helhet.show.decisions import plans, within
from helhet.show.decisions.kept import Kept
from helhet.show.decisions.page import decisions
from helhet.show.desk import Desk
from helhet.show.reading import Reading
from helhet.show.voice import Voice
from helhet.simulate import cores, simulate

T = TypeVar("T")

DECLARED = declarations(pieces())


def timed(what: str, do: Callable[[], T]) -> T:
    """Do it, and say how long it took."""
    began = time.perf_counter()
    done = do()
    print(f"{what:<75} {time.perf_counter() - began:8.2f} s", flush=True)
    return done


def made(case: Case, folder: Path) -> Results:
    """A run of the default case, in ``folder``."""
    with hands(cores(), 3000) as executor:
        return simulate(
            case,
            pieces(),
            plans=tuple(case.plans),
            futures=1000,
            years=case.years,
            seed=1,
            folder=folder,
            executor=executor,
        )


def inside(desk: Desk, plan: str, futures: int) -> tuple[int, int]:
    """The latest start of every measure of a plan, by simulation; measures and futures lived."""
    with hands(cores(), 10_000) as executor:
        trials = Trials(desk.case, pieces(), seed=desk.seed, years=len(desk.read.odds_years), executor=executor)
        found = within.dates_within(desk, trials, plan, futures)
    return len(found), trials.lived


def variances(desk: Desk) -> None:
    """What common random numbers leave of the variance of a difference between plans."""
    tried = plans.all_tried(desk)
    base = tried[0]
    for one in tried[1:]:
        shortage = difference(base.shortage, one.shortage)
        print(f"  shortage, {one.name} less {base.name}: {shortage.mean:.0f} MSEK, variance left {shortage.ratio:.3f}")
        for need in tolerance.needs(desk.read):
            first, second = (desk.worst(plan, need) for plan in (base.name, one.name))
            left = difference(first, second).ratio
            print(f"  worst month of {need.name}, {one.name} less {base.name}: variance left {left:.3f}")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="a finished run of the default case")
    parser.add_argument("--futures", type=int, default=150, help="futures lived in the bisection")
    asked = parser.parse_args()
    case = read_case(embedded("skelleftea"), DECLARED)
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        results = Results(folder) if asked.folder else made(case, folder)
        timed("loading the kernel of the lead times", lambda: leads(next(iter(case.measures.values())), 1, 2))
        desk = Desk(Reading(case, results, DECLARED.outcomes))
        count = f"{len(desk.measures)} measures, {results.futures} futures"
        timed(f"act-by dates, delay and card of {count}", lambda: desk.all)
        main_plan = desk.read.main
        needs = tolerance.needs(desk.read)
        drawn = timed("reading what each future drew", lambda: desk.inputs)
        timed(
            f"drivers, {len(drawn)} inputs and {len(needs)} needs", lambda: [desk.drivers(main_plan, n) for n in needs]
        )
        timed("the whole page", lambda: decisions(desk, Voice("sv"), Kept()))
        variances(desk)
        for plan in [plan for plan in desk.read.plans if case.plans[plan].starts]:
            starts = len(case.plans[plan].starts)
            what = f"bisection of {starts} measures of {plan}, {asked.futures} futures, {cores()} workers"
            found, lived = timed(what, lambda plan=plan: inside(desk, plan, asked.futures))  # type: ignore[misc]
            print(f"  {found} measures dated, {lived} futures of ten years lived")


if __name__ == "__main__":
    main()
