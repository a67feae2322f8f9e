"""What libosdp itself does: its own device against our panel, what it loses, and what it would keep."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from reader_bench import Bench

from helhet_door.reader import bus, keys
from helhet_door.reader.panel import Panel
from helhet_door.reader.settings import Reader
from helhet_door.words.clock import SystemClock
from helhet_door.words.events import Card, Relay, Signal

SCRIPT = Path(__file__).with_name("reader_libosdp_script.py")


@pytest.mark.parametrize("card_format", ["raw", "ascii"])
async def test_libosdp_s_own_device(tmp_path, card_format):
    """Trap 8: its CardFormat.ASCII is lost without a word; the same letters as bits arrive."""
    keys.write(tmp_path / "key", keys.make())
    command = [sys.executable, str(SCRIPT), str(tmp_path / "line"), str(tmp_path / "key"), card_format]
    device = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert device.stdout is not None
    await asyncio.to_thread(device.stdout.readline)
    seen = []
    reader = Reader(
        door="1", device=str(tmp_path / "line"), key_file=str(tmp_path / "key"), card_format="ascii", display="none"
    )
    panel = Panel([reader], seen.append, SystemClock())
    panel.start()
    await asyncio.sleep(4.0)
    assert panel.secure("1")
    panel.show("1", Signal.WELCOME)
    assert panel.pulse("1", 4.0, 9)
    await asyncio.sleep(0.5)
    panel.stop()
    device.terminate()
    told = await asyncio.to_thread(device.stdout.read)
    device.stdout.close()
    device.wait()
    assert [event.text for event in seen if isinstance(event, Card)] == (["4711"] if card_format == "raw" else [])
    assert [(event.token, event.taken) for event in seen if isinstance(event, Relay)] == [(9, True)]
    assert "'control_code': 5, 'output_no': 0, 'timer_count': 40" in told


async def test_events_are_given_back(tmp_path):
    """libosdp keeps every event that it hands over; ours are emptied and given back."""
    assert await _kept(tmp_path) < 20_000


async def test_the_leak_is_real(tmp_path, monkeypatch):
    monkeypatch.setattr(bus, "release", lambda _event: None)
    assert await _kept(tmp_path) > 100_000


async def _kept(folder: Path) -> int:
    """Bytes that 8 readers leave behind within libosdp's step, of 64 cards each."""
    async with Bench(folder, readers=8) as bench:
        await bench.start()
        tracemalloc.start()
        before = tracemalloc.take_snapshot()
        for number in range(1, 9):
            for card in range(60):
                await bench.control.card(f"{card:04d}", number)
        await bench.until(lambda: all(len(bench.cards(str(number))) == 60 for number in range(1, 9)), 10.0)
        bench.seen.clear()
        after = tracemalloc.take_snapshot()
        tracemalloc.stop()
        here = [tracemalloc.Filter(True, bus.__file__)]
        changed = after.filter_traces(here).compare_to(before.filter_traces(here), "filename")
        return sum(change.size_diff for change in changed)
