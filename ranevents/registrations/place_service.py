"""A registration's way to its place, to its rank on the waiting list, and out again: steps that several verbs take."""

from typing import TYPE_CHECKING

from ranevents.core import clock, consequences, places, tokens
from ranevents.core.audit import Actor
from ranevents.core.states import take
from ranevents.events.models import Event
from ranevents.people.models import Person
from ranevents.registrations import queries, refusal_service, rules
from ranevents.registrations.models import Registration
from ranevents.registrations.states import LIFE, Happening, RegistrationState, RegistrationStep

if TYPE_CHECKING:
    from ranevents.registrations.service import Answers


def new(event: Event, person: Person, answers: "Answers", submission_id: str) -> Registration:
    """A registration at the beginning of its life: nobody has decided about it."""
    return Registration(
        event=event,
        person=person,
        reference=tokens.reference(),
        link_version=1,
        submission_id=submission_id,
        submission_digest=answers.digest(),
        state=RegistrationState.NEW,
        uid=tokens.uid(),
        sequence=0,
        diet=answers.diet,
        access_needs=answers.access_needs,
        is_on_shared_list=answers.is_on_shared_list,
        allows_photographs=answers.allows_photographs,
        registered_at=clock.now(),
    )


def place_or_rank(registration: Registration, line: queries.Line, *, by: Actor) -> None:
    """A place if one is free and is not about to be offered to somebody who waits, else a rank on the waiting list."""
    event = registration.event
    if is_free(event, line) and places.take(registration.pools):
        take(registration, RegistrationStep.CONFIRM, by=by)
    else:
        park(registration, line, by=by)


def is_free(event: Event, line: queries.Line) -> bool:
    """Whether a free place may be given at once: none is about to be offered to somebody who waits."""
    return line.is_empty() or not rules.may_still_offer(clock.now(), event.begins_at)


def park(registration: Registration, line: queries.Line, *, by: Actor) -> None:
    """Put it on the waiting list, behind all others."""
    registration.rank = places.next_rank(registration.event.pool)
    take(registration, RegistrationStep.PARK, by=by, position=line.grow())


def end(registration: Registration, step: RegistrationStep, *, by: Actor, reason: str = "") -> None:
    """Take the step that ends it; a held place is given back, a calendar entry is taken out."""
    refusal_service.lock(registration)
    LIFE.after(registration.state, step)
    was_confirmed = registration.state is RegistrationState.CONFIRMED
    if registration.state.holds_place:
        places.give_back(registration.pools)
    if was_confirmed:
        registration.sequence += 1
    registration.offered_until = None
    take(registration, step, by=by, why=reason, reason=reason, was_confirmed=was_confirmed)
    consequences.follow(Happening.ENDED, registration, step=step, by=by)
