"""Logging in and out, the own password, the language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from helhet_door.centre import audit, users
from helhet_door.centre.audit import Action
from helhet_door.centre.desk import db, desk, log, now, user
from helhet_door.centre.forms.entry import LogIn, NewPassword
from helhet_door.centre.roles import EVERYBODY, OPEN, may
from helhet_door.centre.sessions import kept
from helhet_door.centre.texts import LANGUAGES, mark
from helhet_door.keep.database import writing

entry = Blueprint("entry", __name__)
WRONG = mark("User name or password is wrong, or the user has no access.")


@entry.route("/login", methods=["GET", "POST"])
@may(OPEN)
def log_in() -> Response | str | tuple[str, int]:
    """Log in. Too many wrong tries, for a name or from an address, are refused before any password is looked at."""
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(url_for("overview.show"))
    form = LogIn()
    if not form.validate_on_submit():
        return render_template("log_in.html", form=form)
    name, address = form.name.data.strip(), request.remote_addr or ""
    if not desk().attempts.take(name, address, desk().clock.monotonic()):
        _note(name, Action.LOG_IN_REFUSED, "too many tries")
        abort(429)
    found = users.logged_in(db(), name, form.password.data)
    if found is None:
        _note(name, Action.LOG_IN_REFUSED, "wrong")
        form.name.errors = [WRONG]
        return render_template("log_in.html", form=form), 401
    desk().attempts.forgive(name, address)
    session.clear()
    login_user(found)
    kept().renew = True
    _note(name, Action.LOGGED_IN, "")
    return redirect(url_for("overview.show"))


@entry.post("/logout")
@may(EVERYBODY)
def log_out() -> Response:
    """Log out; the session is gone from the server."""
    with writing(db()):
        log(Action.LOGGED_OUT)
    session.clear()
    return redirect(url_for("entry.log_in"))


@entry.route("/password", methods=["GET", "POST"])
@may(EVERYBODY)
def password() -> Response | str:
    """Change the own password. Every other session of the user ends, and this one gets a new id."""
    form, who = NewPassword(), user()
    form.user_name = who.name
    if form.validate_on_submit() and _present_is_right(form):
        with writing(db()):
            users.set_password(db(), who, form.new.data, must_change=False)
            log(Action.PASSWORD_CHANGED)
        desk().sessions.end(who.get_id(), but=kept().id)
        kept().renew = True
        flash(mark("Your password is changed. You are logged out everywhere else."))
        return redirect(url_for("overview.show"))
    return render_template("password.html", form=form, must=who.must_change)


@entry.post("/language")
@may(OPEN)
def choose_language() -> Response:
    """The language to read in; kept with the user, or in the session before log-in."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    if current_user.is_authenticated:
        users.set_language(db(), user(), chosen)
    session["language"] = chosen
    back = urlsplit(request.referrer or "")
    ours = back.netloc == request.host and back.path.startswith("/") and not back.path.startswith("//")
    return redirect(back.path if ours else url_for("overview.show"))


def _present_is_right(form: NewPassword) -> bool:
    """The present password again, so that a page left open is not enough; guesses count as at log-in."""
    name, address = user().name, request.remote_addr or ""
    if not desk().attempts.take(name, address, desk().clock.monotonic()):
        abort(429)
    if users.logged_in(db(), name, form.present.data) is None:
        form.present.errors = [mark("This is not your present password.")]
        return False
    desk().attempts.forgive(name, address)
    return True


def _note(name: str, action: Action, detail: str) -> None:
    """A row about a log-in. A name that is no user's may be a password typed in the wrong field: it is not kept."""
    row = db().execute("SELECT name, role FROM users WHERE name = ?", (name,)).fetchone()
    with writing(db()):
        audit.write(db(), now(), row["name"] if row else "(unknown)", row["role"] if row else "", action, detail=detail)
