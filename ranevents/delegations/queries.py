"""What pages, mails and other rooms read of delegations; always through the event."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from ranevents.core import tokens
from ranevents.core.db import db
from ranevents.core.errors import NotFound
from ranevents.core.links import LinkOver
from ranevents.delegations import rules
from ranevents.delegations.models import (
    LINK_PURPOSE,
    Delegation,
    DelegationCapacity,
    DelegationRules,
    FocalPoint,
    Nomination,
)
from ranevents.delegations.request_models import Credential, DelegationRequest
from ranevents.delegations.states import NominationState, RequestState
from ranevents.events.models import Event
from ranevents.people.models import Person
from ranevents.registrations.models import Registration
from ranevents.registrations.states import HOLDING, LIVE

Row = TypeVar("Row")


def get(event: Event, id: int) -> Delegation:
    """One delegation of this event; raises NotFound for a foreign or unknown one."""
    return _one(select(Delegation).where(Delegation.event_id == event.id, Delegation.id == id))


def nomination(delegation: Delegation, id: int) -> Nomination:
    """One nomination of this delegation; raises NotFound for a foreign or unknown one."""
    return _one(select(Nomination).where(Nomination.delegation_id == delegation.id, Nomination.id == id))


def focal_point(delegation: Delegation, id: int) -> FocalPoint:
    """One focal point of this delegation; raises NotFound for a foreign or unknown one."""
    return _one(select(FocalPoint).where(FocalPoint.delegation_id == delegation.id, FocalPoint.id == id))


def request(delegation: Delegation, id: int) -> DelegationRequest:
    """One thing that was asked for this delegation; raises NotFound for a foreign or unknown one."""
    asked = select(DelegationRequest).where(DelegationRequest.delegation_id == delegation.id)
    return _one(asked.where(DelegationRequest.id == id))


def credential(delegation: Delegation, id: int) -> Credential:
    """One letter of credentials of this delegation; raises NotFound for a foreign or unknown one."""
    return _one(select(Credential).where(Credential.delegation_id == delegation.id, Credential.id == id))


def _one(query: Select[Row]) -> Row:
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def by_link(token: str, *, at: datetime) -> FocalPoint:
    """The focal point whom a personal link belongs to.

    Raises tokens.UnknownLink for a link that we did not give out, LinkOver for one that was revoked or has expired.
    """
    link = tokens.read(LINK_PURPOSE, token)
    found = _of_reference(link.record)
    if found is None:
        raise tokens.UnknownLink
    if not _opens(found, link, at):
        raise LinkOver(found.event)
    return found


def link_opens(link: tokens.Link, *, at: datetime) -> bool:
    """Whether a personal link still opens its delegation."""
    found = _of_reference(link.record)
    return found is not None and _opens(found, link, at)


def _of_reference(reference: str) -> FocalPoint | None:
    return db.session.scalar(select(FocalPoint).where(FocalPoint.reference == reference))


def _opens(focal_point: FocalPoint, link: tokens.Link, at: datetime) -> bool:
    return (
        focal_point.link_version == link.version
        and focal_point.ended_at is None
        and not rules.link_is_over(at, focal_point.event.ends_at)
    )


def rules_of(event: Event) -> DelegationRules | None:
    """What holds for all delegations of an event; nothing before any was set up."""
    return db.session.get(DelegationRules, event.id)


def capacities(event: Event) -> list[DelegationCapacity]:
    """As what members of the event's delegations come, in their order."""
    query = select(DelegationCapacity).where(DelegationCapacity.event_id == event.id)
    return list(db.session.scalars(query.order_by(DelegationCapacity.position)))


def capacity(event: Event, id: int) -> DelegationCapacity:
    """One capacity of this event; raises NotFound for a foreign or unknown one."""
    query = select(DelegationCapacity).where(DelegationCapacity.event_id == event.id)
    return _one(query.where(DelegationCapacity.id == id))


def delegations(event: Event) -> list[Delegation]:
    """All delegations of an event, in the order in which they were set up; lists sort them by protocol."""
    return list(db.session.scalars(select(Delegation).where(Delegation.event_id == event.id).order_by(Delegation.id)))


def focal_points(delegation: Delegation) -> list[FocalPoint]:
    """Those who compose the delegation now, in the order in which they were appointed."""
    query = select(FocalPoint).where(FocalPoint.delegation_id == delegation.id, FocalPoint.ended_at.is_(None))
    return list(db.session.scalars(query.order_by(FocalPoint.id)))


def nominations(delegation: Delegation) -> list[Nomination]:
    """Everybody who was ever named or wished for, members in their order."""
    query = select(Nomination).where(Nomination.delegation_id == delegation.id)
    query = query.options(joinedload(Nomination.registration))
    return list(db.session.scalars(query.order_by(Nomination.position, Nomination.id)))


def members(delegation: Delegation) -> list[Nomination]:
    """Those who have, await or hope for a place, in their order."""
    return [one for one in nominations(delegation) if one.is_member]


def wishes(delegation: Delegation) -> list[Nomination]:
    """Those who wait for a place beyond the quota, in the order in which they were named."""
    query = select(Nomination).where(
        Nomination.delegation_id == delegation.id, Nomination.state == NominationState.WAITING
    )
    return list(db.session.scalars(query.order_by(Nomination.id)))


def of_registration(registration: Registration) -> Nomination | None:
    """The nomination that a registration came of, if there is one."""
    return db.session.scalar(select(Nomination).where(Nomination.registration_id == registration.id))


def of_submission(submission_id: str) -> Nomination | None:
    """The nomination that came with a form."""
    return db.session.scalar(select(Nomination).where(Nomination.submission_id == submission_id))


def named_before(delegation: Delegation, person: Person) -> bool:
    """Whether exactly this person is a member already, or is wished for."""
    query = select(Nomination).where(Nomination.delegation_id == delegation.id, Nomination.person_id == person.id)
    found = db.session.scalars(query.options(joinedload(Nomination.registration)))
    return any(one.is_member or one.state is NominationState.WAITING for one in found)


@dataclass
class Filled:
    """How many members of a delegation stand per capacity (by its id), and how many of them hold a place."""

    standing: dict[int, int] = field(default_factory=dict)
    holding: dict[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many members there are in all."""
        return sum(self.standing.values())

    @property
    def places(self) -> int:
        """How many of them hold a place."""
        return sum(self.holding.values())


def filled(delegation_ids: Collection[int]) -> dict[int, Filled]:
    """How these delegations are filled, in one statement."""
    query = (
        select(Nomination.delegation_id, Nomination.capacity_id, Registration.state, func.count())
        .join(Registration, Registration.id == Nomination.registration_id)
        .where(Nomination.delegation_id.in_(list(delegation_ids)), Registration.state.in_(LIVE))
        .group_by(Nomination.delegation_id, Nomination.capacity_id, Registration.state)
    )
    found = {id: Filled() for id in delegation_ids}
    for id, capacity_id, state, number in db.session.execute(query):
        counts = found[id]
        counts.standing[capacity_id] = counts.standing.get(capacity_id, 0) + number
        if state in HOLDING:
            counts.holding[capacity_id] = counts.holding.get(capacity_id, 0) + number
    return found


def filled_by(delegation: Delegation) -> Filled:
    """How one delegation is filled."""
    return filled([delegation.id])[delegation.id]


def requests(delegation: Delegation) -> list[DelegationRequest]:
    """What its focal points have written, the newest first."""
    query = select(DelegationRequest).where(DelegationRequest.delegation_id == delegation.id)
    return list(db.session.scalars(query.order_by(DelegationRequest.id.desc())))


def request_of_submission(submission_id: str) -> DelegationRequest | None:
    """What came with a form."""
    return db.session.scalar(select(DelegationRequest).where(DelegationRequest.submission_id == submission_id))


def number_open(event: Event) -> int:
    """How many wishes and requests of the event's delegations wait for the organiser."""
    of_event = select(Delegation.id).where(Delegation.event_id == event.id)
    asked = select(func.count()).where(
        DelegationRequest.delegation_id.in_(of_event), DelegationRequest.state == RequestState.OPEN
    )
    wished = select(func.count()).where(
        Nomination.delegation_id.in_(of_event), Nomination.state == NominationState.WAITING
    )
    return (db.session.scalar(asked) or 0) + (db.session.scalar(wished) or 0)


def newest_credential(delegation: Delegation) -> Credential | None:
    """The letter of credentials that counts, if one was sent in."""
    query = select(Credential).where(Credential.delegation_id == delegation.id)
    return db.session.scalar(query.order_by(Credential.id.desc()).limit(1))


def standing_focal_points(event: Event) -> Iterable[FocalPoint]:
    """Everybody who composes a delegation of the event now."""
    query = select(FocalPoint).join(FocalPoint.delegation).where(Delegation.event_id == event.id)
    return db.session.scalars(query.where(FocalPoint.ended_at.is_(None)).order_by(FocalPoint.id)).all()
