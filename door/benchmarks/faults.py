"""The long job: every fault in every door state, on several branches at once.

``python benchmarks/faults.py --stages 3`` (root, for the faults of the disk)
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from staging.faults import FAULTS, here, play
from staging.round import Outcome

from helhet_door.words.states import DoorState

HEAD = f"{'fault':<50}{'states':>7}{'unlocks':>9}{'wrong':>7}{'seen':>7}{'no':>7}{'again':>7}"


def row(outcome: Outcome) -> str:
    """One line of the table. Seconds: until the centre saw it, the slowest no, until a member came in again."""
    seen = f"{outcome.told:7.1f}" if outcome.told >= 0 else f"{'-':>7}"
    no = f"{outcome.slowest_no:7.2f}" if outcome.slowest_no else f"{'-':>7}"
    counts = f"{len(outcome.states):>7}{outcome.unlocks:>9}{len(outcome.wrong):>7}"
    return f"{outcome.fault:<50}{counts}{seen}{no}{outcome.recovery:7.1f}"


def show(outcome: Outcome) -> None:
    """Print a line as soon as it is there, and what was wrong under it."""
    print("\n".join([row(outcome), *(f"    {each}" for each in outcome.wrong)]), flush=True)


def main() -> None:
    """Play, and print what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stages", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slack", type=float, default=0.0, help="seconds for a slow machine")
    parser.add_argument("--only", default="", help="faults with this in their names")
    told = parser.parse_args()
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # guests speak to readers that were killed
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        wanted, left_out = here(Path(folder), [fault for fault in FAULTS if told.only in fault.name])
        print(HEAD, flush=True)
        outcomes = asyncio.run(play(Path(folder), wanted, told.seed, told.stages, told.slack, show))
    wrong = sum(len(outcome.wrong) for outcome in outcomes)
    print(f"\nfaults                                       {len(outcomes):>8,}")
    print(f"in a door state                              {sum(len(o.states) for o in outcomes):>8,}")
    print(f"of so many                                   {len(outcomes) * len(DoorState):>8,}")
    print(f"tries                                        {sum(o.tries for o in outcomes):>8,}")
    print(f"unlocks                                      {sum(o.unlocks for o in outcomes):>8,}")
    print(f"wrong                                        {wrong:>8,}")
    print(f"took                                         {time.monotonic() - began:>8,.0f} s")
    for fault in left_out:
        print(f"not played, for no disk can be mounted here, or no broker is installed: {fault.name}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
