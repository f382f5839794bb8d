"""The verbs about people whom somebody else names: for a delegation, or in the place of one who can't come."""

from dataclasses import dataclass
from datetime import datetime

from ranevents.core import audit, clock, consequences, places
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import Refused
from ranevents.core.places import Pool
from ranevents.core.states import take
from ranevents.events.models import Capacity, Event
from ranevents.events.states import EventState
from ranevents.people.models import Person
from ranevents.people.service import Particulars
from ranevents.registrations import person_service, place_service, queries, refusal_service, service
from ranevents.registrations.models import Registration
from ranevents.registrations.refusal_service import NotCompleted, RegisteredBefore, RegistrationClosed
from ranevents.registrations.service import Answers
from ranevents.registrations.states import Happening, RegistrationState, RegistrationStep

__all__ = ["Answers", "NotCompleted", "Pools", "RegisteredBefore", "RegistrationClosed"]


@dataclass(frozen=True)
class Pools:
    """The pools of a delegation that a place is taken from, beside the event's: in all, and for the capacity."""

    delegation: Pool
    capacity: Pool | None = None


def register_named(
    event: Event,
    person: Person,
    answers: Answers,
    *,
    pools: Pools,
    submission_id: str,
    by: Actor,
    until: datetime | None = None,
) -> Registration:
    """Register somebody whom their delegation names: with a place from all pools, or from none.

    `until`: the place is kept for them so long, they have it when they have filled in the form; else they have it at
    once. Where the event asks for approval somebody decides first, in either case. The same form again finds the
    registration that exists. Raises RegistrationClosed, RegisteredBefore and SentBefore.
    """
    refusal_service.lock_event(event)
    known, twin = queries.sent_before(event, submission_id, answers.particulars.email, _name(answers))
    if known is not None:
        return service.unchanged(known, answers)
    if event.state is not EventState.PUBLISHED or clock.now() >= event.ends_at:
        raise RegistrationClosed
    if twin is not None or (person.id and queries.live_of(event, person) is not None):
        raise RegisteredBefore
    registration = _named(event, person, answers, submission_id)
    registration.delegation_pool, registration.capacity_pool = pools.delegation, pools.capacity
    if until is None or event.needs_approval:
        service.admit(registration, by=by)
    else:
        _ask(registration, until, by=by)
    return registration


def _ask(registration: Registration, until: datetime, *, by: Actor) -> None:
    event, line = registration.event, queries.Line(registration.event)
    if place_service.is_free(event, line) and places.take(registration.pools):
        registration.offered_until = until
        take(registration, RegistrationStep.ASK, by=by)
    else:
        place_service.park(registration, line, by=by)


def complete(registration: Registration, answers: Answers, *, by: Actor) -> list[str]:
    """The person has filled in the form themselves: from now on it says what they say, and an offered place is theirs.

    The names of what changed. Raises Refused when it is no longer live, OfferOver and EventOver.
    """
    refusal_service.lock_known(registration)
    if not registration.state.is_live:
        raise Refused
    refusal_service.refuse_after(registration.event)
    was_awaited, registration.awaits_person = registration.awaits_person, False
    if was_awaited and registration.state is RegistrationState.OFFERED:
        service.take_offered(registration, by=by)
    changed = service.correct_held(registration, answers, is_first=was_awaited, by=by)
    if was_awaited:
        audit.record(registration, "complete", by=by)
    return changed


def substitute(
    registration: Registration, person: Person, answers: Answers, *, submission_id: str, by: Actor, reason: str = ""
) -> Registration:
    """Let somebody else come in this person's place, in one step, until the event ends.

    The place, or the rank, and the capacity pass on; what is personal does not. The same form again finds the
    registration that exists. Raises EventOver, RegisteredBefore, SentBefore, and Refused where there is nothing to
    pass on.
    """
    refusal_service.lock_known(registration)
    event = registration.event
    known, twin = queries.sent_before(event, submission_id, answers.particulars.email, _name(answers))
    if known is not None:
        return service.unchanged(known, answers)
    refusal_service.refuse_after(event)
    if not registration.state.is_live:
        raise Refused
    if twin not in (None, registration) or (person.id and queries.live_of(event, person) is not None):
        raise RegisteredBefore
    successor = _named(event, person, answers, submission_id)
    _pass_on(registration, successor, by=by, reason=reason)
    consequences.follow(Happening.SUBSTITUTED, registration, successor=successor, by=by)
    return successor


_ARRIVES = {
    RegistrationState.CONFIRMED: RegistrationStep.TAKE_OVER,
    RegistrationState.OFFERED: RegistrationStep.TAKE_OVER,
    RegistrationState.PENDING: RegistrationStep.RECEIVE,
    RegistrationState.WAITLISTED: RegistrationStep.PARK,
}
"""By which step whoever comes instead gets to where the other one stood."""


def _pass_on(registration: Registration, successor: Registration, *, by: Actor, reason: str) -> None:
    """The pools are not touched: what one held, the other holds."""
    before, rank = registration.state, registration.rank
    was_confirmed = before is RegistrationState.CONFIRMED
    if was_confirmed:
        registration.sequence += 1
    registration.rank = registration.offered_until = None
    take(registration, RegistrationStep.SUBSTITUTE, by=by, why=reason, reason=reason, was_confirmed=was_confirmed)
    successor.capacity, successor.rank = registration.capacity, rank
    successor.delegation_pool, successor.capacity_pool = registration.delegation_pool, registration.capacity_pool
    successor.replaces = registration
    take(successor, _ARRIVES[before], by=by)


def correct(registration: Registration, particulars: Particulars, *, by: Actor) -> list[str]:
    """Correct who was named, as long as the person has not been here; the names of what changed.

    Afterwards it is the person's own affair. Raises Refused and EventOver.
    """
    refusal_service.lock_known(registration)
    if not (registration.awaits_person and registration.state.is_live):
        raise Refused
    refusal_service.refuse_after(registration.event)
    return person_service.correct(registration.person, particulars, by=by)


def _named(event: Event, person: Person, answers: Answers, submission_id: str) -> Registration:
    registration = place_service.new(event, person, answers, submission_id)
    registration.capacity = Capacity.PARTICIPANT
    registration.is_on_shared_list = registration.allows_photographs = False
    registration.awaits_person = True
    db.session.add(registration)
    return registration


def _name(answers: Answers) -> str:
    return f"{answers.particulars.latin_given_name} {answers.particulars.latin_family_name}"
