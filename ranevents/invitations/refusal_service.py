"""What the verbs about invitations refuse, and the locks under which they look."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from ranevents.core import clock, places
from ranevents.core.db import db
from ranevents.core.errors import DomainError, Refused
from ranevents.events.models import Event
from ranevents.events.states import EventState
from ranevents.invitations import queries, rules
from ranevents.invitations.models import Invitation, Substitute
from ranevents.invitations.rules import Called
from ranevents.invitations.states import InvitationState
from ranevents.people.models import Person
from ranevents.people.service import Particulars
from ranevents.registrations import person_service
from ranevents.registrations import queries as registrations
from ranevents.registrations.models import Registration


class NotAsking(DomainError):
    """The event invites nobody now."""

    message = _l("This event invites nobody now: it is not published, has begun, or has been cancelled.")


class AskedBefore(DomainError):
    """The person has a standing invitation."""

    message = _l("This person has been invited to the event already.")


class RegisteredBefore(DomainError):
    """The person is registered without having been asked."""

    message = _l("This person is registered for the event already.")


class NoSuchDate(DomainError):
    """The answer can't be awaited until then."""

    message = _l("Please choose a date in the future, before the event begins.")
    field = "answer_by"


class TooLate(DomainError):
    """The answer comes after its date."""

    message = _l("The date for the answer has passed. Please write to the organiser, who can give you more time.")


class AnsweredBefore(DomainError):
    """The invitation has been accepted, perhaps in another window."""

    message = _l(
        "This invitation has been accepted already, and nobody was registered a second time. To change what you sent "
        "then, use the personal link in the mail about your registration."
    )


class SomebodyElse(DomainError):
    """The form names another person than the one who was asked."""

    message = _l(
        "This invitation is for %(name)s alone. If you are somebody else, or come in that person's place, please write "
        "to %(address)s. If the name has changed altogether, write there too."
    )
    field = "given_name"

    def __init__(self, invitation: Invitation) -> None:
        told = {"name": invitation.person.full_name, "address": invitation.event.contact_address}
        super().__init__(str(self.message) % told)


class SubstituteKnown(DomainError):
    """Who was proposed needs no proposal."""

    message = _l(
        "%(name)s has been invited to this event or is registered for it already. Please look at the guest list, "
        "then decide not to accept this proposal."
    )

    def __init__(self, person: Person) -> None:
        super().__init__(str(self.message) % {"name": person.full_name})


class AnothersName(DomainError):
    """A registration that came of an invitation is to be somebody else's."""

    message = _l(
        "This place is for %(name)s, who was invited. If you are somebody else, or the name has changed altogether, "
        "please write to %(address)s."
    )
    field = "given_name"

    def __init__(self, registration: Registration) -> None:
        told = {"name": registration.person.full_name, "address": registration.event.contact_address}
        super().__init__(str(self.message) % told)


def is_asking(event: Event) -> bool:
    """Whether the event invites people now: published, not begun."""
    return event.state is EventState.PUBLISHED and clock.now() < event.begins_at


def refuse_unpublished(event: Event) -> None:
    """Raise NotAsking unless the event invites people now."""
    if not is_asking(event):
        raise NotAsking


def refuse_date(event: Event, until: datetime) -> None:
    """Raise NoSuchDate unless the answer can be awaited until then."""
    if not clock.now() < until <= event.begins_at:
        raise NoSuchDate


def refuse_known(event: Event, person: Person, *, but: Invitation | None = None) -> None:
    """Raise AskedBefore or RegisteredBefore where nobody need ask any more."""
    found = queries.standing(event, person)
    if found is not None and found is not but:
        raise AskedBefore
    if registrations.live_of(event, person) is not None:
        raise RegisteredBefore


def known_substitute(event: Event, substitute: Substitute) -> Person | None:
    """Whom the event knows by the address and a name like that of the one who was proposed.

    Raises SubstituteKnown where they have been asked, or are registered.
    """
    proposed = (substitute.given_name, substitute.family_name)
    found = [
        one
        for one in queries.known_by_address(event, substitute.email)
        if rules.is_like(proposed, (one.given_name, one.family_name))
        or rules.is_like(proposed, (one.latin_given_name, one.latin_family_name))
    ]
    for person in found:
        if queries.standing(event, person) is not None or registrations.live_of(event, person) is not None:
            raise SubstituteKnown(person)
    return found[0] if found else None


def refuse_erased(invitation: Invitation) -> None:
    """Raise Refused where there is nobody any more."""
    if invitation.erased_at:
        raise Refused


def refuse_late(invitation: Invitation) -> None:
    """Only what is awaited can be answered, and only in time."""
    refuse_erased(invitation)
    is_over = rules.is_over(clock.now(), invitation.answer_by) or not is_asking(invitation.event)
    if invitation.state is InvitationState.EXPIRED or (invitation.state is InvitationState.SENT and is_over):
        raise TooLate
    if invitation.state is not InvitationState.SENT:
        raise Refused


def refuse_somebody_else(invitation: Invitation, typed: Particulars) -> None:
    """Raise SomebodyElse where the form names another person than the one who was asked."""
    if rules.is_somebody_else(_called(invitation.person), _called(typed)):
        raise SomebodyElse(invitation)


def refuse_anothers_name(registration: Registration, typed: Particulars) -> None:
    """Raise AnothersName where the form turns somebody who came by an invitation into another person."""
    is_other = rules.is_somebody_else(_called(registration.person), _called(typed))
    if is_other and queries.has_accepted(registration.person):
        raise AnothersName(registration)


def _called(one: Person | Particulars) -> Called:
    return Called(one.given_name, one.family_name, one.latin_given_name, one.latin_family_name, one.email)


_COLUMNS = list(Invitation.__mapper__.column_attrs.keys())


def lock(invitation: Invitation) -> None:
    """Nobody else changes this invitation until the transaction ends; it is read afresh."""
    db.session.flush()
    db.session.execute(select(Invitation.id).where(Invitation.id == invitation.id).with_for_update())
    db.session.refresh(invitation, [*_COLUMNS, "registration"])


def lock_with_places(invitation: Invitation) -> None:
    """The same, after the event's places and the person: always in this order. Raises Refused for the erased."""
    db.session.flush()
    places.lock([invitation.event.pool])
    person_service.lock(invitation.person)
    lock(invitation)
