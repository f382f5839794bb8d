"""Messages and what became of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import DateTime, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ranevents.core.db import Instant, Key, Model
from ranevents.core.secrets import EncryptedBytes
from ranevents.core.states import Life
from ranevents.core.tokens import Link
from ranevents.mailing.states import LIFE, MessageState, MessageStep


class MailQueue(StrEnum):
    """Two queues, so that bulk mail never delays a confirmation."""

    PROMPT = "prompt"
    BULK = "bulk"


class Message(Model):
    """One mail to one person for one reason.

    `key` says the reason and is unique: queueing twice is one mail. `text` and `html` hold placeholders where personal
    links go; `links` says what stands behind each (purpose, record, link version), never a usable token.
    `message_id` is the header's value, fixed for life.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_messages_due", "queue", "next_attempt_at", "id", postgresql_where="state IN ('queued', 'sending')"),
        Index("ix_messages_event", "event_id", "id"),
        Index("ix_messages_person", "person_id", "id"),
    )
    life: ClassVar[Life] = LIFE

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(200))
    mail: Mapped[str] = mapped_column(String(80))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    queue: Mapped[MailQueue]
    to_name: Mapped[str] = mapped_column(String(400))
    to_address: Mapped[str] = mapped_column(String(320))
    search_words: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(500))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    calendar_method: Mapped[str | None] = mapped_column(String(10))
    links: Mapped[dict[str, Any]] = mapped_column(JSONB)
    has_attachments: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether files go with it: few mails have any, so only theirs are looked for."""
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[MessageState]
    attempts: Mapped[int]
    held_up: Mapped[int] = mapped_column(default=0)
    """How often in a row the relay took nothing at all when it was this message's turn: no attempt of its own."""
    tried_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When it was first tried, or first tried anew: its two days count from here."""
    created_at: Mapped[Instant]
    next_attempt_at: Mapped[Instant]
    """For a queued message: not before this; for one being sent: when its lease ends."""
    claim: Mapped[str | None] = mapped_column(String(40))
    """Whose turn it is: only the worker that set it may write down the outcome."""
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_error: Mapped[str] = mapped_column(String(1000))
    is_last: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Its words go as soon as it has gone out or failed: by then we know nobody to whom it could be sent again."""
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When its words went; the row stays, so that mails are counted as before."""

    @property
    def can_be_sent_again(self) -> bool:
        """Whether an organiser may have it sent once more, as far as its own row can tell."""
        has_ended = self.has_gone_out or self.life.allows(self.state, MessageStep.RETRY)
        return has_ended and self.erased_at is None

    @property
    def personal_links(self) -> list[Link]:
        """What its personal links say."""
        return [Link(link["purpose"], link["record"], link["version"]) for link in self.links.values()]

    @property
    def has_gone_out(self) -> bool:
        """Whether the relay took it, whatever came of it afterwards."""
        return self.state in (MessageState.SENT, MessageState.BOUNCED)

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it can still be kept from going out."""
        return self.life.allows(self.state, MessageStep.CANCEL)


class Attachment(Model):
    """A file that goes with a message. `content` is nothing where its time ended before that of the message's words."""

    __tablename__ = "attachments"

    id: Mapped[Key]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes)


class Delivery(Model):
    """One attempt to hand a message to the relay, and what the relay said; or what a report said of it afterwards.

    `report_status`: the status code of a report (RFC 3463), empty where it names none; nothing for an attempt.
    """

    __tablename__ = "deliveries"

    id: Mapped[Key]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    at: Mapped[Instant]
    outcome: Mapped[MessageState]
    code: Mapped[int | None]
    answer: Mapped[str] = mapped_column(String(1000))
    report_status: Mapped[str | None] = mapped_column(String(12))

    @property
    def number(self) -> str:
        """The code that stands before the words, where they do not name it themselves."""
        code = self.report_status or ("" if self.code is None else str(self.code))
        return "" if self.report_status and code in self.answer else code

    @property
    def is_delay(self) -> bool:
        """Whether it only says that the mail is still on its way, behind our relay."""
        return self.report_status is not None and self.outcome is MessageState.SENT


class SendingAllowance(Model):
    """How many mails have been handed to the relay in a minute, by all workers together."""

    __tablename__ = "sending_allowances"

    minute: Mapped[Instant] = mapped_column(primary_key=True)
    used: Mapped[int]
