"""What an organiser may do with a message: send it again, or keep it from going out."""

from sqlalchemy import func, select

from ranevents.core import audit, clock
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import Refused, constraint
from ranevents.core.states import take
from ranevents.mailing.models import Message
from ranevents.mailing.outbox import ask_for_delivery, new_message_id
from ranevents.mailing.states import MessageState, MessageStep

AGAIN = ":again:"
COPIED = (
    "mail", "event_id", "person_id", "user_id", "queue", "to_name", "to_address", "search_words", "reply_to",
    "language", "subject", "text", "html", "calendar", "calendar_method", "links",
)  # fmt: skip

constraint("uq_messages_key", Refused)


def send_again(message: Message, *, by: Actor) -> Message:
    """Send a message once more: a failed one is tried anew, of one that went out a copy is sent; that one is returned.

    Raises Refused for a message that is still on its way, or was cancelled.
    """
    db.session.refresh(message, with_for_update=True)
    again = _copy(message) if message.has_gone_out else _retried(message, by=by)
    ask_for_delivery(again.queue)
    audit.record(message, "send_again", by=by, message=again.id)
    return again


def cancel(message: Message, *, by: Actor) -> None:
    """Keep a queued message from going out. Raises Refused when it is too late."""
    db.session.refresh(message, with_for_update=True)
    take(message, MessageStep.CANCEL, by=by)
    audit.record(message, MessageStep.CANCEL, by=by)


def _retried(message: Message, *, by: Actor) -> Message:
    message.attempts = message.held_up = 0
    message.tried_since = None
    message.next_attempt_at = clock.now()
    take(message, MessageStep.RETRY, by=by)
    return message


def _copy(message: Message) -> Message:
    """A message of its own: a Message-ID names one mail, and receivers drop what they have seen."""
    root = message.key.partition(AGAIN)[0]
    sent_before = select(func.count()).where(Message.key.startswith(root + AGAIN, autoescape=True))
    at = clock.now()
    copy = Message(
        **{name: getattr(message, name) for name in COPIED},
        key=f"{root}{AGAIN}{(db.session.scalar(sent_before) or 0) + 1}",
        message_id=new_message_id(),
        state=MessageState.QUEUED,
        attempts=0,
        created_at=at,
        next_attempt_at=at,
        last_error="",
    )
    db.session.add(copy)
    db.session.flush()
    return copy
