"""From a card's number to its bits: the way back of reader/cards.py."""

from __future__ import annotations


def encoded(card_format: str, text: str) -> tuple[bytes, int]:
    """The bits of the card ``text`` and how many they are; ValueError where it is no card of this format."""
    if card_format == "ascii":
        return text.encode("ascii"), 8 * len(text)
    if card_format == "hex":
        return bytes.fromhex(text), 4 * len(text)
    if card_format == "decimal":
        value = int(text)
        length = max(4, (value.bit_length() + 7) // 8)
        return value.to_bytes(length, "big"), 8 * length
    if card_format == "wiegand26":
        return _wiegand26(int(text[:-5] or "0"), int(text[-5:]))
    raise ValueError(card_format)


def _wiegand26(facility: int, card: int) -> tuple[bytes, int]:
    if not (0 <= facility < 256 and 0 <= card < 65536):
        raise ValueError("wiegand26")
    number = facility << 16 | card
    even = (number >> 12).bit_count() % 2
    odd = 1 - (number & 0xFFF).bit_count() % 2
    return ((even << 25 | number << 1 | odd) << 6).to_bytes(4, "big"), 26
