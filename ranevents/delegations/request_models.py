"""What passes between the focal points and the organiser: messages, requests, letters of credentials, reminders."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ranevents.core.db import Instant, Key, Line, Model
from ranevents.delegations.models import Delegation, FocalPoint
from ranevents.delegations.states import CREDENTIAL_LIFE, REQUEST_LIFE, CredentialState, RequestState
from ranevents.events.models import Event


class RequestKind(StrEnum):
    """What a focal point writes for."""

    MESSAGE = "message"
    CHANGE = "change"

    @property
    def label(self) -> str:
        """The kind as a reader sees it."""
        return str({RequestKind.MESSAGE: _l("Message"), RequestKind.CHANGE: _l("Change after the deadline")}[self])


class DelegationRequest(Model):
    """What a focal point writes to the organiser: a message, or the wish to change something after the deadline."""

    __tablename__ = "delegation_requests"
    __table_args__ = (
        UniqueConstraint("submission_id"),
        Index("ix_delegation_requests_delegation", "delegation_id", "id"),
    )
    life: ClassVar = REQUEST_LIFE

    id: Mapped[Key]
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id"))
    focal_point_id: Mapped[int] = mapped_column(ForeignKey("focal_points.id"), index=True)
    kind: Mapped[RequestKind]
    state: Mapped[RequestState]
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    submission_id: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[Instant]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    delegation: Mapped[Delegation] = relationship(lazy="joined")
    focal_point: Mapped[FocalPoint] = relationship(lazy="joined")

    @property
    def event_id(self) -> int:
        """The event that it is about."""
        return self.delegation.event_id


class Credential(Model):
    """A signed letter of credentials that a delegation sent in; the newest counts. `content` goes when data go."""

    __tablename__ = "credentials"
    __table_args__ = (Index("ix_credentials_delegation", "delegation_id", "id"),)
    life: ClassVar = CREDENTIAL_LIFE

    id: Mapped[Key]
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id"))
    state: Mapped[CredentialState]
    name: Mapped[Line]
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    received_at: Mapped[Instant]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    delegation: Mapped[Delegation] = relationship(lazy="joined")

    @property
    def event_id(self) -> int:
        """The event that it is about."""
        return self.delegation.event_id


class DelegationReminderRule(Model):
    """So many days before its deadline, each delegation that is not submitted is reminded of it, once."""

    __tablename__ = "delegation_reminder_rules"
    __table_args__ = (
        UniqueConstraint("event_id", "days_before"),
        CheckConstraint("days_before BETWEEN 1 AND 60", name="days_before"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    days_before: Mapped[int]
    created_at: Mapped[Instant]

    event: Mapped[Event] = relationship(lazy="joined")


class DelegationReminder(Model):
    """A reminder that a focal point was sent. `occasion` names the reason, once and for all, as with invitations."""

    __tablename__ = "delegation_reminders"
    __table_args__ = (UniqueConstraint("focal_point_id", "occasion"),)

    id: Mapped[Key]
    focal_point_id: Mapped[int] = mapped_column(ForeignKey("focal_points.id", ondelete="CASCADE"))
    occasion: Mapped[str] = mapped_column(String(80))
    sent_at: Mapped[Instant]
