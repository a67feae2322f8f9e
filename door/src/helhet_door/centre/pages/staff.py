"""Cards of staff, cleaners and guards: who has one is written elsewhere; here they have a kind and a number."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from helhet_door.centre import staff_cards
from helhet_door.centre.audit import Action
from helhet_door.centre.desk import db, desk, log, speech, town_today
from helhet_door.centre.forms.fields import options
from helhet_door.centre.forms.staff import AddStaffCard
from helhet_door.centre.members import sealed
from helhet_door.centre.roles import SUPERVISORS, may
from helhet_door.centre.state import name
from helhet_door.centre.texts import mark
from helhet_door.keep.database import writing
from helhet_door.rules.model import StaffCard, StaffKind
from helhet_door.rules.staff_pin import hashed

staff = Blueprint("staff", __name__, url_prefix="/staff-cards")


@staff.get("/")
@may(SUPERVISORS)
def show() -> str:
    """All staff cards, with their days and branches."""
    names = {id: name(one, speech().language) for id, one in desk().branches.now().items()}
    cards = staff_cards.everything(db())
    at = {one.number: sorted(names.get(id, id) for id in one.branches) for one in cards}
    return render_template("staff_cards.html", cards=cards, at=at, today=town_today())


@staff.route("/new", methods=["GET", "POST"])
@may(SUPERVISORS)
def add() -> Response | str:
    """Add a card. Its number is shown then, to be written on the card's holder."""
    form, today = AddStaffCard(), town_today()
    form.today = today
    branches = desk().branches.now()
    form.branches.choices = options({id: name(one, speech().language) for id, one in sorted(branches.items())})
    if not form.is_submitted():
        form.first.data = today
    if form.validate_on_submit():
        number = _added(form)
        if number is not None:
            flash(speech().say("Added as card {number}. Write the number on the card.", number=number), "said")
            return redirect(url_for("staff.show"))
        form.card.errors = [mark("This card is in the list already. End it there first.")]
    return render_template("staff_card.html", form=form)


@staff.post("/<int:number>/end")
@may(SUPERVISORS)
def end(number: int) -> Response:
    """End a card now."""
    with writing(db()):
        ended = staff_cards.end(db(), number)
        if ended is None:
            abort(404)
        log(Action.STAFF_CARD_ENDED, tag=ended.tag, detail=f"card {number}")
    flash(speech().say("Card {number} is ended.", number=number), "said")
    return redirect(url_for("staff.show"))


def _added(form: AddStaffCard) -> int | None:
    """The number of the new card; None where the card is listed already."""
    card = sealed(desk().keys, form.card.data)
    pin = hashed(form.pin.data, desk().keys.list, card.tag)
    made = StaffCard(
        StaffKind(form.kind.data), form.first.data, form.last.data, pin, (form.hours(),), form.disarms.data
    )
    with writing(db()):
        number = staff_cards.add(db(), card, made, form.branches.data)
        if number is not None:
            log(Action.STAFF_CARD_ADDED, tag=card.tag, detail=f"card {number} to {made.last.isoformat()}")
    return number
