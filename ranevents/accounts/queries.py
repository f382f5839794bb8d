"""What pages, the guard and other rooms read of accounts."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased, joinedload

from ranevents.accounts.models import Membership, Role, User
from ranevents.accounts.single_sign_on_queries import is_only_vouched_for
from ranevents.core import tokens
from ranevents.core.audit import ActorKind, AuditEntry
from ranevents.core.db import db
from ranevents.core.paging import Page, page_of
from ranevents.core.tokens import UnknownLink


def role_at(user: User, event_id: int) -> Role | None:
    """What the user is at the event: administrators are owners everywhere; None for an outsider."""
    if user.is_administrator:
        return Role.OWNER
    return db.session.scalar(
        select(Membership.role).where(Membership.user_id == user.id, Membership.event_id == event_id)
    )


def memberships_of(user: User) -> dict[int, Role]:
    """The user's role by event id. An administrator has a right over every event, whatever this says."""
    found = select(Membership.event_id, Membership.role).where(Membership.user_id == user.id)
    return dict(db.session.execute(found).all())


def by_email(email: str) -> User | None:
    """The account with that address, in whatever capitals it is written."""
    return db.session.scalar(select(User).where(func.lower(User.email) == func.lower(email)))


def of_session(session_id: str) -> User | None:
    """Whom a session cookie stands for; None when the account is inactive or its session version has risen."""
    said = re.fullmatch(r"([0-9]{1,9})\.([0-9]{1,9})", session_id)
    user = db.session.get(User, int(said[1])) if said else None
    return user if said and user and user.is_active and user.session_version == int(said[2]) else None


def account(user_id: int) -> User | None:
    """One account."""
    return db.session.get(User, user_id)


def accounts() -> list[User]:
    """All accounts, by name."""
    return list(db.session.scalars(select(User).order_by(func.lower(User.name), User.id)))


def team_of(event_id: int) -> list[Membership]:
    """Who may do what at the event: the strongest roles first, then by name."""
    found = db.session.scalars(select(Membership).where(Membership.event_id == event_id))
    return sorted(found, key=lambda member: (-member.role.rank, member.user.name.casefold(), member.id))


def membership_of(user: User, event_id: int) -> Membership | None:
    """The user's own membership of the event, if any; unlike `role_at`, administrators have none by that."""
    return db.session.scalar(select(Membership).where(Membership.user_id == user.id, Membership.event_id == event_id))


def titles_without_owner(user: User) -> list[str]:
    """The titles of the events of which the user is an owner, and nobody is who may sign in."""
    others, person = aliased(Membership), aliased(User)
    may_sign_in = exists().where(
        others.event_id == Membership.event_id,
        others.role == Role.OWNER,
        others.user_id == person.id,
        person.is_active,
    )
    found = (
        select(Membership)
        .where(Membership.user_id == user.id, Membership.role == Role.OWNER, ~may_sign_in)
        .options(joinedload(Membership.event).lazyload("*"))
    )
    return sorted(str(membership.event.title) for membership in db.session.scalars(found))


def member(event_id: int, membership_id: int) -> Membership | None:
    """One membership of the event."""
    return db.session.scalar(select(Membership).where(Membership.event_id == event_id, Membership.id == membership_id))


@dataclass(frozen=True)
class TrailAsked:
    """Which entries of a trail: of one kind of record, by one kind of actor or one organiser, within a period."""

    kind: str = ""
    actor_kind: ActorKind | None = None
    actor_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def trail_of(event_id: int, page: int, asked: TrailAsked = TrailAsked()) -> Page[AuditEntry]:
    """The event's audit trail, newest first, a page at a time."""
    query = select(AuditEntry).where(AuditEntry.event_id == event_id)
    if asked.kind:
        query = query.where(AuditEntry.record_type == asked.kind)
    if asked.actor_kind:
        query = query.where(AuditEntry.actor_kind == asked.actor_kind)
    if asked.actor_id:
        query = query.where(AuditEntry.actor_id == asked.actor_id)
    if asked.since:
        query = query.where(AuditEntry.at >= asked.since)
    if asked.until:
        query = query.where(AuditEntry.at < asked.until)
    return page_of(query.order_by(AuditEntry.id.desc()), page)


def organisers_in_trail(event_id: int) -> list[tuple[int, str]]:
    """Id and name of every organiser who ever did something at the event, by name."""
    newest = (
        select(AuditEntry.actor_id, func.max(AuditEntry.actor_label))
        .where(AuditEntry.event_id == event_id, AuditEntry.actor_kind == ActorKind.ORGANISER)
        .where(AuditEntry.actor_id.is_not(None))
        .group_by(AuditEntry.actor_id)
    )
    found: list[tuple[int, str]] = [(id or 0, label) for id, label in db.session.execute(newest)]
    return sorted(found, key=lambda one: one[1].casefold())


def names_of(user_ids: set[int]) -> dict[int, str]:
    """The names of some accounts by their id."""
    found = select(User.id, User.name).where(User.id.in_(user_ids))
    return dict(db.session.execute(found).all())


def of_link(purpose: str, token: str, *, seconds: int) -> User:
    """Whose password a mailed link may set. Raises UnknownLink once it is too old, used, or the account inactive.

    Also where single sign-on has opened the account since: what the organisation closes must not open with a mailbox.
    """
    link = tokens.read_recent(purpose, token, seconds=seconds)
    user = of_session(f"{link.record}.{link.version}")
    if user is None or is_only_vouched_for(user):
        raise UnknownLink
    return user
