"""What pages and jobs read of messages: the mail log of an event, of a person, and what is due."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, select
from sqlalchemy.orm import aliased

from ranevents.core import names
from ranevents.core.db import db
from ranevents.core.errors import NotFound
from ranevents.core.paging import Page, page_of
from ranevents.mailing import bounce_rules
from ranevents.mailing.models import Attachment, Delivery, MailQueue, Message
from ranevents.mailing.states import Cause, MessageState

PATIENCE = timedelta(minutes=15)
"""After how long without any attempt the mails that are due have nobody to send them."""
UNDELIVERED = (MessageState.FAILED, MessageState.BOUNCED)


class Event(Protocol):
    """An event, as far as this room knows events."""

    @property
    def id(self) -> Any:
        """Its key."""


def get(event: Event | None, id: int) -> Message:
    """One message of the event, or of none. Raises NotFound, also for those of other events."""
    message = db.session.scalar(_of_event(event).where(Message.id == id))
    if message is None:
        raise NotFound
    return message


def log_of_event(event: Event | None, *, state: MessageState | None, search: str, page: int) -> Page[Message]:
    """One page of the event's mail log, newest first; `search` is a name in any spelling, or part of an address.

    Without an event: of the mails to organisers about their accounts.
    """
    query = _of_event(event).order_by(Message.id.desc())
    if state is not None:
        query = query.where(Message.state == state)
    if search.strip():
        query = query.where(_is_for(search.strip()))
    return page_of(query, page)


def counts_by_state(event: Event | None) -> dict[MessageState, int]:
    """How many messages of the event, or of none, stand in each state; states without any are left out."""
    counted = select(Message.state, func.count()).where(_is_of(event)).group_by(Message.state)
    counts: dict[MessageState, int] = dict(db.session.execute(counted).all())
    return counts


def undelivered(event: Event) -> dict[MessageState, int]:
    """How many mails of the event failed, and how many came back; states without any are left out."""
    counted = select(Message.state, func.count()).where(_is_of(event), Message.state.in_(UNDELIVERED))
    counts: dict[MessageState, int] = dict(db.session.execute(counted.group_by(Message.state)).all())
    return counts


def of_person(event: Event, person_id: int) -> list[Message]:
    """What one person was sent about one event, newest first."""
    query = _of_event(event).where(Message.person_id == person_id)
    return list(db.session.scalars(query.order_by(Message.id.desc())))


def attempts(message: Message) -> list[Delivery]:
    """Each attempt to hand the message over, and what reports said of it afterwards, oldest first."""
    query = select(Delivery).where(Delivery.message_id == message.id)
    return list(db.session.scalars(query.order_by(Delivery.id)))


def cause_of_return(message: Message) -> Cause | None:
    """Why a message came back; None for one that did not."""
    if message.state is not MessageState.BOUNCED:
        return None
    told = select(Delivery.report_status).where(Delivery.message_id == message.id)
    status = db.session.scalar(told.where(Delivery.outcome == MessageState.BOUNCED).limit(1))
    return bounce_rules.cause_of(status or "")


def attachments(message: Message) -> list[Attachment]:
    """The files that go with a message, in their order; nothing is asked where there are none."""
    if not message.has_attachments:
        return []
    query = select(Attachment).where(Attachment.message_id == message.id)
    return list(db.session.scalars(query.order_by(Attachment.id)))


def queues_with_due(at: datetime) -> list[MailQueue]:
    """The queues in which a message is due, or was left by a worker whose lease is over."""
    due = select(Message.queue).where(
        Message.state.in_((MessageState.QUEUED, MessageState.SENDING)), Message.next_attempt_at <= at
    )
    return sorted(db.session.scalars(due.distinct()))


def stuck(at: datetime) -> Iterator[str]:
    """What is wrong with the delivery of mails as a whole, a line each; an empty one when each mail goes its way."""
    since = at - PATIENCE
    other = aliased(Message)
    # While attempts are made, a long queue only waits for the limit per minute.
    is_attempt = (Delivery.message_id == other.id, Delivery.report_status.is_(None))
    is_served = exists().where(*is_attempt, Delivery.at >= since, other.queue == Message.queue)
    left = (
        select(Message.queue, Message.state, func.count(), func.min(Message.next_attempt_at))
        .where(Message.next_attempt_at < since, ~is_served)
        .where(Message.state.in_((MessageState.QUEUED, MessageState.SENDING)))
        .group_by(Message.queue, Message.state)
        .order_by(Message.queue, Message.state)
    )
    for queue, state, count, first in db.session.execute(left):
        told = "are due" if state is MessageState.QUEUED else "were left behind by a worker"
        yield f"mails: {count} {told} in the queue {queue.value}, since {first.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    held_up = select(func.count()).where(Message.state == MessageState.QUEUED, Message.held_up > 0)
    if number := db.session.scalar(held_up):
        yield f"mails: {number} are held up, the mail relay takes none"


def undelivered_count() -> int:
    """How many mails failed or came back, of all events and none."""
    return db.session.scalar(select(func.count()).where(Message.state.in_(UNDELIVERED))) or 0


def last_to_organisers() -> dict[int, Message]:
    """The last mail about their account to each organiser who got any, by the organiser's id."""
    last = select(func.max(Message.id)).where(_is_of(None), Message.user_id.is_not(None)).group_by(Message.user_id)
    found = db.session.scalars(select(Message).where(Message.id.in_(last)))
    return {message.user_id: message for message in found if message.user_id is not None}


def _of_event(event: Event | None) -> Select[Message]:
    return select(Message).where(_is_of(event))


def _is_of(event: Event | None) -> ColumnElement[bool]:
    return Message.event_id == event.id if event else Message.event_id.is_(None)


def _is_for(search: str) -> ColumnElement[bool]:
    is_in_address = Message.to_address.icontains(search, autoescape=True)
    query = names.search_query(search)
    if query is None or "@" in search:
        return is_in_address
    simple: ColumnElement[str] = literal_column("'simple'")
    words = func.to_tsvector(simple, Message.search_words)
    return is_in_address | words.bool_op("@@")(func.to_tsquery(simple, query))
