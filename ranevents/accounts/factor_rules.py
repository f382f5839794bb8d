"""Who must have a second factor, how long proofs last, and the refusals about second factors."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from ranevents.config import SecondFactorFor
from ranevents.core.errors import DomainError, NotUnique

HALF_WAY_SECONDS = 600
CONFIRMED_SECONDS = 900
CHALLENGE_SECONDS = 3600
RECOVERY_CODES = 10


class Change(StrEnum):
    """What happens to somebody's second factors; each is told to them by mail and written into the trail."""

    APP_SET_UP = "set_up_app"
    APP_REMOVED = "remove_app"
    PASSKEY_ADDED = "add_passkey"
    PASSKEY_REMOVED = "remove_passkey"
    CODES_MADE = "make_recovery_codes"
    CODE_USED = "use_recovery_code"
    RESET = "reset_second_factor"

    @property
    def label(self) -> str:
        """The change as its owner reads it."""
        return str(_LABELS[self])


_LABELS = {
    Change.APP_SET_UP: _l("An authenticator app was set up for your account."),
    Change.APP_REMOVED: _l("The authenticator app was removed from your account."),
    Change.PASSKEY_ADDED: _l("A passkey was added to your account."),
    Change.PASSKEY_REMOVED: _l("A passkey was removed from your account."),
    Change.CODES_MADE: _l("New recovery codes were made for your account. Older ones don't work any more."),
    Change.CODE_USED: _l("A recovery code was used to sign in to your account. It doesn't work a second time."),
    Change.RESET: _l(
        "An administrator removed all second factors from your account. Your password alone is enough until you set up"
        " a new one."
    ),
}


class WrongCode(DomainError):
    """The code of the app is wrong, too old, or was used already. Nobody learns which."""

    message = _l(
        "This code is not right, or was used already. Please wait for the next one; if that fails too, check that the"
        " clock of your phone is right."
    )
    field = "code"


class WrongRecoveryCode(DomainError):
    """There is no such code (any more)."""

    message = _l("This recovery code is not right, or was used already.")
    field = "recovery_code"


class PasskeyRefused(DomainError):
    """The browser's answer does not prove that a passkey of this account is there."""

    message = _l("This passkey was not accepted. Please try again, or use another way to sign in.")


class PasskeyIsKnown(NotUnique):
    """One passkey belongs to one account, once."""

    message = _l("This passkey is set up already.")


class LastFactor(DomainError):
    """Who must have a second factor keeps one."""

    message = _l("Your account must have a second factor. Please set up another one first, then remove this one.")


def must_have_one(wanted: SecondFactorFor, *, is_administrator: bool) -> bool:
    """Whether an account may not be without a second factor."""
    return wanted is SecondFactorFor.ORGANISERS or (wanted is SecondFactorFor.ADMINISTRATORS and is_administrator)
