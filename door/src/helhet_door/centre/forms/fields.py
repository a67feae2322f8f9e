"""The fields that forms are made of. Labels and messages are source strings, translated where they are shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from helhet_door.centre.texts import mark
from helhet_door.words.characters import legal_card

__all__ = [
    "BooleanField",
    "Card",
    "DateField",
    "Form",
    "IntegerField",
    "Length",
    "PasswordField",
    "RadioField",
    "SelectField",
    "SelectMultipleField",
    "StringField",
    "Ticks",
    "TimeField",
    "ValidationError",
    "maybe",
    "needed",
    "on_or_after",
    "options",
]

#: What the fields themselves say, without a message of ours.
BUILT_IN = (
    mark("Not a valid choice."),
    mark("Not a valid date value."),
    mark("Not a valid time value."),
    mark("Not a valid integer value."),
    mark("One or more of the choices is not valid."),
)


class Form(FlaskForm):
    """A form with the token against cross-site requests, checked once for every request by the application."""


class Ticks(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: object) -> None:  # noqa: ARG002
        """Only choices that there are; the message repeats nothing of what was sent."""
        if not set(self.data or ()) <= {value for value, *_ in self.choices}:
            raise ValidationError(mark("One or more of the choices is not valid."))


def options(words: Mapping[Any, str]) -> list[Any]:
    """Choices of a field: what is sent, and the words for it."""
    return [SelectChoice(value, text) for value, text in words.items()]


class Card(StringField):
    """A card number, typed or scanned. What was filled in is never shown again."""

    def __init__(self, **more: Any) -> None:
        super().__init__(mark("Card number"), [needed(), _legal], filters=[lambda text: (text or "").strip()], **more)

    def _value(self) -> str:
        """What the page shows in the field: nothing."""
        return ""


class _Needed(InputRequired):
    """Ends the checks of a field that is empty, or that could not be read: the later ones find a value."""

    def __call__(self, form: object, field: Any) -> None:
        super().__call__(form, field)
        if field.errors:
            raise StopValidation


class _Maybe(Optional):
    """The same for a field that may be left empty."""

    def __call__(self, form: object, field: Any) -> None:
        super().__call__(form, field)
        if field.errors:
            raise StopValidation


def needed() -> Any:
    """The field must be filled in."""
    return _Needed(mark("Fill in this field."))


def maybe() -> Any:
    """The field may be left empty."""
    return _Maybe()


def _legal(_: object, field: Card) -> None:
    """The characters that a card may have; the faulty number is not repeated in the message."""
    if not legal_card(field.data):
        raise ValidationError(
            mark("A card number is 4 to 32 letters, digits and hyphens. Scan the card, or type it again.")
        )


def on_or_after(day: dt.date, first: dt.date, message: str) -> None:
    """Refuse a date before ``first``, with ``message``."""
    if day < first:
        raise ValidationError(message)
