"""A fresh reader gets its key within minutes, and only a fresh one."""

from __future__ import annotations

import asyncio
import stat
import time

import pytest
from reader_bench import Bench
from reader_tap import Tap
from staging.patience import within

from helhet_door.demo.peripheral import Code
from helhet_door.reader import keys
from helhet_door.reader.provision import TEXTS, VERIFY, Step, provision
from helhet_door.reader.settings import Reader
from helhet_door.words.faults import Faults

SOON = 0.15  # minutes


async def test_a_fresh_reader(tmp_path):
    async with Bench(tmp_path) as bench:
        bench.key_file().unlink()
        await bench.control.do("fresh")
        told: list[str] = []
        await asyncio.to_thread(provision, bench.readers[0], SOON, told.append)
        assert told == list(TEXTS["sv"].values()) == [TEXTS["sv"][step] for step in Step]
        assert stat.S_IMODE(bench.key_file().stat().st_mode) == 0o600
        assert list(tmp_path.glob("*.new")) == []
        assert not (await bench.control.state())["fresh"]
        bench.panel.start()
        await bench.secure()


@pytest.mark.timed
async def test_a_reader_with_a_key_keeps_it(tmp_path):
    async with Bench(tmp_path) as bench:
        before, began = bench.key_file().read_text(), time.monotonic()
        with pytest.raises(Faults, match="did not take a key"):
            await asyncio.to_thread(provision, bench.readers[0], 0.05, lambda _: None)
        assert time.monotonic() - began < within(0.05 * 60 + VERIFY), "it ends when its time is over"
        assert bench.key_file().read_text() == before
        assert list(tmp_path.glob("*.new")) == []
        bench.panel.start()
        await bench.secure()


async def test_a_replaced_reader_gets_another_key(tmp_path):
    async with Bench(tmp_path) as bench:
        before = bench.key_file().read_text()
        await bench.control.do("fresh")
        await asyncio.to_thread(provision, bench.readers[0], SOON, lambda _: None)
        assert bench.key_file().read_text() != before


async def test_cut_short_after_the_key_was_given(tmp_path):
    """The new key was not lost: the next run finds that the reader has it."""
    async with Bench(tmp_path) as bench:
        bench.key_file().rename(tmp_path / "key.new")
        told: list[str] = []
        await asyncio.to_thread(provision, bench.readers[0], SOON, told.append)
        assert told == [TEXTS["sv"][Step.VERIFIED]]
        bench.panel.start()
        await bench.secure()


async def test_not_while_the_service_runs_and_not_for_ever(tmp_path):
    async with Bench(tmp_path) as bench:
        await bench.start()
        with pytest.raises(Faults, match="is held by another process"):
            provision(bench.readers[0], SOON, lambda _: None)
        with pytest.raises(Faults, match="is no time limit"):
            provision(bench.readers[0], 31, lambda _: None)
        assert bench.panel.secure("1")
    absent = Reader(door="1", device=str(tmp_path / "none"), key_file=str(tmp_path / "other"))
    with pytest.raises(Faults, match="is not there"):
        provision(absent, SOON, lambda _: None)


async def test_the_key_goes_out_once_and_never_in_the_clear(tmp_path):
    async with Bench(tmp_path) as bench:
        await bench.control.do("fresh")
        tap = Tap(tmp_path / "tapped", tmp_path / "line")
        reader = Reader(door="1", device=str(tmp_path / "tapped"), key_file=str(tmp_path / "tapped-key"))
        await asyncio.to_thread(provision, reader, SOON, lambda _: None)
        tap.close()
        (given,) = keys.load([reader]).values()
        assert [frame.block for frame in tap.asked if frame.code == Code.KEYSET] == [0x17]
        assert given not in b"".join(frame.raw for frame in tap.asked)
