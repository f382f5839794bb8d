"""What must be true of delegations at every instant; told in lines that name no person."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select

from ranevents.core.db import db
from ranevents.core.places import Pool
from ranevents.delegations.models import Delegation, Nomination, Quota
from ranevents.events.models import Event
from ranevents.registrations.models import Registration
from ranevents.registrations.states import HOLDING, LIVE


def differences() -> list[str]:
    """Every rule that does not hold, a line each; an empty list when the books agree."""
    return [*_held("delegation_pool_id", Delegation), *_held("capacity_pool_id", Quota), *_standing(), *_of_others()]


def _held(column: str, kind: type[Delegation] | type[Quota]) -> Iterator[str]:
    """The pools say what the registrations hold."""
    holding = (
        select(func.count())
        .where(getattr(Registration, column) == Pool.id, Registration.state.in_(HOLDING))
        .correlate(Pool)
        .scalar_subquery()
    )
    query = select(kind.id, Pool.held, Pool.limit, holding).join(Pool, Pool.id == kind.pool_id).order_by(kind.id)
    for id, held, limit, counted in db.session.execute(query):
        if held != counted or counted > limit:
            yield f"{kind.__tablename__} {id}: the pool says {held} of {limit}, {counted} registrations hold a place"


def _standing() -> Iterator[str]:
    """No delegation has more members than its quota."""
    members = (
        select(Nomination.delegation_id, func.count().label("members"))
        .join(Registration, Registration.id == Nomination.registration_id)
        .where(Registration.state.in_(LIVE))
        .group_by(Nomination.delegation_id)
        .subquery()
    )
    query = (
        select(Delegation.id, Pool.limit, members.c.members)
        .join(Pool, Pool.id == Delegation.pool_id)
        .join(members, members.c.delegation_id == Delegation.id)
        .where(members.c.members > Pool.limit)
        .order_by(Delegation.id)
    )
    for id, limit, found in db.session.execute(query):
        yield f"delegation {id}: {found} members, its quota is {limit}"


def _of_others() -> Iterator[str]:
    """A nomination's registration is of its person, its event and its delegation's pools."""
    capacity_pool = (
        select(Quota.pool_id)
        .where(Quota.delegation_id == Nomination.delegation_id, Quota.capacity_id == Nomination.capacity_id)
        .scalar_subquery()
    )
    query = (
        select(Event.slug, Nomination.id)
        .join(Delegation, Delegation.id == Nomination.delegation_id)
        .join(Event, Event.id == Delegation.event_id)
        .join(Registration, Registration.id == Nomination.registration_id)
        .where(
            Registration.state.in_(LIVE),
            or_(
                Registration.person_id != Nomination.person_id,
                Registration.event_id != Delegation.event_id,
                Registration.delegation_pool_id.is_distinct_from(Delegation.pool_id),
                Registration.capacity_pool_id.is_distinct_from(capacity_pool),
            ),
        )
        .order_by(Nomination.id)
    )
    for slug, id in db.session.execute(query):
        yield f"{slug}: nomination {id} has a registration of somebody else, or with other pools than its delegation's"
