"""Visits by the seed: for each row of the oracle's table in turn, one that the row decides.

What stands in rows above is mostly in order, or the visit would end there; often all but one of a row's conditions
hold, because that is where mistakes are made. What stands below is as it may, because it must not matter. Then each
answer becomes something concrete: a card with a bar in it, a suspension to the day before.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping

import bylaws as the_bylaws
from concrete import told, world, written
from oracle import Condition, Row, Table
from oracle import conditions as known_conditions
from oracle import table as known_table
from settled import settled, staged
from visit import Visit

from helhet_door.words.reasons import Reason

Known = Mapping[str, Condition]
Possible = Callable[[dict[str, str]], dict[str, str]]

FIRST_DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MINUTES = 3 * 365 * 24 * 60
NIGHTS = (dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC), dt.datetime(2026, 10, 24, 23, 30, tzinfo=dt.UTC))
"""Half an hour before daylight saving begins and an hour and a half before it ends."""

UNUSUAL = 0.04
"""How often a condition above the row aimed at is anything but everyday."""
NEARLY = 0.6
"""How often all conditions but one of some other row hold."""
TRIES = 1_000
NEVER_STAGED = frozenset({Reason.ARMING})
"""By its own schedule a branch arms outside hours, and then the hours are the reason."""
ASKED = frozenset(list(Reason)[list(Reason).index(Reason.LIBRARY_SILENT) :]) - {Reason.NOT_STORED}
"""Reasons that the library system was asked for. Where the disk takes nothing it is not: no guess can be counted."""
COSTLY = frozenset(
    {
        *("evacuation", "reader_secure", "line_whole", "clock_trusted", "card_limited", "reader_limited"),
        *("alarm", "branch", "recent", "house", "stored", "same_card"),
    }
)
"""What takes a stage some seconds to bring about: seldom there where it does not matter."""
SCENE = (
    *("evacuation", "clock_trusted", "reader_limited", "alarm", "branch", "locked_list", "day", "last_entry"),
    *("offline_rule", "consent_helps", "house", "stored", "same_card"),
)
"""What holds for everybody at a stage: who comes on the same conditions can come at the same time."""
ALONE = 0.45
"""How often a visit has nothing unusual of these but what its row asks for; else it has one thing more."""
TOLD = ("known", "pin_right", "flag", "expiry", "age_told")
"""What only an answer of the library system can tell."""

BARS = (
    "47|11AD1234",
    "djfiander|AD6789",
    "4711\r",
    "4711\n2300",
    "47 11",
    "47é11",
    "-4711",
    "471",
    "4" * 33,
    "",
    "4711\x00",
)
BAD_PINS = ("1234|", "12|ADx", "1" * 13, "12 4", "٣٤٥٦", "*123", "12\r4", "-123")
READ_BARS = tuple(bar for bar in BARS if bar and bar == bar.strip("\r\x00"))
"""Those that are still there when a reader of letters has read them: it drops what stands after the last."""
KEYED_PINS = ("1" * 13, "1234567890123456")
"""A keypad has digits and no more; it can have too many."""


def visits(count: int, seed: int, real: bool = False) -> Iterator[Visit]:
    """``count`` visits, the same for the same seed; each stands alone, so any of them can be made again.

    ``real`` ones can be brought about with real processes: what cannot be there at once is left out.
    """
    rows, known = known_table(), known_conditions()
    aims = [aim for aim, row in enumerate(rows.rows) if not (real and row.reason in NEVER_STAGED)]
    for number in range(count):
        yield visit(number, seed, aims[number % len(aims)], rows, known, staged if real else settled)


def visit(number: int, seed: int, aim: int, rows: Table, known: Known, possible: Possible) -> Visit:
    """The visit with this number, decided by the row aimed at, or where it is staged by one with the same reason."""
    dice = random.Random(f"{seed}/{number}")
    conditions = _conditions(dice, aim, rows, known, possible)
    real = possible is staged
    card, pin = _keyed(dice, conditions, number, real)
    bylaws = the_bylaws.staged(conditions) if real else the_bylaws.drawn(dice)
    rules = written(dice, conditions, pin, bylaws)
    seen, said = world(dice, conditions, _moment(dice), bylaws), told(dice, conditions, pin, rules)
    return Visit(number, aim, conditions, card, pin, seen, rules, said)


def _conditions(dice: random.Random, aim: int, rows: Table, known: Known, possible: Possible) -> dict[str, str]:
    """Answers that can be there at once and for which the row aimed at decides."""
    row = rows.rows[aim]
    above = {name for other in rows.rows[:aim] for name in other.when}
    calm = above | COSTLY if possible is staged else above
    for _ in range(TRIES):
        drawn = possible(_drawn(dice, row, calm, rows, known))
        place = rows.place(drawn)
        if place == aim or (possible is staged and rows.rows[place].reason is row.reason):
            drawn = _plainer(dice, drawn, row, rows, known) if possible is staged else drawn
            if possible is settled or drawn["stored"] == "yes" or row.reason not in ASKED:
                return drawn
    raise ValueError(f"row {aim} ({row.words}) can never decide")


def _plainer(dice: random.Random, drawn: dict[str, str], row: Row, rows: Table, known: Known) -> dict[str, str]:
    """The same with none or one of the unusual things that hold for everybody, as long as the reason stays."""

    def changed(name: str, answer: str) -> dict[str, str]:
        other = staged(drawn | {name: answer})
        return other if rows.decides(other).reason is row.reason else drawn

    free = [name for name in SCENE if name not in row.when]
    odd = [name for name in free if drawn[name] != known[name].everyday]
    more = dice.random() > ALONE
    for name in dice.sample(odd, max(0, len(odd) - more)):
        drawn = changed(name, known[name].everyday)
    if more and not odd:
        name = dice.choice(free)
        drawn = changed(name, dice.choice(known[name].answers[1:]))
    return drawn


def _drawn(dice: random.Random, row: Row, calm: set[str], rows: Table, known: Known) -> dict[str, str]:
    drawn = {name: _answer(dice, condition, name in calm) for name, condition in known.items()}
    if drawn["library"] != "answered":  # then what it would have said must not matter
        drawn |= {name: dice.choice(known[name].answers) for name in TOLD}
    if dice.random() < NEARLY:
        [other] = dice.choices(rows.rows, [len(other.when) for other in rows.rows])
        drawn |= _nearly(dice, other, known)
    return drawn | {name: dice.choice(sorted(answers)) for name, answers in row.when.items()}


def _nearly(dice: random.Random, row: Row, known: Known) -> dict[str, str]:
    """Answers that fit a row in all its conditions but one, or (a row with one condition) in that one."""
    wrong = dice.choice(sorted(row.when)) if len(row.when) > 1 else None
    fitting = {name: dice.choice(sorted(answers)) for name, answers in row.when.items() if name != wrong}
    if wrong is not None:
        fitting[wrong] = dice.choice([answer for answer in known[wrong].answers if answer not in row.when[wrong]])
    return fitting


def _answer(dice: random.Random, condition: Condition, calm: bool) -> str:
    if calm and dice.random() > UNUSUAL:
        return condition.everyday
    return dice.choice(condition.answers)


def _keyed(dice: random.Random, conditions: Mapping[str, str], number: int, real: bool) -> tuple[str, str]:
    """The card as the reader reads it, and the keys. No two visits have the same card, but for what is none."""
    card = f"{dice.randrange(10**2, 10**5)}{number:05d}"
    if dice.random() < 0.1:
        card = f"Ske-{card}"
    pin = f"{dice.randrange(10**4):04d}" if dice.random() < 0.9 else str(dice.randrange(10**6, 10**12))
    if conditions["characters"] == "illegal_card":
        card = dice.choice(READ_BARS if real else BARS)
    if conditions["characters"] == "illegal_pin":
        pin = dice.choice(KEYED_PINS if real else BAD_PINS)
    return card, "" if conditions["pin"] == "empty" else pin


def _moment(dice: random.Random) -> dt.datetime:
    """A minute within three years, often in one of the nights in which the clocks change."""
    if dice.random() < 0.05:
        return dice.choice(NIGHTS) + dt.timedelta(minutes=dice.randrange(180))
    return FIRST_DAY + dt.timedelta(minutes=dice.randrange(MINUTES))
