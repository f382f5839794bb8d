"""Migrations make exactly the tables that the models describe, and take them away again."""

from collections.abc import Iterator

import flask_migrate
import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import text

from ranevents.app import create_app
from ranevents.config import Mode, load
from ranevents.core.db import db
from ranevents.registrations.states import RegistrationState
from tests import builders

EVERYTHING_OF_OURS = """
    SELECT 'table ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')
        AND relname <> 'alembic_version'
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
"""


@pytest.fixture
def fresh(database_url: str) -> Iterator[Flask]:
    """An application over a database of its own, with nothing in it."""
    name = "migrated"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    address = database_url.replace("/ranevents?", f"/{name}?") if "?" in database_url else f"{database_url}"
    app = create_app(load(DATABASE_URL=address, mode=Mode.TEST, log_level="error"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_upgrading_from_nothing_makes_the_tables_that_the_models_describe(fresh: Flask) -> None:
    flask_migrate.upgrade()

    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "include_object": _is_ours}
        )
        assert compare_metadata(context, db.metadata) == []
        assert _checks(connection) == _declared_checks()


def test_downgrading_leaves_nothing_behind(fresh: Flask) -> None:
    flask_migrate.upgrade()
    with_it = _found()

    flask_migrate.downgrade(revision="base")

    assert len(with_it) > 20
    assert _found() == []


def test_down_and_up_again_works(fresh: Flask) -> None:
    flask_migrate.upgrade()
    before = _found()
    flask_migrate.downgrade(revision="base")

    flask_migrate.upgrade()

    assert _found() == before


def test_rows_of_the_first_version_come_along(fresh: Flask) -> None:
    flask_migrate.upgrade()
    event = builders.an_event()
    waiting = builders.a_registration(event, state=RegistrationState.WAITLISTED, diet="vegan")
    builders.a_registration(event)
    db.session.commit()
    copies = "name_key, own_name_key, organisation_key, country, sector, side, capacity, erased_at"
    seen = [
        f"SELECT id, state, {copies} FROM registrations ORDER BY id",
        "SELECT event_id, state, number FROM registration_counts ORDER BY state",
        "SELECT id, own_sort_key, organisation_key FROM persons ORDER BY id",
        "SELECT special_kept_days, ended_kept_days, mails_kept_days, particulars_kept_days FROM events",
    ]
    before = [db.session.execute(text(query)).all() for query in seen]
    db.session.rollback()

    flask_migrate.downgrade(revision="0001")
    flask_migrate.upgrade()

    db.session.expire_all()
    assert [db.session.execute(text(query)).all() for query in seen] == before
    assert waiting.diet == "vegan"


def _found() -> list[str]:
    with db.engine.connect() as connection:
        return sorted(connection.exec_driver_sql(EVERYTHING_OF_OURS).scalars())


def _is_ours(thing: object, name: str | None, kind: str, *_rest: object) -> bool:
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
    return not (table or "").startswith("procrastinate_")


def _checks(connection: object) -> set[tuple[str, str]]:
    """Check and exclusion constraints, which the comparison of Alembic does not look at."""
    found = connection.exec_driver_sql(  # type: ignore[attr-defined]
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'x')"
        " AND connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'procrastinate%%'"
    )
    return {(table, name) for table, name in found}


def _declared_checks() -> set[tuple[str, str]]:
    from sqlalchemy import CheckConstraint
    from sqlalchemy.dialects.postgresql import ExcludeConstraint

    dialect = db.engine.dialect
    return {
        (table.name, dialect.identifier_preparer.format_constraint(one))
        for table in db.metadata.tables.values()
        for one in table.constraints
        if isinstance(one, CheckConstraint | ExcludeConstraint)
    }
