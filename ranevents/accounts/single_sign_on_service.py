"""What happens to accounts and memberships when somebody comes in by single sign-on."""

from collections.abc import Mapping

from ranevents.accounts import mails, queries, service
from ranevents.accounts import single_sign_on_queries as known
from ranevents.accounts import single_sign_on_rules as rules
from ranevents.accounts.models import Membership, Role, User
from ranevents.accounts.rules import LastAdministrator, LastOwner
from ranevents.accounts.single_sign_on_models import Identity
from ranevents.accounts.single_sign_on_rules import Claims, Rights, Worth
from ranevents.core import audit, clock, languages, logs
from ranevents.core.audit import Actor, ActorKind
from ranevents.core.db import db

SIGN_ON = Actor(ActorKind.SYSTEM, "single sign-on")


def come_in(claims: Claims, worth: Worth) -> User | None:
    """The organiser whom the provider vouches for, with the rights that the claims give now.

    None to whom the claims don't allow to come in (any more): what they had by claims is taken away, all their
    sessions end. Raises SignOnRefused where there is no account, or none that may be used.
    """
    rights = rules.rights(claims.values, worth)
    identity = known.identity(claims.issuer, claims.subject)
    if identity is not None and not identity.user.is_active:
        raise rules.AccountClosed
    if not rights.may_come_in:
        if identity is not None:
            _shut_out(identity.user)
        return None
    user = identity.user if identity is not None else _first_time(claims, rights)
    _give_what_claims_say(user, rights)
    service.arrive(user)
    return user


def _first_time(claims: Claims, rights: Rights) -> User:
    """Find the account by an address that the provider has checked, or make one where the claims allow it."""
    if not claims.email:
        raise rules.AddressNotChecked
    user = queries.by_email(claims.email)
    if user is None:
        if not rights.earns_account:
            raise rules.NoAccount
        language = claims.language if claims.language in languages.offered() else languages.current()
        user = service.open_account(claims.email, claims.name, language=language, by=SIGN_ON)
    else:
        _check_that_it_may_be_linked(user, claims)
        mails.single_sign_on_linked(user)
    identity = Identity(user=user, issuer=claims.issuer, subject=claims.subject, linked_at=clock.now())
    db.session.add(identity)
    db.session.flush()
    audit.record(user, "link_single_sign_on", by=SIGN_ON)
    return user


def _check_that_it_may_be_linked(user: User, claims: Claims) -> None:
    if not user.is_active:
        raise rules.AccountClosed
    if known.identity_of(user, claims.issuer):
        raise rules.AddressTaken


def _shut_out(user: User) -> None:
    _give_what_claims_say(user, rules.Rights(False, False, False, {}))
    user.session_version += 1
    audit.record(user, "shut_out_by_claims", by=SIGN_ON)


def _give_what_claims_say(user: User, rights: Rights) -> None:
    """Give what the claims give now, take away what only they gave before; what was given by hand stays."""
    if rights.is_administrator and not user.is_administrator:
        service.make_administrator(user, by=SIGN_ON)
        user.is_administrator_by_claim = True
    elif user.is_administrator_by_claim and not rights.is_administrator:
        try:
            service.unmake_administrator(user, by=SIGN_ON)
        except LastAdministrator:
            logs.log.warning("the last administrator stays one, whatever the claims say", user_id=user.id)
    _roles(user, _by_event(rights.roles))


def _by_event(roles: Mapping[str, str]) -> dict[int, Role]:
    given: dict[int, str] = {}
    for event_id, place in known.events_at(roles) if roles else ():
        given[event_id] = rules.stronger(roles[place], given.get(event_id))
    return {event_id: Role(role) for event_id, role in given.items()}


def _roles(user: User, given: Mapping[int, Role]) -> None:
    present = {membership.event_id: membership for membership in known.memberships(user)}
    for event_id in sorted(present.keys() | given):
        membership, role = present.get(event_id), given.get(event_id)
        if membership is None and role is not None:
            _join(user, event_id, role)
        elif membership is not None and membership.is_by_claim:
            _adjust(membership, role)


def _join(user: User, event_id: int, role: Role) -> None:
    membership = Membership(user=user, event_id=event_id, role=role, is_by_claim=True)
    db.session.add(membership)
    db.session.flush()
    audit.record(membership, "join", by=SIGN_ON, user_id=user.id, role=role)


def _adjust(membership: Membership, role: Role | None) -> None:
    try:
        if role is None:
            service.remove_member(membership, by=SIGN_ON)
        else:
            service.change_role(membership, role, by=SIGN_ON)
            membership.is_by_claim = True
    except LastOwner:
        logs.log.warning("the last owner stays one, whatever the claims say", event_id=membership.event_id)
