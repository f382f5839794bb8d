"""Registrations, the consents given with them, and mails to many of them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ranevents.core import errors
from ranevents.core.db import Instant, Key, Line, Model
from ranevents.core.places import Pool
from ranevents.core.secrets import EncryptedText
from ranevents.core.tokens import Link
from ranevents.events.models import Capacity, Event
from ranevents.people.models import Person
from ranevents.registrations.answer_models import Answer, Upload
from ranevents.registrations.states import LIFE, RegistrationState
from ranevents.registrations.together_rules import WRITTEN_AT_ONCE

__all__ = [
    "LINK_PURPOSE",
    "Answer",
    "Circular",
    "Consent",
    "ConsentKind",
    "Registration",
    "RegistrationCount",
    "Upload",
]

LINK_PURPOSE = "registration"


class Registration(Model):
    """One person's place, or wish for one, at one event.

    `reference` is its public name. `capacity` says as what the person comes. `rank` is its number in the queue while
    it waits (and after). Who comes with a delegation takes from its pools, too. `awaits_person`: somebody else named
    the person, who has not filled in the form yet. `replaces_id` is the registration whose place was passed on. `uid`
    and `sequence` belong to its calendar entry. `submission_id` comes with the form: the same form sent twice is one
    registration, and `submission_digest` tells whether it was really the same. Diet and access needs are special data,
    encrypted. From `name_key` to `side` stands what lists are sorted and filtered by: copies of what the person says,
    made by the database whenever that changes, and by nobody else.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        UniqueConstraint("submission_id"),
        UniqueConstraint("reference"),
        UniqueConstraint("event_id", "rank"),
        UniqueConstraint("replaces_id"),
        Index(
            "uq_registrations_live_person",
            "event_id",
            "person_id",
            unique=True,
            postgresql_where="state IN ('pending', 'confirmed', 'waitlisted', 'offered')",
        ),
        Index("ix_registrations_event_state", "event_id", "state", "rank"),
        Index("ix_registrations_event_name", "event_id", "name_key", "id"),
        Index("ix_registrations_event_own_name", "event_id", "own_name_key", "id"),
        Index("ix_registrations_event_registered", "event_id", "registered_at", "id"),
        CheckConstraint("(state = 'offered') = (offered_until IS NOT NULL)", name="an_offer_has_a_deadline"),
        CheckConstraint("state <> 'waitlisted' OR rank IS NOT NULL", name="who_waits_has_a_rank"),
    )
    life: ClassVar = LIFE

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    reference: Mapped[str] = mapped_column(String(12))
    link_version: Mapped[int]
    submission_id: Mapped[str] = mapped_column(String(64))
    submission_digest: Mapped[str] = mapped_column(String(64))
    capacity: Mapped[Capacity] = mapped_column(default=Capacity.PARTICIPANT, server_default=Capacity.PARTICIPANT.value)
    state: Mapped[RegistrationState]
    rank: Mapped[int | None]
    offered_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    delegation_pool_id: Mapped[int | None] = mapped_column(ForeignKey("pools.id"), index=True)
    capacity_pool_id: Mapped[int | None] = mapped_column(ForeignKey("pools.id"), index=True)
    awaits_person: Mapped[bool] = mapped_column(default=False, server_default="false")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"))
    uid: Mapped[str] = mapped_column(String(300))
    sequence: Mapped[int]
    # Deferred: special data are only read, and decrypted, where they are really shown.
    diet: Mapped[str] = mapped_column(EncryptedText, nullable=True, deferred=True, deferred_group="special")
    access_needs: Mapped[str] = mapped_column(EncryptedText, nullable=True, deferred=True, deferred_group="special")
    is_on_shared_list: Mapped[bool]
    allows_photographs: Mapped[bool]
    registered_at: Mapped[Instant]
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When all that is personal in it went: the row stays, so that the books stay right."""
    name_key: Mapped[str] = mapped_column(String(250, collation="C"), server_default="")
    own_name_key: Mapped[str] = mapped_column(String(250, collation="C"), server_default="")
    organisation_key: Mapped[str] = mapped_column(String(200, collation="C"), server_default="")
    country: Mapped[str] = mapped_column(String(2), server_default="")
    sector: Mapped[str] = mapped_column(String(20), server_default="")
    side: Mapped[str] = mapped_column(String(20), server_default="")

    event: Mapped[Event] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")
    delegation_pool: Mapped[Pool | None] = relationship(foreign_keys=[delegation_pool_id])
    capacity_pool: Mapped[Pool | None] = relationship(foreign_keys=[capacity_pool_id])
    replaces: Mapped["Registration | None"] = relationship(remote_side="Registration.id")

    @property
    def pools(self) -> list[Pool]:
        """The pools that its place is taken from: from all of them or from none."""
        return [self.event.pool, *filter(None, (self.delegation_pool, self.capacity_pool))]

    def may_be_changed(self, at: datetime) -> bool:
        """Whether what was sent in may still be corrected at a moment."""
        return self.state.is_live and self.erased_at is None and at < self.event.ends_at

    @property
    def link(self) -> Link:
        """What its personal link says."""
        return Link(LINK_PURPOSE, self.reference, self.link_version)


class ConsentKind(StrEnum):
    """What people are asked to agree to."""

    PRIVACY_NOTICE = "privacy_notice"
    SHARED_LIST = "shared_list"
    PHOTOGRAPHS = "photographs"
    SPECIAL_DATA = "special_data"

    @property
    def label(self) -> str:
        """What was asked, as a reader sees it."""
        return str(_CONSENTS[self])


_CONSENTS = {
    ConsentKind.PRIVACY_NOTICE: _l("Privacy notice read"),
    ConsentKind.SHARED_LIST: _l("On the list that participants share"),
    ConsentKind.PHOTOGRAPHS: _l("Photographs may be published"),
    ConsentKind.SPECIAL_DATA: _l("Diet, accessibility and other special answers are kept"),
}


class Consent(Model):
    """One consent given, refused or withdrawn: rows are only added, the newest of a kind holds."""

    __tablename__ = "consents"

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ConsentKind]
    is_given: Mapped[bool]
    notice_version: Mapped[int]
    at: Mapped[Instant]


class RegistrationCount(Model):
    """How many registrations of an event stand in a state: counted by the database with every change."""

    __tablename__ = "registration_counts"
    __table_args__ = (CheckConstraint("number >= 0", name="number"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int]


class Circular(Model):
    """A mail that an organiser wrote to many: what it said, who sent it, when, and to how many.

    `submission_id` came with the form: pressed twice, it is one mail to each.
    """

    __tablename__ = "circulars"

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    submission_id: Mapped[str] = mapped_column(String(64), unique=True)
    subject: Mapped[Line]
    text: Mapped[str] = mapped_column(Text)
    sent_by: Mapped[Line]
    sent_at: Mapped[Instant]
    recipients: Mapped[int]

    @property
    def is_written_at_once(self) -> bool:
        """Whether its letters are few enough to be written while the organiser waits."""
        return self.recipients <= WRITTEN_AT_ONCE


errors.constraint("uq_registrations_submission_id", errors.NotUnique)
errors.constraint("uq_circulars_submission_id", errors.NotUnique)
