"""A reader in service: what it reports, what it obeys, and what a gap on the line does."""

from __future__ import annotations

import asyncio
import time

import pytest
from reader_bench import Bench
from staging.patience import within

from helhet_door.demo.peripheral import Code
from helhet_door.reader import link
from helhet_door.words.events import Input, Meaning, Output, Signal

SHOWN = 10.0  # seconds in which a fault must be seen
BACK = 2.0  # and in which the line must be back


@pytest.mark.timed
async def test_card_keys_inputs_and_pulse(tmp_path):
    async with Bench(tmp_path, inverted=(1,)) as bench:
        await bench.start()
        assert bench.lines() == [(False, "start"), (True, "secure")]
        assert {(event.meaning, event.on) for event in bench.of(Input)} == {
            (Meaning.CONTACT, False),
            (Meaning.FIRE, True),  # inverted: the loop has fallen
            (Meaning.TAMPER, False),
        }
        await bench.control.card("29001234567890")
        await bench.control.keys("12#*")
        await bench.until(lambda: bench.keys() == "12#*")
        assert bench.cards() == ["29001234567890"]
        await bench.control.input(0, True)
        await bench.until(lambda: bench.of(Input)[-1].meaning is Meaning.CONTACT and bench.of(Input)[-1].on)
        asked = time.monotonic()
        assert bench.panel.pulse("1", 0.5, 7)
        await bench.until(lambda: bench.relays() == [(7, True)])
        await asyncio.sleep(0.6)
        on, off = await bench.control.changes()
        assert (on.output, on.on, off.on) == (0, True, False)
        assert on.at - asked < within(0.2)
        assert 0.45 < off.at - on.at < within(0.6)  # ended by the reader


async def test_the_reader_ends_the_pulse_with_the_panel_gone(tmp_path):
    async with Bench(tmp_path) as bench:
        await bench.start()
        bench.panel.pulse("1", 0.5, 1)
        await bench.until(lambda: bench.relays() == [(1, True)])
        bench.panel.stop()
        assert bench.lines()[-1] == (False, "stopped")
        await asyncio.sleep(0.7)
        assert [change.on for change in await bench.control.changes()] == [True, False]


async def test_inputs_of_a_reader_that_only_answers(tmp_path):
    async with Bench(tmp_path, arguments=["--mute"]) as bench:
        await bench.start()
        await bench.control.input(0, True)
        await bench.until(lambda: bench.of(Input)[-1].on, link.INPUTS_EVERY + 0.5)
        await bench.control.do("tamper", on=True)
        await bench.until(lambda: bench.of(Input)[-1].meaning is Meaning.TAMPER, link.LOCAL_EVERY + 0.5)


async def test_signals_and_outputs_outlive_a_gap(tmp_path):
    async with Bench(tmp_path) as bench:
        await bench.start()
        bench.panel.show("1", Signal.CLOSED, "08:00")
        assert bench.panel.output("1", Output.ALARM_ARM, True)
        assert not bench.panel.output("1", Output.LOCK, True)  # the lock is never set, only pulsed
        await asyncio.sleep(0.5)
        before = await bench.control.state()
        assert (before["text"], before["led"]["colour"], before["buzzes"]) == ("Stängt 08:00", 1, 1)
        assert before["relays"] == [False, True, False, False]
        await bench.control.do("restart")  # the reader forgets everything
        await bench.until(lambda: bench.lines()[-1][0] is False)
        assert not bench.panel.pulse("1", 1.0, 1)
        await bench.secure()
        await asyncio.sleep(0.5)
        after = await bench.control.state()
        assert (after["text"], after["relays"]) == (before["text"], before["relays"])
        assert after["buzzes"] == 0  # a sound is not made late
        assert bench.relays() == []


@pytest.mark.timed
async def test_cut_and_mended(tmp_path):
    """Traps 4 and 5: seen at once, back at once, and what was shown meanwhile is thrown away."""
    async with Bench(tmp_path, quiet=None) as bench:
        await bench.start()
        await bench.control.cut()
        assert await bench.until(lambda: bench.lines()[-1] == (False, "silent")) < within(1.0)
        await bench.control.card("4711")
        await bench.control.keys("1234#")
        await asyncio.sleep(3.5)  # libosdp has given up by now, for 300 s
        await bench.control.restore()
        assert await bench.secure() < within(BACK)
        await asyncio.sleep(1.0)
        assert (await bench.control.state())["waiting"] == 0  # they have arrived
        assert (bench.cards(), bench.keys()) == ([], "")
        await asyncio.sleep(1.1)
        await bench.control.card("4712")
        await bench.until(lambda: bench.cards() == ["4712"])


async def test_inputs_held_back_by_a_cut_line_are_not_believed(tmp_path):
    async with Bench(tmp_path, quiet=None) as bench:
        await bench.start()
        await bench.control.cut()
        await bench.until(lambda: not bench.panel.secure("1"))
        for on in (True, False):
            await bench.control.input(0, on)
        bench.seen.clear()
        await bench.control.restore()
        await bench.secure()
        await asyncio.sleep(1.0)
        assert [event.on for event in bench.of(Input) if event.meaning is Meaning.CONTACT] == [False]


async def test_no_pulse_after_a_gap(tmp_path):
    """The worst fault: a pulse asked around the moment of the cut must come at once or never."""
    async with Bench(tmp_path, readers=8) as bench:
        await bench.start()
        for round_ in range(2):
            mended = {}
            for number in range(1, 9):
                before = number % 2
                if before:
                    bench.panel.pulse(str(number), 0.3, round_)
                    await asyncio.sleep(0.0005 * number)
                await bench.control.cut(reader=number)
                if not before:
                    await asyncio.sleep(0.03 * number)
                    assert bench.panel.pulse(str(number), 0.3, round_)
            await bench.until(lambda: not any(bench.panel.secure(str(number)) for number in range(1, 9)))
            await asyncio.sleep(0.7 if round_ else 0.0)
            for number in range(1, 9):
                mended[number] = time.monotonic()
                await bench.control.restore(reader=number)
            await bench.secure()
            await asyncio.sleep(0.5)
            for number in range(1, 9):
                late = [c for c in await bench.control.changes(number) if c.on and c.at >= mended[number]]
                assert late == []
        for number in range(1, 9):
            told = bench.relays(str(number))
            assert len({token for token, _ in told}) == len(told)  # never both
            ons = sum(change.on for change in await bench.control.changes(number))
            assert ons >= sum(taken for _, taken in told)  # taken only where it moved
            assert ons + sum(not taken for _, taken in told) <= 2  # not taken only where it did not


@pytest.mark.timed
async def test_what_a_stalled_line_delivers_late_does_not_last(tmp_path):
    """What has left the box cannot be called back; the lock is shut as soon as the line is."""
    async with Bench(tmp_path, readers=4) as bench:
        await bench.start()
        for number in range(1, 5):
            await bench.control.cut(how="stall", reader=number)
            await asyncio.sleep(0.01 * number)
            assert bench.panel.pulse(str(number), 20.0, number)
        await bench.until(lambda: not any(bench.panel.secure(str(number)) for number in range(1, 5)))
        await asyncio.sleep(0.5)
        for number in range(1, 5):
            await bench.control.restore(reader=number)
        await bench.secure()
        await asyncio.sleep(0.3)
        for number in range(1, 5):
            changes = await bench.control.changes(number)
            assert bench.relays(str(number)) == ([] if changes else [(number, False)])
            if changes:
                on, off = changes
                assert off.at - on.at < within(BACK)


async def test_a_busy_reader_is_not_asked_late(tmp_path):
    """libosdp asks again 0.8 s later, with a wrong number: the line falls, and the pulse with it."""
    async with Bench(tmp_path, readers=2) as bench:
        await bench.start()
        await bench.control.do("busy", 1, seconds=3.0)
        await bench.control.do("busy", 2, seconds=0.3)
        assert bench.panel.pulse("1", 0.5, 1)
        assert bench.panel.pulse("2", 0.5, 2)
        await bench.until(lambda: bench.lines("1")[-1][0] is bench.lines("2")[-1][0] is False)
        await bench.secure(8.0)
        await asyncio.sleep(1.0)
        for number in (1, 2):
            assert [change for change in await bench.control.changes(number) if change.on] == []


@pytest.mark.timed
async def test_the_device_is_pulled_out(tmp_path):
    async with Bench(tmp_path) as bench:
        await bench.start()
        for _ in range(2):
            await bench.control.cut(how="close")
            assert await bench.until(lambda: bench.lines()[-1] == (False, "device")) < within(1.0)
            await asyncio.sleep(0.4)
            await bench.control.restore()
            assert await bench.secure() < within(BACK)


@pytest.mark.timed
async def test_noise(tmp_path):
    """Garbage between frames does no harm; spoilt frames cost the line, which comes back by itself."""
    async with Bench(tmp_path, readers=2) as bench:
        await bench.start()
        await bench.control.do("noise", 1, seconds=2.0, share=0.0)
        await bench.control.do("noise", 2, seconds=2.0, share=1.0)
        await bench.control.card("4711", 1)
        await bench.until(lambda: bench.cards("1") == ["4711"])
        assert await bench.until(lambda: not bench.panel.secure("2")) < within(1.0)
        await asyncio.sleep(2.0)
        assert await bench.secure() < within(BACK)
        assert bench.lines("1") == [(False, "start"), (True, "secure")]


@pytest.mark.timed
async def test_replaced_by_another_reader(tmp_path):
    async with Bench(tmp_path) as bench:
        await bench.start()
        await bench.control.do("replaced")
        assert await bench.until(lambda: bench.lines()[-1] == (False, "refused"), SHOWN) < within(SHOWN)
        await bench.control.card("4711")
        await asyncio.sleep(1.0)
        await bench.control.do("key", file=str(bench.key_file()))
        assert await bench.secure() < within(BACK)
        assert bench.cards() == []


async def test_a_command_that_the_reader_refuses_thrice_is_not_asked_again(tmp_path):
    """Each refusal costs the line. Fewer may be a noisy line, and then the function is not given up."""
    async with Bench(tmp_path) as bench:
        await bench.start()
        await bench.control.do("refuse", codes=[Code.LED])
        bench.panel.show("1", Signal.WELCOME)
        await bench.until(lambda: [secure for secure, _ in bench.lines()].count(False) >= 3, 20)
        await bench.secure()
        bench.panel.show("1", Signal.REFUSED)
        await asyncio.sleep(0.5)
        assert bench.panel.secure("1")
        assert (await bench.control.state())["text"] == "Kortet eller PIN gäller inte"


async def test_letters_instead_of_bits_are_a_visible_fault(tmp_path):
    """Trap 8: libosdp takes no osdp_FMT. The line falls, so that somebody looks, and the same card as bits is read."""
    async with Bench(tmp_path) as bench:
        await bench.start()
        await bench.control.do("card", text="4711", formatted=True)
        await bench.until(lambda: bench.lines()[-1] == (False, "broken"))
        await bench.secure()
        await asyncio.sleep(0.3)
        await bench.control.card("4711")
        await bench.until(lambda: bench.cards() == ["4711"])


@pytest.mark.timed
async def test_readers_that_share_a_line(tmp_path):
    """One of them silent costs the others a moment, no more."""
    async with Bench(tmp_path, readers=4, arguments=["--shared"]) as bench:
        await bench.start()
        await bench.control.cut(reader=2)
        await bench.until(lambda: not bench.panel.secure("2"))
        for number in (1, 3, 4):
            await bench.control.card(f"000{number}", number)
            await bench.until(lambda door=str(number): bench.cards(door) == ["000" + door], 1.0)
            assert bench.panel.pulse(str(number), 0.2, number)
            await bench.until(lambda n=number: bench.relays(str(n)) == [(n, True)], 1.0)
        await bench.control.restore(reader=2)
        assert await bench.secure() < within(BACK)
        assert all(bench.lines(door) == [(False, "start"), (True, "secure")] for door in ("1", "3", "4"))
