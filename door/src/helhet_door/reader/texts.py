"""What a reader says to the person at the door: a lamp, a sound and one line of at most 32 letters, never a name.

An unknown card, a wrong PIN and a blocked card are one signal (Signal.REFUSED) and so cannot be told apart here.
Sounds differ in number and length, so that they can be told apart without seeing.
"""

from __future__ import annotations

from typing import NamedTuple

from helhet_door.reader.commands import LONGEST_TEXT
from helhet_door.words.events import Signal


class Look(NamedTuple):
    """A lamp (colour, blinking) and a sound (tenths of a second on and off, and how many times), or no sound."""

    colour: str
    blinks: bool = False
    sound: tuple[int, int, int] | None = None


LOOKS: dict[Signal, Look] = {
    Signal.IDLE: Look("blue"),
    Signal.ENTER_PIN: Look("white", True, (1, 1, 1)),
    Signal.WAIT: Look("white"),
    Signal.WELCOME: Look("green", False, (2, 1, 2)),
    Signal.REFUSED: Look("red", False, (8, 1, 1)),
    Signal.CLOSED: Look("red", False, (8, 1, 1)),
    Signal.TALK_TO_STAFF: Look("amber", False, (4, 2, 2)),
    Signal.TOO_MANY: Look("red", True, (8, 1, 1)),
    Signal.FULL: Look("amber", False, (4, 2, 2)),
    Signal.OUT_OF_ORDER: Look("amber", True, (4, 2, 3)),
    Signal.EVACUATE: Look("red", True, (5, 5, 10)),
    Signal.CLOSING: Look("amber", True, (2, 2, 3)),
    Signal.DOOR_HELD: Look("red", True, (3, 3, 5)),
    Signal.KEY: Look("white", True, (1, 1, 1)),
}

TEXTS: dict[str, dict[Signal, str]] = {
    "sv": {
        Signal.IDLE: "Visa ditt kort",
        Signal.ENTER_PIN: "Ange PIN, avsluta med #",
        Signal.WAIT: "Vänta ...",
        Signal.WELCOME: "Välkommen",
        Signal.REFUSED: "Kortet eller PIN gäller inte",
        Signal.CLOSED: "Stängt {when}",
        Signal.TALK_TO_STAFF: "Prata med personalen",
        Signal.TOO_MANY: "För många försök. Vänta",
        Signal.FULL: "Fullt just nu",
        Signal.OUT_OF_ORDER: "Dörren är ur funktion",
        Signal.EVACUATE: "Utrymning pågår",
        Signal.CLOSING: "Stänger snart {when}",
        Signal.DOOR_HELD: "Stäng dörren",
        Signal.KEY: "",
    },
    "en": {
        Signal.IDLE: "Show your card",
        Signal.ENTER_PIN: "Enter PIN, end with #",
        Signal.WAIT: "Please wait ...",
        Signal.WELCOME: "Welcome",
        Signal.REFUSED: "Card or PIN is not valid",
        Signal.CLOSED: "Closed {when}",
        Signal.TALK_TO_STAFF: "Please talk to the staff",
        Signal.TOO_MANY: "Too many tries. Please wait",
        Signal.FULL: "Full right now",
        Signal.OUT_OF_ORDER: "The door is out of order",
        Signal.EVACUATE: "Evacuation",
        Signal.CLOSING: "Closing soon {when}",
        Signal.DOOR_HELD: "Close the door",
        Signal.KEY: "",
    },
}

_PLAIN = str.maketrans("åäöÅÄÖéÉ–", "aaoAAOeE-")


def line(signal: Signal, language: str, when: str = "", display: str = "utf-8") -> str:
    """The line for ``signal``; ``when`` is a time of day, with a day before it or not ("mån 08:00"), or empty."""
    written = TEXTS[language][signal].format(when=when).rstrip()
    if display == "ascii":
        written = written.translate(_PLAIN).encode("ascii", "replace").decode("ascii")
    return written.encode()[:LONGEST_TEXT].decode(errors="ignore")
