"""What this room writes to organisers."""

from typing import Protocol

from ranevents.accounts.factor_rules import Change
from ranevents.accounts.models import Role, User
from ranevents.core import tokens
from ranevents.core.tokens import Link
from ranevents.mailing.outbox import Letter, PersonalLink, post

RESET = "password"
INVITATION = "invitation"


class NamedEvent(Protocol):
    """As much of an event as these mails speak of."""

    id: int
    slug: str
    title: str


def forgotten(user: User) -> None:
    """A link with which to set a new password; good for an hour."""
    _write(user, "forgotten", tokens.reference(), reset=_link(user, "/reset/", RESET))


def no_password(user: User) -> None:
    """The answer to a password that is forgotten where there is none."""
    _write(user, "no_password", tokens.reference())


def password_changed(user: User) -> None:
    """A notice, so that a change by somebody else does not go unseen."""
    _write(user, "password_changed", str(user.session_version))


def second_factor_changed(user: User, change: Change) -> None:
    """A notice of what happened to the account's second factors, so that it does not go unseen."""
    _write(user, "second_factor_changed", tokens.reference(), change=change)


def single_sign_on_linked(user: User) -> None:
    """A notice that the organisation's provider opens the account from now on, should it not have been its owner."""
    _write(user, "single_sign_on_linked", tokens.reference())


def invitation(user: User, *, invited_by: str, event: NamedEvent | None = None, role: Role | None = None) -> None:
    """A link with which a new organiser chooses a password; good for seven days."""
    choose = _link(user, "/welcome/", INVITATION)
    _write(user, "invitation", tokens.reference(), invited_by=invited_by, event=event, role=role, choose=choose)


def joined(user: User, event: NamedEvent, role: Role, *, invited_by: str) -> None:
    """Tell an organiser which part they have at an event."""
    _write(user, "joined", tokens.reference(), event=event, role=role, invited_by=invited_by)


def _link(user: User, path: str, purpose: str) -> PersonalLink:
    return PersonalLink(path, Link(purpose, str(user.id), user.session_version), is_for_a_while=True)


def _write(user: User, mail: str, occasion: str, **told: object) -> None:
    links = {name: value for name, value in told.items() if isinstance(value, PersonalLink)}
    post(
        Letter(
            mail=f"accounts/{mail}",
            key=f"user:{user.id}:{mail}:{occasion}",
            to_name=user.name,
            to_address=user.email,
            language=user.language,
            context={"user": user, **told},
            links=links,
            user_id=user.id,
        )
    )
