"""From a card's bits to its number as the library system knows it.

A reader sends bits, first bit first (osdp_RAW). What they mean is a matter of how cards and readers were bought, so
it is a setting. What does not fit the setting gives "": unreadable, and no door opens for it.
"""

from __future__ import annotations

from helhet_door.reader.settings import CardFormat


def text(card_format: CardFormat, data: bytes, bits: int) -> str:
    """The card's number, or "" where ``bits`` of ``data`` cannot be one in this format."""
    if bits <= 0 or len(data) != (bits + 7) // 8:
        return ""
    value = int.from_bytes(data, "big") >> (8 * len(data) - bits)
    if card_format == "hex":
        return f"{value:0{(bits + 3) // 4}X}"
    if card_format == "decimal":
        return str(value)
    if card_format == "ascii":
        return _ascii(data) if bits % 8 == 0 else ""
    return _wiegand26(value) if bits == 26 else ""


def _ascii(data: bytes) -> str:
    written = data.rstrip(b"\0 \r\n").lstrip(b" ")
    return written.decode("ascii") if all(0x20 < byte < 0x7F for byte in written) else ""


def _wiegand26(value: int) -> str:
    """Three digits of facility and five of card (the 26-bit format H10301): even parity first, odd parity last."""
    first, last = value >> 13, value & 0x1FFF
    if first.bit_count() % 2 != 0 or last.bit_count() % 2 != 1:
        return ""
    number = value >> 1
    return f"{number >> 16 & 0xFF:03d}{number & 0xFFFF:05d}"
