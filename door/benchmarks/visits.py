"""The long job: seeded visits end to end over real protocols, against the oracle's table.

``python benchmarks/visits.py --visits 10000 --seed 1`` ends with code 1 where anything disagrees, or was not staged.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path

sys.path.extend(str(Path(__file__).parents[1] / "tests" / each) for each in ("", "visits", "oracle"))

from compare import Judge
from end_to_end import Result, play
from generate import NEVER_STAGED, visits
from sharing import DOORS

from helhet_door.words.reasons import LETS_IN, Reason

UNSEEN = frozenset({Reason.READER_NOT_SECURE, Reason.LINE_GAP})
"""The readers' own layer throws such visits away before anybody decides: what is seen is that nothing happens."""


def told(result: Result, took: float) -> None:
    """Print what was seen."""
    judge = Judge()
    reasons = result.reasons(judge)
    for reason in Reason:
        note = "cannot be staged: by its own schedule a branch arms outside hours" if reason in NEVER_STAGED else ""
        note = "seen as nothing at all: no row, no light, no unlock, no question" if reason in UNSEEN else note
        print(f"{reason.value:<26}{reasons[reason]:>7,}  {'opens' if reason in LETS_IN else '':<6}{note}")
    print(f"{'visits':<26}{len(result.seen):>7,}")
    print(f"{'visits made before them':<26}{result.before:>7,}")
    print(f"{'scenes':<26}{result.scenes:>7,}")
    print(f"{'questions to the library':<26}{sum(seen.asked for seen in result.seen):>7,}")
    print(f"{'unlocks at the readers':<26}{result.unlocks:>7,}")
    print(f"{'rows that let in':<26}{result.lets_in:>7,}")
    print(f"{'made again, too slow':<26}{result.again:>7,}")
    print(f"{'  a line fell by itself':<26}{result.fell:>7,}")
    print(f"{'  an unlock was dropped':<26}{result.dropped:>7,}")
    print(f"{'not played as meant':<26}{len(result.not_staged):>7,}")
    print(f"{'wrong':<26}{len(result.wrong):>7,}")
    print(f"{'took':<26}{took:>7.0f} s")


def stage_ended(result: Result) -> None:
    """Say at once what one stage has seen."""
    clock, wrong = time.strftime("%H:%M:%S"), (*result.not_staged, *result.wrong)
    print(f"{clock} a stage has ended: {len(result.seen)} visits, {len(wrong)} wrong or not played", *wrong, sep="\n  ")
    sys.stdout.flush()


def main() -> None:
    """Play, and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--visits", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stages", type=int, default=6, help=f"at the same time, each with {DOORS} doors")
    parser.add_argument("--size", type=int, default=850, help="visits on one stage, at most or so")
    asked = parser.parse_args()
    began = time.monotonic()
    chosen = visits(asked.visits, asked.seed, real=True)
    result = asyncio.run(play(chosen, asked.size, asked.stages, told=stage_ended))
    told(result, time.monotonic() - began)
    sys.exit(bool(result.wrong or result.not_staged))


if __name__ == "__main__":
    main()
