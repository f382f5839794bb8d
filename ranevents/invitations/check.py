"""What must be true of invitations at every instant; told in lines that name no person."""

from collections.abc import Iterator

from sqlalchemy import select

from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.invitations.models import Invitation
from ranevents.invitations.states import InvitationState
from ranevents.registrations.models import Registration


def differences() -> list[str]:
    """Every rule that does not hold, a line each; an empty list when the books agree."""
    return list(_of_others())


def _of_others() -> Iterator[str]:
    """An invitation registers its own person at its own event."""
    query = (
        select(Event.slug, Invitation.id)
        .join(Event, Event.id == Invitation.event_id)
        .join(Registration, Registration.id == Invitation.registration_id)
        .where(
            Invitation.state == InvitationState.ACCEPTED,
            (Registration.person_id != Invitation.person_id) | (Registration.event_id != Invitation.event_id),
        )
        .order_by(Event.slug, Invitation.id)
    )
    for slug, id in db.session.execute(query):
        yield f"{slug}: invitation {id} was accepted by a registration of somebody else, or of another event"
