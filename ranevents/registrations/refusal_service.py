"""What the verbs about registrations refuse, and the locks under which they look."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l

from ranevents.core import clock, places
from ranevents.core.db import db
from ranevents.core.errors import DomainError, Refused
from ranevents.events.models import Event
from ranevents.registrations import queries
from ranevents.registrations.models import Registration


class RegistrationClosed(DomainError):
    """The event takes no registrations now."""

    message = _l("The event takes no registrations now: it is closed, or has been cancelled. Nobody was registered.")


class SentBefore(DomainError):
    """The same form came a second time, with other content."""

    message = _l(
        "You have sent this form before, and what you changed since is not in that registration. To change it, use "
        "the personal link in the mail we sent you. To send this as one more registration, press the button again."
    )


class RegisteredBefore(DomainError):
    """Somebody of this name and address is registered already."""

    message = _l(
        "Somebody with this name and e-mail address is registered already. The personal link is in the mail that we "
        "sent then; on the event's page you can have it sent again."
    )


class EventOver(DomainError):
    """The event has ended: its books are closed."""

    message = _l("The event is over, so this can no longer be changed.")


class OfferOver(DomainError):
    """The offer's deadline has passed."""

    message = _l("The time for this answer is over: the place is no longer kept for you.")


class NotCompleted(DomainError):
    """Somebody else named the person, who has not filled in the form yet."""

    message = _l("Please fill in the form first: it asks for what only you can say.")


_COLUMNS_OF_EVENT = list(Event.__mapper__.column_attrs.keys())


def lock_event(event: Event) -> None:
    """Nobody else gives, takes or ranks at this event until the transaction ends; what it says is read afresh."""
    db.session.flush()
    places.lock([event.pool])
    db.session.refresh(event, _COLUMNS_OF_EVENT)


def hold(event: Event, registrations: Iterable[Registration]) -> queries.Line:
    """Lock an event for many of its registrations, and read them afresh; what is given back tells who waits."""
    lock_event(event)
    queries.read_afresh(registrations)
    return queries.Line(event, queries.number_waiting(event))


def lock(registration: Registration) -> None:
    """Nobody else moves this registration, or any of its event, until the transaction ends."""
    lock_event(registration.event)
    db.session.refresh(registration, ["state", "rank", "offered_until", "link_version", "sequence", "erased_at"])


def lock_known(registration: Registration) -> None:
    """The same, to decide about a person. Raises Refused for one who was erased: there is nobody any more."""
    lock(registration)
    refuse_erased(registration)


def refuse_erased(registration: Registration) -> None:
    """Raise Refused where there is nobody any more."""
    if registration.erased_at:
        raise Refused


def refuse_after(event: Event) -> None:
    """Raise EventOver once the event has ended."""
    if clock.now() >= event.ends_at:
        raise EventOver


def deadline(registration: Registration) -> datetime:
    """Until when the place is kept for the answer."""
    return registration.offered_until or clock.now()
