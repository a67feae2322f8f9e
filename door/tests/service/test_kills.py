"""kill -9 at random points: the long job is benchmarks/kills.py."""

from __future__ import annotations

import asyncio

import pytest
from staging.kills import RECOVERY, kill_often


@pytest.mark.slow
async def test_no_kill_opens_a_door_or_loses_a_row(tmp_path) -> None:
    folders = [tmp_path / str(number) for number in range(2)]
    for folder in folders:
        folder.mkdir()
    outcomes = await asyncio.gather(*(kill_often(folder, 6, seed) for seed, folder in enumerate(folders, 1)))
    for outcome in outcomes:
        assert outcome.wrong == []
        assert (outcome.lost, outcome.doubled) == (0, 0)
        assert outcome.unlocks > 3
        assert outcome.slowest < RECOVERY + 1.0, "the machine of a test may be slow; the figure is in the long job"
