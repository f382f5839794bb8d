"""What people send in about registrations."""

from typing import Any, ClassVar, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from ranevents.core import languages, names, tokens
from ranevents.core.forms import CountryField, Form, an_address, at_most, one_line, several_lines
from ranevents.events.models import Capacity, Event
from ranevents.people.models import Person, Sector, Side
from ranevents.people.service import Particulars
from ranevents.questions.fields import AskingForm
from ranevents.registrations import answer_queries
from ranevents.registrations.models import Registration
from ranevents.registrations.service import Answers
from ranevents.registrations.upload_forms import questionnaire

LONGEST_NAME = 120


def _required(message: str) -> list[Any]:
    return [InputRequired(message), _not_blank(message)]


def _not_blank(message: str) -> Any:
    def check(_form: Form, field: StringField) -> None:
        if not field.data:
            raise ValidationError(message)

    return check


def _sectors() -> list[tuple[str, str]]:
    return [("", _("Please choose")), *((one.value, one.label) for one in Sector)]


def _languages() -> list[tuple[str, str]]:
    return [(code, languages.own_name(code)) for code in languages.offered()]


class ParticularsForm(AskingForm):
    """Who somebody is, what they need, and what the event asks; the registration form adds what belongs to sending it
    the first time.
    """

    AFTER_QUESTIONS: ClassVar[tuple[str, ...]] = ("is_on_shared_list", "allows_photographs")

    given_name = StringField(
        _l("Given name"),
        [*_required(_l("Please enter your given name.")), at_most(LONGEST_NAME)],
        filters=[one_line],
        description=_l("As you write it, in your own script."),
    )
    family_name = StringField(
        _l("Family name"),
        [*_required(_l("Please enter your family name.")), at_most(LONGEST_NAME)],
        filters=[one_line],
        description=_l("As you write it, in your own script."),
    )
    latin_given_name = StringField(
        _l("Given name in Latin letters"),
        [at_most(LONGEST_NAME)],
        filters=[one_line],
        description=_l("As in your passport, for your badge. Leave it empty if your name is in Latin letters already."),
    )
    latin_family_name = StringField(
        _l("Family name in Latin letters"),
        [at_most(LONGEST_NAME)],
        filters=[one_line],
        description=_l("As in your passport, for your badge. Leave it empty if your name is in Latin letters already."),
    )
    form_of_address = StringField(
        _l("Form of address"), [Optional(), at_most(60)], filters=[one_line], description=_l("Such as Ms, Mr, Dr, Mx.")
    )
    email = EmailField(
        _l("E-mail address"),
        _required(_l("Please enter your e-mail address.")),
        filters=[one_line],
        description=_l("Your answer and your personal link go there."),
    )
    organisation = StringField(
        _l("Organisation"),
        [*_required(_l("Please enter your organisation.")), at_most(200)],
        filters=[one_line],
    )
    position = StringField(
        _l("Position"), [*_required(_l("Please enter your position.")), at_most(200)], filters=[one_line]
    )
    country = CountryField(_l("Country"), [InputRequired(_l("Please choose your country."))])
    sector = SelectField(_l("Sector"), [InputRequired(_l("Please choose the sector you work in."))], choices=_sectors)
    side = RadioField(
        _l("Which side do you bring to the table?"),
        [InputRequired(_l("Please choose policy or practice."))],
        choices=lambda: [(one.value, one.label) for one in Side],
        description=_l("Policy: you shape or decide. Practice: you work with people on the ground."),
    )
    language = SelectField(
        _l("Language of our mails to you"),
        [InputRequired(_l("Please choose a language."))],
        choices=_languages,
    )
    diet = TextAreaField(
        _l("Diet"),
        [Optional(), at_most(500)],
        filters=[several_lines],
        description=_l("Such as vegetarian, halal, allergies."),
    )
    access_needs = TextAreaField(
        _l("Accessibility needs"),
        [Optional(), at_most(1000)],
        filters=[several_lines],
        description=_l("Such as step-free access, sign language."),
    )
    is_on_shared_list = BooleanField(
        _l("Show my name, organisation and country on the list that participants share"),
        description=_l("You can change this at any time through your personal link."),
    )
    allows_photographs = BooleanField(
        _l("Photographs on which I can be recognised may be published"),
        description=_l("You can change this at any time through your personal link."),
    )

    def validate_email(self, field: EmailField) -> None:
        """Refuse what can't be an address, with the reason."""
        an_address(self, field)

    def validate_latin_given_name(self, field: StringField) -> None:
        """Propose Latin letters where none were given."""
        self._propose(field, self.given_name.data)

    def validate_latin_family_name(self, field: StringField) -> None:
        """Propose Latin letters where none were given."""
        self._propose(field, self.family_name.data)

    def _propose(self, field: StringField, own_script: str) -> None:
        if field.data and not names.is_latin(field.data):
            raise ValidationError(_("Please use Latin letters here."))
        if field.data or not own_script:
            return
        field.data = names.latin(own_script, self.country.data or "")[:LONGEST_NAME]
        if not names.is_latin(own_script):
            raise ValidationError(_("We propose this spelling. Please check it, correct it if needed, and send again."))

    def answers(self) -> Answers:
        """What was sent in, once it is valid."""
        return Answers(
            particulars=Particulars(
                given_name=self.given_name.data,
                family_name=self.family_name.data,
                latin_given_name=self.latin_given_name.data,
                latin_family_name=self.latin_family_name.data,
                form_of_address=self.form_of_address.data,
                email=self.email.data,
                organisation=self.organisation.data,
                position=self.position.data,
                country=self.country.data,
                sector=Sector(self.sector.data),
                side=Side(self.side.data),
                language=self.language.data,
            ),
            diet=self.diet.data,
            access_needs=self.access_needs.data,
            is_on_shared_list=self.is_on_shared_list.data if self.is_on_shared_list else None,
            allows_photographs=self.allows_photographs.data if self.allows_photographs else None,
            replies=self.replies(),
        )


class RegistrationForm(ParticularsForm):
    """The public form of an event with open registration."""

    AFTER_QUESTIONS: ClassVar[tuple[str, ...]] = (*ParticularsForm.AFTER_QUESTIONS, "has_read_notice")

    has_read_notice = BooleanField(
        _l("I have read the privacy notice"),
        [InputRequired(_l("Please read the privacy notice and tick this box."))],
    )
    notice_version = HiddenField()
    submission_id = HiddenField()

    def __init__(self, *args: Any, event: Event, capacity: Capacity = Capacity.PARTICIPANT, **kwargs: Any) -> None:
        asked = questionnaire(event, capacity=capacity)
        super().__init__(*args, questionnaire=asked, **kwargs)
        self.event = event
        if not tokens.is_secret(self.submission_id.data):
            self.submission_id.data = tokens.secret()
        if not self.is_submitted():
            self.notice_version.data = str(event.notice_version)
            self.language.data = languages.current()

    def validate_has_read_notice(self, field: BooleanField) -> None:
        """The consent belongs to the version that was shown."""
        if self.notice_version.data != str(self.event.notice_version):
            self.notice_version.data = str(self.event.notice_version)
            field.data = False
            raise ValidationError(_("The privacy notice has changed. Please read it again and tick this box."))

    def begin_anew(self) -> None:
        """Let the same form be sent as one more registration."""
        self.submission_id.data = tokens.secret()


def known_of(person: Person) -> dict[str, Any]:
    """What is known of a person, as the form shows it."""
    shown = {name: getattr(person, name) for name in Particulars.__dataclass_fields__}
    return {**shown, "sector": person.sector.value, "side": person.side.value}


class ChangeForm(ParticularsForm):
    """The same particulars, shown and corrected behind the personal link."""

    @classmethod
    def of(cls, registration: Registration) -> Self:
        """The form, filled in with what is stored."""
        own = ("diet", "access_needs", "is_on_shared_list", "allows_photographs")
        given = answer_queries.given_by(registration)
        return cls(
            questionnaire=questionnaire(registration.event, capacity=registration.capacity, given=given),
            data={
                **known_of(registration.person),
                **{name: getattr(registration, name) for name in own},
            },
        )


class CorrectionForm(ChangeForm):
    """The same for an organiser, without the consents: those are the person's own."""

    AFTER_QUESTIONS: ClassVar[tuple[str, ...]] = ()

    is_on_shared_list = None
    allows_photographs = None


class LinkForm(Form):
    """Have a lost personal link sent again."""

    email = EmailField(
        _l("E-mail address"),
        [*_required(_l("Please enter the address you registered with.")), at_most(320)],
        filters=[one_line],
        description=_l("The address you registered with."),
    )


class CapacityForm(Form):
    """As what somebody comes."""

    capacity = SelectField(_l("Comes as"), [InputRequired(_l("Please choose as what the person comes."))])

    def __init__(self, **filled: Any) -> None:
        super().__init__(**filled)
        self.capacity.choices = [(one.value, one.label) for one in Capacity]


class ReasonForm(Form):
    """An optional reason, which the person concerned will read."""

    reason = TextAreaField(_l("Reason"), [Optional(), at_most(1000)], filters=[several_lines])
