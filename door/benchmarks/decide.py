"""How many decisions one core makes in a second, with rules as large as a town's.

``python door/benchmarks/decide.py``: 10,000 agreements, 50 staff cards, and tries that end at every stage of the table,
once without an answer and once with one. The promise is 20,000 a second; it leaves with 1 where that is not kept.
"""

from __future__ import annotations

import datetime as dt
import gc
import random
import sys
import time
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from helhet_door.decide.decide import Facts, decide
from helhet_door.rules.hours import DayKind
from helhet_door.rules.model import Agreement, Lists, Rules, StaffCard, StaffKind
from helhet_door.rules.read import START, read
from helhet_door.words.answers import Answer, Kind
from helhet_door.words.reasons import Reason
from helhet_door.words.states import BranchState, Panel

PROMISED = 20_000
ROUNDS = 5
TRIES = 40_000
NOW = dt.datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Europe/Stockholm"))
RIGHT = Answer(Kind.ANSWERED, known=True, pin_right=True, flags=frozenset({2}))


def rules() -> Rules:
    """A branch's settings, with a town's lists."""
    today = NOW.date()
    card = StaffCard(StaffKind.STAFF, today, today, "")
    lists = Lists(
        agreements={f"{number:032x}": Agreement(1) for number in range(10_000)},
        staff={f"{number:032x}": card for number in range(20_000, 20_050)},
        suspended={f"{number:032x}": today for number in range(100)},
    )
    return Rules(1, "", read(START).settings, lists)


def tries(dice: random.Random) -> list[tuple[Facts, Answer | None]]:
    """Mostly members who come in; the rest is stopped by one thing or another."""
    well = Facts(
        evacuation=False,
        secure=True,
        line_quiet=100.0,
        clock_trusted=True,
        card="1234567890",
        pin="1234",
        card_limited=False,
        reader_limited=False,
        branch=BranchState.OPEN_PLUS,
        now_local=NOW,
        tag="",
        staff_pin_right=False,
        day_kind=DayKind.OPEN,
        last_entry_passed=False,
        recent=False,
        occupancy=None,
        stored_ok=True,
        same_card=False,
        panel=Panel.READY,
    )
    wrong = [{"secure": False}, {"card": "1|2"}, {"card_limited": True}, {"branch": BranchState.ARMED}, {"pin": ""}]
    answers = [RIGHT] * 7 + [replace(RIGHT, pin_right=False), replace(RIGHT, flags=frozenset({4})), Answer(Kind.SILENT)]
    found: list[tuple[Facts, Answer | None]] = []
    for _ in range(TRIES // 2):
        facts = replace(well, tag=f"{dice.randrange(10_500):032x}")
        if dice.random() < 0.2:
            facts = replace(facts, **dice.choice(wrong))
        found += [(facts, None), (facts, dice.choice(answers))]
    return found


def main() -> int:
    """Measure the slowest of some rounds, and say it."""
    written, played = rules(), tries(random.Random(1))
    decided: dict[Reason | None, int] = {}
    for facts, answer in played:
        reason = decide(facts, written, answer).reason
        decided[reason] = decided.get(reason, 0) + 1
    gc.collect()
    rates = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        for facts, answer in played:
            decide(facts, written, answer)
        rates.append(len(played) / (time.process_time() - begin))
    print(f"{len(decided) - 1} reasons and asking; {min(rates):,.0f} to {max(rates):,.0f} decisions a second")
    return 0 if min(rates) >= PROMISED else 1


if __name__ == "__main__":
    sys.exit(main())
