"""Erasure: afterwards no table, file, log or search finds the person, and every count is what it was.

One verb does it, whoever calls for it: a wish that is granted, a letter, or the end of the time that data are kept.
What stays names no one: the row of the registration with its state, rank and times; country, sector and side; the
consents as counts; that somebody was invited, and what became of it; that mails were sent, when, and what became of
them; who of the organisers did what, when.
"""

from ranevents.core import audit, clock, limits, places, tokens
from ranevents.core.audit import SYSTEM, Actor
from ranevents.core.db import db
from ranevents.core.errors import Refused
from ranevents.core.states import take
from ranevents.delegations import forgetting_service as delegations
from ranevents.directory import import_service as lists
from ranevents.events.models import Event
from ranevents.invitations import letter_service as letters
from ranevents.invitations import queries as guests
from ranevents.invitations import service as invitations
from ranevents.mailing import service as post_office
from ranevents.people import service as people
from ranevents.people.models import Person
from ranevents.privacy import mails, queries
from ranevents.privacy.service import forget_answers, lock
from ranevents.privacy.states import ErasureStep
from ranevents.registrations import service as registrations
from ranevents.registrations.models import Answer, Registration

COUNTED_BY_ADDRESS = ("register", "link")
"""What the public forms count per e-mail address."""


def erase(registration: Registration, *, by: Actor) -> None:
    """Forget the person of a registration, and tell them so in one last mail; done twice, it is done once.

    A live registration is cancelled first, unless the event is over: the place goes to the next who waits.
    """
    lock(registration)
    people.hold(registration.person)
    if registration.erased_at:
        return
    if registration.state.is_live and clock.now() < registration.event.ends_at:
        registrations.cancel(registration, by=by)
    entry = queries.unsent_calendar_entry(registration)
    _forget_mails(registration.event, registration.person)
    mails.erased(registration, calendar_entry=entry)
    _forget(registration, by=by)
    audit.record(registration, "erase", by=by)


def expire(registration: Registration) -> None:
    """Forget the person because the time is over; who has asked for it meanwhile is told."""
    lock(registration)
    people.hold(registration.person)
    if any(one.is_open for one in queries.erasures_of(registration)):
        erase(registration, by=SYSTEM)
    elif not registration.erased_at:
        _forget_mails(registration.event, registration.person)
        _forget(registration, by=SYSTEM)


def erase_guest(event: Event, person: Person, *, by: Actor) -> None:
    """Forget at once a guest of an event who never registered there; Refused for one who has meanwhile.

    A link of the event asks for it, and so decides for no other: an event that knows the person still answers for it.
    """
    places.lock([event.pool])
    people.hold(person)
    if queries.is_registered(event, person):
        raise Refused
    _forget_guest(event, person, by=by)
    _forget_person(person)


def expire_guest(event: Event, person: Person) -> None:
    """Forget a guest because the time is over, if no registration of theirs is kept; the event is locked."""
    people.hold(person)
    if not queries.is_registered(event, person):
        _forget_guest(event, person, by=SYSTEM)
        _forget_person(person)


def _forget_guest(event: Event, person: Person, *, by: Actor) -> None:
    _forget_mails(event, person)
    letters.forget(event, person, by=by)
    invitations.forget(event, person, by=by)
    delegations.forget(event, person, by=by)


def _forget_person(person: Person) -> None:
    """Whoever comes here holds the person: nobody asks them anywhere in the meantime."""
    db.session.flush()
    if not guests.is_known(person):
        lists.forget_person(person, [person.email])
        people.erase(person)


def _forget_mails(event: Event, person: Person) -> None:
    addresses = queries.addresses_of(event, person)
    lists.forget_person(person, addresses, event=event)
    for address in addresses:
        for what in COUNTED_BY_ADDRESS:
            limits.forget(address, what)
    post_office.forget_all_to(person.id, about_event_id=event.id)


def _forget(registration: Registration, *, by: Actor) -> None:
    forget_answers(Answer.registration_id == registration.id)
    _forget_wishes(registration, by=by)
    letters.forget(registration.event, registration.person, by=by)
    audit.blank_reasons(registration)
    registration.diet = registration.access_needs = ""
    registration.is_on_shared_list = registration.allows_photographs = False
    registration.submission_digest = ""
    # The old ones stand in the person's mails and calendar: they lead to nobody any more.
    registration.reference, registration.uid = tokens.reference(), tokens.uid()
    registration.link_version += 1
    registration.erased_at = clock.now()
    db.session.flush()
    if not queries.is_registered(registration.event, registration.person):
        invitations.forget(registration.event, registration.person, by=by)
        delegations.forget(registration.event, registration.person, by=by)
    _forget_person(registration.person)


def _forget_wishes(registration: Registration, *, by: Actor) -> None:
    for erasure in queries.erasures_of(registration):
        if erasure.is_open:
            erasure.ended_at = clock.now()
            take(erasure, ErasureStep.ERASE, by=by)
        erasure.reason = erasure.answer = ""
        audit.blank_reasons(erasure)
