"""Which characters a card number and a PIN may consist of, before anything is asked, counted or stored.

A card reads whatever somebody wrote on it: ``4711|AD1234`` would become two fields of a SIP2 message. So these are
lists of what is let through, not of what is stopped.
"""

from __future__ import annotations

import re

SHORTEST_CARD = 4
LONGEST_CARD = 32
LONGEST_PIN = 12

_CARD = re.compile(rf"[A-Za-z0-9][A-Za-z0-9-]{{{SHORTEST_CARD - 1},{LONGEST_CARD - 1}}}")
_PIN = re.compile(rf"[0-9]{{1,{LONGEST_PIN}}}")


def legal_card(text: str) -> bool:
    """Whether ``text`` is 4 to 32 ASCII letters, digits and hyphens, the first no hyphen."""
    return _CARD.fullmatch(text) is not None


def legal_pin(text: str) -> bool:
    """Whether ``text`` is 1 to 12 ASCII digits. The empty PIN, which opens real systems, is not legal."""
    return _PIN.fullmatch(text) is not None
