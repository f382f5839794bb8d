"""What pages, mails and other rooms read of events."""

from sqlalchemy import select

from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.events.states import EventState


def by_slug(slug: str) -> Event | None:
    """The event of that address, in whatever state."""
    return db.session.scalar(select(Event).where(Event.slug == slug))


def is_public(event: Event) -> bool:
    """Whether everybody may know of the event: it was published once."""
    return event.state is not EventState.DRAFT and event.published_at is not None
