"""Passages by day and hour, of weeks that are over, with small numbers hidden (keep/publish.py)."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, abort, render_template, request

from helhet_door.centre.desk import db, desk, speech, town_today
from helhet_door.centre.roles import EVERYBODY, may
from helhet_door.centre.state import name
from helhet_door.keep.counts import counts
from helhet_door.keep.groups import Group
from helhet_door.keep.publish import Cell, Page, published

statistics = Blueprint("statistics", __name__, url_prefix="/statistics")
WEEK = dt.timedelta(days=7)
HIDDEN = None


@statistics.get("/")
@may(EVERYBODY)
def show() -> str:
    """One branch in one week: members let in by day and hour, and what else happened, as totals."""
    branches, monday = desk().branches.now(), _monday(request.args.get("week", ""))
    branch = request.args.get("branch") or min(branches)
    if branch not in branches:
        abort(404)
    cells = _cells(monday)
    here = [one for one in cells if one.branch == branch]
    members = Page(cells, monday.strftime("%G-W%V"), Group.MEMBER)
    days = [monday + dt.timedelta(days=ahead) for ahead in range(7)]
    hours = sorted({one.hour for one in here if one.what == Group.MEMBER and one.hour is not None})
    bars = [(day, members.number(branch, day.isoformat())) for day in days]
    return render_template(
        "statistics.html",
        branch=branch,
        names={id: name(one, speech().language) for id, one in branches.items()},
        monday=monday,
        latest=_latest(),
        weeks=(monday - WEEK, monday + WEEK),
        days=days,
        hours=range(hours[0], hours[-1] + 1) if hours else (),
        number=lambda day, hour=None: members.number(branch, day.isoformat(), hour),
        bars=bars,
        most=max((number or 0 for _, number in bars), default=0),
        totals={Group(one.what): one.number for one in here if not one.day},
        threshold=desk().config.smallest_count,
    )


def _cells(monday: dt.date) -> list[Cell]:
    """The cells of a week: of all branches, since what is hidden at one depends on the others."""
    exact = []
    for id, settings in desk().branches.now().items():
        exact += counts(db(), id, settings.zone, monday, monday + WEEK - dt.timedelta(days=1))
    return published(exact, town_today(), desk().config.smallest_count)


def _latest() -> dt.date:
    """The Monday of the last week that is over."""
    today = town_today()
    return today - dt.timedelta(days=today.weekday()) - WEEK


def _monday(week: str) -> dt.date:
    """The Monday of an ISO 8601 week such as 2026-W10; of the last whole week where none is given or it is not over."""
    try:
        return min(dt.datetime.strptime(f"{week}-1", "%G-W%V-%u").date(), _latest())
    except ValueError:
        return _latest()
