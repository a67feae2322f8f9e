"""Users of this page: a supervisor adds them, changes their role, gives a new password, takes access away."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from helhet_door.centre import passwords, users
from helhet_door.centre.audit import Action
from helhet_door.centre.desk import db, desk, language, log, user
from helhet_door.centre.forms.oversight import AddUser, SetRole
from helhet_door.centre.roles import SUPERVISORS, Role, may
from helhet_door.centre.texts import mark
from helhet_door.centre.users import LastSupervisor, User
from helhet_door.keep.database import writing

people = Blueprint("people", __name__, url_prefix="/users")


@people.route("/", methods=["GET", "POST"])
@may(SUPERVISORS)
def show() -> str:
    """All users, and the form for a new one. The password that the page makes is shown this once."""
    form = AddUser()
    if form.validate_on_submit():
        password, name, role = passwords.temporary(), form.name.data, Role(form.role.data)
        with writing(db()):
            added = users.add(db(), name, role, password, language(), must_change=True)
            if added:
                log(Action.USER_ADDED, subject=name, detail=str(role))
        if added:
            return render_template("new_password.html", name=name, password=password)
        form.name.errors = [mark("There is already a user with this name.")]
    return render_template(
        "users.html", form=form, users=users.everyone(db()), roles=SetRole(formdata=None), me=user().number
    )


@people.post("/<int:number>/role")
@may(SUPERVISORS)
def role(number: int) -> Response:
    """Another role, from the user's next click on."""
    other, form = _other(number), SetRole()
    if not form.validate():
        abort(400)
    new = Role(form.role.data)
    _change(other, Action.USER_ROLE, str(new), lambda: users.set_role(db(), other, new))
    return redirect(url_for("people.show"))


@people.post("/<int:number>/disable")
@may(SUPERVISORS)
def disable(number: int) -> Response:
    """No access any more; the user is logged out everywhere."""
    other = _other(number)
    _change(other, Action.USER_DISABLED, "", lambda: users.set_disabled(db(), other, True))
    desk().sessions.end(other.get_id())
    return redirect(url_for("people.show"))


@people.post("/<int:number>/enable")
@may(SUPERVISORS)
def enable(number: int) -> Response:
    """Access again, with the old password."""
    other = _other(number)
    _change(other, Action.USER_ENABLED, "", lambda: users.set_disabled(db(), other, False))
    return redirect(url_for("people.show"))


@people.post("/<int:number>/password")
@may(SUPERVISORS)
def password(number: int) -> str:
    """A new password for who forgot theirs, shown this once; the user is logged out everywhere."""
    other, made = _other(number), passwords.temporary()
    _change(other, Action.USER_PASSWORD, "", lambda: users.set_password(db(), other, made, must_change=True))
    desk().sessions.end(other.get_id())
    return render_template("new_password.html", name=other.name, password=made)


def _other(number: int) -> User:
    """A user that is not oneself: nobody changes their own rank, or shuts themselves out."""
    found = next((one for one in users.everyone(db()) if one.number == number), None)
    if found is None:
        abort(404)
    if found.number == user().number:
        abort(403)
    return found


def _change(other: User, action: Action, detail: str, change: Callable[[], None]) -> None:
    try:
        with writing(db()):
            change()
            log(action, subject=other.name, detail=detail)
    except LastSupervisor:
        flash(mark("There must be at least one supervisor. Make somebody else a supervisor first."))
    else:
        flash(mark("Done. The change is in force now."))
