"""What pages and the guard read of accounts."""

from sqlalchemy import select

from ranevents.accounts.models import Membership, Role, User
from ranevents.core.db import db


def role_at(user: User, event_id: int) -> Role | None:
    """What the user is at the event: administrators are owners everywhere; None for an outsider."""
    if user.is_administrator:
        return Role.OWNER
    return db.session.scalar(
        select(Membership.role).where(Membership.user_id == user.id, Membership.event_id == event_id)
    )
