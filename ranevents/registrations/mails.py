"""What this room writes. Each step of a registration's life has its mail here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ranevents.core import calendar, clock, tokens
from ranevents.core.calendar import Entry, Method
from ranevents.events import times
from ranevents.events.models import Event
from ranevents.mailing import outbox
from ranevents.mailing.models import MailQueue
from ranevents.mailing.outbox import (
    EVENT_PLACEHOLDERS,
    PERSON_PLACEHOLDERS,
    Editable,
    Letter,
    PersonalLink,
    event_values,
)
from ranevents.people.models import Person
from ranevents.registrations import queries
from ranevents.registrations.models import Circular, Registration
from ranevents.registrations.states import LIFE, RegistrationState, RegistrationStep


class Author(Protocol):
    """An organiser who writes."""

    id: Any
    name: Any
    email: Any
    language: Any


@LIFE.mail(RegistrationStep.CONFIRM)
@LIFE.mail(RegistrationStep.ACCEPT)
@LIFE.mail(RegistrationStep.TAKE_OVER)
def confirmation(registration: Registration) -> None:
    """You have a place: with the calendar entry."""
    _post(registration, "confirmation", "confirmed", calendar_method=Method.PUBLISH)


@LIFE.mail(RegistrationStep.RECEIVE)
def receipt(registration: Registration) -> None:
    """We have your registration; the organiser decides."""
    _post(registration, "receipt", "received")


@LIFE.mail(RegistrationStep.PARK)
def waiting_list(registration: Registration, *, position: int | None = None) -> None:
    """You are on the waiting list, at this position."""
    _post(registration, "waiting_list", "parked", position=position or queries.position(registration))


@LIFE.mail(RegistrationStep.OFFER)
def offer(registration: Registration) -> None:
    """A place is free for you, until then."""
    _post(registration, "offer", "offered")


@LIFE.mail(RegistrationStep.ASK)
def asked(registration: Registration) -> None:
    """You have been named, and a place is kept for you until then: please fill in the form."""
    _post(registration, "asked", "asked")


@LIFE.mail(RegistrationStep.SUBSTITUTE)
def replaced(registration: Registration, *, was_confirmed: bool = False, reason: str = "") -> None:
    """Somebody else comes in your place; a calendar that holds your entry takes it out."""
    method = Method.CANCEL if was_confirmed else None
    _post(registration, "replaced", "replaced", calendar_method=method, reason=reason)


@LIFE.mail(RegistrationStep.REJECT)
def refusal(registration: Registration, *, reason: str = "") -> None:
    """We are sorry; with the reason, if the organiser gave one."""
    _post(registration, "refusal", "rejected", reason=reason)


@LIFE.mail(RegistrationStep.CANCEL)
@LIFE.mail(RegistrationStep.DECLINE)
def cancellation(registration: Registration, *, was_confirmed: bool = False, reason: str = "") -> None:
    """Your registration is cancelled; a calendar that holds its entry takes it out."""
    method = Method.CANCEL if was_confirmed else None
    _post(registration, "cancellation", "cancelled", calendar_method=method, reason=reason)


@LIFE.mail(RegistrationStep.LAPSE)
def lapsed(registration: Registration, **_told: Any) -> None:
    """The time for your answer is over."""
    _post(registration, "lapsed", "lapsed")


@LIFE.mail(RegistrationStep.CALL_OFF)
def event_cancelled(registration: Registration, *, was_confirmed: bool = False, reason: str = "") -> None:
    """The event does not take place."""
    method = Method.CANCEL if was_confirmed else None
    _post(registration, "event_cancelled", "called-off", queue=MailQueue.BULK, calendar_method=method, reason=reason)


def event_changed(registration: Registration, *, changed: str = "") -> None:
    """Day, place or name of the event have changed; the calendar entry follows."""
    method = Method.PUBLISH if registration.state is RegistrationState.CONFIRMED else None
    occasion = f"changed:{registration.sequence}"
    _post(registration, "event_changed", occasion, queue=MailQueue.BULK, calendar_method=method, changed=changed)


def already_registered(registration: Registration, submission_id: str) -> None:
    """Somebody, probably you, has sent the form again."""
    _post(registration, "already_registered", f"again:{submission_id}")


def link(registration: Registration, request_id: str) -> None:
    """Your personal link, as you asked."""
    _post(registration, "link", f"link:{request_id}")


def address_changed(registration: Registration, old_address: str) -> None:
    """To the old address: mails go to another one from now on."""
    key = f"moved:{registration.link_version}"
    _post(registration, "address_changed", key, to_address=old_address, with_link=False)


def circular(registration: Registration, circular: Circular) -> None:
    """What an organiser writes to many, in each person's own frame."""
    _post(registration, "circular", f"circular:{circular.id}", queue=MailQueue.BULK, circular=circular)


def copy_to_author(event: Event, author: Author, words: Any, *, once: str) -> None:
    """The same to the one who writes it, to see how it looks; without anybody's name or link."""
    outbox.post(
        Letter(
            mail="registrations/circular",
            key=f"circular-copy:{event.id}:{once}",
            to_name=author.name,
            to_address=author.email,
            language=author.language,
            context={
                "event": event,
                "person": {"full_name": author.name},
                "registration": {"reference": "–"},
                "event_days": _days(event, author.language),
                "circular": words,
            },
            event_id=event.id,
            user_id=author.id,
            reply_to=event.contact_address,
        )
    )


def calendar_entry(registration: Registration, method: Method) -> str:
    """The registration's calendar entry; nothing in it is personal, for calendars are often shared."""
    event = registration.event
    address = f"{current_app.config['BASE_URL']}/events/{event.slug}"
    entry = Entry(
        uid=registration.uid,
        sequence=registration.sequence + event.entry_sequence,
        title=event.title,
        first_on=event.first_on,
        last_on=event.last_on,
        place=", ".join(part for part in (event.venue, event.city) if part),
        description=event.theme,
        url=address,
        organiser_name=event.host or event.series.name,
        organiser_address=event.contact_address,
        changed_at=clock.now(),
    )
    return calendar.write(entry, method)


def _post(
    registration: Registration,
    mail: str,
    occasion: str,
    /,
    *,
    queue: MailQueue = MailQueue.PROMPT,
    calendar_method: Method | None = None,
    to_address: str | None = None,
    with_link: bool = True,
    **told: Any,
) -> None:
    letter = _letter(registration, mail, occasion, calendar_method=calendar_method, with_link=with_link, **told)
    outbox.post(replace(letter, queue=queue, to_address=to_address or letter.to_address))


def _letter(
    registration: Registration,
    mail: str,
    occasion: str,
    /,
    *,
    calendar_method: Method | None = None,
    with_link: bool = True,
    language: str = "",
    **told: Any,
) -> Letter:
    event, person = registration.event, registration.person
    language = language or person.language
    words = _words(registration, language, calendar_method)
    return Letter(
        mail=f"registrations/{mail}",
        key=f"registration:{registration.id}:{occasion}",
        to_name=person.full_name,
        to_address=person.email,
        language=language,
        context={
            "event": event,
            "person": person,
            "registration": registration,
            "calendar_follows": calendar_method is not None,
            "is_awaited": registration.awaits_person and registration.state.is_live and with_link,
            **words,
            **told,
        },
        links={"registration": PersonalLink("/r/", registration.link)} if with_link else {},
        values={
            **event_values(event, words["event_days"]),
            "name": person.full_name,
            "form_of_address": person.form_of_address,
            "reference": registration.reference,
            "offered_until": words["offered_until"],
            "calendar_entry": words["calendar_entry"],
            **{name: str(told.get(name, "")) for name in ("reason", "position", "changed")},
        },
        event_id=event.id,
        person_id=person.id,
        reply_to=event.contact_address,
        calendar=calendar_entry(registration, calendar_method) if calendar_method else None,
        calendar_method=calendar_method,
    )


def _words(registration: Registration, language: str, calendar_method: Method | None) -> dict[str, str]:
    event = registration.event
    with force_locale(language):
        until = registration.offered_until
        return {
            "event_days": times.days(event.first_on, event.last_on),
            "offered_until": times.instant(until, event.zone) if until else "",
            "calendar_entry": _taken_out() if calendar_method is Method.CANCEL else "",
        }


def _taken_out() -> str:
    return str(_("The attached entry takes the event out of your calendar."))


def _days(event: Event, language: str) -> str:
    with force_locale(language):
        return times.days(event.first_on, event.last_on)


# In the organiser's own words


_PLACEHOLDERS = {**PERSON_PLACEHOLDERS, **EVENT_PLACEHOLDERS, "reference": _l("the reference of the registration")}
_REASON = {"reason": _l("the reason given, if any")}
_ENTRY = {"calendar_entry": _l("about the attached calendar entry, as a sentence, where there is one")}


def _examples(mail: str, **told: Any) -> Callable[[Any, str, int], Sequence[Letter]]:
    """How the mail reads to people who are registered; to somebody invented where nobody is."""

    def letters(event: Event, language: str, most: int) -> list[Letter]:
        found = queries.examples(event, language, most) or [_nobody(event, language)]
        return [_letter(one, mail, "example", language=language, **told) for one in found]

    return letters


def _nobody(event: Event, language: str) -> Registration:
    person = Person(
        id=0, given_name="Elena", family_name="Dimitrova", form_of_address="Ms", email="elena@example.org",
        language=language,
    )  # fmt: skip
    return Registration(
        id=0, event=event, person=person, reference=tokens.reference(), link_version=1,
        state=RegistrationState.CONFIRMED, uid="", sequence=0,
    )  # fmt: skip


EDITABLE = {
    "registrations/confirmation": Editable(_l("Place confirmed"), _PLACEHOLDERS, _examples("confirmation")),
    "registrations/receipt": Editable(_l("Registration received"), _PLACEHOLDERS, _examples("receipt")),
    "registrations/waiting_list": Editable(
        _l("On the waiting list"),
        {**_PLACEHOLDERS, "position": _l("the number on the waiting list")},
        _examples("waiting_list", position=1),
    ),
    "registrations/offer": Editable(
        _l("Place offered"),
        {**_PLACEHOLDERS, "offered_until": _l("until when the place is kept")},
        _examples("offer"),
        required=("offered_until",),
    ),
    "registrations/refusal": Editable(
        _l("Not accepted"), {**_PLACEHOLDERS, **_REASON}, _examples("refusal", reason="")
    ),
    "registrations/cancellation": Editable(
        _l("Registration cancelled"), {**_PLACEHOLDERS, **_REASON, **_ENTRY}, _examples("cancellation", reason="")
    ),
    "registrations/event_cancelled": Editable(
        _l("Event cancelled"), {**_PLACEHOLDERS, **_REASON, **_ENTRY}, _examples("event_cancelled", reason="")
    ),
}
"""The mails of this room that organisers may put into their own words."""
