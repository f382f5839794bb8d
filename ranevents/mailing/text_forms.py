"""A mail in an organiser's own words, as it is typed."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import HiddenField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from ranevents.core.forms import Form, at_most, one_line, several_lines
from ranevents.mailing import text_rules


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

    def __init__(self, *, allowed: Collection[str], recipients: list[tuple[str, str]], **filled: Any) -> None:
        super().__init__(**filled)
        self._allowed = allowed
        self.recipient.choices = recipients

    def validate_subject(self, field: StringField) -> None:
        """Not blank; only placeholders that this mail has."""
        if not field.data:
            raise ValidationError(_("Please give the mail a subject."))
        self._refuse_unknown(field)

    def validate_text(self, field: TextAreaField) -> None:
        """The same; and none within the address of a link."""
        if not field.data:
            raise ValidationError(_("Please write the text of the mail."))
        self._refuse_unknown(field)
        if text_rules.has_placeholder_in_link(field.data or ""):
            raise ValidationError(_("A placeholder can't stand in a link's address. Please write the address out."))

    def _refuse_unknown(self, field: StringField) -> None:
        found = text_rules.unknown(field.data or "", self._allowed)
        if not found:
            return
        first, others = found[0], len(found) - 1
        told = _(
            "%(name)s in line %(line)s, column %(column)s is no placeholder of this mail. Please choose one from the"
            " list.",
            name=first.name,
            line=first.line,
            column=first.column,
        )
        more = ngettext("There is %(num)d more.", "There are %(num)d more.", others) if others else ""
        raise ValidationError(f"{told} {more}".strip())

    @property
    def version(self) -> int:
        """The newest version that the author knew."""
        told = self.seen.data or "0"
        return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0
