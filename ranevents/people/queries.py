"""What other rooms' lists of people have in common: how they are searched, and sorted by name."""

from collections.abc import Iterable
from typing import Any

from flask_babel import get_locale
from sqlalchemy import ColumnElement, exists, false, func, literal, literal_column

from ranevents.core import countries, names
from ranevents.people.models import DifferentPeople, Person, Sector, Side

READ_IN_CYRILLIC = {"bg"}
"""Languages whose readers expect names in Cyrillic in their own order."""


def found(search: str) -> ColumnElement[bool]:
    """That every word begins some word of the person's, in any spelling; nobody where nothing searchable was typed."""
    query = names.search_query(search)
    if query is None:
        return false()
    simple: ColumnElement[str] = literal_column("'simple'")
    words = func.to_tsvector(simple, Person.search_words)
    return words.bool_op("@@")(func.to_tsquery(simple, query))


def are_told_apart(one: Any, other: Any) -> ColumnElement[bool]:
    """That somebody has judged these two ids to be of different people."""
    pair = (DifferentPeople.one_id == func.least(one, other), DifferentPeople.other_id == func.greatest(one, other))
    return exists().where(*pair)


def reads_cyrillic() -> bool:
    """Whether the reader expects names in Cyrillic in their own order."""
    return str(get_locale() or "en") in READ_IN_CYRILLIC


def name_order() -> ColumnElement[Any]:
    """What lists of people are sorted by: the name, in the reader's alphabet."""
    return (Person.own_sort_key if reads_cyrillic() else Person.sort_key).collate("C")


def country_order(column: Any) -> ColumnElement[int]:
    """Countries in the order of their names, as the reader's language has them."""
    return place_in([country.code for country in countries.all_countries()], column)


def sector_order(column: Any) -> ColumnElement[int]:
    """Sectors in the order of their names."""
    return place_in(_by_label(Sector), column)


def side_order(column: Any) -> ColumnElement[int]:
    """Sides in the order of their names."""
    return place_in(_by_label(Side), column)


def place_in(order: Iterable[str], column: Any) -> ColumnElement[int]:
    """Where a code stands in an order: searching one text is many times quicker than walking an array."""
    told = f",{','.join(order)},"
    return func.strpos(told, literal(",").concat(column).concat(","))


def _by_label(kinds: Iterable[Sector | Side]) -> list[str]:
    return [kind.value for kind in sorted(kinds, key=lambda one: names.fold(one.label))]
