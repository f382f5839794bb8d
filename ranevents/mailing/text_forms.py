"""A mail in an organiser's own words, as it is typed."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import HiddenField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from ranevents.core.forms import Form, at_most, one_line, several_lines
from ranevents.mailing import text_rules
from ranevents.mailing.text_rules import Editable, Unknown

_MOST_TOLD = 20
"""So many wrong placeholders are named each; more are counted."""


class TextForm(Form):
    """Subject and text of one mail in one language."""

    subject = StringField(
        _l("Subject"), [InputRequired(_l("Please give the mail a subject.")), at_most(200)], filters=[one_line]
    )
    text = TextAreaField(
        _l("Text"),
        [InputRequired(_l("Please write the text of the mail.")), at_most(text_rules.LONGEST)],
        filters=[several_lines],
        description=_l(
            "Between the salutation and the facts about the event. Markdown: **bold**, *italic*, lists with -, links as"
            " [words](https://…)."
        ),
    )
    recipient = SelectField(
        _l("Show it as this person will read it"), [InputRequired(_l("Please choose somebody."))], validate_choice=False
    )
    seen = HiddenField()
    preview = SubmitField(_l("Show how it will read"))

    def __init__(self, *, kind: Editable, recipients: list[tuple[str, str]], **filled: Any) -> None:
        super().__init__(**filled)
        self._kind = kind
        self.recipient.choices = recipients

    def validate_subject(self, field: StringField) -> None:
        """Not blank; only placeholders that this mail has."""
        if not field.data:
            raise ValidationError(_("Please give the mail a subject."))
        self._refuse_unknown(field)

    def validate_text(self, field: TextAreaField) -> None:
        """The same; and none within the address of a link; and all that the mail needs."""
        if not field.data:
            raise ValidationError(_("Please write the text of the mail."))
        self._refuse_unknown(field)
        if text_rules.has_placeholder_in_link(field.data or ""):
            raise ValidationError(_("A placeholder can't stand in a link's address. Please write the address out."))

        self._refuse_incomplete(field)

    def _refuse_unknown(self, field: StringField) -> None:
        """Each is an error of its own, so that the author finds them all at once."""
        found = text_rules.unknown(field.data or "", self._kind.placeholders)
        if not found:
            return
        *told, last = [_told(one) for one in found[:_MOST_TOLD]]
        if more := len(found) - len(told) - 1:
            told.append(last)
            last = ngettext("There is %(num)d more.", "There are %(num)d more.", more)
        field.errors.extend(told)
        raise ValidationError(last)

    def _refuse_incomplete(self, field: TextAreaField) -> None:
        missing = text_rules.missing(field.data or "", self._kind.required)
        field.errors.extend(_needed(name, self._kind.placeholders[name]) for name in missing[1:])
        if missing:
            raise ValidationError(_needed(missing[0], self._kind.placeholders[missing[0]]))

    @property
    def version(self) -> int:
        """The newest version that the author knew."""
        told = self.seen.data or "0"
        return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0


def _told(unknown: Unknown) -> str:
    told = _(
        "%(name)s in line %(line)s, column %(column)s is no placeholder of this mail. Please choose one from the list.",
        name=unknown.name,
        line=unknown.line,
        column=unknown.column,
    )
    return str(told)


def _needed(name: str, meaning: Any) -> str:
    told = _(
        "Please put in %(name)s (%(meaning)s): nothing else in this mail says it.", name=f"{{{name}}}", meaning=meaning
    )
    return str(told)
