"""Rules of a branch, compiled from its settings and the lists, signed, with a serial that grows at every change."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
import threading
from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec

from helhet_door.centre import days, members, staff_cards, versions
from helhet_door.centre.audit import stamp
from helhet_door.centre.branches import Branches
from helhet_door.centre.holidays import public_holidays
from helhet_door.keep.database import writing
from helhet_door.rules.model import Lists, Rules, Settings
from helhet_door.words.wire import Signed

HIGHEST_SERIAL = 1 << 53  # beyond it, numbers in JSON lose their last digits
_DAY = dt.timedelta(days=1)
_Key = tuple[int, int, dt.date]


def lists(db: sqlite3.Connection, settings: Settings, today: dt.date) -> Lists:
    """What the staff page changes, as it stands; what is past is left out."""
    return Lists(
        agreements=members.agreements(db),
        suspended=members.suspensions(db, today),
        staff=staff_cards.at(db, settings.branch, today),
        exceptions=days.exceptions(db, settings.branch, today - _DAY),
        holidays=public_holidays(settings.holidays, today.year),
        locked=days.locked(db, settings.branch) is not None,
    )


class Compiler:
    """Keeps the signed rules of every branch up to date; ``sign`` puts the centre's signature on rules."""

    def __init__(self, branches: Branches, sign: Callable[[Rules], Signed]) -> None:
        self._branches, self._sign = branches, sign
        self._lock = threading.Lock()
        self._known: dict[str, _Key] = {}

    def serial(self, db: sqlite3.Connection, branch: str, now: dt.datetime) -> int:
        """The serial of the rules in force for ``branch`` at ``now``, compiled anew where something changed."""
        settings = self._branches.now()[branch]
        today = now.astimezone(ZoneInfo(settings.zone)).date()
        changes: int = db.execute("SELECT number FROM changes").fetchone()[0]
        key = (changes, self._branches.generation, today)
        with self._lock:
            if self._known.get(branch) != key:
                self._compile(db, settings, now, today)
                self._known[branch] = key
        return _last(db, branch)[0]

    def signed(self, db: sqlite3.Connection, branch: str, now: dt.datetime, held: int) -> Signed | None:
        """The rules of ``branch`` where they are newer than the serial that its box holds."""
        self._pass(db, branch, held, now)
        if self.serial(db, branch, now) <= held:
            return None
        row = db.execute("SELECT body, signature FROM compiled WHERE branch = ?", (branch,)).fetchone()
        return Signed(row["body"], row["signature"])

    def _pass(self, db: sqlite3.Connection, branch: str, held: int, now: dt.datetime) -> None:
        """Go beyond the box, if it holds newer rules than we know: the centre was restored from a backup."""
        if self.serial(db, branch, now) < held < HIGHEST_SERIAL:
            with self._lock, writing(db):
                db.execute("UPDATE compiled SET serial = ?, digest = '' WHERE branch = ?", (held, branch))
                self._known.pop(branch, None)

    def _compile(self, db: sqlite3.Connection, settings: Settings, now: dt.datetime, today: dt.date) -> None:
        with writing(db):
            needed = versions.in_force(db, today, settings.agreement_version)
            settings = msgspec.structs.replace(settings, agreement_version=needed)
            made_of = (settings, lists(db, settings, today))
            digest = hashlib.sha256(msgspec.json.encode(made_of)).hexdigest()
            serial, known = _last(db, settings.branch)
            if known == digest:
                return
            rules = Rules(serial + 1, stamp(now), *made_of)
            signed = self._sign(rules)
            db.execute(
                "INSERT OR REPLACE INTO compiled VALUES (?, ?, ?, ?, ?, ?)",
                (settings.branch, rules.serial, digest, rules.made, signed.body, signed.signature),
            )


def _last(db: sqlite3.Connection, branch: str) -> tuple[int, str]:
    """Serial and digest of the rules last compiled for ``branch``; 0 and "" before the first time."""
    row = db.execute("SELECT serial, digest FROM compiled WHERE branch = ?", (branch,)).fetchone()
    return (row["serial"], row["digest"]) if row else (0, "")
