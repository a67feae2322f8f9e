"""What a person writes for a reader, and what can be wrong in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from helhet_door.words.events import Meaning, Output
from helhet_door.words.faults import Fault

CardFormat = Literal["hex", "decimal", "ascii", "wiegand26"]
BAUDS = (9600, 19200, 38400, 57600, 115200, 230400)
HIGHEST_ADDRESS = 126  # 127 is everybody's (OSDP 2.2, 5.4)
MOST_ON_A_LINE = 32  # libosdp's Python binding counts secure channels in 32 bits


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """One reader at one door. Inputs and outputs are counted from 0, as in OSDP.

    ``inverted`` are the inputs that are on when the reader says off: a fire loop, for instance, that falls when
    there is an alarm. ``display`` is what the reader's own display can show.
    """

    door: str
    device: str  # the serial device's path; readers that share one RS-485 line share the path
    address: int = 0
    baud: int = 9600
    key_file: str
    card_format: CardFormat = "hex"
    inputs: dict[int, Meaning] = {}
    inverted: tuple[int, ...] = ()
    outputs: dict[Output, int] = msgspec.field(default_factory=lambda: {Output.LOCK: 0})
    language: Literal["sv", "en"] = "sv"
    display: Literal["utf-8", "ascii", "none"] = "utf-8"


def faults(readers: Sequence[Reader], file: str = "readers") -> Iterator[Fault]:
    """Everything that is wrong in ``readers`` themselves; their keys are looked at by keys.py."""
    for reader in readers:
        yield from _faults_of(reader, file)
    yield from _twice(readers, file)
    yield from _shared(readers, file)


def _faults_of(reader: Reader, file: str) -> Iterator[Fault]:
    def fault(key: str, value: object, wrong: str, cure: str) -> Fault:
        return Fault(file, f"{reader.door}.{key}", str(value), wrong, cure)

    if not reader.door:
        yield fault("door", reader.door, "is empty", "Give every door a name.")
    if not 0 <= reader.address <= HIGHEST_ADDRESS:
        yield fault("address", reader.address, "is no OSDP address", f"Write 0 to {HIGHEST_ADDRESS}.")
    if reader.baud not in BAUDS:
        yield fault("baud", reader.baud, "is no OSDP speed", f"Write one of {', '.join(map(str, BAUDS))}.")
    if Output.LOCK not in reader.outputs:
        yield fault("outputs", "", "has no lock", "Say which relay of the reader holds the lock.")
    if len(set(reader.outputs.values())) < len(reader.outputs):
        yield fault("outputs", reader.outputs, "names a relay twice", "Give every purpose a relay of its own.")
    for number in (*reader.inputs, *reader.outputs.values()):
        if not 0 <= number <= 63:
            yield fault("inputs", number, "is no input or output of a reader", "Count from 0; at most 63.")
    for number in set(reader.inverted) - set(reader.inputs):
        yield fault("inverted", number, "is not among the inputs", "Name it among the inputs, or leave it out.")
    meanings = Counter(reader.inputs.values())
    for meaning, times in meanings.items():
        if times > 1:
            yield fault("inputs", meaning, "is named twice", "One input for one meaning.")


def _twice(readers: Sequence[Reader], file: str) -> Iterator[Fault]:
    for door, times in Counter(reader.door for reader in readers).items():
        if times > 1:
            yield Fault(file, "door", door, "has two readers", "Name each door once.")
    for (device, address), times in Counter((reader.device, reader.address) for reader in readers).items():
        if times > 1:
            yield Fault(file, "address", f"{device} {address}", "is given to two readers", "Give each its own.")


def _shared(readers: Sequence[Reader], file: str) -> Iterator[Fault]:
    for device in {reader.device for reader in readers}:
        on_it = [reader for reader in readers if reader.device == device]
        if len({reader.baud for reader in on_it}) > 1:
            yield Fault(file, "baud", device, "has readers of different speeds", "Set them all to one speed.")
        if len(on_it) > MOST_ON_A_LINE:
            yield Fault(file, "device", device, "has too many readers", f"At most {MOST_ON_A_LINE} on a line.")
