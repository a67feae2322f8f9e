"""Killed at any point, the store loses nothing that it acknowledged, and doubles nothing (benchmarks/kill_store.py)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "kill_store.py"


def run(kills: int, seed: int) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), "--kills", str(kills), "--seed", str(seed)],
        check=False,
        capture_output=True,
        text=True,
        timeout=3600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures: dict[str, object] = json.loads(done.stdout)
    return figures


def test_200_kills() -> None:
    figures = run(200, 7)
    assert figures["kills"] == 200
    assert isinstance(figures["acknowledged"], int)
    assert figures["acknowledged"] > 100
    assert (figures["lost"], figures["doubled"], figures["found"]) == (0, 0, 0)


@pytest.mark.slow
def test_2000_kills() -> None:
    run(2000, 8)
