"""Answers of a library system, damaged or forged in every way that came to mind, from a seed; and what may open a door.

A *grant* is a yes (BL and CQ) that the bytes that were delivered do not prove. ``proven`` says what proof is, written
from the standard and sharing nothing with the parser: one line whose checksum is right, whose sequence number is the
question's, whose card is the question's, and whose fields say BL=Y and CQ=Y and never anything else of either. So a
mutation that leaves such a line whole may give a yes, and so may one that was sealed anew: whoever can seal an answer
is the library system, as far as SIP2 can tell. A yes from an original that said no, where the seal still fits (two
bytes changed places, for the sum does not see order), is proven as well and counted apart, as ``unseen``: it is what
the protocol cannot see.
"""

from __future__ import annotations

import random
from typing import NamedTuple

CARD = "20010001"
_NAMES = ["Åsa Öberg", "", "Y", "BLY", "O'Neill", "陳", "N" * 60, "Anna Andersson CQY"]
_PIECES = [b"|BLY|CQY|", b"BLY|", b"CQY|", b"BLN|", b"CQN|", b"AA20010001|", b"AY0AZ", b"\r", b"\n", b"|", b"24", b"64"]
_ENCODINGS = ["utf-8", "latin-1", "cp850"]


class Case(NamedTuple):
    """What is delivered; whether the original answered yes to the very question; whether it was sealed anew."""

    data: bytes
    yes_before: bool
    anew: bool


def make(dice: random.Random, message: str, sequence: int) -> Case:
    """One original answer to ``message`` (23 or 63) with one to four mutations; one in four is sealed anew."""
    original, yes = _original(dice, message, sequence)
    body = bytearray(original)
    for _ in range(dice.choice([1, 1, 1, 2, 2, 3, 4])):
        _CHANGES[dice.randrange(len(_CHANGES))](dice, body)
    data = bytes(body)
    if anew := dice.random() < 0.25:
        data = sealed(data.split(b"AY")[0], sequence if dice.random() < 0.9 else dice.randrange(10))
    return Case(data + dice.choice([b"\r", b"\r", b"\r\n", b""]), yes, anew)


def proven(data: bytes, card: str, sequence: int) -> bool:
    """Whether some line of ``data`` proves a yes to this question."""
    return any(_proves(line, card, sequence) for line in data.replace(b"\n", b"\r").split(b"\r"))


def sealed(body: bytes, sequence: int) -> bytes:
    """A body with its sequence number and checksum."""
    text = body + b"AY" + str(sequence).encode() + b"AZ"
    return text + format((0x10000 - sum(text)) % 0x10000, "04X").encode()


def _proves(line: bytes, card: str, sequence: int) -> bool:
    if len(line) < 9 or line[-9:-6] != b"AY" + str(sequence).encode() or line[-6:-4] != b"AZ":
        return False
    try:
        if (sum(line[:-4]) + int(line[-4:], 16)) % 0x10000:
            return False
    except ValueError:
        return False
    start = {b"24": 37, b"64": 61}.get(line[:2], len(line))
    said: dict[bytes, set[bytes]] = {}
    for part in line[start:-9].split(b"|"):
        said.setdefault(part[:2], set()).add(part[2:])
    wanted = {b"AA": card.encode(), b"BL": b"Y", b"CQ": b"Y"}
    return all(said.get(name) == {value} for name, value in wanted.items())


def _original(dice: random.Random, message: str, sequence: int) -> tuple[bytes, bool]:
    """A whole answer of a healthy system, to this question or to another."""
    known, right = dice.choice([b"Y", b"Y", b"N", None]), dice.choice([b"Y", b"Y", b"N", None])
    card = CARD if dice.random() < 0.8 else "20010002"
    number = sequence if dice.random() < 0.8 else dice.randrange(10)
    fields = [b"AOSKE", b"AA" + card.encode(), b"AE" + dice.choice(_NAMES).encode(dice.choice(_ENCODINGS), "replace")]
    fields += [b"BL" + known] if known else []
    fields += [b"CQ" + right] if right else []
    fields += [b"BDStorgatan 1", b"AFHej"][: dice.randrange(3)]
    dice.shuffle(fields)
    fixed = bytes(dice.choices(b" Y", k=14)) + b"00020250301    120000" + b"0000" * 6 * (message == "63")
    answer = {"23": b"24", "63": b"64"}[message] if dice.random() < 0.9 else dice.choice([b"98", b"94", b"26", b"96"])
    body = answer + fixed + b"".join(field + b"|" for field in fields)
    yes = known == right == b"Y" and card == CARD and number == sequence and answer in (b"24", b"64")
    return sealed(body, number), yes


def _somewhere(dice: random.Random, data: bytearray) -> int:
    return dice.randrange(len(data)) if data else 0


def _flip_a_bit(dice: random.Random, data: bytearray) -> None:
    if data:
        data[_somewhere(dice, data)] ^= 1 << dice.randrange(8)


def _change_a_byte(dice: random.Random, data: bytearray) -> None:
    if data:
        data[_somewhere(dice, data)] = dice.choice(b"YN|AZBLCQ09 \r\n\x00\xff") if dice.random() < 0.7 else 0x80


def _delete(dice: random.Random, data: bytearray) -> None:
    start = _somewhere(dice, data)
    del data[start : start + dice.choice([1, 1, 2, 5, 30])]


def _insert(dice: random.Random, data: bytearray) -> None:
    start = _somewhere(dice, data)
    data[start:start] = dice.choice(_PIECES) if dice.random() < 0.8 else dice.randbytes(dice.randrange(1, 40))


def _cut(dice: random.Random, data: bytearray) -> None:
    del data[_somewhere(dice, data) :]


def _repeat(dice: random.Random, data: bytearray) -> None:
    start, end = sorted((_somewhere(dice, data), _somewhere(dice, data)))
    data[end:end] = data[start:end]


def _swap_two(dice: random.Random, data: bytearray) -> None:
    if data:
        one, other = _somewhere(dice, data), _somewhere(dice, data)
        data[one], data[other] = data[other], data[one]


def _say_yes(_dice: random.Random, data: bytearray) -> None:
    data[:] = data.replace(b"BLN", b"BLY").replace(b"CQN", b"CQY")


def _say_this_card(_dice: random.Random, data: bytearray) -> None:
    data[:] = data.replace(b"20010002", CARD.encode())


def _other_number(dice: random.Random, data: bytearray) -> None:
    if (at := data.rfind(b"AY")) >= 0:
        data[at + 2 : at + 3] = b"%d" % dice.randrange(10)


def _other_sum(dice: random.Random, data: bytearray) -> None:
    data[-4:] = b"%04X" % dice.randrange(0x10000)


def _no_seal(dice: random.Random, data: bytearray) -> None:
    if (at := data.rfind(dice.choice([b"AY", b"AZ"]))) >= 0:
        del data[at:]


def _something_before(dice: random.Random, data: bytearray) -> None:
    data[:0] = dice.choice([b"96\r", b"96AZFEF6\r", b"\r\n", dice.randbytes(20), b"login: ", bytes(data) + b"\r"])


def _long(dice: random.Random, data: bytearray) -> None:
    if dice.random() < 0.01:
        start = _somewhere(dice, data)
        data[start:start] = b"A" * 20_000


_CHANGES = [
    _flip_a_bit,
    _change_a_byte,
    _delete,
    _insert,
    _cut,
    _repeat,
    _swap_two,
    _say_yes,
    _say_this_card,
    _other_number,
    _other_sum,
    _no_seal,
    _something_before,
    _long,
]
