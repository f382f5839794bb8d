"""What a guest list is asked for: filters that combine, a search, an order; all of it in the address."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from ranevents.core.filters import Pair, SortedList
from ranevents.invitations.models import GuestOrigin
from ranevents.people.models import Sector, Side

MOST_AT_ONCE = 500
"""How many can be asked, or reminded, at once."""
SENT_AT_ONCE = 30
"""Up to so many letters are written while the organiser waits; more are left to a job."""


class Standing(StrEnum):
    """How it stands with somebody on the guest list: the invitation's state, and what a list must tell beyond it."""

    NOT_INVITED = "not_invited"
    DRAFT = "draft"
    SILENT = "silent"
    BOUNCED = "bounced"
    ACCEPTED = "accepted"
    NO_LONGER_COMING = "no_longer_coming"
    DECLINED = "declined"
    SUBSTITUTED = "substituted"
    EXPIRED = "expired"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """How it stands, as a reader sees it."""
        return str(_STANDINGS[self])


_STANDINGS = {
    Standing.NOT_INVITED: _l("Not invited"),
    Standing.DRAFT: _l("Not sent yet"),
    Standing.SILENT: _l("No answer yet"),
    Standing.BOUNCED: _l("Mail came back"),
    Standing.ACCEPTED: lazy_pgettext("invitation", "Accepted"),
    Standing.NO_LONGER_COMING: _l("Accepted, no longer coming"),
    Standing.DECLINED: lazy_pgettext("invitation", "Declined"),
    Standing.SUBSTITUTED: _l("Replaced by a substitute"),
    Standing.EXPIRED: _l("Date has passed"),
    Standing.REVOKED: lazy_pgettext("invitation", "Withdrawn"),
}


class Column(StrEnum):
    """What a guest list may be sorted by."""

    NAME = "name"
    STANDING = "standing"
    ORGANISATION = "organisation"
    COUNTRY = "country"
    SECTOR = "sector"
    SIDE = "side"
    ANSWER_BY = "answer_by"

    @property
    def label(self) -> str:
        """The column's head."""
        return str(_COLUMNS[self])


_COLUMNS = {
    Column.NAME: _l("Name"),
    Column.STANDING: _l("Invitation"),
    Column.ORGANISATION: _l("Organisation"),
    Column.COUNTRY: _l("Country"),
    Column.SECTOR: _l("Sector"),
    Column.SIDE: _l("Side"),
    Column.ANSWER_BY: _l("Answer by"),
}


@dataclass(frozen=True)
class GuestsAsked(SortedList):
    """Which guests, in which order. Several values of one kind mean any of them; several kinds mean all."""

    standings: tuple[Standing, ...] = ()
    countries: tuple[str, ...] = ()
    sectors: tuple[Sector, ...] = ()
    sides: tuple[Side, ...] = ()
    origins: tuple[GuestOrigin, ...] = ()
    search: str = ""
    column: Column | None = None

    @property
    def order(self) -> Column:
        """What the list is sorted by."""
        return self.column or Column.NAME

    @property
    def is_narrowed(self) -> bool:
        """Whether anything narrows the list."""
        return replace(self, column=None, is_descending=False) != GuestsAsked()

    def filters(self) -> Iterator[tuple[Pair, "GuestsAsked"]]:
        """Each filter as it stands in the address, and what would be asked without it."""
        if self.search:
            yield ("search", self.search), replace(self, search="")
        for name, attribute in _IN_ADDRESS:
            values = getattr(self, attribute)
            for one in values:
                left: Any = {attribute: tuple(other for other in values if other != one)}
                yield (name, str(one)), replace(self, **left)


_IN_ADDRESS = (
    ("standing", "standings"),
    ("country", "countries"),
    ("sector", "sectors"),
    ("side", "sides"),
    ("origin", "origins"),
)
"""The name of each filter in an address, and its field."""
FILTERS = frozenset(name for name, _attribute in _IN_ADDRESS)

ANSWERED = (Standing.ACCEPTED, Standing.NO_LONGER_COMING, Standing.DECLINED, Standing.SUBSTITUTED)
ASKED = (Standing.SILENT, Standing.BOUNCED, *ANSWERED, Standing.EXPIRED)


@dataclass(frozen=True)
class Figure:
    """One number that is followed: how many stand in any of these ways."""

    label: Any
    standings: tuple[Standing, ...]


FIGURES = (
    Figure(_l("Asked"), ASKED),
    Figure(_l("Answered"), ANSWERED),
    *(
        Figure(_STANDINGS[one], (one,))
        for one in (
            Standing.ACCEPTED,
            Standing.NO_LONGER_COMING,
            Standing.DECLINED,
            Standing.SUBSTITUTED,
            Standing.SILENT,
            Standing.BOUNCED,
            Standing.EXPIRED,
            Standing.REVOKED,
            Standing.DRAFT,
            Standing.NOT_INVITED,
        )
    ),
)
"""What the following up shows, in this order."""
FOLLOWED = tuple(one for one in FIGURES if set(one.standings) <= set(ASKED) and one.standings != ANSWERED)
"""Those of them that tell what became of whoever was asked: the overview shows them."""


@dataclass(frozen=True)
class Line:
    """One line of the figures: of everybody, or of one country, sector or side, and the lists they count."""

    value: str
    label: str
    counts: tuple[int, ...]
    narrowed: dict[str, str]


Counted = tuple[Standing, str, Sector, Side, int]
"""How many guests stand in one way and have one country, sector and side."""


def counts(rows: list[Counted], keep: Callable[[Counted], bool]) -> tuple[int, ...]:
    """The figures of those rows that are kept, in the order of FIGURES."""
    kept = [row for row in rows if keep(row)]
    return tuple(sum(row[4] for row in kept if row[0] in figure.standings) for figure in FIGURES)
