"""The database: one base for all tables, named constraints, and the unit of work."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, Enum, MetaData, String, event
from sqlalchemy.exc import DisconnectionError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from ranevents.core import errors

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Key = Annotated[int, mapped_column(primary_key=True)]
Line = Annotated[str, mapped_column(String(200))]
"""One line of text as people write it: at most 200 characters."""
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]


class Base(DeclarativeBase):
    """What every table shares: named constraints, so that code and migrations can speak of them; enums as words."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            StrEnum: Enum(
                StrEnum,
                native_enum=False,
                create_constraint=True,
                length=20,
                values_callable=lambda kind: [one.value for one in kind],
            )
        },
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:

    class Model(Base):
        """A table of ours."""

        __abstract__ = True
else:
    Model = db.Model


SECONDS_TRUSTED = 1.0
"""A connection that was idle for longer is asked whether it still lives before it is used."""


@event.listens_for(Pool, "checkin")
def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = monotonic()


@event.listens_for(Pool, "checkout")
def _ask_whether_it_lives(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Have a connection replaced that died while nobody used it.

    The library's own `pool_pre_ping` asks each time, which takes as long as a small page's one statement does. When a
    connection dies in use, its request fails, and the pool replaces all those that are older.
    """
    if monotonic() - record.info.get("used_at", monotonic()) < SECONDS_TRUSTED:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error


def at_once() -> Engine:
    """The way to the database outside the session: each statement there is a transaction of its own."""
    return _each_by_itself(db.engine)


@lru_cache(maxsize=4)
def _each_by_itself(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit once at the end, or leave everything as it was.

    Raises the domain's own error where a named constraint was violated.
    """
    try:
        yield
        commit()
    except BaseException:
        db.session.rollback()
        raise


_TOGETHER = "written together"


@contextmanager
def written_together() -> Iterator[None]:
    """Gather what the gate, the trail and the post office write meanwhile, and write it in few statements at the end.

    For the same deed done many times, in one transaction that holds what it changes.
    """
    gathered = db.session.info[_TOGETHER] = defaultdict(list)
    try:
        yield
    finally:
        db.session.info.pop(_TOGETHER)
    db.session.flush()
    for statement, rows in gathered.items():
        db.session.execute(statement, rows)


def write(statement: Any, row: dict[str, Any]) -> None:
    """Execute a statement that adds this row, at once or with others like it."""
    gathered = db.session.info.get(_TOGETHER)
    if gathered is None:
        db.session.execute(statement, row)
    else:
        gathered[statement].append(row)


def flush() -> None:
    """Send what has changed to the database, at once or with other changes."""
    if _TOGETHER not in db.session.info:
        db.session.flush()


def commit() -> None:
    """Commit what was done; violations of declared constraints come out as the domain's errors."""
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise errors.from_integrity(error) or error from error
