"""Letters that are signed by hand: each is a PDF, made once."""

from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ranevents.core.db import Instant, Key, Line, Model
from ranevents.core.secrets import EncryptedBytes
from ranevents.events.models import Event
from ranevents.invitations.letter_rules import REFERENCE_LENGTH, printed
from ranevents.people.models import Person


class LetterKind(StrEnum):
    """What a letter is for."""

    INVITATION = "invitation"
    VISA = "visa"

    @property
    def label(self) -> str:
        """The kind as a reader sees it."""
        return str(_KINDS[self])


_KINDS = {
    LetterKind.INVITATION: _l("Letter of invitation"),
    LetterKind.VISA: _l("Letter of invitation for a visa"),
}


class OfficialLetter(Model):
    """A letter to one person about one event, to be signed. Its reference can be checked by anybody who holds it.

    What was typed for it alone, such as the number of a passport, stands in the PDF and nowhere else. `content` is that
    PDF, and goes with the event's special data; the row stays, so that the reference still answers. Who signs, and
    where, is kept to be offered for the next letter.
    """

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("submission_id"),
        Index("ix_letters_event", "event_id", "id"),
        CheckConstraint("(content IS NULL) = (forgotten_at IS NOT NULL)", name="is_kept_or_forgotten"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    reference: Mapped[str] = mapped_column(String(REFERENCE_LENGTH))
    submission_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[LetterKind]
    language: Mapped[str] = mapped_column(String(10))
    place: Mapped[Line]
    signatory: Mapped[Line]
    function: Mapped[Line]
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes, deferred=True)
    issued_at: Mapped[Instant]
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When its mail was written."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    forgotten_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the PDF went."""

    event: Mapped[Event] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def printed_reference(self) -> str:
        """The reference as it stands on paper."""
        return printed(self.reference)

    @property
    def is_kept(self) -> bool:
        """Whether there is still a PDF."""
        return self.forgotten_at is None

    @property
    def may_be_taken(self) -> bool:
        """Whether the person may take it behind their link: it was sent to them and still holds."""
        return self.is_kept and self.sent_at is not None and self.withdrawn_at is None

    @property
    def can_be_sent(self) -> bool:
        """Whether it may go out by mail: once, the mail log sends it again."""
        return self.is_kept and self.sent_at is None and self.withdrawn_at is None
