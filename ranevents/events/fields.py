"""Kinds of fields that the forms about events are made of, with words of ours for what is wrong."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, DateTimeLocalField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, Regexp, ValidationError

from ranevents.core import tokens
from ranevents.core.forms import Form, at_most, one_line, several_lines
from ranevents.events import rules

LONGEST_TEXT = 20_000
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


def line(label: Any, *more: Any, most: int = 200, **options: Any) -> StringField:
    """A field for one line of text."""
    return StringField(label, [*more, at_most(most)], filters=[one_line], **options)


def text(label: Any, *more: Any, most: int = LONGEST_TEXT, **options: Any) -> TextAreaField:
    """A field for several lines of text."""
    return TextAreaField(label, [*more, at_most(most)], filters=[several_lines], **options)


def not_blank(_form: Form, field: Any) -> None:
    """Refuse what holds nothing but space."""
    if not field.data:
        raise ValidationError(_("Please fill this in."))


def in_our_years(_form: Form, field: Any) -> None:
    """Refuse days of another age; they are typing mistakes."""
    if field.data and not rules.is_in_range(field.data):
        raise ValidationError(
            _("Please give a year from %(first)s to %(last)s.", first=rules.FIRST_YEAR, last=rules.LAST_YEAR)
        )


def slug_line(description: Any) -> StringField:
    """A field for the end of a page's address."""
    wrong = _l("Please use only small letters a to z, digits, and single hyphens between them.")
    return line(
        _l("Address"), Optional(), Regexp(SLUG, message=wrong), most=rules.LONGEST_SLUG, description=description
    )


class SubmissionField(HiddenField):
    """The random id that a form which makes something came with; None for one that is none of ours."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the id."""
        self.data = valuelist[0] if valuelist and tokens.is_secret(valuelist[0]) else None


class VersionField(HiddenField):
    """Which version of the record the editor saw; None where the form does not say."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number."""
        self.data = int(valuelist[0]) if valuelist and re.fullmatch("[0-9]{1,9}", valuelist[0]) else None


class DayField(DateField):
    """A day, with words of ours for what is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a day; raises ValueError for what is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Please give a day that exists, such as 2018-04-04.")) from error


class LocalTimeField(DateTimeLocalField):
    """A day and a time as the clock at the event shows it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a day and a time; raises ValueError for what is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Please give a day and a time, such as 2018-04-04T18:00.")) from error


class NumberField(IntegerField):
    """A whole number, with words of ours for what is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a number; raises ValueError for what is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Please give a whole number, in digits.")) from error


def local_time(label: Any, message: Any, description: Any) -> LocalTimeField:
    """A field for a local time, which must be given."""
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    return LocalTimeField(label, [InputRequired(message), in_our_years], format=formats, description=description)
