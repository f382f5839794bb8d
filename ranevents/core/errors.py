"""The domain's refusals: raised where the rule is, shown where the person is."""

import re
from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from procrastinate.exceptions import ConnectorException
from psycopg import errors as pg
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError, TimeoutError

OF_THE_DATABASE = (OperationalError, InternalError, TimeoutError, ConnectorException)
"""What comes out of a database that is away, too busy, or has waited long enough; see `passes`."""


class DomainError(Exception):
    """A rule says no. `message` tells a person what is wrong and what to do; `field` names the form field concerned."""

    message: str = _l("This can't be done.")
    field: str | None = None

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        self.message = message if message is not None else self.message
        self.field = field if field is not None else self.field
        super().__init__(str(self.message))

    def __str__(self) -> str:
        return str(self.message)


class Refused(DomainError):
    """The record's state does not allow this step (any more)."""

    message = _l("This is no longer possible: something has changed in the meantime. Please look again.")


class NotFound(DomainError):
    """There is no such record, or it is none of the asker's business: the two look the same."""

    message = _l("There is no such page.")


class NoPlaceLeft(DomainError):
    """A pool has no free place."""

    message = _l("There is no place left.")


class NotUnique(DomainError):
    """Something that must be one of its kind exists already."""

    message = _l("This exists already. Please choose another.")


_by_constraint: dict[str, Callable[[], DomainError]] = {}


def constraint(name: str, make: Callable[[], DomainError]) -> None:
    """Declare which refusal a violation of the named database constraint means."""
    _by_constraint[name] = make


def from_integrity(error: IntegrityError) -> DomainError | None:
    """The refusal that a violated constraint stands for, or None where nobody declared one."""
    original = error.orig
    if not isinstance(original, pg.Error):
        return None
    name = original.diag.constraint_name or _named_in(str(original))
    make = _by_constraint.get(name or "")
    return make() if make else None


def passes(error: Exception) -> bool:
    """Whether an error of the database may be gone at the next try, unlike a fault of ours."""
    if isinstance(error, InternalError):
        return isinstance(error.orig, pg.IdleInTransactionSessionTimeout)
    return isinstance(error, OF_THE_DATABASE)


def _named_in(text: str) -> str | None:
    found = re.search(r'constraint "([^"]+)"', text)
    return found[1] if found else None
