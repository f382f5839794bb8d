"""Deeds for many registrations at once: for whom they are possible, and who is left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from flask_babel import lazy_gettext as _l

from ranevents.registrations.states import LIFE, RegistrationState, RegistrationStep

MOST_AT_ONCE = 1000
WRITTEN_AT_ONCE = 50
"""Up to so many letters are written while the organiser waits; more are left to a job."""


class Deed(StrEnum):
    """What may be done with many at once."""

    APPROVE = "approve"
    REJECT = "reject"
    MAIL = "mail"

    @property
    def label(self) -> str:
        """The deed as its page calls it."""
        return str({Deed.APPROVE: _l("Approve"), Deed.REJECT: _l("Reject"), Deed.MAIL: _l("Write a mail")}[self])


class Stands(Protocol):
    """A registration, as far as deeds need it."""

    @property
    def state(self) -> RegistrationState:
        """Where it stands."""

    @property
    def erased_at(self) -> datetime | None:
        """When all that is personal in it went."""


One = TypeVar("One", bound=Stands)


@dataclass(frozen=True)
class Parting(Generic[One]):
    """For whom a deed is possible, and for whom it is not: their state says why."""

    able: list[One]
    unable: list[One]


def part(deed: Deed, registrations: Iterable[One]) -> Parting[One]:
    """Part those for whom the deed is possible from the others; the order stays."""
    able: list[One] = []
    unable: list[One] = []
    for one in registrations:
        (able if one.erased_at is None and _is_possible(deed, one.state) else unable).append(one)
    return Parting(able, unable)


def _is_possible(deed: Deed, state: RegistrationState) -> bool:
    if deed is Deed.APPROVE:
        return state is RegistrationState.PENDING
    return deed is Deed.MAIL or LIFE.allows(state, RegistrationStep.REJECT)
