"""What the forms of composing share: fields of a text in several languages, and who saw what when it was saved."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from flask_babel import gettext as _
from wtforms import DateField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import ValidationError

from ranevents.core import tokens
from ranevents.core.errors import DomainError
from ranevents.core.forms import Form, at_most, one_line, refusals_on, several_lines
from ranevents.questions import rules
from ranevents.questions.details import Texts
from ranevents.questions.form_service import EditedMeanwhile
from ranevents.questions.models import Question, Section


class WholeNumberField(IntegerField):
    """A whole number, with words of ours for what is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a number; raises ValueError for what is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Please give a whole number, in digits.")) from error
        if self.data is not None and abs(self.data) > 10_000:
            raise ValueError(_("Please give a smaller number."))


class DayField(DateField):
    """A day, with words of ours for what is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a day; raises ValueError for what is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Please give a day that exists, such as 2018-04-04.")) from error


def plain_number(_form: Form, field: Any) -> None:
    """Take a number as plain decimals; refuse what is none."""
    try:
        field.data = rules.plain_decimal(field.data)
    except ValueError as error:
        raise ValidationError(_("Please give a number, in digits.")) from error


class _NeededInOneLanguage:
    """Marks a text that must be written, in whichever language: the rules check it over all of them."""

    field_flags: ClassVar[dict[str, bool]] = {"needed_in_one_language": True}

    def __call__(self, _form: Form, _field: Any) -> None:
        """One field alone is never wrong."""


def line(label: Any, code: str, most: int, *, is_needed: bool = False) -> StringField:
    """A field for one line of text in a language. `is_needed`: it must be written in one of them."""
    checks = [at_most(most), *([_NeededInOneLanguage()] if is_needed else [])]
    return StringField(label, checks, filters=[one_line], render_kw={"lang": code, "maxlength": most})


def lines(label: Any, code: str, most: int) -> TextAreaField:
    """A field for several lines of text in a language."""
    return TextAreaField(label, [at_most(most)], filters=[several_lines], render_kw={"lang": code, "rows": 2})


def choice(message: Any) -> dict[str, Any]:
    """What a choice says to a value that it does not offer."""
    return {"invalid_value_message": message, "invalid_choice_message": message}


def own_submission(typed: str | None) -> str | None:
    """The random id that a form which makes something came with; None for one that is none of ours."""
    return typed if tokens.is_secret(typed) else None


class ComposingForm(Form):
    """What the forms of questions and sections share: texts in several languages, and who saw what."""

    codes: Sequence[str] = ()
    """The languages to write in, the organiser's own first."""

    seen: Any
    submission_id: Any

    def texts(self, name: str) -> Texts:
        """What was written, by language; without what was left empty."""
        return {code: self[f"{name}_{code}"].data for code in self.codes if self[f"{name}_{code}"].data}

    def of_text(self, name: str) -> list[Any]:
        """The fields of one text, one a language."""
        return [self[f"{name}_{code}"] for code in self.codes]

    def field_of(self, name: str | None) -> str | None:
        """Beside which field a refusal stands that concerns this part of the details."""
        return f"{name[:-1]}_{self.codes[0]}" if name and name.endswith("s") else name

    def refuse(self, name: str, message: str) -> None:
        """Say what is wrong beside the field concerned."""
        field = self[self.field_of(name)]
        field.errors = [*field.errors, message]


def submission() -> dict[str, Any]:
    """The hidden fields of every composing form."""
    return {"seen": HiddenField(), "submission_id": HiddenField(filters=[own_submission])}


@contextmanager
def refusals_beside(form: ComposingForm, record: Question | Section | None = None) -> Iterator[None]:
    """Run the verb that saves; show a refusal beside its field, and what differs from what others saved."""
    with refusals_on(form):
        try:
            yield
        except EditedMeanwhile as error:
            raise DomainError(_conflict(form, record, error)) from error
        except DomainError as refusal:
            raise DomainError(str(refusal), field=form.field_of(refusal.field)) from refusal


def _conflict(form: Any, record: Any, error: EditedMeanwhile) -> str:
    form.seen.data = record.details.fingerprint
    labels = [str(form[name].label.text) for name in _differing(form, record.details, form.details())]
    message: str = _(
        "%(what)s What you typed is still here and not saved yet. It differs from theirs in: %(fields)s. Save "
        "again to put yours in place of theirs.",
        what=str(error),
        fields=", ".join(labels) or _("nothing"),
    )
    return message


def _differing(form: Any, theirs: Any, typed: Any) -> Iterator[str]:
    """The names of the fields that say something else than what is saved."""
    for name in theirs.differences(typed):
        texts = getattr(theirs, name), getattr(typed, name)
        if isinstance(texts[0], dict):
            own = (code for code in form.codes if texts[0].get(code) != texts[1].get(code))
            yield from (f"{name[:-1]}_{code}" for code in own)
        elif (field := form.field_of(name)) in form:
            yield field
