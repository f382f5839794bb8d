"""The verbs about the rows of a list that waits: read them as persons, correct one, decide what becomes of them."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB

from ranevents.core import errors, names
from ranevents.core.db import db
from ranevents.directory import alike_service, correction_rules, import_queries, import_rules, import_words
from ranevents.directory.import_models import ImportBatch, ImportRow
from ranevents.directory.import_rules import Choice, Cleaned, Field, Progress, offered

_rows = cast(Table, ImportRow.__table__)
_is_as_before = _rows.c.details == bindparam("details", type_=JSONB)
_READ = (
    update(_rows)
    .where(_rows.c.id == bindparam("row"))
    .values(
        corrections=bindparam("corrections"),
        details=bindparam("details"),
        problems=bindparam("problems"),
        is_good=bindparam("is_good"),
        # By the database's own idea of small letters, which the index on persons goes by.
        email_key=func.lower(bindparam("email", type_=_rows.c.email_key.type)),
        sort_key=bindparam("sort_key"),
        organisation_key=bindparam("organisation_key"),
        country=bindparam("country"),
        is_decided=and_(_rows.c.is_decided, or_(_is_as_before, _rows.c.choice == bindparam("stays_decided"))),
    )
)
"""A decision holds as long as the person is the same one; whoever is left out stays so until the row is corrected."""


def lock(batch: ImportBatch) -> None:
    """Nobody else changes the list until the transaction ends; it is read afresh. Raises NotFound if it is gone."""
    db.session.flush()
    asked = select(ImportBatch.id).where(ImportBatch.id == batch.id).with_for_update()
    if db.session.scalar(asked) is None:
        raise errors.NotFound
    db.session.refresh(batch)


def read(batch: ImportBatch, columns_before: Mapping[Field, int], *, progress: Progress) -> int:
    """Read every row as the columns now say; how many corrections are lost, as their field is read from elsewhere."""
    vocabulary = import_words.vocabulary()
    columns, lost = batch.column_of, 0
    for some in import_queries.in_batches(batch):
        told = []
        for row in some:
            corrections = correction_rules.still_hold(row.typed, columns_before, columns)
            lost += len(row.corrections) - len(corrections)
            texts = correction_rules.corrected(correction_rules.said(columns, row.cells), corrections)
            cleaned = import_rules.clean(texts, vocabulary, batch.fixed_values)
            told.append({"row": row.id, "stays_decided": Choice.LEAVE_OUT, **_as_read(cleaned, corrections)})
        db.session.connection().execute(_READ, told)
        progress(len(told))
    look_for_doubles(batch)
    return lost


def _as_read(cleaned: Cleaned, corrections: Mapping[Field, str]) -> dict[str, Any]:
    details = cleaned.details
    return {
        "corrections": {str(one): text for one, text in corrections.items()},
        "details": {str(one): value for one, value in details.items()},
        "problems": {str(one): str(problem) for one, problem in cleaned.problems.items()},
        "is_good": not cleaned.problems,
        "email": details[Field.EMAIL],
        "sort_key": names.sort_key(details[Field.LATIN_FAMILY_NAME], details[Field.LATIN_GIVEN_NAME]),
        "organisation_key": names.fold(details[Field.ORGANISATION])[:200],
        "country": details[Field.COUNTRY],
    }


def look_for_doubles(batch: ImportBatch) -> None:
    """Find who may be known, or stand in the list twice."""
    batch.is_stale = False
    db.session.flush()
    alike_service.find(batch, import_queries.events_edited_by(batch.user_id, batch.event_id))


def look_again(batch: ImportBatch) -> None:
    """Look for doubles if rows have changed since it was done last."""
    if batch.is_stale:
        look_for_doubles(batch)


def correct_row(batch: ImportBatch, row: ImportRow, texts: Mapping[Field, str]) -> Cleaned:
    """Read a row anew from what somebody typed; it is kept only when all of it fits. What is wrong is told.

    Doubles are looked for when no row is wrong any more, or when somebody looks at the rows before that. Raises
    NotFound once the list is confirmed.
    """
    lock(batch)
    if batch.finished_at is not None:
        raise errors.NotFound
    vocabulary = import_words.vocabulary()
    told = correction_rules.said(batch.column_of, row.cells)
    shown: dict[Field, str] = {one: row.says(one) for one in import_rules.OF_A_PERSON}
    texts = correction_rules.with_latin_renewed(texts, shown, {**told, **row.typed})
    cleaned = import_rules.clean(texts, vocabulary, {})
    if not cleaned.problems:
        as_read = import_rules.clean(told, vocabulary, batch.fixed_values)
        corrections = correction_rules.corrections(told, as_read, texts, cleaned)
        told_anew = {"row": row.id, "stays_decided": None, **_as_read(cleaned, corrections)}
        db.session.connection().execute(_READ, [told_anew])
        batch.is_stale = True
        db.session.flush()
        db.session.expire(row)
        if import_queries.next_wrong(batch, row.number) is None:
            look_for_doubles(batch)
    return cleaned


def decide(batch: ImportBatch, choices: Mapping[int, Choice]) -> int:
    """Say what becomes of rows, by their id; how many are decided otherwise than before."""
    lock(batch)
    look_again(batch)
    changed = 0
    for row in import_queries.rows(batch, choices):
        choice = choices[row.id]
        if choice is row.choice or choice not in offered(is_known=row.person_id is not None):
            continue
        row.choice, row.is_decided, row.is_here = choice, True, False
        changed += 1
    db.session.flush()
    return changed
