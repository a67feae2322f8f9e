"""For the auditor: the log of the staff page, the proof that old passages are deleted, and the files to check both."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from flask import Blueprint, Response, render_template, request

from helhet_door.centre import audit
from helhet_door.centre.audit import Action
from helhet_door.centre.desk import branch_or_404, db, desk, log, now, speech, town_today
from helhet_door.centre.roles import AUDITORS, may
from helhet_door.centre.state import name
from helhet_door.keep.database import writing
from helhet_door.keep.export import export
from helhet_door.keep.proof import broken, proofs

logs = Blueprint("logs", __name__, url_prefix="/log")
PAGE = 100
NEWEST = 1 << 62
COLUMNS = ("id", "at", "user", "role", "action", "branch", "tag", "subject", "detail")


@logs.get("/")
@may(AUDITORS)
def show() -> str:
    """The log, a hundred rows at a time. Looking at it is a row, too."""
    user, action = request.args.get("user", "")[:40], request.args.get("action", "")
    action = action if action in set(Action) else ""
    before = request.args.get("before", NEWEST, type=int)
    found = audit.rows(db(), user, action, min(before, NEWEST), PAGE + 1)
    with writing(db()):
        log(Action.LOG_SHOWN)
    return render_template(
        "log.html",
        rows=found[:PAGE],
        older=found[PAGE - 1]["id"] if len(found) > PAGE else None,
        user=user,
        action=action,
        moment=audit.moment,
        names={id: name(one, speech().language) for id, one in desk().branches.now().items()},
    )


@logs.get("/file")
@may(AUDITORS)
def file() -> Response:
    """The whole log as CSV."""
    with writing(db()):
        log(Action.EXPORTED, detail="log")
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows([_safe(row[column]) for column in COLUMNS] for row in audit.everything(db()))
    return _attached(text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", f"log-{town_today()}.csv")


@logs.get("/retention")
@may(AUDITORS)
def retention() -> str:
    """For every branch: when old passages were deleted, how many, and that nothing was left."""
    told = [
        (id, name(settings, speech().language), settings.retention_days, proofs(db(), id))
        for id, settings in sorted(desk().branches.now().items())
    ]
    return render_template(
        "retention.html",
        told=[(*one, broken(one[3])) for one in told],
        moment=audit.moment,
    )


@logs.get("/export/<id>")
@may(AUDITORS)
def branch(id: str) -> Response:
    """Everything that is kept of a branch, without pseudonyms and keys, to be checked by other means."""
    branch_or_404(id)
    with writing(db()):
        log(Action.EXPORTED, branch=id, detail="branch")
    with tempfile.TemporaryDirectory(dir=desk().folder) as folder:
        path = Path(folder) / "export.zip"
        export(db(), id, path, now())
        return _attached(path.read_bytes(), "application/zip", f"{id}-{town_today()}.zip")


def _attached(body: bytes, kind: str, called: str) -> Response:
    return Response(body, headers={"Content-Type": kind, "Content-Disposition": f'attachment; filename="{called}"'})


def _safe(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets a quotation mark before it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
