"""The slot through which every room posts its mails: a row and a job in the transaction of the change itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, SessionTransaction

from ranevents.core import clock, jobs, names, tokens
from ranevents.core.calendar import Method
from ranevents.core.db import db, write
from ranevents.core.tokens import Link
from ranevents.mailing import text_queries, text_rules, wordings
from ranevents.mailing.models import Attachment, MailQueue, Message
from ranevents.mailing.states import MessageState
from ranevents.mailing.text_rules import Own

Editable, event_values = text_rules.Editable, text_rules.event_values
EVENT_PLACEHOLDERS, PERSON_PLACEHOLDERS = text_rules.EVENT_PLACEHOLDERS, text_rules.PERSON_PLACEHOLDERS
"""For mails that organisers may put into their own words."""

Wording = wordings.Wording
"""What a letter says: its subject, and its two bodies."""


@dataclass(frozen=True)
class PersonalLink:
    """A link that only the worker fills in: an address such as '/r/', then a token made from `link`."""

    path: str
    link: Link
    is_for_a_while: bool = False


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a letter: its name as the recipient sees it, without anything personal, and what it is."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """What a room asks the post office to send.

    `mail` names the templates below `templates/mails/`; `key` the reason, once and for all, such as
    `registration:42:confirmed:1`. `links` reach the templates by name, as `links.<name>`. `values` are what
    the placeholders of an organiser's own text stand for. Of one that `is_last` nothing is kept once it has gone out,
    or has failed.
    """

    mail: str
    key: str
    to_name: str
    to_address: str
    language: str
    context: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, PersonalLink] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    queue: MailQueue = MailQueue.PROMPT
    event_id: int | None = None
    person_id: int | None = None
    user_id: int | None = None
    reply_to: str = ""
    calendar: str | None = None
    calendar_method: Method | None = None
    enclosures: tuple[Enclosure, ...] = ()
    is_last: bool = False


_QUEUE = insert(Message.__table__).on_conflict_do_nothing(index_elements=["key"])  # type: ignore[arg-type]


def post(letter: Letter) -> None:
    """Queue a letter: rendered now, sent after the commit, and never if the transaction is rolled back.

    Posting the same key again changes nothing. Who has been erased has no address, and gets none.
    """
    if not letter.to_address:
        return
    marks = _marks(letter)
    wording = _written(letter, marks, _own(letter))
    at = clock.now()
    row = {
        "key": letter.key,
        "mail": letter.mail,
        "event_id": letter.event_id,
        "person_id": letter.person_id,
        "user_id": letter.user_id,
        "queue": letter.queue,
        "to_name": letter.to_name,
        "to_address": letter.to_address,
        "search_words": names.search_words(letter.to_name, letter.to_address),
        "reply_to": letter.reply_to,
        "language": letter.language,
        "subject": wording.subject,
        "text": wording.text,
        "html": wording.html,
        "calendar": letter.calendar,
        "calendar_method": letter.calendar_method,
        "links": {marks[name]: _stored(link) for name, link in letter.links.items()},
        "has_attachments": bool(letter.enclosures),
        "message_id": new_message_id(),
        "state": MessageState.QUEUED,
        "attempts": 0,
        "created_at": at,
        "next_attempt_at": at,
        "last_error": "",
        "is_last": letter.is_last,
    }
    if letter.enclosures:
        _queue_with_files(row, letter.enclosures)
    else:
        write(_QUEUE, row)
    ask_for_delivery(letter.queue)


def as_written(letter: Letter, *, own: Own | None = None, is_standard: bool = False) -> Wording:
    """What the letter will say, its links as marks; nothing is queued.

    With `own` words that are not saved yet; or with the standard text, whatever is saved.
    """
    return _written(letter, _marks(letter), own or (None if is_standard else _own(letter)))


def _own(letter: Letter) -> Own | None:
    """The words that the event's organisers have given this mail, for this recipient."""
    if letter.event_id is None or letter.mail not in text_rules.editable():
        return None
    found = text_queries.in_force(letter.event_id, letter.mail, letter.language)
    return text_rules.filled(found.subject, found.text, letter.values) if found else None


def _queue_with_files(row: dict[str, Any], enclosures: tuple[Enclosure, ...]) -> None:
    """At once, so that the files know whose they are; they were kept with the row that has the key already."""
    id = db.session.scalar(_QUEUE.returning(Message.id), row)
    if id is not None:
        db.session.add_all(
            Attachment(message_id=id, name=one.name, media_type=one.media_type, content=one.content)
            for one in enclosures
        )
        db.session.flush()


def _marks(letter: Letter) -> dict[str, str]:
    return {name: wordings.mark(tokens.reference(12)) for name in letter.links}


def _written(letter: Letter, marks: Mapping[str, str], own: Own | None) -> Wording:
    return wordings.render(letter.mail, letter.language, {**letter.context, "links": marks}, own)


def new_message_id() -> str:
    """A Message-ID header (RFC 5322) that stays with a message for life."""
    return f"<{tokens.uid()}@{urlsplit(current_app.config['BASE_URL']).hostname}>"


def ask_for_delivery(queue: MailQueue) -> None:
    """Have one delivery job deferred when this transaction commits, however many letters it posts."""
    db.session.info.setdefault("deliver", set()).add(queue)


def _stored(link: PersonalLink) -> dict[str, Any]:
    return {
        "path": link.path,
        "purpose": link.link.purpose,
        "record": link.link.record,
        "version": link.link.version,
        "for_a_while": link.is_for_a_while,
    }


@event.listens_for(Session, "before_commit")
def _defer_delivery(session: Session) -> None:
    from ranevents.mailing.jobs import TASKS

    for queue in sorted(session.info.pop("deliver", ())):
        jobs.defer(TASKS[queue])


@event.listens_for(Session, "after_soft_rollback")
def _forget_delivery(session: Session, undone: SessionTransaction) -> None:
    if not undone.nested:
        session.info.pop("deliver", None)
