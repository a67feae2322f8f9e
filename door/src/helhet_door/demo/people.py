"""Invented people for the demo's library system: cards, PINs and everything that a real one would say of them.

Names, addresses and mail are made up so that a search for them can prove that none was kept. Telephone numbers are from
the series that the Swedish Post and Telecom Authority keeps free for fiction (070-174 06 05 to 070-174 06 99).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from pathlib import Path

import msgspec

from helhet_door.words.faults import Fault, Faults

HEALTHY = (2,)
"""Flags of a patron without remarks: position 2 (no recall privileges) carries a "Y" in real systems too."""

_GIVEN = ("Åsa", "Örjan", "Märta", "Nils", "Sára", "Amina", "Björn", "Elsa", "Lemet", "Yusuf", "Ingegärd", "Tor")
_FAMILY = ("Provmark", "Låtsberg", "Påhittsson", "Exempelgren", "Tänkström", "Dittvall", "Fabelius", "Sagoholm")
_STREETS = ("Provgatan", "Påhittsvägen", "Exempelstigen", "Låtsasgränd")


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A patron. ``flags`` are the positions (0 to 13) of the SIP2 patron status that carry a "Y"."""

    card: str
    pin: str
    name: str = ""
    flags: tuple[int, ...] = HEALTHY
    expires: dt.date | None = None
    birth: dt.date | None = None
    address: str = ""
    mail: str = ""
    telephone: str = ""

    def status(self) -> str:
        """The fourteen characters of the SIP2 patron status."""
        return "".join("Y" if position in self.flags else " " for position in range(14))


def made_up(count: int, seed: int, today: dt.date) -> tuple[Person, ...]:
    """``count`` people of age, without remarks, whose cards are valid for years; the same for the same seed."""
    dice = random.Random(seed)
    cards = dice.sample(range(10**9, 10**10), count)
    return tuple(_made_up(dice, str(card), today) for card in cards)


def _made_up(dice: random.Random, card: str, today: dt.date) -> Person:
    given, family = dice.choice(_GIVEN), dice.choice(_FAMILY)
    return Person(
        card=card,
        pin=f"{dice.randrange(10_000):04d}",
        name=f"{given} {family}",
        expires=today + dt.timedelta(days=dice.randrange(400, 1500)),
        birth=today - dt.timedelta(days=dice.randrange(19 * 366, 90 * 366)),
        address=f"{dice.choice(_STREETS)} {dice.randrange(1, 99)}, 931 00 Skellefteå",
        mail=f"{family}.{card}@example.org".lower(),
        telephone=f"070-174 06 {dice.randrange(5, 100):02d}",
    )


def write(path: Path, people: Iterable[Person]) -> None:
    """Write people as a file that ``read`` reads."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(tuple(people)), indent=1))


def read(path: Path) -> tuple[Person, ...]:
    """The people in a file; raises :class:`Faults` with everything that is wrong in it."""
    try:
        rows = msgspec.json.decode(path.read_bytes(), type=list[msgspec.Raw])
    except (OSError, msgspec.DecodeError) as wrong:
        cure = 'Write a JSON list of people: [{"card": "1234", "pin": "5678"}]'
        raise Faults([Fault(path.name, "whole file", "", f"cannot be read ({type(wrong).__name__})", cure)]) from wrong
    people, faults = [], []
    for number, row in enumerate(rows, 1):
        try:
            people.append(msgspec.json.decode(row, type=Person))
        except (msgspec.DecodeError, msgspec.ValidationError) as wrong:
            faults.append(Fault(path.name, f"person {number}", "", f"is not a person: {wrong}", "See Person."))
    faults += _wrong(path.name, people)
    if faults:
        raise Faults(faults)
    return tuple(people)


def _wrong(file: str, people: list[Person]) -> list[Fault]:
    faults, seen = [], set()
    for person in people:
        where = f"card {person.card}"
        if not person.card or person.card in seen:
            faults.append(Fault(file, where, person.card, "is empty or stands twice", "Give each person a card."))
        if not all(0 <= flag < 14 for flag in person.flags):
            faults.append(Fault(file, where, str(person.flags), "has a flag outside 0 to 13", "See SIP2 2.00."))
        seen.add(person.card)
    return faults
