"""What happens to accounts and memberships."""

from ranevents.accounts.models import Membership, Role, User
from ranevents.core import audit
from ranevents.core.audit import Actor
from ranevents.core.db import db


def make_owner(user: User, event_id: int, *, by: Actor) -> Membership:
    """Give a new event its first owner: whoever made it."""
    return _join(user, event_id, Role.OWNER, by=by)


def _join(user: User, event_id: int, role: Role, *, by: Actor) -> Membership:
    membership = Membership(user=user, event_id=event_id, role=role)
    db.session.add(membership)
    db.session.flush()
    audit.record(membership, "join", by=by, user_id=user.id, role=role)
    return membership
