"""The verbs: every change of a registration's state.

Each verb that gives, takes or ranks locks the event's pool first and reads the registration afresh; so the order of
the waiting list is strict and two people pressing buttons at once never contradict each other.
"""

from dataclasses import dataclass
from datetime import datetime

from ranevents.core import audit, clock, consequences, places, tokens
from ranevents.core.audit import Actor
from ranevents.core.errors import Refused
from ranevents.core.states import take
from ranevents.events.models import Capacity, Event
from ranevents.events.states import EventState
from ranevents.people import service as people
from ranevents.people.models import Person
from ranevents.people.service import Particulars
from ranevents.questions.fields import NO_REPLIES, Replies
from ranevents.registrations import (
    answer_service,
    consent_service,
    mails,
    person_service,
    place_service,
    queries,
    refusal_service,
    rules,
)
from ranevents.registrations.models import Registration
from ranevents.registrations.refusal_service import (
    EventOver,
    NotCompleted,
    OfferOver,
    RegisteredBefore,
    RegistrationClosed,
    SentBefore,
    hold,
    refuse_after,
)
from ranevents.registrations.states import LIVE, Happening, RegistrationState, RegistrationStep

__all__ = [
    "Answers",
    "EventOver",
    "NotCompleted",
    "OfferOver",
    "RegisteredBefore",
    "RegistrationClosed",
    "SentBefore",
    "accept",
    "admit",
    "approve",
    "approve_held",
    "call_off_all",
    "cancel",
    "cap_offers",
    "change",
    "come_as",
    "correct_held",
    "decline",
    "hold",
    "lapse",
    "offer_free_places",
    "refuse_after",
    "register",
    "register_invited",
    "reject",
    "reject_held",
    "send_link",
    "take_offered",
    "tell_of_changes",
    "unchanged",
]


@dataclass(frozen=True)
class Answers:
    """What a person sends in with the form."""

    particulars: Particulars
    diet: str
    access_needs: str
    is_on_shared_list: bool | None
    allows_photographs: bool | None
    """None leaves a consent as it stands: only the person gives or withdraws it."""
    replies: Replies = NO_REPLIES
    """What it says about the event's own questions."""

    def digest(self) -> str:
        """By which a form that is sent twice is told from one that was changed in between."""
        return tokens.fingerprint(repr(self))


def register(event: Event, answers: Answers, *, submission_id: str, by: Actor) -> Registration:
    """Take in one form: it confirms, awaits approval, or waits, as the event's places and rules say.

    The same form again finds the registration that exists. Somebody who is registered already, with the same address
    and name, is sent the personal link once more instead of a second place. Raises RegistrationClosed and SentBefore.
    """
    refusal_service.lock_event(event)
    known, twin = queries.sent_before(event, submission_id, answers.particulars.email, _latin_name(answers.particulars))
    if known is not None:
        return unchanged(known, answers)
    if not event.takes_registrations(clock.now()):
        raise RegistrationClosed
    if twin is not None:
        mails.already_registered(twin, submission_id)
        return twin
    registration = place_service.new(event, people.enter(answers.particulars), answers, submission_id)
    admit(registration, by=by)
    consent_service.note(registration, answers, is_first=True)
    answer_service.store_first(registration, answers.replies)
    return registration


def register_invited(
    event: Event, person: Person, answers: Answers, *, capacity: Capacity, submission_id: str, by: Actor
) -> Registration:
    """Register exactly this person, whom the organiser has asked: a place if one is free, else the waiting list.

    What the form says corrects the person's particulars; of a new address the old one is told. Nobody need approve,
    and the event need not be open to all. The same form again finds the registration that exists. Raises
    RegistrationClosed, RegisteredBefore and SentBefore.
    """
    refusal_service.lock_event(event)
    known, twin = queries.sent_before(event, submission_id, answers.particulars.email, _latin_name(answers.particulars))
    if known is not None and known.person_id == person.id:
        return unchanged(known, answers)
    if event.state is not EventState.PUBLISHED or clock.now() >= event.begins_at:
        raise RegistrationClosed
    if known is not None or twin is not None or queries.live_of(event, person) is not None:
        raise RegisteredBefore
    old_address = person.email
    changed = people.correct(person, answers.particulars)
    registration = place_service.new(event, person, answers, submission_id)
    registration.capacity = capacity
    place_service.place_or_rank(registration, queries.Line(event), by=by)
    consent_service.note(registration, answers, is_first=True)
    answer_service.store_first(registration, answers.replies)
    if "email" in changed:
        mails.address_changed(registration, old_address)
        person_service.follow(queries.known_live(person, but=registration), ["email"], old_address, by=by)
    return registration


def unchanged(known: Registration, answers: Answers) -> Registration:
    """The registration that came with the same form. Raises SentBefore where the form says something else now."""
    if known.submission_digest != answers.digest():
        raise SentBefore
    return known


def _latin_name(particulars: Particulars) -> str:
    return f"{particulars.latin_given_name} {particulars.latin_family_name}"


def admit(registration: Registration, *, by: Actor) -> None:
    """Let somebody decide about it where the event asks for that, else give it a place or a rank."""
    if registration.event.needs_approval:
        take(registration, RegistrationStep.RECEIVE, by=by)
    else:
        place_service.place_or_rank(registration, queries.Line(registration.event), by=by)


def approve(registration: Registration, *, by: Actor) -> None:
    """Give a pending registration its place, or a rank on the waiting list.

    Once the event has begun, a free place is given even where others wait: nothing is offered to them any more.
    Raises Refused in any other state, and EventOver.
    """
    refusal_service.lock(registration)
    approve_held(registration, queries.Line(registration.event), by=by)


def approve_held(registration: Registration, line: queries.Line, *, by: Actor) -> None:
    """The same where `hold` has locked the event; what is refused is refused before anything is changed."""
    refusal_service.refuse_erased(registration)
    if registration.state is not RegistrationState.PENDING:
        raise Refused
    refusal_service.refuse_after(registration.event)
    place_service.place_or_rank(registration, line, by=by)


def reject(registration: Registration, *, by: Actor, reason: str = "") -> None:
    """Refuse a pending or waiting registration, politely; `reason` stands in the mail."""
    refusal_service.lock(registration)
    reject_held(registration, by=by, reason=reason)


def reject_held(registration: Registration, *, by: Actor, reason: str = "") -> None:
    """The same where `hold` has locked the event; what is refused is refused before anything is changed."""
    refusal_service.refuse_erased(registration)
    take(registration, RegistrationStep.REJECT, by=by, why=reason, reason=reason)
    consequences.follow(Happening.ENDED, registration, step=RegistrationStep.REJECT, by=by)


def cancel(registration: Registration, *, by: Actor, reason: str = "") -> None:
    """Cancel a live registration; a place that it held goes to the next who waits. Raises EventOver and Refused."""
    refusal_service.refuse_after(registration.event)
    place_service.end(registration, RegistrationStep.CANCEL, by=by, reason=reason)
    offer_free_places(registration.event)


def accept(registration: Registration, *, by: Actor) -> None:
    """Take the offered place. Raises OfferOver after the deadline, NotCompleted where the form is to be filled in."""
    refusal_service.lock(registration)
    if registration.awaits_person:
        raise NotCompleted
    take_offered(registration, by=by)


def take_offered(registration: Registration, *, by: Actor) -> None:
    """The same for a registration that is locked and complete."""
    if registration.state is RegistrationState.OFFERED and refusal_service.deadline(registration) <= clock.now():
        raise OfferOver
    registration.offered_until = None
    take(registration, RegistrationStep.ACCEPT, by=by)


def decline(registration: Registration, *, by: Actor) -> None:
    """Give the offered place to the next who waits."""
    place_service.end(registration, RegistrationStep.DECLINE, by=by)
    offer_free_places(registration.event)


def lapse(registration: Registration, *, at: datetime) -> None:
    """End an offer whose deadline has passed, and offer its place to the next; nothing if it was answered meanwhile."""
    refusal_service.lock(registration)
    if registration.state is RegistrationState.OFFERED and refusal_service.deadline(registration) <= at:
        place_service.end(registration, RegistrationStep.LAPSE, by=audit.SYSTEM)
        offer_free_places(registration.event)


def offer_free_places(event: Event, **_told: object) -> None:
    """Offer every free place to those who wait, in order; not once the event has begun or was called off."""
    at = clock.now()
    refusal_service.lock_event(event)
    if event.state is not EventState.PUBLISHED or not rules.may_still_offer(at, event.begins_at):
        return
    until = rules.offer_deadline(at, event.offer_hours, event.begins_at)
    rank = 0
    while event.pool.free > 0 and (registration := queries.next_waiting(event, after=rank)) is not None:
        rank = registration.rank or rank
        if places.take(registration.pools):
            registration.offered_until = until
            take(registration, RegistrationStep.OFFER, by=audit.SYSTEM)


def cap_offers(event: Event, *, changed: object = None, **_told: object) -> None:
    """The event begins earlier than planned: no offer stands beyond its beginning.

    Whose deadline comes earlier is told, unless everybody is told of what `changed` anyway.
    """
    refusal_service.lock_event(event)
    for registration in queries.in_states(event, [RegistrationState.OFFERED]):
        if refusal_service.deadline(registration) > event.begins_at:
            registration.offered_until = event.begins_at
            if not changed:
                registration.sequence += 1
                mails.event_changed(registration)


def call_off_all(event: Event, *, by: Actor, reason: str = "", **_told: object) -> None:
    """The event is cancelled: end every live registration and tell each person once."""
    refusal_service.lock_event(event)
    for registration in queries.in_states(event, LIVE):
        place_service.end(registration, RegistrationStep.CALL_OFF, by=by, reason=reason)


def tell_of_changes(event: Event, *, changed: str = "", **_told: object) -> None:
    """The event has moved: tell everybody who has, awaits or hopes for a place; a calendar entry follows.

    `changed` names what is different, in words.
    """
    for registration in queries.in_states(event, LIVE):
        registration.sequence += 1
        mails.event_changed(registration, changed=changed)


def change(registration: Registration, answers: Answers, *, by: Actor) -> list[str]:
    """Correct what was sent in; the names of what changed. Raises Refused when it is no longer live, EventOver.

    A new address gets the personal link, made anew; the old address is told, and its link no longer opens.
    """
    refusal_service.lock_known(registration)
    if not registration.state.is_live:
        raise Refused
    refusal_service.refuse_after(registration.event)
    return correct_held(registration, answers, is_first=False, by=by)


def correct_held(registration: Registration, answers: Answers, *, is_first: bool, by: Actor) -> list[str]:
    """The same where the registration is locked; `is_first`: nobody has agreed to anything for it so far."""
    person_service.hold(registration, answers.particulars, by=by)
    old_address = registration.person.email
    changed = people.correct(registration.person, answers.particulars)
    changed += _set_answers(registration, answers)
    consent_service.note(registration, answers, is_first=is_first)
    if answer_service.store(registration, answers.replies):
        changed.append("replies")
    if changed:
        audit.record(registration, "change", by=by, fields=", ".join(changed))
    if "email" in changed:
        person_service.readdress(registration, old_address, by=by)
    return changed


def come_as(registration: Registration, capacity: Capacity, *, by: Actor) -> None:
    """Say as what somebody comes: from then on the questions for people of this capacity are asked.

    What was answered to questions for others stays. Raises Refused when the registration is no longer live.
    """
    refusal_service.lock_known(registration)
    if not registration.state.is_live:
        raise Refused
    if registration.capacity is not capacity:
        registration.capacity = capacity
        audit.record(registration, "come_as", by=by, capacity=capacity.value)


def send_link(registration: Registration, *, request_id: str) -> None:
    """Send the personal link again, if it still leads to anything."""
    if registration.state.is_live:
        mails.link(registration, request_id)


def _set_answers(registration: Registration, answers: Answers) -> list[str]:
    given = {
        "diet": answers.diet,
        "access_needs": answers.access_needs,
        "is_on_shared_list": answers.is_on_shared_list,
        "allows_photographs": answers.allows_photographs,
    }
    said = {name: value for name, value in given.items() if value is not None}
    changed = [name for name, value in said.items() if (getattr(registration, name) or "") != (value or "")]
    for name in changed:
        setattr(registration, name, given[name])
    return changed
