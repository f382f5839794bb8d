"""What the pages of this room send in."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Email, EqualTo, InputRequired, Length

from ranevents.accounts.models import Role
from ranevents.core import languages
from ranevents.core.forms import Form, one_line


def _address(label: Any, **options: Any) -> EmailField:
    return EmailField(
        label,
        filters=[one_line],
        render_kw={"autocomplete": "email", "spellcheck": "false"},
        **{
            "validators": [
                DataRequired(_l("Please enter an e-mail address.")),
                Email(_l("This does not look like an e-mail address, such as name@example.org.")),
                Length(max=320, message=_l("Please use at most 320 characters.")),
            ],
            **options,
        },
    )


def _name(label: Any, *, autocomplete: str) -> StringField:
    return StringField(
        label,
        filters=[one_line],
        validators=[
            DataRequired(_l("Please enter a name.")),
            Length(max=200, message=_l("Please use at most 200 characters.")),
        ],
        render_kw={"autocomplete": autocomplete},
    )


def _password(label: Any, *, autocomplete: str, missing: Any, **options: Any) -> PasswordField:
    return PasswordField(
        label,
        validators=[InputRequired(missing), *options.pop("validators", [])],
        render_kw={"autocomplete": autocomplete},
        **options,
    )


class SignInForm(Form):
    """Address and password. The address is not checked for its form: every failure gets the same answer."""

    next = HiddenField()
    email = _address(_l("E-mail address"), validators=[DataRequired(_l("Please enter your e-mail address."))])
    password = _password(_l("Password"), autocomplete="current-password", missing=_l("Please enter your password."))


class ForgottenForm(Form):
    """Whose password is forgotten."""

    email = _address(_l("E-mail address"))


class NewPasswordForm(Form):
    """A new password, twice."""

    password = _password(
        _l("New password"),
        autocomplete="new-password",
        missing=_l("Please choose a password."),
        description=_l("At least 12 characters. Several words that only you would combine are easy to remember."),
    )
    again = _password(
        _l("New password, once more"),
        autocomplete="new-password",
        missing=_l("Please enter the new password once more."),
        validators=[EqualTo("password", _l("The two passwords differ. Please enter the same one twice."))],
    )


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    old_password = _password(
        _l("Present password"), autocomplete="current-password", missing=_l("Please enter your present password.")
    )
    field_order = ("old_password", "password", "again")

    def __iter__(self) -> Iterator[Any]:
        """The fields in the order of the page, so that the summary of errors follows it."""
        order = {name: place for place, name in enumerate(self.field_order)}
        return iter(sorted(super().__iter__(), key=lambda field: order.get(field.short_name, len(order))))


class DetailsForm(Form):
    """How an organiser is named and addressed."""

    name = _name(_l("Name"), autocomplete="name")
    language = SelectField(
        _l("Language of our mails to you"), validators=[InputRequired(_l("Please choose a language."))]
    )

    def offer_languages(self, codes: list[str]) -> "DetailsForm":
        """Set the languages from which to choose."""
        self.language.choices = [SelectChoice(code, languages.own_name(code)) for code in codes]
        return self


class MemberForm(Form):
    """Somebody for an event's team."""

    email = _address(_l("E-mail address"))
    name = _name(_l("Name"), autocomplete="off")
    role = SelectField(
        _l("Role"), coerce=Role, default=Role.READER, validators=[InputRequired(_l("Please choose a role."))]
    )

    def offer_roles(self) -> "MemberForm":
        """Set the roles from which to choose."""
        self.role.choices = [SelectChoice(role.value, role.label) for role in Role]
        return self


class RoleForm(Form):
    """A member's new role."""

    role = SelectField(coerce=Role, choices=[SelectChoice(role.value) for role in Role])


class OrganiserForm(Form):
    """Somebody who is to organise."""

    email = _address(_l("E-mail address"))
    name = _name(_l("Name"), autocomplete="off")
    is_administrator = BooleanField(
        _l("Administrator"), description=_l("May do everything at every event, and look after the accounts.")
    )
