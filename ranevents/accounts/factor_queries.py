"""What pages, the guard and the verbs read of second factors."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import exists, func, or_, select, union

from ranevents.accounts import factor_rules, passkeys
from ranevents.accounts.factor_models import AuthenticatorApp, Passkey, RecoveryCode
from ranevents.accounts.models import User
from ranevents.accounts.passkeys import Site
from ranevents.core import tokens
from ranevents.core.db import db


@dataclass(frozen=True)
class Factors:
    """All that an account has beside its password."""

    app: AuthenticatorApp | None
    passkeys: list[Passkey]
    recovery_codes: int


def factors_of(user: User) -> Factors:
    """The user's second factors, and how many recovery codes are left."""
    left = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user.id)
    return Factors(app_of(user), passkeys_of(user), db.session.scalar(left) or 0)


def app_of(user: User) -> AuthenticatorApp | None:
    """The user's authenticator app."""
    return db.session.scalar(select(AuthenticatorApp).where(AuthenticatorApp.user_id == user.id))


def passkeys_of(user: User) -> list[Passkey]:
    """The user's passkeys, the oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)))


def owner_handle(user: User) -> str:
    """How authenticators call the account: no name, the same for all its passkeys, in whichever browser they begin."""
    kept = db.session.scalar(select(Passkey.owner_handle).where(Passkey.user_id == user.id).limit(1))
    return kept or tokens.fingerprint("passkey-owner", str(user.id))


def passkey(user: User, passkey_id: int) -> Passkey | None:
    """One of the user's own passkeys."""
    return db.session.scalar(select(Passkey).where(Passkey.user_id == user.id, Passkey.id == passkey_id))


def held_passkey(credential_id: bytes) -> Passkey | None:
    """The passkey that an authenticator calls so; whoever uses it meanwhile waits until the commit."""
    found = select(Passkey).where(Passkey.credential_id == credential_id).with_for_update()
    return db.session.scalar(found.execution_options(populate_existing=True))


def has_passkey(user: User, answer: str) -> bool:
    """Whether the passkey that this answer of a browser names is one of the user's."""
    try:
        credential_id, _handle = passkeys.named_in(answer)
    except factor_rules.PasskeyRefused:
        return False
    return credential_id in [one.credential_id for one in passkeys_of(user)]


def has_one(user: User) -> bool:
    """Whether a password alone is not enough to sign in as this user."""
    by_app = exists().where(AuthenticatorApp.user_id == user.id)
    by_passkey = exists().where(Passkey.user_id == user.id)
    return bool(db.session.scalar(select(or_(by_app, by_passkey))))


def must_have_one(user: User) -> bool:
    """Whether this user may not be without a second factor."""
    wanted = current_app.config["SECOND_FACTOR_FOR"]
    return factor_rules.must_have_one(wanted, is_administrator=user.is_administrator)


def lacks_one(user: User) -> bool:
    """Whether this user has to set up a second factor before anything else."""
    return must_have_one(user) and not has_one(user)


def who_have_one() -> set[int]:
    """The ids of all accounts with a second factor."""
    return set(db.session.scalars(union(select(AuthenticatorApp.user_id), select(Passkey.user_id))))


def site() -> Site:
    """This site, as browsers and authenticators know it."""
    return passkeys.site(current_app.config["BASE_URL"], current_app.config["SETTINGS"].mail_from_name)
