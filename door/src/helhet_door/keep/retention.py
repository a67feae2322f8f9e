"""Retention: passages become counts and are deleted together with the keys of their days, and a proof says so.

Two steps, so that a proof is only given of what was really done, also when the power goes between them:

``fold``    one transaction: count, delete, destroy keys, and write the proof without its digest.
``finish``  empty the write-ahead log into the file, VACUUM, count what is left by other means, give the digest.

A day goes whole, when ``days`` days have passed since it began: a pseudonym lives ``days`` times 24 hours at most (25
hours on one day a year), and until the run of that morning. Passages that the centre does not hold yet lose their
pseudonym in time, and are counted and deleted once it does.
"""

from __future__ import annotations

import datetime as dt
import sqlite3

import msgspec

from helhet_door.keep.counts import add_counts, cells
from helhet_door.keep.database import writing
from helhet_door.keep.faults import FaultKind, StoreFault, told
from helhet_door.keep.proof import NO_PROOF, Proof, digest
from helhet_door.keep.times import instant, local_day, start_of, text
from helhet_door.words.rows import Happening, Kind

DAYS_MOST = 30
HAPPENING_DAYS = 400  # faults and states, which say nothing of a person: a year, to compare with
#: A time so far ahead of a trusted clock is wrong, and would keep a pseudonym until it comes.
AHEAD = dt.timedelta(hours=26)
_WAITING = "SELECT row FROM outbox WHERE what IN ('passage', 'opened')"
_HELD = f"AND p.id NOT IN ({_WAITING})"


class Scope(msgspec.Struct, frozen=True):
    """Whose rows, for how many days (1 to 30), by which local days. ``outbox``: rows may still wait for the centre."""

    branch: str
    days: int = 14
    zone: str = "Europe/Stockholm"
    outbox: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.days <= DAYS_MOST:
            raise ValueError("days of retention are 1 to 30")

    def through(self, now: dt.datetime) -> dt.date:
        """The last day that must be gone."""
        return local_day(now, self.zone) - dt.timedelta(days=self.days)


def due(db: sqlite3.Connection, scope: Scope, now: dt.datetime) -> bool:
    """Whether a run is to be made: none was made on this local day, or the last one is not finished or left something.

    A day that differs is enough, earlier or later: a clock that went back does not put it off.
    """
    with told():
        query = "SELECT at, days, leftovers FROM proofs WHERE branch = ? ORDER BY number DESC LIMIT 1"
        last = db.execute(query, (scope.branch,)).fetchone()
    if last is None or last[2] is None or last[2] > 0 or last[1] > scope.days:
        return True
    return local_day(instant(last[0]), scope.zone) != local_day(now, scope.zone)


def fold(db: sqlite3.Connection, scope: Scope, now: dt.datetime, set_aside: int = 0) -> None:
    """The first step, in one transaction. ``now`` must be a time that has surely come (known.py)."""
    through = scope.through(now)
    before = text(start_of(through + dt.timedelta(days=1), scope.zone))
    ahead = text(now + AHEAD)
    branch, but = scope.branch, _HELD if scope.outbox else ""
    with writing(db):
        if branch in unfinished(db):
            raise StoreFault(FaultKind.OTHER, "a run of retention is not finished")
        old = cells(db, branch, scope.zone, "", before, but)
        add_counts(db, old)
        folded = db.execute(f"DELETE FROM passages AS p WHERE p.branch = ? AND p.at < ? {but}", (branch, before))
        stripped = db.execute(
            "UPDATE passages SET tag = NULL WHERE branch = ? AND tag IS NOT NULL AND (at < ? OR at > ?)",
            (branch, before, ahead),
        )
        waiting = db.execute("SELECT count(*) FROM passages WHERE branch = ? AND at < ?", (branch, before)).fetchone()[
            0
        ]
        keys = db.execute(
            "DELETE FROM day_keys WHERE branch = ? AND (day <= ? OR day > ?)",
            (branch, through.isoformat(), local_day(now + AHEAD, scope.zone).isoformat()),
        )
        happenings = _delete_happenings(db, scope, now)
        if scope.outbox:
            db.execute(
                "DELETE FROM outbox WHERE what = 'day_key' AND row NOT IN (SELECT CAST(number AS TEXT) FROM day_keys)"
            )
        query = "SELECT number, digest FROM proofs WHERE branch = ? ORDER BY number DESC LIMIT 1"
        number, previous = db.execute(query, (branch,)).fetchone() or (0, NO_PROOF)
        row = (branch, number + 1, text(now), scope.days, scope.zone, through.isoformat(), before)
        gone = (folded.rowcount, stripped.rowcount, waiting, keys.rowcount, happenings, set_aside, None, previous, None)
        db.execute(f"INSERT INTO proofs VALUES ({', '.join('?' * 16)})", (*row, *gone))
        if folded.rowcount != sum(count.number for count in old):
            raise StoreFault(FaultKind.OTHER, "more or fewer rows were counted than deleted")


def _delete_happenings(db: sqlite3.Connection, scope: Scope, now: dt.datetime) -> int:
    waits = "AND id NOT IN (SELECT row FROM outbox WHERE what = 'happening')" if scope.outbox else ""
    old = text(now - dt.timedelta(days=HAPPENING_DAYS))
    return db.execute(f"DELETE FROM happenings WHERE branch = ? AND at < ? {waits}", (scope.branch, old)).rowcount


def unfinished(db: sqlite3.Connection) -> list[str]:
    """The branches whose last run was not finished."""
    return [row[0] for row in db.execute("SELECT branch FROM proofs WHERE digest IS NULL ORDER BY branch")]


def finish(db: sqlite3.Connection, outbox: bool = False, files_left: int = 0) -> list[Proof]:
    """The second step, for every branch that was folded: the proofs. Nothing to do is an empty list.

    ``files_left`` are set-aside files that should be gone. Raises :class:`StoreFault`, locked where another connection
    still reads what was deleted; then try again.
    """
    with told():
        branches = unfinished(db)
        if not branches:
            return []
        _erase(db)
        proofs = [_proof(db, branch, files_left) for branch in branches]
        with writing(db):
            for proof in proofs:
                db.execute(
                    "UPDATE proofs SET leftovers = ?, digest = ? WHERE branch = ? AND number = ?",
                    (proof.leftovers, proof.digest, proof.branch, proof.number),
                )
                _tell(db, proof, outbox)
    return proofs


def _erase(db: sqlite3.Connection) -> None:
    """Leave no old page behind, in the file or in its write-ahead log."""
    db.execute("VACUUM")
    busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise StoreFault(FaultKind.LOCKED, "another connection still reads old pages")


def _proof(db: sqlite3.Connection, branch: str, files_left: int) -> Proof:
    row = db.execute("SELECT * FROM proofs WHERE branch = ? AND digest IS NULL", (branch,)).fetchone()
    proof = Proof(*(*row[:13], 0, row[14], ""))
    left = leftovers(db, branch, dt.date.fromisoformat(proof.through), proof.zone, proof.waiting) + files_left
    proof = msgspec.structs.replace(proof, leftovers=left)
    return msgspec.structs.replace(proof, digest=digest(proof))


def leftovers(db: sqlite3.Connection, branch: str, through: dt.date, zone: str, waiting: int = 0) -> int:
    """What is still there and should not be, counted by another way than it was deleted: row by row, by local date.

    Pseudonyms and keys of days through ``through``; and passages of those days without pseudonym, but for ``waiting``.
    """
    named = bare = 0
    for of, at, tag in db.execute("SELECT branch, at, tag FROM passages"):
        if of == branch and local_day(instant(at), zone) <= through:
            named += tag is not None
            bare += tag is None
    days = [day for of, day in db.execute("SELECT branch, day FROM day_keys") if of == branch]
    return named + max(0, bare - waiting) + sum(dt.date.fromisoformat(day) <= through for day in days)


def _tell(db: sqlite3.Connection, proof: Proof, outbox: bool) -> None:
    """A happening with the start of the digest as its id: whoever holds it can tell a chain that was made anew."""
    happening = Happening(
        proof.digest[:32], proof.at, "", Kind.RETENTION, "done" if proof.leftovers == 0 else "rows are left"
    )
    from_fields = (happening.id, proof.branch, happening.at, "", happening.kind.value, happening.detail)
    db.execute("INSERT INTO happenings VALUES (?, ?, ?, ?, ?, ?)", from_fields)
    if outbox:
        db.execute("INSERT INTO outbox (what, row) VALUES ('happening', ?)", (happening.id,))
