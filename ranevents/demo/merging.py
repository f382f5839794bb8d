"""Making one of the entries that people have left at several events, as an organiser does in the directory."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from sqlalchemy import ARRAY, BigInteger, func, select

from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.directory import merge_service
from ranevents.directory.merge_service import CannotMerge
from ranevents.people.models import Person
from ranevents.people.service import Particulars

LEFT_TO_DO = "BG"
"""The country whose people are still to be merged: there is something left to try."""


def merge_most(by: Actor) -> None:
    """Merge those of one name and one address, where nothing stands in the way."""
    for ids in _entries():
        kept_id, *others = ids
        for id in others:
            kept, gone = db.session.get_one(Person, kept_id), db.session.get_one(Person, id)
            with suppress(CannotMerge):
                merge_service.merge(kept, gone, particulars_of(kept), keeps_spellings=False, by=by)


def particulars_of(person: Person) -> Particulars:
    """What the person has said of themselves."""
    return Particulars(**{name: getattr(person, name) for name in Particulars.__dataclass_fields__})


def _entries() -> Iterator[Sequence[int]]:
    ids = func.array_agg(Person.id.distinct(), type_=ARRAY(BigInteger))
    alike = select(ids).where(Person.country != LEFT_TO_DO, Person.erased_at.is_(None))
    yield from db.session.scalars(alike.group_by(Person.sort_key, Person.email).having(func.count() > 1)).all()
