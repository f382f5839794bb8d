"""What the provider's claims say of a person, what they are worth here, and why somebody may not come in by them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

from ranevents.core.errors import DomainError
from ranevents.core.sign_on_settings import EVERYBODY, ROLES, EventRole

LONGEST_SUBJECT = 255
"""A subject has at most 255 characters (OpenID Connect Core, section 2)."""


class SignOnRefused(DomainError):
    """Single sign-on did not work. `status` is that of the page that says why."""

    status = 403


class NotSetUp(SignOnRefused):
    """No provider is named in the settings."""

    message = _l("Single sign-on is not set up here. Please sign in with your password.")
    status = 409


class ProviderAway(SignOnRefused):
    """The provider does not answer, or not in time."""

    message = _l("Your organisation's sign-in does not answer at the moment. Please try again in a few minutes.")
    status = 503


class NotVouchedFor(SignOnRefused):
    """What came back is not what the provider must say: out of date, used before, not meant for us, or forged."""

    message = _l(
        "What came back from your organisation's sign-in could not be used: it may be too old, or used already."
        " Please start again."
    )
    status = 400


class NotBegunHere(NotVouchedFor):
    """This browser did not leave for the provider, or has come back already: the provider is not even asked."""

    status = 409


class GivenUp(SignOnRefused):
    """The person, or the provider, ended it before its end."""

    message = _l("You were not signed in at your organisation, so you are not signed in here either.")


class NotAllowed(SignOnRefused):
    """Nothing in the claims allows an account here."""

    message = _l(
        "Your organisation knows you, but does not say that you may organise events here. Please ask whoever looks"
        " after accounts in your organisation."
    )


class NoAccount(SignOnRefused):
    """The claims alone make no account, and nobody here has made one."""

    message = _l("There is no account for you here yet. Please ask an administrator to invite you.")


class AddressNotChecked(SignOnRefused):
    """Without an address that the provider has checked, anybody could become anybody. Says nothing of accounts."""

    message = _l(
        "Your organisation does not confirm that your e-mail address is yours, so it can't be used here. Please ask"
        " whoever looks after accounts in your organisation, or sign in with a password."
    )


class AddressTaken(SignOnRefused):
    """The account with this address belongs to somebody else at the provider."""

    message = _l(
        "The account with your e-mail address is used by another person of your organisation. Please ask an"
        " administrator."
    )


class AccountClosed(SignOnRefused):
    """The account is deactivated."""

    message = _l("Your account here is closed. Please ask an administrator.")


class AtTheSameTime(SignOnRefused):
    """The same person signed in twice at once: the second time works."""

    message = _l("This was done twice at the same moment. Please sign in again.")
    status = 409


@dataclass(frozen=True)
class Claims:
    """What the provider says of a person. `email` is empty unless it is checked; `values` are those of our claim."""

    issuer: str
    subject: str
    email: str
    name: str
    language: str
    values: frozenset[str]


@dataclass(frozen=True)
class Worth:
    """Which values of the claim allow what, as the settings say."""

    administrators: frozenset[str]
    organisers: frozenset[str]
    event_roles: tuple[EventRole, ...]


@dataclass(frozen=True)
class Rights:
    """What somebody's claims are worth: `roles` by the address of an event, or of a series as 'series/…'."""

    may_come_in: bool
    earns_account: bool
    is_administrator: bool
    roles: Mapping[str, str]


def rights(values: Iterable[str], worth: Worth) -> Rights:
    """What these values of the claim allow; of several roles at one event, the strongest."""
    has = set(values)
    roles: dict[str, str] = {}
    for value, role, where in worth.event_roles:
        if value in has:
            roles[where] = stronger(role, roles.get(where))
    earns = EVERYBODY in worth.organisers or bool(roles or has & (worth.organisers | worth.administrators))
    return Rights(
        may_come_in=earns or not worth.organisers,
        earns_account=earns,
        is_administrator=bool(has & worth.administrators),
        roles=roles,
    )


def stronger(role: str, other: str | None) -> str:
    """That of two roles which may do more."""
    return role if other is None or ROLES.index(role) > ROLES.index(other) else other


def read_claims(said: Mapping[str, Any], *, issuer: str, claim: str, trusts_addresses: bool) -> Claims:
    """What the provider said, in our words. Raises NotVouchedFor where it does not say of whom it speaks."""
    subject = said.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise NotVouchedFor
    email = _address(said.get("email")) if _is_checked(said.get("email_verified"), trusts_addresses) else ""
    return Claims(
        issuer=issuer,
        subject=subject,
        email=email,
        name=_name(said) or email.partition("@")[0],
        language=_text(said.get("locale")).replace("_", "-").partition("-")[0].lower(),
        values=values_of(said, claim),
    )


def values_of(said: Mapping[str, Any], claim: str) -> frozenset[str]:
    """The values of the claim of that name; 'realm_access.roles' is what stands under roles in realm_access.

    One value, a list of them, and the names in an object are all met in the wild.
    """
    found: Any = said.get(claim)
    if found is None:
        found = said
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return frozenset({found})
    several = found if isinstance(found, list | tuple | Mapping) else ()
    return frozenset(one for one in several if isinstance(one, str))


def _is_checked(told: Any, trusts_addresses: bool) -> bool:
    """Whether the address is checked; some providers write true as a text, some never say."""
    return trusts_addresses if told is None else told is True or told == "true"


def _address(told: Any) -> str:
    try:
        return validate_email(told, check_deliverability=False).normalized if isinstance(told, str) else ""
    except EmailNotValidError:
        return ""


def _name(said: Mapping[str, Any]) -> str:
    both = f"{_text(said.get('given_name'))} {_text(said.get('family_name'))}".strip()
    return _text(said.get("name")) or both or _text(said.get("preferred_username"))


def _text(told: Any) -> str:
    """One line of at most 200 characters."""
    cleaned = "".join(sign if sign.isprintable() else " " for sign in told) if isinstance(told, str) else ""
    return " ".join(cleaned.split())[:200]
