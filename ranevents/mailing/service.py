"""What may be done with messages: send one again, keep it from going out, forget what it said and to whom."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, delete, select, update

from ranevents.core import audit, clock, links
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import Refused, constraint
from ranevents.core.states import take
from ranevents.mailing import queries, wordings
from ranevents.mailing.models import Attachment, Delivery, Message
from ranevents.mailing.outbox import ask_for_delivery, new_message_id
from ranevents.mailing.states import ENDED, MessageState, MessageStep

AGAIN = ":again:"
COPIED = (
    "mail", "event_id", "person_id", "user_id", "queue", "to_name", "to_address", "search_words", "reply_to",
    "language", "subject", "text", "html", "calendar", "calendar_method", "links", "has_attachments",
)  # fmt: skip

WORDS: dict[str, Any] = {
    "to_name": "", "to_address": "", "search_words": "", "subject": "", "text": "", "html": "", "calendar": None,
    "links": {}, "last_error": "",
}  # fmt: skip
"""What a message says, to whom, and what may quote either; and what is left of it once that is forgotten."""

constraint("uq_messages_key", Refused)


def text_of(message: Message) -> str:
    """What it says, for its recipient to keep; the personal links are left out."""
    return wordings.without_links(message.text)


class LinkIsOver(Refused):
    """A link in the message opens nothing any more: its address may not be the person's any more either."""

    message = _l(
        "This mail can't be sent again: a personal link in it is no longer good. It is over, or was replaced by a newer"
        " one, as when the address was changed."
    )


class FileIsGone(Refused):
    """A file that went with the message was kept for a shorter time than its words."""

    message = _l("This mail can't be sent again: the file that went with it is no longer kept.")


def obstacle(message: Message) -> Refused | None:
    """What keeps a message from being sent again; None where nothing does."""
    if not message.can_be_sent_again:
        return Refused()
    if any(file.content is None for file in queries.attachments(message)):
        return FileIsGone()
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
    if message.is_last:
        forget([message])


def forget_all_to(person_id: int, *, about_event_id: int) -> None:
    """Forget what a person was sent about an event: what still waits is not sent, all rows stay and are counted.

    A mail that is with the relay in this moment arrives all the same. One that is the last to the person goes its way.
    """
    theirs = select(Message).where(Message.event_id == about_event_id, Message.person_id == person_id)
    known = theirs.where(Message.erased_at.is_(None), ~Message.is_last).order_by(Message.id)
    messages = _locked(known)
    for message in messages:
        if message.can_be_cancelled:
            take(message, MessageStep.CANCEL, by=audit.SYSTEM)
    forget(messages)


def forget_ended(ids: Iterable[int]) -> int:
    """Forget the words of these messages, of those that are no longer on their way; how many they were."""
    found = select(Message).where(Message.id.in_(ids), Message.erased_at.is_(None), Message.state.in_(ENDED))
    messages = _locked(found.order_by(Message.id))
    forget(messages)
    return len(messages)


def _locked(query: Select[Message]) -> Sequence[Message]:
    """The messages as they stand now: no worker takes them up, or notes an outcome, until the transaction ends."""
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def forget(messages: Iterable[Message]) -> None:
    """Forget the words of messages, and what the relay said of them: it quotes addresses."""
    messages = list(messages)
    for message in messages:
        message.erased_at = clock.now()
        for name, nothing in WORDS.items():
            setattr(message, name, nothing)
    ids = [message.id for message in messages]
    db.session.execute(update(Delivery).where(Delivery.message_id.in_(ids)).values(answer=""))
    with_files = [message.id for message in messages if message.has_attachments]
    if with_files:
        db.session.execute(delete(Attachment).where(Attachment.message_id.in_(with_files)))


def forget_files(person_ids: Iterable[int], *, about_event_id: int) -> None:
    """Forget the files that went with mails about an event to these people; the mails' words stay."""
    theirs = select(Message.id).where(
        Message.event_id == about_event_id, Message.person_id.in_(person_ids), Message.has_attachments
    )
    db.session.execute(update(Attachment).where(Attachment.message_id.in_(theirs)).values(content=None))


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
    for file in queries.attachments(message):
        kept = {"name": file.name, "media_type": file.media_type, "content": file.content}
        db.session.add(Attachment(message_id=copy.id, **kept))
    return copy
