"""What an organiser may do with a message: send it again, or keep it from going out."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from ranevents.core import audit, clock, links
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


class LinkIsOver(Refused):
    """A link in the message opens nothing any more: its address may not be the person's any more either."""

    message = _l(
        "This mail can't be sent again: a personal link in it is no longer good. It is over, or was replaced by a newer"
        " one, as when the address was changed."
    )


def obstacle(message: Message) -> Refused | None:
    """What keeps a message from being sent again; None where nothing does."""
    if not message.can_be_sent_again:
        return Refused()
    at = clock.now()
    return None if all(links.opens(link, at=at) for link in message.personal_links) else LinkIsOver()


def send_again(message: Message, *, once: str, by: Actor) -> Message:
    """Send a message once more: a failed one is tried anew, of one that went out a copy is sent; that one is returned.

    `once` comes with the button: pressed twice, it makes one copy. Raises Refused for a message that is still on its
    way, or was cancelled; LinkIsOver.
    """
    db.session.refresh(message, with_for_update=True)
    refusal = obstacle(message)
    if refusal is not None:
        raise refusal
    key = f"{message.key.partition(AGAIN)[0]}{AGAIN}{once}"
    existing = db.session.scalar(select(Message).where(Message.key == key))
    if existing is not None:
        return existing
    again = _copy(message, key) if message.has_gone_out else _retried(message, by=by)
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


def _copy(message: Message, key: str) -> Message:
    """A message of its own: a Message-ID names one mail, and receivers drop what they have seen."""
    at = clock.now()
    copy = Message(
        **{name: getattr(message, name) for name in COPIED},
        key=key,
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
