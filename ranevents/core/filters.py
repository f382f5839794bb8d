"""What a list's filters are made of: how an address is read, and what a page shows of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self, TypeVar

from werkzeug.datastructures import MultiDict

Kind = TypeVar("Kind", bound=StrEnum)
Pair = tuple[str, str]
"""A name and a value of an address's query."""
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Option:
    """One value that may be chosen."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Filter:
    """One thing to filter by. `is_long`: too many values to show them all; `is_single`: one of them at most."""

    name: str
    label: str
    options: list[Option]
    is_long: bool = False
    is_single: bool = False

    @property
    def chosen(self) -> list[Option]:
        """What is chosen of it."""
        return [option for option in self.options if option.is_chosen]

    @property
    def id(self) -> str:
        """What its control is called on the page."""
        return f"filter-{self.name}"


@dataclass(frozen=True)
class Chip:
    """One filter that is in force, and what would be asked without it."""

    label: str
    without: Any


def offered(name: str, label: str, options: Mapping[str, str], chosen: Mapping[str, list[str]], **more: bool) -> Filter:
    """A filter of these values and labels, with what the address (`chosen`) has chosen of it."""
    said = chosen.get(name, [])
    return Filter(name, label, [Option(value, told, value in said) for value, told in options.items()], **more)


def each(sent: MultiDict[str, str], name: str, kind: type[Kind]) -> tuple[Kind, ...]:
    """The members of an enumeration that an address names, in their own order."""
    said = set(sent.getlist(name))
    return tuple(one for one in kind if one.value in said)


def known(sent: MultiDict[str, str], name: str, values: Iterable[str]) -> tuple[str, ...]:
    """Those of the values that an address names."""
    said = set(sent.getlist(name))
    return tuple(sorted(one for one in values if one in said))


def yes_no(sent: MultiDict[str, str], name: str) -> bool | None:
    """Yes, no, or neither."""
    return {"yes": True, "no": False}.get(sent.get(name, ""))


def by_name(pairs: Iterable[Pair]) -> dict[str, list[str]]:
    """The query of an address, by name."""
    told: dict[str, list[str]] = {}
    for name, value in pairs:
        told.setdefault(name, []).append(value)
    return told


@dataclass(frozen=True)
class SortedList:
    """What every list is asked for: its order, and all that is asked of it as the query of an address."""

    column: Any = None
    is_descending: bool = False

    @property
    def order(self) -> Any:
        """The column that the list is sorted by."""
        raise NotImplementedError

    def filters(self) -> Iterator[tuple[Pair, Self]]:
        """Each filter as it stands in the address, and what would be asked without it."""
        raise NotImplementedError

    def sorted_by(self, column: StrEnum) -> Self:
        """The same list by a column; the other way round where it is sorted by it already."""
        turns = column is self.order and not self.is_descending
        return replace(self, column=column, is_descending=turns)

    def pairs(self) -> list[Pair]:
        """All of it as the query of an address."""
        told = [pair for pair, _rest in self.filters()]
        if self.column is not None or self.is_descending:
            told.append(("sort", ("-" if self.is_descending else "") + self.order.value))
        return told

    def address(self) -> dict[str, list[str]]:
        """The same, by name."""
        return by_name(self.pairs())
