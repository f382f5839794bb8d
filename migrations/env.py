"""Alembic's environment: our tables only; the queue's own are made by the queue's schema."""

from alembic import context
from flask import current_app

from ranevents.core.db import db

OF_THE_QUEUE = "procrastinate_"


def _is_ours(thing: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
    return not (table or "").startswith(OF_THE_QUEUE)


def run() -> None:
    options = {
        "target_metadata": db.metadata,
        "include_object": _is_ours,
        "compare_type": True,
        "transaction_per_migration": True,
    }
    if context.is_offline_mode():
        context.configure(url=str(db.engine.url), literal_binds=True, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with db.engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


assert current_app
run()
