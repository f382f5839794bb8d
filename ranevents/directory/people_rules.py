"""What the directory is asked for: filters that combine, a search, an order; all of it in the address."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from ranevents.core.filters import Pair, SortedList
from ranevents.people.models import Sector, Side


class Column(StrEnum):
    """What the directory may be sorted by."""

    NAME = "name"
    ORGANISATION = "organisation"
    COUNTRY = "country"
    SECTOR = "sector"
    SIDE = "side"

    @property
    def label(self) -> str:
        """The column's head."""
        return str(_COLUMNS[self])


_COLUMNS = {
    Column.NAME: _l("Name"),
    Column.ORGANISATION: _l("Organisation"),
    Column.COUNTRY: _l("Country"),
    Column.SECTOR: _l("Sector"),
    Column.SIDE: _l("Side"),
}


@dataclass(frozen=True)
class PeopleAsked(SortedList):
    """Which people, in which order. Several values of one kind mean any of them; several kinds mean all.

    `events` are addresses of events; `organisation` is one in any spelling; `address_failed`: whether mails come back.
    """

    events: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    sectors: tuple[Sector, ...] = ()
    sides: tuple[Side, ...] = ()
    address_failed: bool | None = None
    organisation: str = ""
    search: str = ""
    column: Column | None = None

    @property
    def order(self) -> Column:
        """What the list is sorted by."""
        return self.column or Column.NAME

    @property
    def is_narrowed(self) -> bool:
        """Whether anything narrows the list."""
        return replace(self, column=None, is_descending=False) != PeopleAsked()

    def filters(self) -> Iterator[tuple[Pair, "PeopleAsked"]]:
        """Each filter as it stands in the address, and what would be asked without it."""
        for name in ("search", "organisation"):
            if said := getattr(self, name):
                yield (name, said), self._with(name, "")
        for name, attribute in _IN_ADDRESS:
            values = getattr(self, attribute)
            for one in values:
                yield (name, str(one)), self._with(attribute, tuple(other for other in values if other != one))
        if self.address_failed is not None:
            yield ("failed", "yes" if self.address_failed else "no"), self._with("address_failed", None)

    def _with(self, attribute: str, value: Any) -> "PeopleAsked":
        return replace(self, **{attribute: value})


_IN_ADDRESS = (("event", "events"), ("country", "countries"), ("sector", "sectors"), ("side", "sides"))
"""The name of each filter of several values in an address, and its field."""
FILTERS = frozenset([*(name for name, _attribute in _IN_ADDRESS), "failed"])
"""What an address may filter by and be misunderstood; a search is always understood."""
