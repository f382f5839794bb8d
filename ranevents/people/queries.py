"""What other rooms' lists of people have in common: how they are searched, and sorted by name."""

from typing import Any

from flask_babel import get_locale
from sqlalchemy import ColumnElement, false, func, literal_column

from ranevents.core import names
from ranevents.people.models import Person

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


def name_order() -> ColumnElement[Any]:
    """What lists of people are sorted by: the name, in the reader's alphabet."""
    key = Person.own_sort_key if str(get_locale() or "en") in READ_IN_CYRILLIC else Person.sort_key
    return key.collate("C")
