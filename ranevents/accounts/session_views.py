"""Sessions: how one begins, what stands between the password and the second factor, and how fresh a sign-in is."""

from dataclasses import dataclass

from flask import g, session
from flask_login import current_user, login_user

from ranevents.accounts import factor_rules, one_time_codes, rules
from ranevents.accounts.models import User
from ranevents.core import clock, limits, tokens
from ranevents.core.secrets import sealed, unsealed

BEGAN = "began_at"
CONFIRMED = "confirmed_at"
SIGNED_IN_BY = "signed_in_by"
"""Whose sign-in began the session, where it was not ours: a second factor was that one's business."""
_HALF_WAY = "half_way"
_NEW_APP = "new_app"


@dataclass(frozen=True)
class HalfWay:
    """Somebody gave the right password and still owes a second factor: who, and where they were going."""

    session_id: str
    goal: str


def begin_session(user: User, *, by: str | None = None) -> None:
    """Begin a session that owes nothing to what the browser brought along; its owner has just proved to be here.

    `by` names a sign-in that is not ours and vouches for the owner.
    """
    _clear()
    session.permanent = True
    login_user(user)
    if by:
        session[SIGNED_IN_BY] = by
    session[BEGAN] = _seconds()
    confirm()


def renew_session(user: User) -> None:
    """Let this session go on where all others have ended; it is as old, and its owner as long unseen, as before."""
    kept = {name: session[name] for name in (BEGAN, CONFIRMED) if name in session}
    begin_session(user, by=session.get(SIGNED_IN_BY))
    session.update(kept)


def is_over() -> bool:
    """Whether the session is too old, however much it is used: a provider that has let somebody go is asked again."""
    return BEGAN in session and not _is_recent(session[BEGAN], rules.SESSION_SECONDS)


def is_vouched_for() -> bool:
    """Whether a sign-in that is not ours began this session."""
    return SIGNED_IN_BY in session


def wait_for_second_factor(user: User, goal: str) -> None:
    """Remember for a few minutes who gave the right password. Nobody is signed in by that."""
    _clear()
    session[_HALF_WAY] = [user.get_id(), _seconds(), goal]


def half_way() -> HalfWay | None:
    """Who owes a second factor in this browser; None when that was too long ago, or nobody."""
    kept = session.get(_HALF_WAY)
    if kept is None or not _is_recent(kept[1], factor_rules.HALF_WAY_SECONDS):
        return None
    return HalfWay(session_id=kept[0], goal=kept[2])


def confirm() -> None:
    """Note that who is signed in has proved it just now."""
    session[CONFIRMED] = _seconds()


def is_confirmed() -> bool:
    """Whether who is signed in has proved it a short while ago: security settings ask for that."""
    return _is_recent(session.get(CONFIRMED), factor_rules.CONFIRMED_SECONDS)


def signed_in() -> User:
    """Who is signed in: the row itself, not Flask-Login's proxy for it."""
    user: User = current_user._get_current_object()
    return user


def _clear() -> None:
    session.clear()
    # Forms of this very answer must carry a token of the new session.
    g.pop("csrf_token", None)


def _seconds() -> int:
    return int(clock.now().timestamp())


def _is_recent(then: int | None, seconds: int) -> bool:
    # The clock of the machine that noted it may be a little ahead of ours.
    return then is not None and _seconds() - then < seconds


def challenge(purpose: str) -> str:
    """What a passkey is asked in this browser for that purpose; the same in every window until one answers."""
    kept = session.get(_asked(purpose))
    if kept is None or not _is_recent(kept[1], factor_rules.CHALLENGE_SECONDS // 2):
        kept = session[_asked(purpose)] = [tokens.secret(), _seconds()]
    return str(kept[0])


def take_challenge(purpose: str) -> str:
    """What was asked, for one answer. Raises PasskeyRefused when it was answered before, or too long ago.

    A session is a cookie, which can be brought back: the database remembers what was answered.
    """
    kept = session.pop(_asked(purpose), None)
    if kept is None or not _is_recent(kept[1], factor_rules.CHALLENGE_SECONDS):
        raise factor_rules.PasskeyRefused
    if limits.is_used("passkey-challenge", kept[0], seconds=factor_rules.CHALLENGE_SECONDS):
        raise factor_rules.PasskeyRefused
    return str(kept[0])


def _asked(purpose: str) -> str:
    return f"passkey_{purpose}"


def secret_in_the_making() -> str:
    """The secret of an app that is being set up: the same until its first code is right, whatever is reloaded."""
    kept = unsealed(session.get(_NEW_APP, ""))
    if not kept:
        kept = one_time_codes.new_secret()
        session[_NEW_APP] = sealed(kept)
    return kept


def is_app_in_the_making() -> bool:
    """Whether this browser was shown a secret whose first code is still to come."""
    return _NEW_APP in session


def forget_secret_in_the_making() -> None:
    """Begin with another secret the next time."""
    session.pop(_NEW_APP, None)
