"""Forgetting a guest: nothing is left of what was written to them, what they wrote, or whom they proposed."""

from sqlalchemy import delete

from ranevents.core import audit, clock, tokens
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.states import take
from ranevents.events.models import Event
from ranevents.invitations import queries, refusal_service
from ranevents.invitations.models import Guest, Invitation, Substitute
from ranevents.invitations.states import InvitationState, InvitationStep, SubstituteState, SubstituteStep
from ranevents.people.models import Person


def forget(event: Event, person: Person, *, by: Actor) -> None:
    """Take somebody off the event's guest list and blank their invitations, whose rows stay; the event is locked.

    What still awaited an answer is withdrawn without a notice. Done twice, it is done once.
    """
    for invitation in queries.invitations_of(event, person):
        refusal_service.lock(invitation)
        if invitation.erased_at is None:
            _blank(invitation, by=by)
    for substitute in queries.substitutes_for(event, person):
        _forget_name(substitute)
    db.session.execute(delete(Guest).where(Guest.event_id == event.id, Guest.person_id == person.id))


def _blank(invitation: Invitation, *, by: Actor) -> None:
    for substitute in queries.substitutes_by([invitation]):
        if substitute.state is SubstituteState.PROPOSED:
            substitute.decided_at = clock.now()
            take(substitute, SubstituteStep.REFUSE, by=by, is_told=False)
        _forget_name(substitute)
    if invitation.state in (InvitationState.DRAFT, InvitationState.SENT):
        take(invitation, InvitationStep.REVOKE, by=by, is_told=False)
    invitation.note = invitation.reason = ""
    invitation.send_at = None
    # The old one stands in the person's mails: it leads to nobody any more.
    invitation.reference = tokens.reference()
    invitation.link_version += 1
    invitation.erased_at = clock.now()
    db.session.flush()
    audit.blank_reasons(invitation)
    audit.record(invitation, "erase", by=by)


def _forget_name(substitute: Substitute) -> None:
    substitute.given_name = substitute.family_name = substitute.email = ""
    substitute.organisation = substitute.position = ""
