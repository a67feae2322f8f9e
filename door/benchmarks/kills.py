"""The long job: kill -9 at random points, thousands of times, on several branches at once.

``python benchmarks/kills.py --kills 2000 --branches 8``
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from staging.kills import RECOVERY, Outcome, kill_often


class Told:
    """Says now and then how far it has come."""

    def __init__(self, kills: int, every: int = 200) -> None:
        self.kills, self.every, self.done, self.slowest = kills, every, 0, 0.0

    def __call__(self, slowest: float) -> None:
        """One more."""
        self.done, self.slowest = self.done + 1, max(self.slowest, slowest)
        if self.done % self.every == 0:
            clock = time.strftime("%H:%M:%S")
            print(f"{clock} {self.done:,} of {self.kills:,} kills, slowest recovery {self.slowest:.1f} s", flush=True)


async def many(kills: int, branches: int, seed: int) -> list[Outcome]:
    """Share the kills among branches that run at the same time."""
    with tempfile.TemporaryDirectory() as folder:
        folders = [Path(folder) / str(number) for number in range(branches)]
        for each in folders:
            each.mkdir()
        share = -(-kills // branches)
        tell = Told(share * branches)
        jobs = (kill_often(each, share, seed + number, killed=tell) for number, each in enumerate(folders))
        return await asyncio.gather(*jobs)


def main() -> None:
    """Run, and print what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--branches", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    began = time.monotonic()
    outcomes = asyncio.run(many(told.kills, told.branches, told.seed))
    wrong = [each for outcome in outcomes for each in outcome.wrong]
    print(f"kills                       {sum(outcome.kills for outcome in outcomes):>8,}")
    print(f"unlocks                     {sum(outcome.unlocks for outcome in outcomes):>8,}")
    print(f"rows                        {sum(outcome.rows for outcome in outcomes):>8,}")
    lost, doubled = sum(outcome.lost for outcome in outcomes), sum(outcome.doubled for outcome in outcomes)
    print(f"rows lost on the way        {lost:>8,}")
    print(f"rows doubled                {doubled:>8,}")
    print(f"unlocks without a row, late or stuck {len(wrong):>8,}")
    slowest = max(outcome.slowest for outcome in outcomes)
    print(f"slowest recovery            {slowest:>8.1f} s (limit {RECOVERY:.0f} s)")
    print(f"took                        {time.monotonic() - began:>8.0f} s")
    for each in wrong[:20]:
        print(each)
    sys.exit(bool(wrong) or lost + doubled > 0 or slowest > RECOVERY)


if __name__ == "__main__":
    main()
