"""Who can be played in the demonstration: invented people, each with one thing that the rules look at.

What a library system knows of them and what the staff have registered are two things, and are built apart here.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from helhet_door.demo.people import HEALTHY, Person
from helhet_door.rules.model import Agreement, Span, StaffKind
from helhet_door.words.reasons import Reason

VERSION = 2
"""The version of the agreement that the demonstration's branch asks for."""

YEAR = dt.timedelta(days=365)
DEBARRED, LOST, FINES = 0, 4, 10  # positions in the SIP2 patron status


class Group(StrEnum):
    """Where a person stands on the page."""

    MEMBERS = "members"
    STAFF = "staff"
    STRANGERS = "strangers"


class Character(msgspec.Struct, frozen=True):
    """Somebody to play. ``expects`` is the reason that their row will have on an ordinary day, with the right PIN."""

    id: str
    name: str
    card: str
    pin: str
    group: Group
    expects: Reason

    def __repr__(self) -> str:
        return f"Character({self.id})"  # a habit worth keeping: no card, no PIN in a log or a traceback


_MEMBERS = (
    ("elsa", "Elsa Provmark", "4711", Reason.MEMBER),
    ("nils", "Nils Låtsberg", "2580", Reason.NO_AGREEMENT),
    ("marta", "Märta Dittvall", "1902", Reason.OLD_AGREEMENT),
    ("yusuf", "Yusuf Tänkström", "7744", Reason.UNDER_AGE),
    ("sara", "Sára Sagoholm", "6161", Reason.MEMBER),
    ("bjorn", "Björn Fabelius", "3141", Reason.BLOCKED),
    ("ingegard", "Ingegärd Exempelgren", "5050", Reason.MEMBER),
    ("tor", "Tor Påhittsson", "8086", Reason.BLOCKED),
    ("amina", "Amina Låtsberg", "1234", Reason.EXPIRED),
    ("lemet", "Lemet Sagoholm", "9001", Reason.SUSPENDED),
    ("orjan", "Örjan Provmark", "3535", Reason.MEMBER),
    ("asa", "Åsa Exempelgren", "6502", Reason.MEMBER),
)
_STAFF = (
    ("stina", "Stina", "864209", Reason.STAFF),
    ("cleaner", "Kajsa", "771302", Reason.STAFF),
    ("guard", "Gunnar", "590118", Reason.STAFF),
    ("former", "Fritz", "420735", Reason.UNKNOWN_CARD),
)

CAST: tuple[Character, ...] = (
    *(
        Character(id, name, f"21000000{number:02d}", pin, Group.MEMBERS, expects)
        for number, (id, name, pin, expects) in enumerate(_MEMBERS, 11)
    ),
    *(
        Character(id, name, f"31000000{number:02d}", pin, Group.STAFF, expects)
        for number, (id, name, pin, expects) in enumerate(_STAFF, 11)
    ),
    Character("unknown", "–", "9900000042", "0000", Group.STRANGERS, Reason.UNKNOWN_CARD),
)
BY_ID = {each.id: each for each in CAST}


def wrong_pin(pin: str) -> str:
    """A PIN of the same length that is not ``pin``."""
    return "".join(str((int(digit) + 1) % 10) for digit in pin)


def people(today: dt.date) -> tuple[Person, ...]:
    """What the library system knows on ``today``; staff cards and the unknown card are none of its."""
    flags = {"bjorn": (*HEALTHY, DEBARRED), "ingegard": (*HEALTHY, FINES), "tor": (*HEALTHY, LOST)}
    young = {"yusuf", "sara"}
    return tuple(
        Person(
            card=each.card,
            pin=each.pin,
            name=each.name,
            flags=flags.get(each.id, HEALTHY),
            expires=today - dt.timedelta(days=12) if each.id == "amina" else today + YEAR,
            birth=today - (16 if each.id in young else 40) * YEAR - dt.timedelta(days=40),
        )
        for each in CAST
        if each.group is Group.MEMBERS
    )


def agreements(today: dt.date) -> dict[str, Agreement]:
    """What was signed, by the person's id."""
    of_age_on = today + 2 * YEAR
    special = {
        "marta": Agreement(VERSION - 1),
        "yusuf": Agreement(VERSION, of_age_on=of_age_on),
        "sara": Agreement(VERSION, of_age_on=of_age_on, consent=True),
        "orjan": Agreement(VERSION, assistive=True),
        "asa": Agreement(VERSION, protected=True),
    }
    members = (each.id for each in CAST if each.group is Group.MEMBERS and each.id != "nils")
    return {id: special.get(id, Agreement(VERSION)) for id in members}


class Duty(msgspec.Struct, frozen=True):
    """A staff card as it is registered."""

    kind: StaffKind
    last: dt.date
    hours: Span = Span(0, 1440)
    disarms: bool = False


def duties(now_local: dt.datetime) -> dict[str, Duty]:
    """The staff cards by their holder's id. The cleaner's hours are the hours around now; the former's are over."""
    today, hour = now_local.date(), now_local.hour
    return {
        "stina": Duty(StaffKind.STAFF, today + YEAR),
        "cleaner": Duty(StaffKind.CLEANER, today + YEAR, Span(max(0, hour - 1) * 60, min(24, hour + 8) * 60)),
        "guard": Duty(StaffKind.GUARD, today + YEAR, disarms=True),
        "former": Duty(StaffKind.STAFF, today - dt.timedelta(days=1)),
    }
