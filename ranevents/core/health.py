"""Whether the process lives (`/healthz`) and whether it can work (`/readyz`)."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Response, current_app, jsonify
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from ranevents.core.db import db
from ranevents.core.logs import log
from ranevents.core.room import Need, Room

room = Room("health", __name__)


@room.get("/healthz", needs=Need.PUBLIC)
def healthz() -> Response:
    """The process answers."""
    return jsonify(process="ok")


@room.get("/readyz", needs=Need.PUBLIC)
def readyz() -> tuple[Response, int]:
    """The database answers, its tables are those of this version, and the queue takes jobs."""
    found = {"database": "unreachable", "migrations": "unknown", "queue": "unknown"}
    try:
        db.session.execute(select(1))
        found["database"] = "ok"
        found["migrations"] = "ok" if _is_migrated() else "pending"
        found["queue"] = "ok" if _has_queue() else "missing"
    except SQLAlchemyError as error:
        log.warning("not ready", reason=type(error).__name__)
    is_ready = set(found.values()) == {"ok"}
    return jsonify(found), 200 if is_ready else 503


def _is_migrated() -> bool:
    expected = set(ScriptDirectory(current_app.extensions["migrate"].directory).get_heads())
    return set(MigrationContext.configure(db.session.connection()).get_current_heads()) == expected


def _has_queue() -> bool:
    return bool(db.session.scalar(text("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")))
