"""The verbs about substitutes whom invited people propose in their own place."""

from dataclasses import dataclass

from ranevents.core import audit, clock, names
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import Refused
from ranevents.core.states import take
from ranevents.invitations import queries, rules, service
from ranevents.invitations import refusal_service as refusal
from ranevents.invitations.models import GuestOrigin, Invitation, Substitute
from ranevents.invitations.states import InvitationState, InvitationStep, SubstituteState, SubstituteStep
from ranevents.people import service as people
from ranevents.people.models import Person
from ranevents.people.service import Particulars


@dataclass(frozen=True)
class Proposed:
    """Whom an invited person proposes in their own place."""

    given_name: str
    family_name: str
    email: str
    organisation: str
    position: str


def propose(invitation: Invitation, proposed: Proposed, *, by: Actor) -> Substitute:
    """Name somebody who could come instead: nobody, until an organiser approves. Raises TooLate and Refused."""
    refusal.lock(invitation)
    refusal.refuse_late(invitation)
    if not invitation.allows_substitute or queries.open_substitute(invitation) is not None:
        raise Refused
    substitute = Substitute(
        invitation=invitation,
        state=SubstituteState.PROPOSED,
        given_name=proposed.given_name,
        family_name=proposed.family_name,
        email=proposed.email,
        organisation=proposed.organisation,
        position=proposed.position,
        proposed_at=clock.now(),
    )
    db.session.add(substitute)
    db.session.flush()
    audit.record(invitation, "propose_substitute", by=by)
    return substitute


def approve(substitute: Substitute, particulars: Particulars | None = None, *, by: Actor) -> Invitation:
    """Invite the one who was proposed; the invitation of the one who proposed them is declined, if still open.

    Whom the event knows already is that person. Of anybody else, without `particulars`, country, sector, side and
    language are taken to be those of the one who proposed. Raises SubstituteKnown for who needs no proposal.
    """
    proposing = substitute.invitation
    refusal.lock_with_places(proposing)
    db.session.refresh(substitute, ["state"])
    refusal.refuse_erased(proposing)
    if proposing.state in (InvitationState.ACCEPTED, InvitationState.REVOKED):
        raise Refused
    event, at = proposing.event, clock.now()
    refusal.refuse_unpublished(event)
    known = refusal.known_substitute(event, substitute)
    person = known or people.enter(particulars or _like(substitute, proposing.person))
    service.add_guest(event, person, GuestOrigin.SUBSTITUTE)
    substitute.person_id, substitute.decided_at = person.id, at
    take(substitute, SubstituteStep.APPROVE, by=by)
    if proposing.state is InvitationState.SENT:
        proposing.answered_at = at
        take(proposing, InvitationStep.REPLACE, by=by)
    until = rules.substitutes_date(at, proposing.answer_by, event.begins_at)
    invitation = service.draft(event, person, service.Asked(proposing.capacity, until), by=by)
    service.send(invitation, by=by)
    return invitation


def refuse(substitute: Substitute, *, by: Actor) -> None:
    """Don't invite the one who was proposed; the invitation of the one who proposed them stays as it is."""
    refusal.lock(substitute.invitation)
    db.session.refresh(substitute, ["state"])
    substitute.decided_at = clock.now()
    take(substitute, SubstituteStep.REFUSE, by=by)


def _like(substitute: Substitute, other: Person) -> Particulars:
    return Particulars(
        given_name=substitute.given_name,
        family_name=substitute.family_name,
        latin_given_name=names.latin(substitute.given_name, other.country),
        latin_family_name=names.latin(substitute.family_name, other.country),
        form_of_address="",
        email=substitute.email,
        organisation=substitute.organisation,
        position=substitute.position,
        country=other.country,
        sector=other.sector,
        side=other.side,
        language=other.language,
    )
