"""What was seen of a visit against what the oracle says must be seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from oracle import Table, table
from outcome import Outcome, Usual, outcome, usual
from player import WELCOME, Seen
from scene import dark
from visit import ZONE, Visit

from helhet_door.words.reasons import LETS_IN, Reason
from helhet_door.words.tags import day_tag

EARLY, LATE = 0.15, 0.5
"""Seconds by which the relay's log may differ from the pulse that the rules ask for."""
LATEST = 2.5 + 1.0
"""Seconds after the last key after which no lock is released: 2.5 for the command, and one to get there."""
SAME_CARD = 10.0
OUT_OF_ORDER = "Dörren är ur funktion"


class Judge:
    """Compares with one table; another table (with a mistake planted in it) must find disagreements."""

    def __init__(self, by: Table | None = None) -> None:
        self._table = by or table()
        self._usual: dict[Reason, Usual] = usual()

    def expected(self, visit: Visit) -> Outcome:
        """What the oracle says."""
        protected = visit.written.protected and visit.written.signed_version is not None
        known = visit.conditions["day"] != "open" and visit.world.clock_trusted
        opens = "00:00" if known else ""
        return outcome(visit.conditions, self._table, self._usual, protected, opens)

    def wrong(self, seen: Seen) -> list[str]:
        """Every disagreement, in words."""
        must = self.expected(seen.visit)
        return [*_rows(seen, must), *_lock(seen, must), *_told(seen, must)]

    def staged(self, seen: Seen) -> str:
        """Why the visit was not played as it was meant, or ""."""
        if seen.strange:
            return seen.strange
        if [row.reason in LETS_IN for row in seen.rows] == [True] and not seen.pulses and seen.shown == OUT_OF_ORDER:
            return "the pulse could not leave within a second, and was dropped"
        if seen.visit.conditions["same_card"] == "yes":
            since = None if seen.last_on is None else seen.keyed_at - seen.last_on
            if since is None or since > SAME_CARD - 0.5:
                return f"the card was let in {since} s before"
        return ""


def _rows(seen: Seen, must: Outcome) -> Iterator[str]:
    reasons = [row.reason for row in seen.rows]
    if reasons != ([must.reason] if must.row else []):
        yield f"rows {[str(each) for each in reasons]}, and {must.reason if must.row else 'none'} was right"
        return
    for row in seen.rows:
        if (row.tag is not None) != must.pseudonym:
            yield f"a pseudonym is {'kept' if row.tag else 'not kept'}"
        elif row.tag is not None:
            day = dt.datetime.fromisoformat(row.at).astimezone(ZONE).date().isoformat()
            if row.tag != day_tag(seen.keys[day], seen.visit.card):
                yield "the pseudonym is not the card's under the key of the day"


def _lock(seen: Seen, must: Outcome) -> Iterator[str]:
    pulses = [(on, off) for on, off in seen.pulses if on > 0]
    if len(pulses) != must.opens:
        yield f"the lock was released {len(pulses)} times"
        return
    for on, off in pulses:
        wanted = _seconds(seen.visit)
        lasted = None if off is None else off - on
        if lasted is None or not wanted - EARLY <= lasted <= wanted + LATE:
            yield f"the lock was released for {lasted} s and not for {wanted} s"
        if on - seen.keyed_at > LATEST:
            yield f"the lock was released {on - seen.keyed_at:.1f} s after the last key"


def _seconds(visit: Visit) -> float:
    rules = visit.written
    assistive = rules.assistive and rules.signed_version is not None
    return rules.times.pulse_assistive if assistive else rules.times.pulse


def _told(seen: Seen, must: Outcome) -> Iterator[str]:
    if seen.shown != must.shown:
        yield f"the reader showed {seen.shown!r} and not {must.shown!r}"
    if (seen.shown == WELCOME) and must.reason not in LETS_IN | {Reason.SAME_CARD}:
        yield "the reader said welcome"
    asked = must.asked and not dark(seen.visit)
    if seen.asked != asked:
        yield f"the library system was asked {seen.asked} times and not {int(asked)}"
