"""What this room writes: to the person who wishes to be forgotten, and to those who must answer."""

from typing import Any

from flask import current_app
from flask_babel import force_locale

from ranevents.accounts import queries as accounts
from ranevents.accounts.models import Role
from ranevents.core import languages
from ranevents.core.calendar import Method
from ranevents.events import times
from ranevents.events.models import Event
from ranevents.mailing import outbox
from ranevents.mailing.outbox import Letter, PersonalLink
from ranevents.privacy.models import Erasure
from ranevents.privacy.states import LIFE, ErasureStep
from ranevents.registrations.models import Registration


def asked(erasure: Erasure) -> None:
    """To the person: we have your wish, and answer it by that day."""
    registration = erasure.registration
    with force_locale(registration.person.language):
        answer_by = times.days(erasure.answer_by, erasure.answer_by)
    link = {"registration": PersonalLink("/r/", registration.link)}
    _post(registration, "erasure_asked", f"erasure:{erasure.id}:asked", links=link, answer_by=answer_by)


def to_answer(erasure: Erasure) -> None:
    """To the organisers: somebody wishes to be forgotten. Who it is stands behind the sign-in."""
    event = erasure.registration.event
    language = _language_of(event)
    with force_locale(language):
        answer_by = times.days(erasure.answer_by, erasure.answer_by)
    outbox.post(
        Letter(
            mail="privacy/erasure_to_answer",
            key=f"erasure:{erasure.id}:to-answer",
            to_name=event.host or event.series.name,
            to_address=event.contact_address,
            language=language,
            context={
                "event": event,
                "answer_by": answer_by,
                "address": f"{current_app.config['BASE_URL']}/organise/events/{event.slug}/privacy",
            },
            event_id=event.id,
        )
    )


@LIFE.mail(ErasureStep.DECLINE)
def declined(erasure: Erasure, *, answer: str) -> None:
    """To the person: we can't do it, and why."""
    registration = erasure.registration
    link = {"registration": PersonalLink("/r/", registration.link)}
    _post(registration, "erasure_declined", f"erasure:{erasure.id}:declined", links=link, answer=answer)


def erased(registration: Registration, *, calendar_entry: str | None) -> None:
    """To the person, for the last time: it is done. Nothing of this mail is kept once it has gone out."""
    method = Method.CANCEL if calendar_entry else None
    _post(registration, "erased", "erased", calendar=calendar_entry, calendar_method=method, is_last=True)


def _post(registration: Registration, mail: str, occasion: str, /, **told: Any) -> None:
    event, person = registration.event, registration.person
    of_letter = {name: told.pop(name) for name in ("links", "calendar", "calendar_method", "is_last") if name in told}
    with force_locale(person.language):
        event_days = times.days(event.first_on, event.last_on)
    outbox.post(
        Letter(
            mail=f"privacy/{mail}",
            key=f"registration:{registration.id}:{occasion}",
            to_name=person.full_name,
            to_address=person.email,
            language=person.language,
            context={
                "event": event,
                "person": person,
                "registration": registration,
                "event_days": event_days,
                "calendar_follows": bool(of_letter.get("calendar")),
                **told,
            },
            event_id=event.id,
            person_id=person.id,
            reply_to=event.contact_address,
            **of_letter,
        )
    )


def _language_of(event: Event) -> str:
    """What those who answer for the event read: English where the event has it, else what its first owner reads."""
    team = [] if languages.SOURCE in event.languages else accounts.team_of(event.id)
    owners = (member.user.language for member in team if member.role is Role.OWNER and member.user.is_active)
    return next((one for one in owners if one in languages.offered()), languages.SOURCE)
