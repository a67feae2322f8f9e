"""Readers and wires that are not what they seem: nothing of theirs is taken for true, and no key is given away."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from reader_bench import Bench
from reader_tap import Tap, forged

from helhet_door.demo.peripheral import Code, Peripheral, Reply
from helhet_door.reader import bus, frames, keys, library
from helhet_door.reader.frames import Frame
from helhet_door.reader.panel import Panel
from helhet_door.reader.settings import Reader
from helhet_door.words.clock import SystemClock
from helhet_door.words.events import Card, Event, Line
from helhet_door.words.faults import Faults

SCRIPT = [sys.executable, str(Path(__file__).with_name("reader_panel_script.py"))]
CARD = bytes([0, 0, 32, 0]) + b"4711"


async def at_a_false_reader(folder: Path, answers: object, seconds: float = 1.5) -> tuple[list[Event], Tap]:
    """What a panel says of somebody who answers its questions so."""
    tap = Tap(folder / "line", None, answers)
    keys.write(folder / "key", keys.make())
    seen: list[Event] = []
    reader = Reader(door="1", device=str(folder / "line"), key_file=str(folder / "key"), card_format="ascii")
    panel = Panel([reader], seen.append, SystemClock())
    panel.start()
    await asyncio.sleep(seconds)
    panel.stop()
    tap.close()
    return seen, tap


def played(key: bytes | None, secure: bool = True):
    """A reader that is full of cards, and may have no secure channel at all."""
    capabilities = bytes([3, 1, 0, 8, 1, 0]) + (bytes([9, 1, 1]) if secure else b"")
    reader = Peripheral(0, key, keys.DEFAULT, bytes(12), lambda *_: Reply(Code.PDCAP, capabilities))

    def answers(question: Frame, _: list[Frame]) -> list[bytes]:
        reader.events.append(Reply(Code.RAW, CARD))
        return [reader.answer(question)]

    return answers


def nothing_taken(seen: list[Event]) -> bool:
    return all(isinstance(event, Line) and not event.secure for event in seen)


async def test_a_reader_with_the_default_key_gets_nothing(tmp_path):
    """Trap 6. It answers as a fresh reader does, and would take a key."""
    seen, tap = await at_a_false_reader(tmp_path, played(None))
    assert nothing_taken(seen)
    assert seen[-1].why == "refused"
    assert {frame.code for frame in tap.asked} == {Code.ID, Code.CAP, Code.CHLNG}
    assert all(frame.raw[7] == 1 for frame in tap.asked if frame.code == Code.CHLNG)  # never under the default key
    key = bytes.fromhex((tmp_path / "key").read_text())
    assert key not in b"".join(frame.raw for frame in tap.asked)


async def test_the_default_key_trap_is_real(tmp_path, monkeypatch):
    """Without the flag, libosdp sends the key to anybody who answers so."""
    monkeypatch.setattr(bus, "FLAGS", bus.FLAGS & ~bus.osdp_sys.FLAG_ENFORCE_SECURE)
    _, tap = await at_a_false_reader(tmp_path, played(None))
    assert Code.KEYSET in {frame.code for frame in tap.asked}


async def test_a_reader_in_plain_text(tmp_path):
    seen, tap = await at_a_false_reader(tmp_path, played(None, secure=False))
    assert nothing_taken(seen)
    assert Code.POLL not in {frame.code for frame in tap.asked}


async def test_a_reader_with_another_key(tmp_path):
    seen, _ = await at_a_false_reader(tmp_path, played(keys.make()))
    assert nothing_taken(seen)


@pytest.mark.parametrize("block", [b"", bytes([2, 0x12]), bytes([2, 0x14]), bytes([2, 0x16]), bytes([2, 0x15])])
async def test_forged_answers_within_a_secure_channel(tmp_path, block):
    """In plain text, in the dress of the handshake (which libosdp does not check), and with no code to show."""
    async with Bench(tmp_path) as bench:
        forging = False

        def answers(question: Frame, true: list[Frame]) -> list[bytes]:
            if forging and question.code == Code.POLL:
                code = bytes(4) if block[1:] in {b"\x15", b"\x16"} else b""
                return [forged(question, Code.RAW, CARD + code, block), *(frame.raw for frame in true)]
            return [frame.raw for frame in true]

        tap = Tap(tmp_path / "tapped", tmp_path / "line", answers)
        panel = _panel_at(bench, tmp_path / "tapped")
        panel.start()
        await bench.until(lambda: panel.secure("1"))
        await asyncio.sleep(0.3)
        forging = True
        await asyncio.sleep(0.5)
        panel.stop()
        tap.close()
        assert bench.cards() == []


async def test_forged_answers_are_a_real_trap(tmp_path, monkeypatch):
    """libosdp alone takes a card that carries no authentication code."""
    monkeypatch.setattr("helhet_door.reader.wire.fits", lambda asked, answer: answer.address == asked.address)
    with pytest.raises(AssertionError):
        await test_forged_answers_within_a_secure_channel(tmp_path, bytes([2, 0x12]))


async def test_a_recorded_session_is_not_taken_again(tmp_path):
    """A session with a card in it is recorded, and played to a panel that has been started anew."""
    async with Bench(tmp_path) as bench:
        recorded: list[bytes] = []

        def record(_: Frame, true: list[Frame]) -> list[bytes]:
            recorded.extend(frame.raw for frame in true)
            return [frame.raw for frame in true]

        tap = Tap(tmp_path / "tapped", tmp_path / "line", record)
        first = await _script(tmp_path / "tapped", bench.key_file(), 4.0, bench.control.card("4711"))
        tap.close()
        assert "Card  4711" in first
        left = iter(recorded)
        replay = Tap(tmp_path / "tapped", None, lambda *_: [next(left, b"")])
        second = await _script(tmp_path / "tapped", bench.key_file(), 4.0)
        replay.close()
        assert "secure" not in second
        assert "Card" not in second
        assert next(frame.raw for frame in tap.asked if frame.code == Code.CHLNG) not in {f.raw for f in replay.asked}


async def test_challenges_do_not_repeat():
    library.begin_chance()
    drawn = set()
    for _ in range(100):
        library.stir()
        drawn.add(tuple(library._libc.rand() for _ in range(8)))
    assert len(drawn) == 100


async def test_a_second_process_for_the_same_device_refuses_to_start(tmp_path):
    async with Bench(tmp_path) as bench:
        await bench.start()
        second = await _script(Path(bench.readers[0].device), bench.key_file(), 0.1)
        assert "is held by another process" in second
        with pytest.raises(Faults, match="is held by another process"):
            Panel(bench.readers, bench.seen.append, SystemClock()).start()
        assert bench.panel.secure("1")
        assert bench.lines() == [(False, "start"), (True, "secure")]


def test_an_answer_must_fit_its_question():
    asked = Frame(3, False, 0x17, Code.OUT, b"")
    assert frames.fits(asked, Frame(3, True, 0x16, Code.ACK, b""))
    assert frames.fits(asked, Frame(3, True, None, Code.NAK, b""))
    assert not frames.fits(asked, Frame(3, True, None, Code.ACK, b""))
    assert not frames.fits(asked, Frame(4, True, 0x16, Code.ACK, b""))
    assert not frames.fits(asked, Frame(3, False, 0x16, Code.ACK, b""))
    assert not frames.fits(asked, Frame(3, True, 0x14, Code.ACK, b""))


def _panel_at(bench: Bench, device: Path) -> Panel:
    reader = Reader(door="1", device=str(device), key_file=str(bench.key_file()), card_format="ascii")
    return Panel([reader], bench.seen.append, SystemClock())


async def _script(device: Path, key_file: Path, seconds: float, card=None) -> str:
    """What a panel in another process prints; a card is shown after 2.8 seconds."""
    process = await asyncio.create_subprocess_exec(
        *SCRIPT, str(device), str(key_file), str(seconds), stdout=subprocess.PIPE
    )
    if card is not None:
        await asyncio.sleep(2.8)
        await card
    output, _ = await process.communicate()
    return output.decode()


def test_cards_are_events_of_the_door():
    """The tests above would see a card that was taken."""
    assert issubclass(Card, Event)
