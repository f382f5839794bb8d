"""The books, counted again: what must be true of places, ranks, offers and mails at every instant.

Each rule is one statement over all events; what it finds is told in one line that names no person.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from ranevents.core.db import db
from ranevents.core.places import Pool
from ranevents.events.models import Event
from ranevents.events.states import EventState
from ranevents.mailing.models import Message
from ranevents.registrations import rules
from ranevents.registrations.models import Registration, RegistrationCount
from ranevents.registrations.states import HOLDING, RegistrationState

PATIENCE = timedelta(minutes=5)
"""How long after its deadline an offer may still stand: the work that ends it comes round every minute."""

_MAILS = {
    RegistrationState.PENDING: ("received",),
    RegistrationState.CONFIRMED: ("confirmed",),
    RegistrationState.WAITLISTED: ("parked",),
    RegistrationState.OFFERED: ("offered", "asked"),
    RegistrationState.REJECTED: ("rejected",),
    RegistrationState.CANCELLED: ("cancelled", "called-off", "replaced"),
    RegistrationState.LAPSED: ("lapsed",),
}
"""The reason, as the last part of a message's key, of the mail that each state was announced with."""


def differences(at: datetime) -> list[str]:
    """Every rule that does not hold at this moment, a line each; an empty list when the books agree.

    All rules read one and the same instant of the database, so that it may be in use meanwhile. To be called at the
    beginning of a transaction.
    """
    db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return [
        *_places_held(),
        *_ranks(),
        *_counts(),
        *_waiting_beside_free_places(at),
        *_offers_over(at),
        *_never_begun(),
        *_mails_missing(),
    ]


def _places_held() -> Iterator[str]:
    holding = (
        select(func.count()).where(Registration.event_id == Event.id, Registration.state.in_(HOLDING)).scalar_subquery()
    )
    query = select(Event.slug, Pool.held, Pool.limit, holding).join(Pool, Pool.id == Event.pool_id).order_by(Event.slug)
    for slug, held, limit, counted in db.session.execute(query):
        if held != counted:
            yield f"{slug}: the pool says {held} places are held, {counted} registrations hold one"
        if counted > limit:
            yield f"{slug}: {counted} registrations hold a place, there are {limit}"


def _ranks() -> Iterator[str]:
    doubled = (
        select(Event.slug, Registration.rank, func.count())
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.rank.is_not(None))
        .group_by(Event.slug, Registration.rank)
        .having(func.count() > 1)
    )
    for slug, rank, count in db.session.execute(doubled):
        yield f"{slug}: {count} registrations have rank {rank}"
    beyond = (
        select(Event.slug, Pool.last_rank, func.max(Registration.rank))
        .join(Event, Event.id == Registration.event_id)
        .join(Pool, Pool.id == Event.pool_id)
        .group_by(Event.slug, Pool.last_rank)
        .having(func.max(Registration.rank) > Pool.last_rank)
    )
    for slug, last, highest in db.session.execute(beyond):
        yield f"{slug}: rank {highest} is given, the pool has counted to {last}"


def _counts() -> Iterator[str]:
    counted = (
        select(Registration.event_id, Registration.state, func.count().label("number"))
        .group_by(Registration.event_id, Registration.state)
        .subquery()
    )
    kept = RegistrationCount
    both = (kept.event_id == counted.c.event_id) & (kept.state == counted.c.state)
    query = (
        select(Event.slug, func.coalesce(kept.number, 0), func.coalesce(counted.c.number, 0))
        .select_from(kept)
        .join(counted, both, full=True)
        .join(Event, Event.id == func.coalesce(kept.event_id, counted.c.event_id))
        .where(func.coalesce(kept.number, 0) != func.coalesce(counted.c.number, 0))
        .order_by(Event.slug)
    )
    for slug, number, found in db.session.execute(query):
        yield f"{slug}: {number} registrations are counted in a state, {found} stand in it"


def _waiting_beside_free_places(at: datetime) -> Iterator[str]:
    waiting = (
        select(Registration.event_id, func.count().label("people"))
        .where(Registration.state == RegistrationState.WAITLISTED)
        .group_by(Registration.event_id)
        .subquery()
    )
    query = (
        select(Event, waiting.c.people)
        .join(waiting, waiting.c.event_id == Event.id)
        .where(Event.state == EventState.PUBLISHED)
        .order_by(Event.slug)
        .execution_options(populate_existing=True)
    )
    for event, people in db.session.execute(query):
        if event.pool.free > 0 and rules.may_still_offer(at, event.begins_at):
            yield f"{event.slug}: {people} wait while {event.pool.free} places are free"


def _offers_over(at: datetime) -> Iterator[str]:
    is_over = and_(Registration.state == RegistrationState.OFFERED, Registration.offered_until < at - PATIENCE)
    for slug, reference in _each(is_over):
        yield f"{slug}: the offer to {reference} is over and still stands"


def _never_begun() -> Iterator[str]:
    for slug, reference in _each(Registration.state == RegistrationState.NEW):
        yield f"{slug}: {reference} has taken no step"


def _mails_missing() -> Iterator[str]:
    for slug, reference in _each(or_(*(_lacks_mail(state, reasons) for state, reasons in _MAILS.items()))):
        yield f"{slug}: {reference} has no mail about the state it stands in"


def _lacks_mail(state: RegistrationState, reasons: tuple[str, ...]) -> ColumnElement[bool]:
    keys = [func.concat("registration:", Registration.id, f":{reason}") for reason in reasons]
    return and_(Registration.state == state, Registration.erased_at.is_(None), ~exists().where(Message.key.in_(keys)))


def _each(condition: ColumnElement[bool]) -> Iterator[tuple[str, str]]:
    query = (
        select(Event.slug, Registration.reference)
        .join(Event, Event.id == Registration.event_id)
        .where(condition)
        .order_by(Event.slug, Registration.id)
    )
    for slug, reference in db.session.execute(query):
        yield str(slug), str(reference)
