"""Wishes to be forgotten, how long what was kept before, and what the purge has done."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import DateTime, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ranevents.core import errors
from ranevents.core.db import Instant, Key, Model
from ranevents.core.secrets import EncryptedText
from ranevents.events.models import Event
from ranevents.privacy.rules import DataKind
from ranevents.privacy.states import LIFE, ErasureState
from ranevents.registrations.models import Registration


class Erasure(Model):
    """One person's wish that an event forgets them, and what came of it.

    `reason` is the person's and may say anything, so it is encrypted; `answer` says why it was declined. Both go with
    the rest when the registration is erased.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        Index(
            "uq_erasures_open",
            "registration_id",
            unique=True,
            postgresql_where="state = 'requested'",
        ),
    )
    life: ClassVar = LIFE

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), index=True)
    state: Mapped[ErasureState]
    reason: Mapped[str] = mapped_column(EncryptedText, nullable=True, deferred=True, deferred_group="special")
    answer: Mapped[str] = mapped_column(String(1000))
    asked_at: Mapped[Instant]
    answer_by: Mapped[date]
    """The last day for an answer (GDPR, Article 12(3))."""
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    registration: Mapped[Registration] = relationship(lazy="select")

    @property
    def is_open(self) -> bool:
        """Whether it still awaits an answer."""
        return self.state is ErasureState.REQUESTED


class PastSchedule(Model):
    """How many days after the event each kind was kept until its owner said otherwise: who registered before that was
    promised so. What holds now stands with the event.
    """

    __tablename__ = "past_schedules"
    __table_args__ = (Index("ix_past_schedules_event", "event_id", "id"),)

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    ended_at: Mapped[Instant]
    special_kept_days: Mapped[int]
    ended_kept_days: Mapped[int]
    mails_kept_days: Mapped[int]
    particulars_kept_days: Mapped[int]


class Purge(Model):
    """How many records of a kind went in one run of the purge; of an event, or of none."""

    __tablename__ = "purges"
    __table_args__ = (Index("ix_purges_event", "event_id", "id"),)

    id: Mapped[Key]
    run: Mapped[str] = mapped_column(String(40))
    at: Mapped[Instant]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    kind: Mapped[DataKind]
    count: Mapped[int]

    event: Mapped[Event | None] = relationship(lazy="raise")


errors.constraint("uq_erasures_open", errors.Refused)
