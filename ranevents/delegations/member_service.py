"""The verbs about a delegation's members: named, wished for, corrected, replaced, withdrawn, moved.

Each locks the event's pool first, then the delegation; so quotas are never exceeded, whoever names at once.
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from ranevents.core import clock, tokens
from ranevents.core.audit import Actor, ActorKind
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
    field = "capacity"


class NotReplaced(DomainError):
    """This person can't take the place just so; why is nobody's business but the organiser's."""

    message = _l(
        "Nothing was changed: the organiser has to look at this first. Please leave them a message with whom you would "
        "like to name."
    )


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
    made. Raises QuotaFull, OneHead, NamedBefore, DeadlinePassed, NotNaming and Refused.
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
        _refuse_second_head(delegation, named.capacity)
        _queue(nomination, named.particulars, by=by)
    else:
        _register(nomination, named.particulars, by=by)
    note_change(delegation, by=by)
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
    _become_member(nomination, registration, NominationStep.NAME, by=by)


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


def _become_member(nomination: Nomination, registration: Registration, step: NominationStep, *, by: Actor) -> None:
    # A row may say named only together with its registration: the two are written in one statement.
    with db.session.no_autoflush:
        nomination.registration = registration
        take(nomination, step, by=by)


def _refuse_second_head(delegation: Delegation, capacity: DelegationCapacity) -> None:
    if capacity.is_head and any(one.capacity_id == capacity.id for one in queries.members(delegation)):
        raise OneHead


def _queue(nomination: Nomination, particulars: Particulars, *, by: Actor) -> None:
    nomination.person = people.enter(particulars)
    inviting.add_guest(nomination.event, nomination.person, GuestOrigin.DELEGATION)
    take(nomination, NominationStep.QUEUE, by=by)


def note_change(delegation: Delegation, *, by: Actor) -> None:
    """Members have changed; with the first of them the delegation is being composed."""
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
    """Name somebody who waits, now that a place within the quota is free. Raises QuotaFull, DeadlinePassed, Refused.

    Whom somebody else has registered meanwhile waits on for the organiser: a focal point doesn't learn why.
    """
    _hold_wish(nomination)
    if nomination.is_known:
        raise Refused
    refusal.refuse_closed(nomination.delegation, by=by)
    refusal.refuse_full(nomination.delegation, nomination.capacity)
    try:
        _take_up(nomination, NominationStep.NAME, by=by)
    except StillKnown:
        if by.kind is not ActorKind.PERSON:
            raise
        nomination.is_known = True
        db.session.flush()


def _take_up(nomination: Nomination, step: NominationStep, *, by: Actor) -> None:
    person = nomination.person
    particulars = particulars_of(person)
    try:
        registration = _registered(nomination, person, particulars, by=by)
    except named_service.RegisteredBefore:
        raise StillKnown from None
    _become_member(nomination, registration, step, by=by)
    note_change(nomination.delegation, by=by)


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


def hold(nomination: Nomination) -> Registration:
    """Lock the delegation of a member, and read how it stands. Raises Refused for who is a member no longer."""
    refusal.lock(nomination.delegation)
    db.session.refresh(nomination, ["state", "registration_id", "capacity_id", "capacity", "position"])
    if nomination.registration is None:
        raise Refused
    db.session.refresh(nomination.registration)
    if not nomination.registration.state.is_live:
        raise Refused
    return nomination.registration


def digest_of(person: Person) -> str:
    """By which a form that corrects somebody tells whether they have been corrected since it was shown."""
    return tokens.fingerprint(repr(particulars_of(person)))


def correct(nomination: Nomination, particulars: Particulars, *, seen: str | None = None, by: Actor) -> list[str]:
    """Correct who was named, until the person has been here themselves.

    `seen` is the digest of what was shown. Raises ChangedMeanwhile, Refused, DeadlinePassed and NotNaming.
    """
    refusal.lock(nomination.delegation)
    refusal.refuse_closed(nomination.delegation, by=by)
    registration = hold(nomination)
    db.session.refresh(nomination.person)
    if seen is not None and seen != digest_of(nomination.person):
        raise refusal.ChangedMeanwhile
    return named_service.correct(registration, particulars, by=by)


def withdraw(nomination: Nomination, *, by: Actor, reason: str = "") -> None:
    """Take somebody out of the delegation, or out of its waiting list; the place is free for somebody else."""
    if nomination.state is NominationState.WAITING:
        _hold_wish(nomination)
        refusal.refuse_closed(nomination.delegation, by=by)
        take(nomination, NominationStep.WITHDRAW, by=by)
        return
    registration = hold(nomination)
    refusal.refuse_closed(nomination.delegation, by=by)
    registering.cancel(registration, by=by, reason=reason)
    note_change(nomination.delegation, by=by)


def replace(
    nomination: Nomination, particulars: Particulars, *, submission_id: str, by: Actor, reason: str = ""
) -> Nomination:
    """Let somebody else come in a member's place, in one step: capacity and place pass on, what is personal does not.

    Also after the deadline, where the event allows it. The same form again finds what it made. Raises NamedBefore,
    StillKnown (to a focal point NotReplaced), DeadlinePassed, NotNaming and Refused.
    """
    delegation = nomination.delegation
    refusal.lock(delegation)
    known = queries.of_submission(submission_id)
    if known is not None:
        return _same(known, delegation)
    registration = hold(nomination)
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
        raise (NotReplaced if by.kind is ActorKind.PERSON else StillKnown) from None
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
    _become_member(following, successor, NominationStep.NAME, by=by)
    note_change(nomination.delegation, by=by)
