"""Persons. Nobody is identified by an address alone: two people may share one."""

from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ranevents.core import names
from ranevents.core.db import Instant, Key, Line, Model


class Sector(StrEnum):
    """Where somebody works."""

    POLICY = "policy"
    POLICE = "police"
    PRISON_PROBATION = "prison_probation"
    EDUCATION = "education"
    YOUTH_SOCIAL = "youth_social"
    HEALTH = "health"
    LOCAL_AUTHORITY = "local_authority"
    NGO_COMMUNITY = "ngo_community"
    VICTIMS = "victims"
    RESEARCH = "research"
    EU_INSTITUTION = "eu_institution"
    INTERNATIONAL = "international"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The sector as a reader sees it."""
        return str(_SECTORS[self])


_SECTORS = {
    Sector.POLICY: _l("Policy"),
    Sector.POLICE: _l("Police and law enforcement"),
    Sector.PRISON_PROBATION: _l("Prison and probation"),
    Sector.EDUCATION: _l("Education"),
    Sector.YOUTH_SOCIAL: _l("Youth and social work"),
    Sector.HEALTH: _l("Health care"),
    Sector.LOCAL_AUTHORITY: _l("Local authority"),
    Sector.NGO_COMMUNITY: _l("NGO and community"),
    Sector.VICTIMS: _l("Victims' association"),
    Sector.RESEARCH: _l("Research"),
    Sector.EU_INSTITUTION: _l("EU institution"),
    Sector.INTERNATIONAL: _l("International organisation"),
    Sector.OTHER: _l("Other"),
}


class Side(StrEnum):
    """Which of the two sides somebody brings to the table."""

    POLICY = "policy"
    PRACTICE = "practice"

    @property
    def label(self) -> str:
        """The side as a reader sees it."""
        return str({Side.POLICY: _l("Policy"), Side.PRACTICE: _l("Practice")}[self])


def _nobody() -> str:
    return str(_("Erased"))


class Person(Model):
    """Who somebody is. The name stands in the person's own script, and in Latin letters for badges and lists.

    The keys and `search_words` are made by `index_name`; nothing else sets them. The database copies the keys,
    country, sector and side to the person's registrations, where lists are sorted and counted by them.
    """

    __tablename__ = "persons"
    __table_args__ = (
        Index("ix_persons_search", text("to_tsvector('simple', search_words)"), postgresql_using="gin"),
        Index("ix_persons_email_folded", text("lower(email)")),
    )

    id: Mapped[Key]
    given_name: Mapped[Line]
    family_name: Mapped[Line]
    latin_given_name: Mapped[Line]
    latin_family_name: Mapped[Line]
    form_of_address: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(320))
    organisation: Mapped[Line]
    position: Mapped[Line]
    country: Mapped[str] = mapped_column(String(2))
    sector: Mapped[Sector]
    side: Mapped[Side]
    language: Mapped[str] = mapped_column(String(10))
    sort_key: Mapped[str] = mapped_column(String(250), index=True)
    own_sort_key: Mapped[str] = mapped_column(String(250))
    organisation_key: Mapped[str] = mapped_column(String(200))
    search_words: Mapped[str] = mapped_column(Text)
    other_spellings: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Other names by which searches find the person, a line each: those of entries that were merged into this one."""
    created_at: Mapped[Instant]
    address_failed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When a mail to the address came back for good; nothing after the address was changed."""
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When all that tells who it was went: country, sector and side stay, so that figures stay right."""

    @property
    def full_name(self) -> str:
        """The name in the person's own script."""
        return _nobody() if self.erased_at else f"{self.given_name} {self.family_name}".strip()

    @property
    def latin_name(self) -> str:
        """The name in Latin letters."""
        return _nobody() if self.erased_at else f"{self.latin_given_name} {self.latin_family_name}".strip()

    @property
    def listed_name(self) -> str:
        """The name in Latin letters as lists show it, the family name first."""
        return _nobody() if self.erased_at else f"{self.latin_family_name}, {self.latin_given_name}"

    def index_name(self) -> None:
        """Make what lists are sorted by and what searches read; to be called after every change of the person."""
        self.sort_key = names.sort_key(self.latin_family_name, self.latin_given_name)
        self.own_sort_key = names.own_sort_key(self.family_name, self.given_name)
        self.organisation_key = names.fold(self.organisation)[:200]
        self.search_words = names.search_words(
            self.full_name, self.latin_name, self.email, self.organisation, self.other_spellings or ""
        )


class DifferentPeople(Model):
    """Two entries that somebody has looked at and judged to be two people; each pair once, the older entry first."""

    __tablename__ = "different_people"
    __table_args__ = (CheckConstraint("one_id < other_id", name="is_in_order"),)

    one_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    judged_at: Mapped[Instant]
