"""What is held about one person, as plain values: the page shows them, the file tells them to machines.

The file's keys are documented in docs/personal-data-file.md; a key is never renamed or given another meaning, new ones
may be added.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import current_app

from ranevents.core import clock
from ranevents.events.models import Event
from ranevents.mailing import service as post_office
from ranevents.mailing.models import Message
from ranevents.people.models import Person
from ranevents.people.service import Particulars
from ranevents.privacy import held_guest, queries, rules
from ranevents.privacy.happened import Happened, history
from ranevents.privacy.held_guest import HeldGuest
from ranevents.privacy.models import Erasure
from ranevents.privacy.rules import DataKind
from ranevents.questions.fields import KeptFile
from ranevents.questions.models import QuestionKind
from ranevents.questions.rules import in_language
from ranevents.registrations import answer_queries
from ranevents.registrations import queries as registrations
from ranevents.registrations.answer_queries import Told
from ranevents.registrations.models import Consent, Registration
from ranevents.registrations.states import RegistrationState, told

FORMAT = "ranevents-personal-data/1"


@dataclass(frozen=True)
class HeldAnswer:
    """One answer: to which question, why it was asked, what was said, and until when it is kept."""

    question: str
    purpose: str
    kind: QuestionKind
    is_special: bool
    value: Any
    shown: str
    file: KeptFile | None
    kept_until: date


@dataclass(frozen=True)
class Kept:
    """Until when a kind of data is kept, and what for."""

    kind: DataKind
    until: date | None


@dataclass(frozen=True)
class Held:
    """Everything."""

    registration: Registration
    consents: list[Consent]
    answers: list[HeldAnswer]
    messages: list[Message]
    history: list[Happened]
    erasures: list[Erasure]
    guest: HeldGuest

    @property
    def kept(self) -> list[Kept]:
        """Until when each kind is kept; None where each piece has a time of its own."""
        event = self.registration.event
        has_place = self.registration.state is RegistrationState.CONFIRMED
        days = queries.kept_days(event)
        shown = [DataKind.SPECIAL, DataKind.MAILS, DataKind.PARTICULARS if has_place else DataKind.ENDED]
        dated = [Kept(kind, rules.kept_until(event.last_on, days[kind])) for kind in shown]
        if self.guest.letters:
            dated.insert(1, Kept(DataKind.LETTERS, dated[0].until))
        return [*dated, Kept(DataKind.ANSWERS, None)] if self.answers else dated

    @property
    def has_special(self) -> bool:
        """Whether anything special was said."""
        own = self.registration.diet or self.registration.access_needs
        return bool(own) or any(answer.is_special for answer in self.answers)

    @property
    def open_erasure(self) -> Erasure | None:
        """The wish that awaits its answer."""
        return next((one for one in self.erasures if one.is_open), None)


def about(registration: Registration) -> Held:
    """All that is held about the person of a registration; a bounded number of statements."""
    return Held(
        registration=registration,
        consents=registrations.consents(registration),
        answers=[_held(told, registration) for told in answer_queries.answers_of(registration, with_special=True)],
        messages=held_guest.mails_to(registration.event, registration.person),
        history=history(registration, told),
        erasures=queries.erasures_of(registration),
        guest=held_guest.about(registration.event, registration.person),
    )


def _held(told: Told, registration: Registration) -> HeldAnswer:
    return HeldAnswer(
        question=told.label,
        purpose=in_language(told.version.purposes, *told.languages),
        kind=told.version.kind,
        is_special=told.is_special,
        value=None if told.file else told.value,
        shown=told.words,
        file=told.file,
        kept_until=rules.kept_until(registration.event.last_on, told.question.kept_days),
    )


# The file


def as_file(held: Held, *, token: str) -> str:
    """Everything as JSON (RFC 8259), readable for people too."""
    return json.dumps(_document(held, token), ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def _document(held: Held, token: str) -> dict[str, Any]:
    registration, event = held.registration, held.registration.event
    return {
        **_head(event, registration.person),
        "registration": {
            "reference": registration.reference,
            "state": registration.state.value,
            "capacity": registration.capacity.value,
            "rank": registration.rank,
            "offered_until": registration.offered_until,
            "registered_at": registration.registered_at,
            "is_on_shared_list": registration.is_on_shared_list,
            "allows_photographs": registration.allows_photographs,
        },
        "special": {"diet": registration.diet or "", "access_needs": registration.access_needs or ""},
        "answers": [_told_answer(answer) for answer in held.answers],
        "files": [_told_file(answer.file, token) for answer in held.answers if answer.file],
        "consents": [_values(one, "kind", "is_given", "notice_version", "at") for one in held.consents],
        "privacy_notices": [_values(one, "version", "text", "created_at") for one in event.notices],
        "mails": [_told_mail(message) for message in held.messages],
        "history": [_values(one, "at", "step", "what", "who", "why") for one in held.history],
        "erasure_requests": [
            _values(one, "asked_at", "reason", "answer_by", "state", "answer", "ended_at") for one in held.erasures
        ],
        "kept": [_told_kept(one) for one in held.kept],
        **held_guest.document(held.guest),
    }


def _person(person: Person) -> dict[str, Any]:
    told = {name: getattr(person, name) for name in Particulars.__dataclass_fields__}
    return {**told, "other_spellings": person.other_spellings.split("\n") if person.other_spellings else []}


def guest_as_file(held: HeldGuest, kept: list[Kept]) -> str:
    """The same of somebody who was invited and has not registered."""
    told = {
        **_head(held.event, held.person),
        **held_guest.document(held),
        "mails": [_told_mail(message) for message in held.messages],
        "kept": [_told_kept(one) for one in kept],
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=_plain) + "\n"


def kept_of_guest(held: HeldGuest) -> list[Kept]:
    """Until when what is held about a guest is kept."""
    event, days = held.event, queries.kept_days(held.event)
    periods = {DataKind.LETTERS: days[DataKind.SPECIAL]} if held.letters else {}
    periods |= {DataKind.MAILS: days[DataKind.MAILS], DataKind.GUESTS: days[DataKind.PARTICULARS]}
    return [Kept(kind, rules.kept_until(event.last_on, number)) for kind, number in periods.items()]


def _head(event: Event, person: Person) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "written_at": clock.now(),
        "controller": {"name": event.host or event.series.name, "contact": event.contact_address},
        "event": {
            "address": f"{current_app.config['BASE_URL']}/events/{event.slug}",
            "title": event.title,
            "first_on": event.first_on,
            "last_on": event.last_on,
            "city": event.city,
            "country": event.country,
        },
        "person": _person(person),
    }


def _told_kept(kept: Kept) -> dict[str, Any]:
    return {"kind": kept.kind, "until": kept.until, "purpose": kept.kind.purpose}


def _values(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _told_answer(answer: HeldAnswer) -> dict[str, Any]:
    told = _values(answer, "question", "purpose", "kind", "is_special", "value", "shown", "kept_until")
    return {**told, "file": answer.file.id if answer.file else None}


def _told_file(file: KeptFile, token: str) -> dict[str, Any]:
    address = f"{current_app.config['BASE_URL']}/r/{token}/files/{file.id}"
    return {**_values(file, "id", "name", "media_type", "size"), "address": address}


def _told_mail(message: Message) -> dict[str, Any]:
    return {
        "written_at": message.created_at,
        "sent_at": message.sent_at,
        "state": message.state,
        "to": message.to_address,
        "subject": message.subject,
        "language": message.language,
        "text": post_office.text_of(message),
    }
