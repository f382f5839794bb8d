"""Guests, invitations, reminders, and substitutes whom invited people propose."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ranevents.core import errors
from ranevents.core.db import Instant, Key, Line, Model
from ranevents.core.tokens import Link
from ranevents.events.models import Capacity, Event
from ranevents.invitations.states import LIFE, SUBSTITUTE_LIFE, InvitationState, SubstituteState
from ranevents.people.models import Person
from ranevents.registrations.models import Registration

LINK_PURPOSE = "invitation"


class GuestOrigin(StrEnum):
    """How a person came to an event's guest list."""

    ENTERED = "entered"
    IMPORTED = "imported"
    SUBSTITUTE = "substitute"
    EARLIER_EVENT = "earlier_event"
    DELEGATION = "delegation"

    @property
    def label(self) -> str:
        """The origin as a reader sees it."""
        return str(_ORIGINS[self])


_ORIGINS = {
    GuestOrigin.ENTERED: _l("Entered by hand"),
    GuestOrigin.IMPORTED: _l("From a spreadsheet"),
    GuestOrigin.SUBSTITUTE: _l("Proposed as a substitute"),
    GuestOrigin.EARLIER_EVENT: _l("From an earlier event"),
    GuestOrigin.DELEGATION: _l("Focal point, or named for a delegation"),
}


class Guest(Model):
    """A person on an event's guest list: known to the event's team, and may be invited. It promises nothing.

    Whoever is on the guest list of an event, invited to it or registered for it is in the directory of its team, and of
    nobody else's. `submission_id` came with the form by which they were entered: the same form again finds them.
    """

    __tablename__ = "guests"
    __table_args__ = (UniqueConstraint("event_id", "person_id"),)

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    origin: Mapped[GuestOrigin]
    added_at: Mapped[Instant]
    submission_id: Mapped[str | None] = mapped_column(String(64), unique=True)

    event: Mapped[Event] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")


class Invitation(Model):
    """One person asked to one event in one capacity.

    `answer_by` is the last instant at which the link takes an answer. `send_at`: a draft that goes out by itself then.
    `note` is the organiser's personal note. `reason` says why it was declined, in the person's words. `link_version`
    makes older links void. `registration` is the one that came of it. `bounced_at`: its mail came back.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index(
            "uq_invitations_standing_person",
            "event_id",
            "person_id",
            unique=True,
            postgresql_where="state <> 'revoked'",
        ),
        UniqueConstraint("reference"),
        UniqueConstraint("registration_id"),
        Index("ix_invitations_event_state", "event_id", "state", "id"),
        Index("ix_invitations_due", "send_at", postgresql_where="state = 'draft' AND send_at IS NOT NULL"),
        Index("ix_invitations_running", "answer_by", postgresql_where="state = 'sent'"),
        CheckConstraint("(state = 'accepted') = (registration_id IS NOT NULL)", name="who_accepts_is_registered"),
    )
    life: ClassVar = LIFE

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    reference: Mapped[str] = mapped_column(String(12))
    link_version: Mapped[int] = mapped_column(default=1)
    capacity: Mapped[Capacity]
    state: Mapped[InvitationState]
    answer_by: Mapped[Instant]
    send_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    note: Mapped[str] = mapped_column(Text, default="")
    allows_substitute: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    bounced_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str] = mapped_column(Text, default="")
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When all that is personal in it went: the row stays, so that the figures stay right."""

    event: Mapped[Event] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")
    registration: Mapped[Registration | None] = relationship()

    @property
    def is_silent(self) -> bool:
        """Whether the person has it and has said nothing: nobody is reminded whom no mail reaches."""
        return self.state is InvitationState.SENT and self.bounced_at is None and self.erased_at is None

    @property
    def may_be_answered(self) -> bool:
        """Whether the answer is still awaited, whatever the hour."""
        return self.state is InvitationState.SENT and self.erased_at is None

    @property
    def link(self) -> Link:
        """What its personal link says."""
        return Link(LINK_PURPOSE, self.reference, self.link_version)


class ReminderRule(Model):
    """So many days before the answer-by date, everybody who has not answered is reminded, once."""

    __tablename__ = "reminder_rules"
    __table_args__ = (
        UniqueConstraint("event_id", "days_before"),
        CheckConstraint("days_before BETWEEN 1 AND 60", name="days_before"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    days_before: Mapped[int]
    created_at: Mapped[Instant]

    event: Mapped[Event] = relationship(lazy="joined")


class Reminder(Model):
    """A reminder that was sent. `occasion` names the reason, once and for all: `rule:3:2026-12-01:1` or `hand:…`.

    By rule: the rule's days, the date, and the version of the link that was reminded of.
    """

    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("invitation_id", "occasion"),)

    id: Mapped[Key]
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"))
    occasion: Mapped[str] = mapped_column(String(80))
    sent_at: Mapped[Instant]


class Substitute(Model):
    """Somebody whom an invited person proposes in their own place: nobody, until an organiser approves.

    Approved, `person` is a new one with an invitation of their own; the proposing one's is declined.
    """

    __tablename__ = "substitutes"
    __table_args__ = (
        Index(
            "uq_substitutes_open",
            "invitation_id",
            unique=True,
            postgresql_where="state = 'proposed'",
        ),
    )
    life: ClassVar = SUBSTITUTE_LIFE

    id: Mapped[Key]
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"), index=True)
    state: Mapped[SubstituteState]
    given_name: Mapped[Line]
    family_name: Mapped[Line]
    email: Mapped[str] = mapped_column(String(320))
    organisation: Mapped[Line]
    position: Mapped[Line]
    proposed_at: Mapped[Instant]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)

    invitation: Mapped[Invitation] = relationship(lazy="joined")

    @property
    def event_id(self) -> int:
        """The event that it is about."""
        return self.invitation.event_id

    @property
    def full_name(self) -> str:
        """The name as it was proposed."""
        return f"{self.given_name} {self.family_name}".strip()


errors.constraint("uq_guests_submission_id", errors.NotUnique)
errors.constraint(
    "uq_invitations_standing_person",
    lambda: errors.NotUnique(str(_l("This person has been invited to the event already."))),
)
errors.constraint(
    "uq_substitutes_open",
    lambda: errors.NotUnique(str(_l("You have proposed somebody already: the organiser decides about that first."))),
)
