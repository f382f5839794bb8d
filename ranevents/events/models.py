"""Series, topics, events and the versions of an event's privacy notice."""

from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, String, Text, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, MappedSQLExpression, column_property, mapped_column, relationship

from ranevents.core import errors
from ranevents.core.db import Instant, Key, Line, Model
from ranevents.core.places import Pool
from ranevents.events import rules
from ranevents.events.details import Capacity, EventDetails, Format, SeriesDetails
from ranevents.events.states import LIFE, EventState

__all__ = ["Capacity", "Event", "Format", "PrivacyNotice", "Series", "Topic"]


class Series(Model):
    """A calendar of events with a shared purpose and topics.

    `version` and `submission_id` serve as an event's do.
    """

    __tablename__ = "series"

    id: Mapped[Key]
    name: Mapped[Line]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    purpose: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    submission_id: Mapped[str | None] = mapped_column(String(64), unique=True)

    topics: Mapped[list["Topic"]] = relationship(
        order_by="Topic.position", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def details(self) -> SeriesDetails:
        """What is said about the series."""
        return SeriesDetails(self.name, self.slug, self.purpose, tuple(topic.name for topic in self.topics))


class Topic(Model):
    """What a series wants to cover."""

    __tablename__ = "topics"

    id: Mapped[Key]
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[Line]


class Event(Model):
    """One event. Days are days at its place; instants are kept in UTC and shown in its zone.

    `version` rises with every change of what is said about it: two organisers can't overwrite each other unawares.
    `submission_id` came with the form that made it: the same form sent twice is one event. `uid` names its calendar
    entry for life; `entry_sequence` rises with every change of what an entry shows, and counts in the entries of
    those who have a place, too (RFC 5545, 3.8.7.4: calendars ignore what comes with no higher number).
    """

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_it_begins"),
        CheckConstraint("registration_closes_at > registration_opens_at", name="closes_after_it_opens"),
        CheckConstraint("offer_hours BETWEEN 1 AND 720", name="offer_hours"),
        CheckConstraint(
            "least(special_kept_days, ended_kept_days, mails_kept_days, particulars_kept_days) >= 1 AND "
            "greatest(special_kept_days, ended_kept_days, mails_kept_days, particulars_kept_days) <= 3650",
            name="kept_days",
        ),
    )
    life: ClassVar = LIFE

    id: Mapped[Key]
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[Line]
    theme: Mapped[str] = mapped_column(String(500))
    description: Mapped[str] = mapped_column(Text)
    host: Mapped[Line]
    city: Mapped[Line]
    country: Mapped[str] = mapped_column(String(2))
    venue: Mapped[str] = mapped_column(String(500))
    time_zone: Mapped[str] = mapped_column(String(64))
    first_on: Mapped[date]
    last_on: Mapped[date]
    format: Mapped[Format]
    is_by_invitation: Mapped[bool]
    is_by_delegation: Mapped[bool]
    is_open: Mapped[bool]
    needs_approval: Mapped[bool]
    offer_hours: Mapped[int]
    registration_opens_at: Mapped[Instant]
    registration_closes_at: Mapped[Instant]
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    contact_address: Mapped[str] = mapped_column(String(320))
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"), unique=True)
    state: Mapped[EventState] = mapped_column(index=True)
    cancellation_reason: Mapped[str] = mapped_column(String(2000))
    created_at: Mapped[Instant]
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(default=1)
    submission_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    uid: Mapped[str] = mapped_column(String(100))
    entry_sequence: Mapped[int]
    # How many days after its end what is personal is kept; the room `privacy` says what each of them means.
    special_kept_days: Mapped[int] = mapped_column(default=30, server_default="30")
    ended_kept_days: Mapped[int] = mapped_column(default=90, server_default="90")
    mails_kept_days: Mapped[int] = mapped_column(default=180, server_default="180")
    particulars_kept_days: Mapped[int] = mapped_column(default=365, server_default="365")

    series: Mapped[Series] = relationship(lazy="joined")
    pool: Mapped[Pool] = relationship(lazy="joined")
    notices: Mapped[list["PrivacyNotice"]] = relationship(
        order_by="PrivacyNotice.version", cascade="all, delete-orphan", lazy="selectin"
    )

    notice_version: ClassVar[MappedSQLExpression[int]]
    """The number of the privacy notice that is in force: forms need it without the text."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the event's place."""
        return ZoneInfo(self.time_zone)

    @property
    def capacity(self) -> int:
        """How many places there are."""
        return self.pool.limit

    @property
    def begins_at(self) -> datetime:
        """The first instant of the first day."""
        return datetime.combine(self.first_on, time(), self.zone)

    @property
    def may_be_finished_from(self) -> datetime:
        """The first instant of the last day."""
        return datetime.combine(self.last_on, time(), self.zone)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the last day."""
        return datetime.combine(self.last_on + timedelta(days=1), time(), self.zone)

    @property
    def turning_points(self) -> tuple[datetime, ...]:
        """The moments at which its public pages say something else, though nobody changed anything."""
        return (self.registration_opens_at, self.registration_closes_at, self.ends_at)

    @property
    def notice(self) -> "PrivacyNotice":
        """The privacy notice that is in force."""
        return self.notices[-1]

    @property
    def is_cancelled(self) -> bool:
        """Whether it was called off, even if it is archived by now."""
        return self.state is EventState.CANCELLED or bool(self.cancellation_reason)

    @property
    def details(self) -> EventDetails:
        """What is said about the event, as plain values."""
        return EventDetails(
            **{name: getattr(self, name) for name in COLUMNS_OF_DETAILS},
            languages=tuple(self.languages),
            capacity=self.capacity,
            privacy_notice=self.notice.text if self.notices else "",
        )

    def registering(self, at: datetime) -> rules.Registering:
        """How the public registration stands at a moment."""
        return rules.registering(
            state=EventState.CANCELLED if self.is_cancelled else self.state,
            is_open=self.is_open,
            opens_at=self.registration_opens_at,
            closes_at=self.registration_closes_at,
            ends_at=self.ends_at,
            free_places=self.pool.free,
            at=at,
        )

    def takes_registrations(self, at: datetime) -> bool:
        """Whether the public form is open at a moment."""
        return (
            self.state is EventState.PUBLISHED
            and self.is_open
            and self.registration_opens_at <= at < self.registration_closes_at
            and at < self.ends_at
        )


class PrivacyNotice(Model):
    """One version of what people are told about their data; a consent names the version it was given to."""

    __tablename__ = "privacy_notices"
    __table_args__ = (UniqueConstraint("event_id", "version"),)

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Instant]


Event.notice_version = column_property(
    select(func.max(PrivacyNotice.version)).where(PrivacyNotice.event_id == Event.id).scalar_subquery(), deferred=True
)

COLUMNS_OF_DETAILS = tuple(
    one.name for one in fields(EventDetails) if one.name not in ("capacity", "languages", "privacy_notice")
)

errors.constraint(
    "uq_events_slug",
    lambda: errors.NotUnique(str(_l("Another event has this address already. Please choose another.")), field="slug"),
)
errors.constraint("uq_events_submission_id", errors.NotUnique)
errors.constraint("uq_series_submission_id", errors.NotUnique)
errors.constraint(
    "uq_series_slug",
    lambda: errors.NotUnique(str(_l("Another series has this address already. Please choose another.")), field="slug"),
)
