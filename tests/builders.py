"""Builders with visible defaults: a test names only what matters to it. Each flushes; `Cast` commits."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from ranevents.accounts.factor_models import AuthenticatorApp, Passkey
from ranevents.accounts.models import Membership, Role, User
from ranevents.core import clock, names, places, tokens
from ranevents.core.db import db
from ranevents.events.models import Capacity, Event, Format, PrivacyNotice, Series, Topic
from ranevents.events.states import EventState
from ranevents.invitations.letter_models import LetterKind, OfficialLetter
from ranevents.invitations.letter_rules import REFERENCE_LENGTH
from ranevents.invitations.models import Guest, GuestOrigin, Invitation, ReminderRule, Substitute
from ranevents.invitations.states import InvitationState, SubstituteState
from ranevents.mailing.models import MailQueue, Message
from ranevents.mailing.states import MessageState
from ranevents.people.models import Person, Sector, Side
from ranevents.privacy import rules
from ranevents.privacy.models import Erasure
from ranevents.privacy.states import ErasureState
from ranevents.questions.models import Question, QuestionKind, QuestionVersion, Section, Sensitivity
from ranevents.registrations.models import Answer, Circular, Registration, Upload
from ranevents.registrations.states import RegistrationState

_serial = iter(range(1, 10_000_000))


def a_series(**given: Any) -> Series:
    number = next(_serial)
    series = Series(
        **{"name": "Policy and Practice Events 2018", "slug": f"series-{number}", "purpose": "Exchange.", **given}
    )
    series.topics = [Topic(position=1, name="Multi-agency work"), Topic(position=2, name="Local partnerships")]
    db.session.add(series)
    db.session.flush()
    return series


def an_event(*, capacity: int = 10, state: EventState = EventState.PUBLISHED, **given: Any) -> Event:
    """A published event in Sofia on 4 April 2018, open for registration, with ten places."""
    number = next(_serial)
    event = Event(
        **{
            "series": given.pop("series", None) or a_series(),
            "slug": f"sofia-{number}",
            "title": "Partnerships in prevention",
            "theme": "Law enforcement and communities",
            "description": "A day of exchange.",
            "host": "Ministry of Interior",
            "city": "Sofia",
            "country": "BG",
            "venue": "National Palace of Culture",
            "time_zone": "Europe/Sofia",
            "first_on": date(2018, 4, 4),
            "last_on": date(2018, 4, 4),
            "format": Format.ON_SITE,
            "is_by_invitation": False,
            "is_by_delegation": False,
            "is_open": True,
            "needs_approval": False,
            "offer_hours": 48,
            "registration_opens_at": datetime(2018, 2, 1, tzinfo=UTC),
            "registration_closes_at": datetime(2018, 4, 1, tzinfo=UTC),
            "languages": ["en"],
            "contact_address": "secretariat@example.org",
            "state": state,
            "cancellation_reason": "",
            "created_at": clock.now() - timedelta(days=30),
            "published_at": None if state is EventState.DRAFT else clock.now() - timedelta(days=20),
            "uid": tokens.uid(),
            "entry_sequence": 0,
            **given,
        },
        pool=places.new_pool(capacity),
    )
    event.notices = [PrivacyNotice(version=1, text="We keep your data for this event.", created_at=clock.now())]
    db.session.add(event)
    db.session.flush()
    return event


def a_user(role: Role | None = None, event: Event | None = None, **given: Any) -> User:
    """An organiser, with a role at the event where one is given."""
    number = next(_serial)
    user = User(
        **{
            "email": f"organiser{number}@example.org",
            "name": f"Organiser {number}",
            "password_hash": None,
            "is_administrator": False,
            "is_active": True,
            "session_version": 1,
            "language": "en",
            "created_at": clock.now(),
            **given,
        }
    )
    db.session.add(user)
    db.session.flush()
    if role is not None and event is not None:
        db.session.add(Membership(user_id=user.id, event_id=event.id, role=role))
        db.session.flush()
    return user


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The key of every authenticator app in the tests."""


def an_app(user: User, **given: Any) -> AuthenticatorApp:
    """The user's authenticator app, none of whose codes was used yet."""
    app = AuthenticatorApp(**{"user_id": user.id, "secret": SECRET, "last_step": 0, "created_at": clock.now(), **given})
    db.session.add(app)
    db.session.flush()
    return app


def a_passkey(user: User, **given: Any) -> Passkey:
    """A passkey of the user that no authenticator holds."""
    passkey = Passkey(
        **{
            "user_id": user.id,
            "name": "Office laptop",
            "credential_id": f"credential-{next(_serial)}".encode(),
            "public_key": b"no key",
            "sign_count": 0,
            "owner_handle": tokens.secret(),
            "created_at": clock.now(),
            **given,
        }
    )
    db.session.add(passkey)
    db.session.flush()
    return passkey


def a_person(**given: Any) -> Person:
    number = next(_serial)
    person = Person(
        **{
            "given_name": "Мария",
            "family_name": "Петрова",
            "latin_given_name": "Maria",
            "latin_family_name": "Petrova",
            "form_of_address": "",
            "email": f"person{number}@example.org",
            "organisation": "Municipality of Plovdiv",
            "position": "Social worker",
            "country": "BG",
            "sector": Sector.YOUTH_SOCIAL,
            "side": Side.PRACTICE,
            "language": "en",
            "created_at": clock.now(),
            **given,
        }
    )
    person.index_name()
    db.session.add(person)
    db.session.flush()
    return person


def a_message(event: Event, person: Person, *, state: MessageState = MessageState.QUEUED, **given: Any) -> Message:
    """A message to the person about the event, with one personal link in it."""
    mark = f"personal-link:{tokens.reference(12)}"
    message = Message(
        **{
            "key": f"sample:{next(_serial)}",
            "mail": "registrations/confirmation",
            "event_id": event.id,
            "person_id": person.id,
            "queue": MailQueue.PROMPT,
            "to_name": person.full_name,
            "to_address": person.email,
            "search_words": names.search_words(person.full_name, person.email),
            "reply_to": event.contact_address,
            "language": "en",
            "subject": f"You have a place: {event.title}",
            "text": f"Good day, {person.full_name}, look here: {mark}\n",
            "html": f'<p>Good day, look <a href="{mark}">here</a></p>',
            "links": {
                mark: {"path": "/r/", "purpose": "registration", "record": "X", "version": 1, "for_a_while": False}
            },
            "message_id": f"<{tokens.uid()}@example.org>",
            "state": state,
            "attempts": 0,
            "created_at": clock.now(),
            "next_attempt_at": clock.now(),
            "last_error": "",
            **given,
        }
    )
    db.session.add(message)
    db.session.flush()
    return message


def a_circular(event: Event, **given: Any) -> Circular:
    """A mail that was written to many."""
    circular = Circular(
        **{
            "event_id": event.id,
            "submission_id": tokens.secret(),
            "subject": "The programme",
            "text": "It is here:\n\nhttps://example.org/programme",
            "sent_by": "Elena Editor",
            "sent_at": clock.now(),
            "recipients": 12,
            **given,
        }
    )
    db.session.add(circular)
    db.session.flush()
    return circular


def a_registration(
    event: Event,
    person: Person | None = None,
    *,
    state: RegistrationState = RegistrationState.CONFIRMED,
    **given: Any,
) -> Registration:
    """A registration that stands in a state, its place held or its rank given as that state asks."""
    if state.holds_place:
        assert places.take([event.pool])
    waits = state in (RegistrationState.WAITLISTED, RegistrationState.OFFERED)
    registration = Registration(
        **{
            "event": event,
            "person": person or a_person(),
            "reference": tokens.reference(),
            "link_version": 1,
            "submission_id": tokens.secret(),
            "submission_digest": "",
            "state": state,
            "rank": places.next_rank(event.pool) if waits else None,
            "offered_until": clock.now() + timedelta(hours=48) if state is RegistrationState.OFFERED else None,
            "uid": tokens.uid(),
            "sequence": 0,
            "diet": "",
            "access_needs": "",
            "is_on_shared_list": False,
            "allows_photographs": False,
            "registered_at": clock.now(),
            **given,
        }
    )
    db.session.add(registration)
    db.session.flush()
    return registration


def a_section(event: Event, **given: Any) -> Section:
    section = Section(
        **{"event_id": event.id, "position": next(_serial), "titles": {"en": "Your stay"}, "introductions": {}, **given}
    )
    db.session.add(section)
    db.session.flush()
    return section


VERSIONED = ("sensitivity", "labels", "hints", "purposes", "options", "lowest", "highest", "decimals")


def a_question(event: Event, kind: QuestionKind = QuestionKind.SHORT_TEXT, /, **given: Any) -> Question:
    """A question of that kind, last in a section of its own unless one is given; optional, asked of everybody.

    `options` may be plain words, `only_if` a question and the answers with which this one is asked.
    """
    number = next(_serial)
    deciding, values = given.pop("only_if", (None, []))
    words = {name: given.pop(name) for name in VERSIONED if name in given}
    section = given.pop("section", None) or a_section(event)
    question = Question(
        **{
            "event_id": event.id,
            "section_id": section.id,
            "position": number,
            "is_required": False,
            "capacities": [],
            "condition_question_id": deciding.id if deciding else None,
            "condition_values": list(values),
            "kept_days": 90,
            **given,
        }
    )
    db.session.add(question)
    db.session.flush()
    a_wording(question, kind, **{"labels": {"en": f"Question {number}"}, **words})
    return question


def a_wording(question: Question, kind: QuestionKind, **words: Any) -> QuestionVersion:
    """What the question says from now on."""
    options = [{"key": one.lower(), "labels": {"en": one}} for one in words.pop("options", [])]
    newest = db.session.scalar(
        select(func.max(QuestionVersion.number)).where(QuestionVersion.question_id == question.id)
    )
    version = QuestionVersion(
        **{
            "question_id": question.id,
            "number": (newest or 0) + 1,
            "kind": kind,
            "sensitivity": Sensitivity.ORDINARY,
            "labels": {"en": "Anything else?"},
            "hints": {},
            "purposes": {},
            "options": options,
            "lowest": "",
            "highest": "",
            "decimals": 0,
            "created_at": clock.now(),
            **words,
        }
    )
    db.session.add(version)
    question.version = version.number
    db.session.flush()
    db.session.refresh(question)
    return version


def an_answer(registration: Registration, question: Question, value: Any, *, secret: bool = False) -> Answer:
    """What was answered to the question as it is worded now."""
    answer = Answer(
        registration_id=registration.id,
        question_id=question.id,
        version_id=question.now.id,
        value=None if secret else value,
        secret=json.dumps(value) if secret else None,
        given_at=clock.now(),
    )
    db.session.add(answer)
    db.session.flush()
    return answer


def an_upload(question: Question, registration: Registration | None = None, **given: Any) -> Upload:
    """A file that was sent in for the question; the answer of a registration where one is given."""
    upload = Upload(
        **{
            "event_id": question.event_id,
            "question_id": question.id,
            "registration_id": registration.id if registration else None,
            "reference": tokens.fingerprint("upload", tokens.secret()),
            "name": "passport.pdf",
            "media_type": "application/pdf",
            "size": 9,
            "content": b"%PDF-1.7\n",
            "created_at": clock.now(),
            **given,
        }
    )
    db.session.add(upload)
    db.session.flush()
    if registration is not None:
        answer = Answer(
            registration_id=registration.id,
            question_id=question.id,
            version_id=question.now.id,
            upload_id=upload.id,
            given_at=clock.now(),
        )
        db.session.add(answer)
        db.session.flush()
    return upload


def an_erasure(registration: Registration, *, state: ErasureState = ErasureState.REQUESTED, **given: Any) -> Erasure:
    """A wish to be forgotten, from today."""
    at = clock.now()
    erasure = Erasure(
        **{
            "event_id": registration.event_id,
            "registration": registration,
            "state": state,
            "reason": "I have changed my profession.",
            "answer": "",
            "asked_at": at,
            "answer_by": rules.answer_by(at.date()),
            "ended_at": None if state is ErasureState.REQUESTED else at,
            **given,
        }
    )
    db.session.add(erasure)
    db.session.flush()
    return erasure


def a_guest(event: Event, person: Person | None = None, **given: Any) -> Guest:
    """Somebody on the event's guest list, entered by hand today."""
    guest = Guest(
        **{
            "event": event,
            "person": person or a_person(),
            "origin": GuestOrigin.ENTERED,
            "added_at": clock.now(),
            **given,
        }
    )
    db.session.add(guest)
    db.session.flush()
    return guest


def a_letter(event: Event, person: Person, **given: Any) -> OfficialLetter:
    """A letter of invitation to the person, in the form of a file that is no real PDF."""
    letter = OfficialLetter(
        **{
            "event": event,
            "person": person,
            "reference": tokens.reference(REFERENCE_LENGTH),
            "submission_id": tokens.secret(),
            "kind": LetterKind.INVITATION,
            "language": "en",
            "place": "Sofia",
            "signatory": "Elena Dimitrova",
            "function": "Head of unit",
            "content": b"%PDF-",
            "issued_at": clock.now(),
            **given,
        }
    )
    db.session.add(letter)
    db.session.flush()
    return letter


def an_invitation(
    event: Event, person: Person | None = None, *, state: InvitationState = InvitationState.SENT, **given: Any
) -> Invitation:
    """Somebody on the guest list who was asked as a participant today, and has two weeks for the answer.

    An accepted one needs its `registration`.
    """
    at, person = clock.now(), person or a_person()
    if not db.session.scalar(select(Guest.id).where(Guest.event_id == event.id, Guest.person_id == person.id)):
        a_guest(event, person)
    invitation = Invitation(
        **{
            "event": event,
            "person": person,
            "reference": tokens.reference(),
            "link_version": 1,
            "capacity": Capacity.PARTICIPANT,
            "state": state,
            "answer_by": at + timedelta(days=14),
            "note": "",
            "allows_substitute": False,
            "created_at": at,
            "sent_at": None if state is InvitationState.DRAFT else at,
            "answered_at": at if state.is_answered else None,
            "reason": "",
            **given,
        }
    )
    db.session.add(invitation)
    db.session.flush()
    return invitation


def a_reminder_rule(event: Event, days_before: int = 3) -> ReminderRule:
    """Whoever is silent is reminded so many days before the date."""
    rule = ReminderRule(event_id=event.id, days_before=days_before, created_at=clock.now())
    db.session.add(rule)
    db.session.flush()
    return rule


def a_substitute(invitation: Invitation, **given: Any) -> Substitute:
    """Somebody whom an invited person proposes; the organiser has not decided yet."""
    substitute = Substitute(
        **{
            "invitation": invitation,
            "state": SubstituteState.PROPOSED,
            "given_name": "Иван",
            "family_name": "Колев",
            "email": "ivan@example.org",
            "organisation": "Municipality of Plovdiv",
            "position": "Deputy",
            "proposed_at": clock.now(),
            **given,
        }
    )
    db.session.add(substitute)
    db.session.flush()
    return substitute
