"""A visit on a stage: rules to sign, people and faults for the library system, what is done at the reader.

Everything is relative to ``now``, so that the same visit plays at its own moment against the pure functions and at the
real time against real processes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum

import msgspec
from visit import ZONE, Visit, World

from helhet_door.demo.library_faults import Fault, Kind
from helhet_door.demo.people import Person
from helhet_door.rules.model import (
    Agreement,
    Alarm,
    Day,
    Lists,
    Offline,
    Rules,
    Settings,
    Span,
    StaffCard,
    Week,
)
from helhet_door.words import answers
from helhet_door.words.answers import Answer
from helhet_door.words.states import BranchState, Panel
from helhet_door.words.tags import list_tag

Hashed = Callable[[str, str], str]
"""From a staff card's tag and PIN to what the rules keep of the PIN."""

WHOLE = (Span(0, 1440),)
CLOSES_IN = 10
"""Minutes to closing where the last entry has passed or the branch warns."""


def rules(visit: Visit, now: dt.datetime, key: bytes, hashed: Hashed, margin: int = 0, serial: int = 1) -> Rules:
    """The rules of the branch. ``margin`` minutes are left at both ends of spans, for stages whose clock goes on."""
    today = now.date()
    return Rules(
        serial,
        f"{now.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        settings(visit, now),
        _lists(visit, now, today, list_tag(key, visit.card), hashed, margin),
    )


def settings(visit: Visit, now: dt.datetime) -> Settings:
    """What a person would have written for this branch; its hours are open all week but for today's exception."""
    rules = visit.written
    zone = getattr(now.tzinfo, "key", ZONE.key)
    return Settings(
        branch="prov",
        names={"sv": "Provfilialen", "en": "The test branch"},
        district="prov",
        week=Week((Day(open_plus=WHOLE),) * 7),
        zone=zone,
        warn_minutes=(15, 10, 5) if visit.world.branch is BranchState.WARNING else (),
        last_entry_minutes=CLOSES_IN + 5 if visit.world.last_entry_passed else 0,
        min_age=rules.min_age,
        consent_age=rules.consent_age,
        blocking_flags=rules.blocking_flags,
        agreement_version=rules.agreement_version,
        offline=Offline.RECENT if rules.offline_recent else Offline.NOBODY,
        occupancy_limit=rules.occupancy_limit,
        times=rules.times,
        alarm=_alarm(visit.world),
    )


def _alarm(world: World) -> Alarm:
    """A branch that is closed comes to rest soon, but where people are still leaving; a fault is soon known."""
    if world.panel is Panel.NONE:
        return Alarm(quiet_minutes=60 if world.branch is BranchState.CLEARING else 1)
    return Alarm(True, 1, 10 if world.branch is BranchState.FAULT else 600)


def _lists(visit: Visit, now: dt.datetime, today: dt.date, tag: str, hashed: Hashed, margin: int) -> Lists:
    rules = visit.written
    staff = {} if rules.staff is None else {tag: _staff(visit, now, today, tag, hashed, margin)}
    ends = None if rules.suspended_to is None else today + dt.timedelta(days=rules.suspended_to)
    return Lists(
        agreements={} if rules.signed_version is None else {tag: _agreement(visit, rules.signed_version, today)},
        suspended={} if ends is None else {tag: ends},
        staff=staff,
        exceptions={} if visit.world.day == "holiday" else {today: _today(visit, now)},
        holidays=(today,) if visit.world.day == "holiday" else (),
        locked=rules.locked,
    )


def _today(visit: Visit, now: dt.datetime) -> Day:
    if visit.world.day == "outside":
        return Day()
    if visit.world.last_entry_passed or visit.world.branch is BranchState.WARNING:
        return Day(open_plus=(Span(0, min(1440, _minute(now) + CLOSES_IN)),))
    return Day(staffed=WHOLE) if visit.world.branch is BranchState.STAFFED else Day(open_plus=WHOLE)


def _agreement(visit: Visit, version: int, today: dt.date) -> Agreement:
    rules = visit.written
    of_age = None if rules.of_age_in is None else today + dt.timedelta(days=rules.of_age_in)
    return Agreement(version, of_age, rules.consent, rules.assistive, rules.protected)


def _staff(visit: Visit, now: dt.datetime, today: dt.date, tag: str, hashed: Hashed, margin: int) -> StaffCard:
    rules = visit.written
    assert rules.staff is not None
    return StaffCard(
        kind=rules.staff,
        first=today + dt.timedelta(days=rules.staff_first),
        last=today + dt.timedelta(days=rules.staff_last),
        pin=hashed(tag, rules.staff_pin),
        hours=_spans(_minute(now), margin)[rules.staff_in_hours][rules.staff_span],
        disarms=rules.staff_disarms,
    )


def _spans(minute: int, margin: int) -> tuple[tuple[tuple[Span, ...], ...], tuple[tuple[Span, ...], ...]]:
    """Three spans that the minute is not in, and three that it is in: the end of a span is not in it."""
    early, late = max(0, minute - margin), min(1439, minute + margin)
    outside = ((), (Span(0, early),), (Span(min(1440, late + 1), 1440),))
    inside = (WHOLE, (Span(early, late + 1),), (Span(0, early), Span(early, 1440)))
    return _real(outside), _real(inside)


def _real(choices: tuple[tuple[Span, ...], ...]) -> tuple[tuple[Span, ...], ...]:
    """Without spans that last no time: rules with them are not taken."""
    return tuple(tuple(span for span in spans if span.start < span.end) for spans in choices)


def _minute(now: dt.datetime) -> int:
    return now.hour * 60 + now.minute


def answer(visit: Visit, today: dt.date) -> Answer:
    """What the SIP2 line should make of the library system's answer."""
    told = visit.told
    if told.kind is not answers.Kind.ANSWERED:
        return Answer(told.kind)
    return Answer(
        told.kind,
        None if told.bl is None else told.bl == "Y",
        None if told.cq is None else told.cq == "Y",
        frozenset(told.flags),
        None if told.expires_in is None else today + dt.timedelta(days=told.expires_in),
        told.age,
    )


def person(visit: Visit, today: dt.date) -> Person | None:
    """Who the library system must know; None where it must not know the card."""
    told = visit.told
    if told.bl == "N":
        return None
    return Person(
        card=visit.card,
        pin=told.pin,
        name=f"Provperson {visit.number}",
        flags=told.flags,
        expires=None if told.expires_in is None else today + dt.timedelta(days=told.expires_in),
        birth=None if told.age is None else _birth(today, told.age, visit.number),
        address=f"Provgatan {visit.number}, 931 00 Skellefteå",
        mail=f"provperson{visit.number}@example.org",
    )


def _birth(today: dt.date, age: int, number: int) -> dt.date:
    """A date on which somebody was born who is ``age`` whole years today: by turns just so old, or nearly older."""
    if number % 2:
        return _years_before(today, age)
    return _years_before(today, age + 1) + dt.timedelta(days=1)


def _years_before(day: dt.date, years: int) -> dt.date:
    """The same date in another year; on 29 February the day before, where that year has none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def faults(visit: Visit) -> tuple[Fault, ...]:
    """What the library system must be told to do wrong with its next answer."""
    told = visit.told
    match told.kind:
        case answers.Kind.SILENT:
            return (Fault((Kind.HANG, Kind.HALF, Kind.DROP)[visit.number % 3], times=1),)
        case answers.Kind.MALFORMED:
            return (Fault((Kind.MALFORMED, Kind.GARBAGE)[visit.number % 2], times=1),)
        case answers.Kind.OUT_OF_SEQUENCE:
            return (Fault((Kind.WRONG_SEQUENCE, Kind.WRONG_ECHO)[visit.number % 2], times=1),)
    natural = (told.bl, told.cq) in (("Y", "Y"), ("Y", "N"), ("N", "N"))
    return () if natural else (Fault(Kind.FIELDS, times=1, fields={"BL": told.bl, "CQ": told.cq}),)


class Show(msgspec.Struct, frozen=True, tag="show"):
    """A card is held to the reader."""

    card: str


class Press(msgspec.Struct, frozen=True, tag="press"):
    """Keys are pressed, one after the other."""

    keys: str


def steps(visit: Visit) -> tuple[Show | Press, ...]:
    """What the person does at the reader."""
    return Show(visit.card), Press(visit.pin + "#")


class Need(StrEnum):
    """What a stage must be able to bring about before the person comes."""

    FIRE = "fire"
    INSECURE = "insecure"
    GAP = "gap"
    CLOCK = "clock"
    CARD_GUESSED = "card_guessed"
    READER_GUESSED = "reader_guessed"
    ALARM = "alarm"
    COUNTED = "counted"
    STORE_BROKEN = "store_broken"
    JUST_LET_IN = "just_let_in"
    LET_IN_BEFORE = "let_in_before"


def needs(visit: Visit) -> frozenset[Need]:
    """Everything out of the ordinary that this visit asks of its stage."""
    world = visit.world
    wanted = {
        Need.FIRE: world.evacuation or world.branch is BranchState.EVACUATION,
        Need.INSECURE: not world.secure,
        Need.GAP: world.line_quiet < 2.0,
        Need.CLOCK: not world.clock_trusted,
        Need.CARD_GUESSED: world.card_limited,
        Need.READER_GUESSED: world.reader_limited,
        Need.ALARM: world.panel is not Panel.NONE,
        Need.COUNTED: visit.written.occupancy_limit is not None,
        Need.STORE_BROKEN: not world.stored,
        Need.JUST_LET_IN: visit.conditions["same_card"] == "yes",
        Need.LET_IN_BEFORE: world.recent,
    }
    return frozenset(need for need, needed in wanted.items() if needed)
