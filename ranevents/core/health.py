"""Whether the process lives (`/healthz`) and whether it can work (`/readyz`)."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Response, current_app, jsonify
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import SQLAlchemyError

from ranevents.core import jobs
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
    """The database answers, its tables are those of this version, and the queue takes jobs: 503 if not.

    How the workers fare is told, too, but never makes a web process unready: it can do all its own work, and a load
    balancer would take every one of them away.
    """
    found = {"database": "unreachable", "migrations": "unknown", "queue": "unknown"}
    workers = {"worker": "unknown", "jobs": "unknown"}
    try:
        db.session.execute(select(1))
        found["database"] = "ok"
        found["migrations"] = "ok" if _is_migrated() else "pending"
        found["queue"] = "ok" if _has_queue() else "missing"
        if found["queue"] == "ok":
            workers = {"worker": "ok" if jobs.has_worker() else "missing", "jobs": _jobs()}
    except SQLAlchemyError as error:
        log.warning("not ready", reason=type(error).__name__)
    is_ready = set(found.values()) == {"ok"}
    if "waiting" in workers.values() or "failed" in workers.values():
        log.warning("jobs are left undone", **workers)
    return jsonify(found | workers), 200 if is_ready else 503


def _is_migrated() -> bool:
    return has_tables_of(current_app.extensions["migrate"].directory, db.session.connection())


def has_tables_of(migrations: str, connection: Connection) -> bool:
    """Whether the database's tables are those that this folder of migrations leads to."""
    expected = set(ScriptDirectory(migrations).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == expected


def _jobs() -> str:
    if jobs.is_overdue():
        return "waiting"
    return "failed" if jobs.failures() else "ok"


def _has_queue() -> bool:
    return bool(db.session.scalar(text("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")))
