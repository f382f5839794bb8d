"""What pages, mails and other rooms read of guests, invitations and substitutes; always through the event."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, func, literal, or_, select, union, union_all

from ranevents.core import tokens
from ranevents.core.db import db
from ranevents.core.errors import NotFound
from ranevents.core.links import LinkErased, LinkOver
from ranevents.events.models import Event
from ranevents.invitations.models import LINK_PURPOSE, Guest, Invitation, Reminder, Substitute
from ranevents.invitations.states import InvitationState, SubstituteState
from ranevents.people.models import Person
from ranevents.registrations.models import Registration

MOST_ALIKE = 5
"""So many are shown who may be the same person: an office's address may be that of hundreds."""


def get(event: Event, id: int) -> Invitation:
    """One invitation to this event; raises NotFound for a foreign or unknown one."""
    found = db.session.scalar(select(Invitation).where(Invitation.event_id == event.id, Invitation.id == id))
    if found is None:
        raise NotFound
    return found


def examples(event: Event, language: str, most: int) -> list[Invitation]:
    """The newest invitations, at most so many: of those who read the language, if any do; none that was erased."""
    known = select(Invitation).where(Invitation.event_id == event.id, Invitation.erased_at.is_(None))
    newest = known.order_by(Invitation.id.desc()).limit(most)
    spoken = list(db.session.scalars(newest.where(Invitation.person.has(Person.language == language))))
    return spoken or list(db.session.scalars(newest))


def substitute(event: Event, id: int) -> Substitute:
    """One proposal of a substitute at this event; raises NotFound for a foreign or unknown one."""
    query = select(Substitute).join(Substitute.invitation).where(Invitation.event_id == event.id, Substitute.id == id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def by_link(token: str, *, at: datetime) -> Invitation:
    """The invitation that a personal link belongs to.

    Raises tokens.UnknownLink for a link that we did not give out, LinkOver for one that was revoked or has expired,
    LinkErased where all that is personal went: the record then has another reference.
    """
    link = tokens.read(LINK_PURPOSE, token)
    found = _of_reference(link.record)
    if found is None:
        raise LinkErased
    if not _opens(found, link, at):
        raise LinkOver(found.event)
    return found


def link_opens(link: tokens.Link, *, at: datetime) -> bool:
    """Whether a personal link still opens its invitation."""
    found = _of_reference(link.record)
    return found is not None and _opens(found, link, at)


def _of_reference(reference: str) -> Invitation | None:
    return db.session.scalar(select(Invitation).where(Invitation.reference == reference))


def _opens(invitation: Invitation, link: tokens.Link, at: datetime) -> bool:
    return (
        invitation.link_version == link.version
        and invitation.erased_at is None
        and invitation.state is not InvitationState.DRAFT
        and at < invitation.event.ends_at
    )


def guest(event: Event, person: Person) -> Guest | None:
    """The person's line on the event's guest list, if there is one."""
    return db.session.scalar(select(Guest).where(Guest.event_id == event.id, Guest.person_id == person.id))


def is_known(person: Person) -> bool:
    """Whether some event still knows the person: a registration, an invitation, or a guest list."""
    registered = select(Registration.id).where(Registration.person_id == person.id, Registration.erased_at.is_(None))
    asked = select(Invitation.id).where(Invitation.person_id == person.id, Invitation.erased_at.is_(None))
    listed = select(Guest.id).where(Guest.person_id == person.id)
    return db.session.scalar(union_all(registered, asked, listed).limit(1)) is not None


def known_by_address(event: Event, email: str) -> list[Person]:
    """Everybody with this address whom the event knows, in the order in which they came: guests, asked, registered."""
    ids = (
        select(Guest.person_id).where(Guest.event_id == event.id),
        select(Invitation.person_id).where(Invitation.event_id == event.id, Invitation.erased_at.is_(None)),
        select(Registration.person_id).where(Registration.event_id == event.id, Registration.erased_at.is_(None)),
    )
    has_address = (func.lower(Person.email) == email.lower(), Person.erased_at.is_(None))
    query = select(Person).where(*has_address, Person.id.in_(union_all(*ids)))
    return list(db.session.scalars(query.order_by(Person.id)))


def known_at(event_ids: Collection[int]) -> CompoundSelect[Any]:
    """The ids of all people whom any of these events knows. Where all that is personal went, nobody is known by it."""
    ids = list(event_ids)
    return union(
        select(Guest.person_id).where(Guest.event_id.in_(ids)),
        select(Registration.person_id).where(Registration.event_id.in_(ids), Registration.erased_at.is_(None)),
        select(Invitation.person_id).where(Invitation.event_id.in_(ids), Invitation.erased_at.is_(None)),
    )


def alike(event_ids: Collection[int] | None, email: str, sort_key: str = "") -> list[Person]:
    """Whom these events know by this address, or this name as lists sort it: a few, those of the same name first.

    Without events: anybody who was not erased.
    """
    is_same_name = Person.sort_key == (sort_key or None)
    is_alike = or_(func.lower(Person.email) == email.lower(), is_same_name)
    query = select(Person).where(is_alike, Person.erased_at.is_(None))
    if event_ids is not None:
        query = query.where(Person.id.in_(known_at(event_ids)))
    by_name = func.coalesce(is_same_name, literal(value=False)).desc()
    return list(db.session.scalars(query.order_by(by_name, Person.id).limit(MOST_ALIKE)))


def standing(event: Event, person: Person) -> Invitation | None:
    """The invitation of the person to the event that was not withdrawn, if there is one."""
    is_mine = (Invitation.event_id == event.id, Invitation.person_id == person.id)
    return db.session.scalar(select(Invitation).where(*is_mine, Invitation.state != InvitationState.REVOKED))


def invitations_of(event: Event, person: Person) -> list[Invitation]:
    """Every invitation of the person to the event, oldest first."""
    is_mine = (Invitation.event_id == event.id, Invitation.person_id == person.id)
    return list(db.session.scalars(select(Invitation).where(*is_mine).order_by(Invitation.id)))


def unanswered_of(person: Person) -> list[Invitation]:
    """All invitations of a person that are neither answered nor withdrawn, at whatever event."""
    unanswered = (InvitationState.DRAFT, InvitationState.SENT, InvitationState.EXPIRED)
    query = select(Invitation).where(Invitation.person_id == person.id, Invitation.state.in_(unanswered))
    return list(db.session.scalars(query.where(Invitation.erased_at.is_(None)).order_by(Invitation.id)))


def has_accepted(person: Person) -> bool:
    """Whether the person has accepted an invitation to some event."""
    accepted = (Invitation.person_id == person.id, Invitation.state == InvitationState.ACCEPTED)
    query = select(Invitation.id).where(*accepted, Invitation.erased_at.is_(None))
    return db.session.scalar(query.limit(1)) is not None


def reminders_of(invitations: Collection[Invitation]) -> list[Reminder]:
    """Every reminder that was sent for these invitations, oldest first."""
    ids = [one.id for one in invitations]
    return list(db.session.scalars(select(Reminder).where(Reminder.invitation_id.in_(ids)).order_by(Reminder.id)))


def substitutes_by(invitations: Collection[Invitation]) -> list[Substitute]:
    """Everybody who was proposed through these invitations, in the order of the proposals."""
    ids = [one.id for one in invitations]
    return list(db.session.scalars(select(Substitute).where(Substitute.invitation_id.in_(ids)).order_by(Substitute.id)))


def substitutes_for(event: Event, person: Person) -> list[Substitute]:
    """The proposals at the event of which the person came."""
    query = select(Substitute).join(Substitute.invitation)
    query = query.where(Invitation.event_id == event.id, Substitute.person_id == person.id)
    return list(db.session.scalars(query.order_by(Substitute.id)))


def open_substitute(invitation: Invitation) -> Substitute | None:
    """The proposal that awaits the organiser's decision, if there is one."""
    is_open = (Substitute.invitation_id == invitation.id, Substitute.state == SubstituteState.PROPOSED)
    return db.session.scalar(select(Substitute).where(*is_open))
