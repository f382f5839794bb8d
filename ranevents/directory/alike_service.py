"""Who in a list may be somebody who is known, or stands in it twice: found for all rows at once, by the database.

Compared are the address, and the name in plain Latin letters as lists sort it. What somebody has decided about a row
stays as it is.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, false, func, or_, select, true, update

from ranevents.core.db import db
from ranevents.directory.import_models import ImportBatch, ImportRow
from ranevents.directory.import_rules import OF_A_PERSON, Choice, Field, Likeness, alike, usual
from ranevents.invitations.models import Guest
from ranevents.invitations.queries import known_at
from ranevents.people.models import Person

_MOST_AT_ONE_ADDRESS = 5
"""So many persons with an address are looked at for each row: an office's may be that of hundreds."""
_rows, _persons = cast(Table, ImportRow.__table__), cast(Table, Person.__table__)


def find(batch: ImportBatch, event_ids: Collection[int]) -> None:
    """Find the doubles within the list, and among those who are known at these events."""
    open_rows = and_(_rows.c.batch_id == batch.id, _rows.c.is_decided.is_(False))
    good = and_(open_rows, _rows.c.is_good)
    forget = {"likeness": None, "person_id": None, "twin": None, "choice": Choice.NEW, "is_here": False}
    db.session.execute(update(_rows).where(open_rows).values(**forget))
    with _joined_at_once():
        _find_doubles(batch, good, event_ids)
    _find_those_here(batch, good)
    db.session.expire_all()


@contextmanager
def _joined_at_once() -> Iterator[None]:
    """Rows are joined with rows all at once, not one by one.

    The database plans by figures that a list brought just now has outrun: it takes ten thousand rows for one, and would
    compare each with each. It holds within the transaction only.
    """
    db.session.execute(select(func.set_config("enable_nestloop", "off", True)))
    yield
    db.session.execute(select(func.set_config("enable_nestloop", "on", True)))


def _find_doubles(batch: ImportBatch, good: ColumnElement[bool], event_ids: Collection[int]) -> None:
    _find_twins(batch, good, Likeness.SAME, _rows.c.email_key, _rows.c.sort_key)
    known = and_(_persons.c.erased_at.is_(None), _persons.c.id.in_(known_at(event_ids)))
    is_open = and_(good, _rows.c.likeness.is_(None))
    same_address = func.lower(_persons.c.email) == _rows.c.email_key
    same_name = _persons.c.sort_key == _rows.c.sort_key
    _find_persons(and_(is_open, known, same_address, same_name), Likeness.SAME)
    others = _compare_names(is_open, known, same_address)
    same_organisation = and_(_rows.c.organisation_key != "", _persons.c.organisation_key == _rows.c.organisation_key)
    _find_persons(and_(is_open, known, same_name, same_organisation), Likeness.ORGANISATION)
    _find_persons(and_(is_open, known, same_name, _persons.c.country == _rows.c.country), Likeness.COUNTRY)
    _note(is_open, others, Likeness.ADDRESS)
    named_organisation = and_(is_open, _rows.c.organisation_key != "")
    _find_twins(batch, named_organisation, Likeness.ORGANISATION, _rows.c.sort_key, _rows.c.organisation_key)
    _find_twins(batch, is_open, Likeness.COUNTRY, _rows.c.sort_key, _rows.c.country)
    _find_twins(batch, is_open, Likeness.ADDRESS, _rows.c.email_key)


def _find_twins(batch: ImportBatch, which: ColumnElement[bool], likeness: Likeness, *same: Any) -> None:
    """Note each row that says the same as one before it, good or decided, in the file."""
    first = func.min(_rows.c.number).over(partition_by=same).label("first")
    told = select(_rows.c.id, first).where(_rows.c.batch_id == batch.id, _rows.c.is_good).subquery()
    found = and_(which, _rows.c.id == told.c.id, told.c.first < _rows.c.number)
    choice = usual(likeness, within_file=True)
    db.session.execute(update(_rows).where(found).values(likeness=likeness, twin=told.c.first, choice=choice))


def _find_persons(pairs: ColumnElement[bool], likeness: Likeness) -> None:
    """Note for each row the person who fits; of several the one of whom most is said alike, then the oldest."""
    is_equal = and_(
        *(
            _persons.c[name] == _rows.c.details[name].astext
            for name in ("given_name", "family_name", "organisation", "position", "country", "sector", "side")
        )
    )
    place = func.row_number().over(partition_by=_rows.c.id, order_by=(is_equal.desc(), _persons.c.id)).label("place")
    told = select(_rows.c.id, _persons.c.id.label("person_id"), place).select_from(_rows.join(_persons, true()))
    told_once = told.where(pairs).subquery()
    found = and_(_rows.c.id == told_once.c.id, told_once.c.place == 1)
    noted = {"likeness": likeness, "person_id": told_once.c.person_id, "choice": usual(likeness)}
    db.session.execute(update(_rows).where(found).values(**noted))


def _compare_names(
    is_open: ColumnElement[bool], known: ColumnElement[bool], same_address: ColumnElement[bool]
) -> dict[int, int]:
    """Note who shares the address and is called alike; the persons who share no more than that, by row."""
    some = (
        select(_persons.c.id, _words(_persons.c.latin_given_name, _persons.c.latin_family_name))
        .where(known, same_address)
        .order_by(_persons.c.id)
        .limit(_MOST_AT_ONE_ADDRESS)
        .lateral()
    )
    details = _rows.c.details
    called = _words(details["latin_given_name"].astext, details["latin_family_name"].astext)
    asked = select(_rows.c.id, called, some.c.id, some.c.called).select_from(_rows.join(some, true())).where(is_open)
    same: dict[int, int] = {}
    others: dict[int, int] = {}
    for row_id, name, person_id, persons_name in db.session.execute(asked):
        (same if alike(name, persons_name) else others).setdefault(row_id, person_id)
    _note(is_open, same, Likeness.SAME)
    return others


def _find_those_here(batch: ImportBatch, which: ColumnElement[bool]) -> None:
    """Note whoever stands on the guest list already, and of whom the file says nothing else: nothing is to be done."""
    details, told = _rows.c.details, batch.told_fields
    same = [
        or_(
            details[one].astext.in_(("", _persons.c[one])),
            false() if one in told else _rows.c.corrections[one].astext.is_(None),
        )
        for one in OF_A_PERSON
        if one is not Field.EMAIL
    ]
    # Asked for each row by its person's id: as a join it is planned by figures that a new list has outrun.
    is_here = (
        select(and_(*same))
        .where(_persons.c.id == _rows.c.person_id, Guest.person_id == _persons.c.id, Guest.event_id == batch.event_id)
        .limit(1)
        .scalar_subquery()
    )
    found = and_(which, _rows.c.likeness == Likeness.SAME, _rows.c.person_id.is_not(None))
    db.session.execute(update(_rows).where(found, is_here).values(is_here=True))


def _words(*parts: Any) -> Any:
    return func.concat_ws(" ", *parts).label("called")


def _note(is_open: ColumnElement[bool], persons: dict[int, int], likeness: Likeness) -> None:
    if not persons:
        return
    noted = {"likeness": likeness, "person_id": bindparam("person"), "choice": usual(likeness)}
    found = update(_rows).where(is_open, _rows.c.id == bindparam("row")).values(**noted)
    pairs = [{"row": row_id, "person": person_id} for row_id, person_id in persons.items()]
    db.session.connection().execute(found, pairs)
