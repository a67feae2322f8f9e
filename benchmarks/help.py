"""How long ``helhet --help`` takes: ``python benchmarks/help.py [RUNS]`` prints milliseconds of the whole process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

TARGET = 150


def milliseconds(runs: int) -> list[float]:
    """Wall time of each of ``runs`` whole processes, after one that is not counted (it writes the byte code)."""
    command = [sys.executable, "-m", "helhet.doors.command", "--help"]
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(1000 * (time.perf_counter() - began))
    return times[1:]


def tell(runs: int) -> None:
    """Time and print."""
    times = milliseconds(runs)
    median, least, most = statistics.median(times), min(times), max(times)
    verdict = "met" if median <= TARGET else "MISSED"
    print(f"helhet --help: median {median:.0f} ms, {least:.0f} to {most:.0f} ms over {runs} runs ", end="")
    print(f"(target {TARGET}: {verdict})")


if __name__ == "__main__":
    tell(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
