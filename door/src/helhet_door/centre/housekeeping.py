"""What the centre does by itself every hour: fold old passages into counts, with a proof, and forget what is past."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
import threading
from collections.abc import Iterable

from helhet_door.centre import audit, days, members, staff_cards
from helhet_door.centre.database import connect
from helhet_door.centre.desk import Desk
from helhet_door.keep.database import writing
from helhet_door.keep.faults import StoreFault
from helhet_door.keep.proof import Proof
from helhet_door.keep.retention import Scope, due, finish, fold
from helhet_door.rules.model import Settings

EVERY = 3600.0  # seconds
AGAIN = 60.0  # seconds, after a fault
STAFF_CARD_DAYS = 90  # an ended card stays in the list for so long, for those who wonder
EXCEPTION_DAYS = 30
_LOG = logging.getLogger(__name__)


def tidy(db: sqlite3.Connection, branches: Iterable[Settings], now: dt.datetime, audit_days: int) -> list[Proof]:
    """One round. Returns the proofs of the runs that were due. Raises ``StoreFault``; then the next round goes on."""
    for settings in branches:
        scope = Scope(settings.branch, settings.retention_days, settings.zone)
        if due(db, scope, now) and not _unfinished(db, settings.branch):
            fold(db, scope, now)
    proofs = finish(db)
    with writing(db):
        audit.trim(db, now, audit_days)
        members.forget_past(db, now.date() - dt.timedelta(days=1))
        staff_cards.forget_past(db, now.date() - dt.timedelta(days=STAFF_CARD_DAYS))
        days.forget_past(db, now.date() - dt.timedelta(days=EXCEPTION_DAYS))
        old = audit.stamp(now - dt.timedelta(days=audit_days))
        db.execute("DELETE FROM openings WHERE asked_at < ?", (old,))
    return proofs


def _unfinished(db: sqlite3.Connection, branch: str) -> bool:
    query = "SELECT 1 FROM proofs WHERE branch = ? AND digest IS NULL"
    return db.execute(query, (branch,)).fetchone() is not None


def run(desk: Desk, stop: threading.Event) -> None:
    """Rounds until ``stop`` is set; a fault is told in the log of the process and tried again in a minute."""
    while not stop.is_set():
        pause = EVERY
        try:
            db = connect(desk.folder)
            try:
                tidy(db, desk.branches.now().values(), desk.clock.now(), desk.config.audit_days)
            finally:
                db.close()
        except (StoreFault, sqlite3.Error) as fault:
            _LOG.error("old rows could not be deleted: %s", getattr(fault, "kind", type(fault).__name__))
            pause = AGAIN
        stop.wait(pause)
