"""Forms about letters, validated."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from ranevents.core import languages, papers, tokens
from ranevents.core.forms import Form, at_most, one_line, several_lines
from ranevents.events.models import Event
from ranevents.invitations.letter_mails import Written
from ranevents.invitations.letter_models import LetterKind, OfficialLetter
from ranevents.people.models import Person

VISA_ONLY = ("nationality", "passport", "born_on")


class DayField(DateField):
    """A day, with words of ours for what is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a day; raises ValueError for what is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Please give a day that exists, such as 2018-04-04.")) from error


def _printable(_form: Form, field: StringField) -> None:
    """Refuse what a letter could only spell in Latin letters: a consulate reads what the organiser has written."""
    if strange := papers.unprintable(field.data or ""):
        raise ValidationError(
            _(
                "This can't be printed: %(characters)s. Please write in Latin, Greek or Cyrillic letters.",
                characters=" ".join(strange[:20]),
            )
        )


def _needed(label: Any, message: Any, **more: Any) -> StringField:
    return StringField(label, [InputRequired(message), at_most(200), _printable], filters=[one_line], **more)


class LetterForm(Form):
    """A letter to one person."""

    kind = RadioField(_l("What is it for?"), [InputRequired(_l("Please choose what the letter is for."))])
    language = SelectField(_l("Language of the letter"), [InputRequired(_l("Please choose a language."))])
    place = _needed(
        _l("Place of signature"),
        _l("Please enter where the letter is signed."),
        description=_l("Such as Sofia. The day on which you issue the letter stands beside it."),
    )
    signatory = _needed(_l("Who signs it"), _l("Please enter who signs the letter."))
    function = StringField(_l("Their function"), [Optional(), at_most(200), _printable], filters=[one_line])
    first_on = DayField(_l("First day of the stay"), [InputRequired(_l("Please give the first day of the stay."))])
    last_on = DayField(_l("Last day of the stay"), [InputRequired(_l("Please give the last day of the stay."))])
    costs = StringField(
        _l("Who bears the costs"),
        [Optional(), at_most(400), _printable],
        filters=[one_line],
        description=_l("In the language of the letter, such as: The organiser pays for travel and hotel."),
    )
    text = TextAreaField(
        _l("What else you want to say"),
        [Optional(), at_most(3000), _printable],
        filters=[several_lines],
        description=_l("In the language of the letter. Plain text; an empty line begins a paragraph."),
    )
    nationality = StringField(_l("Nationality"), [Optional(), at_most(100), _printable], filters=[one_line])
    passport = StringField(_l("Passport number"), [Optional(), at_most(40), _printable], filters=[one_line])
    born_on = DayField(_l("Date of birth"), [Optional()])
    submission_id = HiddenField()

    def __init__(self, event: Event, person: Person, last: OfficialLetter | None) -> None:
        super().__init__(
            kind=LetterKind.INVITATION.value,
            language=person.language,
            place=(last.place if last else "") or event.city,
            signatory=last.signatory if last else "",
            function=last.function if last else "",
            first_on=event.first_on,
            last_on=event.last_on,
        )
        self.kind.choices = [(one.value, one.label) for one in LetterKind]
        self.language.choices = [(code, languages.own_name(code)) for code in languages.offered()]
        if not tokens.is_secret(self.submission_id.data):
            self.submission_id.data = tokens.secret()

    def validate_last_on(self, field: DateField) -> None:
        """The stay ends after it begins."""
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(_("The stay ends before it begins."))

    def validate_nationality(self, field: StringField) -> None:
        """For a visa only."""
        self._refuse_needless(field.data)

    def validate_passport(self, field: StringField) -> None:
        """For a visa only."""
        self._refuse_needless(field.data)

    def validate_born_on(self, field: DateField) -> None:
        """For a visa only, and some day before the stay."""
        self._refuse_needless(field.data)
        if field.data and not date(1900, 1, 1) <= field.data <= (self.first_on.data or date(2200, 1, 1)):
            raise ValidationError(_("Please check the date of birth."))

    def _refuse_needless(self, said: object) -> None:
        if said and self.kind.data == LetterKind.INVITATION.value:
            raise ValidationError(_("Only a letter for a visa says this. Please leave it empty here."))

    def written(self) -> Written:
        """What was written."""
        told = {name: getattr(self, name).data or "" for name in ("place", "signatory", "function", "costs", "text")}
        return Written(
            LetterKind(self.kind.data),
            self.language.data,
            first_on=self.first_on.data,
            last_on=self.last_on.data,
            born_on=self.born_on.data,
            nationality=self.nationality.data or "",
            passport=self.passport.data or "",
            **told,
        )


class CheckForm(Form):
    """The reference of a letter that somebody holds in their hand."""

    reference = StringField(
        _l("Reference of the letter"),
        [InputRequired(_l("Please enter the reference that stands on the letter.")), at_most(60)],
        filters=[one_line],
        description=_l("Twelve letters and digits, such as ABCD-EFGH-JKLM. Capitals and hyphens don't matter."),
    )
