"""The database: one base for all tables, named constraints, and the unit of work."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Enum, MetaData, String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry

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


def commit() -> None:
    """Commit what was done; violations of declared constraints come out as the domain's errors."""
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise errors.from_integrity(error) or error from error
