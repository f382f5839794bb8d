"""What a password must be, where one may be sent after signing in, and the refusals of this room."""

import re
import unicodedata
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from ranevents.core.errors import DomainError, NotUnique

SHORTEST = 12
LONGEST = 200
RESET_SECONDS = 3600
INVITATION_SECONDS = 7 * 24 * 3600
SESSION_SECONDS = 24 * 3600
"""How long a session lasts that is used all the time; one that is not ends after twelve hours."""

LONGEST_PATH = 1000
"""Longer than any address of ours: it stands in the session's cookie for a while, which has 4 KB."""

_OBVIOUS = frozenset(
    {
        "abcdefgh", "abcdefghijkl", "administrator", "changeme", "correcthorsebatterystaple", "europeancommission",
        "iloveyou", "letmein", "letmeinplease", "motdepasse", "organiser", "organizer", "passphrase", "password",
        "passwordpassword", "passwort", "policyandpractice", "qwertyuiop", "qwertyuiopasdfghjkl", "qwertzuiop",
        "ranevents", "secret", "welcome", "welcomewelcome",
    }
)  # fmt: skip
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


class WrongCredentials(DomainError):
    """No account has this address and this password. Nobody learns which of the two is wrong."""

    message = _l("The e-mail address or the password is not right. Please check both.")


class UseSingleSignOn(DomainError):
    """Their organisation lets them in, and nothing else: they have no password, or passwords are for administrators."""

    message = _l("Please sign in with your organisation: your account opens in no other way.")


class WrongPassword(DomainError):
    """Who changes the password does not know the present one."""

    message = _l("This is not your present password.")
    field = "old_password"


class WeakPassword(DomainError):
    """The password is too short, too long, or among the first that an attacker would try."""

    field = "password"


class HasAccountAlready(NotUnique):
    """Two accounts can't share an address: organisers sign in with it."""

    message = _l("There is an account with this address already.")
    field = "email"


class InTeamAlready(NotUnique):
    """One person has one role at an event."""

    message = _l("This person is in the team already. Please change the role in the list.")
    field = "email"


class LastOwner(DomainError):
    """The event would be left without an owner who can sign in."""

    message = _l("An event always keeps at least one active owner. Please make somebody else an owner first.")


class LastAdministrator(DomainError):
    """Nobody would be left who can look after the accounts."""

    message = _l("At least one active administrator must remain. Please make somebody else an administrator first.")


def check_password(password: str, *, email: str, name: str) -> None:
    """Accept a new password by NIST SP 800-63B: long, not obvious, and no rules about kinds of characters.

    Raises WeakPassword.
    """
    if len(password) < SHORTEST:
        raise WeakPassword(_l("Please use at least 12 characters: several words that only you would combine."))
    if len(password) > LONGEST:
        raise WeakPassword(_l("Please use at most 200 characters."))
    own = {_letters(word) for word in (email, email.partition("@")[0], name)}
    if _is_obvious(password) or _letters(password) in own - {""}:
        raise WeakPassword(_l("This is one of the first passwords that somebody would try. Please choose another."))


def _is_obvious(password: str) -> bool:
    text = unicodedata.normalize("NFKC", password).casefold()
    repeats = re.fullmatch(r"(.{1,4}?)\1+.{0,3}", text, re.DOTALL) is not None
    runs = any(text in run or text in run[::-1] for run in _RUNS)
    return repeats or runs or _letters(text) in _OBVIOUS


def _letters(text: str) -> str:
    """Only the letters: figures and signs at the end of an obvious word make it no better."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalpha())


def own_path(address: str | None, *, otherwise: str) -> str:
    """The address where it is a path on our own site, else `otherwise`: nobody is led elsewhere by a link to us.

    Browsers read a backslash as a slash and drop tabs and line breaks, so neither may occur.
    """
    address = address or ""
    if len(address) > LONGEST_PATH:
        return otherwise
    if not address.startswith("/") or address.startswith("//") or re.search(r"[\\\x00-\x20\x7f]", address):
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc else address
