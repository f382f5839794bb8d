"""Sign-in, forgotten password, and who may do what."""

from flask_login import LoginManager

from ranevents.core.room import Room

login = LoginManager()
ROOMS: list[Room] = []


@login.user_loader  # type: ignore[untyped-decorator]
def _load(_session_id: str) -> None:
    return None
