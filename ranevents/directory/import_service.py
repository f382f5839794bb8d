"""The verbs of bringing a list: stage it, say what its columns are, correct rows, decide on doubles, confirm.

Nothing reaches persons or guests before `confirm`, which takes all good rows in one transaction or none.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import chain, islice
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, and_, bindparam, delete, insert, not_, select, true, update
from sqlalchemy.dialects.postgresql import insert as insert_or_leave

from ranevents.core import audit, charsets, clock, names, places, sheets, tokens
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import DomainError
from ranevents.core.files import BadFile, plain_name
from ranevents.core.forms import one_line
from ranevents.directory import (
    correction_rules,
    heading_rules,
    import_queries,
    import_row_service,
    import_rules,
    import_words,
)
from ranevents.directory.import_models import ImportBatch, ImportRow
from ranevents.directory.import_row_service import lock
from ranevents.directory.import_rules import Choice, Field, Progress
from ranevents.events import queries as event_queries
from ranevents.events.models import Event
from ranevents.invitations.models import Guest, GuestOrigin
from ranevents.people import service as people
from ranevents.people.models import Person, Sector, Side
from ranevents.people.service import Particulars

_ROWS_TO_TELL_BY = 20
_rows = cast(Table, ImportRow.__table__)


class NothingToTake(DomainError):
    """A list without a row that could be taken."""

    message = _l("There is no row that can be taken. Please correct the rows, or bring another file.")


class NoRows(BadFile):
    """A table with nobody in it."""

    message = _l("There is nobody in this table: below its headings it has no rows. Please choose another file.")


def _nothing(_rows: int) -> None:
    """Nobody watches."""


def bring(
    event: Event, content: bytes, *, name: str, user_id: int | None, charset: str = "", sheet: str = ""
) -> ImportBatch:
    """Take in a file. Its rows are staged at once, unless it is a workbook of which a sheet has to be chosen.

    `user_id`: the organiser who alone sees it; a command has none, and chooses the first sheet if it names no other.

    Raises BadFile for what is no table, or too large a one.
    """
    with db.session.begin_nested():  # what is refused leaves no trace
        return _bring(event, content, name=name, user_id=user_id, charset=charset, sheet=sheet)


def _bring(event: Event, content: bytes, *, name: str, user_id: int | None, charset: str, sheet: str) -> ImportBatch:
    named = sheets.sheets(content)
    batch = ImportBatch(
        event_id=event.id,
        user_id=user_id,
        name=plain_name(name),
        content=content,
        sheet="",
        charset=charset,
        headings=[],
        headings_key="",
        surprises={},
        columns={},
        fixed={},
        counts={},
        is_stale=False,
        created_at=clock.now(),
    )
    db.session.add(batch)
    db.session.flush()
    if len(named) == 1 or sheet or user_id is None:
        stage(batch, content, sheet=sheet or named[0])
    return batch


def stage(batch: ImportBatch, content: bytes, *, sheet: str, progress: Progress = _nothing) -> None:
    """Keep the rows of a sheet as they came, from below its headings; the file itself is let go. Done once."""
    lock(batch)
    if batch.content is None:
        return
    table = sheets.read(content, sheet=sheet, charset=batch.charset)
    beginning = list(islice(table.rows, _ROWS_TO_TELL_BY))
    at = heading_rules.heading_row(beginning)
    headings = beginning[at][1] if beginning else []
    count = _keep(batch, chain(beginning[at + 1 :], table.rows), progress)
    if count == 0:
        raise NoRows
    _note_headings(batch, headings)
    batch.charset = table.charset
    batch.sheet, batch.content = sheet[:200], None
    batch.surprises = {name: count for name, count in vars(table.surprises).items() if count}
    if at:
        batch.surprises["above"] = at
    _propose_columns(batch)
    db.session.flush()


def _note_headings(batch: ImportBatch, headings: Sequence[str]) -> None:
    """Keep them, and their fingerprint; not that of our own column, which rows bring that were left over."""
    batch.headings = [one_line(_plain(one)) for one in headings]
    is_ours = bool(batch.headings) and import_words.says_what_is_wrong(batch.headings[-1])
    told = batch.headings[:-1] if is_ours else batch.headings
    batch.headings_key = tokens.fingerprint("headings", json.dumps(told))


def read_anew(batch: ImportBatch, charset: str) -> None:
    """Read the letters of a text file in another way: the bytes are those that we have read, under other names.

    Raises BadFile where they are no text in what is said; then nothing is changed.
    """
    lock(batch)
    if batch.finished_at is not None or not {batch.charset, charset} <= set(charsets.WINDOWS):
        return
    try:
        headings = [charsets.again(one, batch.charset, charset) for one in batch.headings]
        for some in import_queries.in_batches(batch):
            told = [
                {"row": row.id, "anew": [charsets.again(cell, batch.charset, charset) for cell in row.cells]}
                for row in some
            ]
            db.session.connection().execute(_ANEW, told)
    except UnicodeError as error:
        raise sheets.not_in_these_letters() from error
    batch.charset = charset
    _note_headings(batch, headings)
    if batch.mapped_at is None:
        _propose_columns(batch)
    batch.mapped_at = None
    db.session.flush()
    db.session.expire_all()


_ANEW = update(_rows).where(_rows.c.id == bindparam("row")).values(cells=bindparam("anew"))


def _plain(text: str) -> str:
    """PostgreSQL keeps no NUL, and no half of a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _keep(batch: ImportBatch, rows: Any, progress: Progress) -> int:
    blank = {"batch_id": batch.id, "corrections": {}, "details": {}, "problems": {}, "is_good": False}
    blank |= {"email_key": "", "sort_key": "", "organisation_key": "", "country": ""}
    blank |= {"choice": Choice.NEW, "is_decided": False, "is_here": False}
    count = 0
    while some := list(islice(rows, import_queries.ROWS_AT_ONCE)):
        told = [{**blank, "number": number, "cells": [_plain(cell) for cell in row]} for number, row in some]
        db.session.execute(insert(_rows), told)
        count += len(told)
        progress(len(told))
    return count


def _propose_columns(batch: ImportBatch) -> None:
    """As the organiser said for the last list with these headings, else as the headings say."""
    before = import_queries.remembered(batch) if batch.user_id is not None else None
    if before is not None:
        batch.columns, batch.fixed = before.columns, before.fixed
    else:
        batch.columns = {str(one): column for one, column in heading_rules.guess(batch.headings).items()}


def say_columns(
    batch: ImportBatch, columns: Mapping[Field, int], fixed: Mapping[Field, str], *, progress: Progress = _nothing
) -> int:
    """Say which column holds what, and which values hold where the file is silent; every row is read accordingly.

    What was corrected in a row stays as long as its field is read from the same column: how many corrections are lost.
    """
    lock(batch)
    if batch.finished_at is not None:
        return 0
    before = batch.column_of
    batch.columns = {str(one): column for one, column in columns.items()}
    batch.fixed = {str(one): value for one, value in fixed.items() if value}
    batch.mapped_at = clock.now()
    db.session.flush()
    return import_row_service.read(batch, before, progress=progress)


def give_up(batch: ImportBatch) -> None:
    """Let a list go that nobody wants to confirm, or what is left over of one that was confirmed."""
    forget(batch.id)


def forget(id: int) -> None:
    """Delete a list with its rows; of one that is confirmed its figures are left."""
    db.session.execute(delete(ImportBatch).where(ImportBatch.id == id, ImportBatch.finished_at.is_(None)))
    db.session.execute(delete(_rows).where(_rows.c.batch_id == id))
    db.session.execute(update(ImportBatch).where(ImportBatch.id == id).values(headings=[], name=""))


def forget_person(person: Person, addresses: Collection[str], *, event: Event | None = None) -> None:
    """Take somebody who is erased out of the rows that lists still have: for the event, or for all.

    They are found by who they are known to be, and by address, also in cells that nobody has read yet. A file of which
    a sheet has to be chosen isn't opened: it goes within the hour.
    """
    lists_here = select(ImportBatch.id)
    if event is not None:
        lists_here = lists_here.where(ImportBatch.event_id == event.id)
    theirs = and_(_rows.c.batch_id.in_(lists_here), import_queries.tells_of(person, addresses))
    lists = sorted(db.session.scalars(select(_rows.c.batch_id).where(theirs).distinct()))
    if not lists:
        return
    # As a confirmation does: the list first, then its rows. Those of whom they seemed doubles are looked at anew.
    db.session.scalars(
        select(ImportBatch.id).where(ImportBatch.id.in_(lists)).order_by(ImportBatch.id).with_for_update()
    )
    db.session.execute(update(ImportBatch).where(ImportBatch.id.in_(lists)).values(is_stale=True))
    db.session.execute(delete(_rows).where(theirs))


def confirm(batch: ImportBatch, *, by: Actor, progress: Progress = _nothing) -> dict[str, int]:
    """Take every good row that is not left out: all of them, or none. How many were new, known, changed, left.

    Confirmed again it changes nothing. Raises NothingToTake.
    """
    # One list after the other: each finds those whom the one before has brought. The event's places first, as whoever
    # merges people does (decision 0002).
    places.lock(event_queries.pools_of([batch.event_id]))
    db.session.execute(select(Event.id).where(Event.id == batch.event_id).with_for_update(key_share=True))
    lock(batch)
    if batch.finished_at is not None:
        return batch.counts
    import_row_service.look_for_doubles(batch)
    figures = import_queries.figures(batch)
    people.hold_all(import_queries.persons_taken(batch))
    counts: Counter[str] = Counter(new=0, known=0, changed=0, added=0)
    for some in import_queries.taken(batch):
        _take(batch, some, counts)
        progress(len(some))
    if not counts["new"] + counts["known"] + counts["changed"]:
        raise NothingToTake
    counts["wrong"] = figures[import_queries.Show.WRONG]
    counts["left_out"] = figures[import_queries.Show.LEFT_OUT] + counts.pop("gone", 0)
    _finish(batch, counts)
    event = batch.event
    audit.record(event, "import_people", by=by, new=counts["new"], known=counts["known"], changed=counts["changed"])
    return batch.counts


def _take(batch: ImportBatch, rows: Sequence[ImportRow], counts: Counter[str]) -> None:
    ids = {row.person_id for row in rows if row.person_id and row.choice is not Choice.NEW}
    known = {person.id: person for person in people.hold_all(ids)}
    persons: list[Person] = []
    for row in rows:
        if row.choice is Choice.NEW:
            persons.append(people.enter(particulars(row.details)))
            counts["new"] += 1
        elif row.person_id not in known:  # erased in the meantime, or one with somebody else
            counts["gone"] += 1
        else:
            person = known[row.person_id]
            persons.append(person)
            counts["changed" if _update(person, row, batch) else "known"] += 1
    db.session.flush()
    counts["added"] += _add_guests(batch.event_id, persons)


def _update(person: Person, row: ImportRow, batch: ImportBatch) -> list[str]:
    """Take over what the row adds. The address stays: personal links went there, so it is corrected by hand."""
    now = {name: str(getattr(person, name)) for name in Particulars.__dataclass_fields__}
    told = {name: value for name, value in row.details.items() if value and name != Field.EMAIL}
    if row.choice is Choice.FILL:
        told = {name: value for name, value in told.items() if not now[name]}
    else:
        told = {name: value for name, value in told.items() if name in batch.told_fields or name in row.corrections}
    told |= _latin_renewed(now, {**now, **told}, told)
    return people.correct(person, particulars({**now, **told})) if told else []


def _latin_renewed(now: Mapping[str, str], then: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """Spellings in Latin letters that were proposed, proposed anew for the name's new form; one by hand stays."""
    return {
        latin: names.latin(then[own], then[Field.COUNTRY])[: import_rules.LONGEST_NAME]
        for latin, own in correction_rules.LATIN.items()
        if own in told and latin not in told and names.is_our_spelling(now[latin], now[own], now[Field.COUNTRY])
    }


def particulars(details: Mapping[str, str]) -> Particulars:
    """The person of a good row."""
    told = {str(one): details[one] for one in import_rules.OF_A_PERSON}
    return Particulars(**{**told, "sector": Sector(details[Field.SECTOR]), "side": Side(details[Field.SIDE])})  # type: ignore[arg-type]


def _add_guests(event_id: int, persons: Sequence[Person]) -> int:
    at = clock.now()
    told = [
        {"event_id": event_id, "person_id": id, "origin": GuestOrigin.IMPORTED, "added_at": at}
        for id in sorted({person.id for person in persons})
    ]
    if not told:
        return 0
    added = insert_or_leave(Guest).values(told).on_conflict_do_nothing().returning(Guest.id)
    return len(db.session.scalars(added).all())


def _finish(batch: ImportBatch, counts: Counter[str]) -> None:
    """What stays of the list is what its columns were, how many it brought, and the rows that could not be taken.

    A command tells of those on its way: nobody could fetch them.
    """
    is_left = and_(_rows.c.is_good.is_(False), _rows.c.choice != Choice.LEAVE_OUT)
    is_fetched = batch.user_id is not None and counts["wrong"] > 0
    db.session.execute(delete(_rows).where(_rows.c.batch_id == batch.id, not_(is_left) if is_fetched else true()))
    if not is_fetched:
        batch.headings, batch.name = [], ""
    batch.sheet, batch.surprises = "", {}
    batch.counts, batch.finished_at = dict(counts), clock.now()
    db.session.flush()
