"""The list of an event's registrations: found, sorted and counted, whatever their number.

The usual list is read from an index, its length from the counts that the database keeps; only a filter that nobody
keeps a count of makes the database count.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import lazyload

from ranevents.core import names, tokens
from ranevents.core.db import db
from ranevents.core.paging import ROWS_A_PAGE, Page, page_of
from ranevents.events.models import Event
from ranevents.people import queries as people
from ranevents.people.models import Person
from ranevents.questions.models import Question, QuestionKind, QuestionVersion, Sensitivity
from ranevents.questions.queries import IN_FORM_ORDER
from ranevents.registrations.list_rules import STATES, Asked, Column, Wish, countries_of
from ranevents.registrations.models import Answer, Circular, Registration
from ranevents.registrations.states import RegistrationState

_CHOSEN = (QuestionKind.ONE_OF, QuestionKind.SEVERAL_OF, QuestionKind.YES_NO, QuestionKind.COUNTRY)
_LAST = 2**31 - 1
"""Behind every rank: who has none comes last."""


def questions_to_filter_by(event: Event) -> list[Question]:
    """The event's questions whose answers are choices and give nothing away, in the order of the form."""
    query = (
        select(Question)
        .join(Question.now)
        .join(Question.section)
        .where(
            Question.event_id == event.id,
            QuestionVersion.kind.in_(_CHOSEN),
            QuestionVersion.sensitivity == Sensitivity.ORDINARY,
        )
        .order_by(*IN_FORM_ORDER)
        .options(lazyload(Question.event))
    )
    return list(db.session.scalars(query))


def listing(event: Event, asked: Asked, page: int, *, figures: dict[RegistrationState, int]) -> Page[Registration]:
    """One page of what is asked for. `figures` are the event's, so that nothing need be counted twice."""
    total = count(event, asked, figures=figures)
    last = max(1, -(-total // ROWS_A_PAGE))
    number = min(max(1, page), last)
    ids = _ids_of_page(event, asked, number, total)
    return Page(rows=_in_this_order(ids), number=number, total=total)


def count(event: Event, asked: Asked, *, figures: dict[RegistrationState, int]) -> int:
    """How many are asked for."""
    if not asked.is_filtered:
        return sum(figures[state] for state in asked.states or STATES)
    return db.session.scalar(select(func.count()).select_from(_matching(event, asked).subquery())) or 0


def ids(event: Event, asked: Asked) -> list[int]:
    """The ids of all that are asked for, in their order."""
    return list(db.session.scalars(_matching(event, asked).order_by(*_order(asked, asked.is_descending))))


def first_come(event: Event, asked: Asked, *, most: int) -> list[int]:
    """The ids of those that are asked for, in the order in which they registered; at most so many."""
    query = _matching(event, asked).order_by(Registration.registered_at, Registration.id)
    return list(db.session.scalars(query.limit(most)))


def ids_of_page(event: Event, asked: Asked, page: int, *, figures: dict[RegistrationState, int]) -> list[int]:
    """The ids of one page."""
    total = count(event, asked, figures=figures)
    return _ids_of_page(event, asked, min(max(1, page), max(1, -(-total // ROWS_A_PAGE))), total)


def neighbours(event: Event, asked: Asked, registration: Registration) -> tuple[int | None, int | None]:
    """Who stands before and after a registration in the list, by their ids; None at its ends."""
    order = _order(asked, is_descending=False)
    here = db.session.execute(select(*order).where(Registration.id == registration.id)).one()
    keys, values = tuple_(*order), tuple_(*(literal(value) for value in here))

    def nearest(is_after: bool) -> int | None:
        beyond = keys > values if is_after else keys < values
        query = _matching(event, asked).where(beyond).order_by(*_order(asked, is_descending=not is_after)).limit(1)
        found: int | None = db.session.scalar(query)
        return found

    lower, higher = nearest(False), nearest(True)
    return (higher, lower) if asked.is_descending else (lower, higher)


def _ids_of_page(event: Event, asked: Asked, number: int, total: int) -> list[int]:
    """From whichever end of the list is nearer, so that the last page is as quick as the first."""
    first = (number - 1) * ROWS_A_PAGE
    length = min(ROWS_A_PAGE, max(0, total - first))
    is_behind = first > total / 2
    skipped = total - first - length if is_behind else first
    order = _order(asked, asked.is_descending is not is_behind)
    found = list(db.session.scalars(_matching(event, asked).order_by(*order).offset(skipped).limit(length)))
    return found[::-1] if is_behind else found


def _in_this_order(ids: list[int]) -> list[Registration]:
    query = select(Registration).where(Registration.id.in_(ids)).options(lazyload(Registration.event))
    found = {registration.id: registration for registration in db.session.scalars(query)}
    return [found[id] for id in ids if id in found]


def _order(asked: Asked, is_descending: bool) -> list[ColumnElement[Any]]:
    """What the list is sorted by, ties broken by name and id; all the same way round."""
    name = Registration.own_name_key if people.reads_cyrillic() else Registration.name_key
    first: dict[Column, Callable[[], list[ColumnElement[Any]]]] = {
        Column.NAME: lambda: [name.expression],
        Column.ORGANISATION: lambda: [Registration.organisation_key.expression, name.expression],
        Column.COUNTRY: lambda: [people.country_order(Registration.country), name.expression],
        Column.SECTOR: lambda: [people.sector_order(Registration.sector), name.expression],
        Column.SIDE: lambda: [people.side_order(Registration.side), name.expression],
        Column.STATE: lambda: [people.place_in(STATES, Registration.state), name.expression],
        Column.REGISTERED: lambda: [Registration.registered_at.expression],
        Column.RANK: lambda: [func.coalesce(Registration.rank, _LAST)],
    }
    order = [*first[asked.order](), Registration.id.expression]
    return [one.desc() for one in order] if is_descending else order


def _matching(event: Event, asked: Asked) -> Select[Any]:
    """The ids of the registrations that are asked for, in no order yet."""
    query = select(Registration.id).where(Registration.event_id == event.id, *_chosen(event, asked))
    if asked.languages:
        query = query.where(Registration.person_id.in_(select(Person.id).where(Person.language.in_(asked.languages))))
    if asked.search:
        query = query.where(_found(asked.search))
    return query.where(*(_answered(wish) for wish in asked.answers))


def _chosen(event: Event, asked: Asked) -> list[ColumnElement[bool]]:
    """What can be told from the registration's own row."""
    conditions: list[ColumnElement[bool]] = []
    for column, values in (
        (Registration.state, asked.states),
        (Registration.capacity, asked.capacities),
        (Registration.country, asked.countries),
        (Registration.sector, asked.sectors),
        (Registration.side, asked.sides),
    ):
        if values:
            conditions.append(column.in_(values))
    if asked.groups:
        conditions.append(Registration.country.in_(sorted(countries_of(asked.groups, event.first_on))))
    for is_so, wanted in (
        (Registration.is_on_shared_list.expression, asked.on_list),
        (Registration.allows_photographs.expression, asked.photographs),
        (or_(Registration.diet.is_not(None), Registration.access_needs.is_not(None)), asked.needs),
    ):
        if wanted is not None:
            conditions.append(is_so if wanted else ~is_so)
    if asked.first_on:
        conditions.append(Registration.registered_at >= datetime.combine(asked.first_on, time(), event.zone))
    if asked.last_on:
        end = datetime.combine(asked.last_on + timedelta(days=1), time(), event.zone)
        conditions.append(Registration.registered_at < end)
    return conditions


def _answered(wish: Wish) -> ColumnElement[bool]:
    """Any of the wished-for answers was given: alone, as yes or no, or among several."""
    decided = {"yes": True, "no": False}
    values: list[str | bool] = [*wish.values, *(decided[value] for value in wish.values if value in decided)]
    return exists().where(
        and_(
            Answer.registration_id == Registration.id,
            Answer.question_id == wish.question_id,
            or_(*(Answer.value == _json(one) for one in values)) | _among(wish.values),
        )
    )


def _among(values: Iterable[str]) -> ColumnElement[bool]:
    return or_(*(Answer.value.contains([one]) for one in values))


def _json(value: str | bool) -> ColumnElement[Any]:
    return literal(value, Answer.value.type)


def _found(search: str) -> ColumnElement[bool]:
    """Every word begins some word of the person's, in any spelling; or it is the reference."""
    reference = search.strip().upper()
    is_reference: ColumnElement[bool] = Registration.reference == reference
    if names.search_query(search) is None:
        return is_reference
    persons = select(Person.id).where(people.found(search))
    of_them: ColumnElement[bool] = Registration.person_id.in_(persons)
    # Only what can be a reference is looked up as one: two ways at once keep the database from its index.
    may_be = len(reference) == tokens.REFERENCE_LENGTH and set(reference) <= set(tokens.ALPHABET)
    return of_them | is_reference if may_be else of_them


def get_many(event: Event, ids: Iterable[int]) -> list[Registration]:
    """These registrations of the event, in the order in which they registered; without foreign and unknown ones."""
    query = (
        select(Registration)
        .where(Registration.event_id == event.id, Registration.id.in_(list(ids)))
        .order_by(Registration.registered_at, Registration.id)
        .options(lazyload(Registration.event))
    )
    return list(db.session.scalars(query))


def circulars(event: Event, page: int) -> Page[Circular]:
    """One page of what was written to many, the newest first."""
    return page_of(select(Circular).where(Circular.event_id == event.id).order_by(Circular.id.desc()), page)
