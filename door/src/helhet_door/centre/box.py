"""The place that boxes talk to: rows in, rules out. No cookie, no form: a token for each branch."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, abort, request

from helhet_door.centre import audit
from helhet_door.centre.audit import Action, stamp
from helhet_door.centre.desk import branch_or_404, db, desk, now
from helhet_door.centre.roles import OPEN, may
from helhet_door.keep import rows
from helhet_door.keep.database import writing
from helhet_door.keep.faults import StoreFault
from helhet_door.words.wire import PATH, Reply, Report

BOX = "(box)"  # who acts in the log when a box does; no user can be called so
LARGEST = 8 * 1024 * 1024  # bytes of a report: some 40,000 rows

box = Blueprint("box", __name__)
_DECODER = msgspec.json.Decoder(Report, strict=True)


@box.post(PATH)
@may(OPEN)
def sync() -> Response:
    """Take a report, and answer that every row is held, with the rules where the box's are older.

    401 without a known token, 403 for a report of another branch, 400 for one that cannot be read, 413 for one that is
    too large, 503 where nothing can be stored: in all of them the box keeps its rows.
    """
    branch = _branch()
    branch_or_404(branch)
    request.max_content_length = LARGEST
    try:
        report = _DECODER.decode(request.get_data(cache=False))
    except msgspec.MsgspecError:
        _refused(branch)
        abort(400)
    if report.branch != branch:
        abort(403)
    try:
        with writing(db()):
            taken = rows.take(db(), branch, report.passages, report.opened, report.happenings, report.day_keys)
            _heard(branch, report)
            if taken.differing:  # the first stays; somebody may be using the token of the box
                detail = f"rows {taken.differing}"
                audit.write(db(), now(), BOX, "", Action.ROWS_DIFFER, branch=branch, detail=detail)
    except StoreFault as fault:
        if not fault.detail.startswith("SQLITE_CONSTRAINT"):
            abort(503)
        _refused(branch)
        abort(400)
    except ValueError:  # a key that is no hexadecimal number
        _refused(branch)
        abort(400)
    desk().hear(branch)
    signed = desk().compiler.signed(db(), branch, now(), report.rules_serial)
    return Response(msgspec.json.encode(Reply(True, signed)), mimetype="application/json")


def _branch() -> str:
    """Whose token the request carries; leaves with 401 where it is nobody's."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    found = desk().config.branch_of(token.strip()) if kind == "Bearer" else None
    if found is None:
        abort(401)
    return found


def _heard(branch: str, report: Report) -> None:
    db().execute(
        "INSERT OR REPLACE INTO boxes VALUES (?, ?, ?, ?, '')",
        (branch, stamp(now()), report.rules_serial, msgspec.json.encode(report.health).decode()),
    )


def _refused(branch: str) -> None:
    """Remember that a box was heard and not understood, so that the overview can say so."""
    db().execute("UPDATE boxes SET at = ?, refused = 'unreadable' WHERE branch = ?", (stamp(now()), branch))
