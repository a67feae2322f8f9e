"""How long ``ask`` takes against pysip2 in a process of its own: doors at once, and visits a second.

``python door/benchmarks/sip2.py --answer 0.05``. Doors: all ask in the same moment, again and again. Visits: fifty a
second at random moments (Poisson), through one process. The library system takes ``--answer`` seconds for each.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "sip2"))

from sip2_process import Process, until

from helhet_door.sip2 import Library, Line
from helhet_door.words.clock import SystemClock


async def timed(line: Line) -> float:
    """Seconds until the right answer."""
    began = time.perf_counter()
    answer = await line.ask("djfiander", "6789", 1.5)
    if not (answer.known and answer.pin_right):
        raise SystemExit(f"not answered: {answer.kind.value}")
    return time.perf_counter() - began


async def doors(line: Line, count: int, turns: int) -> list[float]:
    """``count`` doors that all ask in the same moment."""
    return [took for _ in range(turns) for took in await asyncio.gather(*(timed(line) for _ in range(count)))]


async def visits(line: Line, rate: float, seconds: float) -> list[float]:
    """Visits at random moments, ``rate`` a second."""
    dice = random.Random(4)
    asked = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        await asyncio.sleep(dice.expovariate(rate))
        asked.append(asyncio.create_task(timed(line)))
    return list(await asyncio.gather(*asked))


def told(what: str, took: list[float]) -> None:
    """The median and the 99th percentile, in milliseconds."""
    took.sort()
    p50, p99 = (took[int(len(took) * share)] * 1000 for share in (0.5, 0.99))
    print(f"{what}: {len(took)} questions, p50 {p50:.1f} ms, p99 {p99:.1f} ms, most {took[-1] * 1000:.1f} ms")


async def with_lines(port: int, password: str, lines: int, work: Callable[[Line], Awaitable[None]]) -> None:
    """Do ``work`` with so many lines, all up."""
    library = Library("127.0.0.1", port, user="dörr", password_file=password, institution="SKE", lines=lines)
    line = Line(library, SystemClock())
    await line.start()
    await until(lambda: line.up, 5)
    await asyncio.sleep(0.5)
    await work(line)
    await line.stop()


async def main() -> None:
    """Measure with one, two and four lines."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--answer", type=float, default=0.05)
    asked.add_argument("--turns", type=int, default=100)
    given = asked.parse_args()
    server = Process("--seconds", str(given.answer))

    async def work(line: Line) -> None:
        told(f"{lines} lines, eight doors at once", await doors(line, 8, given.turns))
        if lines == 4:
            told(f"{lines} lines, 50 visits a second", await visits(line, 50, 10))

    with tempfile.NamedTemporaryFile("w") as password:
        password.write("hemlig")
        password.flush()
        for lines in (1, 2, 4):
            await with_lines(server.port, password.name, lines, work)
    server.kill()


if __name__ == "__main__":
    asyncio.run(main())
