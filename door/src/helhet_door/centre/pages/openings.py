"""Passages of a day, and whose one of them was: with a reason, in the log, once, by two people where it must be."""

from __future__ import annotations

import datetime as dt
import sqlite3

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helhet_door.centre import openings as kept
from helhet_door.centre.audit import Action
from helhet_door.centre.desk import branch_or_404, db, desk, local, log, now, speech, user
from helhet_door.centre.forms.oversight import AskOpening
from helhet_door.centre.roles import OVERSEERS, SUPERVISORS, may
from helhet_door.centre.state import name
from helhet_door.centre.texts import mark
from helhet_door.keep.database import writing
from helhet_door.keep.times import instant

openings = Blueprint("openings", __name__, url_prefix="/openings")


@openings.get("/")
@may(OVERSEERS)
def show() -> str:
    """All requests, newest first, and what may be done with each."""
    names = {id: name(one, speech().language) for id, one in desk().branches.now().items()}
    listed = [
        {
            "row": row,
            "state": "old" if row["state"] in {"waiting", "ready"} and kept.too_old(row, now()) else row["state"],
            "may_decide": user().role in SUPERVISORS and kept.may_decide(db(), row, user().name, now()),
            "may_show": user().role in SUPERVISORS and kept.may_show(row, user().name, now()),
            "passed": _moment(row["branch"], row["passed"]),
            "asked": _moment(row["branch"], row["asked_at"]),
        }
        for row in kept.everything(db())
    ]
    return render_template("openings.html", listed=listed, names=names)


@openings.get("/passages")
@may(SUPERVISORS)
def passages() -> str:
    """The passages of a day at a branch, without pseudonyms. Looking is in the log."""
    branches = desk().branches.now()
    id = request.args.get("branch") or min(branches)
    settings = branch_or_404(id)
    day = _day(request.args.get("day", ""), local(settings).date())
    with writing(db()):
        log(Action.PASSAGES_SHOWN, branch=id, detail=day.isoformat())
    return render_template(
        "passages.html",
        names={one.branch: name(one, speech().language) for one in branches.values()},
        id=id,
        day=day,
        passages=kept.passages(db(), id, settings.zone, day),
        wall=local(settings).tzinfo,
        days=settings.retention_days,
    )


@openings.route("/<id>/<passage>/ask", methods=["GET", "POST"])
@may(SUPERVISORS)
def ask(id: str, passage: str) -> Response | str:
    """Ask for one pseudonym to be opened, with a reason and a case."""
    settings, form = branch_or_404(id), AskOpening()
    passed = kept.passage(db(), id, settings.zone, passage)
    if passed is None:
        abort(404)
    if not form.validate_on_submit():
        when = speech().moment(passed.at.astimezone(local(settings).tzinfo))
        title = name(settings, speech().language)
        return render_template("ask.html", form=form, passed=passed, when=when, title=title)
    found = kept.find(db(), desk().keys, id, settings.zone, passage)
    two = desk().config.two_people == "always" or (found is not None and found.protected)
    reason, reference = form.reason.data, form.reference.data.strip()
    with writing(db()):
        number = kept.ask(db(), now(), id, passed, user().name, reason, reference, two)
        log(Action.OPENING_ASKED, branch=id, detail=f"opening {number} {reason}")
    flash(
        mark("A second supervisor must approve before it is shown.") if two else mark("You can now be shown it, once.")
    )
    return redirect(url_for("openings.show"))


@openings.post("/<int:number>/approve")
@may(SUPERVISORS)
def approve(number: int) -> Response:
    """The second person says yes."""
    return _decide(number, True)


@openings.post("/<int:number>/refuse")
@may(SUPERVISORS)
def refuse(number: int) -> Response:
    """The second person says no."""
    return _decide(number, False)


@openings.post("/<int:number>/answer")
@may(SUPERVISORS)
def answer(number: int) -> Response | str:
    """Show whose the passage was, to who asked, this once."""
    row = _request(number)
    if not kept.may_show(row, user().name, now()):
        abort(403)
    settings = branch_or_404(row["branch"])
    found = kept.find(db(), desk().keys, row["branch"], settings.zone, row["passage"])
    if found is not None and found.protected and not row["decided_by"]:
        # The identity was protected after the request was made: two people after all.
        db().execute("UPDATE openings SET state = 'waiting' WHERE id = ?", (number,))
        flash(mark("A second supervisor must approve before it is shown."))
        return redirect(url_for("openings.show"))
    with writing(db()):
        if not kept.shown(db(), number):
            abort(403)
        log(Action.OPENING_SHOWN, branch=row["branch"], tag=found.tag if found else "", detail=f"opening {number}")
    when = _moment(row["branch"], row["passed"])
    return render_template("answer.html", row=row, found=found, when=when, title=name(settings, speech().language))


def _decide(number: int, yes: bool) -> Response:
    row = _request(number)
    if not kept.may_decide(db(), row, user().name, now()):
        abort(403)
    with writing(db()):
        if not kept.decide(db(), number, user().name, yes):
            abort(403)
        action = Action.OPENING_APPROVED if yes else Action.OPENING_REFUSED
        log(action, branch=row["branch"], subject=row["asked_by"], detail=f"opening {number}")
    flash(mark("Approved. Who asked can now be shown it, once.") if yes else mark("Refused."))
    return redirect(url_for("openings.show"))


def _request(number: int) -> sqlite3.Row:
    found = kept.one(db(), number)
    if found is None:
        abort(404)
    return found


def _moment(branch: str, at: str) -> str:
    """An instant on the wall of a branch, or in the town where the branch is gone."""
    branches = desk().branches.now()
    settings = branches.get(branch) or next(iter(branches.values()))
    return speech().moment(instant(at).astimezone(local(settings).tzinfo))


def _day(text: str, today: dt.date) -> dt.date:
    try:
        return min(dt.date.fromisoformat(text), today)
    except ValueError:
        return today
