"""The answers to an event's questions, and the files that some of them are."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ranevents.core.db import Instant, Key, Model
from ranevents.core.secrets import EncryptedBytes, EncryptedText
from ranevents.questions.models import Question, QuestionVersion

if TYPE_CHECKING:
    from ranevents.registrations.models import Registration


class Upload(Model):
    """A file that somebody sent in: encrypted, in the database, so that it is backed up and erased with all the rest.

    Until its form is complete it belongs to no registration; the purge takes those that stay so. `reference` names it
    in a form that is sent again.
    """

    __tablename__ = "uploads"

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    """A keyed fingerprint of the secret that the form carries."""
    name: Mapped[str] = mapped_column(EncryptedText)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    """In bytes, before it was encrypted."""
    content: Mapped[bytes] = mapped_column(EncryptedBytes, deferred=True)
    created_at: Mapped[Instant]


class Answer(Model):
    """One answer, to the version of the question that was shown: as a plain value, encrypted, or as a file.

    `value` holds texts, numbers (as plain decimals) and dates (ISO 8601) as texts, a country's code, the key of an
    option, a list of such keys, or true and false. `secret` is the same as JSON, encrypted, where it is special.
    """

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("registration_id", "question_id"),
        CheckConstraint("num_nonnulls(value, secret, upload_id) = 1", name="one_way_or_another"),
    )

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"), index=True)
    value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    # Deferred: special data are only read, and decrypted, where they are really shown.
    secret: Mapped[str | None] = mapped_column(EncryptedText, nullable=True, deferred=True, deferred_group="special")
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), unique=True)
    given_at: Mapped[Instant]

    registration: Mapped["Registration"] = relationship(lazy="raise")
    question: Mapped[Question] = relationship(lazy="raise")
    version: Mapped[QuestionVersion] = relationship(lazy="joined")
    upload: Mapped[Upload | None] = relationship(lazy="joined")
