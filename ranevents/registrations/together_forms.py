"""What is sent in about many registrations at once: whom it concerns stands in the form, as the page has shown it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from ranevents.core import tokens
from ranevents.core.forms import ChosenForm, at_most, one_line, several_lines
from ranevents.registrations.together_rules import MOST_AT_ONCE


class TogetherForm(ChosenForm):
    """Which registrations a deed concerns."""

    MOST = MOST_AT_ONCE


class RejectTogetherForm(TogetherForm):
    """The same, with a reason that each of them reads."""

    reason = TextAreaField(_l("Reason"), [Optional(), at_most(1000)], filters=[several_lines])


class CircularForm(TogetherForm):
    """A mail to all of them."""

    subject = StringField(
        _l("Subject"), [InputRequired(_l("Please enter a subject.")), at_most(150)], filters=[one_line]
    )
    text = TextAreaField(
        _l("Text"),
        [InputRequired(_l("Please enter what you want to say.")), at_most(10_000)],
        filters=[several_lines],
        description=_l(
            "Plain text; an empty line begins a paragraph, and addresses become links. The greeting, the event's date "
            "and place, the personal link and the contact address stand around it by themselves, in each person's "
            "language."
        ),
    )
    submission_id = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not tokens.is_secret(self.submission_id.data):
            self.begin_anew()

    def begin_anew(self) -> None:
        """Let the same form be sent as one more mail."""
        self.submission_id.data = tokens.secret()
