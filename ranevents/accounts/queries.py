"""What pages, the guard and other rooms read of accounts."""

import re

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased, joinedload

from ranevents.accounts.models import Membership, Role, User
from ranevents.core import tokens
from ranevents.core.audit import AuditEntry
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


def trail_of(event_id: int, page: int) -> Page[AuditEntry]:
    """The event's audit trail, newest first, a page at a time."""
    return page_of(select(AuditEntry).where(AuditEntry.event_id == event_id).order_by(AuditEntry.id.desc()), page)


def names_of(user_ids: set[int]) -> dict[int, str]:
    """The names of some accounts by their id."""
    found = select(User.id, User.name).where(User.id.in_(user_ids))
    return dict(db.session.execute(found).all())


def of_link(purpose: str, token: str, *, seconds: int) -> User:
    """Whose password a mailed link may set. Raises UnknownLink once it is too old, used, or the account inactive."""
    link = tokens.read_recent(purpose, token, seconds=seconds)
    user = of_session(f"{link.record}.{link.version}")
    if user is None:
        raise UnknownLink
    return user
