"""A cold start as the user meets it: ``python benchmarks/cold.py [--futures 1000]``.

Runs ``helhet run`` on the embedded case with all its plans and an empty cache for compiled kernels, reads what it
prints line by line, and tells the seconds from the command to the first numbers and from the last future to the
finished page; then the milliseconds of ``helhet --help`` (see help.py).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import help

FIRST, PAGE = 15.0, 10.0
"""Targets in seconds: from the command to the first numbers, from the last future to the page."""
MARKS = {"first": "The first numbers,", "last": "100% done,", "page": "The letter:"}


def started(futures: int, folder: Path) -> dict[str, float]:
    """Seconds from the command to each of :data:`MARKS`, with a cold cache in ``folder``.

    Raises ``RuntimeError`` where the run fails or never prints one of them.
    """
    command = [sys.executable, "-m", "helhet.doors.command", "run", "--lang", "en", "--futures", str(futures)]
    command += ["--out", str(folder / "out")]
    # Kernels are compiled anew; output comes as it is written.
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder / "cache"), "PYTHONUNBUFFERED": "1"}
    began = time.perf_counter()
    seen: dict[str, float] = {}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None  # it was asked for
        said = []
        for line in process.stdout:
            said.append(line)
            for mark, text in MARKS.items():
                if line.startswith(text):
                    seen.setdefault(mark, time.perf_counter() - began)
    if process.returncode or seen.keys() != MARKS.keys():
        raise RuntimeError(f"helhet run left with {process.returncode} and said:\n{''.join(said)}")
    return seen


def main() -> None:
    """Time a cold start, the page and the help."""
    parser = argparse.ArgumentParser(description="A cold start of helhet, and the time of its page.")
    parser.add_argument("--futures", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        seen = started(asked.futures, Path(name))
    page = seen["page"] - seen["last"]
    print(f"helhet run, {asked.futures:,} futures under all plans, cold cache")
    print(f"first numbers after {seen['first']:.1f} s (target {FIRST:.0f}: {verdict(seen['first'] <= FIRST)})")
    print(
        f"last future after {seen['last']:.1f} s, page {page:.1f} s later (target {PAGE:.0f}: {verdict(page <= PAGE)})"
    )
    help.tell(10)


def verdict(met: bool) -> str:
    """How a target was met."""
    return "met" if met else "MISSED"


if __name__ == "__main__":
    main()
