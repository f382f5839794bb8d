"""The verbs by which an organiser sets delegations up: for whom, how many, until when, and who composes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from ranevents.core import audit, clock, places, tokens
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import Refused
from ranevents.delegations import mails, queries
from ranevents.delegations import refusal_service as refusal
from ranevents.delegations.models import (
    Delegation,
    DelegationCapacity,
    DelegationKind,
    DelegationRules,
    FocalPoint,
    Quota,
    StandardCapacity,
)
from ranevents.delegations.request_models import DelegationReminder
from ranevents.delegations.states import DelegationState
from ranevents.events.models import Event
from ranevents.invitations import service as inviting
from ranevents.invitations.models import GuestOrigin
from ranevents.people.models import Person


@dataclass(frozen=True)
class ForWhom:
    """For what a delegation comes: a country by its code, or an institution or organisation by its name."""

    kind: DelegationKind
    country: str = ""
    name: str = ""


@dataclass(frozen=True)
class Size:
    """How many a delegation may be: in all, and for each capacity (by its id) that has a quota of its own."""

    limit: int
    per_capacity: Mapping[int, int]


def settle(
    event: Event, *, deadline_at: datetime, asks_for_credentials: bool, replaces_late: bool, by: Actor
) -> DelegationRules:
    """Say what holds for all delegations of the event; the first time, its capacities are the usual ones.

    The deadline of delegations that had the event's own follows it; their focal points are told.
    """
    places.lock([event.pool])
    settings = queries.rules_of(event)
    before = settings.deadline_at if settings else None
    if settings is None:
        settings = DelegationRules(event=event, deadline_at=deadline_at)
        db.session.add(settings)
        _usual_capacities(event)
    settings.deadline_at = deadline_at
    settings.asks_for_credentials, settings.replaces_late = asks_for_credentials, replaces_late
    db.session.flush()
    audit.record(event, "settle_delegations", by=by)
    if before is not None and before != deadline_at:
        for delegation in queries.delegations(event):
            if delegation.deadline_at == before:
                move_deadline(delegation, deadline_at, by=by)
    return settings


def _usual_capacities(event: Event) -> None:
    for position, standard in enumerate(StandardCapacity, start=1):
        db.session.add(DelegationCapacity(event_id=event.id, standard=standard, name="", position=position))
    db.session.flush()


def set_up(event: Event, whom: Iterable[ForWhom], size: Size, *, by: Actor) -> list[Delegation]:
    """Set up delegations of one size; for whom there is one already, nothing changes. Raises Refused before `settle`.

    Those that are new, in the order in which they were named.
    """
    places.lock([event.pool])
    settings = queries.rules_of(event)
    if settings is None:
        raise Refused
    known = {_whom(one) for one in queries.delegations(event)}
    made = []
    for one in whom:
        if _key(one) not in known:
            known.add(_key(one))
            made.append(_delegation(event, one, size, settings.deadline_at, by=by))
    return made


def _whom(delegation: Delegation) -> str:
    return delegation.country or delegation.name.lower()


def _key(whom: ForWhom) -> str:
    return whom.country or whom.name.lower()


def _delegation(event: Event, whom: ForWhom, size: Size, deadline_at: datetime, *, by: Actor) -> Delegation:
    delegation = Delegation(
        event=event,
        kind=whom.kind,
        country=whom.country,
        name=whom.name,
        reference=tokens.reference(),
        state=DelegationState.INVITED,
        pool=places.new_pool(size.limit),
        deadline_at=deadline_at,
        created_at=clock.now(),
        version=1,
    )
    db.session.add(delegation)
    db.session.flush()
    for capacity in queries.capacities(event):
        limit = 1 if capacity.is_head else size.per_capacity.get(capacity.id)
        if limit is not None:
            delegation.quotas.append(Quota(capacity=capacity, pool=places.new_pool(limit)))
    db.session.flush()
    audit.record(delegation, "set_up", by=by, limit=size.limit)
    return delegation


def resize(delegation: Delegation, size: Size, *, version: int | None = None, by: Actor) -> None:
    """Set the quotas anew: never below what stands. Raises TooSmall and ChangedMeanwhile."""
    refusal.lock(delegation)
    refusal.refuse_version(delegation, version)
    filled = queries.filled_by(delegation)
    if size.limit < filled.total:
        raise refusal.TooSmall(filled.total)
    delegation.pool.limit = size.limit
    for capacity in queries.capacities(delegation.event):
        if not capacity.is_head:
            standing = filled.standing.get(capacity.id, 0)
            _resize_capacity(delegation, capacity, size.per_capacity.get(capacity.id), standing)
    delegation.version += 1
    db.session.flush()
    audit.record(delegation, "resize", by=by, limit=size.limit)


def _resize_capacity(delegation: Delegation, capacity: DelegationCapacity, limit: int | None, standing: int) -> None:
    quota = delegation.quota_of(capacity)
    if limit is not None and limit < standing:
        raise refusal.TooSmall(standing)
    if limit is None:
        if quota is not None:
            _drop(delegation, quota)
    elif quota is None:
        _begin(delegation, capacity, limit)
    else:
        quota.pool.limit = limit


def _begin(delegation: Delegation, capacity: DelegationCapacity, limit: int) -> None:
    """A capacity gets a quota of its own: whoever has it takes from that pool, too."""
    pool = places.new_pool(limit)
    delegation.quotas.append(Quota(capacity=capacity, pool=pool))
    db.session.flush()
    for nomination in queries.members(delegation):
        if nomination.capacity_id == capacity.id and nomination.registration is not None:
            nomination.registration.capacity_pool = pool
            pool.held += nomination.registration.state.holds_place
    db.session.flush()


def _drop(delegation: Delegation, quota: Quota) -> None:
    """A capacity has no quota of its own any more: nobody takes from that pool."""
    for nomination in queries.nominations(delegation):
        if nomination.registration is not None and nomination.registration.capacity_pool_id == quota.pool_id:
            nomination.registration.capacity_pool = None
    pool = quota.pool
    delegation.quotas.remove(quota)
    db.session.flush()
    db.session.delete(pool)
    db.session.flush()


def move_deadline(delegation: Delegation, deadline_at: datetime, *, by: Actor) -> None:
    """Let a delegation be composed until another moment; whoever was asked is told. Raises NoSuchDate."""
    refusal.lock(delegation)
    refusal.refuse_date(delegation, deadline_at)
    if delegation.deadline_at == deadline_at:
        return
    delegation.deadline_at, delegation.reopened_until = deadline_at, None
    delegation.version += 1
    db.session.flush()
    audit.record(delegation, "move_deadline", by=by)
    if delegation.asked_at is not None:
        mails.deadline_moved(delegation)


def appoint(delegation: Delegation, person: Person, *, by: Actor) -> FocalPoint:
    """Let somebody compose the delegation, who is written to at once where it has been asked already.

    Who is a focal point of it already stays as they are. Raises Refused for somebody who was erased.
    """
    refusal.lock(delegation)
    inviting.add_guest(delegation.event, person, GuestOrigin.DELEGATION)
    known = next((one for one in queries.focal_points(delegation) if one.person_id == person.id), None)
    if known is not None:
        return known
    focal_point = FocalPoint(
        delegation=delegation,
        person=person,
        reference=tokens.reference(),
        link_version=1,
        appointed_at=clock.now(),
    )
    db.session.add(focal_point)
    db.session.flush()
    audit.record(focal_point, "appoint", by=by)
    if delegation.asked_at is not None:
        _ask(focal_point)
    return focal_point


def dismiss(focal_point: FocalPoint, *, by: Actor) -> None:
    """Somebody composes the delegation no longer: the link opens nothing any more. Raises Refused."""
    refusal.lock(focal_point.delegation)
    db.session.refresh(focal_point, ["ended_at", "link_version"])
    if focal_point.ended_at is not None:
        raise Refused
    focal_point.ended_at = clock.now()
    db.session.flush()
    audit.record(focal_point, "dismiss", by=by)
    if focal_point.asked_at is not None:
        mails.dismissed(focal_point)


def ask(delegation: Delegation, *, by: Actor) -> int:
    """Write to every focal point who was not asked so far; how many. Raises NotNaming."""
    refusal.lock(delegation)
    refusal.refuse_closed(delegation, by=by)
    unasked = [one for one in queries.focal_points(delegation) if one.asked_at is None]
    for focal_point in unasked:
        _ask(focal_point)
    if unasked:
        delegation.asked_at = delegation.asked_at or clock.now()
        audit.record(delegation, "ask", by=by, asked=len(unasked))
    return len(unasked)


def send_link(focal_point: FocalPoint, *, by: Actor) -> None:
    """Send the link again, made anew: the old one no longer opens. Raises Refused."""
    refusal.lock(focal_point.delegation)
    db.session.refresh(focal_point, ["ended_at", "link_version"])
    if focal_point.ended_at is not None:
        raise Refused
    focal_point.link_version += 1
    _ask(focal_point)
    audit.record(focal_point, "send_link", by=by)


def _ask(focal_point: FocalPoint) -> None:
    focal_point.asked_at = clock.now()
    db.session.flush()
    mails.asked(focal_point)


def remind(focal_point: FocalPoint, *, occasion: str, by: Actor) -> bool:
    """Remind of the deadline; False where that occasion was used before, or nothing is awaited (any more)."""
    delegation = focal_point.delegation
    refusal.lock(delegation)
    awaited = delegation.state in (DelegationState.INVITED, DelegationState.NOMINATING)
    if not awaited or focal_point.ended_at or focal_point.asked_at is None or not delegation.is_open(clock.now()):
        return False
    once = insert(DelegationReminder).on_conflict_do_nothing(index_elements=["focal_point_id", "occasion"])
    row = {"focal_point_id": focal_point.id, "occasion": occasion, "sent_at": clock.now()}
    if db.session.execute(once.returning(DelegationReminder.id), row).scalar() is None:
        return False
    audit.record(focal_point, "remind", by=by)
    mails.reminder(focal_point, occasion=occasion)
    return True
