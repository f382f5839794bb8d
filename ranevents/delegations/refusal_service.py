"""What the verbs about delegations refuse, and the locks under which they look."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ranevents.core import audit, clock, places
from ranevents.core.audit import Actor, ActorKind
from ranevents.core.db import db
from ranevents.core.errors import DomainError, Refused
from ranevents.delegations import queries, rules
from ranevents.delegations.models import Delegation, DelegationCapacity
from ranevents.delegations.states import DelegationState
from ranevents.events.states import EventState

FOCAL_POINT = audit.PERSON
"""Who acts by a focal point's link. The trail names no one."""


class DeadlinePassed(DomainError):
    """The focal points may no longer change the delegation by themselves."""

    message = _l(
        "The deadline for this delegation has passed, so nothing was changed. You can still ask the organiser for a "
        "change."
    )


class NotNaming(DomainError):
    """The event takes nobody now."""

    message = _l("Nobody can be named for this event now: it is not published, has ended, or has been cancelled.")


class QuotaFull(DomainError):
    """Every place of the delegation, or of this capacity, is taken."""

    field = "capacity"

    def __init__(self, limit: int, capacity: DelegationCapacity | None) -> None:
        told = {"limit": limit, "capacity": capacity.label if capacity else ""}
        words = (
            _("All places of this delegation for “%(capacity)s” are taken: %(limit)s.", **told)
            if capacity
            else _("All places of this delegation are taken: %(limit)s.", **told)
        )
        super().__init__(words)


class NamedBefore(DomainError):
    """The delegation has this person already."""

    message = _l("This person is in your delegation already, or waits for a place in it.")
    field = "given_name"


class TooSmall(DomainError):
    """A quota would be smaller than what stands."""

    field = "limit"

    def __init__(self, standing: int) -> None:
        super().__init__(
            _(
                "The delegation has %(number)s members now. Please withdraw some first, or choose a larger number.",
                number=standing,
            )
        )


class NoSuchDate(DomainError):
    """The delegation can't be open until then."""

    message = _l("Please choose a moment in the future, before the event ends.")
    field = "until"


class ChangedMeanwhile(DomainError):
    """Somebody else has changed the same thing since the page was shown."""

    message = _l("Somebody else has changed this in the meantime. Please look at how it stands now, then try again.")


_COLUMNS = list(Delegation.__mapper__.column_attrs.keys())


def lock(delegation: Delegation) -> None:
    """Nobody else changes this delegation, or gives or takes at its event, until the transaction ends.

    The event's pool comes first, as everywhere; whoever holds it changes the delegations of the event alone.
    """
    db.session.flush()
    places.lock([delegation.event.pool])
    places.lock([delegation.event.pool, delegation.pool, *(quota.pool for quota in delegation.quotas)])
    db.session.refresh(delegation, [*_COLUMNS, "quotas"])


def refuse_version(delegation: Delegation, version: int | None) -> None:
    """Raise ChangedMeanwhile where what is said about the delegation is newer than what was shown."""
    if version is not None and version != delegation.version:
        raise ChangedMeanwhile


def refuse_date(delegation: Delegation, until: datetime) -> None:
    """Raise NoSuchDate unless the delegation may be composed until then."""
    if not clock.now() < until <= delegation.event.ends_at:
        raise NoSuchDate


def refuse_closed(delegation: Delegation, *, by: Actor) -> None:
    """Raise NotNaming, Refused or DeadlinePassed where it can't be changed now; no deadline binds organisers."""
    _refuse_over(delegation)
    if by.kind is ActorKind.PERSON and not delegation.is_open(clock.now()):
        raise DeadlinePassed


def refuse_late_substitute(delegation: Delegation, *, by: Actor) -> None:
    """The same for a replacement, which the event may allow until it ends."""
    settings = queries.rules_of(delegation.event)
    if settings is not None and settings.replaces_late:
        _refuse_over(delegation)
    else:
        refuse_closed(delegation, by=by)


def _refuse_over(delegation: Delegation) -> None:
    event = delegation.event
    if event.state is not EventState.PUBLISHED or clock.now() >= event.ends_at:
        raise NotNaming
    if delegation.state is DelegationState.WITHDRAWN:
        raise Refused


def refuse_full(delegation: Delegation, capacity: DelegationCapacity) -> None:
    """Raise QuotaFull where one more member would be one too many; the delegation is locked."""
    filled, quota = queries.filled_by(delegation), delegation.quota_of(capacity)
    if rules.is_full(filled.total, delegation.limit):
        raise QuotaFull(delegation.limit, None)
    if quota is not None and rules.is_full(filled.standing.get(capacity.id, 0), quota.limit):
        raise QuotaFull(quota.limit, capacity)
