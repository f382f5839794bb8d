"""What a list of registrations is asked for: filters that combine, a search, an order; all of it in the address."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from ranevents.core import countries
from ranevents.core.countries import Group
from ranevents.core.filters import Pair, SortedList
from ranevents.events.models import Capacity
from ranevents.people.models import Sector, Side
from ranevents.registrations.states import RegistrationState


class Column(StrEnum):
    """What a list may be sorted by."""

    NAME = "name"
    ORGANISATION = "organisation"
    COUNTRY = "country"
    SECTOR = "sector"
    SIDE = "side"
    STATE = "state"
    REGISTERED = "registered"
    RANK = "rank"

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
    Column.STATE: _l("State"),
    Column.REGISTERED: _l("Registered"),
    Column.RANK: _l("Rank"),
}

STATES = tuple(state for state in RegistrationState if state is not RegistrationState.NEW)


@dataclass(frozen=True)
class Wish:
    """What is wished for of one of the event's questions: any of these answers (keys, codes, 'yes' or 'no')."""

    question_id: int
    values: tuple[str, ...]


@dataclass(frozen=True)
class Asked(SortedList):
    """Which registrations, in which order. Several values of one kind mean any of them; several kinds mean all.

    `needs`: whether somebody has said anything about diet or accessibility. `column` is None for the usual order: by
    name; who waits, by rank.
    """

    states: tuple[RegistrationState, ...] = ()
    capacities: tuple[Capacity, ...] = ()
    countries: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    sectors: tuple[Sector, ...] = ()
    sides: tuple[Side, ...] = ()
    languages: tuple[str, ...] = ()
    on_list: bool | None = None
    photographs: bool | None = None
    needs: bool | None = None
    first_on: date | None = None
    last_on: date | None = None
    answers: tuple[Wish, ...] = ()
    search: str = ""
    column: Column | None = None

    @property
    def order(self) -> Column:
        """What the list is sorted by."""
        if self.column is not None:
            return self.column
        return Column.RANK if self.states == (RegistrationState.WAITLISTED,) else Column.NAME

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the state narrows the list."""
        return replace(self, states=(), column=None, is_descending=False) != Asked()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything at all narrows the list."""
        return self.is_filtered or bool(self.states)

    def with_states(self, *states: RegistrationState) -> "Asked":
        """The same list of other states, in its usual order."""
        return replace(self, states=states, column=None if self.column is Column.RANK else self.column)

    def filters(self) -> Iterator[tuple[Pair, "Asked"]]:
        """Each filter as it stands in the address, and what would be asked without it."""
        for name, attribute, write in _IN_ADDRESS:
            value = getattr(self, attribute)
            if isinstance(value, tuple):
                for one in value:
                    left = tuple(other for other in value if other != one)
                    yield (name, write(one)), self._with(attribute, left)
            elif value not in (None, ""):
                yield (name, write(value)), self._with(attribute, "" if attribute == "search" else None)
        for wish in self.answers:
            for value in wish.values:
                yield (f"q{wish.question_id}", value), replace(self, answers=self._without(wish, value))

    def _with(self, attribute: str, value: Any) -> "Asked":
        return replace(self, **{attribute: value})

    def _without(self, wish: Wish, value: str) -> tuple[Wish, ...]:
        left = Wish(wish.question_id, tuple(one for one in wish.values if one != value))
        kept = (left if one == wish else one for one in self.answers)
        return tuple(one for one in kept if one.values)


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


_IN_ADDRESS: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("search", "search", str),
    ("state", "states", str),
    ("capacity", "capacities", str),
    ("country", "countries", str),
    ("group", "groups", str),
    ("sector", "sectors", str),
    ("side", "sides", str),
    ("language", "languages", str),
    ("list", "on_list", _yes_no),
    ("photographs", "photographs", _yes_no),
    ("needs", "needs", _yes_no),
    ("from", "first_on", date.isoformat),
    ("to", "last_on", date.isoformat),
)
"""The name of each filter in an address, its field, and how its values are written."""

FILTERS = frozenset(name for name, _attribute, _write in _IN_ADDRESS)
"""What an address may filter by, besides answers to the event's questions."""

assert {attribute for _name, attribute, _write in _IN_ADDRESS} < {one.name for one in fields(Asked)}


def countries_of(groups: Iterable[Group], on: date) -> set[str]:
    """The countries that belong to any of these groups on a day."""
    wanted = set(groups)
    return {code for code in countries.CODES if countries.group_of(code, on) in wanted}
