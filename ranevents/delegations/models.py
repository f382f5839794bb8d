"""Delegations, their quotas and capacities, focal points and nominations."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ranevents.core import countries, errors
from ranevents.core.db import Instant, Key, Line, Model
from ranevents.core.places import Pool
from ranevents.core.tokens import Link
from ranevents.delegations.states import (
    LIFE,
    NOMINATION_LIFE,
    DelegationState,
    NominationState,
)
from ranevents.events.models import Event
from ranevents.people.models import Person
from ranevents.registrations.models import Registration

LINK_PURPOSE = "delegation"


class DelegationRules(Model):
    """What holds for all delegations of an event: until when they name, and what else is asked of them.

    `replaces_late`: after the deadline a member may still be replaced, until the event ends, without anybody's leave.
    """

    __tablename__ = "delegation_rules"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    deadline_at: Mapped[Instant]
    asks_for_credentials: Mapped[bool] = mapped_column(default=False)
    replaces_late: Mapped[bool] = mapped_column(default=True)

    event: Mapped[Event] = relationship(lazy="joined")


class StandardCapacity(StrEnum):
    """As what members of a delegation usually come."""

    HEAD = "head"
    POLICY_MAKER = "policy_maker"
    PRACTITIONER = "practitioner"
    ADVISER = "adviser"

    @property
    def label(self) -> str:
        """The capacity as a reader sees it."""
        return str(_CAPACITIES[self])


_CAPACITIES = {
    StandardCapacity.HEAD: _l("Head of delegation"),
    StandardCapacity.POLICY_MAKER: _l("Policy maker"),
    StandardCapacity.PRACTITIONER: _l("Practitioner"),
    StandardCapacity.ADVISER: _l("Adviser"),
}


class DelegationCapacity(Model):
    """As what members of an event's delegations come: one of the usual ones, or the event's own under a `name`."""

    __tablename__ = "delegation_capacities"
    __table_args__ = (
        UniqueConstraint("event_id", "standard"),
        UniqueConstraint("event_id", "position"),
        CheckConstraint("(standard IS NULL) = (name <> '')", name="is_standard_or_has_a_name"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    standard: Mapped[StandardCapacity | None]
    name: Mapped[Line] = mapped_column(default="")
    position: Mapped[int]

    @property
    def label(self) -> str:
        """The capacity as a reader sees it."""
        return self.standard.label if self.standard else self.name

    @property
    def is_head(self) -> bool:
        """Whether at most one member of a delegation has it, who stands before all others."""
        return self.standard is StandardCapacity.HEAD


class DelegationKind(StrEnum):
    """For what a delegation comes."""

    COUNTRY = "country"
    INSTITUTION = "institution"
    ORGANISATION = "organisation"

    @property
    def label(self) -> str:
        """The kind as a reader sees it."""
        return str(_KINDS[self])


_KINDS = {
    DelegationKind.COUNTRY: _l("Country"),
    DelegationKind.INSTITUTION: _l("Institution"),
    DelegationKind.ORGANISATION: _l("Organisation"),
}


class Delegation(Model):
    """The people who come for one country, institution or organisation to one event.

    `pool` holds its quota in all; `deadline_at` is the last instant at which its focal points may name, unless it was
    opened again until `reopened_until`. `asked_at`: when its focal points were first written to. `changed_at` is later
    than `submitted_at` where members have changed since. `version` rises with every change of what is said about it.
    """

    __tablename__ = "delegations"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("pool_id"),
        Index("uq_delegations_country", "event_id", "country", unique=True, postgresql_where="country <> ''"),
        Index("uq_delegations_name", "event_id", text("lower(name)"), unique=True, postgresql_where="name <> ''"),
        CheckConstraint("(kind = 'country') = (country <> '')", name="a_country_has_a_code"),
        CheckConstraint("(kind = 'country') = (name = '')", name="all_else_has_a_name"),
    )
    life: ClassVar = LIFE

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    kind: Mapped[DelegationKind]
    country: Mapped[str] = mapped_column(String(2), default="")
    name: Mapped[Line] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(String(12))
    state: Mapped[DelegationState]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    deadline_at: Mapped[Instant]
    reopened_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)

    event: Mapped[Event] = relationship(lazy="joined")
    pool: Mapped[Pool] = relationship(lazy="joined")
    quotas: Mapped[list["Quota"]] = relationship(
        order_by="Quota.id", cascade="all, delete-orphan", lazy="selectin", back_populates="delegation"
    )

    @property
    def title(self) -> str:
        """For whom it comes, in the reader's language."""
        return countries.name_of(self.country) if self.country else self.name

    @property
    def limit(self) -> int:
        """How many it may be in all."""
        return self.pool.limit

    def quota_of(self, capacity: DelegationCapacity) -> "Quota | None":
        """The quota for a capacity, if there is one beside the quota in all."""
        return next((one for one in self.quotas if one.capacity_id == capacity.id), None)

    def is_open(self, at: datetime) -> bool:
        """Whether its focal points may change it at a moment."""
        is_in_time = at < self.deadline_at or (self.reopened_until is not None and at < self.reopened_until)
        return self.state is not DelegationState.WITHDRAWN and is_in_time and at < self.event.ends_at

    @property
    def has_changed_since(self) -> bool:
        """Whether members have changed since it was submitted."""
        return bool(self.submitted_at and self.changed_at and self.changed_at > self.submitted_at)


class Quota(Model):
    """How many members of a delegation may come in one capacity."""

    __tablename__ = "quotas"
    __table_args__ = (UniqueConstraint("delegation_id", "capacity_id"), UniqueConstraint("pool_id"))

    id: Mapped[Key]
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id", ondelete="CASCADE"))
    capacity_id: Mapped[int] = mapped_column(ForeignKey("delegation_capacities.id"), index=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))

    delegation: Mapped[Delegation] = relationship(back_populates="quotas")
    capacity: Mapped[DelegationCapacity] = relationship(lazy="joined")
    pool: Mapped[Pool] = relationship(lazy="joined")

    @property
    def limit(self) -> int:
        """How many."""
        return self.pool.limit


class FocalPoint(Model):
    """Somebody who composes a delegation, by personal link and without an account; `ended_at`: no longer."""

    __tablename__ = "focal_points"
    __table_args__ = (
        UniqueConstraint("reference"),
        Index(
            "uq_focal_points_standing", "delegation_id", "person_id", unique=True, postgresql_where="ended_at IS NULL"
        ),
    )

    id: Mapped[Key]
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    reference: Mapped[str] = mapped_column(String(12))
    link_version: Mapped[int] = mapped_column(default=1)
    appointed_at: Mapped[Instant]
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    acted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When they last did anything: until then they are silent."""
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    delegation: Mapped[Delegation] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def event_id(self) -> int:
        """The event that it is about."""
        return self.delegation.event_id

    @property
    def event(self) -> Event:
        """The event that it is about."""
        return self.delegation.event

    @property
    def link(self) -> Link:
        """What the personal link says."""
        return Link(LINK_PURPOSE, self.reference, self.link_version)


class Nomination(Model):
    """One person named for one of a delegation's places; of whoever is named, `registration` tells how it stands.

    `plea` is what a focal point says for a place beyond the quota, `reason` what the organiser answers.
    `asked_until`: the person fills in the form themselves, by then. `is_known`: somebody of that name and address is
    registered for the event already, which is nobody's business but the organiser's.
    """

    __tablename__ = "nominations"
    __table_args__ = (
        UniqueConstraint("registration_id"),
        UniqueConstraint("submission_id"),
        Index("ix_nominations_delegation", "delegation_id", "position", "id"),
        CheckConstraint("(state = 'named') = (registration_id IS NOT NULL)", name="who_is_named_is_registered"),
    )
    life: ClassVar = NOMINATION_LIFE

    id: Mapped[Key]
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    capacity_id: Mapped[int] = mapped_column(ForeignKey("delegation_capacities.id"), index=True)
    position: Mapped[int]
    state: Mapped[NominationState]
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"))
    submission_id: Mapped[str] = mapped_column(String(64))
    asked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_known: Mapped[bool] = mapped_column(default=False)
    plea: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    named_at: Mapped[Instant]

    delegation: Mapped[Delegation] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")
    capacity: Mapped[DelegationCapacity] = relationship(lazy="joined")
    registration: Mapped[Registration | None] = relationship()

    @property
    def event_id(self) -> int:
        """The event that it is about."""
        return self.delegation.event_id

    @property
    def event(self) -> Event:
        """The event that it is about."""
        return self.delegation.event

    @property
    def is_member(self) -> bool:
        """Whether the person has, awaits or hopes for a place in the delegation."""
        return self.registration is not None and self.registration.state.is_live

    @property
    def standing(self) -> str:
        """How it stands, as a reader sees it."""
        if self.registration is None:
            return self.state.label
        is_asked = self.registration.awaits_person and self.registration.offered_until is not None
        return str(_("Asked, no answer yet")) if is_asked else self.registration.state.label


errors.constraint(
    "uq_delegations_country",
    lambda: errors.NotUnique(str(_l("This country has a delegation already.")), field="country"),
)
errors.constraint(
    "uq_delegations_name",
    lambda: errors.NotUnique(str(_l("There is a delegation of this name already.")), field="name"),
)
errors.constraint(
    "uq_focal_points_standing", lambda: errors.NotUnique(str(_l("This person is a focal point here already.")))
)
