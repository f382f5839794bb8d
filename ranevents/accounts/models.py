"""Organisers' accounts and what each may do at which event."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import DateTime, ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ranevents.accounts import rules
from ranevents.core import audit, errors
from ranevents.core.db import Instant, Key, Line, Model
from ranevents.core.room import EVENT_RANKS, Need


class Role(StrEnum):
    """What an organiser is at one event; each may do what those before it may."""

    READER = "reader"
    DESK = "desk"
    EDITOR = "editor"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """How much the role may do: a higher rank may do all that a lower one may."""
        return list(Role).index(self)

    @property
    def label(self) -> str:
        """The role as a reader sees it."""
        return str(_LABELS[self])

    def satisfies(self, need: Need) -> bool:
        """Whether this role is enough for the need."""
        return self.rank >= EVENT_RANKS.index(need)


_LABELS = {
    Role.READER: _l("Reader"),
    Role.DESK: _l("Desk"),
    Role.EDITOR: _l("Editor"),
    Role.OWNER: _l("Owner"),
}


class User(Model):
    """An organiser. Raising `session_version` ends every session and every link for a forgotten password."""

    __tablename__ = "users"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[Line]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_administrator: Mapped[bool]
    is_active: Mapped[bool]
    session_version: Mapped[int]
    language: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[Instant]
    last_sign_in_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_administrator_by_claim: Mapped[bool] = mapped_column(default=False)
    """Only because the organisation's provider says so: what it no longer says is taken away at the next sign-in."""

    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session cookie holds: stale as soon as the session version rises."""
        return f"{self.id}.{self.session_version}"

    @property
    def is_only_invited(self) -> bool:
        """Whether the organiser has never come in, and has no password to do so."""
        return self.password_hash is None and self.last_sign_in_at is None

    @property
    def as_actor(self) -> audit.Actor:
        """This organiser as the audit trail names them."""
        return audit.Actor(audit.ActorKind.ORGANISER, self.name, self.id)


Index("uq_users_email_folded", func.lower(User.email), unique=True)


class Membership(Model):
    """One organiser's role at one event."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("user_id", "event_id"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role]
    is_by_claim: Mapped[bool] = mapped_column(default=False)
    """Given by the organisation's provider, not by an owner: what it no longer says is taken away."""

    user: Mapped[User] = relationship(lazy="joined")
    # The room of events stands above this one: its model is known here by its name only.
    event: Mapped[Any] = relationship("Event", lazy="raise", viewonly=True)


errors.constraint("uq_users_email_folded", rules.HasAccountAlready)
errors.constraint("uq_memberships_user_id_event_id", rules.InTeamAlready)
