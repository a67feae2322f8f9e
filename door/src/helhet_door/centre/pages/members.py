"""Members: a card is looked up, and what was signed is registered, withdrawn, suspended.

A card number comes in a form and becomes a tag and a seal at once. Between two pages they are kept in the session, in
the memory of the server, under a random handle: nothing of the card is in an address, a page or a cookie.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, render_template, session, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from helhet_door.centre import members as kept
from helhet_door.centre import versions
from helhet_door.centre.audit import Action
from helhet_door.centre.desk import db, desk, log, speech, town_today
from helhet_door.centre.forms.fields import options
from helhet_door.centre.forms.member import FindCard, Grant, Suspend, Version
from helhet_door.centre.members import Sealed
from helhet_door.centre.roles import DESK, SUPERVISORS, may
from helhet_door.centre.texts import mark
from helhet_door.keep.database import writing

members = Blueprint("members", __name__, url_prefix="/members")
SECONDS = 15 * 60.0  # that a card stays at hand
AT_HAND = 10  # cards


@members.route("/", methods=["GET", "POST"])
@may(DESK)
def find() -> Response | str:
    """Scan or type a card. Every look-up is in the log."""
    form = FindCard()
    if not form.validate_on_submit():
        return render_template("members.html", form=form)
    card = kept.sealed(desk().keys, form.card.data)
    with writing(db()):
        log(Action.CARD_LOOKED_UP, tag=card.tag)
    return redirect(url_for("members.show", handle=_take_in_hand(card)))


@members.get("/<handle>")
@may(DESK)
def show(handle: str) -> str:
    """What holds for the card in hand."""
    return _page(handle, _grant_form(_in_hand(handle).tag), _suspend_form())


@members.route("/<handle>/grant", methods=["GET", "POST"])
@may(DESK)
def grant(handle: str) -> Response | str:
    """Register what was signed."""
    card = _in_hand(handle)
    form = _grant_form(card.tag)
    if not form.validate_on_submit():
        return _page(handle, form, _suspend_form())
    with writing(db()):
        kept.grant(db(), card, form.agreement())
        log(Action.AGREEMENT_GRANTED, tag=card.tag, detail=f"version {form.version.data}")
    flash(mark("The agreement is registered. The card works as soon as the box has the change."))
    return redirect(url_for("members.show", handle=handle))


@members.post("/<handle>/withdraw")
@may(DESK)
def withdraw(handle: str) -> Response:
    """Take the agreement away; it bites at the next card."""
    card = _in_hand(handle)
    with writing(db()):
        if kept.withdraw(db(), card.tag):
            log(Action.AGREEMENT_WITHDRAWN, tag=card.tag)
    flash(mark("The agreement is withdrawn. The card stops working as soon as the box has the change."))
    return redirect(url_for("members.show", handle=handle))


@members.route("/<handle>/suspend", methods=["GET", "POST"])
@may(DESK)
def suspend(handle: str) -> Response | str:
    """Keep the card out to a day."""
    card, form = _in_hand(handle), _suspend_form()
    if not form.validate_on_submit():
        return _page(handle, _grant_form(card.tag), form)
    with writing(db()):
        kept.suspend(db(), card.tag, form.last.data)
        log(Action.SUSPENDED, tag=card.tag, detail=form.last.data.isoformat())
    flash(speech().say("Suspended to the end of {day}.", day=speech().day(form.last.data)), "said")
    return redirect(url_for("members.show", handle=handle))


@members.post("/<handle>/lift")
@may(DESK)
def lift(handle: str) -> Response:
    """End a suspension now."""
    card = _in_hand(handle)
    with writing(db()):
        if kept.lift(db(), card.tag):
            log(Action.SUSPENSION_LIFTED, tag=card.tag)
    flash(mark("The suspension is lifted."))
    return redirect(url_for("members.show", handle=handle))


@members.route("/versions", methods=["GET", "POST"])
@may(SUPERVISORS)
def new_version() -> Response | str:
    """Versions of the agreement: the list, and announcing a new one."""
    form, today = Version(), town_today()
    form.today = today
    if form.validate_on_submit():
        with writing(db()):
            number = versions.add(db(), form.first.data, form.reference.data.strip(), _written())
            log(Action.AGREEMENT_VERSION, detail=f"version {number} from {form.first.data.isoformat()}")
        flash(speech().say("Version {number} is announced.", number=number), "said")
        return redirect(url_for("members.new_version"))
    return render_template(
        "versions.html",
        form=form,
        versions=versions.everything(db()),
        now=versions.in_force(db(), today, _written()),
        counted=kept.counted(db()),
    )


def _page(handle: str, form: Grant, suspending: Suspend) -> str:
    card, today = _in_hand(handle), town_today()
    return render_template(
        "member.html",
        handle=handle,
        agreement=kept.agreement(db(), card.tag),
        suspended=kept.suspension(db(), card.tag, today),
        needed=versions.in_force(db(), today, _written()),
        today=today,
        form=form,
        suspending=suspending,
    )


def _grant_form(tag: str) -> Grant:
    form, today = Grant(prefix="g"), town_today()
    form.today = today
    form.version.choices = options({one: str(one) for one in versions.signable(db(), today, _written())})
    given = kept.agreement(db(), tag)
    if given is not None and not form.is_submitted():
        form.show(given)
    return form


def _suspend_form() -> Suspend:
    form = Suspend(prefix="s")
    form.today = town_today()
    return form


def _written() -> int:
    """The version that the branches' own settings ask for, the highest of them."""
    return max(one.agreement_version for one in desk().branches.now().values())


def _take_in_hand(card: Sealed) -> str:
    """Remember a card in the session for a while, under a handle that says nothing."""
    at, handle = desk().clock.monotonic(), secrets.token_urlsafe(9)
    cards = [one for one in session.get("cards", []) if at - one[1] <= SECONDS][-AT_HAND + 1 :]
    session["cards"] = [*cards, (handle, at, card)]
    return handle


def _in_hand(handle: str) -> Sealed:
    """The card of a handle; leaves with 404 when its time is up or it belongs to another session."""
    at = desk().clock.monotonic()
    for known, since, card in session.get("cards", []):
        if known == handle and at - since <= SECONDS:
            found: Sealed = card
            return found
    raise NotFound
