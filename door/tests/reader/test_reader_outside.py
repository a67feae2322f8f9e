"""The simulated reader, driven by a panel that has nothing to do with ours or with libosdp."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from reader_bench import Bench
from staging.patience import within

from helhet_door.reader import keys

PYTHON = os.environ.get("HELHET_DOOR_PANEL_PYTHON", "")
SCRIPT = Path(__file__).with_name("reader_outside_script.py")
IDENTITY = bytes([0x48, 0x45, 0x4C, 1, 1, 0, 0, 0])  # as the simulated reader at address 0 has it


@pytest.mark.outside
@pytest.mark.skipif(not PYTHON, reason="HELHET_DOOR_PANEL_PYTHON names no Python with osdp 1.6")
@pytest.mark.timed
async def test_the_unrelated_panel(tmp_path):
    master = keys.make()
    encryptor = Cipher(algorithms.AES(master), modes.ECB()).encryptor()
    key = encryptor.update(IDENTITY + bytes(byte ^ 0xFF for byte in IDENTITY))
    async with Bench(tmp_path) as bench:
        bench.key_file().write_text(key.hex())
        await bench.control.do("key", file=str(bench.key_file()))
        await bench.control.input(2, True)
        process = await asyncio.create_subprocess_exec(
            PYTHON, str(SCRIPT), bench.readers[0].device, master.hex(), "3", stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith("local"):
            lines.append((await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip())
        await bench.control.card("4711")
        await bench.control.keys("7#")
        rest, _ = await process.communicate()
        told = lines + rest.decode().splitlines()
        assert told[:3] == ["secure True False", "id 48454c", "led True"]
        assert told[3:6] == ["out True", "inputs 0 0 1 0 0 0 0 0", "local False"]
        assert told[6:] == ["card 32 4711", "key 37", "key 0d"]
        on, off = await bench.control.changes()
        assert (on.output, on.on, off.on) == (0, True, False)
        assert 0.45 < off.at - on.at < within(0.6)
        assert (await bench.control.state())["led"] == {"colour": 1, "blinks": False}
