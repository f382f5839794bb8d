"""What pages and verbs read of lists that await confirmation: always through the event and the organiser."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import lazyload

from ranevents.accounts.models import Membership, Role
from ranevents.core import errors
from ranevents.core.db import db
from ranevents.core.paging import Page, page_of
from ranevents.directory.import_models import ImportBatch, ImportRow
from ranevents.directory.import_rules import Choice
from ranevents.events.models import Event
from ranevents.people.models import Person

ROWS_AT_ONCE = 500


class Show(StrEnum):
    """Which rows a page shows."""

    ALL = "all"
    WRONG = "wrong"
    ALIKE = "alike"
    HERE = "here"
    NEW = "new"
    KNOWN = "known"
    LEFT_OUT = "left_out"

    @property
    def label(self) -> str:
        """The rows as a reader sees them."""
        return str(_SHOWN[self])


_SHOWN = {
    Show.ALL: _l("All rows"),
    Show.WRONG: _l("To be corrected"),
    Show.ALIKE: _l("Perhaps the same person"),
    Show.HERE: _l("Already here"),
    Show.NEW: _l("New persons"),
    Show.KNOWN: _l("Known already"),
    Show.LEFT_OUT: _l("Left out"),
}
_IS_TAKEN = and_(ImportRow.is_good, ImportRow.choice != Choice.LEAVE_OUT)
_WHICH: dict[Show, ColumnElement[bool]] = {
    Show.ALL: ImportRow.id.is_not(None),
    Show.WRONG: and_(ImportRow.is_good.is_(False), ImportRow.choice != Choice.LEAVE_OUT),
    Show.ALIKE: and_(ImportRow.likeness.is_not(None), ImportRow.is_here.is_(False)),
    Show.HERE: ImportRow.is_here.is_(True),
    Show.NEW: and_(_IS_TAKEN, ImportRow.choice == Choice.NEW),
    Show.KNOWN: and_(_IS_TAKEN, ImportRow.choice != Choice.NEW, ImportRow.is_here.is_(False)),
    Show.LEFT_OUT: ImportRow.choice == Choice.LEAVE_OUT,
}


def batch(event: Event, user_id: int | None, id: int) -> ImportBatch:
    """One list that the organiser has brought for the event. Raises NotFound."""
    found = db.session.scalar(
        select(ImportBatch).where(
            ImportBatch.id == id, ImportBatch.event_id == event.id, ImportBatch.user_id == user_id
        )
    )
    if found is None:
        raise errors.NotFound
    return found


def waiting(event: Event, user_id: int) -> list[ImportBatch]:
    """The organiser's lists for the event that are not confirmed yet, or have rows left over, the newest first."""
    is_of_use = or_(ImportBatch.finished_at.is_(None), ImportBatch.name != "")
    asked = (
        select(ImportBatch)
        .where(ImportBatch.event_id == event.id, ImportBatch.user_id == user_id, is_of_use)
        .order_by(ImportBatch.id.desc())
        .limit(10)
    )
    return list(db.session.scalars(asked))


def remembered(batch: ImportBatch) -> ImportBatch | None:
    """The last list with the same headings of which the organiser has said what its columns hold."""
    asked = (
        select(ImportBatch)
        .where(
            ImportBatch.user_id == batch.user_id,
            ImportBatch.headings_key == batch.headings_key,
            ImportBatch.mapped_at.is_not(None),
            ImportBatch.id != batch.id,
        )
        .order_by(ImportBatch.mapped_at.desc(), ImportBatch.id.desc())
        .limit(1)
    )
    return db.session.scalar(asked)


def row(batch: ImportBatch, id: int) -> ImportRow:
    """One row of the list. Raises NotFound."""
    found = db.session.scalar(select(ImportRow).where(ImportRow.id == id, ImportRow.batch_id == batch.id))
    if found is None:
        raise errors.NotFound
    return found


def rows(batch: ImportBatch, ids: Collection[int]) -> list[ImportRow]:
    """Those of the rows that belong to the list."""
    asked = select(ImportRow).where(ImportRow.id.in_(ids), ImportRow.batch_id == batch.id).order_by(ImportRow.id)
    return list(db.session.scalars(asked))


def first_rows(batch: ImportBatch, most: int = 3) -> list[ImportRow]:
    """The list's first rows, by which its columns are understood."""
    asked = select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number).limit(most)
    return list(db.session.scalars(asked))


def page(batch: ImportBatch, show: Show, number: int) -> Page[ImportRow]:
    """A page of the rows, in the order of the file."""
    asked = select(ImportRow).where(ImportRow.batch_id == batch.id, _WHICH[show]).order_by(ImportRow.number)
    return page_of(asked, number)


def next_wrong(batch: ImportBatch, after: int) -> ImportRow | None:
    """The next row that has to be corrected, behind a line of the file; else the first one there is."""
    asked = (
        select(ImportRow)
        .where(ImportRow.batch_id == batch.id, _WHICH[Show.WRONG])
        .order_by(ImportRow.number <= after, ImportRow.number)
        .limit(1)
    )
    return db.session.scalar(asked)


def figures(batch: ImportBatch) -> dict[Show, int]:
    """How many rows there are of each kind, in one statement."""
    counted = [func.count().filter(_WHICH[show]) for show in Show]
    found = db.session.execute(select(*counted).where(ImportRow.batch_id == batch.id)).one()
    return dict(zip(Show, found, strict=True))


def number_of_rows(batch: ImportBatch) -> int:
    """How many rows the list has."""
    return db.session.scalar(select(func.count()).where(ImportRow.batch_id == batch.id)) or 0


def left_over() -> tuple[ColumnElement[bool], ...]:
    """Which rows can't be taken as they are, and were not left out on purpose."""
    return (_WHICH[Show.WRONG],)


def number_corrected(batch: ImportBatch) -> int:
    """How many rows somebody has corrected."""
    asked = select(func.count()).where(ImportRow.batch_id == batch.id, ImportRow.corrections != {})
    return db.session.scalar(asked) or 0


def tells_of(person: Person, addresses: Collection[str]) -> ColumnElement[bool]:
    """Rows of somebody: known to be the person, or with one of these addresses, as it was read or in any cell."""
    keys = [func.lower(address) for address in addresses if address]
    cell = func.jsonb_array_elements_text(ImportRow.cells).column_valued("cell")
    stands_there = or_(false(), *(func.lower(cell).regexp_match(_anywhere(one)) for one in addresses if one))
    in_cells = select(cell).where(stands_there).correlate(ImportRow).exists()
    return or_(ImportRow.person_id == person.id, ImportRow.email_key.in_(keys), in_cells)


def _anywhere(address: str) -> str:
    """The address as part of a longer text, such as 'Maria <maria@example.org>', but not of another address."""
    return rf"(^|[^a-z0-9._%+-]){re.escape(address.lower())}($|[^a-z0-9.-]|\.($|[^a-z0-9]))"


def in_batches(batch: ImportBatch, *which: ColumnElement[bool]) -> Iterator[Sequence[ImportRow]]:
    """The rows in the order of the file, some at a time."""
    last = -1
    while True:
        asked = (
            select(ImportRow)
            .where(ImportRow.batch_id == batch.id, ImportRow.number > last, *which)
            .order_by(ImportRow.number)
            .limit(ROWS_AT_ONCE)
            .options(lazyload(ImportRow.person))
        )
        found = list(db.session.scalars(asked))
        if not found:
            return
        last = found[-1].number
        yield found


def taken(batch: ImportBatch) -> Iterator[Sequence[ImportRow]]:
    """The rows that the confirmation takes."""
    return in_batches(batch, _IS_TAKEN)


def persons_taken(batch: ImportBatch) -> set[int]:
    """The ids of all known people whom the confirmation takes or corrects."""
    query = select(ImportRow.person_id).where(ImportRow.batch_id == batch.id, _IS_TAKEN)
    known = query.where(ImportRow.person_id.is_not(None), ImportRow.choice != Choice.NEW)
    return {id for id in db.session.scalars(known) if id is not None}


def events_edited_by(user_id: int | None, event_id: int) -> list[int]:
    """The event itself, and all others whose editor or owner the organiser is."""
    edited = select(Membership.event_id).where(
        Membership.user_id == user_id, Membership.role.in_((Role.EDITOR, Role.OWNER))
    )
    return [event_id, *(id for id in db.session.scalars(edited) if id != event_id)]


def over(before: datetime, *, unread_before: datetime) -> list[int]:
    """The lists that were brought before then and of which rows are left; files that nobody has read, sooner."""
    asked = select(ImportBatch.id).where(_is_over(before, unread_before))
    return list(db.session.scalars(asked.order_by(ImportBatch.id).limit(100)))


def is_still_over(id: int, before: datetime, *, unread_before: datetime) -> bool:
    """Whether that holds of a list, which nobody else changes from now on."""
    asked = select(ImportBatch.id).where(ImportBatch.id == id, _is_over(before, unread_before))
    return db.session.scalar(asked.with_for_update()) is not None


def _is_over(before: datetime, unread_before: datetime) -> ColumnElement[bool]:
    is_left = or_(ImportBatch.finished_at.is_(None), ImportBatch.name != "")
    is_unread = and_(ImportBatch.content.is_not(None), ImportBatch.created_at <= unread_before)
    return or_(and_(ImportBatch.created_at <= before, is_left), is_unread)
