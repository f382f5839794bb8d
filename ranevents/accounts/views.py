"""Sign-in, forgotten password, and who may do what."""

from flask_login import LoginManager

from ranevents.accounts import queries
from ranevents.accounts.models import User
from ranevents.core.room import Room

login = LoginManager()
login.session_protection = None
ROOMS: list[Room] = []


@login.user_loader  # type: ignore[untyped-decorator]
def _load(session_id: str) -> User | None:
    return queries.of_session(session_id)
