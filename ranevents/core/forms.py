"""What all forms share: how typed text is cleaned, how a refusal is shown, how a form's page answers."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, ClassVar

from babel.support import Translations
from email_validator import EmailNotValidError, validate_email
from flask import g, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import HiddenField, IntegerField, SelectField
from wtforms.i18n import messages_path
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError
from wtforms.widgets import html_params

from ranevents.core import countries, languages
from ranevents.core.errors import DomainError

_JOINERS = {"\u200c", "\u200d"}
"""Format characters that change how scripts and emoji are really written; all others only deceive the eye."""


class Form(FlaskForm):
    """A form of texts and choices: what is sent as a file or as JSON instead is left aside."""

    class Meta(FlaskForm.Meta):
        """What the library itself says, in the reader's language: its own way reads a file for each request."""

        def get_translations(self, _form: Any) -> Any:
            """The library's own texts."""
            return _texts_of_the_library(languages.current())

    def __init__(self, **filled: Any) -> None:
        super().__init__(formdata=request.form if request.method == "POST" else None, **filled)

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether it was sent to be acted upon, and all of it fits.

        Of one that was sent for another language, only what is wrong is told, in that language.
        """
        fits = super().validate_on_submit(extra_validators)
        if languages.is_changing():
            g.was_not_acted_upon = True
            return False
        return bool(fits)


@lru_cache(maxsize=16)
def _texts_of_the_library(language: str) -> Any:
    return Translations.load(messages_path(), [language], domain="wtforms")


class _CountrySelect:
    """A select of 250 options takes longer than the rest of its form: they stand ready, one text for each language."""

    def __call__(self, field: SelectField, **attributes: Any) -> Markup:
        countries.all_countries()  # says that Kosovo is named, with its footnote
        required = {"required": True} if field.flags.required else {}
        told = html_params(name=field.name, **{"id": field.id, **required, **attributes})
        offered = _options_of_countries(languages.current())
        chosen = escape(field.data or "")
        marked = offered.replace(f'<option value="{chosen}">', f'<option selected value="{chosen}">', 1)
        nothing = escape(_("Please choose"))
        return Markup(f'<select {told}><option value="">{nothing}</option>{marked}</select>')  # noqa: S704 - escaped above


@lru_cache(maxsize=32)
def _options_of_countries(language: str) -> str:
    offered = countries.all_countries(language)
    return "".join(f'<option value="{escape(one.code)}">{escape(one.name)}</option>' for one in offered)


class CountryField(SelectField):
    """A country, to be chosen from all of them."""

    widget = _CountrySelect()

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no country."""
        if self.data and self.data not in countries.CODES:
            raise ValidationError(self.invalid_choice_message or self.gettext("Not a valid choice."))


_ID = re.compile(r"[1-9][0-9]{0,8}")


class ChosenForm(Form):
    """Whom a deed concerns: rows of a list, by their ids, as its page has shown them."""

    MOST: ClassVar[int]
    """How many a deed may concern at once."""

    ids = HiddenField(validators=[InputRequired(_l("Nobody was chosen. Please go back to the list and choose."))])

    @classmethod
    def ids_in(cls, said: str) -> list[int]:
        """The ids in a text, at most as many as may be chosen; anything else in it is left aside."""
        return [int(one) for one in said.split(",") if _ID.fullmatch(one)][: cls.MOST]

    @property
    def chosen(self) -> list[int]:
        """The ids of those rows."""
        return self.ids_in(self.ids.data or "")

    def concern(self, ids: list[int]) -> None:
        """Keep in the form whom its page shows."""
        self.ids.data = ",".join(str(id) for id in ids)


class WholeNumberField(IntegerField):
    """A whole number, with words of ours for what is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a number; raises ValueError for what is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Please give a whole number, in digits.")) from error

    def pre_validate(self, form: Any) -> None:
        """Of what is no number, nothing more is said."""
        if self.process_errors and any(str(one).strip() for one in self.raw_data or ()):
            raise StopValidation


def several_lines(text: str | None) -> str:
    """What was typed, without characters that nobody sees and without surrounding space.

    PostgreSQL refuses NUL; marks that turn the direction of writing make one name look like another.
    """
    composed = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n").replace("\r", "\n")
    if composed.isprintable():
        return composed.strip()
    return "".join(one for one in composed if one == "\n" or is_seen(one)).strip()


def is_seen(letter: str) -> bool:
    """Whether a reader sees it, or needs it: not what only deceives the eye."""
    is_noncharacter = ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF
    return letter in _JOINERS or not (is_noncharacter or unicodedata.category(letter) in ("Cc", "Cf", "Cs"))


def one_line(text: str | None) -> str:
    """What was typed, as one line with single spaces."""
    return " ".join(several_lines((text or "").replace("\t", " ")).split())


def at_most(most: int) -> Length:
    """No more characters than this."""
    return Length(max=most, message=_l("Please use %(max)d characters at most."))


def an_address(_form: Any, field: Any) -> None:
    """Refuse what can't be an e-mail address, and keep it as it is usually written."""
    try:
        field.data = validate_email(field.data, check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        raise ValidationError(_("Please check the address: it should look like name@example.org.")) from None


@contextmanager
def refusals_on(form: FlaskForm) -> Iterator[None]:
    """Show a refusal by the rules beside the field that it concerns, or at the head of the form."""
    try:
        yield
    except DomainError as refusal:
        if refusal.field in form:
            form[refusal.field].errors = [*form[refusal.field].errors, str(refusal)]
        else:
            form.form_errors.append(str(refusal))


def page(template: str, form: FlaskForm, **told: Any) -> tuple[str, int]:
    """A page with its form: 422 where something in it was refused."""
    if "csrf_token" in form.errors:
        g.came_without_token = True
    return render_template(template, form=form, **told), 422 if form.errors else 200
