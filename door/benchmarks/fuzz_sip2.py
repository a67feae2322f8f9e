"""Mutated SIP2 answers through the connection as it is: crashes and grants, both of which must be none.

``python door/benchmarks/fuzz_sip2.py --frames 1000000``. What a grant is, and the mutations, are in
``tests/sip2/mutate.py``. Every frame goes to a ``Connection`` that has just asked, in packets of any size, with a
transport in memory in place of a socket; a frame that it asks to have again (97) comes again, mutated anew.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "sip2"))

import mutate

from helhet_door.sip2.connection import Connection
from helhet_door.sip2.library import Library, Secrets
from helhet_door.sip2.trouble import Broken

NOW = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
SECRETS = Secrets("", "", None)
LIBRARIES = [
    Library("127.0.0.1", 6001),
    Library("127.0.0.1", 6001, message="63", birth_field="PB", expiry_field="PA"),
]


class Still:
    """A clock that stands still."""

    def monotonic(self) -> float:
        """Zero."""
        return 0.0

    def now(self) -> dt.datetime:
        """A day in March."""
        return NOW


class Wire(asyncio.Transport):
    """A transport in memory: every message that is sent is answered at once by a mutated frame, then it is closed."""

    def __init__(self, dice: random.Random, connection: Connection, message: str) -> None:
        super().__init__()
        self.dice = dice
        self.connection = connection
        self.message = message
        self.delivered = b""
        self.yes_is_right = False

    def write(self, _data: bytes) -> None:
        """Deliver a frame, in packets."""
        case = mutate.make(self.dice, self.message, 0)
        self.yes_is_right |= case.yes_before or case.anew
        self.delivered += case.data
        size = self.dice.choice([1, 7, 40, 100_000]) if len(case.data) < 1000 else 100_000
        for start in range(0, len(case.data), size):
            self.connection.data_received(case.data[start : start + size])
        asyncio.get_running_loop().call_soon(self.connection.connection_lost, None)

    def abort(self) -> None:
        """Nothing is open."""


async def fuzz(frames: int, seed: int) -> Counter[str]:
    """How many frames ended how; ``crash`` and ``grant`` must not be among them."""
    dice = random.Random(seed)
    ends: Counter[str] = Counter()
    for number in range(frames):
        library = LIBRARIES[number % 2]
        connection = Connection(library, SECRETS, Still())
        wire = Wire(dice, connection, library.message)
        connection.connection_made(wire)
        try:
            answer = await connection.person(mutate.CARD, "4321")
        except Broken as broken:
            ends[broken.kind.value] += 1
        except Exception as crash:  # what is counted here
            ends["crash"] += 1
            print("crash:", number, repr(crash), wire.delivered, file=sys.stderr)
        else:
            ends[_end(answer.known is True and answer.pin_right is True, wire)] += 1
    return ends


def _end(yes: bool, wire: Wire) -> str:
    if not yes:
        return "no"
    if not mutate.proven(wire.delivered, mutate.CARD, 0):
        print("grant:", wire.delivered, file=sys.stderr)
        return "grant"
    return "yes, whole or sealed anew" if wire.yes_is_right else "unseen"


def main() -> int:
    """Run and print; 1 if there was a crash or a grant."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--frames", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=4)
    given = asked.parse_args()
    began = time.perf_counter()
    ends = asyncio.run(fuzz(given.frames, given.seed))
    print(f"frames {given.frames}, seed {given.seed}, {time.perf_counter() - began:.0f} s")
    print(f"crashes {ends['crash']}, grants {ends['grant']}")
    for end, count in ends.most_common():
        print(f"  {end}: {count}")
    return 1 if ends["crash"] or ends["grant"] else 0


if __name__ == "__main__":
    sys.exit(main())
