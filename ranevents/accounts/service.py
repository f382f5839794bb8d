"""What happens to accounts and memberships."""

from sqlalchemy import select

from ranevents.accounts import mails, passwords, queries, rules
from ranevents.accounts.mails import NamedEvent
from ranevents.accounts.models import Membership, Role, User
from ranevents.accounts.single_sign_on_queries import is_only_vouched_for
from ranevents.core import audit, clock, languages
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import Refused


def sign_in(email: str, password: str, *, administrators_only: bool = False) -> User:
    """The organiser with this address and password, who may owe a second factor yet.

    Raises WrongCredentials, after the same work, whether it is the address, the password or the account that fails;
    and UseSingleSignOn to those whose password is right but opens nothing here.
    """
    user = queries.by_email(email)
    if not passwords.fits(password, user.password_hash if user else None) or user is None or not user.is_active:
        raise rules.WrongCredentials
    check_own_way_in(user, administrators_only=administrators_only)
    if user.password_hash and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_of(password)
    return user


def arrive(user: User) -> None:
    """Note that an organiser is in, with all that it takes."""
    user.last_sign_in_at = clock.now()


def check_own_way_in(user: User, *, administrators_only: bool) -> None:
    """Let in by password or passkey only whom the organisation does not keep to its own sign-in.

    Raises UseSingleSignOn to the others: what the organisation closes must not open another way.
    """
    if (administrators_only and not user.is_administrator) or is_only_vouched_for(user):
        raise rules.UseSingleSignOn


def change_details(user: User, *, name: str, language: str) -> None:
    """Correct how an organiser is named and addressed."""
    user.name = name
    user.language = language


def change_password(user: User, *, old: str, new: str, by: Actor) -> None:
    """Change one's own password and end all sessions. Raises WrongPassword, WeakPassword."""
    if not passwords.fits(old, user.password_hash):
        raise rules.WrongPassword
    _set_password(user, new)
    audit.record(user, "change_password", by=by)
    mails.password_changed(user)


def reset_password(user: User, new: str) -> None:
    """Set a new password for one that was forgotten and end all sessions. Raises WeakPassword."""
    _set_password(user, new)
    audit.record(user, "reset_password", by=user.as_actor)
    mails.password_changed(user)


def accept_invitation(user: User, password: str) -> None:
    """Give a new account its first password. Raises WeakPassword."""
    _set_password(user, password)
    audit.record(user, "accept_invitation", by=user.as_actor)


def sign_out_everywhere(user: User, *, by: Actor) -> None:
    """End all sessions of this account, and every link that could set its password."""
    user.session_version += 1
    audit.record(user, "sign_out_everywhere", by=by)


def send_reset_link(user: User | None) -> None:
    """Mail a link for a forgotten password to an account that may sign in; write to nobody else.

    Who always came in by single sign-on gets none: what the organisation closes must not open with a mailbox.
    """
    if user is None or not user.is_active:
        return
    if is_only_vouched_for(user):
        mails.no_password(user)
    else:
        mails.forgotten(user)


def create_organiser(email: str, name: str, *, password: str, is_administrator: bool, by: Actor) -> User:
    """Make an account that can sign in at once. Raises HasAccountAlready, WeakPassword."""
    rules.check_password(password, email=email, name=name)
    user = _create(email, name, is_administrator=is_administrator, by=by)
    user.password_hash = passwords.hash_of(password)
    return user


def open_account(email: str, name: str, *, language: str, by: Actor) -> User:
    """Make an account without a password, for whom somebody else vouches at every sign-in. Raises HasAccountAlready."""
    user = _create(email, name, is_administrator=False, by=by)
    user.language = language
    return user


def invite(email: str, name: str, *, is_administrator: bool, by: Actor) -> User:
    """Make an account and mail its owner a link with which to choose a password. Raises HasAccountAlready."""
    user = _create(email, name, is_administrator=is_administrator, by=by)
    mails.invitation(user, invited_by=by.label)
    return user


def invite_again(user: User, *, by: Actor) -> None:
    """Mail a fresh link to an organiser who has not chosen a password yet. Raises Refused to all others."""
    if not user.is_only_invited or not user.is_active:
        raise Refused
    mails.invitation(user, invited_by=by.label)
    audit.record(user, "invite", by=by)


def activate(user: User, *, by: Actor) -> None:
    """Let an organiser sign in again."""
    if not user.is_active:
        user.is_active = True
        audit.record(user, "activate", by=by)


def deactivate(user: User, *, by: Actor) -> None:
    """Keep an organiser out from now on, also where they are signed in. Raises LastAdministrator."""
    if user.is_administrator:
        _another_administrator(user)
    if user.is_active:
        user.is_active = False
        user.session_version += 1
        audit.record(user, "deactivate", by=by)


def make_administrator(user: User, *, by: Actor) -> None:
    """Give an organiser every right."""
    if not user.is_administrator:
        user.is_administrator = True
        audit.record(user, "make_administrator", by=by)


def unmake_administrator(user: User, *, by: Actor) -> None:
    """Leave an organiser only the rights of their memberships. Raises LastAdministrator."""
    _another_administrator(user)
    if user.is_administrator:
        user.is_administrator = user.is_administrator_by_claim = False
        audit.record(user, "unmake_administrator", by=by)


def make_owner(user: User, event_id: int, *, by: Actor) -> Membership:
    """Give a new event its first owner: whoever made it."""
    return _join(user, event_id, Role.OWNER, by=by)


def add_member(event: NamedEvent, email: str, name: str, role: Role, *, by: Actor) -> Membership:
    """Take somebody into an event's team; who has no account yet is invited to one. Raises InTeamAlready."""
    user = queries.by_email(email) or _create(email, name, is_administrator=False, by=by)
    if queries.membership_of(user, event.id):
        raise rules.InTeamAlready
    membership = _join(user, event.id, role, by=by)
    _tell_new_member(membership, event, by=by)
    return membership


def change_role(membership: Membership, role: Role, *, by: Actor) -> None:
    """Let a member do more or less. Raises LastOwner."""
    if role is membership.role:
        return
    _another_owner(membership)
    before, membership.role = membership.role, role
    membership.is_by_claim = False
    audit.record(membership, "change_role", by=by, user_id=membership.user_id, before=before, role=role)


def remove_member(membership: Membership, *, by: Actor) -> None:
    """Take somebody out of the team. Raises LastOwner."""
    _another_owner(membership)
    audit.record(membership, "leave", by=by, user_id=membership.user_id, role=membership.role)
    db.session.delete(membership)


def _create(email: str, name: str, *, is_administrator: bool, by: Actor) -> User:
    if queries.by_email(email):
        raise rules.HasAccountAlready
    user = User(
        email=email,
        name=name,
        password_hash=None,
        is_administrator=is_administrator,
        is_active=True,
        session_version=1,
        language=languages.current(),
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    audit.record(user, "create", by=by, is_administrator=is_administrator)
    return user


def _set_password(user: User, password: str) -> None:
    rules.check_password(password, email=user.email, name=user.name)
    user.password_hash = passwords.hash_of(password)
    user.session_version += 1


def _join(user: User, event_id: int, role: Role, *, by: Actor) -> Membership:
    membership = Membership(user=user, event_id=event_id, role=role)
    db.session.add(membership)
    db.session.flush()
    audit.record(membership, "join", by=by, user_id=user.id, role=role)
    return membership


def _tell_new_member(membership: Membership, event: NamedEvent, *, by: Actor) -> None:
    user = membership.user
    if not user.is_active:
        return
    if not user.is_only_invited:
        mails.joined(user, event, membership.role, invited_by=by.label)
    else:
        mails.invitation(user, invited_by=by.label, event=event, role=membership.role)


def _another_owner(leaving: Membership) -> None:
    """Hold the event's owners until the commit, so that two of them can't step down at the same moment."""
    found = select(Membership).where(Membership.event_id == leaving.event_id, Membership.role == Role.OWNER)
    held = found.order_by(Membership.id).with_for_update(of=Membership).execution_options(populate_existing=True)
    owners = db.session.scalars(held).all()
    if leaving in owners and not any(owner.user.is_active for owner in owners if owner is not leaving):
        raise rules.LastOwner


def _another_administrator(leaving: User) -> None:
    """Hold the active administrators until the commit, as above."""
    found = select(User).where(User.is_administrator, User.is_active).order_by(User.id)
    held = db.session.scalars(found.with_for_update().execution_options(populate_existing=True)).all()
    if leaving in held and len(held) == 1:
        raise rules.LastAdministrator
