"""A card for staff, cleaners or guards."""

from __future__ import annotations

import datetime as dt

from helhet_door.centre.forms.day import clock, span
from helhet_door.centre.forms.fields import (
    BooleanField,
    Card,
    DateField,
    Form,
    PasswordField,
    SelectField,
    Ticks,
    TimeField,
    ValidationError,
    needed,
    on_or_after,
    options,
)
from helhet_door.centre.texts import mark
from helhet_door.rules.model import Span, StaffKind
from helhet_door.words.characters import LONGEST_PIN, legal_pin

LONGEST = dt.timedelta(days=3 * 366)
SHORTEST_PIN = 4
KINDS = {
    StaffKind.STAFF: mark("Staff"),
    StaffKind.CLEANER: mark("Cleaner"),
    StaffKind.GUARD: mark("Guard"),
}


class AddStaffCard(Form):
    """Everything about a staff card. There is always a last day."""

    card = Card(
        description=mark("Scan the card or type its number. The number is not shown again and not stored in clear."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    kind = SelectField(mark("Whose card is it?"), choices=options(KINDS))
    branches = Ticks(mark("At which branches does it open?"))
    first = DateField(mark("First day"), [needed()])
    last = DateField(mark("Last day"), [needed()], description=mark("At most three years. It stops by itself."))
    start = TimeField(mark("From"), [needed()], default=clock(0))
    end = TimeField(mark("To"), [needed()], default=clock(0), description=mark("00:00 is midnight."))
    pin = PasswordField(
        mark("PIN"),
        [needed()],
        description=mark("4 to 12 digits, chosen by the holder. It works when the library system does not answer."),
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    again = PasswordField(mark("PIN again"), [needed()], render_kw={"autocomplete": "off", "inputmode": "numeric"})
    disarms = BooleanField(
        mark("May enter when the alarm is armed"), description=mark("The door then asks the alarm to disarm.")
    )
    today = dt.date.min

    def validate_branches(self, field: Ticks) -> None:
        """At least one."""
        if not field.data:
            raise ValidationError(mark("Tick at least one branch."))

    def validate_last(self, field: DateField) -> None:
        """Not before the first day, not in the past, within three years."""
        on_or_after(field.data, self.today, mark("The day has passed. Choose today or a later day."))
        if self.first.data is not None and field.data < self.first.data:
            raise ValidationError(mark("The last day must not come before the first."))
        if field.data > self.today + LONGEST:
            raise ValidationError(mark("A card works for at most three years. Choose an earlier last day."))

    def validate_end(self, field: TimeField) -> None:
        """After the start."""
        if self.start.data is not None and field.data is not None and self.hours().end <= self.hours().start:
            raise ValidationError(mark("The end must come after the start. Midnight is written 00:00."))

    def validate_pin(self, field: PasswordField) -> None:
        """Digits, enough of them, not all the same."""
        pin = field.data or ""
        if not legal_pin(pin) or not SHORTEST_PIN <= len(pin) <= LONGEST_PIN:
            raise ValidationError(mark("A PIN is 4 to 12 digits."))
        if len(set(pin)) == 1 or pin in "01234567890123456789" or pin in "98765432109876543210":
            raise ValidationError(mark("This PIN is too easy to guess."))

    def validate_again(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.pin.data:
            raise ValidationError(mark("The two PINs differ."))

    def hours(self) -> Span:
        """The hours of every day in which the card works."""
        return span(self.start.data, self.end.data)
