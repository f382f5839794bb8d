"""What happens to second factors: set up, used, removed, reset."""

from sqlalchemy import delete, insert, select, update

from ranevents.accounts import factor_queries as queries
from ranevents.accounts import mails, one_time_codes, passkeys, passwords
from ranevents.accounts.factor_models import AuthenticatorApp, Passkey, RecoveryCode
from ranevents.accounts.factor_rules import (
    RECOVERY_CODES,
    Change,
    LastFactor,
    PasskeyIsKnown,
    PasskeyRefused,
    WrongCode,
    WrongRecoveryCode,
)
from ranevents.accounts.models import User
from ranevents.accounts.passkeys import NewPasskey
from ranevents.accounts.rules import WrongPassword
from ranevents.core import audit, clock, tokens
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import Refused


def set_up_app(user: User, secret: str, typed: str, *, by: Actor) -> list[str]:
    """Let an app's codes count from now on, in the place of an older app, once it has shown a right one.

    Gives the recovery codes where this is the account's first factor, to be shown this once. Raises WrongCode.
    """
    step = one_time_codes.matching_step(secret, typed, clock.now())
    if step is None:
        raise WrongCode
    _hold(user)
    is_first = not queries.has_one(user)
    _forget(user, AuthenticatorApp)
    db.session.add(AuthenticatorApp(user_id=user.id, secret=secret, last_step=step, created_at=clock.now()))
    audit.record(user, Change.APP_SET_UP, by=by)
    mails.second_factor_changed(user, Change.APP_SET_UP)
    return _begin_protection(user) if is_first else []


def remove_app(user: User, *, by: Actor) -> None:
    """Let the app's codes count no longer. Raises LastFactor, and Refused where there is no app."""
    _hold(user)
    if queries.app_of(user) is None:
        raise Refused
    _forget(user, AuthenticatorApp)
    _end_protection(user)
    audit.record(user, Change.APP_REMOVED, by=by)
    mails.second_factor_changed(user, Change.APP_REMOVED)


def add_passkey(user: User, made: NewPasskey, *, name: str, handle: str, by: Actor) -> list[str]:
    """Let a passkey sign this user in.

    Gives the recovery codes where this is the account's first factor, to be shown this once. Raises PasskeyIsKnown.
    """
    _hold(user)
    if queries.held_passkey(made.credential_id):
        raise PasskeyIsKnown
    is_first = not queries.has_one(user)
    passkey = Passkey(
        user_id=user.id,
        name=name,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        owner_handle=handle,
        created_at=clock.now(),
    )
    db.session.add(passkey)
    audit.record(user, Change.PASSKEY_ADDED, by=by)
    mails.second_factor_changed(user, Change.PASSKEY_ADDED)
    return _begin_protection(user) if is_first else []


def remove_passkey(user: User, passkey: Passkey, *, by: Actor) -> None:
    """Let a passkey sign nobody in any more. Raises LastFactor."""
    _hold(user)
    db.session.delete(passkey)
    db.session.flush()
    _end_protection(user)
    audit.record(user, Change.PASSKEY_REMOVED, by=by)
    mails.second_factor_changed(user, Change.PASSKEY_REMOVED)


def make_recovery_codes(user: User, *, by: Actor) -> list[str]:
    """Make new recovery codes, to be shown this once; the older ones end. Raises Refused without a second factor."""
    _hold(user)
    if not queries.has_one(user):
        raise Refused
    codes = _new_codes(user)
    audit.record(user, Change.CODES_MADE, by=by)
    mails.second_factor_changed(user, Change.CODES_MADE)
    return codes


def use_password(user: User, typed: str) -> None:
    """Check the password of somebody who is signed in. Raises WrongPassword."""
    if not passwords.fits(typed, user.password_hash):
        raise WrongPassword(field="password")


def use_code(user: User, typed: str) -> None:
    """Take a code of the user's app, once. Raises WrongCode."""
    app = queries.app_of(user)
    step = app and one_time_codes.matching_step(app.secret, typed, clock.now(), after=app.last_step)
    if app is None or step is None:
        raise WrongCode
    # Two requests may bring the same code at once: the row's condition lets one of them through.
    used = update(AuthenticatorApp).where(AuthenticatorApp.id == app.id, AuthenticatorApp.last_step < step)
    if db.session.scalar(used.values(last_step=step).returning(AuthenticatorApp.id)) is None:
        raise WrongCode


def use_recovery_code(user: User, typed: str) -> int:
    """Take one of the user's recovery codes, for good; how many are left. Raises WrongRecoveryCode."""
    ways = tokens.known_fingerprints(*_marked(user, typed))
    used = delete(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.fingerprint.in_(ways))
    if db.session.scalar(used.returning(RecoveryCode.id)) is None:
        raise WrongRecoveryCode
    audit.record(user, Change.CODE_USED, by=user.as_actor)
    mails.second_factor_changed(user, Change.CODE_USED)
    return queries.factors_of(user).recovery_codes


def use_passkey(challenge: str, answer: str, *, of: User | None = None) -> User:
    """Whose passkey answered the challenge; `of` says whose it must be. Raises PasskeyRefused."""
    credential_id, handle = passkeys.named_in(answer)
    passkey = queries.held_passkey(credential_id)
    if passkey is None or handle not in (None, passkey.owner_handle):
        raise PasskeyRefused
    user = db.session.get(User, passkey.user_id)
    if user is None or not user.is_active or (of is not None and of.id != user.id):
        raise PasskeyRefused
    passkey.sign_count = passkeys.shown(
        queries.site(), challenge, answer, public_key=passkey.public_key, sign_count=passkey.sign_count
    )
    passkey.last_used_at = clock.now()
    return user


def reset(user: User, *, by: Actor) -> None:
    """Take all second factors from an account whose owner has lost them, and end all its sessions.

    Raises Refused where there is none, and to who would take their own: their account page asks for a proof first.
    """
    _hold(user)
    if user.id == by.id or not queries.has_one(user):
        raise Refused
    for kind in (AuthenticatorApp, Passkey, RecoveryCode):
        _forget(user, kind)
    user.session_version += 1
    audit.record(user, Change.RESET, by=by)
    mails.second_factor_changed(user, Change.RESET)


def _hold(user: User) -> None:
    """Hold the account until the commit, so that two changes of its factors can't pass each other."""
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())


def _forget(user: User, kind: type[AuthenticatorApp | Passkey | RecoveryCode]) -> None:
    db.session.execute(delete(kind).where(kind.user_id == user.id))


def _begin_protection(user: User) -> list[str]:
    """From now on the password alone is not enough: sessions that it alone began are over."""
    user.session_version += 1
    return _new_codes(user)


def _end_protection(user: User) -> None:
    """Where no factor is left, recovery codes recover nothing. Raises LastFactor for who must have one."""
    if queries.has_one(user):
        return
    if queries.must_have_one(user):
        raise LastFactor
    _forget(user, RecoveryCode)


def _new_codes(user: User) -> list[str]:
    _forget(user, RecoveryCode)
    codes = [tokens.reference() for _ in range(RECOVERY_CODES)]
    kept = [{"user_id": user.id, "fingerprint": tokens.fingerprint(*_marked(user, code))} for code in codes]
    db.session.execute(insert(RecoveryCode), kept)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _marked(user: User, typed: str) -> tuple[str, str, str]:
    """A recovery code as it is compared: however it was typed, and good for this account only."""
    code = "".join(sign for sign in typed.upper() if sign in tokens.ALPHABET)
    return "recovery-code", str(user.id), code
