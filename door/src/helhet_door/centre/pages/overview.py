"""Today at every branch, on one page."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask_login import current_user

from helhet_door.centre.desk import db, desk, now, speech
from helhet_door.centre.roles import EVERYBODY, OPEN, may
from helhet_door.centre.sessions import kept
from helhet_door.centre.state import Teller

overview = Blueprint("overview", __name__)


@overview.get("/")
@may(EVERYBODY)
def show() -> str:
    """The overview."""
    return render_template("overview.html", branches=_told(), faulty=bool(desk().branches.faults))


@overview.get("/now")
@may(OPEN)
def fragment() -> str:
    """The list of branches alone, for the page that refreshes itself. It keeps nobody logged in (401)."""
    kept().unattended = True
    if not current_user.is_authenticated or current_user.must_change:
        abort(401)
    return render_template("branches.html", branches=_told(), faulty=bool(desk().branches.faults))


def _told() -> list[object]:
    return list(Teller(desk(), db(), now(), speech()).all())
