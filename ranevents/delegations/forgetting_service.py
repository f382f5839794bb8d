"""Forgetting somebody: nothing is left of what was said about them for a delegation, or of what they wrote for it."""

from sqlalchemy import select

from ranevents.core import audit, clock
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.states import take
from ranevents.delegations.models import Delegation, FocalPoint, Nomination
from ranevents.delegations.request_models import DelegationRequest
from ranevents.delegations.states import NominationState, NominationStep
from ranevents.events.models import Event
from ranevents.people.models import Person


def forget(event: Event, person: Person, *, by: Actor) -> None:
    """Blank what the event's delegations hold about a person, whose rows stay; the event is locked.

    Whoever composed a delegation does so no longer, and a wish that waits is withdrawn. Done twice, it is done once.
    """
    of_event = select(Delegation.id).where(Delegation.event_id == event.id)
    mine = (Nomination.person_id == person.id, Nomination.delegation_id.in_(of_event))
    for nomination in db.session.scalars(select(Nomination).where(*mine)):
        if nomination.state is NominationState.WAITING:
            take(nomination, NominationStep.WITHDRAW, by=by)
        nomination.plea = nomination.reason = ""
        audit.blank_reasons(nomination)
    composing = (FocalPoint.person_id == person.id, FocalPoint.delegation_id.in_(of_event))
    for focal_point in db.session.scalars(select(FocalPoint).where(*composing)).all():
        _forget_focal_point(focal_point, by=by)
    db.session.flush()


def _forget_focal_point(focal_point: FocalPoint, *, by: Actor) -> None:
    if focal_point.ended_at is None:
        focal_point.ended_at = clock.now()
        audit.record(focal_point, "dismiss", by=by)
    written = select(DelegationRequest).where(DelegationRequest.focal_point_id == focal_point.id)
    for request in db.session.scalars(written):
        request.text = request.answer = ""
