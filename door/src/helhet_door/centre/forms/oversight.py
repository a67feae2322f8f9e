"""Asking for a pseudonym to be opened, and adding users."""

from __future__ import annotations

from helhet_door.centre.forms.fields import (
    Form,
    Length,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
    needed,
    options,
)
from helhet_door.centre.roles import Role
from helhet_door.centre.texts import mark
from helhet_door.centre.users import wrong_name

REASONS = {
    "damage": mark("Damage or theft in the library"),
    "safety": mark("Somebody's safety"),
    "police": mark("A request by the police"),
    "member": mark("The member has asked for it"),
    "fault": mark("A fault of the door is being looked into"),
}
ROLES = {
    Role.STAFF: mark("Staff"),
    Role.SUPERVISOR: mark("Supervisor"),
    Role.AUDITOR: mark("Auditor"),
}


class AskOpening(Form):
    """Why the pseudonym of one passage is to be opened."""

    reason = RadioField(mark("Why?"), choices=options(REASONS), validators=[needed()])
    reference = StringField(
        mark("Case"),
        [needed(), Length(min=3, max=60, message=mark("Use 3 to 60 characters."))],
        description=mark("The number of the case or report. No names."),
    )


class AddUser(Form):
    """A new user; the password is made by the page."""

    name = StringField(
        mark("User name"),
        [needed()],
        filters=[lambda text: (text or "").strip()],
        description=mark("Small letters, digits, dots and hyphens."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    role = SelectField(mark("Role"), choices=options(ROLES))

    def validate_name(self, field: StringField) -> None:
        """The rule for names."""
        wrong = wrong_name(field.data)
        if wrong:
            raise ValidationError(wrong)


class SetRole(Form):
    """Another role for a user."""

    role = SelectField(mark("Role"), choices=options(ROLES))
