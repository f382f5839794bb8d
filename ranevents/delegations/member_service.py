"""The verbs about a delegation's members: named, wished for, corrected, replaced, withdrawn, moved.

Each locks the event's pool first, then the delegation; so quotas are never exceeded, whoever names at once.
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from ranevents.core import audit, clock, places
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import DomainError, Refused
from ranevents.core.states import take
from ranevents.delegations import queries, rules
from ranevents.delegations import refusal_service as refusal
from ranevents.delegations.models import Delegation, DelegationCapacity, Nomination
from ranevents.delegations.states import DelegationState, DelegationStep, NominationState, NominationStep
from ranevents.invitations import service as inviting
from ranevents.invitations.models import GuestOrigin
from ranevents.people import service as people
from ranevents.people.models import Person
from ranevents.people.service import Particulars
from ranevents.registrations import named_service
from ranevents.registrations import service as registering
from ranevents.registrations.models import Registration
from ranevents.registrations.named_service import Pools
from ranevents.registrations.service import Answers


class OneHead(DomainError):
    """A delegation has one head at most."""

    message = _l("A delegation has one head at most. Please name this person in another capacity.")


class StillKnown(DomainError):
    """Somebody of this name and address is registered for the event."""

    message = _l(
        "Somebody with this name and e-mail address is registered for the event already. Please look at the list of "
        "registrations, then refuse this wish or have the other registration cancelled first."
    )


@dataclass(frozen=True)
class Named:
    """Whom a focal point names, as what, and why where it is one more than the quota.

    `asked_until`: the person fills in the form themselves; so long the place is kept.
    """

    particulars: Particulars
    capacity: DelegationCapacity
    asked_until: datetime | None = None
    plea: str = ""


def name(delegation: Delegation, named: Named, *, submission_id: str, by: Actor) -> Nomination:
    """Name a member: it takes a place, or awaits what the event asks for, as any registration does.

    Where the quota is full and `plea` says why, the wish queues, and the organiser is asked. Whom somebody else has
    registered already waits for the organiser, too: it is nobody else's business. The same form again finds what it
    made. Raises QuotaFull, NamedBefore, DeadlinePassed, NotNaming and Refused.
    """
    refusal.lock(delegation)
    known = queries.of_submission(submission_id)
    if known is not None:
        return _same(known, delegation)
    refusal.refuse_closed(delegation, by=by)
    nomination = _new(delegation, named, submission_id)
    _refuse_named_before(delegation, named.particulars)
    try:
        refusal.refuse_full(delegation, named.capacity)
    except refusal.QuotaFull:
        if not named.plea:
            raise
        _queue(nomination, named.particulars, by=by)
    else:
        _register(nomination, named.particulars, by=by)
    _note_change(delegation, by=by)
    return nomination


def _same(known: Nomination, delegation: Delegation) -> Nomination:
    if known.delegation_id != delegation.id:
        raise Refused
    return known


def _new(delegation: Delegation, named: Named, submission_id: str) -> Nomination:
    until = named.asked_until
    return Nomination(
        delegation=delegation,
        capacity=named.capacity,
        position=1 + max((one.position for one in queries.nominations(delegation)), default=0),
        state=NominationState.NEW,
        submission_id=submission_id,
        asked_until=until and rules.answer_until(clock.now(), until, delegation.event.begins_at),
        plea=named.plea,
        named_at=clock.now(),
    )


def _refuse_named_before(delegation: Delegation, typed: Particulars) -> None:
    for one in (*queries.members(delegation), *queries.wishes(delegation)):
        person = one.person
        is_same_name = (person.latin_given_name, person.latin_family_name) == (
            typed.latin_given_name,
            typed.latin_family_name,
        )
        if is_same_name and person.email.lower() == typed.email.lower():
            raise refusal.NamedBefore


def _register(nomination: Nomination, particulars: Particulars, *, by: Actor) -> None:
    """Give the nomination its registration; where the person is registered already, have the organiser look."""
    person = people.enter(particulars)
    try:
        registration = _registered(nomination, person, particulars, by=by)
    except named_service.RegisteredBefore:
        db.session.expunge(person)
        nomination.is_known = True
        _queue(nomination, particulars, by=by)
        return
    nomination.person = person
    _name(nomination, registration, NominationStep.NAME, by=by)


def _registered(nomination: Nomination, person: Person, particulars: Particulars, *, by: Actor) -> Registration:
    quota = nomination.delegation.quota_of(nomination.capacity)
    return named_service.register_named(
        nomination.event,
        person,
        answers_about(particulars),
        pools=Pools(nomination.delegation.pool, quota.pool if quota else None),
        submission_id=nomination.submission_id,
        until=nomination.asked_until,
        by=by,
    )


def answers_about(particulars: Particulars) -> Answers:
    """What somebody else can say of a person: who it is; neither needs nor consents."""
    return Answers(particulars, diet="", access_needs="", is_on_shared_list=None, allows_photographs=None)


def _name(nomination: Nomination, registration: Registration, step: NominationStep, *, by: Actor) -> None:
    # A row may say named only together with its registration: the two are written in one statement.
    with db.session.no_autoflush:
        nomination.registration = registration
        take(nomination, step, by=by)


def _queue(nomination: Nomination, particulars: Particulars, *, by: Actor) -> None:
    nomination.person = people.enter(particulars)
    inviting.add_guest(nomination.event, nomination.person, GuestOrigin.DELEGATION)
    take(nomination, NominationStep.QUEUE, by=by)


def _note_change(delegation: Delegation, *, by: Actor) -> None:
    delegation.changed_at = clock.now()
    if delegation.state is DelegationState.INVITED:
        take(delegation, DelegationStep.NAME, by=by)


def grant(nomination: Nomination, *, by: Actor) -> None:
    """Give a wish its place beyond the quota: the quota grows by as much as it needs.

    Raises OneHead, StillKnown, NotNaming and Refused.
    """
    delegation = nomination.delegation
    _hold_wish(nomination)
    refusal.refuse_closed(delegation, by=by)
    _make_room(delegation, nomination.capacity)
    _take_up(nomination, NominationStep.GRANT, by=by)


def take_up(nomination: Nomination, *, by: Actor) -> None:
    """Name somebody who waits, now that a place within the quota is free. Raises QuotaFull, DeadlinePassed, Refused."""
    _hold_wish(nomination)
    if nomination.is_known:
        raise Refused
    refusal.refuse_closed(nomination.delegation, by=by)
    refusal.refuse_full(nomination.delegation, nomination.capacity)
    _take_up(nomination, NominationStep.NAME, by=by)


def _take_up(nomination: Nomination, step: NominationStep, *, by: Actor) -> None:
    person = nomination.person
    particulars = particulars_of(person)
    try:
        registration = _registered(nomination, person, particulars, by=by)
    except named_service.RegisteredBefore:
        raise StillKnown from None
    _name(nomination, registration, step, by=by)
    _note_change(nomination.delegation, by=by)


def particulars_of(person: Person) -> Particulars:
    """What is known of a person, as a form would say it."""
    return Particulars(**{name: getattr(person, name) for name in Particulars.__dataclass_fields__})


def _make_room(delegation: Delegation, capacity: DelegationCapacity) -> None:
    filled, quota = queries.filled_by(delegation), delegation.quota_of(capacity)
    if quota is not None and rules.is_full(filled.standing.get(capacity.id, 0), quota.limit):
        if capacity.is_head:
            raise OneHead
        quota.pool.limit += 1
    if rules.is_full(filled.total, delegation.limit):
        delegation.pool.limit += 1
    db.session.flush()


def refuse(nomination: Nomination, *, by: Actor, reason: str = "") -> None:
    """Don't give a wish its place; the focal points read the reason."""
    _hold_wish(nomination)
    nomination.reason = reason
    take(nomination, NominationStep.REFUSE, by=by, why=reason)


def _hold_wish(nomination: Nomination) -> None:
    refusal.lock(nomination.delegation)
    db.session.refresh(nomination, ["state", "registration_id"])
    if nomination.state is not NominationState.WAITING:
        raise Refused


def _hold(nomination: Nomination) -> Registration:
    """Lock the delegation of a member, and read how it stands. Raises Refused for who is a member no longer."""
    refusal.lock(nomination.delegation)
    db.session.refresh(nomination, ["state", "registration_id", "capacity_id", "capacity", "position"])
    if nomination.registration is None:
        raise Refused
    db.session.refresh(nomination.registration)
    if not nomination.registration.state.is_live:
        raise Refused
    return nomination.registration


def correct(nomination: Nomination, particulars: Particulars, *, by: Actor) -> list[str]:
    """Correct who was named, until the person has been here themselves. Raises Refused, DeadlinePassed, NotNaming."""
    refusal.lock(nomination.delegation)
    refusal.refuse_closed(nomination.delegation, by=by)
    return named_service.correct(_hold(nomination), particulars, by=by)


def withdraw(nomination: Nomination, *, by: Actor, reason: str = "") -> None:
    """Take somebody out of the delegation, or out of its waiting list; the place is free for somebody else."""
    if nomination.state is NominationState.WAITING:
        _hold_wish(nomination)
        refusal.refuse_closed(nomination.delegation, by=by)
        take(nomination, NominationStep.WITHDRAW, by=by)
        return
    registration = _hold(nomination)
    refusal.refuse_closed(nomination.delegation, by=by)
    registering.cancel(registration, by=by, reason=reason)
    _note_change(nomination.delegation, by=by)


def replace(
    nomination: Nomination, particulars: Particulars, *, submission_id: str, by: Actor, reason: str = ""
) -> Nomination:
    """Let somebody else come in a member's place, in one step: capacity and place pass on, what is personal does not.

    Also after the deadline, where the event allows it. The same form again finds what it made. Raises NamedBefore,
    StillKnown, DeadlinePassed, NotNaming and Refused.
    """
    delegation = nomination.delegation
    refusal.lock(delegation)
    known = queries.of_submission(submission_id)
    if known is not None:
        return _same(known, delegation)
    registration = _hold(nomination)
    refusal.refuse_late_substitute(delegation, by=by)
    _refuse_named_before(delegation, particulars)
    try:
        successor = named_service.substitute(
            registration,
            people.enter(particulars),
            answers_about(particulars),
            submission_id=submission_id,
            by=by,
            reason=reason,
        )
    except named_service.RegisteredBefore:
        raise StillKnown from None
    found = queries.of_registration(successor)
    assert found is not None
    return found


def follow_substitute(registration: Registration, *, successor: Registration, by: Actor, **_told: object) -> None:
    """A member's place was passed on, wherever that was done: the delegation names the other one."""
    nomination = queries.of_registration(registration)
    if nomination is None:
        return
    following = Nomination(
        delegation=nomination.delegation,
        person=successor.person,
        capacity=nomination.capacity,
        position=nomination.position,
        state=NominationState.NEW,
        submission_id=successor.submission_id,
        named_at=clock.now(),
    )
    _name(following, successor, NominationStep.NAME, by=by)
    _note_change(nomination.delegation, by=by)


def move(nomination: Nomination, *, down: bool, by: Actor) -> None:
    """Let a member stand one place higher, or lower, in the delegation's list."""
    refusal.lock(nomination.delegation)
    refusal.refuse_closed(nomination.delegation, by=by)
    _hold(nomination)
    members = queries.members(nomination.delegation)
    places_of = sorted(one.position for one in members)
    order = rules.in_order([one.id for one in members], nomination.id, 1 if down else -1)
    by_id = {one.id: one for one in members}
    for id, position in zip(order, places_of, strict=True):
        by_id[id].position = position
    db.session.flush()


def choose_head(nomination: Nomination, head: DelegationCapacity, *, by: Actor) -> None:
    """Make a member the head; who was it takes the other's capacity. Raises QuotaFull, DeadlinePassed and Refused."""
    if not head.is_head:
        raise Refused
    _hold(nomination)
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
    _hold(nomination)
    refusal.refuse_closed(nomination.delegation, by=by)
    if capacity.id != nomination.capacity_id:
        _cast({nomination: capacity}, by=by)


def _cast(cast: dict[Nomination, DelegationCapacity], *, by: Actor) -> None:
    """Give members other capacities, all together: the places in the old ones come back before the new are taken."""
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
    for nomination, capacity in cast.items():
        audit.record(nomination, "come_as", by=by, capacity=capacity.id)
    _note_change(delegation, by=by)


def _refuse_overfull(delegation: Delegation) -> None:
    filled = queries.filled_by(delegation)
    for quota in delegation.quotas:
        if filled.standing.get(quota.capacity_id, 0) > quota.limit:
            raise refusal.QuotaFull(quota.limit, quota.capacity)
