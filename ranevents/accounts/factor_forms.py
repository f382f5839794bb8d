"""What the pages about second factors send in."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, StopValidation, ValidationError

from ranevents.core.forms import Form, one_line

_LONGEST_ANSWER = 20_000


class _UnlessPasskey:
    """The field is needed where no passkey was used instead."""

    def __init__(self, missing: Any) -> None:
        self.missing = missing
        self.field_flags = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        if form.passkey.data:
            field.errors = []
            raise StopValidation
        if not field.data:
            raise StopValidation(self.missing)


def _code(label: Any, missing: Any, *validators: Any, **shown: str) -> StringField:
    return StringField(
        label,
        filters=[one_line],
        validators=[*(validators or [DataRequired(missing)]), Length(max=40, message=missing)],
        render_kw={"autocomplete": "off", "spellcheck": "false", **shown},
    )


_APP = {"autocomplete": "one-time-code", "inputmode": "numeric"}
_CODE_IS_MISSING = _l("Please enter the six digits that the app shows.")


class SecondFactorForm(Form):
    """A code of the app, or a passkey's answer."""

    code = _code(_l("Code from your authenticator app"), _CODE_IS_MISSING, _UnlessPasskey(_CODE_IS_MISSING), **_APP)
    passkey = HiddenField(validators=[Length(max=_LONGEST_ANSWER)])

    def validate_passkey(self, field: Field) -> None:
        """Where there is no app, a passkey is needed."""
        if not field.data and "code" not in self:
            raise ValidationError(_l("Please use your passkey, or one of your recovery codes."))


class RecoveryCodeForm(Form):
    """One of the codes that were written down."""

    recovery_code = _code(
        _l("Recovery code"),
        _l("Please enter one of your recovery codes, ten letters and figures."),
        autocapitalize="characters",
    )


class AppForm(Form):
    """The first code that a new app shows."""

    code = _code(_l("Code that the app shows"), _CODE_IS_MISSING, **_APP)


class PasskeyForm(Form):
    """A new passkey's name, and what the browser made."""

    name = StringField(
        _l("Name of the passkey"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Please give the passkey a name.")),
            Length(max=60, message=_l("Please use at most 60 characters.")),
        ],
        description=_l("So that you recognise it later, such as: office laptop, phone, blue key."),
        render_kw={"autocomplete": "off"},
    )
    passkey = HiddenField(
        validators=[
            DataRequired(_l("Your browser has not made a passkey. Please try again.")),
            Length(max=_LONGEST_ANSWER),
        ]
    )


class ConfirmForm(SecondFactorForm):
    """The password, else a second factor, of somebody who is signed in."""

    next = HiddenField()
    password = PasswordField(
        _l("Password"),
        validators=[_UnlessPasskey(_l("Please enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )

    def validate_passkey(self, field: Field) -> None:
        """The password or the code says itself that it is missing."""


class ButtonForm(Form):
    """A page whose form is a button only."""
