"""What organisers write in place of a mail's standard text."""

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ranevents.core.db import Instant, Key, Model
from ranevents.mailing.text_rules import Words


class OwnText(Model):
    """One version of an event's own words for a mail in a language; the newest holds.

    `is_standard`: from this version on, the standard text again; it has no words of its own.
    """

    __tablename__ = "own_texts"
    __table_args__ = (UniqueConstraint("event_id", "mail", "language", "version"),)

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    mail: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    is_standard: Mapped[bool]
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[Instant]
    author: Mapped[str] = mapped_column(String(200))
    """Who wrote it, as the trail names organisers."""

    @property
    def words(self) -> Words:
        """What it says; nothing for the standard text."""
        return Words(self.subject, self.text)
