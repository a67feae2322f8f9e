"""``helhet door check`` on a real stage: every part is looked at, whatever is wrong with another."""

from __future__ import annotations

import asyncio

from staging.stage import staged

from helhet_door.service import check as checking
from helhet_door.service.check import check_box


async def told(stage, monkeypatch) -> tuple[bool, str]:
    monkeypatch.setattr(checking, "kernel_synchronised", lambda: True)
    lines: list[str] = []
    well = await asyncio.to_thread(check_box, stage.folder / "box.toml", 5.0, lines.append)
    return well, "\n".join(lines)


async def test_a_box_that_is_as_it_must_be(tmp_path, monkeypatch) -> None:
    async with staged(tmp_path, doors=2, start=False) as stage:
        well, lines = await told(stage, monkeypatch)
    assert well, lines
    assert lines.count(": ok") == 6


async def test_everything_that_is_wrong_is_told(tmp_path, monkeypatch) -> None:
    async with staged(tmp_path, doors=2, start=False) as stage:
        await stage.readers.cut(how="wire", reader=2)
        box = stage.folder / "box.toml"
        text = box.read_text()
        port = text.partition("[library]")[2].partition("port = ")[2].partition("\n")[0]
        box.write_text(text.replace(f"port = {port}", "port = 1").replace("127.0.0.1:", "127.0.0.1:1"))
        (stage.folder / "keys" / "limit.key").chmod(0o644)
        well, lines = await told(stage, monkeypatch)
    assert not well
    for said in ("can be read by others", "doors.door-2", "library system: not", "centre: not", "store: ok"):
        assert said in lines


async def test_not_while_the_service_runs(tmp_path, monkeypatch) -> None:
    async with staged(tmp_path) as stage:
        well, lines = await told(stage, monkeypatch)
    assert not well
    assert "is held by another" in lines
