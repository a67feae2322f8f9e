"""How long ``helhet --help`` takes: ``python benchmarks/help.py [RUNS]`` prints milliseconds of the whole process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

TARGET = 150


def main() -> None:
    """Run it several times, the first uncounted (it writes the byte code)."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    command = [sys.executable, "-m", "helhet.doors.command", "--help"]
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(1000 * (time.perf_counter() - began))
    counted = times[1:]
    median, least, most = statistics.median(counted), min(counted), max(counted)
    print(f"helhet --help: median {median:.0f} ms, {least:.0f} to {most:.0f} ms over {runs} runs (target: {TARGET} ms)")


if __name__ == "__main__":
    main()
