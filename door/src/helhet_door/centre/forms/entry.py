"""Logging in, and one's own password."""

from __future__ import annotations

from helhet_door.centre import passwords
from helhet_door.centre.forms.fields import Form, Length, PasswordField, StringField, ValidationError, needed
from helhet_door.centre.texts import mark

_LONGEST = Length(max=passwords.LONGEST, message=mark("Use at most 128 characters."))


class LogIn(Form):
    """Name and password."""

    name = StringField(
        mark("User name"), [needed(), _LONGEST], render_kw={"autocomplete": "username", "autocapitalize": "none"}
    )
    password = PasswordField(mark("Password"), [needed(), _LONGEST], render_kw={"autocomplete": "current-password"})


class NewPassword(Form):
    """The present password, and the new one twice."""

    present = PasswordField(
        mark("Present password"), [needed(), _LONGEST], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        mark("New password"),
        [needed()],
        description=mark("At least 12 characters. A few words in a row are easy to remember."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(mark("New password again"), [needed()], render_kw={"autocomplete": "new-password"})
    user_name = ""  # the page says whose it is

    def validate_new(self, field: PasswordField) -> None:
        """The rule for passwords."""
        wrong = passwords.wrong_with(field.data or "", self.user_name)
        if wrong:
            raise ValidationError(wrong)
        if field.data == self.present.data:
            raise ValidationError(mark("The new password is the same as the present one."))

    def validate_again(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.new.data:
            raise ValidationError(mark("The two new passwords differ."))
