"""Encrypted columns under a new key: so that an old key can be taken out of the configuration."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, select, type_coerce, update

from ranevents.core.db import db, unit_of_work
from ranevents.core.secrets import ENCRYPTED, EncryptedBytes, rotated

ROWS_A_BATCH, FILES_A_BATCH = 500, 5
"""How many values are held in memory at once: a text is short, a file may have ten megabytes."""


def rotate() -> Iterator[int]:
    """Encrypt every value of every encrypted column anew with the first key, a batch a transaction.

    Yields how many values each batch held. Raises cryptography.fernet.InvalidToken where no configured key fits; what
    was done before stays done, and to begin again does no harm.
    """
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, ENCRYPTED):
                yield from _rotate(table, column)


def _rotate(table: Table, column: Column[Any]) -> Iterator[int]:
    last = 0
    while True:
        with unit_of_work():
            rows = _batch(table, column, last)
            for id, value in rows:
                new = type_coerce(rotated(bytes(value)), LargeBinary)
                db.session.execute(update(table).where(table.c.id == id).values({column.name: new}))
        if not rows:
            return
        last = rows[-1][0]
        yield len(rows)


def _batch(table: Table, column: Column[Any], after: int) -> list[Any]:
    """The next rows, locked: whoever changes one meanwhile waits, so that no newer answer is overwritten."""
    query = (
        select(table.c.id, type_coerce(column, LargeBinary))
        .where(table.c.id > after, column.is_not(None))
        .order_by(table.c.id)
        .limit(FILES_A_BATCH if isinstance(column.type, EncryptedBytes) else ROWS_A_BATCH)
        .with_for_update()
    )
    return list(db.session.execute(query))
