"""The small parts: frames among noise, cards, keys in files, settings, texts, and the order of what waits."""

from __future__ import annotations

import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helhet_door.demo.cards import encoded
from helhet_door.demo.peripheral import ACK, Code, Peripheral, Reply
from helhet_door.reader import cards, commands, keys, texts
from helhet_door.reader.frames import question, split
from helhet_door.reader.outbox import Outbox
from helhet_door.reader.settings import Reader, faults
from helhet_door.words.events import Meaning, Output, Signal
from helhet_door.words.faults import Faults

READER = Reader(door="entrance", device="/dev/ttyUSB0", key_file="key")


def _frame(data: bytes) -> bytes:
    reader = Peripheral(5, None, keys.DEFAULT, bytes(12), lambda *_: ACK)
    return reader._framed(Reply(Code.RAW, data), 0x05, False)


noise = st.binary(max_size=40).map(lambda data: data.replace(b"S", b"T"))


@given(st.lists(st.tuples(noise, st.binary(max_size=30)), max_size=6), noise)
def test_frames_are_found_among_noise(pieces, tail):
    stream = b"".join(before + _frame(data) for before, data in pieces) + tail
    assert [frame.raw for frame in split(bytearray(stream))] == [_frame(data) for _, data in pieces]


@given(st.binary(max_size=30), st.integers(1, 60))
def test_a_frame_in_two_pieces(data, at):
    whole = _frame(data)
    heard = bytearray(whole[:at])
    found = split(heard)
    heard += whole[at:]
    assert [frame.raw for frame in [*found, *split(heard)]] == [whole]


@given(st.binary(min_size=1, max_size=30), st.data())
def test_a_spoilt_frame_is_none(data, draw):
    spoilt = bytearray(_frame(data))
    at = draw.draw(st.integers(0, len(spoilt) - 1))
    spoilt[at] ^= draw.draw(st.integers(1, 255))
    assert _frame(data) not in [frame.raw for frame in split(spoilt)]


@given(st.binary(max_size=2000))
def test_any_bytes_at_all(data):
    heard = bytearray(data)
    split(heard)
    assert len(heard) <= len(data)


def test_a_start_that_never_ends_does_not_hide_the_frame_behind_it():
    assert [frame.raw for frame in split(bytearray(b"S\x05\xff\x00\x04" + _frame(b"1")))] == [_frame(b"1")]


def test_only_one_whole_frame_is_a_question():
    assert question(b"\xff" + _frame(b"1")) is not None
    assert question(_frame(b"1")[:-1]) is None
    assert question(_frame(b"1") * 2) is None


@pytest.mark.parametrize(
    ("card_format", "number"),
    [("hex", "04A2B3C4D5E680"), ("decimal", "3735928559"), ("ascii", "29001234567890"), ("wiegand26", "01200345")],
)
def test_cards_there_and_back(card_format, number):
    assert cards.text(card_format, *encoded(card_format, number)) == number


def test_a_known_wiegand_card():
    """Facility 123, card 45678: even parity over the first 12 bits, odd over the last 12."""
    bits = "0" + f"{123:08b}" + f"{45678:016b}" + "0"
    head, tail = bits[:13].count("1") % 2, bits[13:].count("1") % 2
    bits = str(head) + bits[1:-1] + str(1 - tail)
    data = int(bits.ljust(32, "0"), 2).to_bytes(4, "big")
    assert cards.text("wiegand26", data, 26) == "12345678"
    assert cards.text("wiegand26", bytes([data[0] ^ 0x80]) + data[1:], 26) == ""  # parity


@pytest.mark.parametrize(
    ("card_format", "data", "bits"),
    [
        ("ascii", b"12\x0034", 40),
        ("ascii", b"12|34", 39),
        ("ascii", "12ä4".encode(), 40),
        ("wiegand26", b"\x00" * 5, 34),
        ("hex", b"", 0),
        ("hex", b"\x01\x02", 8),
    ],
)
def test_unreadable_cards(card_format, data, bits):
    assert cards.text(card_format, data, bits) == ""


@given(st.sampled_from(["hex", "decimal", "ascii", "wiegand26"]), st.binary(max_size=64), st.integers(0, 600))
def test_no_card_is_too_strange(card_format, data, bits):
    assert all(" " < letter < "\x7f" for letter in cards.text(card_format, data, bits))


def test_a_key_is_written_for_its_owner_only(tmp_path):
    key = keys.make()
    old = os.umask(0)
    try:
        keys.write(tmp_path / "key", key)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert keys.load([_with(tmp_path / "key")]) == {"entrance": key}
    with pytest.raises(FileExistsError):
        keys.write(tmp_path / "key", key)


def test_every_fault_of_a_key_is_told_and_no_key_with_it(tmp_path):
    good = keys.make()
    contents = {
        "wide": good.hex(),
        "default": keys.DEFAULT.hex(),
        "zero": "00" * 16,
        "same": "11" * 16,
        "short": "1234",
        "letters": "zz" * 16,
    }
    for name, text in contents.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o644 if name == "wide" else 0o600)
    for name in ("first", "second"):
        keys.write(tmp_path / name, good)
    (tmp_path / "link").symlink_to(tmp_path / "first")
    os.mkfifo(tmp_path / "fifo", 0o600)
    names = [*contents, "first", "second", "link", "fifo", "missing"]
    with pytest.raises(Faults) as caught:
        keys.load([_with(tmp_path / name, name) for name in names])
    wrong = {fault.where.removesuffix(".key_file"): fault.wrong for fault in caught.value.faults}
    assert set(wrong) == set(names) - {"first"}
    assert wrong["second"] == "holds another reader's key"
    assert "others" in wrong["wide"]
    assert wrong["default"] == wrong["zero"] == wrong["same"] == "holds a key that anybody would try"
    assert good.hex() not in str(caught.value)


def test_settings_and_their_faults():
    assert list(faults([READER])) == []
    several = [
        READER,
        Reader(door="entrance", device="/dev/ttyUSB0", key_file="k", baud=115200),
        Reader(door="", device="/dev/ttyUSB1", key_file="k", address=127, baud=1200, outputs={Output.ALARM_ARM: 1}),
        Reader(
            door="back",
            device="/dev/ttyUSB2",
            key_file="k",
            inputs={0: Meaning.CONTACT, 1: Meaning.CONTACT, 99: Meaning.FIRE},
            inverted=(7,),
            outputs={Output.LOCK: 0, Output.ALARM_ARM: 0},
        ),
    ]
    told = "\n".join(str(fault) for fault in faults(several))
    for wrong in (
        "has two readers",
        "is given to two readers",
        "of different speeds",
        "is empty",
        "no OSDP address",
        "no OSDP speed",
        "has no lock",
        "named twice",
        "no input or output",
        "not among the inputs",
        "a relay twice",
    ):
        assert wrong in told


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_signal_has_a_look_and_a_short_text(language):
    assert set(texts.TEXTS[language]) == set(texts.LOOKS) == set(Signal)
    for signal in Signal:
        for display in ("utf-8", "ascii"):
            written = texts.line(signal, language, "mån 08:00", display)
            assert len(written.encode()) <= commands.LONGEST_TEXT
            assert written.isascii() or display == "utf-8"
        whole = texts.TEXTS[language][signal].format(when="mån 08:00")
        assert texts.line(signal, language, "mån 08:00") == whole  # nothing is cut


def test_signals_sound_different_where_they_ask_for_different_things():
    sounds = [texts.LOOKS[s].sound for s in (Signal.WELCOME, Signal.REFUSED, Signal.TALK_TO_STAFF, Signal.ENTER_PIN)]
    assert len(set(sounds)) == 4


def test_a_text_is_cut_between_letters():
    assert texts.line(Signal.CLOSED, "sv", "ö" * 40).encode().decode().startswith("Stängt ö")


def test_the_newest_of_a_kind_waits_in_its_order_and_only_wishes_outlive_a_gap():
    outbox = Outbox()
    outbox.put("text", commands.text("old"), lasting=True)
    outbox.put("buzzer", commands.buzzer(1, 1, 1), lasting=False)
    outbox.put("text", commands.text("new"), lasting=True)
    outbox.put("output:alarm_arm", commands.level(1, True), lasting=True)
    taken = [outbox.take() for _ in range(4)]
    assert [item[0] for item in taken if item] == ["output:alarm_arm", "text", "buzzer"]
    assert taken[1] == ("text", commands.text("new"))
    outbox.put("buzzer", commands.buzzer(1, 1, 1), lasting=False)
    outbox.again()
    assert set(outbox.waiting) == {"text", "output:alarm_arm"}


def test_a_pulse_is_counted_in_tenths():
    assert commands.timed_on(2, 4.0) == {"command": 1, "output_no": 2, "control_code": 5, "timer_count": 40}
    assert commands.timed_on(0, 0.01)["timer_count"] == 1


def _with(path, door="entrance"):
    return Reader(door=door, device="/dev/ttyUSB0", key_file=str(path))
