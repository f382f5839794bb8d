"""How many statements a piece of work sends to the database: the same number for ten rows and for a thousand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from ranevents.core.db import db


class Statements(list[str]):
    """The statements that were sent, in order."""


@contextmanager
def count_statements() -> Iterator[Statements]:
    """Gather every statement that is sent meanwhile; needs an application context."""
    sent = Statements()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
