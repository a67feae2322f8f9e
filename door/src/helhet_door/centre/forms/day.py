"""A day with hours of its own."""

from __future__ import annotations

import datetime as dt

from helhet_door.centre.days import MOST_AHEAD
from helhet_door.centre.forms.fields import (
    DateField,
    Form,
    RadioField,
    TimeField,
    ValidationError,
    maybe,
    needed,
    on_or_after,
    options,
)
from helhet_door.centre.texts import mark
from helhet_door.rules.model import Day, Span

CLOSED, HOURS = "closed", "hours"
MIDNIGHT = 24 * 60


class ExceptionDay(Form):
    """Closed all day, or with one span staffed, one for members, or both. An end of 00:00 is midnight."""

    day = DateField(mark("Which day?"), [needed()])
    what = RadioField(
        mark("What holds on that day?"),
        choices=options({CLOSED: mark("Closed all day"), HOURS: mark("Other hours")}),
        default=CLOSED,
        validators=[needed()],
    )
    staffed_from = TimeField(mark("Staffed from"), [maybe()])
    staffed_to = TimeField(mark("Staffed to"), [maybe()])
    members_from = TimeField(mark("Open for members from"), [maybe()])
    members_to = TimeField(mark("Open for members to"), [maybe()])
    today = dt.date.min  # the page says what day it is

    def validate_day(self, field: DateField) -> None:
        """Today or later, within two years."""
        on_or_after(field.data, self.today, mark("The day has passed. Choose today or a later day."))
        if field.data > self.today + MOST_AHEAD:
            raise ValidationError(mark("Choose a day within two years."))

    def validate_what(self, field: RadioField) -> None:
        """Other hours need hours."""
        if field.data == HOURS and self.staffed_from.data is None and self.members_from.data is None:
            raise ValidationError(mark("Fill in at least one pair of hours, or choose closed all day."))

    def validate_staffed_from(self, _: TimeField) -> None:
        """A pair is whole."""
        self._whole(self.staffed_to)

    def validate_staffed_to(self, field: TimeField) -> None:
        """A pair is whole and in order."""
        self._whole(self.staffed_from)
        self._in_order(self.staffed_from.data, field.data)

    def validate_members_from(self, _: TimeField) -> None:
        """A pair is whole."""
        self._whole(self.members_to)

    def validate_members_to(self, field: TimeField) -> None:
        """A pair is whole and in order."""
        self._whole(self.members_from)
        self._in_order(self.members_from.data, field.data)

    def _whole(self, other: TimeField) -> None:
        if self.what.data == HOURS and other.data is None:
            raise ValidationError(mark("Fill in both from and to, or neither."))

    def _in_order(self, start: dt.time, end: dt.time) -> None:
        if self.what.data == HOURS and _end(end) <= _minutes(start):
            raise ValidationError(mark("The end must come after the start. Midnight is written 00:00."))

    def hours(self) -> Day:
        """What was filled in."""
        if self.what.data == CLOSED:
            return Day()
        return Day(
            _spans(self.staffed_from.data, self.staffed_to.data), _spans(self.members_from.data, self.members_to.data)
        )

    def show(self, hours: Day) -> None:
        """Fill the form with what holds for the day."""
        self.what.data = HOURS if hours.staffed or hours.open_plus else CLOSED
        for spans, start, end in (
            (hours.staffed, self.staffed_from, self.staffed_to),
            (hours.open_plus, self.members_from, self.members_to),
        ):
            if spans:
                start.data, end.data = clock(spans[0].start), clock(spans[-1].end)


def clock(minutes: int) -> dt.time:
    """Minutes after midnight on the wall; 1440 is 00:00."""
    return dt.time(minutes // 60 % 24, minutes % 60)


def _minutes(at: dt.time) -> int:
    return at.hour * 60 + at.minute


def _end(at: dt.time) -> int:
    return _minutes(at) or MIDNIGHT


def span(start: dt.time, end: dt.time) -> Span:
    """Hours as minutes; an end of 00:00 is midnight."""
    return Span(_minutes(start), _end(end))


def _spans(start: dt.time | None, end: dt.time | None) -> tuple[Span, ...]:
    return (span(start, end),) if start is not None and end is not None else ()
