"""What is sent in about asking people to an event, and about one invitation."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation, ValidationError

from ranevents.core import clock, tokens
from ranevents.core.errors import DomainError
from ranevents.core.forms import Form, at_most, one_line, several_lines
from ranevents.events import times
from ranevents.events.fields import LocalTimeField, NumberField
from ranevents.events.models import Capacity, Event
from ranevents.invitations import rules
from ranevents.invitations.guest_forms import GuestsForm, WhoField
from ranevents.invitations.models import Invitation
from ranevents.invitations.service import Asked
from ranevents.people.models import Person

USUAL_TIME = timedelta(days=14)
"""How long people have to answer, where nothing else is said."""
_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def _instant(event: Event, field: LocalTimeField) -> datetime:
    """What the field says, in UTC; raises ValidationError for a time that the clock never shows."""
    if field.data is None or not 1900 <= field.data.year <= 2200:
        raise ValidationError(_("Please give a day and a time, such as 2018-04-04 18:00."))
    try:
        return times.instant_of(field.data, event.zone)
    except DomainError as error:
        raise ValidationError(str(error)) from None


def last_answer(event: Event, at: datetime) -> datetime:
    """Until when people may answer, where nothing else is said: two weeks, the whole day, before the event begins."""
    day = (at + USUAL_TIME).astimezone(event.zone)
    return min(day.replace(hour=23, minute=59, second=0, microsecond=0), event.begins_at - timedelta(minutes=1))


class _WithDate(Form):
    """A form that says until when people may answer."""

    answer_by = LocalTimeField(
        _l("Answer by"),
        [InputRequired(_l("Please say until when people may answer."))],
        format=_FORMATS,
        description=_l("Local time at the event. It must lie before the event begins."),
    )

    def __init__(self, *, event: Event, proposed: datetime | None = None, **filled: Any) -> None:
        self.event = event
        super().__init__(**filled)
        if not self.is_submitted() and self.answer_by.data is None:
            until = proposed or last_answer(event, clock.now())
            self.answer_by.data = times.local_of(until.replace(second=0, microsecond=0), event.zone)

    def validate_answer_by(self, field: LocalTimeField) -> None:
        """It lies ahead, and before the event begins."""
        until = _instant(self.event, field)
        if until <= clock.now():
            raise ValidationError(_("This is over already. Please choose a later time."))
        if until >= self.event.begins_at:
            raise ValidationError(_("The event has begun by then. Please choose an earlier time."))

    @property
    def until(self) -> datetime:
        """The last instant for an answer, once the form is valid."""
        return _instant(self.event, self.answer_by)


class _CountsForLater:
    """The time is needed where the mails go out later, and read only there: its hint says so instead of a mark."""

    field_flags: ClassVar = {"told_when_needed": True}

    def __call__(self, form: "AskForm", field: LocalTimeField) -> None:
        """Stop where nobody asks for it, or where it is missing."""
        is_blank = not field.raw_data or not field.raw_data[0].strip()
        if form.when.data != "later" or is_blank:
            field.errors = []
        if form.when.data == "later" and is_blank:
            raise StopValidation(_("Please say when the mails go out."))
        if form.when.data != "later" or field.errors:
            raise StopValidation


class AskForm(_WithDate, GuestsForm):
    """As what people are asked, until when, with which words, and when the mails go out."""

    capacity = SelectField(
        _l("Asked as"),
        [InputRequired(_l("Please choose as what people are asked."))],
        choices=lambda: [(one.value, one.label) for one in Capacity],
        default=Capacity.PARTICIPANT.value,
    )
    note = TextAreaField(
        _l("Personal note"),
        [Optional(), at_most(2000)],
        filters=[several_lines],
        description=_l("Stands in each mail, word for word. Plain text."),
    )
    allows_substitute = BooleanField(
        _l("They may propose somebody else in their place"), description=_l("You decide on each proposal.")
    )
    when = RadioField(
        _l("When do the mails go out?"),
        [InputRequired(_l("Please say when the mails go out."))],
        choices=lambda: [("now", _("At once")), ("later", _("At the time below"))],
        default="now",
    )
    send_at = LocalTimeField(
        _l("Send at"),
        [_CountsForLater()],
        format=_FORMATS,
        description=_l("Local time at the event. Needed only where the mails go out later."),
    )

    def validate_send_at(self, field: LocalTimeField) -> None:
        """It lies ahead, and before the last answer."""
        at = _instant(self.event, field)
        if at <= clock.now():
            raise ValidationError(_("This is over already. Please choose a later time."))
        if self.answer_by.data and field.data >= self.answer_by.data:
            raise ValidationError(_("The mails must go out before the last time for an answer."))

    def asked(self) -> Asked:
        """What was sent in, once it is valid."""
        is_later = self.when.data == "later"
        return Asked(
            capacity=Capacity(self.capacity.data),
            answer_by=self.until,
            note=self.note.data or "",
            allows_substitute=bool(self.allows_substitute.data),
            send_at=_instant(self.event, self.send_at) if is_later else None,
        )


class RemindForm(GuestsForm):
    """Whom to remind. The submission id is the occasion: pressed twice, it reminds once."""

    submission_id = HiddenField()

    def __init__(self, **filled: Any) -> None:
        super().__init__(**filled)
        if not tokens.is_secret(self.submission_id.data):
            self.submission_id.data = tokens.secret()


class DateForm(_WithDate):
    """Until when one person may answer; never proposed before the date that stands."""

    def __init__(self, invitation: Invitation) -> None:
        event = invitation.event
        stands = rules.earliest_again(invitation.answer_by, event.begins_at)
        super().__init__(event=event, proposed=max(last_answer(event, clock.now()), stands))


class WithdrawForm(Form):
    """Withdraw an invitation: why, and whether the person is told."""

    tells = BooleanField(_l("Tell the person by mail"), default=True)
    reason = TextAreaField(
        _l("Reason"),
        [Optional(), at_most(1000)],
        filters=[several_lines],
        description=_l("Stands in the mail, word for word."),
    )


class AddressForm(Form):
    """The person's right address."""

    email = EmailField(
        _l("E-mail address"), [InputRequired(_l("Please enter the e-mail address.")), at_most(320)], filters=[one_line]
    )

    who = WhoField(_l("Somebody else whom you know has this address. Who are they?"))

    def ask_who(self, known: Iterable[Person]) -> None:
        """Offer those who have the address."""
        self.who.ask(
            known,
            lambda told: _("One person, entered twice: %(person)s", person=told),
            _("Two people who share the address"),
        )

    def says_who(self) -> bool:
        """Whether it is clear who is meant, once the address is right."""
        return not self.who.is_open(_("This address is known already. Please say whose it is."))

    def validate_email(self, field: EmailField) -> None:
        """Refuse what can't be an address."""
        try:
            field.data = validate_email(field.data or "", check_deliverability=False, strict=True).normalized
        except EmailNotValidError:
            raise ValidationError(_("Please check the address: it should look like name@example.org.")) from None


class RuleForm(Form):
    """One more reminder by rule."""

    days_before = NumberField(
        _l("Days before the answer-by date"),
        [
            InputRequired(_l("Please enter a number of days.")),
            NumberRange(1, 60, _l("Please enter a number from 1 to 60.")),
        ],
    )
