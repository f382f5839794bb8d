"""The verbs about who is what in a delegation: the order of its members, its head, and as what each comes."""

from ranevents.core import audit, places
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import Refused
from ranevents.delegations import member_service as members
from ranevents.delegations import queries, rules
from ranevents.delegations import refusal_service as refusal
from ranevents.delegations.models import Delegation, DelegationCapacity, Nomination


def move(nomination: Nomination, *, down: bool, by: Actor) -> None:
    """Let a member stand one place higher, or lower, in the delegation's list."""
    refusal.lock(nomination.delegation)
    refusal.refuse_closed(nomination.delegation, by=by)
    members.hold(nomination)
    listed = queries.members(nomination.delegation)
    positions = sorted(one.position for one in listed)
    order = rules.in_order([one.id for one in listed], nomination.id, 1 if down else -1)
    by_id = {one.id: one for one in listed}
    for id, position in zip(order, positions, strict=True):
        by_id[id].position = position
    db.session.flush()


def choose_head(nomination: Nomination, head: DelegationCapacity, *, by: Actor) -> None:
    """Make a member the head; who was it takes the other's capacity. Raises QuotaFull, DeadlinePassed and Refused."""
    if not head.is_head:
        raise Refused
    members.hold(nomination)
    refusal.refuse_closed(nomination.delegation, by=by)
    former = next((one for one in queries.members(nomination.delegation) if one.capacity_id == head.id), None)
    if former is nomination:
        return
    cast = {nomination: head}
    if former is not None:
        cast[former] = nomination.capacity
    _cast(cast, by=by)


def come_as(nomination: Nomination, capacity: DelegationCapacity, *, by: Actor) -> None:
    """Let a member come in another capacity. Raises QuotaFull, DeadlinePassed and Refused."""
    members.hold(nomination)
    refusal.refuse_closed(nomination.delegation, by=by)
    if capacity.id != nomination.capacity_id:
        _cast({nomination: capacity}, by=by)


def _cast(cast: dict[Nomination, DelegationCapacity], *, by: Actor) -> None:
    """Give members other capacities, all together, or none of them: a refusal leaves everything as it was."""
    with db.session.begin_nested():
        _recast(cast)
    for nomination, capacity in cast.items():
        audit.record(nomination, "come_as", by=by, capacity=capacity.id)
    members.note_change(next(iter(cast)).delegation, by=by)


def _recast(cast: dict[Nomination, DelegationCapacity]) -> None:
    """The places in the old capacities come back before those in the new are taken."""
    delegation = next(iter(cast)).delegation
    registrations = [one.registration for one in cast if one.registration is not None]
    holding = [one for one in registrations if one.state.holds_place]
    for registration in holding:
        places.give_back(filter(None, [registration.capacity_pool]))
    for nomination, capacity in cast.items():
        quota = delegation.quota_of(capacity)
        nomination.capacity = capacity
        if nomination.registration is not None:
            nomination.registration.capacity_pool = quota.pool if quota else None
    db.session.flush()
    _refuse_overfull(delegation)
    for registration in holding:
        if registration.capacity_pool is not None and not places.take([registration.capacity_pool]):
            raise refusal.QuotaFull(registration.capacity_pool.limit, None)


def _refuse_overfull(delegation: Delegation) -> None:
    filled = queries.filled_by(delegation)
    for quota in delegation.quotas:
        if filled.standing.get(quota.capacity_id, 0) > quota.limit:
            raise refusal.QuotaFull(quota.limit, quota.capacity)
