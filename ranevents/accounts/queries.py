"""What pages, the guard and other rooms read of accounts."""

from sqlalchemy import func, select

from ranevents.accounts.models import Membership, Role, User
from ranevents.core.audit import AuditEntry
from ranevents.core.db import db
from ranevents.core.paging import Page, page_of


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
    return {event_id: role for event_id, role in db.session.execute(found)}


def by_email(email: str) -> User | None:
    """The account with that address, in whatever capitals it is written."""
    return db.session.scalar(select(User).where(func.lower(User.email) == func.lower(email)))


def of_session(session_id: str) -> User | None:
    """Whom a session cookie stands for; None when the account is inactive or its session version has risen."""
    number, _, version = session_id.partition(".")
    if not (number.isdecimal() and version.isdecimal()):
        return None
    user = db.session.get(User, int(number))
    return user if user and user.is_active and user.session_version == int(version) else None


def accounts() -> list[User]:
    """All accounts, by name."""
    return list(db.session.scalars(select(User).order_by(func.lower(User.name), User.id)))


def team_of(event_id: int) -> list[Membership]:
    """Who may do what at the event: the strongest roles first, then by name."""
    found = db.session.scalars(select(Membership).where(Membership.event_id == event_id))
    return sorted(found, key=lambda member: (-member.role.rank, member.user.name.casefold(), member.id))


def member(event_id: int, membership_id: int) -> Membership | None:
    """One membership of the event."""
    return db.session.scalar(select(Membership).where(Membership.event_id == event_id, Membership.id == membership_id))


def trail_of(event_id: int, page: int) -> Page[AuditEntry]:
    """The event's audit trail, newest first, a page at a time."""
    return page_of(select(AuditEntry).where(AuditEntry.event_id == event_id).order_by(AuditEntry.id.desc()), page)


def names_of(user_ids: set[int]) -> dict[int, str]:
    """The names of some accounts by their id."""
    return {
        number: name for number, name in db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    }
