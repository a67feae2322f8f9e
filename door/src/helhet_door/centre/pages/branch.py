"""One branch: its state, its exception days, its lock."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helhet_door.centre import days, words
from helhet_door.centre.audit import Action
from helhet_door.centre.desk import branch_or_404, db, desk, local, log, now, speech, user
from helhet_door.centre.forms.day import ExceptionDay
from helhet_door.centre.roles import DESK, EVERYBODY, may
from helhet_door.centre.state import Teller, name
from helhet_door.centre.texts import first_capital, mark
from helhet_door.keep.database import writing
from helhet_door.keep.times import instant
from helhet_door.rules.hours import day_of
from helhet_door.rules.model import Day, Settings, Span
from helhet_door.words.rows import Kind

branch = Blueprint("branch", __name__, url_prefix="/branch/<id>")
WEEK = 7
HAPPENINGS = 20


@branch.get("/")
@may(EVERYBODY)
def show(id: str) -> str:
    """The state, the next seven days, the exception days, and what happened last."""
    settings = branch_or_404(id)
    teller, today = Teller(desk(), db(), now(), speech()), local(settings).date()
    rules = teller.rules(settings)
    week = [today + dt.timedelta(days=ahead) for ahead in range(WEEK)]
    return render_template(
        "branch.html",
        one=teller.one(settings),
        week=[(day, *_told(day_of(rules, day)), day in rules.lists.exceptions) for day in week],
        exceptions=[(day, *_told(hours)) for day, hours in days.exceptions(db(), id, today).items()],
        happenings=_happenings(settings),
    )


@branch.route("/exception", methods=["GET", "POST"])
@may(DESK)
def exception(id: str) -> Response | str:
    """Give a day hours of its own: the form, and its saving."""
    settings = branch_or_404(id)
    form, today = ExceptionDay(), local(settings).date()
    form.today = today
    if form.validate_on_submit():
        with writing(db()):
            days.set_exception(db(), id, form.day.data, form.hours())
            log(Action.EXCEPTION_SET, branch=id, detail=form.day.data.isoformat())
        flash(speech().say("{day}: saved.", day=first_capital(speech().day(form.day.data))), "said")
        return redirect(url_for("branch.show", id=id))
    if request.method == "GET":
        form.day.data = today + dt.timedelta(days=1)
        wanted = request.args.get("day", "")
        known = days.exceptions(db(), id, today)
        day = next((day for day in known if day.isoformat() == wanted), None)
        if day is not None:
            form.day.data = day
            form.show(known[day])
    return render_template("exception.html", form=form, id=id, title=name(settings, speech().language))


@branch.post("/exception/<day>/remove")
@may(DESK)
def remove_exception(id: str, day: str) -> Response:
    """The day follows the ordinary week again."""
    branch_or_404(id)
    try:
        date = dt.date.fromisoformat(day)
    except ValueError:
        abort(404)
    with writing(db()):
        if days.remove_exception(db(), id, date):
            log(Action.EXCEPTION_REMOVED, branch=id, detail=date.isoformat())
    flash(speech().say("{day} follows the ordinary hours again.", day=first_capital(speech().day(date))), "said")
    return redirect(url_for("branch.show", id=id))


@branch.post("/lock")
@may(DESK)
def lock(id: str) -> Response:
    """Keep members out from now on."""
    branch_or_404(id)
    with writing(db()):
        days.lock(db(), id, now(), user().name)
        log(Action.LOCKED, branch=id)
    flash(mark("The branch is locked: members are kept out. Whoever is inside can leave."))
    return redirect(url_for("overview.show"))


@branch.post("/unlock")
@may(DESK)
def unlock(id: str) -> Response:
    """The hours are in force again."""
    branch_or_404(id)
    with writing(db()):
        days.unlock(db(), id)
        log(Action.UNLOCKED, branch=id)
    flash(mark("The branch is unlocked: its hours are in force."))
    return redirect(url_for("overview.show"))


def _told(day: Day) -> tuple[str, str]:
    """Staffed hours and members' hours as text; "" where there are none."""
    return _spans(day.staffed), _spans(day.open_plus)


def _spans(spans: tuple[Span, ...]) -> str:
    return ", ".join(f"{_clock(span.start)}–{_clock(span.end)}" for span in spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _happenings(settings: Settings) -> list[tuple[str, str, str]]:
    """When, where and what happened last, newest first."""
    rows = db().execute(
        "SELECT at, door, kind, detail FROM happenings WHERE branch = ? ORDER BY at DESC, rowid DESC LIMIT ?",
        (settings.branch, HAPPENINGS),
    )
    wall = local(settings).tzinfo
    return [
        (
            speech().moment(instant(row["at"]).astimezone(wall)),
            row["door"],
            words.happened(Kind(row["kind"]), row["detail"]),
        )
        for row in rows
    ]
