"""What the page shows now, in words: gathered from every part from outside, as one table that becomes JSON.

Nothing here asks the door service: what is shown of it is what it has stored, and what the reader does.
"""

from __future__ import annotations

import datetime as dt
import time
from math import ceil
from typing import Any

from helhet_door.centre.audit import moment
from helhet_door.centre.state import STATES
from helhet_door.centre.texts import Voice, voice
from helhet_door.centre.words import PASSAGES, happened
from helhet_door.demo import cast, founding, rows
from helhet_door.demo.branch import Branch
from helhet_door.demo.library_control import Counts
from helhet_door.demo.rows import Happened, Rows, Stored
from helhet_door.demo.surroundings import LOCK
from helhet_door.demo.texts import Texts, texts
from helhet_door.rules import hours
from helhet_door.rules.check import written
from helhet_door.rules.hours import Plan
from helhet_door.rules.model import Rules
from helhet_door.service.new import read_key
from helhet_door.words.reasons import LETS_IN, Reason
from helhet_door.words.rows import ALERTS, SERIAL, TRUSTED_AGAIN, Kind
from helhet_door.words.states import BranchState
from helhet_door.words.tags import list_tag

LONG = 4  # tenths of a second from which a sound is a long one
QUESTION, BEAT = "23", "99"  # SIP2 2.00: patron status, SC status
GOOD = {BranchState.STAFFED, BranchState.OPEN_PLUS}
BAD = {BranchState.FAULT, BranchState.EVACUATION}

NO_SOURCE = "no_source"  # the clock is trusted: what the service says at every start here

Told = dict[str, Any]


class Teller:
    """Tells of a branch in one language."""

    def __init__(self, branch: Branch, language: str) -> None:
        self._branch = branch
        self._texts: Texts = texts(language)
        self._voice: Voice = voice(language)
        self._list_key = read_key(branch.place.list_key)

    async def now(self) -> Told:
        """Everything that moves on the page. Raises ``ConnectionError`` or ``Refused`` while the parts stop."""
        branch = self._branch
        reader = await branch.reader.state()
        stored = rows.read(branch.place.rows)
        counts = await branch.library.counts()
        found = stored or Rows()
        return {
            "reader": self._reader(reader),
            "door": await self._door(reader, self._pulse(found.rules)),
            "shown": self._shown(),
            "parts": self._parts(reader, found),
            "branch": self._rules(found.rules),
            "pressed": self._pressed(reader),
            "readable": stored is not None,
            "passages": [self._passage(each) for each in found.passages],
            "happenings": [self._happening(each) for each in found.happenings],
            "waiting": self._waiting(found),
            "asked": self._asked(counts),
        }

    # The reader and the door

    def _reader(self, state: Told) -> Told:
        led = state["led"] or {"colour": 0, "blinks": False}
        colour = self._texts.say("light", str(led["colour"]))
        word = self._texts.say("door", "blinks", colour=colour) if led["blinks"] else colour
        return {
            "text": state["text"] or self._texts.say("door", "blank"),
            "colour": led["colour"],
            "blinks": led["blinks"],
            "light": self._texts.say("door", "light", word=word),
            "sound": self._texts.say("door", "sound", word=self._sound(state["buzzer"])),
            "buzzes": state["buzzes"],
            "buzzer": state["buzzer"] or [],
        }

    def _sound(self, buzzer: list[int] | None) -> str:
        if not buzzer:
            return self._texts.say("door", "no_sound")
        on, _, times = buzzer
        name = "long" if on >= LONG else "short"
        return self._texts.say("door", name if times == 1 else f"{name}s", number=times)

    async def _door(self, state: Told, pulse: float) -> Told:
        around = self._branch.surroundings
        word, look, hint, left = "locked", "locked", "", 0
        if around.leaf_open:
            word = look = "is_open"
        elif state["relays"][LOCK]:
            changes = await self._branch.reader.changes()
            began = [each.at for each in changes if each.output == LOCK and each.on]
            left = max(0, ceil(began[-1] + pulse - time.monotonic())) if began else 0
            word = look = "released"
            hint = self._texts.say("door", "released_hint")
        elif around.fire:
            word, look = "fire_free", "released"
        elif around.free:
            word, look = "freed", "released"
        return {"word": self._texts.say("door", word, seconds=left), "look": look, "hint": hint}

    def _pulse(self, rules: Rules | None) -> float:
        """How long (seconds) the rules release the lock for whose card was shown last."""
        if rules is None or self._branch.shown is None:
            return 0.0
        agreement = rules.lists.agreements.get(list_tag(self._list_key, self._branch.shown.card))
        times = rules.settings.times
        return times.pulse_assistive if agreement is not None and agreement.assistive else times.pulse

    def _shown(self) -> Told | None:
        shown = self._branch.shown
        if shown is None:
            return None
        return {"id": shown.id, "whose": self._texts.say("door", "whose", name=shown.name, pin=shown.pin)}

    # The parts

    def _parts(self, reader: Told, stored: Rows) -> Told:
        branch, say = self._branch, self._texts.say
        runs, secure = branch.service.ready, reader["secure"] and not reader["cut"]
        library = stored.last(Kind.LIBRARY_BACK, Kind.LIBRARY_LOST)
        up = library is not None and library[0] is Kind.LIBRARY_BACK
        lib = "down" if not up else "faulty" if branch.library_fault else "up"
        centre = branch.centre.running
        return {
            "service": [say("service", "runs" if runs else "starts"), "good" if runs else "bad"],
            "reader": [say("reader", "secure" if secure else "lost"), "good" if secure else "bad"],
            "library": [say("library", lib), {"up": "good", "faulty": "odd", "down": "bad"}[lib]],
            "centre": [say("centre", "up" if centre else "down"), "good" if centre else "bad"],
            "alarm": self._alarm(),
            "branch": self._state(stored),
        }

    def _alarm(self) -> list[str]:
        around = self._branch.surroundings
        word = "armed" if around.armed else "off" if around.ready else "not_ready"
        if around.follows and around.wish is not around.armed:
            word = "arming" if around.wish else "disarming"
        return [self._texts.say("alarm", word), "good" if word == "off" else "odd"]

    def _state(self, stored: Rows) -> list[str]:
        last = stored.last(Kind.BRANCH)
        state = BranchState(last[1]) if last is not None else BranchState.CLEARING
        look = "good" if state in GOOD else "bad" if state in BAD else "odd"
        return [self._voice.say(STATES[state]), look]

    def _pressed(self, reader: Told) -> list[str]:
        """The buttons of what lasts, as ``deed:way``."""
        branch, around = self._branch, self._branch.surroundings
        lasts = {
            f"library:{branch.library_fault}": bool(branch.library_fault),
            "line:unplug": reader["cut"] == "close",
            "line:cut": reader["cut"] == "wire",
            "line:stranger": branch.stranger,
            "fire:on": around.fire,
            "alarm:not_ready": not around.ready,
            "alarm:arm": around.armed,
            "motion:": around.moving,
            "centre:off": not branch.centre.running,
        }
        return [name for name, holds in lasts.items() if holds]

    # The branch

    def _rules(self, rules: Rules | None) -> Told:
        say = self._texts.say
        if rules is None:
            return {"today": "", "next": "", "rules": say("branch", "no_rules")}
        now = dt.datetime.now(dt.UTC)
        day = hours.day_of(rules, hours.local(rules, now).date())
        spans = ", ".join(written(span).replace("-", "–") for span in (*day.staffed, *day.open_plus))
        return {
            "today": say("branch", "today", hours=spans) if spans else say("branch", "closed_today"),
            "next": self._next(rules, now),
            "rules": say("branch", "rules", serial=rules.serial),
        }

    def _next(self, rules: Rules, now: dt.datetime) -> str:
        change = hours.next_change(rules, now)
        closed = hours.plan_at(rules, now) is Plan.CLOSED
        if change is None:
            return self._texts.say("branch", "never" if closed else "always")
        when = self._voice.soon(hours.local(rules, change[0]), hours.local(rules, now))
        return self._texts.say("branch", "opens" if closed else "closes", when=when)

    # What is stored

    def _passage(self, row: Stored) -> Told:
        reason = Reason(row.reason)
        said = "unknown" if row.opened is None else "opened" if row.opened else "unopened"
        more = [self._texts.say("stored", said)] if reason in LETS_IN else []
        more.append(self._texts.say("stored", "pseudonym" if row.pseudonym else "no_pseudonym"))
        return {
            "number": row.number,
            "at": _clock(row.at),
            "in": reason in LETS_IN,
            "what": self._voice.say(PASSAGES[reason]),
            "more": f"{row.door} · {', '.join(more)}",
        }

    def _happening(self, row: Happened) -> Told:
        kind = Kind(row.kind)
        own = self._texts.known("happening", kind)
        what = self._texts.say("happening", kind) if own else self._voice.say(happened(kind, row.detail))
        return {
            "number": row.number,
            "at": _clock(row.at),
            "alert": kind in ALERTS and not (kind is Kind.CLOCK and row.detail in (NO_SOURCE, TRUSTED_AGAIN)),
            "what": what,
            "detail": self._detail(kind, row.detail),
        }

    def _detail(self, kind: Kind, detail: str) -> str:
        """The service's fixed words in plain ones; what has no plain ones is told as it stands."""
        if kind is Kind.BRANCH:
            return self._voice.say(STATES[BranchState(detail)])
        if kind is Kind.RULES and detail.startswith(SERIAL):
            return self._texts.say("branch", "rules", serial=detail.removeprefix(SERIAL))
        return self._texts.say("detail", detail) if self._texts.known("detail", detail) else detail

    def _waiting(self, stored: Rows) -> str:
        if self._branch.centre.running and not stored.waiting:
            return self._texts.say("stored", "all_sent")
        return self._texts.say("stored", "waiting", number=stored.waiting)

    def _asked(self, counts: Counts) -> Told:
        names = {each.card: each.name for each in cast.CAST}
        unknown = self._texts.say("people", "unknown")
        by_card = [
            f"{names[card] if names.get(card, '–') != '–' else unknown} {number}"
            for card, number in sorted(counts.tries.items(), key=lambda each: -each[1])
        ]
        return {
            "cards": counts.frames.get(QUESTION, 0),
            "empty": counts.empty_pins,
            "lines": counts.lines,
            "beats": counts.frames.get(BEAT, 0),
            "by_card": self._texts.say("asked", "by_card", cards=", ".join(by_card)) if by_card else "",
        }


def _clock(at: str) -> str:
    """The time of a row on the branch's wall."""
    return moment(at).astimezone(founding.ZONE).strftime("%H:%M:%S")
