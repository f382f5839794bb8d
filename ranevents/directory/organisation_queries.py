"""Organisations: one for each name, however it is spelled, and country; as far as their people are seen.

None has a row of its own. Each is known by the first of its people: whoever sees that person sees the organisation.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from ranevents.core import names
from ranevents.core.db import db
from ranevents.core.paging import ROWS_A_PAGE, Page, page_of
from ranevents.directory import queries
from ranevents.directory.queries import Sight
from ranevents.people import queries as people
from ranevents.people.models import Person


@dataclass(frozen=True)
class Organisation:
    """An organisation: the id of the first of its people, its folded name, country, commonest name, and figures."""

    id: int
    key: str
    country: str
    name: str
    people: int
    spellings: int


@dataclass(frozen=True)
class Spelling:
    """One way in which the name is written, and by how many people."""

    name: str
    people: int


def listing(sight: Sight, search: str, *, is_mixed: bool, page: int) -> Page[Organisation]:
    """One page of the organisations, in two statements; `is_mixed`: only those that are spelled in several ways."""
    found = _grouped().where(queries.among(sight.seen), Person.organisation_key != "")
    if search:
        found = found.where(Person.organisation_key.contains(names.fold(search), autoescape=True))
    if is_mixed:
        found = found.having(func.count(Person.organisation.distinct()) > 1)
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    number = min(max(1, page), max(1, -(-total // ROWS_A_PAGE)))
    order = found.order_by(Person.organisation_key.collate("C"), Person.country)
    rows = db.session.execute(order.limit(ROWS_A_PAGE).offset((number - 1) * ROWS_A_PAGE))
    return Page(rows=[Organisation(*row) for row in rows], number=number, total=total)


def of_person(sight: Sight, person: Person) -> Organisation:
    """The organisation of one person, as far as the organiser sees its people."""
    return Organisation(*db.session.execute(_grouped().where(queries.among(sight.seen), *_same(person))).one())


def spellings(sight: Sight, person: Person) -> list[Spelling]:
    """How the name of a person's organisation is written, the commonest first."""
    number = func.count().label("number")
    query = select(Person.organisation, number).where(queries.among(sight.seen), *_same(person))
    query = query.group_by(Person.organisation).order_by(number.desc(), Person.organisation)
    return [Spelling(*row) for row in db.session.execute(query)]


def people_of(sight: Sight, person: Person, page: int) -> Page[Person]:
    """One page of the people who have the same organisation."""
    query = select(Person).where(queries.among(sight.seen), *_same(person))
    return page_of(query.order_by(people.name_order(), Person.id), page)


def to_be_renamed(sight: Sight, person: Person, name: str) -> list[Person]:
    """Those of the same organisation who are written differently, and whom the organiser may change."""
    if not sight.may_edit_some:
        return []
    query = select(Person).where(queries.among(sight.edited), Person.organisation != name, *_same(person))
    return list(db.session.scalars(query.order_by(people.name_order(), Person.id)))


def _same(person: Person) -> list[ColumnElement[bool]]:
    return [Person.organisation_key == person.organisation_key, Person.country == person.country]


def _grouped() -> Select[Any]:
    commonest = func.mode().within_group(Person.organisation)
    number = func.count(Person.organisation.distinct())
    return select(
        func.min(Person.id), Person.organisation_key, Person.country, commonest, func.count(), number
    ).group_by(Person.organisation_key, Person.country)
