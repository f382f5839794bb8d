"""What an organiser says about an event or a series: plain values, as pages and imports hand them over."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l


class Format(StrEnum):
    """Where people meet."""

    ON_SITE = "on_site"
    HYBRID = "hybrid"
    ONLINE = "online"

    @property
    def label(self) -> str:
        """The format as a reader sees it."""
        return str({Format.ON_SITE: _l("On site"), Format.HYBRID: _l("Hybrid"), Format.ONLINE: _l("Online")}[self])


class Capacity(StrEnum):
    """As what somebody comes to an event."""

    PARTICIPANT = "participant"
    SPEAKER = "speaker"
    OBSERVER = "observer"
    FOCAL_POINT = "focal_point"

    @property
    def label(self) -> str:
        """The capacity as a reader sees it."""
        return str(_CAPACITIES[self])


_CAPACITIES = {
    Capacity.PARTICIPANT: _l("Participant"),
    Capacity.SPEAKER: _l("Speaker"),
    Capacity.OBSERVER: _l("Observer"),
    Capacity.FOCAL_POINT: _l("Focal point"),
}


@dataclass(frozen=True)
class _Details:
    def differences(self, other: Self) -> list[str]:
        """The names of the fields in which the two differ, in the order in which they stand here."""
        return [one.name for one in fields(self) if getattr(self, one.name) != getattr(other, one.name)]


@dataclass(frozen=True)
class EventDetails(_Details):
    """Everything that is said about an event. Days are days at its place, instants are in UTC."""

    series_id: int
    title: str
    slug: str
    theme: str
    description: str
    host: str
    city: str
    country: str
    venue: str
    time_zone: str
    first_on: date
    last_on: date
    format: Format
    capacity: int
    is_by_invitation: bool
    is_by_delegation: bool
    is_open: bool
    needs_approval: bool
    offer_hours: int
    registration_opens_at: datetime
    registration_closes_at: datetime
    languages: tuple[str, ...]
    contact_address: str
    privacy_notice: str

    @property
    def begins_at(self) -> datetime:
        """The first instant of the first day."""
        return datetime.combine(self.first_on, time(), ZoneInfo(self.time_zone))


@dataclass(frozen=True)
class SeriesDetails(_Details):
    """Everything that is said about a series; `topics` in their order."""

    name: str
    slug: str
    purpose: str
    topics: tuple[str, ...]
