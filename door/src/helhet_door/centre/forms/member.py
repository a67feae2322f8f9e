"""A member's card, agreement and suspension; versions of the agreement."""

from __future__ import annotations

import datetime as dt

from helhet_door.centre.forms.fields import (
    BooleanField,
    Card,
    DateField,
    Form,
    Length,
    SelectField,
    StringField,
    ValidationError,
    maybe,
    needed,
    on_or_after,
)
from helhet_door.centre.texts import mark
from helhet_door.rules.model import Agreement

LONGEST_SUSPENSION = dt.timedelta(days=366)
MOST_YOUTH = dt.timedelta(days=19 * 366)


class FindCard(Form):
    """A card to look up."""

    card = Card(
        description=mark("Scan the card or type its number. The number is not shown again and not stored in clear."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class Grant(Form):
    """What was signed. The birth date is not asked for: only the day from which consent is not needed."""

    version = SelectField(mark("Version of the agreement"), coerce=int)
    of_age_on = DateField(
        mark("Of age on"),
        [maybe()],
        description=mark("Only for a person under age: the day on which they come of age. Leave empty for an adult."),
    )
    consent = BooleanField(mark("A guardian has given consent"))
    assistive = BooleanField(
        mark("Needs more time"), description=mark("Longer time for the PIN, and the door stays open longer.")
    )
    protected = BooleanField(
        mark("Protected identity"), description=mark("No pseudonym is kept of this person's passages.")
    )
    today = dt.date.min

    def validate_of_age_on(self, field: DateField) -> None:
        """A day to come, within a childhood."""
        on_or_after(field.data, self.today, mark("The day has passed: the person is of age. Leave the field empty."))
        if field.data > self.today + MOST_YOUTH:
            raise ValidationError(mark("This day is too far away. Check the year."))

    def agreement(self) -> Agreement:
        """What was filled in."""
        return Agreement(
            self.version.data, self.of_age_on.data, self.consent.data, self.assistive.data, self.protected.data
        )

    def show(self, given: Agreement) -> None:
        """Fill the form with what holds today, but for the version, which is the one to sign."""
        self.of_age_on.data, self.consent.data = given.of_age_on, given.consent
        self.assistive.data, self.protected.data = given.assistive, given.protected


class Suspend(Form):
    """How long a card is kept out."""

    last = DateField(mark("Suspended to the end of"), [needed()])
    today = dt.date.min

    def validate_last(self, field: DateField) -> None:
        """Today or later, within a year."""
        on_or_after(field.data, self.today, mark("The day has passed. Choose today or a later day."))
        if field.data > self.today + LONGEST_SUSPENSION:
            raise ValidationError(mark("Suspend for at most one year at a time."))


class Version(Form):
    """A new version of the agreement's text."""

    first = DateField(
        mark("In force from"),
        [needed()],
        description=mark("From this day on, members with an older agreement are asked to talk to the staff."),
    )
    reference = StringField(
        mark("Where the text is kept"),
        [needed(), Length(max=80, message=mark("Use at most 80 characters."))],
        description=mark("A diary number or the name of the document."),
    )
    today = dt.date.min

    def validate_first(self, field: DateField) -> None:
        """Today or later."""
        on_or_after(field.data, self.today, mark("The day has passed. Choose today or a later day."))
