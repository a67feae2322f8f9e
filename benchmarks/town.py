"""The whole town, all pieces: ``python benchmarks/town.py [--futures 1000] [--years 30]``.

Prints the seconds of one plan on two workers as ``helhet run`` uses them (processes for a large run, their start
included), the gain from the second worker and from a second thread, what each further plan costs on the same futures
in the same run and added later, and the most memory that all processes together held. Each run writes its results to a
store in a temporary folder. Compiling is done before the clock starts (see cold.py for that).
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from helhet.case.case import Case
from helhet.case.read import embedded, read_case
from helhet.doors.workers import hands
from helhet.pieces.order import pieces
from helhet.pieces.piece import declarations
from helhet.simulate import simulate

SECONDS, FURTHER, GAIN, GIGABYTES = 60.0, 1.0, 1.9, 1.5
"""Targets: one plan on two workers (for 1,000 futures of 30 years), a further plan in the same run (of the first), gain
from the second worker, peak memory."""


def seconds(
    case: Case, plans: Sequence[str], futures: int, years: int, folder: Path, workers: int, threads: bool = False
) -> float:
    """Wall seconds of simulating what ``folder`` does not hold yet, by the hands of ``helhet run`` or by threads."""
    began = time.perf_counter()
    with hands(workers, 0 if threads else futures * len(plans)) as executor:
        simulate(
            case,
            pieces(),
            plans=plans,
            futures=futures,
            years=years,
            seed=1,
            folder=folder,
            executor=executor,
            workers=workers,
        )
    return time.perf_counter() - began


def afresh(*asked: Any, **more: Any) -> float:
    """:func:`seconds` in a process of its own, as a command is: one worker loads its kernels as two of them do."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(seconds, *asked, **more).result()


def peak(workers: int) -> float:
    """The most memory held, in gigabytes (10**9 bytes): this process and ``workers`` as large as the largest worker."""
    unit = 1 if sys.platform == "darwin" else 1024
    held = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return (held[0] + workers * held[1]) * unit / 1e9


def verdict(met: bool) -> str:
    """How a target was met."""
    return "met" if met else "MISSED"


def main() -> None:
    """Time one plan, further plans, and one worker against two."""
    parser = argparse.ArgumentParser(description="The whole town, all pieces.")
    parser.add_argument("--futures", type=int, default=1000)
    parser.add_argument("--years", type=int, default=30)
    parser.add_argument("--single", type=int, default=1000, help="futures for the comparison of one and two workers")
    asked = parser.parse_args()
    case = read_case(embedded("skelleftea"), declarations(pieces()))
    first, *further = case.plans
    limit = SECONDS * asked.futures * asked.years / 30_000
    single = min(asked.single, asked.futures)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds(case, [first], 2, 3, folder / "warm", 2)
        one_plan = seconds(case, [first], asked.futures, asked.years, folder / "town", 2)
        runs = asked.futures * asked.years
        residents = case.tables["population"]["value"].sum()
        print(f"{asked.futures:,} futures of {asked.years} years, {residents:,.0f} residents, two workers")
        print(f"one plan ({first}): {one_plan:.1f} s (target {limit:.1f}: {verdict(one_plan <= limit)}), ", end="")
        each = 1e9 * one_plan / runs / residents
        print(f"{1000 * one_plan / asked.futures:.1f} ms a future, {each:.1f} ns a resident-year")
        memory = peak(2)
        print(f"most memory: {memory:.2f} GB (target {GIGABYTES}: {verdict(memory <= GIGABYTES)})", flush=True)
        together = seconds(case, [first, *further], asked.futures, asked.years, folder / "together", 2)
        each = (together - one_plan) / len(further) / one_plan
        print(f"with {' and '.join(further)} in the same run: {together:.1f} s, each {each:.2f} of the first ", end="")
        print(f"(target {FURTHER}: {verdict(each <= FURTHER)})", flush=True)
        for plan in further:
            more = seconds(case, [first, plan], asked.futures, asked.years, folder / "town", 2)
            print(f"the plan {plan} added later: {more:.1f} s, {more / one_plan:.2f} of the first plan", flush=True)
        # Before and after: the pace of a machine that others use too changes.
        before = afresh(case, [first], single, asked.years, folder / "before", 2)
        one = afresh(case, [first], single, asked.years, folder / "one", 1)
        two = (before + afresh(case, [first], single, asked.years, folder / "after", 2)) / 2
        print(f"{single} futures: {one:.1f} s on one worker, {two:.1f} s on two (mean of two runs): ", end="")
        print(f"{one / two:.2f} times as fast (target {GAIN}: {verdict(one / two >= GAIN)})", flush=True)
        threads = afresh(case, [first], single, asked.years, folder / "threads", 2, threads=True)
        print(f"{single} futures: {threads:.1f} s on two threads of one process: {one / threads:.2f} times as fast")


if __name__ == "__main__":
    main()
